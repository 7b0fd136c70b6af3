package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;
import static dev.nn.simd.Blocks.NR;
import static dev.nn.simd.Lanes.LANES;

/**
 * A k x n matrix in panels: the columns are divided into panels of whole vectors, each panel has
 * its rows one after the other, and what stands beyond n is not used. This is the B that
 * micro-kernels read.
 */
final class PanelMatrix {
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

  /** {@code C = A this}, the columns of one panel; A is m x rows, C is m x its valid columns. */
  void multiply(
      int panel, int m, float[] a, int ap, int as, float[] c, int cp, int cs, Scratch scratch) {
    int width = width(panel);
    for (int k = 0; k < rows; k += KC) {
      Product.panel(
          Rows.APART,
          m,
          Math.min(KC, rows - k),
          a,
          ap + k,
          as,
          values,
          position(panel, k),
          width,
          valid(panel),
          c,
          cp,
          cs,
          k > 0,
          scratch);
    }
  }

  /** {@code this[k][j] = from[j][k]}, from being row-major. Scalar: a young JVM does it first. */
  void setTransposeOf(float[] from) {
    for (int p = 0; p < panels(); p++) {
      int width = width(p);
      for (int j = 0; j < valid(p); j++) {
        copyColumn(from, (begin(p) + j) * rows, position(p, 0) + j, width);
      }
    }
  }

  private void copyColumn(float[] from, int at, int to, int width) {
    for (int k = 0; k < rows; k++) {
      values[to + k * width] = from[at + k];
    }
  }

  /** {@code to[j][k] = this[k][j]}, to being row-major. */
  void getTranspose(float[] to) {
    for (int p = 0; p < panels(); p++) {
      int at = begin(p) * rows;
      Packing.transpose(valid(p), rows, values, position(p, 0), width(p), to, at, rows);
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
