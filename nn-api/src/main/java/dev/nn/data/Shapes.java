package dev.nn.data;

import java.util.List;
import java.util.Objects;

/** Checks of tables before they are stored: sizes, row lengths, finite numbers. */
final class Shapes {

  private Shapes() {}

  /** a * b, refused where a table of that size has no int index. */
  static int product(String aName, int a, String bName, int b) {
    long product = (long) a * b;
    if (product > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%d %s x %d %s = %d values, allowed: at most %d"
              .formatted(a, aName, b, bName, product, Integer.MAX_VALUE));
    }
    return (int) product;
  }

  static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " = " + value + ", allowed: 1 or more");
    }
  }

  /** Neither the list nor an element may be null. */
  static void requireNonNulls(String name, List<?> list) {
    Objects.requireNonNull(list, name);
    int i = 0;
    for (Object element : list) {
      requireElement(name, i++, element);
    }
  }

  /** Neither the table nor a row may be null. */
  static void requireNonNulls(String name, float[][] table) {
    Objects.requireNonNull(table, name);
    for (int row = 0; row < table.length; row++) {
      requireElement(name, row, table[row]);
    }
  }

  private static void requireElement(String name, int i, Object element) {
    if (element == null) {
      throw new NullPointerException(name + "[" + i + "]");
    }
  }

  /** The index itself, if it is in 0 .. length-1. */
  static int requireIndex(String name, int index, int length) {
    if (index < 0 || index >= length) {
      throw new IndexOutOfBoundsException(
          "%s = %d, allowed: 0 to %d".formatted(name, index, length - 1));
    }
    return index;
  }

  /** Positions from .. from+count-1 must be in 0 .. length-1. */
  static void requireRange(String fromName, int from, int count, String what, int length) {
    if (from < 0 || count < 0 || from > length - count) {
      throw new IndexOutOfBoundsException(
          "%s = %d, count = %d, allowed: 0 or more each, together at most %d %s"
              .formatted(fromName, from, count, length, what));
    }
  }

  /** The rows of a table one behind the other; all must be as long as the first. */
  static float[] flatten(String what, float[][] table) {
    int width = table[0].length;
    float[] flat = new float[product("rows", table.length, what + "s", width)];
    for (int row = 0; row < table.length; row++) {
      if (table[row].length != width) {
        throw new IllegalArgumentException(
            "row %d has %d %ss, row 0 has %d: all rows need the same number"
                .formatted(row, table[row].length, what, width));
      }
      System.arraycopy(table[row], 0, flat, row * width, width);
    }
    return flat;
  }

  static void requireLength(String name, float[] values, int rows, String what, int width) {
    int expected = product("rows", rows, what + "s", width);
    if (values.length != expected) {
      throw new IllegalArgumentException(
          "%s has %d values, expected %d rows x %d %ss = %d"
              .formatted(name, values.length, rows, width, what, expected));
    }
  }

  static void requireFinite(String what, float[] values, int width) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "row %d, %s %d: %s is not a finite number"
                .formatted(i / width, what, i % width, values[i]));
      }
    }
  }

  /** The weight itself, if a row can have it. */
  static float requireWeight(int row, float weight) {
    if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "row %d: weight = %s, allowed: 0 or more, finite".formatted(row, weight));
    }
    return weight;
  }

  /** What {@link RowSource#copyRows} asks of its arguments. */
  static void requireCopy(
      RowSource source,
      int[] order,
      int from,
      int count,
      float[] xBuffer,
      int xOffset,
      int xStride,
      float[] yBuffer,
      int yOffset,
      int yStride) {
    Objects.requireNonNull(order, "order");
    Objects.requireNonNull(xBuffer, "xBuffer");
    Objects.requireNonNull(yBuffer, "yBuffer");
    requireRange("from", from, count, "positions in order", order.length);
    requireRoom("xBuffer", xBuffer, xOffset, xStride, count, source.inputs());
    requireRoom("yBuffer", yBuffer, yOffset, yStride, count, source.outputs());
    requireRowNumbers("order", order, from, count, source.rows());
  }

  /** What {@link RowSource#copyTargets} asks of its arguments. */
  static void requireTargetCopy(RowSource source, int row, float[] yBuffer, int yOffset) {
    Objects.requireNonNull(yBuffer, "yBuffer");
    requireIndex("row", row, source.rows());
    requireRoom("yBuffer", yBuffer, yOffset, source.outputs(), 1, source.outputs());
  }

  /** The numbers at from .. from+count-1 must be in 0 .. rows-1. */
  static void requireRowNumbers(String name, int[] numbers, int from, int count, int rows) {
    for (int i = from; i < from + count; i++) {
      if (numbers[i] < 0 || numbers[i] >= rows) {
        throw new IndexOutOfBoundsException(
            "%s[%d] = %d, allowed: 0 to %d".formatted(name, i, numbers[i], rows - 1));
      }
    }
  }

  /** Rows of a width, a stride apart, must fit into the buffer from the offset on. */
  static void requireRoom(
      String name, float[] buffer, int offset, int stride, int count, int width) {
    if (stride < width) {
      throw new IllegalArgumentException(
          "%s: stride = %d, allowed: %d (the width of a row) or more"
              .formatted(name, stride, width));
    }
    long end = count == 0 ? offset : offset + (count - 1L) * stride + width;
    if (offset < 0 || end > buffer.length) {
      throw new IndexOutOfBoundsException(
          "%s: %d rows of %d from offset %d with stride %d end at %d, length is %d"
              .formatted(name, count, width, offset, stride, end, buffer.length));
    }
  }
}
