package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvRecordsTest {

  @TempDir private Path directory;

  private List<CsvRow> rows(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("a.csv"), text);
    List<CsvRow> rows = new ArrayList<>();
    try (CsvRecords records = new CsvRecords(file, DataFiles.openPlain(file), ',')) {
      for (CsvRow row = records.next(); row != null; row = records.next()) {
        rows.add(row);
      }
    }
    return rows;
  }

  private List<List<String>> fields(String text) throws IOException {
    return rows(text).stream().map(CsvRow::fields).toList();
  }

  static Stream<Arguments> records() {
    return Stream.of(
        records(""),
        records("a", List.of("a")),
        records("a,b\nc,d", List.of("a", "b"), List.of("c", "d")),
        records("a,b\nc,d\n", List.of("a", "b"), List.of("c", "d")),
        records("a,b\r\nc,d\r\n", List.of("a", "b"), List.of("c", "d")),
        records("a,b\rc,d\r", List.of("a", "b"), List.of("c", "d")),
        records("a\n\nb", List.of("a"), List.of(""), List.of("b")),
        records("a\r\r\nb", List.of("a"), List.of(""), List.of("b")),
        records("\n", List.of("")),
        records(",", List.of("", "")),
        records("a,\n,b", List.of("a", ""), List.of("", "b")),
        records("\"a\",\"b\"", List.of("a", "b")),
        records("\"a,b\",c", List.of("a,b", "c")),
        records("\"a\"\"b\",\"\"\"\"", List.of("a\"b", "\"")),
        records("\"\",\"\"\n", List.of("", "")),
        records("\"a\nb\",c\nd,e", List.of("a\nb", "c"), List.of("d", "e")),
        records("\"a\r\nb\"", List.of("a\nb")),
        records("#a,b", List.of("#a", "b")),
        records(" a , b ", List.of(" a ", " b ")),
        records("\ufeffa,b", List.of("a", "b")),
        records("\ufeff"),
        records("\ufeff\"a\"", List.of("a")),
        records("a,\ufeffb", List.of("a", "\ufeffb")),
        records("\u00fc,\u4e2d,\ud83d\ude00", List.of("\u00fc", "\u4e2d", "\ud83d\ude00")));
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  private static Arguments records(String text, List<String>... expected) {
    return Arguments.of(text, List.of(expected));
  }

  @ParameterizedTest
  @MethodSource("records")
  void cutsTextIntoFields(String text, List<List<String>> expected) throws IOException {
    assertEquals(expected, fields(text));
  }

  @Test
  void recordsKnowTheLineTheyBeginOn() throws IOException {
    assertEquals(
        List.of(1, 2, 5, 6), rows("a\n\"b\n\r\nc\"\rd\r\ne").stream().map(CsvRow::line).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void nothingDependsOnWhereTheBufferEnds(int shift) throws IOException {
    // the buffer holds 2^14 characters: its end meets every place of the line "b","c""d" CR LF
    String first = "x".repeat((1 << 14) - 8 + shift);
    for (int more = 0; more < 12; more++) {
      String start = first + "y".repeat(more);
      assertEquals(
          List.of(List.of(start), List.of("b", "c\"d"), List.of("e")),
          fields(start + "\r\n\"b\",\"c\"\"d\"\r\ne"));
    }
  }

  static Stream<Arguments> badRecords() {
    return Stream.of(
        Arguments.of("a,b\"c", "line 1, column 2: a quote inside a field"),
        Arguments.of("a\n \"b\"", "line 2, column 1: a quote inside a field"),
        Arguments.of("a,\"b\"c", "line 1, column 2: text after the closing quote"),
        Arguments.of("a\n\"b\" ,c", "line 2, column 1: text after the closing quote"),
        Arguments.of("a\nb,\"c\n\nd", "line 2, column 2: a quoted field without its closing"),
        Arguments.of("\"", "line 1, column 1: a quoted field without its closing"),
        Arguments.of("\"a\"\"", "line 1, column 1: a quoted field without its closing"));
  }

  @ParameterizedTest
  @MethodSource("badRecords")
  void refusesMisplacedQuotes(String text, String expected) {
    String message = assertThrows(DataFormatException.class, () -> rows(text)).getMessage();

    assertTrue(message.startsWith(directory.resolve("a.csv") + ": " + expected), message);
  }

  @Test
  void refusesWhatIsNotUtf8() throws IOException {
    Path file = directory.resolve("latin1.csv");
    Files.write(file, "a\n\u00fc".getBytes(StandardCharsets.ISO_8859_1));

    try (CsvRecords records = new CsvRecords(file, DataFiles.openPlain(file), ',')) {
      String message = assertThrows(DataFormatException.class, records::next).getMessage();
      assertTrue(message.contains("this is not UTF-8"), message);
    }
  }

  @Test
  void skipsLinesWhateverTheyContain() throws IOException {
    Path file = Files.writeString(directory.resolve("b.csv"), "\"\r\n,,\n1,2");

    try (CsvRecords records = new CsvRecords(file, DataFiles.openPlain(file), ',')) {
      records.skipLines(2);
      CsvRow row = records.next();
      assertEquals(List.of("1", "2"), row.fields());
      assertEquals(3, row.line());
    }
    try (CsvRecords records = new CsvRecords(file, DataFiles.openPlain(file), ',')) {
      records.skipLines(4);
      assertNull(records.next());
    }
  }
}
