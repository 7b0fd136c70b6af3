package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;
import static dev.nn.simd.Blocks.MC;
import static dev.nn.simd.Blocks.MR;
import static dev.nn.simd.Blocks.NC;
import static dev.nn.simd.Blocks.NR;

/**
 * {@code C = op(A) op(B)}: the loops around the micro-kernel, and what to pack.
 *
 * <p>A is never packed: the micro-kernels read its rows as they stand, apart or adjacent. B is read
 * as it stands where it is small, packed in panels where its rows are far apart or transposed.
 * Where packing the transposed B would cost more than packing A, the transpose of C is computed,
 * {@code C^T = op(B)^T op(A)^T}, and put in place at the end.
 *
 * <p>Source of the structure: F. Van Zee, R. van de Geijn, "BLIS: a framework for rapidly
 * instantiating BLAS functionality", ACM TOMS 2015.
 */
final class Gemm {
  /** Rows of C^T that are computed before they are put in place: 128 KB for 64 columns. */
  private static final int TRANSPOSED_ROWS = 512;

  /** Elements of B, within a chunk, that are read as they stand: 128 KB. */
  private static final int MAX_UNPACKED = 1 << 15;

  private Gemm() {}

  /** A matrix product over all threads of a workspace: each takes rows, or columns, of C. */
  static void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int as,
      float[] b,
      int bo,
      int bs,
      float[] c,
      int co,
      int cs,
      SimdWorkspace workspace) {
    if (workspace.partsFor((long) m * n * k) == 1) {
      multiply(
          transposeA, transposeB, m, n, k, a, ao, as, b, bo, bs, c, co, cs, workspace.scratch(0));
      return;
    }
    workspace
        .workers()
        .run(
            (part, parts) -> {
              Scratch scratch = workspace.scratch(part);
              if (m >= n) {
                int i = Math.min(m, MR * Blocks.begin(Blocks.count(m, MR), part, parts));
                int end = Math.min(m, MR * Blocks.begin(Blocks.count(m, MR), part + 1, parts));
                int ai = ao + (transposeA ? i : i * as);
                multiply(
                    transposeA,
                    transposeB,
                    end - i,
                    n,
                    k,
                    a,
                    ai,
                    as,
                    b,
                    bo,
                    bs,
                    c,
                    co + i * cs,
                    cs,
                    scratch);
              } else {
                int j = Math.min(n, NR * Blocks.begin(Blocks.count(n, NR), part, parts));
                int end = Math.min(n, NR * Blocks.begin(Blocks.count(n, NR), part + 1, parts));
                int bj = bo + (transposeB ? j * bs : j);
                multiply(
                    transposeA,
                    transposeB,
                    m,
                    end - j,
                    k,
                    a,
                    ao,
                    as,
                    b,
                    bj,
                    bs,
                    c,
                    co + j,
                    cs,
                    scratch);
              }
            });
  }

  private static void multiply(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int as,
      float[] b,
      int bo,
      int bs,
      float[] c,
      int co,
      int cs,
      Scratch scratch) {
    if (k == 0) {
      for (int i = 0; i < m; i++) {
        java.util.Arrays.fill(c, co + i * cs, co + i * cs + n, 0f);
      }
    } else if (transposeB && (transposeA || m < n)) {
      transposedProduct(transposeA, m, n, k, a, ao, as, b, bo, bs, c, co, cs, scratch);
    } else {
      product(transposeA, transposeB, m, n, k, a, ao, as, b, bo, bs, c, co, cs, scratch);
    }
  }

  /** Columns of B by NC, chunks of k by KC, rows of A by MC, panels. */
  private static void product(
      boolean adjacent,
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int as,
      float[] b,
      int bo,
      int bs,
      float[] c,
      int co,
      int cs,
      Scratch scratch) {
    boolean pack = transposeB || ((long) Math.min(k, KC) * n > MAX_UNPACKED && m > 2 * MR);
    for (int j = 0; j < n; j += NC) {
      int nc = Math.min(NC, n - j);
      int panels = Blocks.panels(nc);
      for (int p = 0; p < k; p += KC) {
        int kc = Math.min(KC, k - p);
        float[] packed = scratch.packedB(kc * Blocks.panelBegin(nc, panels));
        for (int i = 0; i < m; i += MC) {
          int mc = Math.min(MC, m - i);
          int ap = ao + (adjacent ? p * as + i : i * as + p);
          for (int q = 0; q < panels; q++) {
            int first = Blocks.panelBegin(nc, q);
            int width = Blocks.panelBegin(nc, q + 1) - first;
            int valid = Math.min(width, nc - first);
            int bp = bo + (transposeB ? (j + first) * bs + p : p * bs + j + first);
            int cp = co + i * cs + j + first;
            if (pack || valid < width) {
              int pp = kc * first;
              if (i == 0) {
                packB(transposeB, kc, valid, width, b, bp, bs, packed, pp);
              }
              Product.panel(
                  adjacent,
                  mc,
                  kc,
                  a,
                  ap,
                  as,
                  packed,
                  pp,
                  width,
                  width,
                  valid,
                  c,
                  cp,
                  cs,
                  p > 0,
                  scratch.tile);
            } else {
              Product.panel(
                  adjacent,
                  mc,
                  kc,
                  a,
                  ap,
                  as,
                  b,
                  bp,
                  bs,
                  width,
                  valid,
                  c,
                  cp,
                  cs,
                  p > 0,
                  scratch.tile);
            }
          }
        }
      }
    }
  }

  private static void packB(
      boolean transposed,
      int kc,
      int valid,
      int width,
      float[] b,
      int bp,
      int bs,
      float[] packed,
      int pp) {
    if (transposed) {
      Packing.transpose(kc, valid, width, b, bp, bs, packed, pp, width);
    } else {
      Packing.copy(kc, valid, width, b, bp, bs, packed, pp);
    }
  }

  /** {@code C^T = B op(A)^T}, B as it stands (n x k), some rows at a time. */
  private static void transposedProduct(
      boolean transposeA,
      int m,
      int n,
      int k,
      float[] a,
      int ao,
      int as,
      float[] b,
      int bo,
      int bs,
      float[] c,
      int co,
      int cs,
      Scratch scratch) {
    int rows = Math.min(n, TRANSPOSED_ROWS);
    float[] ct = scratch.transposedC(rows * m);
    for (int j = 0; j < n; j += rows) {
      int count = Math.min(rows, n - j);
      product(false, !transposeA, count, m, k, b, bo + j * bs, bs, a, ao, as, ct, 0, m, scratch);
      Packing.transpose(m, count, count, ct, 0, m, c, co + j, cs);
    }
  }
}
