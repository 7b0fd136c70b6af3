package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Species.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Sums along a row by the 16-lane rule, and down columns by the 256-chunk rule. */
final class Reductions {
  /** Number of partial sums of a row, whatever the vector width. */
  static final int ROW_LANES = 16;

  /** Rows of two matrices that are copied at a time, a part of a chunk. */
  private static final int ROWS_OF_DOTS = Blocks.KC / 4;

  private Reductions() {}

  /** {@code sum_j x[j]} of any number of elements. */
  static float sum(int length, float[] x, int xo, Scratch scratch) {
    int padded = Blocks.roundUp(length, ROW_LANES);
    float[] row = scratch.rows(padded + ROW_LANES);
    System.arraycopy(x, xo, row, 0, length);
    Arrays.fill(row, length, padded, 0f);
    return sumOfBlocks(padded, row, 0, row, padded);
  }

  /**
   * {@code sum_j x[j]}: lane l adds elements l, l + 16, ..., then lane i adds lane i + 8, 4, 2, 1.
   * The length is a multiple of 16; 16 elements of {@code lanes} from {@code lo} are overwritten.
   */
  static float sumOfBlocks(int length, float[] x, int xo, float[] lanes, int lo) {
    for (int l = 0; l < ROW_LANES; l += LANES) {
      FloatVector lane = FloatVector.zero(FLOATS);
      for (int j = l; j < length; j += ROW_LANES) {
        lane = lane.add(FloatVector.fromArray(FLOATS, x, xo + j));
      }
      lane.intoArray(lanes, lo + l);
    }
    return total(lanes, lo);
  }

  /** Lane i adds lane i + 8 (i < 8), then i + 4, i + 2, i + 1. */
  static float total(float[] lanes, int lo) {
    for (int half = ROW_LANES / 2; half >= 1; half /= 2) {
      for (int i = lo; i < lo + half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[lo];
  }

  /** {@code max_j x[j]}, NaN if any element is; exact, so that the order does not matter. */
  static float max(int length, float[] x, int xo) {
    FloatVector greatest = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    int whole = length - length % LANES;
    for (int j = 0; j < whole; j += LANES) {
      greatest = greatest.max(FloatVector.fromArray(FLOATS, x, xo + j));
    }
    float max = greatest.reduceLanes(VectorOperators.MAX);
    for (int j = whole; j < length; j++) {
      max = Math.max(max, x[xo + j]);
    }
    return max;
  }

  /** {@code s[j] = sum_i x[i][j]}, plain additions in chunks of 256 rows. */
  static void columnSums(
      int rows, int columns, float[] x, int xo, int xs, float[] s, int so, Scratch scratch) {
    int whole = columns - columns % LANES;
    for (int j = 0; j < whole; j += LANES) {
      vectorOfColumnSums(rows, x, xo + j, xs, s, so + j);
    }
    if (whole < columns) {
      tailOfColumnSums(rows, columns - whole, x, xo + whole, xs, s, so + whole, scratch);
    }
  }

  /** The columns that fill no vector, chunk by chunk in a padded copy. */
  private static void tailOfColumnSums(
      int rows, int columns, float[] x, int xo, int xs, float[] s, int so, Scratch scratch) {
    float[] chunk = scratch.rows(Blocks.KC * LANES);
    FloatVector total = FloatVector.zero(FLOATS);
    for (int start = 0; start < rows; start += Blocks.KC) {
      int count = Math.min(Blocks.KC, rows - start);
      Packing.copy(count, columns, LANES, x, xo + start * xs, xs, chunk, 0, scratch);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = 0; i < count; i++) {
        sum = sum.add(FloatVector.fromArray(FLOATS, chunk, i * LANES));
      }
      total = start == 0 ? sum : total.add(sum);
    }
    total.intoArray(chunk, 0);
    System.arraycopy(chunk, 0, s, so, columns);
  }

  private static void vectorOfColumnSums(int rows, float[] x, int xo, int xs, float[] s, int so) {
    FloatVector total = FloatVector.zero(FLOATS);
    for (int start = 0; start < rows; start += Blocks.KC) {
      int end = Math.min(rows, start + Blocks.KC);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = start; i < end; i++) {
        sum = sum.add(FloatVector.fromArray(FLOATS, x, xo + i * xs));
      }
      total = start == 0 ? sum : total.add(sum);
    }
    total.intoArray(s, so);
  }

