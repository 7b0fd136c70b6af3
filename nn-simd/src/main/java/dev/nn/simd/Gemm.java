package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;
import static dev.nn.simd.Blocks.MC;
import static dev.nn.simd.Blocks.MR;
import static dev.nn.simd.Blocks.NC;
import static dev.nn.simd.Blocks.NR;

/**
 * {@code C = op(A) op(B)}: the five loops around the micro-kernel.
 *
 * <p>Both operands are packed: B in panels of NR columns that stay in L2 while the rows pass, A in
 * tiles of at most MR rows that stay in L1 while the columns pass. KC is the contract's chunk, so
 * that a tile sums a chunk in registers and adds it to C once.
 *
 * <p>Source of the structure: F. Van Zee, R. van de Geijn, "BLIS: a framework for rapidly
 * instantiating BLAS functionality", ACM TOMS 2015.
 */
final class Gemm {
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
      return;
    }
    for (int j = 0; j < n; j += NC) {
      int nc = Math.min(NC, n - j);
      for (int p = 0; p < k; p += KC) {
        int kc = Math.min(KC, k - p);
        int bp = bo + (transposeB ? j * bs + p : p * bs + j);
        float[] packedB = packB(transposeB, kc, nc, b, bp, bs, scratch);
        for (int i = 0; i < m; i += MC) {
          int mc = Math.min(MC, m - i);
          int ap = ao + (transposeA ? p * as + i : i * as + p);
          float[] packedA = packA(transposeA, kc, mc, a, ap, as, scratch);
          macroKernel(mc, nc, kc, packedA, packedB, c, co + i * cs + j, cs, p > 0, scratch.tile);
        }
      }
    }
  }

  /** The two inner loops: panels of B, tiles of A. */
  private static void macroKernel(
      int mc,
      int nc,
      int kc,
      float[] packedA,
      float[] packedB,
      float[] c,
      int cp,
      int cs,
      boolean add,
      float[] edge) {
    int tiles = Blocks.count(mc, MR);
    for (int j = 0; j < nc; j += NR) {
      int columns = Math.min(NR, nc - j);
      for (int t = 0; t < tiles; t++) {
        int i = Blocks.begin(mc, t, tiles);
        int rows = Blocks.begin(mc, t + 1, tiles) - i;
        int cij = cp + i * cs + j;
        if (columns == NR) {
          ColumnTiles.tile(rows, kc, packedA, i * kc, rows, packedB, j * kc, NR, c, cij, cs, add);
        } else {
          ColumnTiles.tile(
              rows, kc, packedA, i * kc, rows, packedB, j * kc, NR, edge, 0, NR, false);
          copyEdge(rows, columns, edge, c, cij, cs, add);
        }
      }
    }
  }

  /** The valid columns of a tile that is wider than what is left of C. */
  private static void copyEdge(
      int rows, int columns, float[] edge, float[] c, int cp, int cs, boolean add) {
    for (int i = 0; i < rows; i++) {
      int row = cp + i * cs;
      if (add) {
        for (int j = 0; j < columns; j++) {
          c[row + j] += edge[i * NR + j];
        }
      } else {
        System.arraycopy(edge, i * NR, c, row, columns);
      }
    }
  }

  /** Tiles of A one after the other, each kc x its rows. */
  static float[] packA(
      boolean transposed, int kc, int mc, float[] a, int ap, int as, Scratch scratch) {
    float[] packed = scratch.packedA(mc * kc);
    int tiles = Blocks.count(mc, MR);
    for (int t = 0; t < tiles; t++) {
      int i = Blocks.begin(mc, t, tiles);
      int rows = Blocks.begin(mc, t + 1, tiles) - i;
      if (transposed) {
        Packing.copy(kc, rows, rows, a, ap + i, as, packed, i * kc);
      } else {
        Packing.transpose(kc, rows, rows, a, ap + i * as, as, packed, i * kc);
      }
    }
    return packed;
  }

  /** Panels of B one after the other, each kc x NR, the last filled up with zeros. */
  private static float[] packB(
      boolean transposed, int kc, int nc, float[] b, int bp, int bs, Scratch scratch) {
    float[] packed = scratch.packedB(Blocks.roundUp(nc, NR) * kc);
    for (int j = 0; j < nc; j += NR) {
      int columns = Math.min(NR, nc - j);
      if (transposed) {
        Packing.transpose(kc, columns, NR, b, bp + j * bs, bs, packed, j * kc);
      } else {
        Packing.copy(kc, columns, NR, b, bp + j, bs, packed, j * kc);
      }
    }
    return packed;
  }
}
