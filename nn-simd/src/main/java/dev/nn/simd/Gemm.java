package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;
import static dev.nn.simd.Blocks.MC;
import static dev.nn.simd.Blocks.NC;
import static dev.nn.simd.Blocks.NR;
import static dev.nn.simd.Blocks.PACKED_MC;
import static dev.nn.simd.Blocks.PACKED_MR;
import static dev.nn.simd.Blocks.PACKED_NC;
import static dev.nn.simd.Blocks.PACKED_NR;
import static dev.nn.simd.Lanes.LANES;

/**
 * {@code C = op(A) op(B)}: the loops around the micro-kernel, and what to pack.
 *
 * <p>A is read as it stands, in tiles of up to 6 x 4 vectors, and B too where it is small or few
 * rows use it. A transposed A is packed where the product is wide, in tiles of 12 x 2. Where
 * packing a transposed B would cost more than packing A, or C is narrower than a vector, the
 * transpose of C is computed, {@code C^T = op(B)^T op(A)^T}, and put in place at the end. A few
 * rows of A stream past a large B in {@link StreamProduct}.
 *
 * <p>Source of the structure: F. Van Zee, R. van de Geijn, "BLIS: a framework for rapidly
 * instantiating BLAS functionality", ACM TOMS 2015.
 */
final class Gemm {
  /** Rows of C^T that are computed before they are put in place: 128 KB for 64 columns. */
  private static final int TRANSPOSED_ROWS = 512;

  /**
   * Elements of B, within a chunk, that are read as they stand even by many rows: 256 KB, and fewer
   * where a panel is only one cache line wide.
   */
  private static final int MAX_UNPACKED = LANES >= 16 ? 1 << 16 : 1 << 12;

  /**
   * Rows of A below which a copy of B costs more than rows that lie apart: their bounds are checked
   * in the loop, which costs a third of the speed where a vector has 256 bits, and little where it
   * has 512.
   */
  private static final int MIN_ROWS_TO_PACK_B = LANES >= 16 ? 128 : 24;

  /** Length of k for which a block of C stays in L2: four chunks, 1.5 MB of B for NC columns. */
  private static final int K_GROUP = 4 * KC;

