package dev.nn.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A confusion matrix as rows of text: actual classes downwards, predicted ones to the right. */
final class ConfusionTable {
  private static final int NAME_LENGTH = 24;

  private ConfusionTable() {}

  /** A heading, and one row for each class with the share of its rows that were found. */
  static List<List<String>> rows(int[][] confusion, List<String> classNames) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(heading(confusion.length));
    for (int actual = 0; actual < confusion.length; actual++) {
      List<String> row = new ArrayList<>();
      row.add(label(actual, classNames.get(actual)));
      Arrays.stream(confusion[actual]).mapToObj(String::valueOf).forEach(row::add);
      row.add(recall(confusion[actual], actual));
      rows.add(row);
    }
    return rows;
  }

  private static List<String> heading(int classes) {
    List<String> heading = new ArrayList<>();
    heading.add("actual \\ predicted");
    for (int predicted = 0; predicted < classes; predicted++) {
      heading.add(String.valueOf(predicted));
    }
    heading.add("recall");
    return heading;
  }

  private static String label(int number, String name) {
    String index = String.valueOf(number);
    if (name.equals(index)) {
      return index;
    }
    String shown = name.replaceAll("\\p{Cntrl}", "?");
    return index + " " + shown.substring(0, Math.min(shown.length(), NAME_LENGTH));
  }

  private static String recall(int[] row, int actual) {
    return String.format(Locale.ROOT, "%.4f", (double) row[actual] / Arrays.stream(row).sum());
  }
}
