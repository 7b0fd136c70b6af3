package dev.nn.bench;

import dev.nn.Network;
import dev.nn.Normalization;
import java.util.Optional;

/** Equality of floats by their bits: -0 is not +0, and a NaN is any NaN. */
final class Bits {
  private Bits() {}

  static boolean same(float a, float b) {
    return Float.floatToRawIntBits(a) == Float.floatToRawIntBits(b)
        || (Float.isNaN(a) && Float.isNaN(b));
  }

  /** The first parameter in which two networks of one architecture differ, in words. */
  static Optional<String> difference(Network a, Network b) {
    for (int l = 1; l <= a.architecture().depth(); l++) {
      int layer = l;
      float[][] weightsOfA = a.weights(layer);
      float[][] weightsOfB = b.weights(layer);
      for (int n = 0; n < weightsOfA.length; n++) {
        int k = mismatch(weightsOfA[n], weightsOfB[n]);
        if (k >= 0) {
          return Optional.of(
              "W["
                  + layer
                  + "]["
                  + n
                  + "]["
                  + k
                  + "]: "
                  + weightsOfA[n][k]
                  + " and "
                  + weightsOfB[n][k]);
        }
      }
      Optional<String> found = difference("b", layer, a.bias(layer), b.bias(layer));
      if (found.isEmpty() && a.architecture().layers().get(layer - 1).normalization().isPresent()) {
        found =
            difference("gamma", layer, a.gamma(layer), b.gamma(layer))
                .or(() -> difference("beta", layer, a.beta(layer), b.beta(layer)));
      }
      if (found.isEmpty()
          && a.architecture().layers().get(layer - 1).normalization().orElse(null)
              instanceof Normalization.Batch) {
        found =
            difference("mean", layer, a.runningMean(layer), b.runningMean(layer))
                .or(
                    () ->
                        difference(
                            "variance", layer, a.runningVariance(layer), b.runningVariance(layer)));
      }
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> difference(String name, int layer, float[] a, float[] b) {
    int n = mismatch(a, b);
    return n < 0
        ? Optional.empty()
        : Optional.of(name + "[" + layer + "][" + n + "]: " + a[n] + " and " + b[n]);
  }

  /**
   * Refuses results that differ from what they must be.
   *
   * @throws IllegalStateException naming the first element that differs
   */
  static void requireSame(String what, float[] expected, float[] actual) {
    int i = mismatch(expected, actual);
    if (i >= 0) {
      throw new IllegalStateException(
          what + " is wrong at " + i + ": expected " + expected[i] + ", but is " + actual[i]);
    }
  }

  /** The first index at which two arrays of one length differ; -1 if they are the same. */
  private static int mismatch(float[] a, float[] b) {
    for (int i = 0; i < a.length; i++) {
      if (!same(a[i], b[i])) {
        return i;
      }
    }
    return -1;
  }
}
