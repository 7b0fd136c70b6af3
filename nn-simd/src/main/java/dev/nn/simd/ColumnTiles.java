package dev.nn.simd;

import static dev.nn.simd.Species.FLOATS;
import static dev.nn.simd.Species.LANES;

import jdk.incubator.vector.FloatVector;

/**
 * Micro-kernels {@code C (+)= A B} on an A whose rows are adjacent: {@code A[i][k]} at {@code ap +
 * i + k as}.
 *
 * <p>One method per number of rows, all alike: C2 keeps vectors in registers only in flat code, and
 * JDK 17's C1 gives up on a method of 2,000 bytecodes, so a tile has at most eight rows (1,300
 * bytecodes). Shapes: A is rows x kc, B is kc x 2 vectors, C is rows x 2 vectors. The chunk's sum
 * starts from +0 and is stored, or added to what C holds ({@code add}), as the 256-chunk rule says.
 *
 * <p>This is a packed A ({@code as} = number of rows), and a transposed A as it stands ({@code as}
 * = its row stride): one index register whatever the number of rows.
 */
final class ColumnTiles {
  private ColumnTiles() {}

  /** {@code C (+)= A B} for 1 to 8 rows. */
  static void tile(
      int rows,
      int kc,
      float[] a,
      int ap,
      int as,
      float[] b,
      int bp,
      int bs,
      float[] c,
      int cp,
      int cs,
      boolean add) {
    switch (rows) {
      case 1 -> tile1(kc, a, ap, as, b, bp, bs, c, cp, cs, add);
      case 2 -> tile2(kc, a, ap, as, b, bp, bs, c, cp, cs, add);
      case 3 -> tile3(kc, a, ap, as, b, bp, bs, c, cp, cs, add);
      case 4 -> tile4(kc, a, ap, as, b, bp, bs, c, cp, cs, add);
      case 5 -> tile5(kc, a, ap, as, b, bp, bs, c, cp, cs, add);
      case 6 -> tile6(kc, a, ap, as, b, bp, bs, c, cp, cs, add);
      case 7 -> tile7(kc, a, ap, as, b, bp, bs, c, cp, cs, add);
      case 8 -> tile8(kc, a, ap, as, b, bp, bs, c, cp, cs, add);
      default -> throw new AssertionError(rows);
    }
  }

