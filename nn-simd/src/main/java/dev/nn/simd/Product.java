package dev.nn.simd;

import static dev.nn.simd.Species.FLOATS;
import static dev.nn.simd.Species.LANES;

import jdk.incubator.vector.FloatVector;

/** The innermost loop of a matrix product: rows of A pass one panel of B, tile by tile. */
final class Product {
  private Product() {}

  /**
   * {@code C (+)= A B} for one chunk of k and one panel.
   *
   * <p>A is m x kc, B is kc x width (whole vectors), C is m x valid, valid <= width.
   *
   * @param rows how A lies
   * @param add whether C has the sum of earlier chunks, which this one is added to
   * @param scratch a tile of it is used
   */
  static void panel(
      Rows rows,
      int m,
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
      Scratch scratch) {
    int vectors = width / LANES;
    int tiles = Blocks.count(m, rows == Rows.APART ? Blocks.MR : Blocks.adjacentRows(vectors));
    boolean direct = !add && valid == width;
    float[] to = direct ? c : scratch.tile;
    int ts = direct ? cs : width;
    for (int t = 0; t < tiles; t++) {
      int i = Blocks.begin(m, t, tiles);
      int count = Blocks.begin(m, t + 1, tiles) - i;
      int ci = cp + i * cs;
      int tp = direct ? ci : 0;
      switch (rows) {
        case APART -> RowTiles.tile(count, vectors, kc, a, ap + i * as, as, b, bp, bs, to, tp, ts);
        case ADJACENT -> ColumnTiles.tile(count, vectors, kc, a, ap + i, as, b, bp, bs, to, tp, ts);
        case TILES ->
            ColumnTiles.tile(
                count, vectors, kc, a, i * as + ap * count, count, b, bp, bs, to, tp, ts);
      }
      if (!direct) {
        store(count, vectors, valid, to, c, ci, cs, add);
      }
    }
  }

  /** {@code C (+)= tile}, the valid columns of it. */
  private static void store(
      int rows, int vectors, int valid, float[] tile, float[] c, int cp, int cs, boolean add) {
    int width = vectors * LANES;
    if (valid == width) {
      AddTile.add(rows, vectors, tile, c, cp, cs);
      return;
    }
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
