package dev.nn.onnx;

import dev.nn.data.FeatureScaler;
import java.util.Arrays;
import java.util.Optional;

/**
 * {@code (x - shift) / scale}: what a graph does to the features before the first layer.
 *
 * <p>A subtraction followed by a division keeps both numbers as they are, so that the scaler of a
 * file written here comes back as it was.
 */
final class Prelude {
  /** One number for all columns, until a vector comes. */
  private double[] shift = {0};

  private double[] scale = {1};

  /** {@code x - t}, or {@code x + t} if the sign is negative. */
  void subtract(Constant t, int sign) {
    widen(t.length());
    for (int k = 0; k < shift.length; k++) {
      shift[k] += sign * t.ofColumn(k) * scale[k];
    }
  }

  void divide(Constant s) {
    widen(s.length());
    for (int k = 0; k < scale.length; k++) {
      scale[k] *= s.ofColumn(k);
    }
  }

  void multiply(Constant s) {
    widen(s.length());
    for (int k = 0; k < scale.length; k++) {
      scale[k] /= s.ofColumn(k);
    }
  }

  private void widen(int length) {
    if (shift.length == 1 && length > 1) {
      shift = filled(length, shift[0]);
      scale = filled(length, scale[0]);
    }
  }

  private static double[] filled(int length, double value) {
    double[] values = new double[length];
    Arrays.fill(values, value);
    return values;
  }

  /** How many columns there must be, or 1 if any number will do. */
  int width() {
    return shift.length;
  }

  /**
   * The scaler for so many features; empty if it would change nothing.
   *
   * @throws IllegalArgumentException if a scale is not above 0, or a number not finite
   */
  Optional<FeatureScaler> scaler(int inputs) {
    if (Arrays.stream(shift).allMatch(t -> t == 0) && Arrays.stream(scale).allMatch(s -> s == 1)) {
      return Optional.empty();
    }
    widen(inputs);
    return Optional.of(FeatureScaler.of(shift, scale));
  }
}
