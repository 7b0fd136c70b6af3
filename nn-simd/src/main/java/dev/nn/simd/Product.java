package dev.nn.simd;

import static dev.nn.simd.Blocks.MR;
import static dev.nn.simd.Species.FLOATS;
import static dev.nn.simd.Species.LANES;

import jdk.incubator.vector.FloatVector;

/** The innermost loop of a matrix product: rows of A pass one panel of B, tile by tile. */
final class Product {
  private Product() {}

  /**
   * {@code C (+)= A B} for one chunk of k and one panel.
   *
   * <p>A is rows x kc, B is kc x width (whole vectors), C is rows x valid, valid <= width.
   *
   * @param adjacent whether the rows of A are adjacent: A[i][k] at ap + i + k as, else at ap + i as
   *     + k
   * @param add whether C has the sum of earlier chunks, which this one is added to
   * @param tile scratch
   */
  static void panel(
      boolean adjacent,
      int rows,
      int kc,
      float[] a,
      int ap,
      int as,
      float[] b,
      int bp,
      int bs,
      int width,
      int valid,
      float[] c,
      int cp,
      int cs,
      boolean add,
      float[] tile) {
    int tiles = Blocks.count(rows, MR);
    int vectors = width / LANES;
    boolean direct = !add && valid == width;
    for (int t = 0; t < tiles; t++) {
      int i = Blocks.begin(rows, t, tiles);
      int tileRows = Blocks.begin(rows, t + 1, tiles) - i;
      float[] to = direct ? c : tile;
      int tp = direct ? cp + i * cs : 0;
      int ts = direct ? cs : width;
      if (adjacent) {
        ColumnTiles.tile(tileRows, vectors, kc, a, ap + i, as, b, bp, bs, to, tp, ts);
      } else {
        RowTiles.tile(tileRows, vectors, kc, a, ap + i * as, as, b, bp, bs, to, tp, ts);
      }
      if (!direct) {
        store(tileRows, valid, tile, width, c, cp + i * cs, cs, add);
      }
    }
  }

  /** {@code C (+)= tile}, the valid columns of it. */
  private static void store(
      int rows, int valid, float[] tile, int width, float[] c, int cp, int cs, boolean add) {
    int whole = valid - valid % LANES;
    for (int i = 0; i < rows; i++) {
      int from = i * width;
      int to = cp + i * cs;
      if (add) {
        for (int j = 0; j < whole; j += LANES) {
          FloatVector.fromArray(FLOATS, c, to + j)
              .add(FloatVector.fromArray(FLOATS, tile, from + j))
              .intoArray(c, to + j);
        }
        for (int j = whole; j < valid; j++) {
          c[to + j] += tile[from + j];
        }
      } else {
        System.arraycopy(tile, from, c, to, valid);
      }
    }
  }
}
