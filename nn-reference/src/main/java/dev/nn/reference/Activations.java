package dev.nn.reference;

import dev.nn.Activation;

/** {@code a = g(z)} and {@code g'} in terms of a, or of z where it must be, side by side. */
final class Activations {
  private static final float LEAK = 0x1.47ae14p-7f; // 0.01

  /** lambda, and lambda alpha. */
  private static final float SELU_SCALE = 0x1.0cfabep0f;

  private static final float SELU_SCALE_ALPHA = 0x1.c212ccp0f;

  private static final float SQRT_HALF = 0x1.6a09e6p-1f;

  /** {@code 1 / sqrt(2 pi)}. */
  private static final float NORMAL_DENSITY = 0x1.988454p-2f;

  /** {@code sqrt(2 / pi)}, and that times 0.044715. */
  private static final float GELU_1 = 0x1.988454p-1f;

  private static final float GELU_3 = 0x1.2444f2p-5f;

  private Activations() {}

  /** {@code g(z)} of one element; softmax is {@link #softmax}. */
  static float value(Activation g, float z) {
    return switch (g) {
      case IDENTITY -> z;
      case SIGMOID -> Elementary.sigmoid(z);
      case TANH -> Elementary.tanh(z);
      case RELU -> z < 0 ? 0 : z;
      case LEAKY_RELU -> z < 0 ? LEAK * z : z;
      case ELU -> z < 0 ? Elementary.expm1(z) : z;
      case SELU -> z < 0 ? SELU_SCALE_ALPHA * Elementary.expm1(z) : SELU_SCALE * z;
      case SOFTPLUS -> (z < 0 ? 0 : z) + Elementary.log1p(Elementary.exp(-Math.abs(z)));
      case SILU -> z * Elementary.sigmoid(z);
      case GELU -> (0.5f * z) * (1 + Elementary.erf(SQRT_HALF * z));
      case GELU_TANH -> (0.5f * z) * (1 + tanhOfCubic(z));
      case SOFTMAX -> throw new IllegalArgumentException("softmax is a function of a whole row");
    };
  }

  /**
   * {@code g'(z)} of one element.
   *
   * @param a g(z), or z where {@link Activation#needsPreactivation}
   */
  static float derivative(Activation g, float a) {
    return switch (g) {
      case IDENTITY -> 1;
      case SIGMOID -> a * (1 - a);
      case TANH -> Math.fma(-a, a, 1);
      case RELU -> a > 0 ? 1 : 0;
      case LEAKY_RELU -> a > 0 ? 1 : LEAK;
      case ELU -> a > 0 ? 1 : a + 1;
      case SELU -> a > 0 ? SELU_SCALE : a + SELU_SCALE_ALPHA;
      case SOFTPLUS -> -Elementary.expm1(-a);
      case SILU -> derivativeOfSilu(a);
      case GELU -> derivativeOfGelu(a);
      case GELU_TANH -> derivativeOfGeluTanh(a);
      case SOFTMAX -> throw new IllegalArgumentException("softmax has no elementwise derivative");
    };
  }

  /** {@code s + z s (1 - s)}. */
  private static float derivativeOfSilu(float z) {
    float s = Elementary.sigmoid(z);
    return Math.fma(z * (1 - s), s, s);
  }

  /** {@code Phi(z) + z phi(z)}. */
  private static float derivativeOfGelu(float z) {
    float probability = Math.fma(0.5f, Elementary.erf(SQRT_HALF * z), 0.5f);
    float density = Elementary.exp((-0.5f * z) * z) * NORMAL_DENSITY;
    return Math.fma(z, density, probability);
  }

  private static float tanhOfCubic(float z) {
    return Elementary.tanh(z * Math.fma(z * z, GELU_3, GELU_1));
  }

  /** {@code (1 + t)/2 + z/2 (1 - t^2) (z GELU_1 + z^3 GELU_3)'}; t is 1 or -1 beyond 10. */
  private static float derivativeOfGeluTanh(float z) {
    float y = z > 10 ? 10 : z;
    y = y < -10 ? -10 : y;
    float t = tanhOfCubic(y);
    float slope = (0.5f * y) * Math.fma(-t, t, 1);
    return Math.fma(slope, Math.fma(y * y, 3 * GELU_3, GELU_1), Math.fma(0.5f, t, 0.5f));
  }

  /** {@code a_j = e^(z_j - max z) / sum_i e^(z_i - max z)} in place on one row. */
  static void softmax(int columns, float[] a, int aOffset) {
    float max = Reductions.max(columns, a, aOffset);
    for (int j = 0; j < columns; j++) {
      a[aOffset + j] = Elementary.exp(a[aOffset + j] - max);
    }
    float sum = Reductions.sum(columns, a, aOffset);
    for (int j = 0; j < columns; j++) {
      a[aOffset + j] = a[aOffset + j] / sum;
    }
  }
}
