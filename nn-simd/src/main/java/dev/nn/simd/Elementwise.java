package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Species.FLOATS;

import dev.nn.Activation;
import dev.nn.spi.ElementaryFunction;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Operations on each element of a row of any length: whole vectors in place, the rest in a padded
 * copy that goes through the same vector code.
 */
final class Elementwise {
  /** Rows and columns up to which a matrix is taken as one row: 64 KB, which L2 holds. */
  private static final int MAX_NARROW = 128;

  /** Slope of a leaky ReLU below 0. */
  private static final float LEAK = 0.01f;

  private Elementwise() {}

  /** {@code y[i] = f(x[i])}. */
  static void apply(
      ElementaryFunction f, int length, float[] x, int xo, float[] y, int yo, Scratch scratch) {
    int whole = length - length % LANES;
    if (whole > 0) {
      applyVectors(f, whole, x, xo, y, yo, scratch);
    }
    if (whole < length) {
      float[] tail = scratch.rows(LANES);
      System.arraycopy(x, xo + whole, tail, 0, length - whole);
      applyVectors(f, LANES, tail, 0, tail, 0, scratch);
      System.arraycopy(tail, 0, y, yo + whole, length - whole);
    }
  }

  private static void applyVectors(
      ElementaryFunction f, int length, float[] x, int xo, float[] y, int yo, Scratch scratch) {
    switch (f) {
      case EXP -> VectorElementary.exp(x, xo, y, yo, length);
      case EXPM1 -> VectorElementary.expm1(x, xo, y, yo, length);
      case LOG -> VectorElementary.log(x, xo, y, yo, length);
      case LOG1P -> VectorElementary.log1p(x, xo, y, yo, length);
      case TANH -> VectorElementary.tanh(x, xo, y, yo, length);
      case SIGMOID -> VectorElementary.sigmoid(x, xo, y, yo, length);
      case ERF -> SmoothActivations.erf(length, x, xo, y, yo, scratch);
    }
  }

  /** {@code a[i][j] = g(a[i][j])}, softmax row by row. */
  static void activate(
      Activation g, int rows, int columns, float[] a, int ao, int as, Scratch scratch) {
    if (g == Activation.SOFTMAX && NarrowOutputs.suits(rows, columns)) {
      NarrowOutputs.softmax(rows, columns, a, ao, as, scratch);
    } else if (g != Activation.SOFTMAX && isOneRow(rows, columns, as)) {
      activate(g, rows * columns, a, ao, scratch);
    } else {
      for (int i = 0; i < rows; i++) {
        activate(g, columns, a, ao + i * as, scratch);
      }
    }
  }

  /** Whether narrow rows follow each other without a gap and can be taken as one, in the cache. */
  private static boolean isOneRow(int rows, int columns, int stride) {
    return stride == columns && columns <= MAX_NARROW && rows <= MAX_NARROW;
  }

  /** {@code a[i] = g(a[i])}; softmax takes the row as a whole. */
  static void activate(Activation g, int length, float[] a, int ao, Scratch scratch) {
    switch (g) {
      case IDENTITY -> {}
      case SIGMOID -> apply(ElementaryFunction.SIGMOID, length, a, ao, a, ao, scratch);
      case TANH -> apply(ElementaryFunction.TANH, length, a, ao, a, ao, scratch);
      case SOFTMAX -> OutputLosses.softmax(length, a, ao, scratch);
      default -> {
        int whole = length - length % LANES;
        activateVectors(g, whole, a, ao, scratch);
        if (whole < length) {
          float[] tail = scratch.rows(LANES);
          System.arraycopy(a, ao + whole, tail, 0, length - whole);
          activateVectors(g, LANES, tail, 0, scratch);
          System.arraycopy(tail, 0, a, ao + whole, length - whole);
        }
      }
    }
  }