  /** {@code s[j] = sum_i x[i][j] y[i][j]}, fused in chunks of 256 rows. */
  static void columnDots(
      int rows,
      int columns,
      float[] x,
      int xo,
      int xs,
      float[] y,
      int yo,
      int ys,
      float[] s,
      int so,
      Scratch scratch) {
    int whole = columns - columns % LANES;
    for (int j = 0; j < whole; j += LANES) {
      vectorOfColumnDots(rows, x, xo + j, xs, y, yo + j, ys, s, so + j);
    }
    if (whole < columns) {
      int rest = columns - whole;
      tailOfColumnDots(rows, rest, x, xo + whole, xs, y, yo + whole, ys, s, so + whole, scratch);
    }
  }

  private static void vectorOfColumnDots(
      int rows, float[] x, int xo, int xs, float[] y, int yo, int ys, float[] s, int so) {
    FloatVector total = FloatVector.zero(FLOATS);
    for (int start = 0; start < rows; start += Blocks.KC) {
      int end = Math.min(rows, start + Blocks.KC);
      FloatVector sum = FloatVector.zero(FLOATS);
      for (int i = start; i < end; i++) {
        sum =
            FloatVector.fromArray(FLOATS, x, xo + i * xs)
                .fma(FloatVector.fromArray(FLOATS, y, yo + i * ys), sum);
      }
      total = start == 0 ? sum : total.add(sum);
    }
    total.intoArray(s, so);
  }

  /** The columns that fill no vector, some rows at a time in padded copies. */
  private static void tailOfColumnDots(
      int rows,
      int columns,
      float[] x,
      int xo,
      int xs,
      float[] y,
      int yo,
      int ys,
      float[] s,
      int so,
      Scratch scratch) {
    int ofY = ROWS_OF_DOTS * LANES;
    int sums = 2 * ROWS_OF_DOTS * LANES;
    float[] copies = scratch.rows(Blocks.KC * LANES);
    Arrays.fill(s, so, so + columns, 0f);
    Arrays.fill(copies, sums, sums + LANES, 0f);
    for (int start = 0; start < rows; start += ROWS_OF_DOTS) {
      int count = Math.min(ROWS_OF_DOTS, rows - start);
      Packing.copy(count, columns, LANES, x, xo + start * xs, xs, copies, 0, scratch);
      Packing.copy(count, columns, LANES, y, yo + start * ys, ys, copies, ofY, scratch);
      addDots(count, copies, 0, copies, ofY, copies, sums);
      if (start + count == rows || (start + count) % Blocks.KC == 0) {
        for (int j = 0; j < columns; j++) {
          float sum = copies[sums + j];
          s[so + j] = start < Blocks.KC ? sum : s[so + j] + sum;
          copies[sums + j] = 0;
        }
      }
    }
  }

  /** {@code s = fma(x[i], y[i], s)} for rows of one vector, which no call interrupts. */
  private static void addDots(int rows, float[] x, int xo, float[] y, int yo, float[] s, int so) {
    FloatVector sum = FloatVector.fromArray(FLOATS, s, so);
    for (int i = 0; i < rows; i++) {
      sum =
          FloatVector.fromArray(FLOATS, x, xo + i * LANES)
              .fma(FloatVector.fromArray(FLOATS, y, yo + i * LANES), sum);
    }
    sum.intoArray(s, so);
  }
}
