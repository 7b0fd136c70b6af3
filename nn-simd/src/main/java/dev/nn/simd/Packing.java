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
}
