package dev.nn;

import dev.nn.spi.Shapes;

/** Rows of a public call, checked and laid out flat. */
final class Rows {
  private Rows() {}

  static float[] flatten(String name, float[][] values, int rows, int columns) {
    if (values.length != rows) {
      throw new IllegalArgumentException(
          name + " has " + values.length + " rows, expected " + rows);
    }
    float[] flat = new float[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < rows; i++) {
      if (values[i].length != columns) {
        throw new IllegalArgumentException(
            name + "[" + i + "] has " + values[i].length + " elements, expected " + columns);
      }
      System.arraycopy(values[i], 0, flat, i * columns, columns);
    }
    return flat;
  }

  static float[][] unflatten(float[] flat, int rows, int columns) {
    float[][] values = new float[rows][columns];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(flat, i * columns, values[i], 0, columns);
    }
    return values;
  }

  static void requireFinite(String name, float[] flat, int columns) {
    for (int i = 0; i < flat.length; i++) {
      if (!Float.isFinite(flat[i])) {
        throw new IllegalArgumentException(
            name
                + " must be finite, but row "
                + i / columns
                + ", column "
                + i % columns
                + " is "
                + flat[i]);
      }
    }
  }

  /** {@code sum_b w_b}, added in order; refuses a weight that is negative or not finite. */
  static double totalWeight(int rows, float[] weights) {
    Shapes.requireVector("weights", weights, 0, rows);
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      if (!(weights[row] >= 0 && weights[row] <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "weights must be finite and not negative, but that of row "
                + row
                + " is "
                + weights[row]);
      }
      sum += weights[row];
    }
    return sum;
  }

  /** As {@link #totalWeight}, but refuses other than one for each row, and weights all 0. */
  static double requireWeights(int rows, float[] weights) {
    Shapes.requireLength("weights", weights, rows);
    double sum = totalWeight(rows, weights);
    if (sum == 0) {
      throw new IllegalArgumentException(
          "weights of all " + rows + " rows are 0: at least one must be above 0");
    }
    return sum;
  }

  static boolean areFinite(float[] values, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (!Float.isFinite(values[i])) {
        return false;
      }
    }
    return true;
  }
}
