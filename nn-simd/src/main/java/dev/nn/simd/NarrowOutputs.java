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
 * Softmax and losses of rows with few columns, in blocks of LANES rows whose lanes are the rows: z,
 * y and what arises from them stand in scratch, column j of a block at {@code j LANES}, and at the
 * end the scales of the rows.
 */
final class NarrowOutputs {
  /** Most columns: with more, a row fills lanes of its own. */
  private static final int MAX_COLUMNS = ROW_LANES;

  /** Rows below which a row at a time is faster. */
  private static final int MIN_ROWS = 3;

  private NarrowOutputs() {}

  /** Whether so many rows of so many columns are better off here than in {@link OutputLosses}. */
  static boolean suits(int rows, int columns) {
    return rows >= MIN_ROWS && columns >= 1 && columns <= MAX_COLUMNS;
  }

  /** Elements of scratch that rows of so many columns need. */
  static int scratchLength(int columns) {
    return columns <= MAX_COLUMNS ? (5 * columns + 1) * LANES : 0;
  }

  /** {@code a_j = e^(z_j - max z) / sum_i e^(z_i - max z)} of each row, in place. */
  static void softmax(int rows, int n, float[] a, int ao, int as, Scratch scratch) {
    int size = n * LANES;
    float[] block = scratch.outputRows(scratchLength(n));
    for (int row = 0; row < rows; row += LANES) {
      int count = Math.min(LANES, rows - row);
      int at = ao + row * as;
      gather(count, n, a, at, as, block, 0);
      softmax(n, block, 2 * size, 3 * size);
      scatter(count, n, block, 0, a, at, as);
    }
  }

  /** Step 1 of backpropagation; za holds z on entry and g(z) on return. */
  static void losses(
      Loss loss,
      Activation g,
      int rows,
      int n,
      float[] za,
      int zo,
      int zs,
      float[] y,
      int yo,
      int ys,
      float[] scale,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      float[] rowLoss,
      Scratch scratch) {
    int size = n * LANES;
    float[] block = scratch.outputRows(scratchLength(n));
    for (int row = 0; row < rows; row += LANES) {
      int count = Math.min(LANES, rows - row);
      int zp = zo + row * zs;
      gather(count, n, za, zp, zs, block, 0);
      gather(count, n, y, yo + row * ys, ys, block, size);
      gather(count, 1, scale, row, 1, block, 5 * size);
      switch (loss) {
        case SQUARED_ERROR -> squaredError(g, n, block, scratch);
        case HUBER -> huber(g, n, block, scratch);
        case LOG_LOSS -> logLoss(n, block);
        case CROSS_ENTROPY -> crossEntropy(n, block);
      }
      total(n, block, 3 * size);
      if (loss == Loss.SQUARED_ERROR) {
        FloatVector.fromArray(FLOATS, block, 3 * size).mul(0.5f).intoArray(block, 3 * size);
      }
      scatter(count, n, block, 0, za, zp, zs);
      scatter(count, n, block, 2 * size, delta, deltaOffset + row * deltaStride, deltaStride);
      System.arraycopy(block, 3 * size, rowLoss, row, count);
    }
  }

