package dev.nn.metrics;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Columns of text, the first aligned to the left, the others to the right. */
final class Table {
  private static final String GAP = "  ";

  private Table() {}

  /** Lines with line breaks between them. Control characters become question marks. */
  static String text(List<List<String>> rows) {
    int[] widths =
        IntStream.range(0, rows.get(0).size())
            .map(j -> rows.stream().mapToInt(row -> row.get(j).length()).max().orElse(0))
            .toArray();
    return rows.stream().map(row -> line(row, widths)).collect(Collectors.joining("\n"));
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder(row.get(0).replaceAll("\\p{Cntrl}", "?"));
    line.append(" ".repeat(widths[0] - line.length()));
    for (int j = 1; j < widths.length; j++) {
      String text = row.get(j);
      line.append(GAP).append(" ".repeat(widths[j] - text.length())).append(text);
    }
    return line.toString();
  }

  /** A line with the figures of a class or label, or of an average. */
  static List<String> score(String name, ClassScore score, String area) {
    return List.of(
        name,
        share(score.precision()),
        share(score.recall()),
        share(score.f1()),
        area,
        Integer.toString(score.support()));
  }

  /** Four decimal places. */
  static String share(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  /** Six significant digits. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.6g", value);
  }
}