  private static void tile1(
      int kc,
      float[] a,
      int ap,
      int as,
      float[] b,
      int bp,
      int bs,
      float[] c,
      int cp,
      int cs,
      boolean add) {
    FloatVector x0 = FloatVector.zero(FLOATS);
    FloatVector y0 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bp + k * bs);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bp + k * bs + LANES);
      FloatVector v = FloatVector.broadcast(FLOATS, a[ap + k * as]);
      x0 = v.fma(bx, x0);
      y0 = v.fma(by, y0);
    }
    if (add) {
      x0 = FloatVector.fromArray(FLOATS, c, cp).add(x0);
      y0 = FloatVector.fromArray(FLOATS, c, cp + LANES).add(y0);
    }
    x0.intoArray(c, cp);
    y0.intoArray(c, cp + LANES);
  }

  private static void tile2(
      int kc,
      float[] a,
      int ap,
      int as,
      float[] b,
      int bp,
      int bs,
      float[] c,
      int cp,
      int cs,
      boolean add) {
    FloatVector x0 = FloatVector.zero(FLOATS);
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector x1 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bp + k * bs);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bp + k * bs + LANES);
      FloatVector v = FloatVector.broadcast(FLOATS, a[ap + k * as]);
      x0 = v.fma(bx, x0);
      y0 = v.fma(by, y0);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 1]);
      x1 = v.fma(bx, x1);
      y1 = v.fma(by, y1);
    }
    if (add) {
      x0 = FloatVector.fromArray(FLOATS, c, cp).add(x0);
      y0 = FloatVector.fromArray(FLOATS, c, cp + LANES).add(y0);
      x1 = FloatVector.fromArray(FLOATS, c, cp + cs).add(x1);
      y1 = FloatVector.fromArray(FLOATS, c, cp + cs + LANES).add(y1);
    }
    x0.intoArray(c, cp);
    y0.intoArray(c, cp + LANES);
    x1.intoArray(c, cp + cs);
    y1.intoArray(c, cp + cs + LANES);
  }

  private static void tile3(
      int kc,
      float[] a,
      int ap,
      int as,
      float[] b,
      int bp,
      int bs,
      float[] c,
      int cp,
      int cs,
      boolean add) {
    FloatVector x0 = FloatVector.zero(FLOATS);
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector x1 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    FloatVector x2 = FloatVector.zero(FLOATS);
    FloatVector y2 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bp + k * bs);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bp + k * bs + LANES);
      FloatVector v = FloatVector.broadcast(FLOATS, a[ap + k * as]);
      x0 = v.fma(bx, x0);
      y0 = v.fma(by, y0);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 1]);
      x1 = v.fma(bx, x1);
      y1 = v.fma(by, y1);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 2]);
      x2 = v.fma(bx, x2);
      y2 = v.fma(by, y2);
    }
    if (add) {
      x0 = FloatVector.fromArray(FLOATS, c, cp).add(x0);
      y0 = FloatVector.fromArray(FLOATS, c, cp + LANES).add(y0);
      x1 = FloatVector.fromArray(FLOATS, c, cp + cs).add(x1);
      y1 = FloatVector.fromArray(FLOATS, c, cp + cs + LANES).add(y1);
      x2 = FloatVector.fromArray(FLOATS, c, cp + 2 * cs).add(x2);
      y2 = FloatVector.fromArray(FLOATS, c, cp + 2 * cs + LANES).add(y2);
    }
    x0.intoArray(c, cp);
    y0.intoArray(c, cp + LANES);
    x1.intoArray(c, cp + cs);
    y1.intoArray(c, cp + cs + LANES);
    x2.intoArray(c, cp + 2 * cs);
    y2.intoArray(c, cp + 2 * cs + LANES);
  }

  private static void tile4(
      int kc,
      float[] a,
      int ap,
      int as,
      float[] b,
      int bp,
      int bs,
      float[] c,
      int cp,
      int cs,
      boolean add) {
    FloatVector x0 = FloatVector.zero(FLOATS);
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector x1 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    FloatVector x2 = FloatVector.zero(FLOATS);
    FloatVector y2 = FloatVector.zero(FLOATS);
    FloatVector x3 = FloatVector.zero(FLOATS);
    FloatVector y3 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bp + k * bs);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bp + k * bs + LANES);
      FloatVector v = FloatVector.broadcast(FLOATS, a[ap + k * as]);
      x0 = v.fma(bx, x0);
      y0 = v.fma(by, y0);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 1]);
      x1 = v.fma(bx, x1);
      y1 = v.fma(by, y1);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 2]);
      x2 = v.fma(bx, x2);
      y2 = v.fma(by, y2);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 3]);
      x3 = v.fma(bx, x3);
      y3 = v.fma(by, y3);
    }
    if (add) {
      x0 = FloatVector.fromArray(FLOATS, c, cp).add(x0);
      y0 = FloatVector.fromArray(FLOATS, c, cp + LANES).add(y0);
      x1 = FloatVector.fromArray(FLOATS, c, cp + cs).add(x1);
      y1 = FloatVector.fromArray(FLOATS, c, cp + cs + LANES).add(y1);
      x2 = FloatVector.fromArray(FLOATS, c, cp + 2 * cs).add(x2);
      y2 = FloatVector.fromArray(FLOATS, c, cp + 2 * cs + LANES).add(y2);
      x3 = FloatVector.fromArray(FLOATS, c, cp + 3 * cs).add(x3);
      y3 = FloatVector.fromArray(FLOATS, c, cp + 3 * cs + LANES).add(y3);
    }
    x0.intoArray(c, cp);
    y0.intoArray(c, cp + LANES);
    x1.intoArray(c, cp + cs);
    y1.intoArray(c, cp + cs + LANES);
    x2.intoArray(c, cp + 2 * cs);
    y2.intoArray(c, cp + 2 * cs + LANES);
    x3.intoArray(c, cp + 3 * cs);
    y3.intoArray(c, cp + 3 * cs + LANES);
  }

  private static void tile5(
      int kc,
      float[] a,
      int ap,
      int as,
      float[] b,
      int bp,
      int bs,
      float[] c,
      int cp,
      int cs,
      boolean add) {
    FloatVector x0 = FloatVector.zero(FLOATS);
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector x1 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    FloatVector x2 = FloatVector.zero(FLOATS);
    FloatVector y2 = FloatVector.zero(FLOATS);
    FloatVector x3 = FloatVector.zero(FLOATS);
    FloatVector y3 = FloatVector.zero(FLOATS);
    FloatVector x4 = FloatVector.zero(FLOATS);
    FloatVector y4 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bp + k * bs);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bp + k * bs + LANES);
      FloatVector v = FloatVector.broadcast(FLOATS, a[ap + k * as]);
      x0 = v.fma(bx, x0);
      y0 = v.fma(by, y0);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 1]);
      x1 = v.fma(bx, x1);
      y1 = v.fma(by, y1);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 2]);
      x2 = v.fma(bx, x2);
      y2 = v.fma(by, y2);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 3]);
      x3 = v.fma(bx, x3);
      y3 = v.fma(by, y3);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 4]);
      x4 = v.fma(bx, x4);
      y4 = v.fma(by, y4);
    }
    if (add) {
      x0 = FloatVector.fromArray(FLOATS, c, cp).add(x0);
      y0 = FloatVector.fromArray(FLOATS, c, cp + LANES).add(y0);
      x1 = FloatVector.fromArray(FLOATS, c, cp + cs).add(x1);
      y1 = FloatVector.fromArray(FLOATS, c, cp + cs + LANES).add(y1);
      x2 = FloatVector.fromArray(FLOATS, c, cp + 2 * cs).add(x2);
      y2 = FloatVector.fromArray(FLOATS, c, cp + 2 * cs + LANES).add(y2);
      x3 = FloatVector.fromArray(FLOATS, c, cp + 3 * cs).add(x3);
      y3 = FloatVector.fromArray(FLOATS, c, cp + 3 * cs + LANES).add(y3);
      x4 = FloatVector.fromArray(FLOATS, c, cp + 4 * cs).add(x4);
      y4 = FloatVector.fromArray(FLOATS, c, cp + 4 * cs + LANES).add(y4);
    }
    x0.intoArray(c, cp);
    y0.intoArray(c, cp + LANES);
    x1.intoArray(c, cp + cs);
    y1.intoArray(c, cp + cs + LANES);
    x2.intoArray(c, cp + 2 * cs);
    y2.intoArray(c, cp + 2 * cs + LANES);
    x3.intoArray(c, cp + 3 * cs);
    y3.intoArray(c, cp + 3 * cs + LANES);
    x4.intoArray(c, cp + 4 * cs);
    y4.intoArray(c, cp + 4 * cs + LANES);
  }

  private static void tile6(
      int kc,
      float[] a,
      int ap,
      int as,
      float[] b,
      int bp,
      int bs,
      float[] c,
      int cp,
      int cs,
      boolean add) {
    FloatVector x0 = FloatVector.zero(FLOATS);
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector x1 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    FloatVector x2 = FloatVector.zero(FLOATS);
    FloatVector y2 = FloatVector.zero(FLOATS);
    FloatVector x3 = FloatVector.zero(FLOATS);
    FloatVector y3 = FloatVector.zero(FLOATS);
    FloatVector x4 = FloatVector.zero(FLOATS);
    FloatVector y4 = FloatVector.zero(FLOATS);
    FloatVector x5 = FloatVector.zero(FLOATS);
    FloatVector y5 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bp + k * bs);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bp + k * bs + LANES);
      FloatVector v = FloatVector.broadcast(FLOATS, a[ap + k * as]);
      x0 = v.fma(bx, x0);
      y0 = v.fma(by, y0);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 1]);
      x1 = v.fma(bx, x1);
      y1 = v.fma(by, y1);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 2]);
      x2 = v.fma(bx, x2);
      y2 = v.fma(by, y2);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 3]);
      x3 = v.fma(bx, x3);
      y3 = v.fma(by, y3);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 4]);
      x4 = v.fma(bx, x4);
      y4 = v.fma(by, y4);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 5]);
      x5 = v.fma(bx, x5);
      y5 = v.fma(by, y5);
    }
    if (add) {
      x0 = FloatVector.fromArray(FLOATS, c, cp).add(x0);
      y0 = FloatVector.fromArray(FLOATS, c, cp + LANES).add(y0);
      x1 = FloatVector.fromArray(FLOATS, c, cp + cs).add(x1);
      y1 = FloatVector.fromArray(FLOATS, c, cp + cs + LANES).add(y1);
      x2 = FloatVector.fromArray(FLOATS, c, cp + 2 * cs).add(x2);
      y2 = FloatVector.fromArray(FLOATS, c, cp + 2 * cs + LANES).add(y2);
      x3 = FloatVector.fromArray(FLOATS, c, cp + 3 * cs).add(x3);
      y3 = FloatVector.fromArray(FLOATS, c, cp + 3 * cs + LANES).add(y3);
      x4 = FloatVector.fromArray(FLOATS, c, cp + 4 * cs).add(x4);
      y4 = FloatVector.fromArray(FLOATS, c, cp + 4 * cs + LANES).add(y4);
      x5 = FloatVector.fromArray(FLOATS, c, cp + 5 * cs).add(x5);
      y5 = FloatVector.fromArray(FLOATS, c, cp + 5 * cs + LANES).add(y5);
    }
    x0.intoArray(c, cp);
    y0.intoArray(c, cp + LANES);
    x1.intoArray(c, cp + cs);
    y1.intoArray(c, cp + cs + LANES);
    x2.intoArray(c, cp + 2 * cs);
    y2.intoArray(c, cp + 2 * cs + LANES);
    x3.intoArray(c, cp + 3 * cs);
    y3.intoArray(c, cp + 3 * cs + LANES);
    x4.intoArray(c, cp + 4 * cs);
    y4.intoArray(c, cp + 4 * cs + LANES);
    x5.intoArray(c, cp + 5 * cs);
    y5.intoArray(c, cp + 5 * cs + LANES);
  }

  private static void tile7(
      int kc,
      float[] a,
      int ap,
      int as,
      float[] b,
      int bp,
      int bs,
      float[] c,
      int cp,
      int cs,
      boolean add) {
    FloatVector x0 = FloatVector.zero(FLOATS);
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector x1 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    FloatVector x2 = FloatVector.zero(FLOATS);
    FloatVector y2 = FloatVector.zero(FLOATS);
    FloatVector x3 = FloatVector.zero(FLOATS);
    FloatVector y3 = FloatVector.zero(FLOATS);
    FloatVector x4 = FloatVector.zero(FLOATS);
    FloatVector y4 = FloatVector.zero(FLOATS);
    FloatVector x5 = FloatVector.zero(FLOATS);
    FloatVector y5 = FloatVector.zero(FLOATS);
    FloatVector x6 = FloatVector.zero(FLOATS);
    FloatVector y6 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bp + k * bs);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bp + k * bs + LANES);
      FloatVector v = FloatVector.broadcast(FLOATS, a[ap + k * as]);
      x0 = v.fma(bx, x0);
      y0 = v.fma(by, y0);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 1]);
      x1 = v.fma(bx, x1);
      y1 = v.fma(by, y1);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 2]);
      x2 = v.fma(bx, x2);
      y2 = v.fma(by, y2);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 3]);
      x3 = v.fma(bx, x3);
      y3 = v.fma(by, y3);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 4]);
      x4 = v.fma(bx, x4);
      y4 = v.fma(by, y4);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 5]);
      x5 = v.fma(bx, x5);
      y5 = v.fma(by, y5);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 6]);
      x6 = v.fma(bx, x6);
      y6 = v.fma(by, y6);
    }
    if (add) {
      x0 = FloatVector.fromArray(FLOATS, c, cp).add(x0);
      y0 = FloatVector.fromArray(FLOATS, c, cp + LANES).add(y0);
      x1 = FloatVector.fromArray(FLOATS, c, cp + cs).add(x1);
      y1 = FloatVector.fromArray(FLOATS, c, cp + cs + LANES).add(y1);
      x2 = FloatVector.fromArray(FLOATS, c, cp + 2 * cs).add(x2);
      y2 = FloatVector.fromArray(FLOATS, c, cp + 2 * cs + LANES).add(y2);
      x3 = FloatVector.fromArray(FLOATS, c, cp + 3 * cs).add(x3);
      y3 = FloatVector.fromArray(FLOATS, c, cp + 3 * cs + LANES).add(y3);
      x4 = FloatVector.fromArray(FLOATS, c, cp + 4 * cs).add(x4);
      y4 = FloatVector.fromArray(FLOATS, c, cp + 4 * cs + LANES).add(y4);
      x5 = FloatVector.fromArray(FLOATS, c, cp + 5 * cs).add(x5);
      y5 = FloatVector.fromArray(FLOATS, c, cp + 5 * cs + LANES).add(y5);
      x6 = FloatVector.fromArray(FLOATS, c, cp + 6 * cs).add(x6);
      y6 = FloatVector.fromArray(FLOATS, c, cp + 6 * cs + LANES).add(y6);
    }
    x0.intoArray(c, cp);
    y0.intoArray(c, cp + LANES);
    x1.intoArray(c, cp + cs);
    y1.intoArray(c, cp + cs + LANES);
    x2.intoArray(c, cp + 2 * cs);
    y2.intoArray(c, cp + 2 * cs + LANES);
    x3.intoArray(c, cp + 3 * cs);
    y3.intoArray(c, cp + 3 * cs + LANES);
    x4.intoArray(c, cp + 4 * cs);
    y4.intoArray(c, cp + 4 * cs + LANES);
    x5.intoArray(c, cp + 5 * cs);
    y5.intoArray(c, cp + 5 * cs + LANES);
    x6.intoArray(c, cp + 6 * cs);
    y6.intoArray(c, cp + 6 * cs + LANES);
  }

  private static void tile8(
      int kc,
      float[] a,
      int ap,
      int as,
      float[] b,
      int bp,
      int bs,
      float[] c,
      int cp,
      int cs,
      boolean add) {
    FloatVector x0 = FloatVector.zero(FLOATS);
    FloatVector y0 = FloatVector.zero(FLOATS);
    FloatVector x1 = FloatVector.zero(FLOATS);
    FloatVector y1 = FloatVector.zero(FLOATS);
    FloatVector x2 = FloatVector.zero(FLOATS);
    FloatVector y2 = FloatVector.zero(FLOATS);
    FloatVector x3 = FloatVector.zero(FLOATS);
    FloatVector y3 = FloatVector.zero(FLOATS);
    FloatVector x4 = FloatVector.zero(FLOATS);
    FloatVector y4 = FloatVector.zero(FLOATS);
    FloatVector x5 = FloatVector.zero(FLOATS);
    FloatVector y5 = FloatVector.zero(FLOATS);
    FloatVector x6 = FloatVector.zero(FLOATS);
    FloatVector y6 = FloatVector.zero(FLOATS);
    FloatVector x7 = FloatVector.zero(FLOATS);
    FloatVector y7 = FloatVector.zero(FLOATS);
    for (int k = 0; k < kc; k++) {
      FloatVector bx = FloatVector.fromArray(FLOATS, b, bp + k * bs);
      FloatVector by = FloatVector.fromArray(FLOATS, b, bp + k * bs + LANES);
      FloatVector v = FloatVector.broadcast(FLOATS, a[ap + k * as]);
      x0 = v.fma(bx, x0);
      y0 = v.fma(by, y0);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 1]);
      x1 = v.fma(bx, x1);
      y1 = v.fma(by, y1);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 2]);
      x2 = v.fma(bx, x2);
      y2 = v.fma(by, y2);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 3]);
      x3 = v.fma(bx, x3);
      y3 = v.fma(by, y3);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 4]);
      x4 = v.fma(bx, x4);
      y4 = v.fma(by, y4);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 5]);
      x5 = v.fma(bx, x5);
      y5 = v.fma(by, y5);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 6]);
      x6 = v.fma(bx, x6);
      y6 = v.fma(by, y6);
      v = FloatVector.broadcast(FLOATS, a[ap + k * as + 7]);
      x7 = v.fma(bx, x7);
      y7 = v.fma(by, y7);
    }
    if (add) {
      x0 = FloatVector.fromArray(FLOATS, c, cp).add(x0);
      y0 = FloatVector.fromArray(FLOATS, c, cp + LANES).add(y0);
      x1 = FloatVector.fromArray(FLOATS, c, cp + cs).add(x1);
      y1 = FloatVector.fromArray(FLOATS, c, cp + cs + LANES).add(y1);
      x2 = FloatVector.fromArray(FLOATS, c, cp + 2 * cs).add(x2);
      y2 = FloatVector.fromArray(FLOATS, c, cp + 2 * cs + LANES).add(y2);
      x3 = FloatVector.fromArray(FLOATS, c, cp + 3 * cs).add(x3);
      y3 = FloatVector.fromArray(FLOATS, c, cp + 3 * cs + LANES).add(y3);
      x4 = FloatVector.fromArray(FLOATS, c, cp + 4 * cs).add(x4);
      y4 = FloatVector.fromArray(FLOATS, c, cp + 4 * cs + LANES).add(y4);
      x5 = FloatVector.fromArray(FLOATS, c, cp + 5 * cs).add(x5);
      y5 = FloatVector.fromArray(FLOATS, c, cp + 5 * cs + LANES).add(y5);
      x6 = FloatVector.fromArray(FLOATS, c, cp + 6 * cs).add(x6);
      y6 = FloatVector.fromArray(FLOATS, c, cp + 6 * cs + LANES).add(y6);
      x7 = FloatVector.fromArray(FLOATS, c, cp + 7 * cs).add(x7);
      y7 = FloatVector.fromArray(FLOATS, c, cp + 7 * cs + LANES).add(y7);
    }
    x0.intoArray(c, cp);
    y0.intoArray(c, cp + LANES);
    x1.intoArray(c, cp + cs);
    y1.intoArray(c, cp + cs + LANES);
    x2.intoArray(c, cp + 2 * cs);
    y2.intoArray(c, cp + 2 * cs + LANES);
    x3.intoArray(c, cp + 3 * cs);
    y3.intoArray(c, cp + 3 * cs + LANES);
    x4.intoArray(c, cp + 4 * cs);
    y4.intoArray(c, cp + 4 * cs + LANES);
    x5.intoArray(c, cp + 5 * cs);
    y5.intoArray(c, cp + 5 * cs + LANES);
    x6.intoArray(c, cp + 6 * cs);
    y6.intoArray(c, cp + 6 * cs + LANES);
    x7.intoArray(c, cp + 7 * cs);
    y7.intoArray(c, cp + 7 * cs + LANES);
  }
}
