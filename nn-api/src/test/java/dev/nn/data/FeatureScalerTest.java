package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Philox;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.StandardDeviation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FeatureScalerTest {

  private static final int ROWS = 501;

  private static final double[] ONE = {1};

  /** Columns of different size: 1e-6, 1, 1e6, and 1e4 with a spread of 1. */
  private static Dataset gaussian() {
    double[] size = {1e-6, 1, 1e6, 1};
    double[] centre = {0, 3, -2e6, 1e4};
    float[][] x = new float[ROWS][4];
    for (int k = 0; k < 4; k++) {
      Philox random = new Philox(17, Philox.INITIALIZE, k);
      for (int row = 0; row < ROWS; row++) {
        x[row][k] = (float) (centre[k] + size[k] * random.gaussian(row));
      }
    }
    return Dataset.of(x, new float[ROWS][1]);
  }

  private static double[] column(Dataset data, int k) {
    double[] column = new double[data.rows()];
    for (int row = 0; row < column.length; row++) {
      column[row] = data.feature(row, k);
    }
    return column;
  }

  private static Dataset columns(float[]... rows) {
    return Dataset.of(rows, new float[rows.length][1]);
  }

  @Test
  void shiftAndScaleAreMeanAndPopulationDeviation() {
    Dataset data = gaussian();

    FeatureScaler scaler = FeatureScaler.standardize(data);

    for (int k = 0; k < 4; k++) {
      double mean = new Mean().evaluate(column(data, k));
      double deviation = new StandardDeviation(false).evaluate(column(data, k));
      // sums of 501 doubles, relative to the largest summand
      double bound = ROWS * Math.ulp(Math.abs(mean) + deviation);
      assertEquals(mean, scaler.shift()[k], bound, "column " + k);
      assertEquals(deviation, scaler.scale()[k], bound, "column " + k);
    }
  }

  @Test
  void standardizedColumnsHaveMeanZeroAndDeviationOne() {
    Dataset data = gaussian();

    Dataset scaled = FeatureScaler.standardize(data).apply(data);

    for (int k = 0; k < 4; k++) {
      // each value is rounded to float once: half an ulp of at most 8
      double bound = Math.ulp(4f);
      assertEquals(0, new Mean().evaluate(column(scaled, k)), bound, "column " + k);
      assertEquals(
          1, new StandardDeviation(false).evaluate(column(scaled, k)), bound, "column " + k);
    }
  }

  @Test
  void minMaxColumnsReachFromZeroToOneExactly() {
    Dataset data = gaussian();

    Dataset scaled = FeatureScaler.minMax(data).apply(data);

    for (int k = 0; k < 4; k++) {
      SummaryStatistics statistics = new SummaryStatistics();
      for (double value : column(scaled, k)) {
        statistics.addValue(value);
      }
      assertEquals(0, statistics.getMin(), "column " + k);
      assertEquals(1, statistics.getMax(), "column " + k);
    }
  }

  @Test
  void appliesTheFormulaInDoubleAndRoundsOnce() {
    FeatureScaler scaler = FeatureScaler.of(new double[] {0.1, 1e9}, new double[] {3, 1e-3});
    float[] row = {0.7f, 1e9f + 64};

    assertArrayEquals(
        new float[] {(float) ((0.7f - 0.1) / 3), (float) (64 / 1e-3)}, scaler.apply(row));
  }

  @Test
  void learnsFromTheTrainingRowsOnly() {
    FeatureScaler scaler = FeatureScaler.minMax(columns(new float[] {2}, new float[] {4}));

    Dataset scaled = scaler.apply(columns(new float[] {0}, new float[] {3}, new float[] {8}));

    assertArrayEquals(new double[] {-1, 0.5, 3}, column(scaled, 0));
  }

  @ParameterizedTest
  @CsvSource({"0", "0.1", "-3.4e38", "16777217", "1.4e-45"})
  void constantColumnsBecomeZero(float constant) {
    float[][] x = new float[1000][2];
    for (int row = 0; row < x.length; row++) {
      x[row] = new float[] {constant, row};
    }
    Dataset data = Dataset.of(x, new float[1000][1]);

    for (FeatureScaler scaler :
        List.of(FeatureScaler.standardize(data), FeatureScaler.minMax(data))) {
      assertEquals(1, scaler.scale()[0]);
      assertEquals(constant, scaler.shift()[0]);
      assertArrayEquals(new double[1000], column(scaler.apply(data), 0));
    }
  }

  @Test
  void oneRowIsConstant() {
    assertArrayEquals(
        new float[] {0, 0},
        FeatureScaler.standardize(columns(new float[] {5, -1})).apply(new float[] {5, -1}));
  }

  @Test
  void extremesOfFloatDoNotOverflow() {
    float max = Float.MAX_VALUE;
    Dataset data = columns(new float[] {max}, new float[] {-max});

    assertArrayEquals(new double[] {1, -1}, column(FeatureScaler.standardize(data).apply(data), 0));
    assertArrayEquals(new double[] {1, 0}, column(FeatureScaler.minMax(data).apply(data), 0));
  }

  @Test
  void rowsAndDataSetsGetTheSameBits() {
    Dataset data = gaussian();
    FeatureScaler scaler = FeatureScaler.standardize(data);
    Dataset scaled = scaler.apply(data);

    for (int row = 0; row < ROWS; row++) {
      assertArrayEquals(scaled.features(row), scaler.apply(data.features(row)));
    }
  }

  @Test
  void inverseUndoesApply() {
    Dataset data = gaussian();
    FeatureScaler scaler = FeatureScaler.standardize(data);

    for (int row = 0; row < ROWS; row++) {
      float[] original = data.features(row);
      float[] back = scaler.inverse(scaler.apply(original));
      for (int k = 0; k < 4; k++) {
        // the scaled value is off by half an ulp, which the scale enlarges; then one more rounding
        double bound = Math.ulp(4f) * scaler.scale()[k] + Math.ulp(original[k]);
        assertEquals(original[k], back[k], bound, "row " + row + ", column " + k);
      }
    }
  }

  @Test
  void keepsTargetsNamesAndTheOriginal() {
    Dataset data =
        Dataset.ofLabels(new float[][] {{1}, {3}}, new int[] {0, 1}, 2)
            .withFeatureNames(List.of("length"));

    Dataset scaled = FeatureScaler.standardize(data).apply(data);

    assertEquals(List.of("length"), scaled.featureNames());
    assertEquals(List.of("0", "1"), scaled.classNames());
    assertEquals(1, scaled.label(1));
    assertEquals(3, data.feature(1, 0));
  }

  @Test
  void isImmutable() {
    double[] shift = {1};
    double[] scale = {2};
    FeatureScaler scaler = FeatureScaler.of(shift, scale);
    shift[0] = 9;
    scale[0] = 9;
    scaler.shift()[0] = 9;
    scaler.scale()[0] = 9;
    float[] row = {5};

    assertArrayEquals(new float[] {2}, scaler.apply(row));
    assertArrayEquals(new float[] {5}, row);
    assertEquals("FeatureScaler[shift=[1.0], scale=[2.0]]", scaler.toString());
  }

  @Test
  void refusesAnotherWidth() {
    FeatureScaler scaler = FeatureScaler.standardize(columns(new float[] {1, 2}));

    assertEquals(2, scaler.inputs());
    assertRefused("3 features, expected 2", () -> scaler.apply(new float[3]));
    assertRefused("1 features, expected 2", () -> scaler.inverse(new float[1]));
    assertRefused("1 features, expected 2", () -> scaler.apply(columns(new float[] {1})));
  }

  @Test
  void refusesResultsThatAreNotFinite() {
    FeatureScaler scaler = FeatureScaler.of(new double[] {0, 0}, new double[] {1, 1e-3});

    assertRefused("feature 0: NaN", () -> scaler.apply(new float[] {Float.NaN, 0}));
    assertRefused("feature 1: Infinity", () -> scaler.apply(new float[] {0, 3e38f}));
    assertRefused(
        "row 1, feature 1: -Infinity",
        () -> scaler.apply(columns(new float[] {0, 0}, new float[] {0, -3e38f})));
    assertRefused("feature 0: NaN", () -> scaler.inverse(new float[] {Float.NaN, 0}));
  }

  @Test
  void refusesNumbersThatAreNoScale() {
    double[] one = {1};
    assertRefused("column 0: scale = 0.0", () -> FeatureScaler.of(one, new double[] {0}));
    assertRefused("column 0: scale = -1.0", () -> FeatureScaler.of(one, new double[] {-1}));
    assertRefused("scale = NaN", () -> FeatureScaler.of(one, new double[] {Double.NaN}));
    assertRefused(
        "scale = Infinity", () -> FeatureScaler.of(one, new double[] {Double.POSITIVE_INFINITY}));
    assertRefused("shift = NaN", () -> FeatureScaler.of(new double[] {Double.NaN}, one));
    assertRefused("1 shifts and 2 scales", () -> FeatureScaler.of(one, new double[2]));
    assertRefused("0 shifts", () -> FeatureScaler.of(new double[0], new double[0]));
  }

  @Test
  void aViewHasTheRowsOfTheScaledDataSet() {
    Dataset data = gaussian();
    FeatureScaler scaler = FeatureScaler.standardize(data);
    Dataset expected = scaler.apply(data);

    RowSource view = scaler.view(data);

    assertEquals(ROWS, view.rows());
    assertEquals(4, view.inputs());
    assertEquals(1, view.outputs());
    assertEquals(data + ", scaled", view.toString());
    int[] order = {500, 0, 77, 77, 3};
    float[] x = new float[3 * 6];
    float[] y = new float[3 * 2];
    float[] wantedX = x.clone();
    float[] wantedY = y.clone();
    expected.copyRows(order, 1, 3, wantedX, 1, 5, wantedY, 0, 2);
    view.copyRows(order, 1, 3, x, 1, 5, y, 0, 2);
    assertArrayEquals(wantedX, x);
    assertArrayEquals(wantedY, y);
    // to learn from a view is to learn from its rows
    assertEquals(FeatureScaler.minMax(expected).toString(), FeatureScaler.minMax(view).toString());
    assertRefused("4 features, expected 1", () -> FeatureScaler.of(ONE, ONE).view(data));
  }

  @Test
  void aViewNamesWhatIsTooLargeForAFloat() {
    FeatureScaler scaler = FeatureScaler.of(new double[2], new double[] {1, 1e-30});
    RowSource view = scaler.view(columns(new float[] {1, 1}, new float[] {1, 1e10f}));
    float[] x = new float[2];

    view.copyRows(new int[] {0}, 0, 1, x, 0, 2, new float[1], 0, 1);

    assertRefused(
        "row 1, scaled feature 1: Infinity is not a finite number",
        () -> view.copyRows(new int[] {1}, 0, 1, x, 0, 2, new float[1], 0, 1));
  }

  @Test
  void namesTheArgumentThatIsNull() {
    double[] one = {1};
    FeatureScaler scaler = FeatureScaler.of(one, one);

    assertEquals("train", nullRefusal(() -> FeatureScaler.standardize(null)));
    assertEquals("train", nullRefusal(() -> FeatureScaler.minMax(null)));
    assertEquals("shift", nullRefusal(() -> FeatureScaler.of(null, one)));
    assertEquals("scale", nullRefusal(() -> FeatureScaler.of(one, null)));
    assertEquals("row", nullRefusal(() -> scaler.apply((float[]) null)));
    assertEquals("data", nullRefusal(() -> scaler.apply((Dataset) null)));
    assertEquals("data", nullRefusal(() -> scaler.view(null)));
    assertEquals("scaled", nullRefusal(() -> scaler.inverse(null)));
  }

  private static String nullRefusal(Executable call) {
    return assertThrows(NullPointerException.class, call).getMessage();
  }

  private static void assertRefused(String message, Runnable call) {
    String refusal = assertThrows(IllegalArgumentException.class, call::run).getMessage();
    assertTrue(refusal.contains(message), refusal);
  }
}
