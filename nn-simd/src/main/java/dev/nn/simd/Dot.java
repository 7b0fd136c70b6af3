package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;

/** Sums of products in scalar code, for what fills no vector. */
final class Dot {
  private Dot() {}

  /** {@code sum_k x[k] w[k]} in chunks of 256; four chunks at a time, whose chains overlap. */
  static float product(int length, float[] x, int xo, float[] w, int wo) {
    float total = 0;
    int k = 0;
    for (; k + 4 * KC <= length; k += 4 * KC) {
      float s0 = 0;
      float s1 = 0;
      float s2 = 0;
      float s3 = 0;
      for (int i = k; i < k + KC; i++) {
        s0 = Math.fma(x[xo + i], w[wo + i], s0);
        s1 = Math.fma(x[xo + i + KC], w[wo + i + KC], s1);
        s2 = Math.fma(x[xo + i + 2 * KC], w[wo + i + 2 * KC], s2);
        s3 = Math.fma(x[xo + i + 3 * KC], w[wo + i + 3 * KC], s3);
      }
      total = (k == 0 ? s0 : total + s0) + s1 + s2 + s3;
    }
    for (; k < length; k += KC) {
      float sum = 0;
      int end = Math.min(length, k + KC);
      for (int i = k; i < end; i++) {
        sum = Math.fma(x[xo + i], w[wo + i], sum);
      }
      total = k == 0 ? sum : total + sum;
    }
    return total;
  }

  /**
   * {@code C[i][j] = sum_k A[i][k] B[k][j]} for few columns.
   *
   * @param ai distance between the rows of A
   * @param ak distance between its columns
   */
  static void products(
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int ai,
      int ak,
      float[] b,
      int bo,
      int bs,
      float[] c,
      int co,
      int cs) {
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < n; j++) {
        float total = 0;
        for (int first = 0; first < k; first += KC) {
          float sum = 0;
          int end = Math.min(k, first + KC);
          for (int p = first; p < end; p++) {
            sum = Math.fma(a[ao + i * ai + p * ak], b[bo + p * bs + j], sum);
          }
          total = first == 0 ? sum : total + sum;
        }
        c[co + i * cs + j] = total;
      }
    }
  }
}
