package dev.nn.data;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A column that an option speaks of: by its position from 0 or, with a name, by its header. */
record CsvColumn(int position, String name) {

  static List<CsvColumn> at(int[] positions) {
    if (Arrays.stream(positions).anyMatch(position -> position < 0)
        || Arrays.stream(positions).distinct().count() < positions.length) {
      throw new IllegalArgumentException(
          "columns %s, allowed: 0 or more, each once".formatted(Arrays.toString(positions)));
    }
    return Arrays.stream(positions).mapToObj(position -> new CsvColumn(position, null)).toList();
  }

  static List<CsvColumn> named(String argument, String first, String... more) {
    Objects.requireNonNull(first, argument);
    Objects.requireNonNull(more, "more");
    List<String> names = Stream.concat(Stream.of(first), Arrays.stream(more)).toList();
    Shapes.requireNonNulls("more", Arrays.asList(more));
    if (names.stream().distinct().count() < names.size()) {
      throw new IllegalArgumentException("columns " + names + ", allowed: each once");
    }
    return names.stream().map(name -> new CsvColumn(-1, name)).toList();
  }

  boolean isNamed() {
    return name != null;
  }

  /** Its position in files whose first record, a header if columns have names, is this one. */
  int in(CsvRow first, String role) throws DataFormatException {
    int width = first.fields().size();
    if (!isNamed()) {
      if (position >= width) {
        throw first.error(
            "%d columns, but %s column %d (from 0) was asked for".formatted(width, role, position));
      }
      return position;
    }
    int[] found = IntStream.range(0, width).filter(c -> first.text(c).equals(name)).toArray();
    if (found.length != 1) {
      throw first.error(
          "%d columns are named %s, expected one for the %s column"
              .formatted(found.length, CsvRow.quote(name), role));
    }
    return found[0];
  }

  @Override
  public String toString() {
    return isNamed() ? CsvRow.quote(name) : Integer.toString(position);
  }
}
