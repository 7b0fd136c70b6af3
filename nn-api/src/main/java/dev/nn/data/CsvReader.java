package dev.nn.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

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
 * }</pre>
 *
 * <p>UTF-8, with or without a byte order mark. Lines end with LF, CR LF or CR. A field in double
 * quotes may contain separators, line ends and, doubled, quotes. Blanks around a field do not
 * count. There are no comment lines. Whether a file is packed is told by its first bytes, not by
 * its name.
 *
 * <p>The reader is strict: every record has as many columns as the first, every feature is a finite
 * decimal number, no line is empty. What is not so is a {@link DataFormatException} that names the
 * file, the line and the column, both counted from 1. The options count columns from 0.
 */
public final class CsvReader {

  /** Whether the first record names the columns. */
  public enum Header {
    /** It does. */
    PRESENT,
    /** It does not: it is data. */
    ABSENT,
    /**
     * It does if every feature in it is a name. A name is not empty, does not begin with a digit, a
     * sign or a dot, and is no number that Java can parse, such as NaN. One field that is no name
     * makes the record data, where a field that is no number either is an error: no row is dropped
     * because of a slip such as {@code 1e}. Names such as {@code 2020} need {@link #PRESENT}.
     */
    AUTO
  }

  /** What the targets are. */
  private enum Kind {
    CLASSES,
    LABELS,
    NUMBERS
  }

  private static final String SIGNS = "+-.";

  private final Kind kind;
  private final int[] targets;
  private final int lastTargets; // where no target is named
  private final int[] ignored;
  private final char separator;
  private final Header header;
  private final int skippedLines;
  private final List<String> classNames;

  private CsvReader(
      Kind kind,
      int[] targets,
      int lastTargets,
      int[] ignored,
      char separator,
      Header header,
      int skippedLines,
      List<String> classNames) {
    this.kind = kind;
    this.targets = targets;
    this.lastTargets = lastTargets;
    this.ignored = ignored;
    this.separator = separator;
    this.header = header;
    this.skippedLines = skippedLines;
    this.classNames = classNames;
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
    return reader(Kind.CLASSES);
  }

  /**
   * As {@link #classification()}, with the labels in another column.
   *
   * @param labelColumn column of the labels, from 0
   * @return a reader with comma, {@link Header#AUTO} and no skipped lines
   * @throws IllegalArgumentException if the column is negative
   */
  public static CsvReader classification(int labelColumn) {
    return reader(Kind.CLASSES, labelColumn);
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
    return reader(Kind.NUMBERS, targetColumns.clone());
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
    return reader(Kind.LABELS, labelColumns.clone());
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
    if (kind == Kind.CLASSES) {
      throw new IllegalStateException("a reader for classification has one column of labels");
    }
    if (targets.length > 0) {
      throw new IllegalStateException("the targets are the columns " + Arrays.toString(targets));
    }
    if (count < 1) {
      throw new IllegalArgumentException("count = " + count + ", allowed: 1 or more");
    }
    return new CsvReader(
        kind, targets, count, ignored, separator, header, skippedLines, classNames);
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
    return new CsvReader(
        kind, targets, lastTargets, ignored, character, header, skippedLines, classNames);
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
    return new CsvReader(
        kind, targets, lastTargets, ignored, separator, choice, skippedLines, classNames);
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
    return new CsvReader(kind, targets, lastTargets, ignored, separator, header, count, classNames);
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
    int[] copy = columns.clone();
    requireColumns(copy);
    for (int column : copy) {
      if (CsvColumns.contains(targets, column)) {
        throw new IllegalArgumentException("column " + column + " is a target");
      }
    }
    return new CsvReader(
        kind, targets, lastTargets, copy, separator, header, skippedLines, classNames);
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
    if (kind != Kind.CLASSES) {
      throw new IllegalStateException(
          "a reader for " + (kind == Kind.LABELS ? "labels" : "regression") + " has no classes");
    }
    if (names.size() < 2 || names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException(
          "class names " + names + ", allowed: two or more, all different");
    }
    return new CsvReader(
        kind, targets, lastTargets, ignored, separator, header, skippedLines, List.copyOf(names));
  }