  private static void activateVectors(
      Activation g, int length, float[] a, int ao, Scratch scratch) {
    switch (g) {
      case RELU -> relu(length, a, ao);
      case LEAKY_RELU -> leakyRelu(length, a, ao);
      default -> SmoothActivations.activate(g, length, a, ao, scratch);
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
    if (isOneRow(rows, columns, as) && ds == columns) {
      multiplyByDerivative(g, rows * columns, a, ao, d, dO, scratch);
      return;
    }
    for (int i = 0; i < rows; i++) {
      multiplyByDerivative(g, columns, a, ao + i * as, d, dO + i * ds, scratch);
    }
  }

  /** {@code d[i] = d[i] g'} of one row. */
  static void multiplyByDerivative(
      Activation g, int length, float[] a, int ao, float[] d, int dO, Scratch scratch) {
    int whole = length - length % LANES;
    multiplyVectorsByDerivative(g, whole, a, ao, d, dO, scratch);
    if (whole < length) {
      float[] tail = scratch.rows(2 * LANES);
      System.arraycopy(a, ao + whole, tail, 0, length - whole);
      System.arraycopy(d, dO + whole, tail, LANES, length - whole);
      multiplyVectorsByDerivative(g, LANES, tail, 0, tail, LANES, scratch);
      System.arraycopy(tail, LANES, d, dO + whole, length - whole);
    }
  }

  /** A method for each, so that C2 compiles them apart. */
  private static void multiplyVectorsByDerivative(
      Activation g, int length, float[] a, int ao, float[] d, int dO, Scratch scratch) {
    switch (g) {
      case IDENTITY -> {}
      case RELU -> multiplyByDerivativeOfRelu(0, length, a, ao, d, dO);
      case LEAKY_RELU -> multiplyByDerivativeOfRelu(LEAK, length, a, ao, d, dO);
      case SIGMOID -> multiplyByDerivativeOfSigmoid(length, a, ao, d, dO);
      case TANH -> multiplyByDerivativeOfTanh(length, a, ao, d, dO);
      case SOFTMAX -> throw new AssertionError(g);
      default -> SmoothActivations.multiplyByDerivative(g, length, a, ao, d, dO, scratch);
    }
  }

  /** {@code g' = a > 0 ? 1 : leak}. */
  private static void multiplyByDerivativeOfRelu(
      float leak, int length, float[] a, int ao, float[] d, int dO) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector below = FloatVector.broadcast(FLOATS, leak);
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, a, ao + i);
      FloatVector derivative = below.blend(one, v.compare(VectorOperators.GT, zero));
      FloatVector.fromArray(FLOATS, d, dO + i).mul(derivative).intoArray(d, dO + i);
    }
  }

  /** {@code g' = a (1 - a)}. */
  private static void multiplyByDerivativeOfSigmoid(
      int length, float[] a, int ao, float[] d, int dO) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, a, ao + i);
      FloatVector derivative = v.mul(one.sub(v));
      FloatVector.fromArray(FLOATS, d, dO + i).mul(derivative).intoArray(d, dO + i);
    }
  }

  /** {@code g' = 1 - a^2}. */
  private static void multiplyByDerivativeOfTanh(int length, float[] a, int ao, float[] d, int dO) {
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, a, ao + i);
      FloatVector derivative = v.neg().fma(v, one);
      FloatVector.fromArray(FLOATS, d, dO + i).mul(derivative).intoArray(d, dO + i);
    }
  }

  /** {@code z < 0 ? +0 : z}. */
  private static void relu(int length, float[] a, int ao) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < length; i += LANES) {
      FloatVector z = FloatVector.fromArray(FLOATS, a, ao + i);
      z.blend(zero, z.compare(VectorOperators.LT, zero)).intoArray(a, ao + i);
    }
  }

  /** {@code z < 0 ? 0.01 z : z}. */
  private static void leakyRelu(int length, float[] a, int ao) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector leak = FloatVector.broadcast(FLOATS, LEAK);
    for (int i = 0; i < length; i += LANES) {
      FloatVector z = FloatVector.fromArray(FLOATS, a, ao + i);
      z.blend(leak.mul(z), z.compare(VectorOperators.LT, zero)).intoArray(a, ao + i);
    }
  }

  /** {@code c[i] = c[i] + b[i]}, whole vectors. */
  static void addVectors(int length, float[] b, int bo, float[] c, int co) {
    addAndRelu(false, length, b, bo, c, co);
  }

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
    boolean relu = g == Activation.RELU;
    int whole = columns - columns % LANES;
    for (int i = 0; i < rows; i++) {
      int row = co + i * cs;
      addAndRelu(relu, whole, b, bo, c, row);
      for (int j = whole; j < columns; j++) {
        float z = c[row + j] + b[bo + j];
        c[row + j] = relu && z < 0 ? 0 : z;
      }
    }
    if (!relu) {
      activate(g, rows, columns, c, co, cs, scratch);
    }
  }

  private static void addAndRelu(boolean relu, int length, float[] b, int bo, float[] c, int co) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < length; i += LANES) {
      FloatVector sum =
          FloatVector.fromArray(FLOATS, c, co + i).add(FloatVector.fromArray(FLOATS, b, bo + i));
      if (relu) {
        sum = sum.blend(zero, sum.compare(VectorOperators.LT, zero));
      }
      sum.intoArray(c, co + i);
    }
  }
}
