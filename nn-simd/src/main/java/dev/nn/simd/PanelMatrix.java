package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;
import static dev.nn.simd.Blocks.NR;
import static dev.nn.simd.Blocks.PACKED_MR;
import static dev.nn.simd.Lanes.LANES;

/**
 * A k x n matrix in panels: the columns are divided into panels of whole vectors, each panel has
 * its rows one after the other, and what stands beyond n is not used. This is the B that
 * micro-kernels read.
 */
final class PanelMatrix {
  /** Rows of a panel that are filled at a time, so that they stay in L1. */
  private static final int BLOCK_ROWS = 32;

  /** Elements of A that are copied into tiles: 64 MB. */
  private static final long MAX_PACKED = 1 << 24;

  final int rows;
  final int columns;
  final float[] values;

  PanelMatrix(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    this.values = new float[Math.multiplyExact(rows, Blocks.roundUp(columns, LANES))];
  }

  int panels() {
    return Blocks.panels(columns, NR);
  }

  int begin(int panel) {
    return Blocks.panelBegin(columns, NR, panel);
  }

  int width(int panel) {
    return begin(panel + 1) - begin(panel);
  }

  int valid(int panel) {
    return Math.min(begin(panel + 1), columns) - begin(panel);
  }

  /** Position of a row of a panel. */
  int position(int panel, int row) {
    return begin(panel) * rows + row * width(panel);
  }

  /**
   * {@code C = A this}, the columns of some panels; A is m x rows, column j of C stands at {@code
   * cp + j}.
   */
  void multiply(
      int first,
      int last,
      int m,
      float[] a,
      int ap,
      int as,
      float[] c,
      int cp,
      int cs,
      Scratch scratch) {
    boolean packs = packs(m);
    float[] source = packs ? pack(m, a, ap, as, scratch) : a;
    for (int p = first; p < last; p++) {
      int width = width(p);
      for (int k = 0; k < rows; k += KC) {
        int kc = Math.min(KC, rows - k);
        Product.panel(
            packs ? Rows.TILES : Rows.APART,
            m,
            kc,
            source,
            packs ? k * m : ap + k,
            packs ? kc : as,
            values,
            position(p, k),
            width,
            valid(p),
            c,
            cp + begin(p),
            cs,
            k > 0,
            scratch);
      }
    }
  }

  /** Grows the scratch to what products with so many rows will need. */
  void reserve(int m, Scratch scratch) {
    if (packs(m)) {
      scratch.packedA(packedLength(m));
    }
  }

  /** Whether a copy of A pays, of which it has so many rows. */
  private boolean packs(int m) {
    return columns >= Blocks.MIN_COLUMNS_TO_PACK_ROWS
        && m >= PACKED_MR
        && (long) m * rows <= MAX_PACKED;
  }

  private int packedLength(int m) {
    return m * rows + LANES; // the last row of a tile is written as a whole vector
  }

  /** A in tiles, chunk by chunk of k. */
  private float[] pack(int m, float[] a, int ap, int as, Scratch scratch) {
    float[] tiles = scratch.packedA(packedLength(m));
    for (int k = 0; k < rows; k += KC) {
      int kc = Math.min(KC, rows - k);
      Packing.tilesOfRows(m, kc, PACKED_MR, a, ap + k, as, tiles, k * m, scratch);
    }
    return tiles;
  }

  /**
   * {@code to[k][j] = from[j][k]}, from being row-major, to in panels like these values. Scalar: a
   * young JVM does it first.
   */
  void fromTranspose(float[] from, float[] to) {
    for (int p = 0; p < panels(); p++) {
      for (int k = 0; k < rows; k += BLOCK_ROWS) {
        int count = Math.min(BLOCK_ROWS, rows - k);
        for (int j = 0; j < valid(p); j++) {
          copyColumn(count, from, (begin(p) + j) * rows + k, to, position(p, k) + j, width(p));
        }
      }
    }
  }

  private static void copyColumn(int count, float[] from, int at, float[] to, int tp, int width) {
    for (int k = 0; k < count; k++) {
      to[tp + k * width] = from[at + k];
    }
  }

  /** {@code to[j][k] = from[k][j]}, from in panels like these values, to being row-major. */
  void toTranspose(float[] from, float[] to) {
    for (int p = 0; p < panels(); p++) {
      int at = begin(p) * rows;
      Packing.transpose(valid(p), rows, from, position(p, 0), width(p), to, at, rows);
    }
  }

  /** {@code this[k][j] = from[j][k]}. */
  void setTransposeOf(PanelMatrix from, Scratch scratch) {
    for (int q = 0; q < from.panels(); q++) {
      setTransposeOf(from, q, 0, columns, scratch);
    }
  }

  /** The same for the k of one panel of {@code from}, and some j, {@code count} from first. */
  void setTransposeOf(PanelMatrix from, int panel, int first, int count, Scratch scratch) {
    int end = first + count;
    for (int p = Blocks.panelOf(columns, NR, first); p < panels() && begin(p) < end; p++) {
      int j = Math.max(first, begin(p));
      Packing.transpose(
          from.valid(panel),
          Math.min(end, begin(p) + valid(p)) - j,
          from.values,
          from.position(panel, j),
          from.width(panel),
          values,
          position(p, from.begin(panel)) + j - begin(p),
          width(p),
          scratch);
    }
  }
}
