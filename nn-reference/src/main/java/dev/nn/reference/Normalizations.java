package dev.nn.reference;

/** Values to mean 0 and variance 1, forward and backward. */
final class Normalizations {
  private Normalizations() {}

  /** {@code r = 1 / sqrt(v + epsilon)}; NaN, not 0, if the variance has overflowed. */
  static float inverseDeviation(float variance, float epsilon) {
    float w = variance + epsilon;
    return w < Float.POSITIVE_INFINITY ? 1 / (float) Math.sqrt(w) : Float.NaN;
  }

  /**
   * {@code zHat_j = d_j r} in place, {@code d_j = z_j - mean}, {@code v = (sum_j d_j^2) / n}.
   * Returns r.
   */
  static float row(int n, float[] z, int zo, float epsilon) {
    float mean = Reductions.sum(n, z, zo) / n;
    for (int j = 0; j < n; j++) {
      z[zo + j] -= mean;
    }
    float r = inverseDeviation(Reductions.sumOfSquares(n, z, zo) / n, epsilon);
    for (int j = 0; j < n; j++) {
      z[zo + j] *= r;
    }
    return r;
  }

  /**
   * {@code d_j = r fma(-zHat_j, q, h_j - p)} in place, {@code h_j = d_j gamma_j}, {@code p = (sum_j
   * h_j) / n}, {@code q = (sum_j h_j zHat_j) / n}.
   */
  static void rowBackward(
      int n, float[] zHat, int zo, float r, float[] gamma, int go, float[] d, int dO) {
    for (int j = 0; j < n; j++) {
      d[dO + j] *= gamma[go + j];
    }
    float p = Reductions.sum(n, d, dO) / n;
    float q = Reductions.sumOfProducts(n, d, dO, zHat, zo) / n;
    for (int j = 0; j < n; j++) {
      d[dO + j] = r * Math.fma(-zHat[zo + j], q, d[dO + j] - p);
    }
  }

  /**
   * {@code zHat_i = d_i r} of a column in place, {@code d_i = z_i - mean}, {@code v = (sum_i d_i^2)
   * / n}.
   */
  static void column(
      int n,
      float[] z,
      int zo,
      int zs,
      float epsilon,
      float[] mean,
      int mo,
      float[] variance,
      int vo,
      float[] r,
      int ro) {
    mean[mo] = Reductions.columnSum(n, z, zo, zs) / n;
    for (int i = 0; i < n; i++) {
      z[zo + i * zs] -= mean[mo];
    }
    variance[vo] = Matmul.sumOfProducts(n, z, zo, zs, z, zo, zs) / n;
    r[ro] = inverseDeviation(variance[vo], epsilon);
    for (int i = 0; i < n; i++) {
      z[zo + i * zs] *= r[ro];
    }
  }

  /**
   * {@code d_i = (gamma r) fma(-zHat_i, q, d_i - p)} of a column in place, {@code p = dbeta / n},
   * {@code q = dgamma / n}.
   */
  static void columnBackward(
      int n,
      float[] zHat,
      int zo,
      int zs,
      float r,
      float gamma,
      float dGamma,
      float dBeta,
      float[] d,
      int dO,
      int ds) {
    float factor = gamma * r;
    float p = dBeta / n;
    float q = dGamma / n;
    for (int i = 0; i < n; i++) {
      d[dO + i * ds] = factor * Math.fma(-zHat[zo + i * zs], q, d[dO + i * ds] - p);
    }
  }

  /** {@code y_j = fma(gamma_j, x_j, beta_j)}. */
  static void scaleAndShift(
      int n, float[] x, int xo, float[] gamma, int go, float[] beta, int bo, float[] y, int yo) {
    for (int j = 0; j < n; j++) {
      y[yo + j] = Math.fma(gamma[go + j], x[xo + j], beta[bo + j]);
    }
  }
}