  /** {@code to[j][i] = from[i][j]} for i < count and j < n; other lanes are 0. */
  private static void gather(int count, int n, float[] from, int fo, int fs, float[] to, int tp) {
    if (count < LANES) {
      Arrays.fill(to, tp, tp + n * LANES, 0f);
    }
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < n; j++) {
        to[tp + j * LANES + i] = from[fo + i * fs + j];
      }
    }
  }

  private static void scatter(int count, int n, float[] from, int fp, float[] to, int to0, int ts) {
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < n; j++) {
        to[to0 + i * ts + j] = from[fp + j * LANES + i];
      }
    }
  }

  /**
   * Softmax of a block in place; its shifted logits stay at {@code shifted}, and the sums of their
   * exponentials in the first vector at {@code sums}.
   */
  private static void softmax(int n, float[] block, int sums, int shifted) {
    int size = n * LANES;
    FloatVector max = FloatVector.fromArray(FLOATS, block, 0);
    for (int j = LANES; j < size; j += LANES) {
      max = max.max(FloatVector.fromArray(FLOATS, block, j));
    }
    for (int j = 0; j < size; j += LANES) {
      FloatVector.fromArray(FLOATS, block, j).sub(max).intoArray(block, shifted + j);
    }
    VectorElementary.exp(block, shifted, block, 0, size);
    System.arraycopy(block, 0, block, sums, size);
    total(n, block, sums);
    FloatVector sum = FloatVector.fromArray(FLOATS, block, sums);
    for (int j = 0; j < size; j += LANES) {
      FloatVector.fromArray(FLOATS, block, j).div(sum).intoArray(block, j);
    }
  }

  /**
   * The first column becomes the sum of all, by the 16-lane rule: a column is a lane of its rows.
   */
  private static void total(int n, float[] block, int at) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int half = ROW_LANES / 2; half >= 1; half /= 2) {
      int present = Math.max(0, Math.min(half, n - half));
      for (int i = 0; i < present; i++) {
        int j = at + i * LANES;
        FloatVector.fromArray(FLOATS, block, j)
            .add(FloatVector.fromArray(FLOATS, block, j + half * LANES))
            .intoArray(block, j);
      }
      for (int i = present; i < Math.min(half, n); i++) { // the other lane is +0
        int j = at + i * LANES;
        FloatVector.fromArray(FLOATS, block, j).add(zero).intoArray(block, j);
      }
    }
  }

  /**
   * {@code e_j = a_j - y_j}, {@code delta_j = (e_j scale) g'(z_j)}; the squares stand at the end.
   */
  private static void squaredError(Activation g, int n, float[] block, Scratch scratch) {
    int size = n * LANES;
    int z = 4 * size;
    System.arraycopy(block, 0, block, z, size);
    Elementwise.activate(g, size, block, 0, scratch);
    FloatVector factor = FloatVector.fromArray(FLOATS, block, 5 * size);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int j = 0; j < size; j += LANES) {
      FloatVector error =
          FloatVector.fromArray(FLOATS, block, j)
              .sub(FloatVector.fromArray(FLOATS, block, size + j));
      error.fma(error, zero).intoArray(block, 3 * size + j);
      error.mul(factor).intoArray(block, 2 * size + j);
    }
    int from = g.needsPreactivation() ? z : 0;
    Elementwise.multiplyByDerivative(g, size, block, from, block, 2 * size, scratch);
  }

  /**
   * {@code delta_j = (c_j scale) g'(z_j)}, where {@code c_j} is {@code e_j = a_j - y_j}, at least
   * -1 and at most 1; {@code c_j (e_j - c_j / 2)} stand at the end.
   */
  private static void huber(Activation g, int n, float[] block, Scratch scratch) {
    int size = n * LANES;
    int z = 4 * size;
    System.arraycopy(block, 0, block, z, size);
    Elementwise.activate(g, size, block, 0, scratch);
    FloatVector factor = FloatVector.fromArray(FLOATS, block, 5 * size);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    FloatVector minusOne = FloatVector.broadcast(FLOATS, -1);
    FloatVector minusHalf = FloatVector.broadcast(FLOATS, -0.5f);
    for (int j = 0; j < size; j += LANES) {
      FloatVector error =
          FloatVector.fromArray(FLOATS, block, j)
              .sub(FloatVector.fromArray(FLOATS, block, size + j));
      FloatVector clipped = error.blend(one, error.compare(VectorOperators.GT, one));
      clipped = clipped.blend(minusOne, clipped.compare(VectorOperators.LT, minusOne));
      clipped.fma(minusHalf.fma(clipped, error), zero).intoArray(block, 3 * size + j);
      clipped.mul(factor).intoArray(block, 2 * size + j);
    }
    int from = g.needsPreactivation() ? z : 0;
    Elementwise.multiplyByDerivative(g, size, block, from, block, 2 * size, scratch);
  }

  /** Sigmoid, delta, and the terms of the loss. */
  private static void logLoss(int n, float[] block) {
    OutputLosses.logLossTerms(n * LANES, block);
    scaledErrors(n, block);
  }

  /** {@code delta_j = (a_j - y_j) scale}. */
  private static void scaledErrors(int n, float[] block) {
    int size = n * LANES;
    FloatVector factor = FloatVector.fromArray(FLOATS, block, 5 * size);
    for (int j = 0; j < size; j += LANES) {
      FloatVector.fromArray(FLOATS, block, j)
          .sub(FloatVector.fromArray(FLOATS, block, size + j))
          .mul(factor)
          .intoArray(block, 2 * size + j);
    }
  }

  /** Softmax, delta, and {@code y_j (log S - (z_j - max z))} where {@code y_j} is not 0. */
  private static void crossEntropy(int n, float[] block) {
    int size = n * LANES;
    int sums = 4 * size;
    softmax(n, block, sums, 3 * size);
    scaledErrors(n, block);
    VectorElementary.log(block, sums, block, sums, LANES);
    FloatVector logSum = FloatVector.fromArray(FLOATS, block, sums);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int j = 0; j < size; j += LANES) {
      FloatVector y = FloatVector.fromArray(FLOATS, block, size + j);
      FloatVector loss = logSum.sub(FloatVector.fromArray(FLOATS, block, 3 * size + j));
      y.fma(loss, zero)
          .blend(zero, y.compare(VectorOperators.EQ, zero))
          .intoArray(block, 3 * size + j);
    }
  }
}
