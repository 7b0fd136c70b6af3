package dev.nn.metrics;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.function.ToIntFunction;

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

  /** Every number must be a probability, or NaN. */
  static void requireProbabilities(String name, float[][] table) {
    for (int row = 0; row < table.length; row++) {
      for (int j = 0; j < table[row].length; j++) {
        float p = table[row][j];
        if (p < 0 || p > 1) {
          throw new IllegalArgumentException(
              "%s[%d][%d] = %s, allowed: 0 to 1, or NaN".formatted(name, row, j, p));
        }
      }
    }
  }

  /** The names for so many of a kind, which must all be different. */
  static List<String> requireNames(String what, List<String> names, int count) {
    List<String> copy = List.copyOf(names);
    if (copy.size() != count || new HashSet<>(copy).size() != count) {
      throw new IllegalArgumentException(
          "%s %s, allowed: %d, all different".formatted(what, copy, count));
    }
    return copy;
  }

  /** The width of the rows of a table, which must be one for all. */
  static int requireTable(String name, float[][] table) {
    return requireTable(name, table, row -> row.length);
  }

  /** As the other {@code requireTable}, for whole numbers. */
  static int requireTable(String name, int[][] table) {
    return requireTable(name, table, row -> row.length);
  }

  private static <T> int requireTable(String name, T[] table, ToIntFunction<T> length) {
    Objects.requireNonNull(table, name);
    requireRows(name, table.length);
    int width = 0;
    for (int row = 0; row < table.length; row++) {
      if (table[row] == null) {
        throw new NullPointerException(name + "[" + row + "]");
      }
      int elements = length.applyAsInt(table[row]);
      width = row == 0 ? elements : width;
      if (elements == 0 || elements != width) {
        throw new IllegalArgumentException(
            "%s[%d] has %d elements, allowed: the same number in all rows, 1 or more"
                .formatted(name, row, elements));
      }
    }
    return width;
  }
}
