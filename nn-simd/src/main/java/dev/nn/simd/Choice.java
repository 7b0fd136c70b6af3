package dev.nn.simd;

import dev.nn.Activation;
import dev.nn.Loss;

/**
 * The operations between the products: by vector code once C2 has compiled it, before that by a
 * scalar backend, if one is at hand. The bits are the same.
 */
final class Choice {
  private Choice() {}

  /** {@code c[i][j] = g(c[i][j] + b[j])}: bias and activation of a layer. */
  static void addAndActivate(
      Activation g,
      int rows,
      int columns,
      float[] b,
      int bo,
      float[] c,
      int co,
      int cs,
      Scratch scratch) {
    // All are asked for, so that all are warmed.
    boolean adds = isCompiled(Operation.ADD_BIAS, rows * columns, scratch);
    boolean activates =
        g == Activation.RELU // which is part of the addition
            || isCompiled(activation(g, rows, columns), rows * columns, scratch);
    if (adds && activates) {
      Elementwise.addAndActivate(g, rows, columns, b, bo, c, co, cs, scratch);
      return;
    }
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        c[co + i * cs + j] += b[bo + j];
      }
    }
    scratch.scalar.activate(g, rows, columns, c, co, cs, scratch.scalarWorkspace);
  }

  /** {@code a[i][j] = g(a[i][j])}, softmax row by row. */
  static void activate(
      Activation g, int rows, int columns, float[] a, int ao, int as, Scratch scratch) {
    if (isCompiled(activation(g, rows, columns), rows * columns, scratch)) {
      Elementwise.activate(g, rows, columns, a, ao, as, scratch);
    } else {
      scratch.scalar.activate(g, rows, columns, a, ao, as, scratch.scalarWorkspace);
    }
  }

  /** {@code d[i][j] = d[i][j] g'}, where a holds what g' is written in. */
  static void multiplyByDerivative(
      Activation g,
      int rows,
      int columns,
      float[] a,
      int ao,
      int as,
      float[] d,
      int dO,
      int ds,
      Scratch scratch) {
    if (isCompiled(derivative(g), rows * columns, scratch)) {
      Elementwise.multiplyByDerivative(g, rows, columns, a, ao, as, d, dO, ds, scratch);
    } else {
      scratch.scalar.multiplyByDerivative(
          g, rows, columns, a, ao, as, d, dO, ds, scratch.scalarWorkspace);
    }
  }

  /** Step 1 of backpropagation; za holds z on entry and g(z) on return. */
  static void outputLoss(
      Loss loss,
      Activation g,
      int rows,
      int columns,
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
    boolean block = NarrowOutputs.suits(rows, columns);
    int elements = rows * columns;
    boolean compiled = isCompiled(loss(loss, block), elements, scratch);
    if (loss == Loss.SQUARED_ERROR || loss == Loss.HUBER) {
      boolean activates = isCompiled(activation(g, rows, columns), elements, scratch);
      boolean derives = isCompiled(derivative(g), elements, scratch);
      compiled = compiled && activates && derives;
    }
    if (!compiled) {
      scratch.scalar.outputLoss(
          loss,
          g,
          rows,
          columns,
          za,
          zo,
          zs,
          y,
          yo,
          ys,
          scale,
          delta,
          deltaOffset,
          deltaStride,
          rowLoss,
          scratch.scalarWorkspace);
    } else if (block) {
      NarrowOutputs.losses(
          loss,
          g,
          rows,
          columns,
          za,
          zo,
          zs,
          y,
          yo,
          ys,
          scale,
          delta,
          deltaOffset,
          deltaStride,
          rowLoss,
          scratch);
    } else {
      for (int i = 0; i < rows; i++) {
        int zi = zo + i * zs;
        int yi = yo + i * ys;
        int di = deltaOffset + i * deltaStride;
        rowLoss[i] =
            OutputLosses.row(loss, g, columns, za, zi, y, yi, scale[i], delta, di, scratch);
      }
    }
  }

  /** {@code s[j] = sum_i x[i][j]}, plain additions in chunks of 256 rows. */
  static void columnSums(
      int rows, int columns, float[] x, int xo, int xs, float[] s, int so, Scratch scratch) {
    if (isCompiled(Operation.COLUMN_SUMS, rows * columns, scratch)) {
      Reductions.columnSums(rows, columns, x, xo, xs, s, so, scratch);
    } else {
      scratch.scalar.columnSums(rows, columns, x, xo, xs, s, so, scratch.scalarWorkspace);
    }
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
    if (isCompiled(Operation.COLUMN_DOTS, rows * columns, scratch)) {
      Reductions.columnDots(rows, columns, x, xo, xs, y, yo, ys, s, so, scratch);
    } else {
      scratch.scalar.columnDots(
          rows, columns, x, xo, xs, y, yo, ys, s, so, scratch.scalarWorkspace);
    }
  }

  /** {@code zHat = (z - mean) r} of rows in place. */
  static void normalizeRows(
      int rows,
      int columns,
      float[] z,
      int zo,
      int zs,
      float epsilon,
      float[] r,
      int ro,
      Scratch scratch) {
    if (isCompiled(Operation.NORMALIZE_ROWS, rows * columns, scratch)) {
      Normalizations.rows(rows, columns, z, zo, zs, epsilon, r, ro, scratch);
    } else {
      scratch.scalar.normalizeRows(
          rows, columns, z, zo, zs, epsilon, r, ro, scratch.scalarWorkspace);
    }
  }

  /** From the gradient of {@code gamma zHat + beta} to that of z, in place. */
  static void normalizeRowsBackward(
      int rows,
      int columns,
      float[] zHat,
      int zo,
      int zs,
      float[] r,
      int ro,
      float[] gamma,
      int go,
      float[] d,
      int dO,
      int ds,
      Scratch scratch) {
    if (isCompiled(Operation.NORMALIZE_ROWS_BACKWARD, rows * columns, scratch)) {
      Normalizations.rowsBackward(
          rows, columns, zHat, zo, zs, r, ro, gamma, go, d, dO, ds, scratch);
    } else {
      scratch.scalar.normalizeRowsBackward(
          rows, columns, zHat, zo, zs, r, ro, gamma, go, d, dO, ds, scratch.scalarWorkspace);
    }
  }

  /** {@code zHat = (z - mean) r} of columns in place. */
  static void normalizeColumns(
      int rows,
      int columns,
      float[] z,
      int zo,
      int zs,
      float epsilon,
      float[] mean,
      int mo,
      float[] variance,
      int vo,
      float[] r,
      int ro,
      Scratch scratch) {
    // All are asked for, so that all are warmed.
    boolean sums = isCompiled(Operation.COLUMN_SUMS, rows * columns, scratch);
    boolean others = isCompiled(Operation.NORMALIZE_COLUMNS, rows * columns, scratch);
    if (sums && others) {
      Normalizations.columns(
          rows, columns, z, zo, zs, epsilon, mean, mo, variance, vo, r, ro, scratch);
    } else {
      scratch.scalar.normalizeColumns(
          rows,
          columns,
          z,
          zo,
          zs,
          epsilon,
          mean,
          mo,
          variance,
          vo,
          r,
          ro,
          scratch.scalarWorkspace);
    }
  }

  /** From the gradient of {@code gamma zHat + beta} to that of z, in place. */
  static void normalizeColumnsBackward(
      int rows,
      int columns,
      float[] zHat,
      int zo,
      int zs,
      float[] r,
      int ro,
      float[] gamma,
      int go,
      float[] dGamma,
      int dgo,
      float[] dBeta,
      int dbo,
      float[] d,
      int dO,
      int ds,
      Scratch scratch) {
    if (isCompiled(Operation.NORMALIZE_COLUMNS_BACKWARD, rows * columns, scratch)) {
      Normalizations.columnsBackward(
          rows, columns, zHat, zo, zs, r, ro, gamma, go, dGamma, dgo, dBeta, dbo, d, dO, ds,
          scratch);
    } else {
      scratch.scalar.normalizeColumnsBackward(
          rows,
          columns,
          zHat,
          zo,
          zs,
          r,
          ro,
          gamma,
          go,
          dGamma,
          dgo,
          dBeta,
          dbo,
          d,
          dO,
          ds,
          scratch.scalarWorkspace);
    }
  }

  /** {@code y[i][j] = gamma[j] x[i][j] + beta[j]}. */
  static void scaleAndShift(
      int rows,
      int columns,
      float[] x,
      int xo,
      int xs,
      float[] gamma,
      int go,
      float[] beta,
      int bo,
      float[] y,
      int yo,
      int ys,
      Scratch scratch) {
    if (isCompiled(Operation.SCALE_AND_SHIFT, rows * columns, scratch)) {
      Normalizations.scaleAndShift(rows, columns, x, xo, xs, gamma, go, beta, bo, y, yo, ys);
    } else {
      scratch.scalar.scaleAndShift(
          rows, columns, x, xo, xs, gamma, go, beta, bo, y, yo, ys, scratch.scalarWorkspace);
    }
  }

  /** Whether an operation, null for none, may use vectors. */
  static boolean isCompiled(Operation operation, int elements, Scratch scratch) {
    return operation == null || scratch.scalar == null || scratch.compiled.has(operation, elements);
  }

  /** What an activation needs beyond the addition of the bias. */
  static Operation activation(Activation g, int rows, int columns) {
    return switch (g) {
      case IDENTITY -> null;
      case RELU -> Operation.RELU;
      case SIGMOID -> Operation.SIGMOID;
      case TANH -> Operation.TANH;
      case LEAKY_RELU -> Operation.LEAKY_RELU;
      case ELU -> Operation.ELU;
      case SELU -> Operation.SELU;
      case SOFTPLUS -> Operation.SOFTPLUS;
      case SILU -> Operation.SILU;
      case GELU -> Operation.GELU;
      case GELU_TANH -> Operation.GELU_TANH;
      case SOFTMAX ->
          NarrowOutputs.suits(rows, columns)
              ? Operation.SOFTMAX_OF_BLOCK
              : Operation.SOFTMAX_OF_ROW;
    };
  }

  /** What multiplies by the derivative of an activation; null for none. */
  static Operation derivative(Activation g) {
    return switch (g) {
      case IDENTITY, SOFTMAX -> null;
      case RELU, LEAKY_RELU -> Operation.RELU_DERIVATIVE;
      case SIGMOID -> Operation.SIGMOID_DERIVATIVE;
      case TANH -> Operation.TANH_DERIVATIVE;
      case ELU, SELU -> Operation.ELU_DERIVATIVE;
      case SOFTPLUS -> Operation.SOFTPLUS_DERIVATIVE;
      case SILU -> Operation.SILU_DERIVATIVE;
      case GELU -> Operation.GELU_DERIVATIVE;
      case GELU_TANH -> Operation.GELU_TANH_DERIVATIVE;
    };
  }

  /** What computes a loss, with rows as lanes or row by row. */
  static Operation loss(Loss loss, boolean block) {
    return switch (loss) {
      case SQUARED_ERROR ->
          block ? Operation.SQUARED_ERROR_OF_BLOCK : Operation.SQUARED_ERROR_OF_ROW;
      case HUBER -> block ? Operation.HUBER_OF_BLOCK : Operation.HUBER_OF_ROW;
      case LOG_LOSS -> block ? Operation.LOG_LOSS_OF_BLOCK : Operation.LOG_LOSS_OF_ROW;
      case CROSS_ENTROPY ->
          block ? Operation.CROSS_ENTROPY_OF_BLOCK : Operation.CROSS_ENTROPY_OF_ROW;
    };
  }
}
