package dev.nn.bench;

import java.util.SplittableRandom;

/** Reproducible operands. */
final class RandomFloats {
  private RandomFloats() {}

  /** Values of [-1, 1), the same for the same seed. */
  static float[] uniform(int length, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }
}
