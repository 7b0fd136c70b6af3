package dev.nn.data;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Which columns of a CSV file are features and which are targets, counted from 0. */
final class CsvColumns {

  private final int width;
  private final int[] features;
  private final int[] targets;

  private CsvColumns(int width, int[] features, int[] targets) {
    this.width = width;
    this.features = features;
    this.targets = targets;
  }

  /**
   * Deals out the columns of the first record: no target named = the last columns; what is neither
   * target nor ignored is a feature.
   */
  static CsvColumns of(CsvRow first, int[] namedTargets, int lastTargets, int[] ignored)
      throws DataFormatException {
    int width = first.fields().size();
    if (namedTargets.length == 0 && lastTargets > width) {
      throw first.error(
          "%d columns, but the last %d were asked for as targets".formatted(width, lastTargets));
    }
    int[] targets =
        namedTargets.length == 0
            ? IntStream.range(width - lastTargets, width).toArray()
            : namedTargets;
    requireColumns(first, "target", targets);
    requireColumns(first, "ignored", ignored);
    int[] features =
        IntStream.range(0, width)
            .filter(column -> !contains(targets, column) && !contains(ignored, column))
            .toArray();
    for (int target : targets) {
      if (contains(ignored, target)) {
        throw first.error("target column " + target + " (from 0) is ignored as well");
      }
    }
    if (features.length == 0) {
      throw first.error(width + " columns, none left for features: is the separator right?");
    }
    return new CsvColumns(width, features, targets);
  }

  /** How many columns every record has. */
  int width() {
    return width;
  }

  /** The columns of the inputs, ascending, at least one; not a copy. */
  int[] features() {
    return features;
  }

  /** The columns of the outputs in their order, at least one; not a copy. */
  int[] targets() {
    return targets;
  }

  static boolean contains(int[] columns, int column) {
    return Arrays.stream(columns).anyMatch(c -> c == column);
  }

  private static void requireColumns(CsvRow first, String role, int[] columns)
      throws DataFormatException {
    for (int column : columns) {
      if (column >= first.fields().size()) {
        throw first.error(
            "%d columns, but %s column %d (from 0) was asked for"
                .formatted(first.fields().size(), role, column));
      }
    }
  }
}
