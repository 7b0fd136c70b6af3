package dev.nn.train;

/** Checks of what optimizers multiply by, as the floats that they become. */
final class Factors {
  private Factors() {}

  static void requirePositive(String name, double value) {
    if (!((float) value > 0 && value <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          name + " must be finite and greater than 0 as a float, but is " + value);
    }
  }

  static void requireNotNegative(String name, double value) {
    if (!(value >= 0 && value <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          name + " must be finite as a float and not negative, but is " + value);
    }
  }

  static void requireBelowOne(String name, double value) {
    if (!((float) value >= 0 && (float) value < 1)) {
      throw new IllegalArgumentException(
          name + " must be at least 0 and below 1 as a float, but is " + value);
    }
  }
}
