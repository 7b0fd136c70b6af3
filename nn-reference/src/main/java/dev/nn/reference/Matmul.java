package dev.nn.reference;

/**
 * {@code C[i][j] = sum_k A[i][k] B[k][j]} in the order that the contract fixes: the 256-chunk rule.
 *
 * <pre>
 * total = none
 * for each chunk of 256 consecutive k, ascending (the last may be shorter):
 *     s = +0;  for k in the chunk, ascending:  s = fma(A[i][k], B[k][j], s)
 *     total = (first chunk) ? s : total + s
 * </pre>
 */
final class Matmul {
  /** Length of a chunk of the sums over k. */
  static final int CHUNK = 256;

  private Matmul() {}

  /**
   * All m x n sums of products.
   *
   * <p>{@code A[i][k]} stands at {@code aOffset + i * aRow + k * aColumn}, likewise B and C: a
   * transposed operand is one whose steps are swapped.
   */
  static void multiply(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int aRow,
      int aColumn,
      float[] b,
      int bOffset,
      int bRow,
      int bColumn,
      float[] c,
      int cOffset,
      int cRow) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        c[cOffset + i * cRow + j] =
            sumOfProducts(k, a, aOffset + i * aRow, aColumn, b, bOffset + j * bColumn, bRow);
      }
    }
  }

  /** {@code sum_k a[aOffset + k aStep] b[bOffset + k bStep]}. */
  static float sumOfProducts(
      int k, float[] a, int aOffset, int aStep, float[] b, int bOffset, int bStep) {
    float total = 0;
    for (int start = 0; start < k; start += CHUNK) {
      float s = 0;
      for (int p = start; p < Math.min(k, start + CHUNK); p++) {
        s = Math.fma(a[aOffset + p * aStep], b[bOffset + p * bStep], s);
      }
      total = start == 0 ? s : total + s;
    }
    return total;
  }
}
