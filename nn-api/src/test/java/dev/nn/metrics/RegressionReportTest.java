package dev.nn.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.contract.PlainBackend;
import dev.nn.data.Dataset;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.commons.math3.stat.descriptive.moment.Variance;
import org.apache.commons.math3.util.MathArrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class RegressionReportTest {
  /** A few roundings of double. */
  private static final double ROUNDING = 1e-15;

  private static float[][] column(double... values) {
    float[][] column = new float[values.length][1];
    for (int i = 0; i < values.length; i++) {
      column[i][0] = (float) values[i];
    }
    return column;
  }

  /**
   * The examples of sklearn.metrics for mean_absolute_error, 0.5, root_mean_squared_error, 0.612,
   * and r2_score, 0.948; 0.375 is the mean squared error, 29.1875 the spread, by hand.
   */
  @Test
  void oneOutput() {
    RegressionReport report = RegressionReport.of(column(2.5, 0, 2, 8), column(3, -0.5, 2, 7));
    assertEquals(0.5, report.meanAbsoluteError());
    assertEquals(Math.sqrt(0.375), report.rootMeanSquaredError());
    assertEquals(1 - 1.5 / 29.1875, report.r2(), ROUNDING);
    assertEquals(report.r2(), report.r2(0));
    assertEquals(4, report.rows());
    assertEquals(1, report.outputs());
  }

  /**
   * The examples of sklearn.metrics with two outputs: MAE 0.75 of [0.5, 1], RMSE 0.822, and R2 of
   * [0.965, 0.908]; NumPy 2.4: {@code 1 - ((Y - Z)**2).sum(0) / ((Y - Y.mean(0))**2).sum(0)}.
   */
  @Test
  void severalOutputsAreAveragedUniformly() {
    float[][] targets = {{0.5f, 1}, {-1, 1}, {7, -6}};
    float[][] predictions = {{0, 2}, {-1, 2}, {8, -5}};
    RegressionReport report = RegressionReport.of(predictions, targets);
    assertEquals(0.5, report.meanAbsoluteError(0));
    assertEquals(1, report.meanAbsoluteError(1));
    assertEquals(0.75, report.meanAbsoluteError());
    assertEquals(1, report.rootMeanSquaredError(1));
    assertEquals(0.8227486121839513, report.rootMeanSquaredError(), ROUNDING);
    assertEquals(0.9654377880184332, report.r2(0), ROUNDING);
    assertEquals(0.9081632653061225, report.r2(1), ROUNDING);
    assertEquals(0.9368005266622779, report.r2(), ROUNDING);
  }

  /** The examples of sklearn.metrics.r2_score: 1, 0 for the mean, -3, and constant targets. */
  @Test
  void r2OfPerfectConstantAndWorsePredictions() {
    float[][] targets = column(1, 2, 3);
    assertEquals(1, RegressionReport.of(targets, targets).r2());
    assertEquals(0, RegressionReport.of(column(2, 2, 2), targets).r2());
    assertEquals(-3, RegressionReport.of(column(3, 2, 1), targets).r2());
    float[][] constant = column(-2.1, -2.1, -2.1);
    assertEquals(1, RegressionReport.of(constant, constant).r2());
    assertEquals(0, RegressionReport.of(column(-2.1, -2.1, -2), constant).r2());
    assertEquals(Double.NaN, RegressionReport.of(column(1), column(1)).r2());
  }

  /** NumPy 2.4, of 1e6 plus eighths: squares of the targets would lose all digits of the spread. */
  @Test
  void r2KeepsItsDigitsFarFromZero() {
    double[] offsets = {0, .125, .25, .5, .125};
    double[] errors = {.125, 0, -.125, .25, 0};
    double[] y = new double[5];
    double[] z = new double[5];
    for (int i = 0; i < 5; i++) {
      y[i] = 1e6 + offsets[i];
      z[i] = y[i] + errors[i];
    }
    double r2 = RegressionReport.of(column(z), column(y)).r2();
    assertEquals(8 / 23.0, r2, 1e-9, "the mean near 1e6 has an error of 1e-10, the spread is 0.14");
  }

  /** L1 and L2 distances and the variance of Commons Math, which has sums of its own. */
  @Test
  void agreesWithCommonsMath() {
    Random random = new Random(6);
    int rows = 997;
    double[] y = new double[rows];
    double[] z = new double[rows];
    for (int i = 0; i < rows; i++) {
      y[i] = (float) (3 + random.nextGaussian());
      z[i] = (float) (y[i] + 0.4 * random.nextGaussian());
    }
    double squared = Math.pow(MathArrays.distance(y, z), 2);
    RegressionReport report = RegressionReport.of(column(z), column(y));
    assertEquals(MathArrays.distance1(y, z) / rows, report.meanAbsoluteError(), 1e-13);
    assertEquals(Math.sqrt(squared / rows), report.rootMeanSquaredError(), 1e-13);
    assertEquals(1 - squared / (new Variance().evaluate(y) * (rows - 1)), report.r2(), 1e-13);
  }

  @Test
  void theOrderOfRowsChangesNothing() {
    RegressionReport report = RegressionReport.of(column(2.5, 0, 2, 8), column(3, -0.5, 2, 7));
    RegressionReport other = RegressionReport.of(column(8, 2, 0, 2.5), column(7, 2, -0.5, 3));
    assertEquals(report.meanAbsoluteError(), other.meanAbsoluteError());
    assertEquals(report.rootMeanSquaredError(), other.rootMeanSquaredError());
    assertEquals(report.r2(), other.r2(), ROUNDING);
  }

  @Test
  void aNanShowsInItsOutputAndInTheMeans() {
    float[][] targets = {{1, 2}, {1, 4}};
    float[][] predictions = {{Float.NaN, 2}, {1, 4}};
    RegressionReport report = RegressionReport.of(predictions, targets);
    assertEquals(Double.NaN, report.meanAbsoluteError(0));
    assertEquals(Double.NaN, report.rootMeanSquaredError(0));
    assertEquals(Double.NaN, report.r2(0), "of constant targets too");
    assertEquals(Double.NaN, report.meanAbsoluteError());
    assertEquals(Double.NaN, report.rootMeanSquaredError());
    assertEquals(Double.NaN, report.r2());
    assertEquals(0, report.meanAbsoluteError(1));
    assertEquals(1, report.r2(1));
  }

  /** More than two blocks of 256 rows, for each activation whose outputs are numbers. */
  @Test
  void aNetworkIsMeasuredByItsPredictions() {
    Random random = new Random(8);
    float[][] x = new float[600][3];
    float[][] y = new float[600][2];
    for (int i = 0; i < x.length; i++) {
      for (int k = 0; k < 3; k++) {
        x[i][k] = (float) random.nextGaussian();
      }
      y[i][0] = x[i][0] - x[i][1];
      y[i][1] = x[i][2];
    }
    for (Activation output :
        List.of(Activation.IDENTITY, Activation.TANH, Activation.RELU, Activation.SIGMOID)) {
      Network network = network(output);
      RegressionReport expected = RegressionReport.of(network.predict(x), y);
      RegressionReport report = RegressionReport.of(network, Dataset.of(x, y));
      assertEquals(expected.toString(), report.toString());
      assertEquals(expected.meanAbsoluteError(), report.meanAbsoluteError());
      assertEquals(expected.rootMeanSquaredError(), report.rootMeanSquaredError());
      assertEquals(expected.r2(1), report.r2(1));
      assertEquals(600, report.rows());
    }
  }

  private static Network network(Activation output) {
    return Network.initialize(Architecture.input(3).dense(2, output), 4, PlainBackend.alone());
  }

  @Test
  void theTableHasALineForEachOutput() {
    float[][] targets = {{0.5f, 1}, {-1, 1}, {7, -6}};
    float[][] predictions = {{0, 2}, {-1, 2}, {8, -5}};
    assertEquals(
        List.of(
            "output       MAE      RMSE      R2  rows",
            "0       0.500000  0.645497  0.9654     3",
            "1        1.00000   1.00000  0.9082     3",
            "mean    0.750000  0.822749  0.9368     3"),
        Arrays.asList(RegressionReport.of(predictions, targets).toString().split("\n", -1)));
  }

  @Test
  void namesOfOutputsAreThoseOfTheTargets() {
    Dataset data =
        Dataset.of(new float[2][3], new float[][] {{1, 2}, {3, 5}})
            .withTargetNames(List.of("price", "si\u001bze"));
    RegressionReport report = RegressionReport.of(network(Activation.IDENTITY), data);
    assertEquals(List.of("price", "si\u001bze"), report.outputNames());
    assertEquals(
        List.of("output", "price", "si?ze", "mean"),
        report.toString().lines().map(line -> line.substring(0, line.indexOf(' '))).toList());
    RegressionReport renamed = report.withOutputNames(List.of("a", "a"));
    assertEquals(List.of("a", "a"), renamed.outputNames());
    assertEquals(report.meanAbsoluteError(1), renamed.meanAbsoluteError(1));
    assertEquals(
        "output names [a], allowed: 2", refusal(() -> report.withOutputNames(List.of("a"))));
    assertEquals(List.of("0"), RegressionReport.of(column(1), column(1)).outputNames());
  }

  @Test
  void refusesWhatCannotBeCompared() {
    assertEquals(
        "predictions has 0 rows, allowed: 1 or more",
        refusal(() -> RegressionReport.of(new float[0][], column(1))));
    assertEquals(
        "predictions has 2 rows, but targets has 1: both need the same",
        refusal(() -> RegressionReport.of(column(1, 2), column(1))));
    assertEquals(
        "predictions have rows of 2, but targets of 1: both need the same",
        refusal(() -> RegressionReport.of(new float[1][2], column(1))));
    assertEquals(
        "targets[1] has 2 elements, allowed: the same number in all rows, 1 or more",
        refusal(() -> RegressionReport.of(column(1, 2), new float[][] {{1}, {1, 2}})));
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      assertEquals(
          "targets[1][0] = " + bad + ", allowed: finite numbers",
          refusal(() -> RegressionReport.of(column(1, 2), column(1, bad))));
    }
    assertThrows(NullPointerException.class, () -> RegressionReport.of(null, column(1)));
    assertThrows(
        NullPointerException.class, () -> RegressionReport.of(column(1), (float[][]) null));
    RegressionReport report = RegressionReport.of(column(1), column(1));
    assertThrows(IndexOutOfBoundsException.class, () -> report.r2(1));
    assertThrows(IndexOutOfBoundsException.class, () -> report.meanAbsoluteError(-1));
    assertThrows(IndexOutOfBoundsException.class, () -> report.rootMeanSquaredError(1));
  }

  @Test
  void refusesNetworksWhoseOutputsAreClasses() {
    Dataset data = Dataset.of(new float[1][3], new float[][] {{1, 0}});
    String message = refusal(() -> RegressionReport.of(network(Activation.SOFTMAX), data));
    assertTrue(message.endsWith("ClassificationReport takes them"), message);
    Dataset narrow = Dataset.of(new float[1][3], new float[][] {{1}});
    assertTrue(
        refusal(() -> RegressionReport.of(network(Activation.IDENTITY), narrow))
            .contains("data has rows of 3 features and 1 targets"));
    assertThrows(
        NullPointerException.class,
        () -> RegressionReport.of(network(Activation.IDENTITY), (Dataset) null));
  }

  private static String refusal(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }
}
