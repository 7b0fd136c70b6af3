package dev.nn.data;

import java.nio.file.Path;
import java.util.List;

/** One record of a CSV file, with the place it came from. */
record CsvRow(Path file, int line, List<String> fields) {

  private static final int QUOTED_LENGTH = 40;

  /** The field without the blanks around it. */
  String text(int column) {
    return fields.get(column).strip();
  }

  /** The field as a finite decimal number, rounded to float. */
  float number(int column) throws DataFormatException {
    try {
      return Decimal.parse(text(column));
    } catch (IllegalArgumentException e) {
      throw error(column, e.getMessage());
    }
  }

  /** The field as 0 or 1. */
  float zeroOrOne(int column) throws DataFormatException {
    float value = number(column);
    if (value != 0 && value != 1) {
      throw error(column, quote(text(column)) + ", allowed: 0 or 1 for each label");
    }
    return value == 0 ? 0 : 1; // a negative zero is one of them
  }

  void requireWidth(int width) throws DataFormatException {
    if (fields.size() == 1 && fields.get(0).isBlank()) {
      throw error("empty line, expected " + width + " columns");
    }
    if (fields.size() != width) {
      throw error(fields.size() + " columns, expected " + width + " as in the first record");
    }
  }

  DataFormatException error(String problem) {
    return new DataFormatException(file, "line " + line, problem);
  }

  DataFormatException error(int column, String problem) {
    return new DataFormatException(
        file, "line %d, column %d of %d".formatted(line, column + 1, fields.size()), problem);
  }

  /** What a message may repeat of a file: the beginning, without control characters. */
  static String quote(String text) {
    String head = text.length() > QUOTED_LENGTH ? text.substring(0, QUOTED_LENGTH) + "..." : text;
    return "'" + head.replaceAll("\\p{Cntrl}", "?") + "'";
  }
}
