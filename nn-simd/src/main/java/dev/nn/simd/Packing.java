package dev.nn.simd;

import static dev.nn.simd.Blocks.PACKED_MR;
import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Species.FLOATS;

import jdk.incubator.vector.FloatVector;

/**
 * Copies of operands in the order in which micro-kernels read them.
 *
 * <p>Where a length is not a multiple of a vector's, the last vector overlaps the one before; what
 * is shorter than a vector is copied element by element.
 */
final class Packing {
  /** Rows that go to all tiles at a time, so that each tile's cache lines are filled. */
  private static final int ROWS_TOGETHER = 32;

  private Packing() {}

  /**
   * {@code to[k][j] = from[k][j]} for j < valid, else 0, up to {@code width}.
   *
   * @param width of a row of {@code to}, whole vectors
   */
  static void copy(
      int rows,
      int valid,
      int width,
      float[] from,
      int fp,
      int fs,
      float[] to,
      int tp,
      Scratch scratch) {
    if (valid < LANES || !scratch.compiled.has(Operation.COPY, rows * width)) {
      copyRows(rows, valid, width, from, fp, fs, to, tp);
      return;
    }
    int whole = valid - valid % LANES;
    int j = 0;
    for (; j + 2 * LANES <= whole; j += 2 * LANES) {
      copyPairs(rows, from, fp + j, fs, to, tp + j, width);
    }
    if (j < whole) {
      copyVectors(rows, from, fp + j, fs, to, tp + j, width);
    }
    if (whole < valid) {
      for (j = whole; j < width; j += LANES) {
        clearVectors(rows, to, tp + j, width);
      }
      copyVectors(rows, from, fp + valid - LANES, fs, to, tp + valid - LANES, width);
    }
  }

  /** Two vectors of each row: a loop over them in that over the rows would cost twice the copy. */
  private static void copyPairs(
      int rows, float[] from, int fp, int fs, float[] to, int tp, int ts) {
    for (int k = 0; k < rows; k++) {
      int source = fp + k * fs;
      int target = tp + k * ts;
      FloatVector.fromArray(FLOATS, from, source).intoArray(to, target);
      FloatVector.fromArray(FLOATS, from, source + LANES).intoArray(to, target + LANES);
    }
  }

  private static void copyVectors(
      int rows, float[] from, int fp, int fs, float[] to, int tp, int ts) {
    for (int k = 0; k < rows; k++) {
      FloatVector.fromArray(FLOATS, from, fp + k * fs).intoArray(to, tp + k * ts);
    }
  }

  private static void clearVectors(int rows, float[] to, int tp, int ts) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int k = 0; k < rows; k++) {
      zero.intoArray(to, tp + k * ts);
    }
  }

  /** Element by element. */
  private static void copyRows(
      int rows, int valid, int width, float[] from, int fp, int fs, float[] to, int tp) {
    for (int k = 0; k < rows; k++) {
      int target = tp + k * width;
      int source = fp + k * fs;
      for (int j = 0; j < valid; j++) {
        to[target + j] = from[source + j];
      }
      for (int j = valid; j < width; j++) {
        to[target + j] = 0;
      }
    }
  }

  /**
   * {@code to[k][j] = from[j][k]} for k < rows and j < columns.
   *
   * @param ts distance between rows of {@code to}
   */
  static void transpose(
      int rows,
      int columns,
      float[] from,
      int fp,
      int fs,
      float[] to,
      int tp,
      int ts,
      Scratch scratch) {
    if (rows < LANES
        || columns < LANES
        || !scratch.compiled.has(Operation.TRANSPOSE, rows * columns)) {
      transpose(rows, columns, from, fp, fs, to, tp, ts);
      return;
    }
    int columnBlocks = Blocks.count(columns, LANES);
    int rowBlocks = Blocks.count(rows, LANES);
    for (int q = 0; q < columnBlocks; q++) {
      int j = Math.min(q * LANES, columns - LANES);
      for (int p = 0; p < rowBlocks; p++) {
        int k = Math.min(p * LANES, rows - LANES);
        TransposeTile.transpose(from, fp + j * fs + k, fs, to, tp + k * ts + j, ts);
      }
    }
  }

  /** Element by element. */
  static void transpose(
      int rows, int columns, float[] from, int fp, int fs, float[] to, int tp, int ts) {
    for (int j = 0; j < columns; j++) {
      for (int k = 0; k < rows; k++) {
        to[tp + k * ts + j] = from[fp + j * fs + k];
      }
    }
  }

  /**
   * Tiles of a transposed A as {@link Rows#TILES} describes them, k being their whole length:
   * {@code A[i][k] = from[k][i]}.
   *
   * <p>Whole vectors are read and written where there is room; what they leave behind a row of a
   * tile, the next rows overwrite, so the last rows of a tile are copied exactly.
   */
  static void tiles(
      int m, int k, int mr, float[] from, int fp, int fs, float[] to, int tp, Scratch scratch) {
    boolean compiled = scratch.compiled.has(Operation.TILES, m * k);
    int tiles = Blocks.count(m, mr);
    for (int first = 0; first < k; first += ROWS_TOGETHER) {
      int last = Math.min(k, first + ROWS_TOGETHER);
      int i = 0;
      for (int t = 0; t < tiles; t++) {
        int rows = Blocks.tileRows(m, t, tiles);
        int wide = first;
        if (compiled && rows <= LANES) {
          int readable = Math.floorDiv(from.length - LANES - fp - i, fs) + 1;
          int writable = k + 1 - Blocks.count(LANES, rows);
          wide = Math.max(first, Math.min(last, Math.min(readable, writable)));
          int source = fp + i + first * fs;
          int target = tp + i * k + first * rows;
          if (rows == PACKED_MR) { // a step that C2 knows: half the time
            copyVectors(wide - first, from, source, fs, to, target, PACKED_MR);
          } else {
            copyVectors(wide - first, from, source, fs, to, target, rows);
          }
        }
        for (int p = wide; p < last; p++) {
          System.arraycopy(from, fp + i + p * fs, to, tp + i * k + p * rows, rows);
        }
        i += rows;
      }
    }
  }

  /**
   * Tiles of a row-major A as {@link Rows#TILES} describes them, k being their whole length: {@code
   * A[i][k] = from[i][k]}. What stands behind them, up to LANES elements, may be overwritten.
   *
   * <p>Blocks of LANES x LANES are transposed, of whose columns a tile has the first; what the
   * others leave behind a row of the tile, the next rows overwrite.
   */
  static void tilesOfRows(
      int m, int k, int mr, float[] from, int fp, int fs, float[] to, int tp, Scratch scratch) {
    boolean compiled = k >= LANES && scratch.compiled.has(Operation.TRANSPOSE, m * k);
    int tiles = Blocks.count(m, mr);
    int i = 0;
    for (int t = 0; t < tiles; t++) {
      int rows = Blocks.tileRows(m, t, tiles);
      int source = fp + i * fs;
      int target = tp + i * k;
      if (compiled && rows <= LANES && source + (LANES - 1L) * fs + k <= from.length) {
        for (int p = 0; p < k; p += LANES) {
          int at = Math.min(p, k - LANES);
          TransposeTile.transpose(from, source + at, fs, to, target + at * rows, rows);
        }
      } else {
        transpose(k, rows, from, source, fs, to, target, rows);
      }
      i += rows;
    }
  }
}
