package dev.nn;

import java.util.Arrays;

/**
 * What a network knows of the normalization of one layer: {@code gamma[l]} and {@code beta[l]},
 * from 1 and 0, and of a batch normalization the running mean and variance, from 0 and 1.
 */
final class NormalizationParameters {
  final Normalization normalization;
  final float[] gamma;
  final float[] beta;

  /** The running statistics; empty unless batches are normalized. */
  final float[] mean;

  final float[] variance;

  /**
   * {@code u = scale z + shift}, what a batch normalization is in predictions: made of all others
   * by {@link #prepare}, and empty where they are.
   */
  final float[] scale;

  final float[] shift;

  NormalizationParameters(Normalization normalization, int outputs) {
    int statistics = normalization instanceof Normalization.Batch ? outputs : 0;
    this.normalization = normalization;
    this.gamma = new float[outputs];
    this.beta = new float[outputs];
    this.mean = new float[statistics];
    this.variance = new float[statistics];
    this.scale = new float[statistics];
    this.shift = new float[statistics];
    Arrays.fill(gamma, 1);
    Arrays.fill(variance, 1);
    prepare();
  }

  /** Those of one layer of an architecture; null if it has no normalization. */
  static NormalizationParameters of(Architecture.Dense layer) {
    return layer
        .normalization()
        .map(normalization -> new NormalizationParameters(normalization, layer.outputs()))
        .orElse(null);
  }

  boolean isOfBatches() {
    return mean.length > 0;
  }

  /** epsilon as it is added. */
  float epsilon() {
    return (float) normalization.epsilon();
  }

  /** Follows a change of any other array here. */
  void prepare() {
    float epsilon = epsilon();
    for (int n = 0; n < mean.length; n++) {
      float w = variance[n] + epsilon;
      float r = w < Float.POSITIVE_INFINITY ? 1 / (float) Math.sqrt(w) : Float.NaN;
      scale[n] = gamma[n] * r;
      shift[n] = Math.fma(-mean[n], scale[n], beta[n]);
    }
  }

  /** {@code W[n] = scale_n W[n]}, {@code b_n = fma(scale_n, b_n, shift_n)}, W row by row. */
  void fold(float[] weights, float[] bias) {
    int inputs = weights.length / bias.length;
    for (int n = 0; n < bias.length; n++) {
      for (int k = n * inputs; k < (n + 1) * inputs; k++) {
        weights[k] *= scale[n];
      }
      bias[n] = Math.fma(scale[n], bias[n], shift[n]);
    }
  }

  /**
   * {@code mean = fma(mu, mean_B, (1 - mu) mean)}, {@code variance = fma(mu, variance_B B / (B -
   * 1), (1 - mu) variance)}.
   *
   * @param rows B
   * @param meanOfBatch of the last batch
   * @param varianceOfBatch the same, divided by B
   */
  void follow(int rows, float[] meanOfBatch, float[] varianceOfBatch) {
    double momentum = ((Normalization.Batch) normalization).momentum();
    float mu = (float) momentum;
    float rest = (float) (1 - momentum);
    float estimate = (float) (rows / (rows - 1.0));
    for (int n = 0; n < mean.length; n++) {
      mean[n] = Math.fma(mu, meanOfBatch[n], rest * mean[n]);
      variance[n] = Math.fma(mu, varianceOfBatch[n] * estimate, rest * variance[n]);
    }
  }

  void copyFrom(NormalizationParameters other) {
    copy(other.gamma, gamma);
    copy(other.beta, beta);
    copy(other.mean, mean);
    copy(other.variance, variance);
    prepare();
  }

  static void copy(float[] from, float[] to) {
    System.arraycopy(from, 0, to, 0, to.length);
  }

  boolean areFinite() {
    return Rows.areFinite(gamma, 0, gamma.length)
        && Rows.areFinite(beta, 0, beta.length)
        && Rows.areFinite(mean, 0, mean.length)
        && Rows.areFinite(variance, 0, variance.length);
  }

  /** Whether other parameters may be copied here. */
  boolean fits(NormalizationParameters other) {
    return other != null
        && other.normalization.equals(normalization)
        && other.gamma.length == gamma.length;
  }
}
