package dev.nn.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Turns the label column of a CSV file into the numbers of classes. */
final class ClassLabels {

  private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,17}");

  private final List<String> given;
  private final List<String> found = new ArrayList<>();
  private final Map<String, Integer> codes = new HashMap<>();
  private final IntStream.Builder labels = IntStream.builder();

  /**
   * Labels are the given names, or, if no name is an integer, their positions; without names,
   * whatever is found.
   */
  ClassLabels(List<String> given) {
    this.given = given;
    boolean positions = given.stream().noneMatch(ClassLabels::isInteger);
    for (int c = 0; c < given.size(); c++) {
      codes.put(given.get(c), c);
      if (positions) {
        codes.put(Integer.toString(c), c);
      }
    }
  }

  void add(CsvRow row, int column) throws DataFormatException {
    String label = row.text(column);
    if (label.isEmpty()) {
      throw row.error(column, "empty field, expected a label");
    }
    Integer code = codes.get(label);
    if (code == null) {
      if (!given.isEmpty()) {
        throw row.error(column, "label " + CsvRow.quote(label) + ", allowed: " + given);
      }
      code = found.size();
      found.add(label);
      codes.put(label, code);
    }
    labels.add(code);
  }

  /** The classes in their order: as given, else integers by value, else texts by character. */
  List<String> names() {
    if (!given.isEmpty()) {
      return given;
    }
    Comparator<String> order =
        found.stream().allMatch(ClassLabels::isInteger)
            ? Comparator.comparingLong(Long::parseLong)
            : Comparator.naturalOrder();
    return found.stream().sorted(order).toList();
  }

  /** One position in {@link #names()} for each row added. To be called once, at the end. */
  int[] toArray() {
    int[] positions = labels.build().toArray();
    if (given.isEmpty()) {
      List<String> names = names();
      int[] rank = new int[names.size()];
      for (int position = 0; position < rank.length; position++) {
        rank[codes.get(names.get(position))] = position;
      }
      for (int row = 0; row < positions.length; row++) {
        positions[row] = rank[positions[row]];
      }
    }
    return positions;
  }

  private static boolean isInteger(String label) {
    return INTEGER.matcher(label).matches();
  }
}
