package dev.nn.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The rows of data of a CSV file, one after the other, and what its first record says of them. */
final class CsvTable implements Closeable {

  private static final String SIGNS = "+-.";

  private final CsvOptions options;
  private final CsvRecords records;
  private final CsvRow first;
  private final CsvColumns columns;
  private final boolean hasHeader;
  private CsvRow next;

  /** Opens a table at its first row; closes the stream after a failure. */
  CsvTable(Path file, InputStream in, CsvOptions options) throws IOException {
    this.options = options;
    records = new CsvRecords(file, in, options.separator);
    try {
      records.skipLines(options.skippedLines);
      first = requireNext();
      columns = CsvColumns.of(first, options);
      hasHeader = isHeader();
      next = hasHeader ? requireNext() : first;
    } catch (IOException | RuntimeException | Error e) {
      in.close();
      throw e;
    }
  }

  CsvColumns columns() {
    return columns;
  }

  /** The names of columns; none if there is no header. */
  List<String> names(int[] of) {
    return hasHeader ? Arrays.stream(of).mapToObj(first::text).toList() : List.of();
  }

  /** The next row, as wide as the first record; null at the end of the file. */
  CsvRow next() throws IOException {
    CsvRow row = next;
    if (row != null) {
      row.requireWidth(columns.width());
      next = records.next();
    }
    return row;
  }

  /** A problem with the table as a whole: the place is the first row. */
  DataFormatException error(String problem) {
    return first.error(problem);
  }

  /** A problem with a feature by the header. */
  DataFormatException error(int feature, String problem) {
    return first.error(columns.features()[feature], problem);
  }

  @Override
  public void close() throws IOException {
    records.close();
  }

  private CsvRow requireNext() throws IOException {
    CsvRow row = records.next();
    if (row == null) {
      throw records.error("the file ends before the first row of data");
    }
    return row;
  }

  private boolean isHeader() throws DataFormatException {
    if (options.header != CsvReader.Header.AUTO) {
      return options.header == CsvReader.Header.PRESENT;
    }
    if (options.hasNames()) {
      return true;
    }
    int[] features = columns.features();
    int[] numeric =
        IntStream.range(0, features.length)
            .filter(k -> !isCategorical(k))
            .map(k -> features[k])
            .toArray();
    if (numeric.length == 0) {
      throw error("all features are categories: is this a header? header(...) tells");
    }
    return Arrays.stream(numeric).mapToObj(first::text).allMatch(CsvTable::isName);
  }

  private boolean isCategorical(int feature) {
    FeatureColumns fitted = options.columns;
    return fitted == null
        ? columns.isCategorical(columns.features()[feature])
        : feature < fitted.columns().size()
            && fitted.columns().get(feature) instanceof FeatureColumns.Categorical;
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
}
