package dev.nn.reference;

import dev.nn.Activation;

/** {@code a = g(z)} and {@code g'} in terms of a, side by side. */
final class Activations {
  private Activations() {}

  /** {@code g(z)} of one element; softmax is {@link #softmax}. */
  static float value(Activation g, float z) {
    return switch (g) {
      case IDENTITY -> z;
      case SIGMOID -> Elementary.sigmoid(z);
      case TANH -> Elementary.tanh(z);
      case RELU -> z < 0 ? 0 : z;
      case SOFTMAX -> throw new IllegalArgumentException("softmax is a function of a whole row");
    };
  }

  /** {@code g'(z)} of one element, from {@code a = g(z)}. */
  static float derivative(Activation g, float a) {
    return switch (g) {
      case IDENTITY -> 1;
      case SIGMOID -> a * (1 - a);
      case TANH -> Math.fma(-a, a, 1);
      case RELU -> a > 0 ? 1 : 0;
      case SOFTMAX -> throw new IllegalArgumentException("softmax has no elementwise derivative");
    };
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
