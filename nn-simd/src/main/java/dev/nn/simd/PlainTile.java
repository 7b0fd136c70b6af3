package dev.nn.simd;

/**
 * A tile of a matrix product in scalar code: the same bits as a micro-kernel, for the time until
 * that is compiled.
 */
final class PlainTile {
  private PlainTile() {}

  /**
   * {@code C (+)= A B} for one chunk of k.
   *
   * @param ai distance between the rows of A
   * @param ak distance between its columns
   * @param add whether C has the sum of earlier chunks, which this one is added to
   */
  static void tile(
      int rows,
      int columns,
      int kc,
      float[] a,
      int ap,
      int ai,
      int ak,
      float[] b,
      int bp,
      int bs,
      boolean add,
      float[] c,
      int cp,
      int cs,
      Scratch scratch) {
    float[] sums = scratch.sums;
    for (int i = 0; i < rows; i++) {
      java.util.Arrays.fill(sums, 0, columns, 0f);
      int at = ap + i * ai;
      int k = 0;
      for (; k + 4 <= kc; k += 4) {
        addFour(columns, a, at + k * ak, ak, b, bp + k * bs, bs, sums);
      }
      for (; k < kc; k++) {
        float x = a[at + k * ak];
        int row = bp + k * bs;
        for (int j = 0; j < columns; j++) {
          sums[j] = Math.fma(x, b[row + j], sums[j]);
        }
      }
      int ci = cp + i * cs;
      for (int j = 0; j < columns; j++) {
        c[ci + j] = add ? c[ci + j] + sums[j] : sums[j];
      }
    }
  }

  /** Four k at a time, so that sums are read and written less often. */
  private static void addFour(
      int columns, float[] a, int ap, int ak, float[] b, int b0, int bs, float[] sums) {
    float x0 = a[ap];
    float x1 = a[ap + ak];
    float x2 = a[ap + 2 * ak];
    float x3 = a[ap + 3 * ak];
    int b1 = b0 + bs;
    int b2 = b1 + bs;
    int b3 = b2 + bs;
    for (int j = 0; j < columns; j++) {
      float sum = Math.fma(x0, b[b0 + j], sums[j]);
      sum = Math.fma(x1, b[b1 + j], sum);
      sum = Math.fma(x2, b[b2 + j], sum);
      sums[j] = Math.fma(x3, b[b3 + j], sum);
    }
  }
}
