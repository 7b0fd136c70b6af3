package dev.nn.data;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * x'[k] = (x[k] - shift[k]) / scale[k] for each column k of features, immutable.
 *
 * <p>Shift and scale are learned from the training rows alone and then applied to all rows, so that
 * nothing of the test rows leaks into the training. The formula is evaluated in double and rounded
 * to float once, at the end. Safe for use by several threads.
 */
public final class FeatureScaler {

  private final double[] shift;
  private final double[] scale;

  private FeatureScaler(double[] shift, double[] scale) {
    this.shift = shift;
    this.scale = scale;
  }

  /**
   * shift = mean, scale = standard deviation = sqrt(sum (x - mean)^2 / rows): each column of the
   * training rows gets mean 0 and standard deviation 1.
   *
   * <p>A constant column gets its value as shift and 1 as scale, so that it becomes 0.
   *
   * @param train the rows to learn from, read one after the other
   * @return a scaler for rows of train.inputs() features
   */
  public static FeatureScaler standardize(RowSource train) {
    Objects.requireNonNull(train, "train");
    Columns columns = new Columns(train);
    double[] mean = columns.means();
    double[] deviation = deviations(train, mean);
    for (int k = 0; k < train.inputs(); k++) {
      if (columns.isConstant(k)) {
        mean[k] = columns.min[k];
        deviation[k] = 1;
      }
    }
    return new FeatureScaler(mean, deviation);
  }

  /**
   * shift = min, scale = max - min: each column of the training rows gets the range 0 to 1.
   *
   * <p>A constant column gets its value as shift and 1 as scale, so that it becomes 0. Rows that
   * were not learned from can end outside 0 to 1.
   *
   * @param train the rows to learn from, read one after the other
   * @return a scaler for rows of train.inputs() features
   */
  public static FeatureScaler minMax(RowSource train) {
    Objects.requireNonNull(train, "train");
    Columns columns = new Columns(train);
    double[] width = new double[train.inputs()];
    for (int k = 0; k < width.length; k++) {
      width[k] = columns.isConstant(k) ? 1 : columns.max[k] - columns.min[k];
    }
    return new FeatureScaler(columns.min, width);
  }

  /**
   * x'[k] = (x[k] - shift[k]) / scale[k] with known numbers, such as those kept beside a saved
   * model.
   *
   * @param shift one for each column, finite; copied
   * @param scale one for each column, finite and above 0; copied
   * @return the scaler
   * @throws IllegalArgumentException if the lengths differ or are 0, or a number is outside its
   *     range
   */
  public static FeatureScaler of(double[] shift, double[] scale) {
    Objects.requireNonNull(shift, "shift");
    Objects.requireNonNull(scale, "scale");
    if (shift.length == 0 || shift.length != scale.length) {
      throw new IllegalArgumentException(
          "%d shifts and %d scales, expected one of each for every column"
              .formatted(shift.length, scale.length));
    }
    FeatureScaler scaler = new FeatureScaler(shift.clone(), scale.clone());
    for (int k = 0; k < shift.length; k++) {
      if (!Double.isFinite(scaler.shift[k])) {
        throw new IllegalArgumentException(
            "column %d: shift = %s, allowed: finite".formatted(k, scaler.shift[k]));
      }
      if (!(scaler.scale[k] > 0 && Double.isFinite(scaler.scale[k]))) {
        throw new IllegalArgumentException(
            "column %d: scale = %s, allowed: finite and above 0".formatted(k, scaler.scale[k]));
      }
    }
    return scaler;
  }

  /**
   * Number of columns.
   *
   * @return the features that a row must have
   */
  public int inputs() {
    return shift.length;
  }

  /**
   * What is subtracted from each column.
   *
   * @return a copy, of length inputs
   */
  public double[] shift() {
    return shift.clone();
  }

  /**
   * What each column is divided by after the subtraction.
   *
   * @return a copy, of length inputs; every value above 0
   */
  public double[] scale() {
    return scale.clone();
  }

  /**
   * x'[k] = (x[k] - shift[k]) / scale[k].
   *
   * @param row of length inputs; not modified
   * @return a new row
   * @throws IllegalArgumentException if the length differs, or a result is NaN or infinite
   */
  public float[] apply(float[] row) {
    Objects.requireNonNull(row, "row");
    requireWidth(row.length);
    float[] scaled = new float[row.length];
    for (int k = 0; k < row.length; k++) {
      scaled[k] = scaled(k, row[k]);
    }
    Shapes.requireFinite("scaled feature", scaled, scaled.length);
    return scaled;
  }

