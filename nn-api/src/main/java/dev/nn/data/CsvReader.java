package dev.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Reads CSV files after RFC 4180, plain or packed with gzip; immutable: each option gives a new
 * reader.
 *
 * <pre>{@code
 * Dataset digits = CsvReader.classification().read(Path.of("digits.csv.gz"));
 * Dataset iris = CsvReader.classification()
 *     .skipLines(1)
 *     .classNames(List.of("setosa", "versicolor", "virginica"))
 *     .read(Path.of("iris.csv"));
 * Dataset houses = CsvReader.regression(0).separator(';').read(Path.of("houses.csv"));
 * Dataset films = CsvReader.multiLabel().lastTargets(18).read(Path.of("films.csv"));
 *
 * CsvReader cars = CsvReader.regression("price") // categories and means of the training file
 *     .categorical("maker", "colour")
 *     .imputeMeans("", "NA")
 *     .fit(Path.of("train.csv"));
 * Dataset train = cars.read(Path.of("train.csv"));
 * Dataset test = cars.read(Path.of("test.csv"));
 * float[] x = cars.columns().encode(List.of("Tatra", "NA", "red", "1985"));
 * }</pre>
 *
 * <p>UTF-8, with or without a byte order mark. Lines end with LF, CR LF or CR. A field in double
 * quotes may contain separators, line ends and, doubled, quotes. Blanks around a field do not
 * count. There are no comment lines. Whether a file is packed is told by its first bytes, not by
 * its name.
 *
 * <p>The reader is strict: every record has as many columns as the first, every feature is a finite
 * decimal number, no line is empty. What is not so is a {@link DataFormatException} that names the
 * file, the line and the column, both counted from 1. The options count columns from 0, or name
 * them.
 *
 * <p>Rows are read one by one, a record has at most 2^24 characters: memory is that of the data
 * set.
 */
public final class CsvReader {

  /** Whether the first record names the columns. */
  public enum Header {
    /** It does. */
    PRESENT,
    /** It does not: it is data. */
    ABSENT,
    /**
     * It does if an option names a column, or if every feature in it, categories apart, is a name.
     * A name is not empty, does not begin with a digit, a sign or a dot, and is no number that Java
     * can parse, such as NaN. One field that is no name makes the record data, where a field that
     * is no number either is an error: no row is dropped because of a slip such as {@code 1e}.
     * Names such as {@code 2020} need {@link #PRESENT}.
     */
    AUTO
  }

  private final CsvOptions options;

  private CsvReader(CsvOptions options) {
    this.options = options;
  }

  private static CsvReader of(CsvOptions.Kind kind, List<CsvColumn> targets) {
    return new CsvReader(new CsvOptions(kind, targets));
  }

  private CsvReader with(Consumer<CsvOptions> change) {
    CsvOptions copy = options.copy();
    change.accept(copy);
    return new CsvReader(copy);
  }

  /**
   * One-hot targets from the labels in the last column.
   *
   * <p>Labels are integers or texts. The classes are the labels found: integers in order of value,
   * so that 0 .. n-1 keep their numbers; otherwise all as texts, in order of their characters. The
   * order does not depend on the order of the rows. See {@link #classNames} for files that do not
   * contain every class.
   *
   * @return a reader with comma, {@link Header#AUTO} and no skipped lines
   */
  public static CsvReader classification() {
    return of(CsvOptions.Kind.CLASSES, List.of());
  }

  /**
   * As {@link #classification()}, with the labels in another column.
   *
   * @param labelColumn column of the labels, from 0
   * @return a reader with comma, {@link Header#AUTO} and no skipped lines
   * @throws IllegalArgumentException if the column is negative
   */
  public static CsvReader classification(int labelColumn) {
    return of(CsvOptions.Kind.CLASSES, CsvColumn.at(new int[] {labelColumn}));
  }

  /**
   * Numbers as targets.
   *
   * @param targetColumns columns of the targets, from 0, in the order of the outputs; none: the
   *     last
   * @return a reader with comma, {@link Header#AUTO} and no skipped lines
   * @throws IllegalArgumentException if a column is negative or named twice
   */
  public static CsvReader regression(int... targetColumns) {
    Objects.requireNonNull(targetColumns, "targetColumns");
    return of(CsvOptions.Kind.NUMBERS, CsvColumn.at(targetColumns));
  }

