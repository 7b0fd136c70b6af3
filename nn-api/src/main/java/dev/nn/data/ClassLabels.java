package dev.nn.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Turns the labels of a file, which are texts, into the numbers of classes. */
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

  /** Takes the label in a field. */
  void add(CsvRow row, int column) throws DataFormatException {
    try {
      add(row.text(column));
    } catch (IllegalArgumentException e) {
      throw row.error(column, e.getMessage());
    }
  }

  /** Takes a label; says what is wrong with it, but not where, by the exception. */
  void add(String label) {
    if (label.isEmpty()) {
      throw new IllegalArgumentException("empty field, expected a label");
    }
    Integer code = codes.get(label);
    if (code == null) {
      if (!given.isEmpty()) {
        throw new IllegalArgumentException("label " + CsvRow.quote(label) + ", allowed: " + given);
      }
      code = found.size();
      found.add(label);
      codes.put(label, code);
    }
    labels.add(code);
  }

  /** The classes in their order: as given, else as {@link #ordered} says. */
  List<String> names() {
    return given.isEmpty() ? ordered(found) : given;
  }

  /** Integers by value, if all are integers; else texts by character. */
  static List<String> ordered(Collection<String> texts) {
    Comparator<String> order =
        texts.stream().allMatch(ClassLabels::isInteger)
            ? Comparator.comparingLong(Long::parseLong)
            : Comparator.naturalOrder();
    return texts.stream().sorted(order).toList();
  }

  /** What is wrong with the classes of so many rows; null if nothing is. */
  String problem(int rows) {
    List<String> names = names();
    if (names.size() < 2) {
      return "only one class %s in %d rows; classNames tells the others"
          .formatted(CsvRow.quote(names.get(0)), rows);
    }
    if ((long) rows * names.size() > FloatList.MAX_SIZE) {
      return "%d classes in %d rows: is this a column of labels?".formatted(names.size(), rows);
    }
    return null;
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

  static boolean isInteger(String label) {
    return INTEGER.matcher(label).matches();
  }
}
