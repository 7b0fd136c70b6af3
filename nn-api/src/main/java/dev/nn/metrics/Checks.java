package dev.nn.metrics;

import java.util.Objects;

/** Checks of predictions and labels before anything is counted. */
final class Checks {
  private Checks() {}

  static void requireRows(String name, int rows) {
    if (rows == 0) {
      throw new IllegalArgumentException(name + " has 0 rows, allowed: 1 or more");
    }
  }

  static void requireSameRows(String name, int rows, String otherName, int otherRows) {
    if (rows != otherRows) {
      throw new IllegalArgumentException(
          "%s has %d rows, but %s has %d: both need the same"
              .formatted(name, rows, otherName, otherRows));
    }
  }

  static void requireRange(String name, int[] values, int least, int greatest) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] < least || values[i] > greatest) {
        throw new IllegalArgumentException(
            "%s[%d] = %d, allowed: %d to %d".formatted(name, i, values[i], least, greatest));
      }
    }
  }

  /** The width of the rows of a table, which must be one for all. */
  static int requireTable(String name, float[][] table) {
    Objects.requireNonNull(table, name);
    requireRows(name, table.length);
    for (int row = 0; row < table.length; row++) {
      if (table[row] == null) {
        throw new NullPointerException(name + "[" + row + "]");
      }
      if (table[row].length == 0 || table[row].length != table[0].length) {
        throw new IllegalArgumentException(
            "%s[%d] has %d elements, allowed: the same number in all rows, 1 or more"
                .formatted(name, row, table[row].length));
      }
    }
    return table[0].length;
  }
}
