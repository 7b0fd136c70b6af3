package dev.nn.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ConfusionMatrixTest {
  /** One rounding in the sums of an average. */
  private static final double ROUNDING = 1e-15;

  private static void assertScore(
      double precision, double recall, double f1, int support, ClassScore score) {
    assertEquals(precision, score.precision(), ROUNDING, "precision");
    assertEquals(recall, score.recall(), ROUNDING, "recall");
    assertEquals(f1, score.f1(), ROUNDING, "F1");
    assertEquals(support, score.support(), "support");
  }

  /** The example of sklearn.metrics.confusion_matrix. */
  @Test
  void actualClassesAreRows() {
    ConfusionMatrix matrix =
        ConfusionMatrix.of(new int[] {2, 0, 2, 2, 0, 1}, new int[] {0, 0, 2, 2, 0, 2}, 3);
    int[][] counts = {{2, 0, 0}, {0, 0, 1}, {1, 0, 2}};
    assertArrayEquals(counts, matrix.counts());
    assertEquals(1, matrix.count(2, 0));
    assertEquals(0, matrix.count(0, 2));
    assertEquals(3, matrix.classes());
    assertEquals(6, matrix.rows());
    matrix.counts()[0][0] = 7;
    assertArrayEquals(counts, matrix.counts());
  }

  /**
   * The example of sklearn.metrics.classification_report: 0.50 1.00 0.67, zeros, 1.00 0.67 0.80,
   * macro 0.50 0.56 0.49, weighted 0.70 0.60 0.61, accuracy 0.60.
   */
  @Test
  void scoresByClassAndAveraged() {
    ConfusionMatrix matrix =
        ConfusionMatrix.of(new int[] {0, 1, 2, 2, 2}, new int[] {0, 0, 2, 2, 1}, 3);
    assertScore(0.5, 1, 2 / 3.0, 1, matrix.score(0));
    assertScore(0, 0, 0, 1, matrix.score(1));
    assertScore(1, 2 / 3.0, 0.8, 3, matrix.score(2));
    assertScore(0.5, 5 / 9.0, 22 / 45.0, 5, matrix.macro());
    assertScore(0.7, 0.6, (2 / 3.0 + 3 * 0.8) / 5, 5, matrix.weighted());
    assertScore(0.6, 0.6, 0.6, 5, matrix.micro());
    assertEquals(0.6, matrix.accuracy());
  }

  /**
   * The example of sklearn.metrics.precision_recall_fscore_support: macro 0.222, 0.333, 0.266;
   * micro 0.33; weighted 0.222, 0.333, 0.266.
   */
  @Test
  void aClassThatIsNeverFoundCountsAsZero() {
    ConfusionMatrix matrix =
        ConfusionMatrix.of(new int[] {0, 1, 2, 0, 1, 2}, new int[] {0, 2, 1, 0, 0, 1}, 3);
    assertScore(2 / 9.0, 1 / 3.0, 0.8 / 3, 6, matrix.macro());
    assertScore(1 / 3.0, 1 / 3.0, 1 / 3.0, 6, matrix.micro());
    assertScore(2 / 9.0, 1 / 3.0, 0.8 / 3, 6, matrix.weighted());
  }

  /** Class 1 has rows but is never predicted, 2 is predicted but has no rows, 3 does not occur. */
  @Test
  void whatIsUndefinedIsZeroAndOnlyClassesThatOccurAreAveraged() {
    ConfusionMatrix matrix = ConfusionMatrix.of(new int[] {0, 0, 1}, new int[] {0, 2, 0}, 4);
    assertScore(0.5, 0.5, 0.5, 2, matrix.score(0));
    assertScore(0, 0, 0, 1, matrix.score(1));
    assertScore(0, 0, 0, 0, matrix.score(2));
    assertScore(0, 0, 0, 0, matrix.score(3));
    assertScore(0.5 / 3, 0.5 / 3, 0.5 / 3, 3, matrix.macro());
    assertScore(1 / 3.0, 1 / 3.0, 1 / 3.0, 3, matrix.weighted());
  }

  @Test
  void rowsWithoutAPredictionAreNotFound() {
    ConfusionMatrix matrix =
        ConfusionMatrix.of(new int[] {0, 0, 1, 1}, new int[] {0, -1, 1, -1}, 2);
    assertArrayEquals(new int[][] {{1, 0}, {0, 1}}, matrix.counts());
    assertEquals(4, matrix.rows());
    assertEquals(0.5, matrix.accuracy());
    assertScore(1, 0.5, 2 / 3.0, 2, matrix.score(0));
    assertScore(1, 0.5, 2 / 3.0, 4, matrix.macro());
    assertScore(1, 0.5, 2 / 3.0, 4, matrix.micro());
    assertScore(1, 0.5, 2 / 3.0, 4, matrix.weighted());
  }

  @Test
  void withoutAnyPredictionAllIsZero() {
    ConfusionMatrix matrix = ConfusionMatrix.of(new int[] {0, 1}, new int[] {-1, -1}, 2);
    assertEquals(0, matrix.accuracy());
    assertScore(0, 0, 0, 2, matrix.macro());
    assertScore(0, 0, 0, 2, matrix.micro());
    assertScore(0, 0, 0, 2, matrix.weighted());
  }

  @Test
  void refusesWhatIsNoPrediction() {
    int[] two = {0, 1};
    assertEquals("labels has 0 rows, allowed: 1 or more", refusal(() -> of(new int[0], two, 2)));
    assertEquals(
        "labels has 2 rows, but predicted has 1: both need the same",
        refusal(() -> of(two, new int[1], 2)));
    assertEquals("classes = 1, allowed: 2 or more", refusal(() -> of(two, two, 1)));
    assertEquals("labels[1] = 2, allowed: 0 to 1", refusal(() -> of(new int[] {0, 2}, two, 2)));
    assertEquals("labels[0] = -1, allowed: 0 to 1", refusal(() -> of(new int[] {-1, 0}, two, 2)));
    assertEquals("predicted[1] = 2, allowed: -1 to 1", refusal(() -> of(two, new int[] {0, 2}, 2)));
    assertEquals(
        "predicted[0] = -2, allowed: -1 to 1", refusal(() -> of(two, new int[] {-2, 0}, 2)));
    assertThrows(NullPointerException.class, () -> of(null, two, 2));
    assertThrows(NullPointerException.class, () -> of(two, null, 2));
    ConfusionMatrix matrix = of(two, two, 2);
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.score(2));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.count(-1, 0));
    assertThrows(IndexOutOfBoundsException.class, () -> matrix.count(0, 2));
  }

  private static ConfusionMatrix of(int[] labels, int[] predicted, int classes) {
    return ConfusionMatrix.of(labels, predicted, classes);
  }

  private static String refusal(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }
}
