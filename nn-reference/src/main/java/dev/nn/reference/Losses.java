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
      case HUBER -> huber(g, n, za, zaOffset, y, yOffset, scale, delta, deltaOffset);
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
      float z = za[zaOffset + j];
      float a = Activations.value(g, z);
      float error = a - y[yOffset + j];
      lane[j % Reductions.LANES] = Math.fma(error, error, lane[j % Reductions.LANES]);
      za[zaOffset + j] = a;
      float derivative = Activations.derivative(g, g.needsPreactivation() ? z : a);
      delta[deltaOffset + j] = (error * scale) * derivative;
    }
    return 0.5f * Reductions.total(lane);
  }

  /**
   * {@code L = sum_j c_j (e_j - c_j / 2)}, {@code delta_j = (c_j scale) g'(z_j)}, where {@code c_j}
   * is {@code e_j = a_j - y_j}, at least -1 and at most 1.
   */
  private static float huber(
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
      float z = za[zaOffset + j];
      float a = Activations.value(g, z);
      float error = a - y[yOffset + j];
      float clipped = error > 1 ? 1 : error;
      clipped = clipped < -1 ? -1 : clipped;
      int l = j % Reductions.LANES;
      lane[l] = Math.fma(clipped, Math.fma(-0.5f, clipped, error), lane[l]);
      za[zaOffset + j] = a;
      float derivative = Activations.derivative(g, g.needsPreactivation() ? z : a);
      delta[deltaOffset + j] = (clipped * scale) * derivative;
    }
    return Reductions.total(lane);
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
