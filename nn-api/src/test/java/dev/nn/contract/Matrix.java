package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.fail;

import java.util.function.Supplier;

/**
 * A matrix inside a larger array whose other elements are canaries.
 *
 * <p>A canary is a quiet NaN with a payload of its own: who reads it shows it, and who writes over
 * it is seen by {@link #assertSame}. The elements start as NaN too, so that an output which is
 * added to instead of overwritten, or not written at all, does not pass for a number.
 */
final class Matrix {
  private static final float CANARY = Float.intBitsToFloat(0x7FC5_A3D1);

  final float[] array;
  final int offset;
  final int stride;
  final int rows;
  final int columns;

  /**
   * Where a matrix lies.
   *
   * @param offset elements before the first
   * @param gap elements between two rows
   * @param tail elements after the last
   */
  record Layout(int offset, int gap, int tail) {
    /** Nothing around the matrix: who reads or writes beyond it, leaves the array. */
    static final Layout TIGHT = new Layout(0, 0, 0);

    /** An offset and a stride that fit no vector width. */
    static final Layout LOOSE = new Layout(5, 3, 37);

    /** Row starts that are odd, and an array that ends with the last row. */
    static final Layout FLUSH = new Layout(1, 1, 0);

    private static final Layout[] ALL = {TIGHT, LOOSE, FLUSH};

    /** One layout after the other. */
    static Layout number(int i) {
      return ALL[Math.floorMod(i, ALL.length)];
    }
  }

  private Matrix(float[] array, int offset, int stride, int rows, int columns) {
    this.array = array;
    this.offset = offset;
    this.stride = stride;
    this.rows = rows;
    this.columns = columns;
  }

  /** A matrix of NaN among canaries. */
  static Matrix empty(Layout layout, int rows, int columns) {
    int stride = columns + layout.gap();
    int length = rows == 0 ? 0 : (rows - 1) * stride + columns;
    float[] array = new float[layout.offset() + length + layout.tail()];
    java.util.Arrays.fill(array, CANARY);
    Matrix matrix = new Matrix(array, layout.offset(), stride, rows, columns);
    return matrix.fill((i, j) -> Float.NaN);
  }

  /** An element from its row and column. */
  @FunctionalInterface
  interface Element {
    float at(int row, int column);
  }

  Matrix fill(Element element) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        set(i, j, element.at(i, j));
      }
    }
    return this;
  }

  /** Fills with the next values of a source. */
  Matrix draw(Values.Source values) {
    return fill((i, j) -> values.next());
  }

  float get(int row, int column) {
    return array[offset + row * stride + column];
  }

  void set(int row, int column, float value) {
    array[offset + row * stride + column] = value;
  }

  /** The same elements and canaries in an array of its own. */
  Matrix copy() {
    return new Matrix(array.clone(), offset, stride, rows, columns);
  }

  /** The same elements in another layout. */
  Matrix in(Layout layout) {
    return empty(layout, rows, columns).fill(this::get);
  }

  /**
   * Asserts that every element has the bits of the other matrix, NaN as a class, canaries intact.
   */
  void assertSame(Matrix expected, Supplier<String> what) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        if (!Bits.same(expected.get(i, j), get(i, j))) {
          fail(
              what.get()
                  + ", element ["
                  + i
                  + "]["
                  + j
                  + "]: "
                  + Bits.difference(expected.get(i, j), get(i, j)));
        }
      }
    }
    assertCanaries(what);
  }

  /** Asserts that nothing beside the elements was written. */
  void assertCanaries(Supplier<String> what) {
    int canary = Float.floatToRawIntBits(CANARY);
    for (int p = 0; p < array.length; p++) {
      boolean element =
          columns > 0
              && p >= offset
              && (p - offset) / stride < rows
              && (p - offset) % stride < columns;
      if (!element && Float.floatToRawIntBits(array[p]) != canary) {
        fail(
            what.get()
                + ": wrote "
                + array[p]
                + " at position "
                + p
                + " of "
                + array.length
                + ", outside of the "
                + rows
                + " x "
                + columns
                + " matrix at offset "
                + offset
                + " with stride "
                + stride);
      }
    }
  }

  /** Asserts that not a bit of the whole array differs from an earlier copy. */
  void assertUnchanged(Matrix before, Supplier<String> what) {
    for (int p = 0; p < array.length; p++) {
      if (Float.floatToRawIntBits(array[p]) != Float.floatToRawIntBits(before.array[p])) {
        fail(
            what.get()
                + ": position "
                + p
                + " changed from "
                + before.array[p]
                + " to "
                + array[p]);
      }
    }
  }
}
