package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;
import static dev.nn.simd.Blocks.MC;
import static dev.nn.simd.Blocks.NC;
import static dev.nn.simd.Blocks.NR;
import static dev.nn.simd.Blocks.PACKED_MC;
import static dev.nn.simd.Blocks.PACKED_MR;
import static dev.nn.simd.Blocks.PACKED_NC;
import static dev.nn.simd.Blocks.PACKED_NR;
import static dev.nn.simd.Species.LANES;

/**
 * {@code C = op(A) op(B)}: the loops around the micro-kernel, and what to pack.
 *
 * <p>A is read as it stands, in tiles of 6 x 4 vectors, and B too where it is small or few rows use
 * it. A transposed A is packed where the product is wide, in tiles of 12 x 2. Where packing a
 * transposed B would cost more than packing A, the transpose of C is computed, {@code C^T = op(B)^T
 * op(A)^T}, and put in place at the end.
 *
 * <p>Source of the structure: F. Van Zee, R. van de Geijn, "BLIS: a framework for rapidly
 * instantiating BLAS functionality", ACM TOMS 2015.
 */
final class Gemm {
  /** Rows of C^T that are computed before they are put in place: 128 KB for 64 columns. */
  private static final int TRANSPOSED_ROWS = 512;

  /** Elements of B, within a chunk, that are read as they stand even by many rows: 256 KB. */
  private static final int MAX_UNPACKED = 1 << 16;

  /** Rows of A below which a copy of B costs more than rows that lie apart. */
  private static final int MIN_ROWS_TO_PACK_B = 128;

  /** Elements of a B that is read once: 512 KB. */
  private static final int MIN_STREAMED = 1 << 17;

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
                int i =
                    Math.min(m, PACKED_MR * Blocks.begin(Blocks.count(m, PACKED_MR), part, parts));
                int end =
                    Math.min(
                        m, PACKED_MR * Blocks.begin(Blocks.count(m, PACKED_MR), part + 1, parts));
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
    } else if (streams(transposeB, m, n, k)) {
      int whole = n - n % LANES;
      int ai = transposeA ? 1 : as;
      int ak = transposeA ? as : 1;
      StreamProduct.multiply(m, whole, k, a, ao, ai, ak, b, bo, bs, c, co, cs, scratch);
      if (whole < n) {
        product(
            transposeA,
            false,
            m,
            n - whole,
            k,
            a,
            ao,
            as,
            b,
            bo + whole,
            bs,
            c,
            co + whole,
            cs,
            scratch);
      }
    } else if (packsA(transposeA, n)) {
      packedProduct(transposeB, m, n, k, a, ao, as, b, bo, bs, c, co, cs, scratch);
    } else if (transposeB && (transposeA || (m < n && m >= LANES))) {
      transposedProduct(transposeA, m, n, k, a, ao, as, b, bo, bs, c, co, cs, scratch);
    } else {
      product(transposeA, transposeB, m, n, k, a, ao, as, b, bo, bs, c, co, cs, scratch);
    }
  }

  /** Whether B is too large for the cache and A has too few rows to use it twice. */
  private static boolean streams(boolean transposeB, int m, int n, int k) {
    return !transposeB
        && m <= StreamProduct.MAX_ROWS
        && n >= 8 * LANES
        && (long) n * k >= MIN_STREAMED;
  }

  /**
   * Whether a copy of A pays. Rows that lie apart are read best as they stand: packed, in tiles of
   * 12 x 2, 1024 and 2048 cubed reach 0.71 and 0.70 of the FMA peak, as they stand 0.83 and 0.81.
   * Adjacent rows (a transposed A) use pieces of cache lines, and pay for a copy if it is used by
   * more than two panels. (AMD EPYC Zen 5, Temurin 25, 2026-11-23.)
   */
  private static boolean packsA(boolean transposeA, int n) {
    return transposeA && n > 2 * NR;
  }

  /** A as it stands: columns of B by NC, chunks of k by KC, rows of A by MC, panels. */
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
    boolean pack =
        transposeB || (Math.min(k, KC) * (long) n > MAX_UNPACKED && m >= MIN_ROWS_TO_PACK_B);
    for (int j = 0; j < n; j += NC) {
      int nc = Math.min(NC, n - j);
      int panels = Blocks.panels(nc, NR);
      for (int p = 0; p < k; p += KC) {
        int kc = Math.min(KC, k - p);
        float[] packed = scratch.packedB(kc * Blocks.roundUp(nc, LANES));
        for (int i = 0; i < m; i += MC) {
          int mc = Math.min(MC, m - i);
          int ap = ao + (adjacent ? p * as + i : i * as + p);
          for (int q = 0; q < panels; q++) {
            int first = Blocks.panelBegin(nc, NR, q);
            int width = Blocks.panelBegin(nc, NR, q + 1) - first;
            int valid = Math.min(width, nc - first);
            int bp = bo + (transposeB ? (j + first) * bs + p : p * bs + j + first);
            boolean copied = pack || valid < width;
            if (copied && i == 0) {
              packB(transposeB, kc, valid, width, b, bp, bs, packed, kc * first);
            }
            Product.panel(
                adjacent ? Rows.ADJACENT : Rows.APART,
                mc,
                kc,
                a,
                ap,
                as,
                copied ? packed : b,
                copied ? kc * first : bp,
                copied ? width : bs,
                width,
                valid,
                c,
                co + i * cs + j + first,
                cs,
                p > 0,
                scratch);
          }
        }
      }
    }
  }

  /** A transposed A and B, both packed: panels of B stay in L1 while tiles of A pass from L2. */
  private static void packedProduct(
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
    for (int j = 0; j < n; j += PACKED_NC) {
      int nc = Math.min(PACKED_NC, n - j);
      int panels = Blocks.panels(nc, PACKED_NR);
      for (int p = 0; p < k; p += KC) {
        int kc = Math.min(KC, k - p);
        float[] packedB = scratch.packedB(kc * Blocks.roundUp(nc, LANES));
        for (int i = 0; i < m; i += PACKED_MC) {
          int mc = Math.min(PACKED_MC, m - i);
          int ap = ao + p * as + i;
          float[] packedA = scratch.packedA(kc * mc + LANES);
          Packing.tiles(mc, kc, PACKED_MR, a, ap, as, packedA);
          for (int q = 0; q < panels; q++) {
            int first = Blocks.panelBegin(nc, PACKED_NR, q);
            int width = Blocks.panelBegin(nc, PACKED_NR, q + 1) - first;
            int valid = Math.min(width, nc - first);
            if (i == 0) {
              int bp = bo + (transposeB ? (j + first) * bs + p : p * bs + j + first);
              packB(transposeB, kc, valid, width, b, bp, bs, packedB, kc * first);
            }
            Product.panel(
                Rows.TILES,
                mc,
                kc,
                packedA,
                0,
                kc,
                packedB,
                kc * first,
                width,
                width,
                valid,
                c,
                co + i * cs + j + first,
                cs,
                p > 0,
                scratch);
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
