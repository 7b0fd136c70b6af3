package dev.nn.contract;

import java.util.SplittableRandom;

/** Deterministic values for tests. */
final class Values {
  private final SplittableRandom random;

  /** Where the next value comes from. */
  @FunctionalInterface
  interface Source {
    float next();
  }

  Values(long seed) {
    random = new SplittableRandom(seed);
  }

  /** Uniform in (-1, 1), with all its mantissa bits in use. */
  float uniform() {
    return (float) (2 * random.nextDouble() - 1);
  }

  /** Of either sign, with magnitudes from 2^-20 to 2^20. */
  float wide() {
    return (float) (uniform() * StrictMath.pow(2, random.nextInt(-20, 21)));
  }

  /** Any of the 2^32 bit patterns. */
  float anyBits() {
    return Float.intBitsToFloat(random.nextInt());
  }

  /** Usually a plain value, now and then zero of either sign, a subnormal, an infinity or a NaN. */
  float strange() {
    return switch (random.nextInt(24)) {
      case 0 -> 0f;
      case 1 -> -0f;
      case 2 -> Float.MIN_VALUE;
      case 3 -> -1e-40f;
      case 4 -> Float.POSITIVE_INFINITY;
      case 5 -> Float.NEGATIVE_INFINITY;
      case 6 -> Float.NaN;
      case 7 -> 3e38f;
      default -> wide();
    };
  }

  /** An integer of -bound..bound. */
  int integer(int bound) {
    return random.nextInt(-bound, bound + 1);
  }

  /** An integer of 0..bound-1. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  float[] uniform(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = uniform();
    }
    return values;
  }

  float[][] uniform(int rows, int columns) {
    float[][] values = new float[rows][];
    for (int i = 0; i < rows; i++) {
      values[i] = uniform(columns);
    }
    return values;
  }
}
