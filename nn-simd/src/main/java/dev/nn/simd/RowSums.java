package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;

import java.util.Arrays;

/**
 * Sums of products along rows, in plain loops that C2 turns into vectors of FMAs: the arithmetic of
 * the portable backend.
 *
 * <p>C2 does so where all rows are arrays of their own that one index runs along; parts of one
 * array with offsets of their own stay scalar. A pass takes four rows of B, since it reads and
 * writes the sums; with eight, JDK 17 falls back to scalar code.
 *
 * <p>64 rows of A and 512 columns: 35 GFLOP/s on Temurin 25, 28 on JDK 17, of 117 that vectors in
 * registers reach; 16 rows and 64 columns 24 and 11. (AMD EPYC Zen 4, 2026-11-24.)
 */
final class RowSums {
  /** Rows of A that pass four rows of B together. */
  static final int ROWS = 64;

  /** Columns that are summed together: four rows of B and one of sums are 10 KB, in L1. */
  static final int COLUMNS = 512;

  private float[][] totals = {};
  private float[][] sums = {};
  private float[][] copies = {};
  private float[][] deltas = {};

  /** At least so many rows of B, each an array of its own, at least so long. */
  float[][] copies(int rows, int columns) {
    copies = atLeast(rows, columns, copies);
    return copies;
  }

  /** At least so many rows of a batch's delta, each an array of its own, at least so long. */
  float[][] deltas(int rows, int columns) {
    deltas = atLeast(rows, columns, deltas);
    return deltas;
  }

  /** Grows to what sums of so many columns need. */
  void reserve(int columns) {
    totals = atLeast(ROWS, columns, totals);
    sums = atLeast(ROWS, columns, sums);
  }

  /** ROWS rows at least so long, where the next product will stand. */
  float[][] rows(int columns) {
    reserve(columns);
    return totals;
  }

  private static float[][] atLeast(int rows, int columns, float[][] buffer) {
    boolean fits = buffer.length >= rows && (rows == 0 || buffer[0].length >= columns);
    if (fits) {
      return buffer;
    }
    int length = buffer.length == 0 ? columns : Math.max(columns, buffer[0].length);
    return new float[Math.max(rows, buffer.length)][length];
  }

  /**
   * {@code S[i][j] = sum_k A[i][k] B[k][j]}, in chunks of 256 k.
   *
   * @param m rows, at most ROWS
   * @param a {@code A[i][k]} at {@code ap + i ai + k ak}
   * @param b rows of B, at least n long
   * @return rows of sums, good until the next call
   */
  float[][] product(int m, int n, int k, float[] a, int ap, int ai, int ak, float[][] b) {
    reserve(n);
    for (int first = 0; first < n; first += COLUMNS) {
      int end = Math.min(n, first + COLUMNS);
      chunk(m, first, end, 0, Math.min(k, KC), a, ap, ai, ak, b, totals);
      for (int p = KC; p < k; p += KC) {
        chunk(m, first, end, p, Math.min(k - p, KC), a, ap + p * ak, ai, ak, b, sums);
        for (int i = 0; i < m; i++) {
          add(first, end, sums[i], totals[i]);
        }
      }
    }
    return totals;
  }

  /** The columns from first to end of the chunk of kc rows of B that begins with row p. */
  private static void chunk(
      int m,
      int first,
      int end,
      int p,
      int kc,
      float[] a,
      int ap,
      int ai,
      int ak,
      float[][] b,
      float[][] s) {
    for (int i = 0; i < m; i++) {
      Arrays.fill(s[i], first, end, 0f);
    }
    int k = 0;
    for (; k + 4 <= kc; k += 4) {
      float[] b0 = b[p + k];
      float[] b1 = b[p + k + 1];
      float[] b2 = b[p + k + 2];
      float[] b3 = b[p + k + 3];
      for (int i = 0; i < m; i++) {
        int at = ap + i * ai + k * ak;
        addFour(
            first, end, a[at], b0, a[at + ak], b1, a[at + 2 * ak], b2, a[at + 3 * ak], b3, s[i]);
      }
    }
    for (; k < kc; k++) {
      for (int i = 0; i < m; i++) {
        addOne(first, end, a[ap + i * ai + k * ak], b[p + k], s[i]);
      }
    }
  }

  private static void addFour(
      int first,
      int end,
      float a0,
      float[] b0,
      float a1,
      float[] b1,
      float a2,
      float[] b2,
      float a3,
      float[] b3,
      float[] s) {
    for (int j = first; j < end; j++) {
      float sum = Math.fma(a0, b0[j], s[j]);
      sum = Math.fma(a1, b1[j], sum);
      sum = Math.fma(a2, b2[j], sum);
      s[j] = Math.fma(a3, b3[j], sum);
    }
  }

  private static void addOne(int first, int end, float a, float[] b, float[] s) {
    for (int j = first; j < end; j++) {
      s[j] = Math.fma(a, b[j], s[j]);
    }
  }

  private static void add(int first, int end, float[] s, float[] total) {
    for (int j = first; j < end; j++) {
      total[j] += s[j];
    }
  }

  /** {@code c (+)= s}: one row of C. */
  static void store(int n, float[] sums, float[] c, int cp, boolean add) {
    if (!add) {
      System.arraycopy(sums, 0, c, cp, n);
      return;
    }
    for (int j = 0; j < n; j++) {
      c[cp + j] += sums[j];
    }
  }
}
