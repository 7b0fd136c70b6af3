package dev.nn.simd;

/** Copies of operands in the order in which micro-kernels read them: k rows of a fixed width. */
final class Packing {
  private Packing() {}

  /**
   * {@code panel[k][j] = source[k][j]}: rows that are adjacent already; columns from {@code valid}
   * on become 0.
   */
  static void copy(
      int kc, int valid, int width, float[] source, int sp, int stride, float[] panel, int pp) {
    for (int k = 0; k < kc; k++) {
      int from = sp + k * stride;
      int to = pp + k * width;
      for (int j = 0; j < valid; j++) {
        panel[to + j] = source[from + j];
      }
      for (int j = valid; j < width; j++) {
        panel[to + j] = 0;
      }
    }
  }

  /** {@code panel[k][j] = source[j][k]}; columns from {@code valid} on become 0. */
  static void transpose(
      int kc, int valid, int width, float[] source, int sp, int stride, float[] panel, int pp) {
    for (int j = 0; j < valid; j++) {
      int from = sp + j * stride;
      for (int k = 0; k < kc; k++) {
        panel[pp + k * width + j] = source[from + k];
      }
    }
    for (int j = valid; j < width; j++) {
      for (int k = 0; k < kc; k++) {
        panel[pp + k * width + j] = 0;
      }
    }
  }
}
