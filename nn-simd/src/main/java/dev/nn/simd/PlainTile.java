package dev.nn.simd;

/**
 * A tile of a matrix product in plain loops: the same bits as a micro-kernel, for the time until
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
      RowSums sums) {
    float[][] copies = sums.copies(kc, columns);
    for (int k = 0; k < kc; k++) {
      System.arraycopy(b, bp + k * bs, copies[k], 0, columns);
    }
    float[][] s = sums.product(rows, columns, kc, a, ap, ai, ak, copies);
    for (int i = 0; i < rows; i++) {
      RowSums.store(columns, s[i], c, cp + i * cs, add);
    }
  }
}
