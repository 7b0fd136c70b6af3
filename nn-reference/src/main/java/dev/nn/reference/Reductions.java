package dev.nn.reference;

/** Sums along a row by the 16-lane rule, and down a column by the 256-chunk rule. */
final class Reductions {
  /** Number of partial sums of a row. */
  static final int LANES = 16;

  private Reductions() {}

  /** {@code sum_j x[j]}: lane l adds elements l, l + 16, ... in ascending order, from +0. */
  static float sum(int length, float[] x, int xOffset) {
    float[] lane = new float[LANES];
    for (int j = 0; j < length; j++) {
      lane[j % LANES] += x[xOffset + j];
    }
    return total(lane);
  }

  /** {@code sum_j x[j]^2}, by fma. */
  static float sumOfSquares(int length, float[] x, int xOffset) {
    float[] lane = new float[LANES];
    for (int j = 0; j < length; j++) {
      float value = x[xOffset + j];
      lane[j % LANES] = Math.fma(value, value, lane[j % LANES]);
    }
    return total(lane);
  }

  /** {@code sum_j x[j] y[j]} by the same lanes, each product fused with its addition. */
  static float sumOfProducts(int length, float[] x, int xOffset, float[] y, int yOffset) {
    float[] lane = new float[LANES];
    for (int j = 0; j < length; j++) {
      lane[j % LANES] = Math.fma(x[xOffset + j], y[yOffset + j], lane[j % LANES]);
    }
    return total(lane);
  }

  /** Lane i adds lane i + 8 (i < 8), then i + 4, i + 2, i + 1. */
  static float total(float[] lane) {
    for (int half = LANES / 2; half >= 1; half /= 2) {
      for (int i = 0; i < half; i++) {
        lane[i] += lane[i + half];
      }
    }
    return lane[0];
  }

  /**
   * {@code max_j x[j]}, NaN if any element is; +0 is greater than -0. The order does not matter.
   */
  static float max(int length, float[] x, int xOffset) {
    float max = Float.NEGATIVE_INFINITY;
    for (int j = 0; j < length; j++) {
      max = Math.max(max, x[xOffset + j]);
    }
    return max;
  }

  /** {@code sum_i x[i]} down one column, plain additions in chunks of 256 rows. */
  static float columnSum(int rows, float[] x, int xOffset, int xStride) {
    float total = 0;
    for (int start = 0; start < rows; start += Matmul.CHUNK) {
      float s = 0;
      for (int i = start; i < Math.min(rows, start + Matmul.CHUNK); i++) {
        s += x[xOffset + i * xStride];
      }
      total = start == 0 ? s : total + s;
    }
    return total;
  }
}
