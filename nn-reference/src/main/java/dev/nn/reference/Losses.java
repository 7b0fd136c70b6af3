package dev.nn.reference;

import dev.nn.Activation;
import dev.nn.Loss;

/**
 * The loss of one row from its logits z, with {@code a = g(z)} and {@code delta = grad_z L *
 * scale}.
 *
 * <p>On entry za holds z, on return a.
 */
final class Losses {
  private Losses() {}

  static float row(
      Loss loss,
      Activation g,
      int n,
      float[] za,
      int zaOffset,
      float[] y,
      int yOffset,
      float scale,
      float[] delta,
      int deltaOffset) {
    return switch (loss) {
      case SQUARED_ERROR -> squaredError(g, n, za, zaOffset, y, yOffset, scale, delta, deltaOffset);
      case LOG_LOSS -> logLoss(n, za, zaOffset, y, yOffset, scale, delta, deltaOffset);
      case CROSS_ENTROPY -> crossEntropy(n, za, zaOffset, y, yOffset, scale, delta, deltaOffset);
    };
  }

  /** {@code L = 1/2 sum_j (a_j - y_j)^2}, {@code delta_j = ((a_j - y_j) scale) g'(z_j)}. */
  private static float squaredError(
      Activation g,
      int n,
      float[] za,
      int zaOffset,
      float[] y,
      int yOffset,
      float scale,
      float[] delta,
      int deltaOffset) {
    float[] lane = new float[Reductions.LANES];
    for (int j = 0; j < n; j++) {
      float a = Activations.value(g, za[zaOffset + j]);
      float error = a - y[yOffset + j];
      lane[j % Reductions.LANES] = Math.fma(error, error, lane[j % Reductions.LANES]);
      za[zaOffset + j] = a;
      delta[deltaOffset + j] = (error * scale) * Activations.derivative(g, a);
    }
    return 0.5f * Reductions.total(lane);
  }

  /**
   * {@code L = sum_j max(z_j, 0) - y_j z_j + log(1 + e^-|z_j|)}, {@code delta_j = (a_j - y_j)
   * scale}.
   */
  private static float logLoss(
      int n,
      float[] za,
      int zaOffset,
      float[] y,
      int yOffset,
      float scale,
      float[] delta,
      int deltaOffset) {
    float[] lane = new float[Reductions.LANES];
    for (int j = 0; j < n; j++) {
      float z = za[zaOffset + j];
      float target = y[yOffset + j];
      float positive = z < 0 ? 0 : z;
      float softplus = Elementary.log1p(Elementary.exp(-Math.abs(z)));
      lane[j % Reductions.LANES] += Math.fma(-target, z, positive) + softplus;
      float a = Elementary.sigmoid(z);
      za[zaOffset + j] = a;
      delta[deltaOffset + j] = (a - target) * scale;
    }
    return Reductions.total(lane);
  }

  /**
   * {@code L = sum_j y_j (log S - (z_j - max z))} with {@code S = sum_j e^(z_j - max z)}, {@code
   * a_j = e^(z_j - max z) / S}, {@code delta_j = (a_j - y_j) scale}.
   */
  private static float crossEntropy(
      int n,
      float[] za,
      int zaOffset,
      float[] y,
      int yOffset,
      float scale,
      float[] delta,
      int deltaOffset) {
    float max = Reductions.max(n, za, zaOffset);
    float[] sums = new float[Reductions.LANES];
    for (int j = 0; j < n; j++) {
      sums[j % Reductions.LANES] += Elementary.exp(za[zaOffset + j] - max);
    }
    float sum = Reductions.total(sums);
    float logSum = Elementary.log(sum);
    float[] lane = new float[Reductions.LANES];
    for (int j = 0; j < n; j++) {
      float shifted = za[zaOffset + j] - max;
      float target = y[yOffset + j];
      if (target != 0) { // 0 times the loss of a class, even an infinite one, is 0
        lane[j % Reductions.LANES] = Math.fma(target, logSum - shifted, lane[j % Reductions.LANES]);
      }
      float a = Elementary.exp(shifted) / sum;
      za[zaOffset + j] = a;
      delta[deltaOffset + j] = (a - target) * scale;
    }
    return Reductions.total(lane);
  }
}
