package dev.nn.bench;

import java.io.PrintWriter;
import java.util.List;

/** Columns of text, the first aligned to the left, the others to the right. */
final class TextTable {
  private static final String GAP = "  ";

  private final int[] widths;

  /** A table whose columns are as wide as the widest of these sample rows. */
  TextTable(List<List<String>> samples) {
    widths = new int[samples.get(0).size()];
    for (List<String> row : samples) {
      for (int column = 0; column < widths.length; column++) {
        widths[column] = Math.max(widths[column], row.get(column).length());
      }
    }
  }

  /** Prints all rows of a table that is known as a whole. */
  static void print(PrintWriter out, List<List<String>> rows) {
    TextTable table = new TextTable(rows);
    rows.forEach(row -> out.println(table.line(row)));
  }

  /** One row; a text wider than its column moves the others to the right. */
  String line(List<String> row) {
    StringBuilder line = new StringBuilder(row.get(0));
    line.append(" ".repeat(Math.max(0, widths[0] - line.length())));
    for (int column = 1; column < widths.length; column++) {
      String text = row.get(column);
      line.append(GAP).append(" ".repeat(Math.max(0, widths[column] - text.length()))).append(text);
    }
    return line.toString();
  }
}
