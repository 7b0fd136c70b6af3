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
import dev.nn.train.Evaluation;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ClassificationReportTest {
  /** A few roundings of double in sums of a dozen numbers. */
  private static final double ROUNDING = 1e-15;

  /** Sixteenths, so that no probability is rounded. */
  private static final float[][] P =
      sixteenths(
          new int[][] {
            {8, 4, 4}, {2, 12, 2}, {4, 4, 8}, {6, 6, 4}, {1, 1, 14}, {3, 10, 3},
            {5, 3, 8}, {9, 2, 5}, {2, 7, 7}, {12, 3, 1}, {4, 8, 4}, {6, 4, 6}
          });

  private static final int[] Y = {0, 1, 2, 1, 2, 0, 0, 0, 2, 1, 1, 2};

  /** One column: the probability of class 1. */
  private static final float[][] BINARY_P =
      sixteenths(new int[][] {{15}, {12}, {8}, {8}, {7}, {4}, {3}, {1}});

  private static final int[] BINARY_Y = {1, 1, 0, 1, 0, 1, 0, 0};

  private static float[][] sixteenths(int[][] values) {
    float[][] p = new float[values.length][values[0].length];
    for (int i = 0; i < p.length; i++) {
      for (int j = 0; j < p[i].length; j++) {
        p[i][j] = values[i][j] / 16f;
      }
    }
    return p;
  }

  /** NumPy 2.4: {@code pred = P.argmax(1); np.add.at(C, (y, pred), 1)}. */
  @Test
  void predictionsAreTheFirstOfTheMostProbable() {
    ClassificationReport report = ClassificationReport.of(P, Y);
    assertArrayEquals(
        new int[][] {{2, 1, 1}, {2, 2, 0}, {1, 1, 2}}, report.confusionMatrix().counts());
    assertEquals(0.5, report.accuracy());
    assertEquals(0.5052910052910052, report.confusionMatrix().macro().f1(), ROUNDING);
  }

  /** NumPy 2.4: {@code -np.log(P[np.arange(12), y]).mean()}. */
  @Test
  void logLossIsTheMeanOfNegativeLogarithms() {
    assertEquals(0.8646216589847203, ClassificationReport.of(P, Y).logLoss(), ROUNDING);
  }

  /**
   * The examples of scikit-learn's user guide, 0.1738, and of sklearn.metrics.log_loss, 0.21616.
   */
  @Test
  void logLossOfPublishedExamples() {
    float[][] guide = {{.9f, .1f}, {.8f, .2f}, {.3f, .7f}, {.01f, .99f}};
    double loss = ClassificationReport.of(guide, new int[] {0, 0, 1, 1}).logLoss();
    assertEquals(0.1738, Math.floor(loss * 1e4) / 1e4);
    float[][] spam = {{.1f, .9f}, {.9f, .1f}, {.8f, .2f}, {.35f, .65f}};
    int[] labels = {1, 0, 0, 1};
    double spamLoss = ClassificationReport.of(spam, labels).logLoss();
    assertEquals(0.21616, Math.floor(spamLoss * 1e5) / 1e5);
    float[][] oneColumn = {{.9f}, {.1f}, {.2f}, {.65f}};
    assertEquals(
        spamLoss,
        ClassificationReport.of(oneColumn, labels).logLoss(),
        1e-7,
        "1 - 0.1f is not 0.9f");
  }

  @Test
  void logLossIsNotClipped() {
    float[][] p = {{1, 0}, {0, 1}};
    assertEquals(0, ClassificationReport.of(p, new int[] {0, 1}).logLoss());
    assertEquals(Double.POSITIVE_INFINITY, ClassificationReport.of(p, new int[] {1, 1}).logLoss());
    float[][] column = {{1}, {0}};
    assertEquals(0, ClassificationReport.of(column, new int[] {1, 0}).logLoss());
    assertEquals(
        Double.POSITIVE_INFINITY, ClassificationReport.of(column, new int[] {0, 0}).logLoss());
    float[][] tiny = {{1e-30f}};
    assertEquals(1e-30f, ClassificationReport.of(tiny, new int[] {0}).logLoss(), 1e-45);
  }

  /**
   * NumPy 2.4: {@code ((a[:, None] > b) + .5 * (a[:, None] == b)).mean()}, a of the class, b not.
   */
  @Test
  void rocAucIsOneVersusRest() {
    ClassificationReport report = ClassificationReport.of(P, Y);
    assertEquals(0.6875, report.rocAuc(0));
    assertEquals(0.734375, report.rocAuc(1));
    assertEquals(0.921875, report.rocAuc(2));
    assertEquals(0.78125, report.rocAuc());
  }

  /** A mean over the classes that have rows in and outside; class 2 has none. */
  @Test
  void classesWithoutAnAreaAreLeftOutOfTheMean() {
    float[][] p = {{.5f, .25f, .25f}, {.25f, .5f, .25f}, {.5f, .25f, .25f}};
    ClassificationReport report = ClassificationReport.of(p, new int[] {0, 1, 1});
    assertEquals(0.75, report.rocAuc(0));
    assertEquals(0.75, report.rocAuc(1));
    assertEquals(Double.NaN, report.rocAuc(2));
    assertEquals(0.75, report.rocAuc());
    ClassificationReport one = ClassificationReport.of(p, new int[3]);
    assertEquals(Double.NaN, one.rocAuc());
  }

  /** NumPy 2.4: bins {@code (conf > m / M) & (conf <= (m + 1) / M)} of {@code conf = P.max(1)}. */
  @Test
  void calibrationErrorOfTheMostProbableClass() {
    ClassificationReport report = ClassificationReport.of(P, Y);
    assertEquals(0.0625, report.expectedCalibrationError(1), ROUNDING);
    assertEquals(0.08333333333333334, report.expectedCalibrationError(4), ROUNDING);
    assertEquals(0.24999999999999997, report.expectedCalibrationError(5), ROUNDING);
    assertEquals(0.24999999999999994, report.expectedCalibrationError(10), ROUNDING);
  }

  /** The example of MulticlassCalibrationError of TorchMetrics: 0.2000. */
  @Test
  void calibrationErrorOfAPublishedExample() {
    float[][] p = {{.25f, .20f, .55f}, {.55f, .05f, .40f}, {.10f, .30f, .60f}, {.90f, .05f, .05f}};
    ClassificationReport report = ClassificationReport.of(p, new int[] {0, 1, 2, 0});
    assertEquals(0.2, report.expectedCalibrationError(3), 1e-7, "probabilities are floats");
  }

  /** 0.25 belongs to the first of four bins, what is just above to the second. */
  @Test
  void binsHoldTheirUpperEnd() {
    float above = Math.nextUp(0.25f);
    float[][] p = {{.25f, .25f, .25f, .25f}, {above, .25f, .25f, .25f}};
    ClassificationReport report = ClassificationReport.of(p, new int[] {0, 1});
    assertEquals((0.75 + above) / 2, report.expectedCalibrationError(4), ROUNDING);
    assertEquals((1 - 0.25 - above) / 2, report.expectedCalibrationError(1), ROUNDING);
    float[][] certain = {{1}, {0}};
    ClassificationReport wrong = ClassificationReport.of(certain, new int[] {0, 1});
    assertEquals(1, wrong.expectedCalibrationError(10));
  }

  /**
   * NumPy 2.4: {@code pred = p >= .5}, {@code -np.where(t == 1, np.log(p), np.log1p(-p)).mean()},
   * AUC by pairs, {@code conf = np.where(pred == 1, p, 1 - p)}.
   */
  @Test
  void oneColumnIsTheProbabilityOfClassOne() {
    ClassificationReport report = ClassificationReport.of(BINARY_P, BINARY_Y);
    assertArrayEquals(new int[][] {{3, 1}, {1, 3}}, report.confusionMatrix().counts());
    assertEquals(0.4965439183310638, report.logLoss(), ROUNDING);
    assertEquals(0.84375, report.rocAuc());
    assertEquals(0.84375, report.rocAuc(0));
    assertEquals(0.84375, report.rocAuc(1));
    assertEquals(0.03125, report.expectedCalibrationError(2), ROUNDING);
    assertEquals(0.15625, report.expectedCalibrationError(5), ROUNDING);
    assertEquals(0.15625, report.expectedCalibrationError(10), ROUNDING);
    assertEquals(0.75, report.topAccuracy(1));
    assertEquals(1, report.topAccuracy(2));
  }

  /** But for 8/16: of equals one column takes class 1, and two columns the first. */
  @Test
  void twoColumnsSayTheSame() {
    float[][] two = new float[BINARY_P.length][];
    for (int i = 0; i < two.length; i++) {
      two[i] = new float[] {1 - BINARY_P[i][0], BINARY_P[i][0]};
    }
    ClassificationReport one = ClassificationReport.of(BINARY_P, BINARY_Y);
    ClassificationReport both = ClassificationReport.of(two, BINARY_Y);
    assertArrayEquals(new int[][] {{4, 0}, {2, 2}}, both.confusionMatrix().counts());
    assertEquals(one.logLoss(), both.logLoss(), ROUNDING);
    assertEquals(one.rocAuc(), both.rocAuc());
    assertEquals(one.rocAuc(0), both.rocAuc(0));
    assertEquals(1, both.topAccuracy(2));
  }

  /**
   * The example of sklearn.metrics.top_k_accuracy_score with k = 2: 0.75. The last column of its
   * first three rows is raised so that they add up to 1, which leaves the right class where it was.
   */
  @Test
  void rightClassesAmongTheMostProbable() {
    float[][] p = {{.5f, .2f, .3f}, {.3f, .4f, .3f}, {.2f, .4f, .4f}, {.7f, .2f, .1f}};
    ClassificationReport report = ClassificationReport.of(p, new int[] {0, 1, 2, 2});
    assertEquals(0.5, report.topAccuracy(1));
    assertEquals(0.75, report.topAccuracy(2));
    assertEquals(1, report.topAccuracy(3));
  }

  @Test
  void ofEquallyProbableClassesTheFirstComesFirst() {
    float[][] p = {{.25f, .25f, .25f, .25f}};
    for (int label = 0; label < 4; label++) {
      ClassificationReport report = ClassificationReport.of(p, new int[] {label});
      for (int k = 1; k <= 4; k++) {
        assertEquals(label < k ? 1 : 0, report.topAccuracy(k), "label " + label + ", k " + k);
      }
    }
  }

  /** A half in one column predicts class 1, which therefore comes first. */
  @Test
  void theMostProbableOfTwoIsThePredictedClass() {
    float[][] half = {{.5f}};
    ClassificationReport one = ClassificationReport.of(half, new int[] {1});
    ClassificationReport zero = ClassificationReport.of(half, new int[] {0});
    assertEquals(1, one.accuracy());
    assertEquals(1, one.topAccuracy(1));
    assertEquals(0, zero.topAccuracy(1));
    assertEquals(1, zero.topAccuracy(2));
  }

  @Test
  void aRowWithANanIsNeverRight() {
    float[][] p = {{.75f, .25f, 0}, {.75f, Float.NaN, 0}, {.75f, .25f, 0}, {0, .25f, .75f}};
    ClassificationReport report = ClassificationReport.of(p, new int[] {0, 0, 1, 2});
    assertEquals(0.5, report.accuracy());
    assertEquals(0.5, report.topAccuracy(1));
    assertEquals(0.75, report.topAccuracy(2));
    assertEquals(0.75, report.topAccuracy(3));
    assertEquals(new ClassScore(0.5, 0.5, 0.5, 2), report.confusionMatrix().score(0));
    assertEquals(Double.NaN, report.logLoss());
    assertEquals(Double.NaN, report.rocAuc());
    assertEquals(Double.NaN, report.rocAuc(2));
    assertEquals(Double.NaN, report.expectedCalibrationError(10));
    for (float[][] binary : new float[][][] {{{Float.NaN}, {1}}, {{Float.NaN, 0}, {0, 1}}}) {
      ClassificationReport two = ClassificationReport.of(binary, new int[] {0, 1});
      assertEquals(0.5, two.accuracy());
      assertEquals(0.5, two.topAccuracy(2));
      assertEquals(Double.NaN, two.logLoss());
      assertEquals(Double.NaN, two.rocAuc());
      assertEquals(Double.NaN, two.expectedCalibrationError(1));
    }
  }

  /** Counts and ranks stay as they are; sums of logarithms are added in another order. */
  @Test
  void theOrderOfRowsChangesNothing() {
    float[][] p = P.clone();
    int[] y = Y.clone();
    Random random = new Random(3);
    for (int i = p.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      float[] row = p[i];
      p[i] = p[j];
      p[j] = row;
      int label = y[i];
      y[i] = y[j];
      y[j] = label;
    }
    ClassificationReport expected = ClassificationReport.of(P, Y);
    ClassificationReport report = ClassificationReport.of(p, y);
    assertArrayEquals(expected.confusionMatrix().counts(), report.confusionMatrix().counts());
    assertEquals(expected.rocAuc(), report.rocAuc());
    assertEquals(expected.topAccuracy(2), report.topAccuracy(2));
    assertEquals(expected.logLoss(), report.logLoss(), ROUNDING);
    assertEquals(
        expected.expectedCalibrationError(5), report.expectedCalibrationError(5), ROUNDING);
  }

  @Test
  void perfectAndWorstPredictions() {
    float[][] p = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    ClassificationReport perfect = ClassificationReport.of(p, new int[] {0, 1, 2});
    assertEquals(new ClassScore(1, 1, 1, 3), perfect.confusionMatrix().macro());
    assertEquals(1, perfect.rocAuc());
    assertEquals(0, perfect.logLoss());
    assertEquals(0, perfect.expectedCalibrationError(10));
    ClassificationReport worst = ClassificationReport.of(p, new int[] {1, 2, 0});
    assertEquals(new ClassScore(0, 0, 0, 3), worst.confusionMatrix().macro());
    assertEquals(
        0.25, worst.rocAuc(), "the row of the class is behind one of two, beside the other");
    assertEquals(1, worst.expectedCalibrationError(10));
  }

  private static Network network(int outputs, Activation activation) {
    return Network.initialize(
        Architecture.input(3).dense(5, Activation.TANH).dense(outputs, activation),
        4,
        PlainBackend.alone());
  }

  /** More than two blocks of 256 rows. */
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

  private static int[] labels(int rows, int classes) {
    return new Random(9).ints(rows, 0, classes).toArray();
  }

  private static void assertSameFigures(
      ClassificationReport expected, ClassificationReport report, Evaluation evaluation) {
    assertArrayEquals(expected.confusionMatrix().counts(), report.confusionMatrix().counts());
    assertArrayEquals(evaluation.confusionMatrix(), report.confusionMatrix().counts());
    assertEquals(evaluation.score().accuracy(), report.accuracy());
    assertEquals(evaluation.score().loss(), report.logLoss());
    assertEquals(expected.logLoss(), report.logLoss(), 1e-6, "of probabilities and of logits");
    assertEquals(expected.rocAuc(), report.rocAuc());
    assertEquals(expected.expectedCalibrationError(7), report.expectedCalibrationError(7));
    for (int k = 1; k <= expected.classNames().size(); k++) {
      assertEquals(expected.topAccuracy(k), report.topAccuracy(k));
    }
    assertTrue(report.accuracy() > 0 && report.accuracy() < 1);
  }

  @Test
  void aNetworkIsMeasuredByItsPredictions() {
    Network network = network(4, Activation.SOFTMAX);
    float[][] x = features();
    int[] labels = labels(x.length, 4);
    Dataset data = Dataset.ofLabels(x, labels, 4);
    assertSameFigures(
        ClassificationReport.of(network.predict(x), labels),
        ClassificationReport.of(network, data),
        Evaluation.of(network, data));
  }

  @Test
  void aNetworkWithOneSigmoidOutputIsBinary() {
    Network network = network(1, Activation.SIGMOID);
    float[][] x = features();
    int[] labels = labels(x.length, 2);
    float[][] y = new float[x.length][1];
    for (int i = 0; i < y.length; i++) {
      y[i][0] = labels[i];
    }
    Dataset data = Dataset.of(x, y);
    assertSameFigures(
        ClassificationReport.of(network.predict(x), labels),
        ClassificationReport.of(network, data),
        Evaluation.of(network, data));
  }

  /** Probabilities of 0 and 1 in float, but the loss is that of the logit, 200. */
  @Test
  void theLogLossOfANetworkComesFromLogits() {
    Network network =
        Network.initialize(
            Architecture.input(1).dense(1, Activation.SIGMOID), 1, PlainBackend.alone());
    network.setParameters(1, new float[][] {{200}}, new float[1]);
    Dataset data = Dataset.of(new float[][] {{1}, {-1}}, new float[][] {{0}, {0}});
    ClassificationReport report = ClassificationReport.of(network, data);
    assertEquals(100, report.logLoss());
    assertEquals(0.5, report.accuracy());
  }

  @Test
  void aNetworkWithoutNumbersIsNeverRight() {
    Network network =
        Network.initialize(
            Architecture.input(1).dense(2, Activation.SOFTMAX), 1, PlainBackend.alone());
    network.setParameters(1, new float[][] {{1e30f}, {-1e30f}}, new float[2]);
    Dataset data = Dataset.ofLabels(new float[][] {{1e30f}, {0}}, new int[] {0, 0}, 2);
    ClassificationReport report = ClassificationReport.of(network, data);
    assertEquals(0.5, report.accuracy());
    assertEquals(0.5, report.confusionMatrix().score(0).recall());
    assertEquals(Double.NaN, report.rocAuc());
  }

  @Test
  void theTableNamesTheClasses() {
    float[][] p = {{.75f, .25f}, {.5f, .5f}, {.25f, .75f}, {0, 1}};
    ClassificationReport report = ClassificationReport.of(p, new int[] {0, 1, 1, 1});
    assertEquals(List.of("0", "1"), report.classNames());
    assertEquals(
        List.of(
            "class             precision  recall      F1  ROC AUC  rows",
            "no                   0.5000  1.0000  0.6667   1.0000     1",
            "ye?s                 1.0000  0.6667  0.8000   1.0000     3",
            "macro average        0.7500  0.8333  0.7333   1.0000     4",
            "micro average        0.7500  0.7500  0.7500              4",
            "weighted average     0.8750  0.7500  0.7667              4",
            "accuracy 0.7500, log loss 0.317128, calibration error 0.2500 (15 bins)"),
        Arrays.asList(
            report.withClassNames(List.of("no", "ye\u001bs")).toString().split("\n", -1)));
  }

  @Test
  void namesComeFromTheDataSet() {
    Network network = network(2, Activation.SOFTMAX);
    float[][] x = features();
    Dataset data =
        Dataset.ofLabels(x, labels(x.length, 2), 2).withClassNames(List.of("cat", "dog"));
    assertEquals(List.of("cat", "dog"), ClassificationReport.of(network, data).classNames());
    assertEquals(
        List.of("0", "1"),
        ClassificationReport.of(network, FeatureScaler.standardize(data).view(data)).classNames());
  }

  @Test
  void refusesNetworksWhoseOutputsAreNoClasses() {
    float[][] x = {{1, 2, 3}};
    Dataset three = Dataset.of(x, new float[][] {{1, 0, 0}});
    assertEquals(
        "network 3-5 tanh-3 sigmoid has 3 independent labels: MultiLabelReport takes them",
        refusal(() -> ClassificationReport.of(network(3, Activation.SIGMOID), three)));
    for (Activation other : List.of(Activation.IDENTITY, Activation.TANH, Activation.RELU)) {
      String message = refusal(() -> ClassificationReport.of(network(3, other), three));
      assertTrue(message.contains("no probabilities of classes"), message);
    }
    assertTrue(
        refusal(() -> ClassificationReport.of(network(4, Activation.SOFTMAX), three))
            .contains("data has rows of 3 features and 3 targets"));
    assertThrows(
        NullPointerException.class,
        () -> ClassificationReport.of(network(3, Activation.SOFTMAX), null));
  }

  @Test
  void refusesWhatAreNoProbabilitiesOrLabels() {
    float[][] p = {{.5f, .5f}, {.25f, .75f}};
    int[] y = {0, 1};
    assertEquals(
        "probabilities has 0 rows, allowed: 1 or more",
        refusal(() -> ClassificationReport.of(new float[0][], y)));
    assertEquals(
        "probabilities has 2 rows, but labels has 1: both need the same",
        refusal(() -> ClassificationReport.of(p, new int[1])));
    assertEquals(
        "labels[1] = 2, allowed: 0 to 1",
        refusal(() -> ClassificationReport.of(p, new int[] {0, 2})));
    assertEquals(
        "labels[0] = 2, allowed: 0 to 1",
        refusal(() -> ClassificationReport.of(new float[1][1], new int[] {2})));
    assertEquals(
        "probabilities[1] has 1 elements, allowed: the same number in all rows, 1 or more",
        refusal(() -> ClassificationReport.of(new float[][] {{0, 1}, {1}}, y)));
    assertEquals(
        "probabilities[0] has 0 elements, allowed: the same number in all rows, 1 or more",
        refusal(() -> ClassificationReport.of(new float[2][0], y)));
    for (float bad : new float[] {-0.001f, 1.001f, Float.POSITIVE_INFINITY}) {
      assertEquals(
          "probabilities[1][0] = " + bad + ", allowed: 0 to 1, or NaN",
          refusal(() -> ClassificationReport.of(new float[][] {{1}, {bad}}, y)));
    }
    assertEquals(
        "probabilities[1] add up to 1.5, allowed: 1 (MultiLabelReport takes independent labels)",
        refusal(() -> ClassificationReport.of(new float[][] {{.5f, .5f}, {.5f, 1}}, y)));
    assertThrows(NullPointerException.class, () -> ClassificationReport.of((float[][]) null, y));
    assertThrows(NullPointerException.class, () -> ClassificationReport.of(p, null));
    assertThrows(
        NullPointerException.class, () -> ClassificationReport.of(new float[][] {{1}, null}, y));
  }

  @Test
  void refusesFiguresThatThereAreNot() {
    ClassificationReport report = ClassificationReport.of(P, Y);
    assertEquals("k = 0, allowed: 1 to 3 (classes)", refusal(() -> report.topAccuracy(0)));
    assertEquals("k = 4, allowed: 1 to 3 (classes)", refusal(() -> report.topAccuracy(4)));
    assertEquals("bins = 0, allowed: 1 or more", refusal(() -> report.expectedCalibrationError(0)));
    assertThrows(IndexOutOfBoundsException.class, () -> report.rocAuc(3));
    for (List<String> bad : List.of(List.of("a", "b"), List.of("a", "b", "a"))) {
      assertEquals(
          "class names " + bad + ", allowed: 3, all different",
          refusal(() -> report.withClassNames(bad)));
    }
  }

  private static String refusal(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }
}
