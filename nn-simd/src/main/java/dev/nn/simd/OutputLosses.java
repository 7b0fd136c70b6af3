package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Reductions.ROW_LANES;
import static dev.nn.simd.Species.FLOATS;

import dev.nn.Activation;
import dev.nn.Loss;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Softmax, and the loss of a row with its delta, in padded copies of the row: z, y and what arises
 * from them stand one after the other in scratch, each a multiple of 16 long.
 */
final class OutputLosses {
  private OutputLosses() {}

  /** {@code a_j = e^(z_j - max z) / sum_i e^(z_i - max z)} in place. */
  static void softmax(int n, float[] a, int ao, Scratch scratch) {
    if (n == 0) {
      return;
    }
    int padded = Blocks.roundUp(n, ROW_LANES);
    float[] row = scratch.rows(padded + ROW_LANES);
    System.arraycopy(a, ao, row, 0, n);
    Arrays.fill(row, n, padded, Float.NEGATIVE_INFINITY);
    subtract(padded, row, 0, Reductions.max(n, row, 0));
    VectorElementary.exp(row, 0, row, 0, padded);
    Arrays.fill(row, n, padded, 0f);
    divide(padded, row, 0, Reductions.sumOfBlocks(padded, row, 0, row, padded));
    System.arraycopy(row, 0, a, ao, n);
  }

  static void subtract(int length, float[] x, int xo, float value) {
    FloatVector subtrahend = FloatVector.broadcast(FLOATS, value);
    for (int j = 0; j < length; j += LANES) {
      FloatVector.fromArray(FLOATS, x, xo + j).sub(subtrahend).intoArray(x, xo + j);
    }
  }

  private static void divide(int length, float[] x, int xo, float value) {
    FloatVector divisor = FloatVector.broadcast(FLOATS, value);
    for (int j = 0; j < length; j += LANES) {
      FloatVector.fromArray(FLOATS, x, xo + j).div(divisor).intoArray(x, xo + j);
    }
  }

  /** Elements of scratch that a row of so many columns needs. */
  static int scratchLength(int columns) {
    return 4 * Blocks.roundUp(columns, ROW_LANES) + ROW_LANES;
  }

  /** Step 1 of backpropagation for one row; za holds z on entry and g(z) on return. */
  static float row(
      Loss loss,
      Activation g,
      int n,
      float[] za,
      int zo,
      float[] y,
      int yo,
      float scale,
      float[] delta,
      int deltaOffset,
      Scratch scratch) {
    if (n == 0) {
      return 0;
    }
    int padded = Blocks.roundUp(n, ROW_LANES);
    float[] rows = scratch.outputRows(scratchLength(n));
    System.arraycopy(za, zo, rows, 0, n);
    System.arraycopy(y, yo, rows, padded, n);
    Arrays.fill(rows, n, padded, 0f);
    Arrays.fill(rows, padded + n, 2 * padded, 0f);
    float value =
        switch (loss) {
          case SQUARED_ERROR -> squaredError(g, n, padded, rows, scale, scratch);
          case HUBER -> huber(g, n, padded, rows, scale, scratch);
          case LOG_LOSS -> logLoss(n, padded, rows, scale);
          case CROSS_ENTROPY -> crossEntropy(n, padded, rows, scale);
        };
    System.arraycopy(rows, 0, za, zo, n);
    System.arraycopy(rows, 2 * padded, delta, deltaOffset, n);
    return value;
  }

  /** {@code L = 1/2 sum_j (a_j - y_j)^2}, {@code delta_j = ((a_j - y_j) scale) g'(z_j)}. */
  private static float squaredError(
      Activation g, int n, int padded, float[] rows, float scale, Scratch scratch) {
    int z = 3 * padded;
    System.arraycopy(rows, 0, rows, z, padded);
    Elementwise.activate(g, padded, rows, 0, scratch);
    Arrays.fill(rows, n, padded, 0f);
    FloatVector factor = FloatVector.broadcast(FLOATS, scale);
    int lanes = 4 * padded;
    for (int l = 0; l < ROW_LANES; l += LANES) {
      FloatVector lane = FloatVector.zero(FLOATS);
      for (int j = l; j < padded; j += ROW_LANES) {
        FloatVector error =
            FloatVector.fromArray(FLOATS, rows, j)
                .sub(FloatVector.fromArray(FLOATS, rows, padded + j));
        lane = error.fma(error, lane);
        error.mul(factor).intoArray(rows, 2 * padded + j);
      }
      lane.intoArray(rows, lanes + l);
    }
    int from = g.needsPreactivation() ? z : 0;
    Elementwise.multiplyByDerivative(g, padded, rows, from, rows, 2 * padded, scratch);
    return 0.5f * Reductions.total(rows, lanes);
  }

