package dev.nn;

import java.util.OptionalInt;

/**
 * {@code dW[l]}, {@code db[l]}, {@code dgamma[l]}, {@code dbeta[l]} of all layers at once, and
 * their norm.
 */
final class WholeGradient {
  /** dW[1..L] at index 0..L-1, canonical. */
  final float[][] weights;

  /** db[1..L] at index 0..L-1. */
  final float[][] biases;

  /** dgamma[1..L] and dbeta[1..L] at index 0..L-1, empty without a normalization. */
  final float[][] gammas;

  final float[][] betas;

  WholeGradient(Architecture architecture) {
    int depth = architecture.depth();
    weights = new float[depth][];
    biases = new float[depth][];
    gammas = new float[depth][];
    betas = new float[depth][];
    for (int l = 1; l <= depth; l++) {
      weights[l - 1] = new float[architecture.width(l) * architecture.width(l - 1)];
      biases[l - 1] = new float[architecture.width(l)];
      boolean normalizes = architecture.layers().get(l - 1).normalization().isPresent();
      gammas[l - 1] = new float[normalizes ? architecture.width(l) : 0];
      betas[l - 1] = new float[normalizes ? architecture.width(l) : 0];
    }
  }

  /**
   * {@code g = g (most / ||g||)} if {@code ||g|| > most} and finite.
   *
   * @return {@code ||g||} before
   */
  double limit(double most) {
    double norm = norm();
    if (norm > most && norm <= Double.MAX_VALUE) {
      float factor = (float) (most / norm);
      for (int l = 0; l < weights.length; l++) {
        multiply(factor, weights[l]);
        multiply(factor, biases[l]);
        multiply(factor, gammas[l]);
        multiply(factor, betas[l]);
      }
    }
    return norm;
  }

  /**
   * {@code sqrt(sum_l ||dW[l]||^2 + ||db[l]||^2 + ||dgamma[l]||^2 + ||dbeta[l]||^2)}, in this
   * order.
   */
  private double norm() {
    double squares = 0;
    for (int l = 0; l < weights.length; l++) {
      squares += squares(weights[l]);
      squares += squares(biases[l]);
      squares += squares(gammas[l]);
      squares += squares(betas[l]);
    }
    return Math.sqrt(squares);
  }

  /** The squares, which are exact, added to four sums in turn. */
  private static double squares(float[] values) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int e = 0;
    for (; e + 4 <= values.length; e += 4) {
      s0 += square(values[e]);
      s1 += square(values[e + 1]);
      s2 += square(values[e + 2]);
      s3 += square(values[e + 3]);
    }
    for (; e < values.length; e++) {
      s0 += square(values[e]);
    }
    return (s0 + s1) + (s2 + s3);
  }

  private static double square(double value) {
    return value * value;
  }

  private static void multiply(float factor, float[] values) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }

  /** The highest layer with an element that is NaN or infinite. */
  OptionalInt lastNotFinite() {
    for (int l = weights.length; l >= 1; l--) {
      if (!Rows.areFinite(weights[l - 1], 0, weights[l - 1].length)
          || !Rows.areFinite(biases[l - 1], 0, biases[l - 1].length)
          || !Rows.areFinite(gammas[l - 1], 0, gammas[l - 1].length)
          || !Rows.areFinite(betas[l - 1], 0, betas[l - 1].length)) {
        return OptionalInt.of(l);
      }
    }
    return OptionalInt.empty();
  }
}
