package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Reductions.ROW_LANES;
import static dev.nn.simd.Species.FLOATS;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;

/**
 * {@code W[n] = W[n] min(1, maxNorm / ||W[n]||)}: limits of the norms of weights into one output,
 * whose squares are added by the 16-lane rule.
 */
final class Norms {
  private Norms() {}

  /**
   * Limits the columns of a matrix whose rows follow one another. A row of sums is lane l of all
   * columns, so that 16 rows are added to 16 such rows element by element.
   *
   * @param width of a row, whole vectors
   * @return whether anything has changed
   */
  static boolean limitColumns(
      float maxNorm, int rows, int width, float[] w, int wo, Scratch scratch) {
    boolean compiled = Choice.isCompiled(Operation.NORMS, rows * width, scratch);
    int block = ROW_LANES * width;
    int end = wo + rows * width;
    float[] sums = scratch.gradient(block);
    Arrays.fill(sums, 0, block, 0f);
    for (int i = wo; i < end; i += block) {
      int length = Math.min(block, end - i);
      if (compiled) {
        addSquares(length, w, i, sums);
      } else {
        addSquaresPlainly(length, w, i, sums);
      }
    }
    for (int half = block / 2; half >= width; half /= 2) {
      for (int i = 0; i < half; i++) {
        sums[i] += sums[i + half];
      }
    }
    if (!OwnedDenseLayer.normFactors(maxNorm, 0, width, sums)) {
      return false;
    }
    for (int row = 1; row < ROW_LANES; row++) {
      System.arraycopy(sums, 0, sums, row * width, width);
    }
    for (int i = wo; i < end; i += block) {
      int length = Math.min(block, end - i);
      if (compiled) {
        multiply(length, sums, w, i);
      } else {
        multiplyPlainly(length, sums, w, i);
      }
    }
    return true;
  }

  /** Limits a row of any length. */
  static void limitRow(float maxNorm, int length, float[] w, int wo, Scratch scratch) {
    float[] sums = scratch.rows(ROW_LANES);
    int whole = 0;
    if (Choice.isCompiled(Operation.NORMS, length, scratch)) {
      whole = length - length % ROW_LANES;
      squaresOfRow(whole, w, wo, sums);
    } else {
      Arrays.fill(sums, 0, ROW_LANES, 0f);
    }
    for (int k = whole; k < length; k++) {
      sums[k % ROW_LANES] = Math.fma(w[wo + k], w[wo + k], sums[k % ROW_LANES]);
    }
    Reductions.total(sums, 0);
    if (OwnedDenseLayer.normFactors(maxNorm, 0, 1, sums)) {
      float factor = sums[0];
      for (int k = wo; k < wo + length; k++) {
        w[k] *= factor;
      }
    }
  }

  /** {@code sums[i] = fma(x[i], x[i], sums[i])}, whole vectors. */
  static void addSquares(int length, float[] x, int xo, float[] sums) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, xo + i);
      value.fma(value, FloatVector.fromArray(FLOATS, sums, i)).intoArray(sums, i);
    }
  }

  private static void addSquaresPlainly(int length, float[] x, int xo, float[] sums) {
    for (int i = 0; i < length; i++) {
      sums[i] = Math.fma(x[xo + i], x[xo + i], sums[i]);
    }
  }

  /** {@code x[i] = x[i] factors[i]}, whole vectors. */
  static void multiply(int length, float[] factors, float[] x, int xo) {
    for (int i = 0; i < length; i += LANES) {
      FloatVector factor = FloatVector.fromArray(FLOATS, factors, i);
      FloatVector.fromArray(FLOATS, x, xo + i).mul(factor).intoArray(x, xo + i);
    }
  }

  private static void multiplyPlainly(int length, float[] factors, float[] x, int xo) {
    for (int i = 0; i < length; i++) {
      x[xo + i] *= factors[i];
    }
  }

  /** {@code lanes[l] = sum_i x[l + 16 i]^2}, whole blocks of 16. */
  static void squaresOfRow(int length, float[] x, int xo, float[] lanes) {
    for (int l = 0; l < ROW_LANES; l += LANES) {
      FloatVector lane = FloatVector.zero(FLOATS);
      for (int k = l; k < length; k += ROW_LANES) {
        FloatVector value = FloatVector.fromArray(FLOATS, x, xo + k);
        lane = value.fma(value, lane);
      }
      lane.intoArray(lanes, l);
    }
  }
}
