package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;
import static dev.nn.simd.Species.LANES;

import java.util.Arrays;

/**
 * {@code C = op(A) B} for few rows of A and a B too large to stay in the cache: B passes by once,
 * row by row, while the sums of the chunk wait in L1.
 */
final class StreamProduct {
  /** Most rows of A; with more, tiles use each element of B often enough. */
  static final int MAX_ROWS = 10;

  private StreamProduct() {}

  /** A[i][k] stands at {@code ao + i ai + k ak}; B is row-major. */
  static void multiply(
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
      int cs,
      Scratch scratch) {
    int whole = n - n % LANES;
    float[] sums = scratch.transposedC(m * whole);
    for (int p = 0; p < k; p += KC) {
      int kc = Math.min(KC, k - p);
      Arrays.fill(sums, 0, m * whole, 0f);
      int q = p;
      for (; q + StreamTiles.GROUP <= p + kc; q += StreamTiles.GROUP) {
        int bp = bo + q * bs;
        int i = 0;
        for (; i + 2 <= m; i += 2) {
          StreamTiles.rows2x8(
              whole, a, ao + i * ai + q * ak, ai, ak, b, bp, bs, sums, i * whole, whole);
        }
        if (i < m) {
          StreamTiles.rows1x8(
              whole, a, ao + i * ai + q * ak, ai, ak, b, bp, bs, sums, i * whole, whole);
        }
      }
      for (; q < p + kc; q++) {
        for (int i = 0; i < m; i++) {
          StreamTiles.rows1x1(
              whole, a, ao + i * ai + q * ak, ai, ak, b, bo + q * bs, bs, sums, i * whole, whole);
        }
      }
      for (int i = 0; i < m; i++) {
        if (p == 0) {
          System.arraycopy(sums, i * whole, c, co + i * cs, whole);
        } else {
          Elementwise.addVectors(whole, sums, i * whole, c, co + i * cs);
        }
      }
    }
  }
}
