package dev.nn.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.contract.PlainBackend;
import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.data.RowSource;
import dev.nn.train.Evaluation;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class MultiLabelReportTest {
  /** A few roundings of double in sums of 32 numbers. */
  private static final double ROUNDING = 1e-15;

  /** Sixteenths, so that no probability is rounded; some are a threshold. */
  private static final float[][] P =
      sixteenths(
          new int[][] {
            {14, 9, 3, 1}, {7, 8, 12, 2}, {2, 11, 5, 7}, {15, 4, 8, 3},
            {10, 1, 2, 6}, {4, 13, 9, 4}, {8, 6, 1, 5}, {3, 2, 4, 7}
          });

  /** The last label is never predicted at 0.5, the last row has none. */
  private static final int[][] Y = {
    {1, 1, 0, 0}, {0, 1, 1, 1}, {1, 1, 0, 0}, {1, 0, 0, 0},
    {0, 0, 0, 1}, {0, 1, 1, 0}, {0, 1, 0, 0}, {0, 0, 0, 0}
  };

  private static float[][] sixteenths(int[][] values) {
    float[][] p = new float[values.length][values[0].length];
    for (int i = 0; i < p.length; i++) {
      for (int j = 0; j < p[i].length; j++) {
        p[i][j] = values[i][j] / 16f;
      }
    }
    return p;
  }

  private static void assertScore(
      double precision, double recall, double f1, int support, ClassScore score) {
    assertEquals(precision, score.precision(), ROUNDING, "precision");
    assertEquals(recall, score.recall(), ROUNDING, "recall");
    assertEquals(f1, score.f1(), ROUNDING, "F1");
    assertEquals(support, score.support(), "support");
  }

  /** By hand: TP 2, 4, 2, 0 of 4, 4, 3, 0 predicted and 3, 5, 2, 2 actual ones. */
  @Test
  void everyLabelHasAMatrixAndAScore() {
    MultiLabelReport report = MultiLabelReport.of(P, Y);
    assertArrayEquals(new int[][] {{3, 2}, {1, 2}}, report.confusionMatrix(0).counts());
    assertArrayEquals(new int[][] {{3, 0}, {1, 4}}, report.confusionMatrix(1).counts());
    assertArrayEquals(new int[][] {{5, 1}, {0, 2}}, report.confusionMatrix(2).counts());
    assertArrayEquals(new int[][] {{6, 0}, {2, 0}}, report.confusionMatrix(3).counts());
    assertScore(2.0 / 4, 2.0 / 3, 4.0 / 7, 3, report.score(0));
    assertScore(1, 4.0 / 5, 8.0 / 9, 5, report.score(1));
    assertScore(2.0 / 3, 1, 4.0 / 5, 2, report.score(2));
    assertScore(0, 0, 0, 2, report.score(3));
  }

  /**
   * NumPy 2.4 with {@code Z = P >= t}, {@code TP = (Y * Z).sum(0)}, {@code p = Z.sum(0)}, {@code s
   * = Y.sum(0)}, figures {@code TP / p}, {@code TP / s}, {@code 2 * TP / (p + s)}, 0 for 0 / 0:
   * their {@code mean()}, the same of {@code TP.sum()} and so on, {@code (v * s).sum() / s.sum()};
   * and for samples the mean of the same with {@code sum(1)}.
   */
  @Test
  void averages() {
    MultiLabelReport half = MultiLabelReport.of(P, Y);
    assertScore(0.5416666666666666, 0.6166666666666667, 0.5650793650793651, 12, half.macro());
    assertScore(0.7272727272727273, 0.6666666666666666, 0.6956521739130435, 12, half.micro());
    assertScore(0.6527777777777778, 0.6666666666666666, 0.6465608465608467, 12, half.weighted());
    assertScore(0.5625, 0.5208333333333333, 0.5166666666666666, 12, half.samples());
  }

  /** The same script; {@code (Y == Z).all(1).mean()} and {@code (Y != Z).mean()}. */
  @Test
  void exactMatchesAndWrongDecisions() {
    MultiLabelReport report = MultiLabelReport.of(P, Y);
    assertEquals(0.375, report.subsetAccuracy());
    assertEquals(0.21875, report.hammingLoss());
  }

  /** The same script with t = 0.25 and t = 0.75, which some probabilities are. */
  @Test
  void anotherThresholdGivesOtherDecisions() {
    MultiLabelReport half = MultiLabelReport.of(P, Y);
    MultiLabelReport low = half.withThreshold(0.25);
    assertScore(1.0 / 3, 2.0 / 3, 4.0 / 9, 3, low.score(0));
    assertScore(0.2, 0.5, 2.0 / 7, 2, low.score(3));
    assertScore(0.4416666666666667, 0.7916666666666666, 0.5526695526695526, 12, low.macro());
    assertScore(0.45454545454545453, 0.8333333333333334, 0.5882352941176471, 12, low.micro());
    assertScore(0.5305555555555556, 0.8333333333333334, 0.6327561327561327, 12, low.weighted());
    assertScore(0.45833333333333326, 0.7708333333333333, 0.5499999999999999, 12, low.samples());
    assertEquals(0.125, low.subsetAccuracy());
    assertEquals(0.4375, low.hammingLoss());
    MultiLabelReport high = half.withThreshold(0.75);
    assertScore(1, 1.0 / 3, 0.5, 12, high.micro());
    assertScore(0.5, 0.29166666666666663, 0.35416666666666663, 12, high.samples());
    assertEquals(0.25, high.subsetAccuracy());
    assertEquals(0.25, high.hammingLoss());
    for (MultiLabelReport other : List.of(low, high)) {
      assertEquals(half.logLoss(), other.logLoss());
      assertEquals(half.rocAuc(), other.rocAuc());
    }
    assertEquals(0.5f, half.threshold());
    assertEquals(0.25f, low.threshold());
    assertEquals(0.375, half.subsetAccuracy(), "the report itself stays as it is");
  }

  /** 0.7f is below 0.7 but is what 0.7 is as a probability. */
  @Test
  void theThresholdIsAFloatAsProbabilitiesAre() {
    float[][] p = {{0.7f}, {Math.nextDown(0.7f)}};
    MultiLabelReport report = MultiLabelReport.of(p, new int[][] {{1}, {1}}).withThreshold(0.7);
    assertArrayEquals(new int[][] {{0, 0}, {1, 1}}, report.confusionMatrix(0).counts());
  }

  @Test
  void theEndsOfTheThreshold() {
    float[][] p = {{0, 1, Math.nextDown(1f)}};
    MultiLabelReport report = MultiLabelReport.of(p, new int[][] {{0, 1, 0}});
    assertEquals(2 / 3.0, report.withThreshold(0).hammingLoss());
    assertEquals(0, report.withThreshold(1).hammingLoss());
  }

  /**
   * The examples of scikit-learn: multilabel_confusion_matrix; precision_score, recall_score and
   * f1_score without average; hamming_loss, 0.75; accuracy_score of indicators, 0.5.
   */
  @Test
  void publishedExamples() {
    MultiLabelReport matrices =
        MultiLabelReport.of(
            new float[][] {{1, 0, 0}, {0, 1, 1}}, new int[][] {{1, 0, 1}, {0, 1, 0}});
    assertArrayEquals(new int[][] {{1, 0}, {0, 1}}, matrices.confusionMatrix(0).counts());
    assertArrayEquals(new int[][] {{1, 0}, {0, 1}}, matrices.confusionMatrix(1).counts());
    assertArrayEquals(new int[][] {{0, 1}, {1, 0}}, matrices.confusionMatrix(2).counts());
    MultiLabelReport scores =
        MultiLabelReport.of(
            new float[][] {{0, 0, 0}, {1, 1, 1}, {1, 1, 0}},
            new int[][] {{0, 0, 0}, {1, 1, 1}, {0, 1, 1}});
    assertScore(0.5, 1, 2.0 / 3, 1, scores.score(0));
    assertScore(1, 1, 1, 2, scores.score(1));
    assertScore(1, 0.5, 2.0 / 3, 2, scores.score(2));
    int[][] labels = {{0, 1}, {1, 1}};
    assertEquals(0.75, MultiLabelReport.of(new float[2][2], labels).hammingLoss());
    float[][] ones = {{1, 1}, {1, 1}};
    assertEquals(0.5, MultiLabelReport.of(ones, labels).subsetAccuracy());
  }

  /**
   * Nothing to divide by: label 0 is never there and never predicted, label 1 never there. As in
   * scikit-learn the macro average counts both; there is nothing to weight by.
   */
  @Test
  void emptySharesAreZero() {
    MultiLabelReport none =
        MultiLabelReport.of(new float[][] {{0, 1}, {0, 0}}, new int[][] {{0, 0}, {0, 0}});
    ClassScore zero = new ClassScore(0, 0, 0, 0);
    for (ClassScore score :
        List.of(
            none.score(0),
            none.score(1),
            none.macro(),
            none.micro(),
            none.weighted(),
            none.samples())) {
      assertEquals(zero, score);
    }
    assertEquals(0.5, none.subsetAccuracy(), "a row without labels is found to have none");
    assertEquals(0.25, none.hammingLoss());
    assertEquals(Double.NaN, none.rocAuc());
    MultiLabelReport one =
        MultiLabelReport.of(new float[][] {{0, 1}, {0, 0}}, new int[][] {{0, 1}, {0, 0}});
    assertEquals(new ClassScore(0.5, 0.5, 0.5, 1), one.macro());
    assertEquals(new ClassScore(1, 1, 1, 1), one.weighted());
    assertEquals(new ClassScore(0.5, 0.5, 0.5, 1), one.samples());
  }

  /** NumPy 2.4: {@code -np.where(Y == 1, np.log(P), np.log1p(-P)).mean()}. */
  @Test
  void logLossIsTheMeanOverRowsAndLabels() {
    assertEquals(0.5034196731472644, MultiLabelReport.of(P, Y).logLoss(), ROUNDING);
  }

  @Test
  void logLossIsNotClipped() {
    float[][] p = {{0, 1}};
    assertEquals(0, MultiLabelReport.of(p, new int[][] {{0, 1}}).logLoss());
    assertEquals(Double.POSITIVE_INFINITY, MultiLabelReport.of(p, new int[][] {{1, 1}}).logLoss());
    assertEquals(Double.POSITIVE_INFINITY, MultiLabelReport.of(p, new int[][] {{0, 0}}).logLoss());
  }

  /**
   * NumPy 2.4: {@code ((a[:, None] > b) + .5 * (a[:, None] == b)).mean()}, a with the label, b
   * without.
   */
  @Test
  void rocAucOfEachLabel() {
    MultiLabelReport report = MultiLabelReport.of(P, Y);
    assertEquals(0.6666666666666666, report.rocAuc(0), ROUNDING);
    assertEquals(1, report.rocAuc(1));
    assertEquals(1, report.rocAuc(2));
    assertEquals(0.4166666666666667, report.rocAuc(3), ROUNDING);
    assertEquals(0.7708333333333333, report.rocAuc(), ROUNDING);
  }

  @Test
  void labelsWithoutAnAreaAreLeftOutOfTheMean() {
    float[][] p = {{0.25f, 0.5f}, {0.75f, 0.5f}};
    MultiLabelReport report = MultiLabelReport.of(p, new int[][] {{1, 1}, {0, 1}});
    assertEquals(0, report.rocAuc(0));
    assertEquals(Double.NaN, report.rocAuc(1));
    assertEquals(0, report.rocAuc());
  }

  /** By hand: the NaN of a label that is there is missed, that of one that is not is wrong too. */
  @Test
  void aNanIsNeverRight() {
    float nan = Float.NaN;
    float[][] p = {{1, nan, 1}, {nan, 0, 1}, {1, 1, 0}, {0, 0, 0}};
    int[][] y = {{1, 1, 1}, {0, 0, 1}, {1, 1, 0}, {0, 0, 0}};
    MultiLabelReport report = MultiLabelReport.of(p, y);
    assertArrayEquals(new int[][] {{1, 0}, {0, 2}}, report.confusionMatrix(0).counts());
    assertArrayEquals(new int[][] {{2, 0}, {0, 1}}, report.confusionMatrix(1).counts());
    assertScore(1, 1, 1, 2, report.score(0));
    assertScore(1, 0.5, 2.0 / 3, 2, report.score(1));
    assertScore(1, 5.0 / 6, 10.0 / 11, 6, report.micro());
    assertScore(0.75, (2.0 / 3 + 1 + 1) / 4, (0.8 + 1 + 1) / 4, 6, report.samples());
    assertEquals(0.5, report.subsetAccuracy());
    assertEquals(2.0 / 12, report.hammingLoss());
    assertEquals(Double.NaN, report.logLoss());
    assertEquals(Double.NaN, report.rocAuc(0));
    assertEquals(Double.NaN, report.rocAuc(1));
    assertEquals(1, report.rocAuc(2));
    assertEquals(Double.NaN, report.rocAuc());
    assertEquals(1, report.withThreshold(0).confusionMatrix(0).count(0, 1), "a NaN is no 0");
  }

  private static Network network(int outputs, Activation activation) {
    return Network.initialize(
        Architecture.input(3).dense(5, Activation.TANH).dense(outputs, activation),
        4,
        PlainBackend.alone());
  }

  /** Random rows, more than two blocks of 256. */
  private static float[][] features() {
    Random random = new Random(8);
    float[][] x = new float[600][3];
    for (float[] row : x) {
      for (int k = 0; k < 3; k++) {
        row[k] = (float) random.nextGaussian();
      }
    }
    return x;
  }

  private static int[][] labels(int rows, int labels) {
    Random random = new Random(9);
    int[][] y = new int[rows][];
    for (int i = 0; i < rows; i++) {
      y[i] = random.ints(labels, 0, 2).toArray();
    }
    return y;
  }

  private static float[][] targets(int[][] labels) {
    float[][] targets = new float[labels.length][labels[0].length];
    for (int i = 0; i < targets.length; i++) {
      for (int j = 0; j < targets[i].length; j++) {
        targets[i][j] = labels[i][j];
      }
    }
    return targets;
  }

  @Test
  void aNetworkIsMeasuredByItsPredictions() {
    Network network = network(4, Activation.SIGMOID);
    float[][] x = features();
    int[][] labels = labels(x.length, 4);
    Dataset data = Dataset.of(x, targets(labels));
    MultiLabelReport expected = MultiLabelReport.of(network.predict(x), labels);
    MultiLabelReport report = MultiLabelReport.of(network, data);
    for (int j = 0; j < 4; j++) {
      assertArrayEquals(expected.confusionMatrix(j).counts(), report.confusionMatrix(j).counts());
      assertEquals(expected.rocAuc(j), report.rocAuc(j));
    }
    assertEquals(expected.samples(), report.samples());
    assertEquals(expected.subsetAccuracy(), report.subsetAccuracy());
    assertTrue(report.subsetAccuracy() > 0 && report.subsetAccuracy() < 1);
    assertEquals(Evaluation.of(network, data).score().loss() / 4, report.logLoss());
    assertEquals(expected.logLoss(), report.logLoss(), 1e-6, "of probabilities and of logits");
  }

  /** Every label is what a report of its own column alone says. */
  @Test
  void aSingleLabelIsABinaryClassification() {
    Network network = network(1, Activation.SIGMOID);
    float[][] x = features();
    Dataset data = Dataset.of(x, targets(labels(x.length, 1)));
    ClassificationReport classes = ClassificationReport.of(network, data);
    MultiLabelReport report = MultiLabelReport.of(network, data);
    assertArrayEquals(classes.confusionMatrix().counts(), report.confusionMatrix(0).counts());
    assertEquals(classes.accuracy(), report.subsetAccuracy());
    assertEquals(1 - classes.accuracy(), report.hammingLoss(), ROUNDING);
    assertEquals(classes.logLoss(), report.logLoss());
    assertEquals(classes.rocAuc(), report.rocAuc());
  }

  /** Probabilities of 0 and 1 in float, but the losses are those of the logits, 200 and 0. */
  @Test
  void theLogLossOfANetworkComesFromLogits() {
    Network network =
        Network.initialize(
            Architecture.input(1).dense(2, Activation.SIGMOID), 1, PlainBackend.alone());
    network.setParameters(1, new float[][] {{200}, {-200}}, new float[2]);
    Dataset data = Dataset.of(new float[][] {{1}}, new float[][] {{0, 0}});
    assertEquals(100, MultiLabelReport.of(network, data).logLoss());
  }

  /** 0.5 is yes, and its log loss is that of 0.5. */
  @Test
  void targetsBetweenAreLabelsFromOneHalfOn() {
    Network network =
        Network.initialize(
            Architecture.input(1).dense(2, Activation.SIGMOID), 1, PlainBackend.alone());
    network.setParameters(1, new float[2][1], new float[2]);
    Dataset data = Dataset.of(new float[1][1], new float[][] {{0.5f, Math.nextDown(0.5f)}});
    MultiLabelReport report = MultiLabelReport.of(network, data);
    assertEquals(1, report.score(0).support());
    assertEquals(0, report.score(1).support());
    assertEquals(Math.log(2), report.logLoss(), 1e-7, "in float");
  }

  @Test
  void theTableNamesTheLabels() {
    MultiLabelReport report = MultiLabelReport.of(P, Y);
    assertEquals(List.of("0", "1", "2", "3"), report.labelNames());
    assertEquals(
        List.of(
            "label             precision  recall      F1  ROC AUC  rows",
            "calm                 0.5000  0.6667  0.5714   0.6667     3",
            "sa?d                 1.0000  0.8000  0.8889   1.0000     5",
            "angry                0.6667  1.0000  0.8000   1.0000     2",
            "glad                 0.0000  0.0000  0.0000   0.4167     2",
            "macro average        0.5417  0.6167  0.5651   0.7708    12",
            "micro average        0.7273  0.6667  0.6957             12",
            "weighted average     0.6528  0.6667  0.6466             12",
            "samples average      0.5625  0.5208  0.5167             12",
            "subset accuracy 0.3750, Hamming loss 0.2188, log loss 0.503420 (threshold 0.5)"),
        Arrays.asList(
            report
                .withLabelNames(List.of("calm", "sa\u001bd", "angry", "glad"))
                .toString()
                .split("\n", -1)));
  }

  @Test
  void namesAndThresholdStayWithEachOther() {
    List<String> names = List.of("a", "b", "c", "d");
    MultiLabelReport report = MultiLabelReport.of(P, Y);
    for (MultiLabelReport both :
        List.of(
            report.withLabelNames(names).withThreshold(0.25),
            report.withThreshold(0.25).withLabelNames(names))) {
      assertEquals(names, both.labelNames());
      assertEquals(0.25f, both.threshold());
      assertEquals(0.4375, both.hammingLoss());
    }
  }

  @Test
  void namesComeFromTheDataSet() {
    float[][] x = features();
    Dataset data =
        Dataset.of(x, targets(labels(x.length, 2))).withTargetNames(List.of("cat", "dog"));
    Network two = network(2, Activation.SIGMOID);
    assertEquals(List.of("cat", "dog"), MultiLabelReport.of(two, data).labelNames());
    assertEquals(
        List.of("0", "1"),
        MultiLabelReport.of(two, FeatureScaler.standardize(data).view(data)).labelNames());
  }

  @Test
  void refusesNetworksWhoseOutputsAreNoLabels() {
    Dataset three = Dataset.of(new float[][] {{1, 2, 3}}, new float[][] {{1, 0, 0}});
    for (Activation other : List.of(Activation.SOFTMAX, Activation.IDENTITY, Activation.TANH)) {
      String message = refusal(() -> MultiLabelReport.of(network(3, other), three));
      assertTrue(
          message.endsWith(
              " has outputs that are no probabilities of labels: allowed is SIGMOID;"
                  + " ClassificationReport takes SOFTMAX, RegressionReport others"),
          message);
    }
    assertTrue(
        refusal(() -> MultiLabelReport.of(network(4, Activation.SIGMOID), three))
            .contains("data has rows of 3 features and 3 targets"));
    Network network = network(3, Activation.SIGMOID);
    assertThrows(NullPointerException.class, () -> MultiLabelReport.of(network, null));
    assertThrows(NullPointerException.class, () -> MultiLabelReport.of(null, three));
  }

  /** 2^30 rows that cannot be copied. */
  private static final class ManyRows implements RowSource {
    @Override
    public int rows() {
      return 1 << 30;
    }

    @Override
    public int inputs() {
      return 3;
    }

    @Override
    public int outputs() {
      return 2;
    }

    @Override
    public void copyRows(
        int[] order,
        int from,
        int count,
        float[] xBuffer,
        int xOffset,
        int xStride,
        float[] yBuffer,
        int yOffset,
        int yStride) {
      throw new AssertionError("copied");
    }

    @Override
    public void copyTargets(int row, float[] yBuffer, int yOffset) {
      throw new AssertionError("copied");
    }
  }

  @Test
  void refusesMoreLabelsThanAnIntCounts() {
    assertEquals(
        "1073741824 rows of 2 labels, allowed: at most 2147483647 labels of all rows",
        refusal(() -> MultiLabelReport.of(network(2, Activation.SIGMOID), new ManyRows())));
  }

  @Test
  void refusesWhatAreNoProbabilitiesOrLabels() {
    float[][] p = {{0.5f, 1}, {0.25f, 0}};
    int[][] y = {{0, 1}, {1, 1}};
    assertEquals(
        "probabilities has 0 rows, allowed: 1 or more",
        refusal(() -> MultiLabelReport.of(new float[0][], y)));
    assertEquals(
        "probabilities has 2 rows, but labels has 1: both need the same",
        refusal(() -> MultiLabelReport.of(p, new int[1][2])));
    assertEquals(
        "probabilities have rows of 2, but labels of 3: both need the same",
        refusal(() -> MultiLabelReport.of(p, new int[2][3])));
    assertEquals(
        "labels[1] has 1 elements, allowed: the same number in all rows, 1 or more",
        refusal(() -> MultiLabelReport.of(p, new int[][] {{0, 1}, {1}})));
    assertEquals(
        "labels[0] has 0 elements, allowed: the same number in all rows, 1 or more",
        refusal(() -> MultiLabelReport.of(p, new int[2][0])));
    assertEquals(
        "labels[1][0] = 2, allowed: 0 to 1",
        refusal(() -> MultiLabelReport.of(p, new int[][] {{0, 1}, {2, 1}})));
    for (float bad : new float[] {-0.001f, 1.001f, Float.POSITIVE_INFINITY}) {
      assertEquals(
          "probabilities[1][1] = " + bad + ", allowed: 0 to 1, or NaN",
          refusal(() -> MultiLabelReport.of(new float[][] {{0, 1}, {0, bad}}, y)));
    }
    assertThrows(NullPointerException.class, () -> MultiLabelReport.of((float[][]) null, y));
    assertThrows(NullPointerException.class, () -> MultiLabelReport.of(p, null));
    assertThrows(
        NullPointerException.class, () -> MultiLabelReport.of(p, new int[][] {{0, 1}, null}));
  }

  @Test
  void refusesFiguresThatThereAreNot() {
    MultiLabelReport report = MultiLabelReport.of(P, Y);
    for (double bad : new double[] {-0.001, 1.001, Double.NaN}) {
      assertEquals(
          "threshold = " + bad + ", allowed: 0 to 1", refusal(() -> report.withThreshold(bad)));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> report.score(4));
    assertThrows(IndexOutOfBoundsException.class, () -> report.rocAuc(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> report.confusionMatrix(4));
    for (List<String> bad : List.of(List.of("a", "b"), List.of("a", "b", "a", "c"))) {
      assertEquals(
          "label names " + bad + ", allowed: 4, all different",
          refusal(() -> report.withLabelNames(bad)));
    }
  }

  private static String refusal(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }
}
