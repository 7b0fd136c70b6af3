package dev.nn.data;

/** Rows of which only some values are kept: the others are 0. */
final class SparseTable {

  /** A table of so many values is no burden, however empty it is. */
  private static final long SMALL = 1 << 20;

  /** What a table that is larger must have of values that are kept. */
  private static final long SPARSEST = 1000;

  private final FloatList values = new FloatList();
  private final IntList columns = new IntList();
  private final IntList ends = new IntList();
  private int width;

  void add(int column, float value) {
    columns.add(column);
    values.add(value);
    width = Math.max(width, column + 1);
  }

  void endRow() {
    ends.add(values.size());
  }

  int rows() {
    return ends.size();
  }

  /** The greatest column and 1. */
  int width() {
    return width;
  }

  /** How many values are kept. */
  int values() {
    return values.size();
  }

  /** Whether a table of the found width is large and has next to nothing in it. */
  boolean isAlmostEmpty() {
    long size = (long) rows() * width;
    return size > SMALL && size / SPARSEST > values();
  }

  /** Row-major, rows x width, which is at least the width found. */
  float[] toArray(int tableWidth) {
    float[] table = new float[rows() * tableWidth];
    for (int row = 0, i = 0; row < rows(); row++) {
      for (; i < ends.get(row); i++) {
        table[row * tableWidth + columns.get(i)] = values.get(i);
      }
    }
    return table;
  }
}
