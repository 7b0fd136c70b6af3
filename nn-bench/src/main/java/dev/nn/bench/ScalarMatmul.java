package dev.nn.bench;

/**
 * Elements of a matrix product by the rule of the numeric contract, written once more: chunks of
 * 256 consecutive k, each one chain of FMAs from +0, added up in ascending order.
 */
final class ScalarMatmul {
  private static final int CHUNK = 256;

  /** FMAs that a check may take, some tens of milliseconds: small products are checked in full. */
  private static final int BUDGET = 1 << 23;

  /**
   * A prime as the distance between checked elements, so that they fall on all rows and columns.
   */
  private static final long STEP = 7919;

  private ScalarMatmul() {}

  /** {@code C[i][j]}. */
  static float element(Layout layout, GemmShape shape, float[] a, float[] b, int i, int j) {
    float total = 0;
    for (int from = 0; from < shape.k(); from += CHUNK) {
      float sum = 0;
      for (int p = from; p < Math.min(from + CHUNK, shape.k()); p++) {
        sum = Math.fma(a[layout.indexOfA(shape, i, p)], b[layout.indexOfB(shape, p, j)], sum);
      }
      total = from == 0 ? sum : total + sum;
    }
    return total;
  }

  /**
   * Refuses a product of which a checked element is wrong in one bit.
   *
   * @throws IllegalStateException naming the element
   */
  static void check(Layout layout, GemmShape shape, float[] a, float[] b, float[] c) {
    int checked = Math.min(c.length, BUDGET / shape.k());
    for (int s = 0; s < checked; s++) {
      int position = checked == c.length ? s : (int) (s * STEP % c.length);
      int i = position / shape.n();
      int j = position % shape.n();
      float expected = element(layout, shape, a, b, i, j);
      if (!Bits.same(expected, c[position])) {
        throw new IllegalStateException(
            layout
                + " "
                + shape
                + " is wrong at ["
                + i
                + "]["
                + j
                + "]: expected "
                + expected
                + ", but is "
                + c[position]);
      }
    }
  }
}
