package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * A matrix in double precision, and for each element a bound on how far a float computation by the
 * numeric contract can be from it.
 *
 * <p>Running error analysis: every operation bounds what it inherits from the errors of its
 * operands (second order included) plus its own roundings, with the unit roundoff {@link #U}.
 * Roundings of the double computation itself are covered by {@link #SLACK}.
 *
 * @param value the true values
 * @param error bounds, not negative
 */
record Bounded(RealMatrix value, RealMatrix error) {
  /** Unit roundoff of float: half an ulp of 1. */
  static final double U = 0x1p-24;

  /** What double precision itself may contribute, relative and absolute. */
  private static final double SLACK = 1e-12;

  /** Errors of errors, generously. */
  private static final double SECOND_ORDER = 1e-3;

  private static final int CHUNK = 256;

  /** Values that are floats, hence exact. */
  static Bounded exact(RealMatrix value) {
    return new Bounded(
        value, new Array2DRowRealMatrix(value.getRowDimension(), value.getColumnDimension()));
  }

  static Bounded exact(float[][] value) {
    double[][] wide = new double[value.length][];
    for (int i = 0; i < value.length; i++) {
      wide[i] = widened(value[i]);
    }
    return exact(new Array2DRowRealMatrix(wide, false));
  }

  /** A row of floats. */
  static Bounded exact(float[] value) {
    return exact(MatrixUtils.createRowRealMatrix(widened(value)));
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }

  int rows() {
    return value.getRowDimension();
  }

  int columns() {
    return value.getColumnDimension();
  }

  double value(int row, int column) {
    return value.getEntry(row, column);
  }

  double error(int row, int column) {
    return error.getEntry(row, column);
  }

  Bounded transpose() {
    return new Bounded(value.transpose(), error.transpose());
  }

  /**
   * {@code this * other} by the 256-chunk rule.
   *
   * <p>Each fused operation rounds its partial sum, and each further chunk the total: the error is
   * at most U times the sum of the magnitudes of all partial sums.
   */
  Bounded times(Bounded other) {
    RealMatrix a = map(value, Math::abs);
    RealMatrix b = map(other.value, Math::abs);
    RealMatrix inherited = a.add(error).multiply(b.add(other.error)).subtract(a.multiply(b));
    double[][] left = value.getData();
    double[][] right = other.value.transpose().getData();
    RealMatrix errors = new Array2DRowRealMatrix(left.length, right.length);
    for (int i = 0; i < left.length; i++) {
      for (int j = 0; j < right.length; j++) {
        double own = partialSums(left[i], right[j]) * (1 + SECOND_ORDER);
        errors.setEntry(i, j, inherited.getEntry(i, j) * (1 + left[i].length * U) + U * own);
      }
    }
    return new Bounded(value.multiply(other.value), errors);
  }

  /** The sum of |s| over every partial sum s of a product. */
  private static double partialSums(double[] a, double[] b) {
    double sizes = 0;
    double total = 0;
    for (int start = 0; start < a.length; start += CHUNK) {
      double s = 0;
      for (int k = start; k < a.length && k < start + CHUNK; k++) {
        s += a[k] * b[k];
        sizes += Math.abs(s);
      }
      total += s;
      sizes += start == 0 ? 0 : Math.abs(total);
    }
    return sizes;
  }

  /** The sum of each column by the 256-chunk rule, as one row. */
  Bounded columnSums() {
    RealMatrix ones = new Array2DRowRealMatrix(1, rows());
    return exact(map(ones, zero -> 1)).times(this); // fma(1, x, s) rounds as s + x
  }

  /** Each row plus the same row. */
  Bounded plusRow(Bounded row) {
    return elements(
        (i, j) -> value(i, j) + row.value(0, j),
        (i, j) -> {
          double inherited = error(i, j) + row.error(0, j);
          return inherited + U * (Math.abs(value(i, j) + row.value(0, j)) + inherited);
        });
  }

  /** The elementwise product. */
  Bounded hadamard(Bounded other) {
    return elements(
        (i, j) -> value(i, j) * other.value(i, j),
        (i, j) -> {
          double a = Math.abs(value(i, j));
          double b = Math.abs(other.value(i, j));
          double up = (a + error(i, j)) * (b + other.error(i, j));
          return up - a * b + U * up;
        });
  }

  /** An element from its row and column. */
  @FunctionalInterface
  interface Element {
    double at(int row, int column);
  }

  /** A matrix of the shape of this one. */
  Bounded elements(Element values, Element errors) {
    RealMatrix newValue = new Array2DRowRealMatrix(rows(), columns());
    RealMatrix newError = new Array2DRowRealMatrix(rows(), columns());
    for (int i = 0; i < rows(); i++) {
      for (int j = 0; j < columns(); j++) {
        newValue.setEntry(i, j, values.at(i, j));
        newError.setEntry(i, j, errors.at(i, j));
      }
    }
    return new Bounded(newValue, newError);
  }

  private static RealMatrix map(RealMatrix matrix, DoubleUnaryOperator function) {
    RealMatrix mapped = matrix.copy();
    for (int i = 0; i < mapped.getRowDimension(); i++) {
      for (int j = 0; j < mapped.getColumnDimension(); j++) {
        mapped.setEntry(i, j, function.applyAsDouble(mapped.getEntry(i, j)));
      }
    }
    return mapped;
  }

  private static double greatest(RealMatrix matrix) {
    double greatest = 0;
    for (double[] row : matrix.getData()) {
      for (double entry : row) {
        greatest = Math.max(greatest, Math.abs(entry));
      }
    }
    return greatest;
  }

  /** Asserts that floats are within the bounds, and that the bounds are no wider than needed. */
  void assertHolds(float[][] actual, Supplier<String> what) {
    assertHolds((i, j) -> actual[i][j], what);
    assertTrue(
        actual.length == rows() && actual[0].length == columns(),
        () -> what.get() + " is not " + rows() + " x " + columns());
  }

  /** As the other, for a single row. */
  void assertHolds(float[] actual, Supplier<String> what) {
    assertHolds(new float[][] {actual}, what);
  }

  private void assertHolds(Element actual, Supplier<String> what) {
    for (int i = 0; i < rows(); i++) {
      for (int j = 0; j < columns(); j++) {
        double tolerance = error(i, j) + SLACK * (1 + Math.abs(value(i, j)));
        if (!(Math.abs(actual.at(i, j) - value(i, j)) <= tolerance)) {
          fail(
              what.get()
                  + " ["
                  + i
                  + "]["
                  + j
                  + "] is "
                  + actual.at(i, j)
                  + ", expected "
                  + value(i, j)
                  + " within "
                  + tolerance);
        }
      }
    }
    // A bound as large as what it bounds would hold for anything.
    double width = greatest(error);
    double size = greatest(value);
    assertTrue(
        width <= 0.01 * size || size == 0,
        () -> what.get() + ": bound " + width + " is too wide for values up to " + size);
  }
}