  /**
   * x[k] = x'[k] * scale[k] + shift[k]: undoes {@link #apply(float[])} up to rounding.
   *
   * @param scaled of length inputs; not modified
   * @return a new row
   * @throws IllegalArgumentException if the length differs, or a result is NaN or infinite
   */
  public float[] inverse(float[] scaled) {
    Objects.requireNonNull(scaled, "scaled");
    requireWidth(scaled.length);
    float[] row = new float[scaled.length];
    for (int k = 0; k < row.length; k++) {
      row[k] = (float) (scaled[k] * scale[k] + shift[k]);
    }
    Shapes.requireFinite("feature", row, row.length);
    return row;
  }

  /**
   * Scales the features of every row; targets, weights and names stay.
   *
   * @param data rows of inputs features; not modified
   * @return a new data set
   * @throws IllegalArgumentException if the number of features differs, or a result is too large
   *     for a float
   */
  public Dataset apply(Dataset data) {
    Objects.requireNonNull(data, "data");
    requireWidth(data.inputs());
    float[] scaled = new float[data.rows() * data.inputs()];
    int i = 0;
    for (int row = 0; row < data.rows(); row++) {
      for (int k = 0; k < data.inputs(); k++) {
        scaled[i++] = scaled(k, data.feature(row, k));
      }
    }
    return data.adoptFeatures(scaled);
  }

  /**
   * Scales the features of each row as it is copied; targets and weights stay. The values are those
   * of {@link #apply(Dataset)}, at the price of computing them again for every copy.
   *
   * <p>A copy throws {@link IllegalArgumentException} if a result is too large for a float; the
   * message names row and feature.
   *
   * @param data rows of inputs features; not modified, and its owner's to close
   * @return a source that reads from {@code data}, with nothing of its own in memory
   * @throws IllegalArgumentException if the number of features differs
   */
  public RowSource view(RowSource data) {
    requireWidth(Objects.requireNonNull(data, "data").inputs());
    return new ScaledRows(this, data);
  }

  /**
   * Shift and scale of each column.
   *
   * @return such as {@code FeatureScaler[shift=[5.8], scale=[0.8]]}
   */
  @Override
  public String toString() {
    return "FeatureScaler[shift="
        + Arrays.toString(shift)
        + ", scale="
        + Arrays.toString(scale)
        + "]";
  }

  private float scaled(int k, float value) {
    return (float) ((value - shift[k]) / scale[k]);
  }

  /** As {@link #apply(float[])}, in place, of the row that begins at {@code start}. */
  void scale(float[] x, int start) {
    for (int k = 0; k < shift.length; k++) {
      x[start + k] = scaled(k, x[start + k]);
    }
  }

  /** One row after the other, so that what is learned never is in memory as a whole. */
  private static void forEachRow(RowSource data, Consumer<float[]> use) {
    int[] order = new int[1];
    float[] x = new float[data.inputs()];
    float[] y = new float[data.outputs()];
    for (int row = 0; row < data.rows(); row++) {
      order[0] = row;
      data.copyRows(order, 0, 1, x, 0, x.length, y, 0, y.length);
      use.accept(x);
    }
  }

  private static double[] deviations(RowSource data, double[] mean) {
    double[] deviation = new double[mean.length];
    forEachRow(
        data,
        x -> {
          for (int k = 0; k < x.length; k++) {
            double d = x[k] - mean[k];
            deviation[k] += d * d;
          }
        });
    for (int k = 0; k < mean.length; k++) {
      deviation[k] = Math.sqrt(deviation[k] / data.rows());
    }
    return deviation;
  }

  private void requireWidth(int width) {
    if (width != shift.length) {
      throw new IllegalArgumentException("%d features, expected %d".formatted(width, shift.length));
    }
  }

  /** The smallest value, the largest value and the sum of each column. */
  private static final class Columns {

    private final int rows;
    private final double[] min;
    private final double[] max;
    private final double[] sum;

    Columns(RowSource data) {
      rows = data.rows();
      min = new double[data.inputs()];
      max = new double[data.inputs()];
      sum = new double[data.inputs()];
      Arrays.fill(min, Double.POSITIVE_INFINITY);
      Arrays.fill(max, Double.NEGATIVE_INFINITY);
      forEachRow(data, this::add);
    }

    private void add(float[] x) {
      for (int k = 0; k < x.length; k++) {
        min[k] = Math.min(min[k], x[k]);
        max[k] = Math.max(max[k], x[k]);
        sum[k] += x[k];
      }
    }

    double[] means() {
      double[] mean = new double[sum.length];
      for (int k = 0; k < mean.length; k++) {
        mean[k] = sum[k] / rows;
      }
      return mean;
    }

    /** Compared as numbers: 0.0 and -0.0 are the same. */
    boolean isConstant(int k) {
      return min[k] == max[k];
    }
  }
}
