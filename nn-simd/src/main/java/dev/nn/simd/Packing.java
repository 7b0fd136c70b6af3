package dev.nn.simd;

import static dev.nn.simd.Species.FLOATS;
import static dev.nn.simd.Species.LANES;

import jdk.incubator.vector.FloatVector;

/** Copies of operands in the order in which micro-kernels read them: rows of a fixed width. */
final class Packing {
  private Packing() {}

  /**
   * {@code to[k][j] = from[k][j]} for j < valid, else 0, up to {@code width}.
   *
   * @param width of a row of {@code to}, whole vectors
   */
  static void copy(
      int rows, int valid, int width, float[] from, int fp, int fs, float[] to, int tp) {
    int whole = valid - valid % LANES;
    for (int k = 0; k < rows; k++) {
      int source = fp + k * fs;
      int target = tp + k * width;
      for (int j = 0; j < whole; j += LANES) {
        FloatVector.fromArray(FLOATS, from, source + j).intoArray(to, target + j);
      }
      for (int j = whole; j < valid; j++) {
        to[target + j] = from[source + j];
      }
      for (int j = valid; j < width; j++) {
        to[target + j] = 0;
      }
    }
  }

  /**
   * {@code to[k][j] = from[j][k]} for k < rows and j < valid, and 0 for j from valid to {@code
   * width}.
   *
   * @param width of what is written of a row of {@code to}
   * @param ts distance between rows of {@code to}
   */
  static void transpose(
      int rows, int valid, int width, float[] from, int fp, int fs, float[] to, int tp, int ts) {
    int wholeRows = rows - rows % LANES;
    int wholeColumns = valid - valid % LANES;
    for (int j = 0; j < wholeColumns; j += LANES) {
      for (int k = 0; k < wholeRows; k += LANES) {
        TransposeTile.transpose(from, fp + j * fs + k, fs, to, tp + k * ts + j, ts);
      }
    }
    for (int j = 0; j < wholeColumns; j++) {
      for (int k = wholeRows; k < rows; k++) {
        to[tp + k * ts + j] = from[fp + j * fs + k];
      }
    }
    for (int j = wholeColumns; j < valid; j++) {
      for (int k = 0; k < rows; k++) {
        to[tp + k * ts + j] = from[fp + j * fs + k];
      }
    }
    for (int k = 0; k < rows && valid < width; k++) {
      for (int j = valid; j < width; j++) {
        to[tp + k * ts + j] = 0;
      }
    }
  }

  /**
   * Tiles of a transposed A as {@link Rows#TILES} describes them, k being their whole length:
   * {@code A[i][k] = from[k][i]}.
   *
   * <p>Whole vectors are written where there is room; what they leave behind a row of a tile is
   * overwritten by the next one, so {@code to} needs a vector of room at its end.
   */
  static void tiles(int m, int k, int mr, float[] from, int fp, int fs, float[] to) {
    int tiles = Blocks.count(m, mr);
    for (int t = 0; t < tiles; t++) {
      int i = Blocks.begin(m, t, tiles);
      int rows = Blocks.begin(m, t + 1, tiles) - i;
      boolean room = m - i >= LANES && rows <= LANES;
      for (int p = 0; p < k; p++) {
        int source = fp + i + p * fs;
        int target = i * k + p * rows;
        if (room) {
          FloatVector.fromArray(FLOATS, from, source).intoArray(to, target);
        } else {
          System.arraycopy(from, source, to, target, rows);
        }
      }
    }
  }
}
