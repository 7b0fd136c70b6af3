package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibsvmReaderTest {

  private static final Path FILE = Path.of("a.svm");

  @TempDir private Path directory;

  private static Dataset read(LibsvmReader reader, String text) throws IOException {
    return reader.read(FILE, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static String refusal(LibsvmReader reader, String text) {
    return assertThrows(DataFormatException.class, () -> read(reader, text)).getMessage();
  }

  @Test
  void rowsAreSparse() throws IOException {
    Dataset data = read(LibsvmReader.classification(), "+1 1:0.5 3:-2e1\n-1 2:1 \n+1\n");

    assertEquals("Dataset[3 rows, 3 inputs, 2 outputs, 2 classes]", data.toString());
    assertArrayEquals(new float[] {0.5f, 0, -20}, data.features(0));
    assertArrayEquals(new float[] {0, 1, 0}, data.features(1));
    assertArrayEquals(new float[] {0, 0, 0}, data.features(2));
    assertEquals(List.of("-1", "1"), data.classNames());
    assertArrayEquals(new float[] {0, 1}, data.targets(2));
  }

  @Test
  void labelsAreWholeNumbersHoweverTheyAreWritten() throws IOException {
    Dataset data =
        read(LibsvmReader.classification(), "10 1:1\n+2 1:1\n2.0 1:1\n1e1 1:1\n-0 1:1\n");

    assertEquals(List.of("0", "2", "10"), data.classNames());
    assertArrayEquals(new int[] {1, 2, 2}, data.classCounts());
    assertEquals(2, data.label(3));
    assertEquals(
        List.of("9007199254740991", "9007199254740992"),
        read(LibsvmReader.classification(), "9007199254740991 1:1\n9007199254740992 1:1\n")
            .classNames());
  }

  @Test
  void regressionTakesAnyNumber() throws IOException {
    Dataset data = read(LibsvmReader.regression(), "-1.5 1:2\n3e2 2:1\n");

    assertFalse(data.isClassification());
    assertEquals(-1.5f, data.target(0, 0));
    assertEquals(300, data.target(1, 0));
  }

  @Test
  void commentsAndEmptyLinesArePassedOver() throws IOException {
    Dataset data =
        read(
            LibsvmReader.regression(),
            "\ufeff# made by \u00e4\n\n1 1:2#x\r\n \t\r\n2\t2:3 # 1 : # \n  3  1:1\r4 1:7");

    assertEquals(4, data.rows());
    assertEquals(2, data.feature(0, 0));
    assertEquals(3, data.feature(1, 1));
    assertEquals(7, data.feature(3, 0));
  }

  @Test
  void indicesMayCountFromZero() throws IOException {
    Dataset data = read(LibsvmReader.regression().zeroBased(), "1 0:5 2:6\n");

    assertArrayEquals(new float[] {5, 0, 6}, data.features(0));
    assertEquals(
        "a.svm: line 1, character 3: index '0', allowed: 1 to 2147483646"
            + " (zeroBased() reads indices from 0)",
        refusal(LibsvmReader.regression(), "1 0:5\n"));
  }

  @Test
  void inputsAndClassesMayBeGiven() throws IOException {
    LibsvmReader reader =
        LibsvmReader.classification().inputs(4).classNames(List.of("2", "1", "3"));

    Dataset data = read(reader, "1 2:1\n1 4:1\n");

    assertEquals("Dataset[2 rows, 4 inputs, 3 outputs, 3 classes]", data.toString());
    assertEquals(1, data.label(0));
    assertEquals(
        "a.svm: line 2, character 7: index 5, allowed: 1 to 4",
        refusal(reader, "1 1:1\n1 1:1 5:1\n"));
    assertEquals(
        "a.svm: line 1, character 3: index 4, allowed: 0 to 3",
        refusal(reader.zeroBased(), "1 4:1\n"));
    assertEquals(
        "a.svm: line 1, character 1: label '4', allowed: [2, 1, 3]", refusal(reader, "4 1:1\n"));
    assertEquals(4, read(LibsvmReader.regression().inputs(4), "1\n").inputs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1 1 | line 1, character 3: '1', expected index:value",
        "1 a:1 | line 1, character 3: index 'a', allowed: 1 to 2147483646",
        "1 -1:1 | line 1, character 3: index '-1', allowed: 1 to 2147483646",
        "1 :1 | line 1, character 3: index '', allowed: 1 to 2147483646",
        "1 1.0:1 | line 1, character 3: index '1.0', allowed: 1 to 2147483646",
        "1 2147483647:1 | line 1, character 3: index '2147483647', allowed: 1 to 2147483646",
        "1 99999999999:1 | line 1, character 3: index '99999999999', allowed: 1 to 2147483646",
        "1 2:1 1:1 | line 1, character 7: index 1 after 2, expected ascending ones",
        "1 2:1 2:1 | line 1, character 7: index 2 after 2, expected ascending ones",
        "1 1: | line 1, character 3: empty field, expected a number",
        "1 1:x | line 1, character 3: 'x' is not a decimal number",
        "1 1:NaN | line 1, character 3: 'NaN' is not a decimal number",
        "1 1:1:2 | line 1, character 3: '1:2' is not a decimal number",
        "1 1: 2 | line 1, character 3: empty field, expected a number",
        "1 1:1e39 | line 1, character 3: '1e39' is beyond the largest float, 3.4e38",
        "1 qid:3 1:1 | line 1, character 3: a query number, which is for learning to rank",
        "1,2 1:1 | line 1, character 1: label '1,2', allowed: one label for each row",
        "1:1 | line 1, character 1: '1:1' is not a decimal number",
        "x 1:1 | line 1, character 1: 'x' is not a decimal number",
        "0.5 1:1 | line 1, character 1: label '0.5', allowed: whole numbers up to 2^53",
        "1e30 1:1 | line 1, character 1: label '1e30', allowed: whole numbers up to 2^53",
      })
  void refusesEveryOtherLine(String line, String expected) {
    assertEquals("a.svm: " + expected, refusal(LibsvmReader.classification(), line));
  }

  @Test
  void refusesFilesThatMakeNoTable() {
    LibsvmReader reader = LibsvmReader.classification();
    assertEquals(
        "a.svm: line 2: the file ends before the first row of data", refusal(reader, "# x\n"));
    assertEquals("a.svm: line 3: no feature in 2 rows", refusal(reader, "1\n2\n"));
    assertEquals(
        "a.svm: line 3: only one class '1' in 2 rows; classNames tells the others",
        refusal(reader, "1 1:1\n1 1:1\n"));
    assertEquals(
        "a.svm: line 3: 2 rows of 2147483646 features, allowed: at most 2147483639 values",
        refusal(reader, "1 2147483646:1\n2 1:1\n"));
  }

  /** A slip in an index must not cost gigabytes. */
  @Test
  void refusesTablesWithNextToNothingInThem() throws IOException {
    LibsvmReader reader = LibsvmReader.regression();
    assertEquals(1 << 20, read(reader, "1 1048576:1\n").inputs());
    String text = "1 1048577:1\n";
    assertEquals(
        "a.svm: line 2: 1 values in 1 rows of 1048577 features: inputs(1048577) reads them if this"
            + " is right",
        refusal(reader, text));
    assertEquals(1048577, read(reader.inputs(1048577), text).inputs());
  }

  @Test
  void refusesWhatIsNotUtf8() {
    byte[] latin = "1 1:1 # \u00e4\n".getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(
        "a.svm: line 1 or later: this is not UTF-8",
        assertThrows(
                DataFormatException.class,
                () -> LibsvmReader.regression().read(FILE, new ByteArrayInputStream(latin)))
            .getMessage());
  }

  @Test
  void packedFilesAreToldByTheirContent() throws IOException {
    Path file = directory.resolve("a.svm");
    Files.write(file, Gzip.pack("1 1:2\n".getBytes(StandardCharsets.UTF_8)));

    assertEquals(2, LibsvmReader.regression().read(file).feature(0, 0));
  }

  @Test
  void refusesBadOptions() {
    LibsvmReader reader = LibsvmReader.classification();
    assertThrows(IllegalArgumentException.class, () -> reader.inputs(0));
    for (List<String> names :
        List.of(List.of("1"), List.of("1", "1"), List.of("1", "+2"), List.of("a", "b"))) {
      assertThrows(IllegalArgumentException.class, () -> reader.classNames(names));
    }
    assertThrows(
        IllegalStateException.class, () -> LibsvmReader.regression().classNames(List.of("1", "2")));
    assertEquals(
        "names[1]",
        assertThrows(NullPointerException.class, () -> reader.classNames(Arrays.asList("1", null)))
            .getMessage());
    assertEquals(
        "file", assertThrows(NullPointerException.class, () -> reader.read(null)).getMessage());
  }

  @Test
  void missingFilesAreNotBadFiles() {
    LibsvmReader reader = LibsvmReader.regression();
    assertThrows(NoSuchFileException.class, () -> reader.read(directory.resolve("nowhere")));
    assertThrows(FileSystemException.class, () -> reader.read(directory));
  }
}
