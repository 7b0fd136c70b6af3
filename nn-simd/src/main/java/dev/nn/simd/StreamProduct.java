package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;
import static dev.nn.simd.Lanes.LANES;

import java.util.Arrays;

/**
 * {@code C = op(A) B} for few rows of A and a B too large to stay in the cache: B passes by once,
 * some whole rows at a time, while the sums of the chunk wait in L1.
 */
final class StreamProduct {
  /** Most rows of A; with more, tiles use each element of B often enough. */
  static final int MAX_ROWS = 10;

  /** Rows of B that pass together, in L1 or L2 for all rows of A. */
  private static final int ROWS_TOGETHER = 8;

  private StreamProduct() {}

  /** A[i][k] stands at {@code ao + i ai + k ak}; B is row-major; n is at least {@code LANES}. */
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
    int width = Blocks.roundUp(n, LANES);
    float[] sums = scratch.transposedC(m * width);
    for (int p = 0; p < k; p += KC) {
      int kc = Math.min(KC, k - p);
      Arrays.fill(sums, 0, m * width, 0f);
      for (int q = p; q < p + kc; q += ROWS_TOGETHER) {
        int group = Math.min(ROWS_TOGETHER, p + kc - q);
        int aq = ao + q * ak;
        int bq = bo + q * bs;
        add(m, group, whole, a, aq, ai, ak, b, bq, bs, sums, 0, width);
        if (whole < n) { // a vector that overlaps the one before, with sums of its own
          add(m, group, LANES, a, aq, ai, ak, b, bq + n - LANES, bs, sums, whole, width);
        }
      }
      for (int i = 0; i < m; i++) {
        store(n, whole, sums, i * width, c, co + i * cs, p > 0);
      }
    }
  }

  /** Adds the products of a group of rows of B, of which so many columns, to the sums. */
  private static void add(
      int m,
      int group,
      int columns,
      float[] a,
      int ap,
      int ai,
      int ak,
      float[] b,
      int bp,
      int bs,
      float[] sums,
      int sp,
      int ss) {
    if (group < ROWS_TOGETHER) {
      for (int i = 0; i < m; i++) {
        for (int g = 0; g < group; g++) {
          int at = ap + i * ai + g * ak;
          StreamTiles.rows1x1(columns, a, at, ai, ak, b, bp + g * bs, bs, sums, sp + i * ss, ss);
        }
      }
      return;
    }
    int i = 0;
    for (; i + 4 <= m; i += 4) {
      for (int g = 0; g < ROWS_TOGETHER; g += 4) {
        int at = ap + i * ai + g * ak;
        StreamTiles.rows4x4(columns, a, at, ai, ak, b, bp + g * bs, bs, sums, sp + i * ss, ss);
      }
    }
    for (; i + 2 <= m; i += 2) {
      StreamTiles.rows2x8(columns, a, ap + i * ai, ai, ak, b, bp, bs, sums, sp + i * ss, ss);
    }
    if (i < m) {
      StreamTiles.rows1x8(columns, a, ap + i * ai, ai, ak, b, bp, bs, sums, sp + i * ss, ss);
    }
  }

  /** One row of C; the last n - whole sums stand at the end of their vector. */
  private static void store(
      int n, int whole, float[] sums, int sp, float[] c, int cp, boolean add) {
    if (add) {
      Elementwise.addVectors(whole, sums, sp, c, cp);
    } else {
      System.arraycopy(sums, sp, c, cp, whole);
    }
    int tail = sp + whole + LANES - (n - whole);
    for (int j = whole; j < n; j++) {
      float sum = sums[tail + j - whole];
      c[cp + j] = add ? c[cp + j] + sum : sum;
    }
  }
}
