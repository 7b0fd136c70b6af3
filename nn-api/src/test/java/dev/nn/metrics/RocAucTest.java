package dev.nn.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.inference.MannWhitneyUTest;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RocAucTest {
  private static float[] scores(double... scores) {
    float[] floats = new float[scores.length];
    for (int i = 0; i < scores.length; i++) {
      floats[i] = (float) scores[i];
    }
    return floats;
  }

  /** The first example of scikit-learn's user guide to roc_auc_score: 0.75. */
  @Test
  void threeOfFourPairsAreInOrder() {
    assertEquals(0.75, RocAuc.of(scores(0.1, 0.4, 0.35, 0.8), new int[] {0, 0, 1, 1}));
  }

  @Test
  void perfectWorstAndConstantScores() {
    int[] labels = {1, 0, 1, 0, 0};
    assertEquals(1, RocAuc.of(scores(3, -1, 2, 0, 1), labels));
    assertEquals(0, RocAuc.of(scores(-3, 1, -2, 0, -1), labels));
    assertEquals(0.5, RocAuc.of(scores(7, 7, 7, 7, 7), labels));
  }

  /** Of the pairs (1; 1, 2) and (3; 1, 2) one is equal, one wrong, two right: 2.5 of 4. */
  @Test
  void anEqualPairCountsHalf() {
    assertEquals(0.625, RocAuc.of(scores(1, 1, 3, 2), new int[] {0, 1, 1, 0}));
    assertEquals(0.5, RocAuc.of(scores(0.0, -0.0), new int[] {0, 1}), "both zeros are equal");
  }

  @Test
  void allFloatsHaveTheirOrder() {
    float[] ascending = {
      Float.NEGATIVE_INFINITY,
      -Float.MAX_VALUE,
      -1,
      -Float.MIN_NORMAL,
      -Float.MIN_VALUE,
      0,
      Float.MIN_VALUE,
      1,
      Math.nextUp(1f),
      Float.MAX_VALUE,
      Float.POSITIVE_INFINITY
    };
    for (int cut = 1; cut < ascending.length; cut++) {
      int from = cut;
      int[] labels = IntStream.range(0, ascending.length).map(i -> i >= from ? 1 : 0).toArray();
      assertEquals(1, RocAuc.of(ascending, labels), "above " + ascending[cut - 1]);
    }
  }

  /**
   * {@code U = n1 n0 AUC}; Commons Math returns the greater of U and n1 n0 - U. Ranks are multiples
   * of 1/2, so that sums of them are exact.
   */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 10, 1000, 100_000})
  void isTheUStatisticOfMannAndWhitney(int distinct) {
    Random random = new Random(distinct);
    int rows = 700;
    float[] scores = new float[rows];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = random.nextInt(3) == 0 ? 1 : 0;
      scores[i] = random.nextInt(distinct) - 0.2f * distinct + (distinct / 8) * labels[i];
    }
    double[] ones = ofLabel(scores, labels, 1);
    double[] zeros = ofLabel(scores, labels, 0);
    double pairs = (double) ones.length * zeros.length;
    double auc = RocAuc.of(scores, labels);
    double u =
        new MannWhitneyUTest(NaNStrategy.FAILED, TiesStrategy.AVERAGE).mannWhitneyU(ones, zeros);
    assertEquals(u / pairs, Math.max(auc, 1 - auc), 1e-15);
    double[] ranks =
        new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE)
            .rank(IntStream.range(0, rows).mapToDouble(i -> scores[i]).toArray());
    double sum =
        IntStream.range(0, rows).filter(i -> labels[i] == 1).mapToDouble(i -> ranks[i]).sum();
    assertEquals((sum - ones.length * (ones.length + 1) / 2.0) / pairs, auc);
  }

  private static double[] ofLabel(float[] scores, int[] labels, int label) {
    DoubleStream.Builder chosen = DoubleStream.builder();
    for (int i = 0; i < scores.length; i++) {
      if (labels[i] == label) {
        chosen.add(scores[i]);
      }
    }
    return chosen.build().toArray();
  }

  @Test
  void orderOfRowsAndMonotoneChangesOfScoresChangeNothing() {
    Random random = new Random(5);
    int rows = 501;
    float[] scores = new float[rows];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      scores[i] = random.nextInt(40) / 8f - 2;
      labels[i] = scores[i] + random.nextGaussian() > 0 ? 1 : 0;
    }
    float[] reversed = new float[rows];
    float[] negated = new float[rows];
    float[] cubes = new float[rows];
    int[] reversedLabels = new int[rows];
    for (int i = 0; i < rows; i++) {
      reversed[rows - 1 - i] = scores[i];
      reversedLabels[rows - 1 - i] = labels[i];
      negated[i] = -scores[i];
      cubes[i] = scores[i] * scores[i] * scores[i];
    }
    double auc = RocAuc.of(scores, labels);
    assertEquals(auc, RocAuc.of(reversed, reversedLabels));
    assertEquals(auc, RocAuc.of(cubes, labels));
    assertEquals(1 - auc, RocAuc.of(negated, labels), 1e-16);
  }

  @Test
  void withoutBothClassesOrOrderItIsUndefined() {
    assertEquals(Double.NaN, RocAuc.of(scores(1, 2), new int[] {0, 0}));
    assertEquals(Double.NaN, RocAuc.of(scores(1, 2), new int[] {1, 1}));
    assertEquals(Double.NaN, RocAuc.of(scores(1, Double.NaN, 3), new int[] {0, 1, 1}));
  }

  @Test
  void refusesWhatIsNoScore() {
    assertEquals("scores has 0 rows, allowed: 1 or more", refusal(() -> of(scores(), 0)));
    assertEquals(
        "scores has 1 rows, but labels has 2: both need the same",
        refusal(() -> of(scores(1), 0, 1)));
    assertEquals("labels[1] = 2, allowed: 0 to 1", refusal(() -> of(scores(1, 2), 0, 2)));
    assertThrows(NullPointerException.class, () -> RocAuc.of(null, new int[1]));
    assertThrows(NullPointerException.class, () -> RocAuc.of(new float[1], null));
  }

  private static double of(float[] scores, int... labels) {
    return RocAuc.of(scores, labels);
  }

  private static String refusal(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }
}