  /**
   * Reads all of a file.
   *
   * @param file UTF-8 text, plain or packed with gzip
   * @return the records in their order; with the names of the features, and of targets that are no
   *     classes, if the file has a header
   * @throws DataFormatException if the content is not what the format and the options allow
   * @throws IOException if the file cannot be read
   */
  public Dataset read(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    try (CsvRecords records = new CsvRecords(file, separator)) {
      records.skipLines(skippedLines);
      CsvRow row = requireNext(records);
      CsvColumns columns = CsvColumns.of(row, targets, lastTargets, ignored);
      if (!isHeader(row, columns)) {
        return read(records, row, columns);
      }
      Dataset data =
          read(records, requireNext(records), columns)
              .withFeatureNames(names(row, columns.features()));
      return kind == Kind.CLASSES ? data : data.withTargetNames(names(row, columns.targets()));
    }
  }

  private static List<String> names(CsvRow header, int[] columns) {
    return Arrays.stream(columns).mapToObj(header::text).toList();
  }

  private Dataset read(CsvRecords records, CsvRow first, CsvColumns columns) throws IOException {
    FloatList x = new FloatList();
    FloatList y = new FloatList();
    ClassLabels labels = new ClassLabels(classNames);
    int rows = 0;
    for (CsvRow row = first; row != null; row = records.next()) {
      row.requireWidth(columns.width());
      requireRoom(row, x, columns.features().length);
      for (int column : columns.features()) {
        x.add(row.number(column));
      }
      if (kind == Kind.CLASSES) {
        labels.add(row, columns.targets()[0]);
      } else {
        requireRoom(row, y, columns.targets().length);
        for (int column : columns.targets()) {
          y.add(kind == Kind.LABELS ? row.zeroOrOne(column) : row.number(column));
        }
      }
      rows++;
    }
    int inputs = columns.features().length;
    if (kind != Kind.CLASSES) {
      int outputs = columns.targets().length;
      return Dataset.adopt(rows, inputs, outputs, x.toArray(), y.toArray(), List.of());
    }
    List<String> names = labels.names();
    requireClasses(first, rows, names);
    float[] oneHot = OneHot.encodeFlat(labels.toArray(), names.size());
    return Dataset.adopt(rows, inputs, names.size(), x.toArray(), oneHot, names);
  }

  private boolean isHeader(CsvRow row, CsvColumns columns) {
    return switch (header) {
      case PRESENT -> true;
      case ABSENT -> false;
      case AUTO ->
          Arrays.stream(columns.features()).mapToObj(row::text).allMatch(CsvReader::isName);
    };
  }

  private static boolean isName(String field) {
    if (field.isEmpty()
        || Character.isDigit(field.codePointAt(0))
        || SIGNS.indexOf(field.charAt(0)) >= 0) {
      return false;
    }
    try {
      Float.parseFloat(field);
      return false;
    } catch (NumberFormatException e) {
      return true;
    }
  }

  private static CsvReader reader(Kind kind, int... targets) {
    requireColumns(targets);
    return new CsvReader(kind, targets, 1, new int[0], ',', Header.AUTO, 0, List.of());
  }

  private static void requireColumns(int[] columns) {
    if (Arrays.stream(columns).anyMatch(column -> column < 0)
        || Arrays.stream(columns).distinct().count() < columns.length) {
      throw new IllegalArgumentException(
          "columns %s, allowed: 0 or more, each once".formatted(Arrays.toString(columns)));
    }
  }

  private static CsvRow requireNext(CsvRecords records) throws IOException {
    CsvRow row = records.next();
    if (row == null) {
      throw records.error("the file ends before the first row of data");
    }
    return row;
  }

  private static void requireRoom(CsvRow row, FloatList values, int more) throws IOException {
    if (values.size() > FloatList.MAX_SIZE - more) {
      throw row.error("more than " + FloatList.MAX_SIZE + " values");
    }
  }

  private static void requireClasses(CsvRow first, int rows, List<String> names)
      throws IOException {
    if (names.size() < 2) {
      throw first.error(
          "only one class %s in %d rows; classNames tells the others"
              .formatted(CsvRow.quote(names.get(0)), rows));
    }
    if ((long) rows * names.size() > FloatList.MAX_SIZE) {
      throw first.error(
          "%d classes in %d rows: is this a column of labels?".formatted(names.size(), rows));
    }
  }
}
