package dev.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Reads sparse rows in the format of LIBSVM and SVMlight, plain or packed with gzip; immutable:
 * each option gives a new reader.
 *
 * <pre>
 * +1 1:0.7 3:-1 120:0.25   # features that are not named are 0
 * -1 2:1
 * </pre>
 *
 * <pre>{@code
 * Dataset train = LibsvmReader.classification().read(Path.of("a9a"));
 * Dataset test = LibsvmReader.classification()
 *     .inputs(train.inputs())
 *     .classNames(train.classNames())
 *     .read(Path.of("a9a.t"));
 * }</pre>
 *
 * <p>UTF-8. Each line is a label, then the features with their indices from 1, ascending, all apart
 * by blanks or tabs. A comment begins with {@code #} and goes to the end of its line; a line
 * without anything else is passed over. The rows become a table that is not sparse.
 *
 * <p>The reader is strict: what is not so is a {@link DataFormatException} that names the file, the
 * line and the character, counted from 1. Query numbers, {@code qid:3}, are refused: they are for
 * learning to rank, where rows are no examples of their own; several labels, {@code 1,3}, too.
 */
public final class LibsvmReader {

  private final boolean classification;
  private final boolean zeroBased;
  private final int inputs; // 0: as many as are found
  private final List<String> classNames;

  private LibsvmReader(
      boolean classification, boolean zeroBased, int inputs, List<String> classNames) {
    this.classification = classification;
    this.zeroBased = zeroBased;
    this.inputs = inputs;
    this.classNames = classNames;
  }

  /**
   * One-hot targets from labels that are whole numbers, such as {@code +1}, {@code -1}, {@code 3}
   * and {@code 3.0}.
   *
   * <p>The classes are the labels found, in order of value, named "-1", "1", "3". See {@link
   * #classNames} for files that do not contain every class.
   *
   * @return a reader that takes as many inputs and classes as it finds
   */
  public static LibsvmReader classification() {
    return new LibsvmReader(true, false, 0, List.of());
  }

  /**
   * One target, the number at the beginning of the line.
   *
   * @return a reader that takes as many inputs as it finds
   */
  public static LibsvmReader regression() {
    return new LibsvmReader(false, false, 0, List.of());
  }

  /**
   * The number of features, instead of the greatest index: needed where a file does not name every
   * feature, such as the test part of a pair, and where almost all values are 0. Without it a table
   * of more than 2^20 values is refused if less than a thousandth of them is in the file, which may
   * be no more than a slip in an index.
   *
   * @param count at least 1; greater indices are refused
   * @return a reader with this option
   * @throws IllegalArgumentException if count is below 1
   */
  public LibsvmReader inputs(int count) {
    Shapes.requirePositive("count", count);
    return new LibsvmReader(classification, zeroBased, count, classNames);
  }

  /**
   * Indices from 0 instead of 1, as some programs write them.
   *
   * @return a reader with this option
   */
  public LibsvmReader zeroBased() {
    return new LibsvmReader(classification, true, inputs, classNames);
  }

  /**
   * The classes and their order, instead of those found in the file: needed where a file does not
   * contain every class, such as the test part of a pair.
   *
   * @param names two or more whole numbers, all different, without {@code +}
   * @return a reader with this option
   * @throws IllegalStateException if this reader is for regression
   * @throws IllegalArgumentException if there are fewer than two names, two are equal, or one is no
   *     whole number
   */
  public LibsvmReader classNames(List<String> names) {
    Shapes.requireNonNulls("names", names);
    if (!classification) {
      throw new IllegalStateException("a reader for regression has no classes");
    }
    if (names.size() < 2
        || names.stream().distinct().count() < names.size()
        || !names.stream().allMatch(ClassLabels::isInteger)) {
      throw new IllegalArgumentException(
          "class names " + names + ", allowed: two or more whole numbers, all different");
    }
    return new LibsvmReader(classification, zeroBased, inputs, List.copyOf(names));
  }

  /**
   * Reads all of a file.
   *
   * @param file UTF-8 text, plain or packed with gzip
   * @return the rows in their order, without names of features
   * @throws DataFormatException if the content is not what the format and the options allow
   * @throws IOException if the file cannot be read
   */
  public Dataset read(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    return read(file, DataFiles.openPlain(file));
  }

  /** Reads all of a file that has been opened, and closes it. */
  Dataset read(Path file, InputStream in) throws IOException {
    FloatList y = new FloatList();
    ClassLabels labels = new ClassLabels(classNames);
    SparseTable x = new SparseTable();
    try (LibsvmLines lines = new LibsvmLines(file, in, zeroBased ? 0 : 1)) {
      while (lines.next()) {
        if (classification) {
          lines.label(labels);
        } else {
          y.add(lines.target());
        }
        while (lines.nextFeature()) {
          if (inputs > 0 && lines.index() >= inputs) {
            throw lines.indexError(inputs);
          }
          if (x.values() == FloatList.MAX_SIZE) {
            throw lines.error("more than " + FloatList.MAX_SIZE + " values");
          }
          x.add(lines.index(), lines.value());
        }
        x.endRow();
      }
      return dataset(lines, x, y, labels);
    }
  }

  private Dataset dataset(LibsvmLines lines, SparseTable x, FloatList y, ClassLabels labels)
      throws IOException {
    int rows = x.rows();
    int width = inputs > 0 ? inputs : x.width();
    if (rows == 0) {
      throw lines.error("the file ends before the first row of data");
    }
    if (width == 0) {
      throw lines.error("no feature in " + rows + " rows");
    }
    if ((long) rows * width > FloatList.MAX_SIZE) {
      throw lines.error(
          "%d rows of %d features, allowed: at most %d values"
              .formatted(rows, width, FloatList.MAX_SIZE));
    }
    if (inputs == 0 && x.isAlmostEmpty()) {
      throw lines.error(
          "%d values in %d rows of %d features: inputs(%3$d) reads them if this is right"
              .formatted(x.values(), rows, width));
    }
    if (!classification) {
      return Dataset.adopt(rows, width, 1, x.toArray(width), y.toArray(), List.of());
    }
    List<String> names = labels.names();
    String problem = labels.problem(rows);
    if (problem != null) {
      throw lines.error(problem);
    }
    float[] oneHot = OneHot.encodeFlat(labels.toArray(), names.size());
    return Dataset.adopt(rows, width, names.size(), x.toArray(width), oneHot, names);
  }
}