  /**
   * {@code L = sum_j c_j (e_j - c_j / 2)}, {@code delta_j = (c_j scale) g'(z_j)}, where {@code c_j}
   * is {@code e_j = a_j - y_j}, at least -1 and at most 1.
   */
  private static float huber(
      Activation g, int n, int padded, float[] rows, float scale, Scratch scratch) {
    int z = 3 * padded;
    System.arraycopy(rows, 0, rows, z, padded);
    Elementwise.activate(g, padded, rows, 0, scratch);
    Arrays.fill(rows, n, padded, 0f);
    FloatVector factor = FloatVector.broadcast(FLOATS, scale);
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    FloatVector minusOne = FloatVector.broadcast(FLOATS, -1);
    FloatVector minusHalf = FloatVector.broadcast(FLOATS, -0.5f);
    int lanes = 4 * padded;
    for (int l = 0; l < ROW_LANES; l += LANES) {
      FloatVector lane = FloatVector.zero(FLOATS);
      for (int j = l; j < padded; j += ROW_LANES) {
        FloatVector error =
            FloatVector.fromArray(FLOATS, rows, j)
                .sub(FloatVector.fromArray(FLOATS, rows, padded + j));
        FloatVector clipped = error.blend(one, error.compare(VectorOperators.GT, one));
        clipped = clipped.blend(minusOne, clipped.compare(VectorOperators.LT, minusOne));
        lane = clipped.fma(minusHalf.fma(clipped, error), lane);
        clipped.mul(factor).intoArray(rows, 2 * padded + j);
      }
      lane.intoArray(rows, lanes + l);
    }
    int from = g.needsPreactivation() ? z : 0;
    Elementwise.multiplyByDerivative(g, padded, rows, from, rows, 2 * padded, scratch);
    return Reductions.total(rows, lanes);
  }

  /**
   * {@code L = sum_j max(z_j, 0) - y_j z_j + log(1 + e^-|z_j|)}, {@code delta_j = (a_j - y_j)
   * scale}.
   */
  private static float logLoss(int n, int padded, float[] rows, float scale) {
    logLossTerms(padded, rows);
    scaledErrors(padded, rows, scale);
    Arrays.fill(rows, 3 * padded + n, 4 * padded, 0f);
    return Reductions.sumOfBlocks(padded, rows, 3 * padded, rows, 4 * padded);
  }

  /** Outputs and the terms of the sum, element by element of z and y. */
  static void logLossTerms(int length, float[] rows) {
    int softplus = 3 * length;
    for (int j = 0; j < length; j += LANES) {
      FloatVector.fromArray(FLOATS, rows, j).abs().neg().intoArray(rows, softplus + j);
    }
    VectorElementary.exp(rows, softplus, rows, softplus, length);
    VectorElementary.log1p(rows, softplus, rows, softplus, length);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int j = 0; j < length; j += LANES) {
      FloatVector z = FloatVector.fromArray(FLOATS, rows, j);
      FloatVector y = FloatVector.fromArray(FLOATS, rows, length + j);
      FloatVector positive = z.blend(zero, z.compare(VectorOperators.LT, zero));
      FloatVector term =
          y.neg().fma(z, positive).add(FloatVector.fromArray(FLOATS, rows, softplus + j));
      term.intoArray(rows, softplus + j);
    }
    VectorElementary.sigmoid(rows, 0, rows, 0, length);
  }

  /**
   * {@code L = sum_j y_j (log S - (z_j - max z))} with {@code S = sum_j e^(z_j - max z)}, {@code
   * a_j = e^(z_j - max z) / S}, {@code delta_j = (a_j - y_j) scale}.
   */
  private static float crossEntropy(int n, int padded, float[] rows, float scale) {
    int shifted = 3 * padded;
    int lanes = 4 * padded;
    System.arraycopy(rows, 0, rows, shifted, padded);
    subtract(padded, rows, shifted, Reductions.max(n, rows, 0));
    VectorElementary.exp(rows, shifted, rows, 0, padded);
    Arrays.fill(rows, n, padded, 0f);
    Arrays.fill(rows, shifted + n, shifted + padded, 0f);
    float sum = Reductions.sumOfBlocks(padded, rows, 0, rows, lanes);
    divide(padded, rows, 0, sum);
    scaledErrors(padded, rows, scale);
    Arrays.fill(rows, lanes, lanes + ROW_LANES, sum);
    VectorElementary.log(rows, lanes, rows, lanes, ROW_LANES);
    FloatVector logSum = FloatVector.broadcast(FLOATS, rows[lanes]);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int l = 0; l < ROW_LANES; l += LANES) {
      FloatVector lane = FloatVector.zero(FLOATS);
      for (int j = l; j < padded; j += ROW_LANES) {
        FloatVector y = FloatVector.fromArray(FLOATS, rows, padded + j);
        FloatVector loss = logSum.sub(FloatVector.fromArray(FLOATS, rows, shifted + j));
        lane = y.fma(loss, lane).blend(lane, y.compare(VectorOperators.EQ, zero));
      }
      lane.intoArray(rows, lanes + l);
    }
    return Reductions.total(rows, lanes);
  }

  /** {@code delta_j = (a_j - y_j) scale}. */
  private static void scaledErrors(int length, float[] rows, float scale) {
    FloatVector factor = FloatVector.broadcast(FLOATS, scale);
    for (int j = 0; j < length; j += LANES) {
      FloatVector.fromArray(FLOATS, rows, j)
          .sub(FloatVector.fromArray(FLOATS, rows, length + j))
          .mul(factor)
          .intoArray(rows, 2 * length + j);
    }
  }
}