  /** Rows of B that are copied to all panels at a time. */
  private static final int ROWS_TO_PACK = 16;

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
                    Math.min(m, PACKED_MR * Parts.begin(Blocks.count(m, PACKED_MR), part, parts));
                int end =
                    Math.min(
                        m, PACKED_MR * Parts.begin(Blocks.count(m, PACKED_MR), part + 1, parts));
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
                int j = Math.min(n, NR * Parts.begin(Blocks.count(n, NR), part, parts));
                int end = Math.min(n, NR * Parts.begin(Blocks.count(n, NR), part + 1, parts));
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
      int ai = transposeA ? 1 : as;
      int ak = transposeA ? as : 1;
      StreamProduct.multiply(m, n, k, a, ao, ai, ak, b, bo, bs, c, co, cs, scratch);
    } else if (transposes(transposeA, transposeB, m, n)) {
      transposedProduct(transposeA, transposeB, m, n, k, a, ao, as, b, bo, bs, c, co, cs, scratch);
    } else {
      Rows rows = transposeA ? (n > 2 * NR ? Rows.TILES : Rows.ADJACENT) : Rows.APART;
      product(rows, transposeB, m, n, k, a, ao, as, b, bo, bs, c, co, cs, scratch);
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
   * Whether the transpose of C is the better product: where C is narrower than a vector but has
   * many rows, and where a transposed B has more to copy than A.
   */
  private static boolean transposes(boolean transposeA, boolean transposeB, int m, int n) {
    if (n < LANES) {
      return m >= 2 * LANES; // with fewer, the copies cost what the lanes save
    }
    return transposeB && (transposeA || m < n) && m >= LANES; // m is the width of C^T
  }

  /**
   * Columns of B by NC, chunks of k by groups, rows of A by MC, chunks of a group, panels of B: so
   * that a block of C stays in L2 for all chunks of a group while panels of B pass from L3.
   */
  static void product(
      Rows rows,
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
    boolean packsA = rows == Rows.TILES;
    int nr = packsA ? PACKED_NR : NR;
    int mc = packsA ? PACKED_MC : MC;
    // A copy that few rows use stays in L2 if it is small.
    boolean passesOnce = transposeB && m <= StreamProduct.MAX_ROWS;
    int nc = packsA ? PACKED_NC : passesOnce ? NR : NC;
    int groupLength = passesOnce ? KC : K_GROUP;
    boolean packsB =
        transposeB
            || n < LANES // the kernels read whole vectors
            || (Math.min(k, KC) * (long) n > MAX_UNPACKED && m >= MIN_ROWS_TO_PACK_B);
    for (int block = 0; block < Blocks.panels(n, nc); block++) {
      int j = Blocks.panelBegin(n, nc, block);
      int columns = Math.min(n, Blocks.panelBegin(n, nc, block + 1)) - j;
      for (int g = 0; g < k; g += groupLength) {
        int group = Math.min(groupLength, k - g);
        int bp = bo + (transposeB ? j * bs + g : g * bs + j);
        float[] packedB = packsB ? scratch.packedB(group * Blocks.roundUp(columns, LANES)) : b;
        if (packsB) {
          packB(transposeB, group, columns, nr, b, bp, bs, packedB, scratch);
        }
        for (int i = 0; i < m; i += mc) {
          int count = Math.min(mc, m - i);
          for (int p = g; p < g + group; p += KC) {
            int kc = Math.min(KC, k - p);
            int ap = ao + (rows == Rows.APART ? i * as + p : p * as + i);
            float[] tiles = a;
            if (packsA) {
              tiles = scratch.packedA(mc * KC);
              Packing.tiles(count, kc, PACKED_MR, a, ap, as, tiles, 0, scratch);
            }
            for (int q = 0; q < Blocks.panels(columns, nr); q++) {
              int first = Blocks.panelBegin(columns, nr, q);
              int width = Blocks.panelBegin(columns, nr, q + 1) - first;
              Product.panel(
                  rows,
                  count,
                  kc,
                  tiles,
                  packsA ? 0 : ap,
                  packsA ? kc : as,
                  packedB,
                  packsB ? group * first + (p - g) * width : bp + (p - g) * bs + first,
                  packsB ? width : bs,
                  Math.min(width, columns - first),
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
  }

  /** Panels one after the other, each with all k, some of which at a time go to all panels. */
  private static void packB(
      boolean transposed,
      int k,
      int columns,
      int nr,
      float[] b,
      int bo,
      int bs,
      float[] packed,
      Scratch scratch) {
    int step = transposed ? KC : ROWS_TO_PACK;
    for (int p = 0; p < k; p += step) {
      int kc = Math.min(step, k - p);
      for (int q = 0; q < Blocks.panels(columns, nr); q++) {
        int first = Blocks.panelBegin(columns, nr, q);
        int width = Blocks.panelBegin(columns, nr, q + 1) - first;
        int valid = Math.min(width, columns - first);
        int to = k * first + p * width;
        if (transposed) {
          Packing.transpose(kc, valid, b, bo + first * bs + p, bs, packed, to, width, scratch);
        } else {
          Packing.copy(kc, valid, width, b, bo + p * bs + first, bs, packed, to, scratch);
        }
      }
    }
  }

  /** Grows the scratch to what {@link #transposedProduct} of such a product will need. */
  static void reserveTransposed(int m, int n, int k, Scratch scratch) {
    scratch.transposedC(Math.min(n, TRANSPOSED_ROWS) * m);
    scratch.packedB(Math.min(k, K_GROUP) * Blocks.roundUp(Math.min(m, NC), LANES));
    scratch.narrow(Math.min(n, MC) * LANES);
  }

  /** {@code C^T = op(B)^T op(A)^T}, some rows at a time, put in place at the end. */
  static void transposedProduct(
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
    Rows form = transposeB ? Rows.APART : Rows.ADJACENT;
    int rows = Math.min(n, TRANSPOSED_ROWS);
    float[] ct = scratch.transposedC(rows * m);
    for (int j = 0; j < n; j += rows) {
      int count = Math.min(rows, n - j);
      int bj = bo + (transposeB ? j * bs : j);
      product(form, !transposeA, count, m, k, b, bj, bs, a, ao, as, ct, 0, m, scratch);
      Packing.transpose(m, count, ct, 0, m, c, co + j, cs, scratch);
    }
  }
}
