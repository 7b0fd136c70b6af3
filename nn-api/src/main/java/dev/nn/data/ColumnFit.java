package dev.nn.data;

import java.util.HashSet;
import java.util.OptionalDouble;
import java.util.Set;

/** What the rows of a training file tell of one column of features. */
abstract class ColumnFit {

  /** Takes notice of a field that is not missing. */
  abstract void add(CsvRow row, int column) throws DataFormatException;

  /** The column; says what is wrong with it by an IllegalArgumentException. */
  abstract FeatureColumns.Column column(String name);

  /** mean = (sum of the numbers that are there) / count, in double. */
  static ColumnFit numeric(boolean imputed) {
    return new ColumnFit() {
      private double sum;
      private long count;

      @Override
      void add(CsvRow row, int column) throws DataFormatException {
        sum += row.number(column);
        count++;
      }

      @Override
      FeatureColumns.Column column(String name) {
        if (count == 0) {
          throw new IllegalArgumentException("all values are missing: there is no mean");
        }
        return new FeatureColumns.Numeric(
            name, imputed ? OptionalDouble.of(sum / count) : OptionalDouble.empty());
      }
    };
  }

  /** The texts that occur, in the order of {@link ClassLabels#ordered}. */
  static ColumnFit categorical(boolean unknownAsZeros) {
    return new ColumnFit() {
      private final Set<String> categories = new HashSet<>();

      @Override
      void add(CsvRow row, int column) throws DataFormatException {
        categories.add(row.text(column));
        if (categories.size() > FeatureColumns.MAX_CATEGORIES) {
          throw row.error(
              column,
              "more than "
                  + FeatureColumns.MAX_CATEGORIES
                  + " categories: is this a column of categories?");
        }
      }

      @Override
      FeatureColumns.Column column(String name) {
        if (categories.isEmpty()) {
          throw new IllegalArgumentException("all values are missing: there are no categories");
        }
        return new FeatureColumns.Categorical(
            name, ClassLabels.ordered(categories), unknownAsZeros);
      }
    };
  }
}