  /**
   * Targets of 0 or 1, one for each of several independent labels: 1 if the row has the label.
   *
   * @param labelColumns columns of the labels, from 0, in the order of the outputs; none: the last
   * @return a reader with comma, {@link Header#AUTO} and no skipped lines
   * @throws IllegalArgumentException if a column is negative or named twice
   */
  public static CsvReader multiLabel(int... labelColumns) {
    Objects.requireNonNull(labelColumns, "labelColumns");
    return of(CsvOptions.Kind.LABELS, CsvColumn.at(labelColumns));
  }

  /**
   * As {@link #classification()}, with the labels in a column that the header names.
   *
   * @param labelColumn its name
   * @return a reader with comma and no skipped lines, for files with a header
   */
  public static CsvReader classification(String labelColumn) {
    return of(CsvOptions.Kind.CLASSES, CsvColumn.named("labelColumn", labelColumn));
  }

  /**
   * As {@link #regression(int...)}, by the names in the header.
   *
   * @param first the name of the column of the first output
   * @param more the names of those of further outputs
   * @return a reader with comma and no skipped lines, for files with a header
   * @throws IllegalArgumentException if a name is given twice
   */
  public static CsvReader regression(String first, String... more) {
    return of(CsvOptions.Kind.NUMBERS, CsvColumn.named("first", first, more));
  }

  /**
   * As {@link #multiLabel(int...)}, by the names in the header.
   *
   * @param first the name of the column of the first label
   * @param more the names of those of further labels
   * @return a reader with comma and no skipped lines, for files with a header
   * @throws IllegalArgumentException if a name is given twice
   */
  public static CsvReader multiLabel(String first, String... more) {
    return of(CsvOptions.Kind.LABELS, CsvColumn.named("first", first, more));
  }

  /**
   * Takes the last columns as targets, in their order; 1 if not set.
   *
   * @param count at least 1
   * @return a reader with this option
   * @throws IllegalStateException if this reader is for classification, whose labels are one
   *     column, or if its targets have been named
   * @throws IllegalArgumentException if count is below 1
   */
  public CsvReader lastTargets(int count) {
    if (options.kind == CsvOptions.Kind.CLASSES) {
      throw new IllegalStateException("a reader for classification has one column of labels");
    }
    if (!options.targets.isEmpty()) {
      throw new IllegalStateException("the targets are the columns " + options.targets);
    }
    if (count < 1) {
      throw new IllegalArgumentException("count = " + count + ", allowed: 1 or more");
    }
    return with(copy -> copy.lastTargets = count);
  }

  /**
   * What stands between two fields; a comma if not set.
   *
   * @param character such as {@code ';'}, {@code '\t'} or {@code ' '}
   * @return a reader with this option
   * @throws IllegalArgumentException if it is a quote or a line end
   */
  public CsvReader separator(char character) {
    if (character == '"' || character == '\n' || character == '\r') {
      throw new IllegalArgumentException(
          "separator = character %d, allowed: any but quote and line ends"
              .formatted((int) character));
    }
    return with(copy -> copy.separator = character);
  }

  /**
   * Whether the first record, after the skipped lines, names the columns; {@link Header#AUTO} if
   * not set.
   *
   * @param choice present, absent or told by the content
   * @return a reader with this option
   */
  public CsvReader header(Header choice) {
    Objects.requireNonNull(choice, "choice");
    return with(copy -> copy.header = choice);
  }

