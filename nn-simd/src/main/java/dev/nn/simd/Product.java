package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Species.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/** The innermost loop of a matrix product: rows of A pass one panel of B, tile by tile. */
final class Product {
  /** What a first chunk is added to: -0, which changes no bit of any sum. */
  private static final float[] NOTHING = new float[Blocks.NR];

  static {
    Arrays.fill(NOTHING, -0f);
  }

  private Product() {}

  /**
   * {@code C (+)= A B} for one chunk of k and one panel.
   *
   * <p>A is m x kc, B is kc x columns, C is m x columns. Where the columns are no whole number of
   * vectors, the last vector overlaps the one before and computes the same bits again. Fewer
   * columns than one vector has need a B whose rows are a vector long; what stands beyond the
   * columns is not used.
   *
   * @param rows how A lies
   * @param add whether C has the sum of earlier chunks, which this one is added to
   * @param scratch its narrow rows are used
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
      int columns,
      float[] c,
      int cp,
      int cs,
      boolean add,
      Scratch scratch) {
    if (columns < LANES) {
      float[] narrow = scratch.narrow(m * LANES);
      panel(rows, m, kc, a, ap, as, b, bp, bs, LANES, narrow, 0, LANES, false, scratch);
      storeNarrow(m, columns, narrow, c, cp, cs, add, scratch);
      return;
    }
    int vectors = Blocks.count(columns, LANES);
    int last = columns - LANES;
    int tiles = Blocks.count(m, rows == Rows.APART ? Blocks.MR : Blocks.adjacentRows(vectors));
    float[] d = add ? c : NOTHING;
    int ds = add ? cs : 0;
    int i = 0;
    for (int t = 0; t < tiles; t++) {
      int count = Blocks.tileRows(m, t, tiles);
      int ci = cp + i * cs;
      int di = add ? ci : 0;
      // The tile's first element of A, and the step that its kernel takes: from row to row if they
      // are apart, else from k to k.
      boolean apart = rows == Rows.APART;
      int at = apart ? ap + i * as : rows == Rows.ADJACENT ? ap + i : ap + i * as;
      int step = rows == Rows.TILES ? count : as;
      int number =
          apart
              ? RowTiles.number(count, vectors, step, bs)
              : ColumnTiles.number(count, vectors, step, bs);
      if (!scratch.compiled.has(apart, number, kc)) {
        int ai = apart ? step : 1;
        int ak = apart ? 1 : step;
        PlainTile.tile(count, columns, kc, a, at, ai, ak, b, bp, bs, add, c, ci, cs, scratch.plain);
      } else if (apart) {
        RowTiles.tile(number, kc, a, at, step, b, bp, bs, last, d, di, ds, c, ci, cs);
      } else {
        ColumnTiles.tile(number, kc, a, at, step, b, bp, bs, last, d, di, ds, c, ci, cs);
      }
      i += count;
    }
  }

  /** {@code C (+)= narrow}, of each of its vectors the first columns. */
  private static void storeNarrow(
      int m, int columns, float[] narrow, float[] c, int cp, int cs, boolean add, Scratch scratch) {
    int i = 0;
    if (!add && cs == columns && scratch.compiled.has(Operation.COPY, m * LANES)) {
      // What a vector writes beyond its row, the next rows overwrite.
      for (; (m - i) * cs >= LANES; i++) {
        FloatVector.fromArray(FLOATS, narrow, i * LANES).intoArray(c, cp + i * cs);
      }
    }
    for (; i < m; i++) {
      int from = i * LANES;
      int to = cp + i * cs;
      for (int j = 0; j < columns; j++) {
        c[to + j] = add ? c[to + j] + narrow[from + j] : narrow[from + j];
      }
    }
  }
}
