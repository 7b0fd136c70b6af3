package dev.nn.check;

/**
 * {@code zHat_j = (z_j - mean) r} of n numbers, {@code r = 1 / sqrt(variance + epsilon)}: what
 * rounding does to it forward and backward, as variances in u^2.
 *
 * <p>{@code d zHat_j / d z_i = r s_ij}, {@code s_ij = (i = j) - (1 + zHat_i zHat_j) / n}.
 */
final class NormalizationErrors {
  /** What a few roundings contribute, in u. */
  private static final double FEW = 4;

  final double r;
  final double[] zHat;

  /** Of zHat. */
  final double[] variances;

  /** Of r, relative. */
  private final double varianceOfR;

  /**
   * The forward direction.
   *
   * @param z the numbers
   * @param vz their variances
   */
  NormalizationErrors(double[] z, double[] vz, double epsilon) {
    int n = z.length;
    double mean = DoubleNetwork.mean(z);
    this.r = DoubleNetwork.inverseDeviation(z, mean, epsilon);
    this.zHat = new double[n];
    double squares = 0;
    double squaredDifferences = 0;
    double fourthPowers = 0;
    for (int j = 0; j < n; j++) {
      double d = z[j] - mean;
      zHat[j] = d * r;
      squares += square(z[j]);
      squaredDifferences += square(d);
      fourthPowers += square(square(d));
    }
    double ofMean = RoundingErrors.ofSum(n, squares, n * mean) / square(n) + square(mean);
    double ofVariance =
        squaredDifferences == 0
            ? 0
            : RoundingErrors.ofSum(n, fourthPowers, squaredDifferences)
                / square(squaredDifferences);
    double inherited = 0;
    for (int i = 0; i < n; i++) {
      inherited += square(r * zHat[i] / n) * vz[i];
    }
    this.varianceOfR = inherited + ofVariance / 4 + square(FEW);
    this.variances = new double[n];
    for (int j = 0; j < n; j++) {
      double sum = ofMean;
      for (int i = 0; i < n; i++) {
        sum += square(slope(i, j)) * vz[i];
      }
      variances[j] = square(r) * sum + square(zHat[j]) * (ofVariance / 4 + square(FEW));
    }
  }

  /** {@code s_ij}. */
  private double slope(int i, int j) {
    return (i == j ? 1 : 0) - (1 + zHat[i] * zHat[j]) / zHat.length;
  }

  /**
   * {@code r (h_j - p - zHat_j q)}, p and q the means of {@code h_j} and {@code h_j zHat_j}, with
   * its variance and jumps: from {@code grad_zHat J} to {@code grad_z J}.
   */
  void backward(double[] h, double[] vh, double[] jumps) {
    int n = h.length;
    double p = 0;
    double q = 0;
    double squares = 0;
    double products = 0;
    double ofZHat = 0;
    for (int i = 0; i < n; i++) {
      p += h[i] / n;
      q += h[i] * zHat[i] / n;
      squares += square(h[i]);
      products += square(h[i] * zHat[i]);
      ofZHat += square(h[i] / n) * variances[i];
    }
    double ofP = RoundingErrors.ofSum(n, squares, n * p) / square(n);
    double ofQ = RoundingErrors.ofSum(n, products, n * q) / square(n) + ofZHat;
    double[] variance = new double[n];
    double[] jump = new double[n];
    for (int j = 0; j < n; j++) {
      for (int i = 0; i < n; i++) {
        variance[j] += square(slope(i, j)) * vh[i];
        jump[j] += Math.abs(r * slope(i, j)) * jumps[i];
      }
      double terms = Math.abs(h[j]) + Math.abs(p) + Math.abs(zHat[j] * q);
      variance[j] += ofP + square(zHat[j]) * ofQ + square(q) * variances[j] + square(terms);
      variance[j] *= square(r);
    }
    for (int j = 0; j < n; j++) {
      double d = r * (h[j] - p - zHat[j] * q);
      vh[j] = variance[j] + square(d) * varianceOfR;
      h[j] = d;
      jumps[j] = jump[j];
    }
  }

  private static double square(double value) {
    return value * value;
  }
}
