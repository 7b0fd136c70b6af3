package dev.nn.reference;

import dev.nn.Philox;

/** {@code a[i] = a[i] m[i]}, m[i] by the generator's words in groups of 64. */
final class Dropout {
  private static final int WORDS = 4;
  private static final int GROUP_BLOCKS = 16;
  private static final int GROUP = WORDS * GROUP_BLOCKS;

  private Dropout() {}

  static void drop(double rate, long seed, long stream, int length, float[] a, int offset) {
    Philox random = new Philox(seed, Philox.DROPOUT, stream);
    long threshold = (long) (rate * 0x1p32);
    float kept = (float) (1 / (1 - rate));
    int[] words = new int[WORDS];
    for (int q = 0; q <= (length - 1) / GROUP; q++) {
      int left = length - q * GROUP;
      for (int block = 0; block < GROUP_BLOCKS; block++) {
        random.words(q * GROUP_BLOCKS + block, words);
        for (int word = 0; word < WORDS; word++) {
          int i = GROUP_BLOCKS * word + 2 * (block % 8) + block / 8;
          if (i < left) {
            boolean keeps = Integer.toUnsignedLong(words[word]) >= threshold;
            a[offset + q * GROUP + i] *= keeps ? kept : 0;
          }
        }
      }
    }
  }
}
