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

  /** The learning rate of a step; a factor may make it 0. */
  static double scaled(double learningRate, double factor) {
    double product = learningRate * factor;
    if (!(factor >= 0 && (float) product < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "factor must not be negative and, times the learning rate "
              + learningRate
              + ", be finite as a float, but is "
              + factor);
    }
    return product;
  }

  /** Refuses what is not from 0 to 1, both included. */
  static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be 0 to 1, but is " + value);
    }
  }

  /** Refuses what is not above 0 and at most 1. */
  static void requireDecay(String name, double value) {
    if (!(value > 0 && value <= 1)) {
      throw new IllegalArgumentException(
          name + " must be greater than 0 and at most 1, but is " + value);
    }
  }

  /** Refuses what would not make smaller. */
  static void requireDivisor(String name, double value) {
    if (!(value >= 1 && value <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException(name + " must be finite and at least 1, but is " + value);
    }
  }

  /** Refuses numbers below the least that is allowed. */
  static int requireAtLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(name + " must be at least " + least + ", but is " + value);
    }
    return value;
  }

  static void requireBelowOne(String name, double value) {
    if (!((float) value >= 0 && (float) value < 1)) {
      throw new IllegalArgumentException(
          name + " must be at least 0 and below 1 as a float, but is " + value);
    }
  }
}
