package dev.nn.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Which columns of a CSV file are features and which are targets, counted from 0. */
final class CsvColumns {

  private final int width;
  private final int[] features;
  private final int[] targets;
  private final int[] categorical;

  private CsvColumns(int width, int[] features, int[] targets, int[] categorical) {
    this.width = width;
    this.features = features;
    this.targets = targets;
    this.categorical = categorical;
  }

  /**
   * Deals out the columns of the first record: no target named = the last columns; what is neither
   * target nor ignored is a feature.
   */
  static CsvColumns of(CsvRow first, CsvOptions options) throws DataFormatException {
    int width = first.fields().size();
    int last = options.lastTargets;
    if (options.targets.isEmpty() && last > width) {
      throw first.error(
          "%d columns, but the last %d were asked for as targets".formatted(width, last));
    }
    int[] targets =
        options.targets.isEmpty()
            ? IntStream.range(width - last, width).toArray()
            : positions(first, "target", options.targets);
    int[] ignored = positions(first, "ignored", options.ignored);
    for (int target : targets) {
      if (contains(ignored, target)) {
        throw first.error("target column " + target + " (from 0) is ignored as well");
      }
    }
    int[] features =
        IntStream.range(0, width)
            .filter(column -> !contains(targets, column) && !contains(ignored, column))
            .toArray();
    if (features.length == 0) {
      throw first.error(width + " columns, none left for features: is the separator right?");
    }
    int[] categorical = positions(first, "categorical", options.categorical);
    for (int column : categorical) {
      if (!contains(features, column)) {
        throw first.error("categorical column " + column + " (from 0) is no feature");
      }
    }
    return new CsvColumns(width, features, targets, categorical);
  }

  /** How many columns every record has. */
  int width() {
    return width;
  }

  /** The columns of the features, ascending, at least one; not a copy. */
  int[] features() {
    return features;
  }

  /** The columns of the outputs in their order, at least one; not a copy. */
  int[] targets() {
    return targets;
  }

  /** Whether a column was said to hold categories. */
  boolean isCategorical(int column) {
    return contains(categorical, column);
  }

  private static boolean contains(int[] columns, int column) {
    return Arrays.stream(columns).anyMatch(c -> c == column);
  }

  private static int[] positions(CsvRow first, String role, List<CsvColumn> columns)
      throws DataFormatException {
    int[] positions = new int[columns.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = columns.get(i).in(first, role);
    }
    return positions;
  }
}