  /**
   * How many lines at the beginning to pass over, whatever they contain; 0 if not set.
   *
   * @param count 0 or more
   * @return a reader with this option
   * @throws IllegalArgumentException if count is negative
   */
  public CsvReader skipLines(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count = " + count + ", allowed: 0 or more");
    }
    return with(copy -> copy.skippedLines = count);
  }

  /**
   * Columns that are neither features nor targets, such as row numbers; none if not set.
   *
   * @param columns from 0
   * @return a reader with this option
   * @throws IllegalArgumentException if a column is negative, named twice, or a target
   */
  public CsvReader ignoreColumns(int... columns) {
    Objects.requireNonNull(columns, "columns");
    return ignoring(CsvColumn.at(columns));
  }

  /**
   * As the other {@code ignoreColumns}, by the names in the header.
   *
   * @param first a name
   * @param more further names
   * @return a reader with this option, for files with a header
   * @throws IllegalArgumentException if a name is given twice, or that of a target
   */
  public CsvReader ignoreColumns(String first, String... more) {
    return ignoring(CsvColumn.named("first", first, more));
  }

  private CsvReader ignoring(List<CsvColumn> columns) {
    for (CsvColumn column : columns) {
      if (options.targets.contains(column)) {
        throw new IllegalArgumentException("column " + column + " is a target");
      }
    }
    return with(copy -> copy.ignored = columns);
  }

  /**
   * The classes and their order, instead of those found in the file: needed where a file does not
   * contain every class, such as the test part of a pair.
   *
   * <p>A label is then one of the names or, if none of the names is an integer, the position of
   * one.
   *
   * @param names two or more, all different
   * @return a reader with this option
   * @throws IllegalStateException if this reader is not for classification
   * @throws IllegalArgumentException if there are fewer than two names, or two are equal
   */
  public CsvReader classNames(List<String> names) {
    Shapes.requireNonNulls("names", names);
    if (options.kind != CsvOptions.Kind.CLASSES) {
      throw new IllegalStateException(
          "a reader for %s has no classes"
              .formatted(options.kind == CsvOptions.Kind.LABELS ? "labels" : "regression"));
    }
    if (names.size() < 2 || names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException(
          "class names " + names + ", allowed: two or more, all different");
    }
    List<String> classes = List.copyOf(names);
    return with(copy -> copy.classNames = classes);
  }

  /**
   * Columns of features that hold categories instead of numbers: each becomes one input for every
   * category, 1 where the row has it, else 0. None if not set.
   *
   * <p>The categories are the texts found by {@link #fit}, in the order of classes: integers by
   * value, otherwise all by their characters. It does not depend on the order of the rows.
   *
   * @param columns from 0
   * @return a reader with this option, its features to be fitted
   * @throws IllegalArgumentException if a column is negative or named twice
   * @throws IllegalStateException if the columns of this reader are fitted
   */
  public CsvReader categorical(int... columns) {
    Objects.requireNonNull(columns, "columns");
    return categorical(CsvColumn.at(columns));
  }

  /**
   * As the other {@code categorical}, by the names in the header.
   *
   * @param first a name
   * @param more further names
   * @return a reader with this option, for files with a header, its features to be fitted
   * @throws IllegalArgumentException if a name is given twice
   * @throws IllegalStateException if the columns of this reader are fitted
   */
  public CsvReader categorical(String first, String... more) {
    return categorical(CsvColumn.named("first", first, more));
  }

  private CsvReader categorical(List<CsvColumn> columns) {
    requireUnfitted();
    return with(copy -> copy.categorical = columns);
  }

  /**
   * Takes a category that the training file did not have, or a missing one, as none of all: zeros
   * only. If not set, it is refused.
   *
   * @return a reader with this option
   * @throws IllegalStateException if the columns of this reader are fitted
   */
  public CsvReader unknownAsZeros() {
    requireUnfitted();
    return with(copy -> copy.unknownAsZeros = true);
  }

  /**
   * Replaces every missing number with the mean of its column in the training file, rounded to
   * float. If not set, it is refused.
   *
   * @param missing the texts that stand for a missing value, blanks around them do not count, such
   *     as {@code ""}, {@code "NA"} and {@code "?"}; none given: the empty field
   * @return a reader with this option, its features to be fitted
   * @throws IllegalStateException if the columns of this reader are fitted
   */
  public CsvReader imputeMeans(String... missing) {
    Objects.requireNonNull(missing, "missing");
    Shapes.requireNonNulls("missing", Arrays.asList(missing));
    requireUnfitted();
    List<String> texts =
        missing.length == 0
            ? List.of("")
            : Arrays.stream(missing).map(String::strip).distinct().toList();
    return with(
        copy -> {
          copy.imputed = true;
          copy.missing = texts;
        });
  }

  /**
   * Encodes features by columns that are known, instead of learning them: those of another reader,
   * or kept beside a saved network. To read test rows, set {@link #classNames} as well.
   *
   * @param fitted one for each feature of the files, in their order; where both have names, the
   *     same
   * @return a reader with these columns, whatever options of columns it had
   */
  public CsvReader columns(FeatureColumns fitted) {
    Objects.requireNonNull(fitted, "fitted");
    return with(
        copy -> {
          copy.categorical = List.of();
          copy.columns = fitted;
        });
  }

  /**
   * The columns that this reader encodes features by.
   *
   * @return what {@link #fit} has learned, or {@link #columns(FeatureColumns)} was given
   * @throws IllegalStateException if there are none yet
   */
  public FeatureColumns columns() {
    if (options.columns == null) {
      throw new IllegalStateException("the columns are not fitted; fit reads them off a file");
    }
    return options.columns;
  }

  private void requireUnfitted() {
    if (options.columns != null) {
      throw new IllegalStateException("the columns are fitted");
    }
  }

  /**
   * Learns from a training file all that its features and classes are encoded by: categories, means
   * and, unless given, the classes.
   *
   * <p>Nothing is learned from files that are read later. So that nothing of the test rows leaks
   * into the training, they should be in another file.
   *
   * @param file UTF-8 text, plain or packed with gzip
   * @return a reader that encodes every file in this way
   * @throws DataFormatException if the content is not what the format and the options allow
   * @throws IOException if the file cannot be read
   * @throws IllegalStateException if the columns of this reader are fitted
   */
  public CsvReader fit(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    requireUnfitted();
    return fit(file, DataFiles.openPlain(file));
  }

  /** As {@link #fit(Path)}, from a file that has been opened, which is closed. */
  CsvReader fit(Path file, InputStream in) throws IOException {
    CsvDecoder.Fitted fitted = new CsvDecoder(options).fit(file, in);
    CsvReader reader = columns(fitted.columns());
    return fitted.classNames().isEmpty() ? reader : reader.classNames(fitted.classNames());
  }

  /**
   * Reads all of a file. Categories and means that have not been fitted are those of this file.
   *
   * @param file UTF-8 text, plain or packed with gzip
   * @return the records in their order; with the names of the features, and of targets that are no
   *     classes, if the file has a header
   * @throws DataFormatException if the content is not what the format and the options allow
   * @throws IOException if the file cannot be read
   */
  public Dataset read(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    return options.isToBeFitted() ? fit(file).read(file) : read(file, DataFiles.openPlain(file));
  }

  /** As {@link #read(Path)}, from a file that has been opened, which is closed. */
  Dataset read(Path file, InputStream in) throws IOException {
    return new CsvDecoder(options).read(file, in);
  }

  /**
   * The features alone, as predictions need them, of a file that has the targets behind them or
   * does not have them.
   *
   * @param file UTF-8 text, plain or packed with gzip
   * @param features how many columns, from the first on, are features
   * @return one row of inputs for each record, in their order
   * @throws IllegalStateException if categories or means have not been fitted
   * @throws IllegalArgumentException if columns have been fitted, and are more or fewer
   * @throws DataFormatException if the content is not what the format and the options allow
   * @throws IOException if the file cannot be read
   */
  public float[][] readFeatures(Path file, int features) throws IOException {
    Objects.requireNonNull(file, "file");
    if (options.isToBeFitted()) {
      throw new IllegalStateException("the columns are not fitted; fit reads them off a file");
    }
    FeatureColumns columns =
        options.columns == null
            ? FeatureColumns.numeric(Collections.nCopies(features, ""))
            : options.columns;
    if (columns.columns().size() != features) {
      throw new IllegalArgumentException(
          "features = %d, but %d columns are fitted".formatted(features, columns.columns().size()));
    }
    return new CsvDecoder(options).readFeatures(file, DataFiles.openPlain(file), columns);
  }
}
