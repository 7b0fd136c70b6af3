package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReaderTest {

  @TempDir private Path directory;

  private Dataset read(CsvReader reader, String text) throws IOException {
    return reader.read(Files.writeString(directory.resolve("a.csv"), text));
  }

  private String refusal(CsvReader reader, String text) {
    String message = assertThrows(DataFormatException.class, () -> read(reader, text)).getMessage();
    String file = directory.resolve("a.csv") + ": ";
    assertTrue(message.startsWith(file), message);
    return message.substring(file.length());
  }

  private static List<Integer> labels(Dataset data) {
    return IntStream.range(0, data.rows()).map(data::label).boxed().toList();
  }

  @Test
  void lastColumnIsTheLabel() throws IOException {
    Dataset data = read(CsvReader.classification(), "1,2.5,0\n-3e2,+.5,1\n");

    assertEquals("Dataset[2 rows, 2 inputs, 2 outputs, 2 classes]", data.toString());
    assertArrayEquals(new float[] {1, 2.5f}, data.features(0));
    assertArrayEquals(new float[] {-300, 0.5f}, data.features(1));
    assertArrayEquals(new float[] {0, 1}, data.targets(1));
    assertEquals(List.of(), data.featureNames());
  }

  @Test
  void anotherColumnIsTheLabel() throws IOException {
    Dataset data = read(CsvReader.classification(1), "1,no,2\n3,yes,4\n");

    assertArrayEquals(new float[] {3, 4}, data.features(1));
    assertEquals(List.of("no", "yes"), data.classNames());
    assertEquals(List.of(0, 1), labels(data));
  }

  @Test
  void regressionTakesNumbersAsTargets() throws IOException {
    String text = "1,2,3\n4,5,6\n";

    Dataset last = read(CsvReader.regression(), text);
    assertFalse(last.isClassification());
    assertArrayEquals(new float[] {4, 5}, last.features(1));
    assertArrayEquals(new float[] {6}, last.targets(1));

    Dataset two = read(CsvReader.regression(2, 0), text);
    assertArrayEquals(new float[] {5}, two.features(1));
    assertArrayEquals(new float[] {6, 4}, two.targets(1));
  }

  @Test
  void theLastColumnsCanBeTargets() throws IOException {
    String text = "a,b,c,d\n1,2,3,4\n5,6,7,8\n";

    Dataset data = read(CsvReader.regression().lastTargets(2), text);
    assertArrayEquals(new float[] {1, 2}, data.features(0));
    assertArrayEquals(new float[] {7, 8}, data.targets(1));
    assertEquals(List.of("a", "b"), data.featureNames());
    assertEquals(List.of("c", "d"), data.targetNames());

    assertEquals(
        "line 1: 4 columns, but the last 5 were asked for as targets",
        refusal(CsvReader.regression().lastTargets(5), text));
    assertEquals(
        "line 1: 4 columns, none left for features: is the separator right?",
        refusal(CsvReader.regression().lastTargets(4), text));
    assertEquals(
        "line 1: target column 2 (from 0) is ignored as well",
        refusal(CsvReader.regression().ignoreColumns(2).lastTargets(2), text));
  }

  @Test
  void aHeaderNamesTargetsThatAreNumbersInTheirOrder() throws IOException {
    String text = "a,b,c\n1,2,3\n4,5,6\n";

    assertEquals(List.of("c", "a"), read(CsvReader.regression(2, 0), text).targetNames());
    assertEquals(List.of(), read(CsvReader.classification(), text).targetNames());
    assertEquals(List.of(), read(CsvReader.regression(), "1,2\n").targetNames());
  }

  @Test
  void labelsAreZerosAndOnes() throws IOException {
    String text = "width,cat,dog\n1.5,0,1\n2.5,1.0,-0.0\n";

    Dataset data = read(CsvReader.multiLabel().lastTargets(2), text);
    assertArrayEquals(new float[] {1.5f}, data.features(0));
    assertArrayEquals(new float[] {0, 1}, data.targets(0));
    assertArrayEquals(new float[] {1, 0}, data.targets(1));
    assertEquals(List.of("cat", "dog"), data.targetNames());
    assertFalse(data.isClassification());

    Dataset named = read(CsvReader.multiLabel(1), "1,1,3\n4,0,6\n");
    assertArrayEquals(new float[] {4, 6}, named.features(1));
    assertArrayEquals(new float[] {0}, named.targets(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "-1", "0.5", "1e-30"})
  void aLabelThatIsNeitherZeroNorOneIsRefused(String label) {
    assertEquals(
        "line 2, column 3 of 3: '" + label + "', allowed: 0 or 1 for each label",
        refusal(CsvReader.multiLabel(1, 2), "5,0,1\n5,1," + label + "\n"));
  }

  static Stream<Arguments> labels() {
    return Stream.of(
        // integers in order of value: 0 .. n-1 keep their numbers
        Arguments.of("2 0 1 2", List.of("0", "1", "2"), List.of(2, 0, 1, 2)),
        Arguments.of("10 9 1", List.of("1", "9", "10"), List.of(2, 1, 0)),
        Arguments.of("1 -1", List.of("-1", "1"), List.of(1, 0)),
        // texts in order of characters, wherever they first occur
        Arguments.of("b a c a", List.of("a", "b", "c"), List.of(1, 0, 2, 0)),
        Arguments.of("c a b a", List.of("a", "b", "c"), List.of(2, 0, 1, 0)),
        Arguments.of("10 9 x", List.of("10", "9", "x"), List.of(0, 1, 2)),
        Arguments.of("1.5 01", List.of("01", "1.5"), List.of(1, 0)),
        Arguments.of("NaN B", List.of("B", "NaN"), List.of(1, 0)));
  }

  @ParameterizedTest
  @MethodSource("labels")
  void classesAreTheLabelsInOrder(String column, List<String> names, List<Integer> expected)
      throws IOException {
    Dataset data = read(CsvReader.classification(), "1," + column.replace(" ", "\n1,"));

    assertEquals(names, data.classNames());
    assertEquals(expected, labels(data));
  }

  @Test
  void givenClassesMayBeMissingInTheFile() throws IOException {
    CsvReader reader = CsvReader.classification().classNames(List.of("red", "green", "blue"));

    assertEquals(List.of(2, 2), labels(read(reader, "1,blue\n2,blue\n")));
    assertEquals(List.of(2, 0), labels(read(reader, "1,2\n2,0\n")));
    assertEquals(List.of("red", "green", "blue"), read(reader, "1,0\n").classNames());
    assertEquals(
        "line 2, column 2 of 2: label 'grey', allowed: [red, green, blue]",
        refusal(reader, "1,red\n2,grey\n"));
    assertEquals(
        "line 1, column 2 of 2: label '3', allowed: [red, green, blue]", refusal(reader, "1,3"));
  }

  @Test
  void givenIntegerClassesAreNoPositions() throws IOException {
    CsvReader reader = CsvReader.classification().classNames(List.of("1", "2"));

    assertEquals(List.of(0, 1), labels(read(reader, "5,1\n5,2\n")));
    assertEquals("line 1, column 2 of 2: label '0', allowed: [1, 2]", refusal(reader, "5,0\n"));
  }

  @Test
  void headerNamesTheFeatures() throws IOException {
    String text = "length,width,kind\n1,2,0\n3,4,1\n";

    for (CsvReader.Header header : List.of(CsvReader.Header.AUTO, CsvReader.Header.PRESENT)) {
      Dataset data = read(CsvReader.classification().header(header), text);
      assertEquals(List.of("length", "width"), data.featureNames());
      assertEquals(2, data.rows());
    }
    assertEquals(
        "line 1, column 1 of 3: 'length' is not a decimal number",
        refusal(CsvReader.classification().header(CsvReader.Header.ABSENT), text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          1,b,0   | line 1, column 2 of 3: 'b' is not a decimal number
          a,2,0   | line 1, column 1 of 3: 'a' is not a decimal number
          a,,0    | line 1, column 1 of 3: 'a' is not a decimal number
          NaN,b,0 | line 1, column 1 of 3: 'NaN' is not a decimal number
          b,Infinity,0 | line 1, column 1 of 3: 'b' is not a decimal number
          """)
  void aFirstRecordThatIsPartlyNumbersIsDataWithAnError(String first, String expected) {
    assertEquals(expected, refusal(CsvReader.classification(), first + "\n1,2,1\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1e", "3a", "1,5", "1_000", "-x", "+", "--1", ".", ".x", "-", "\u0661", "NaN", "0x"
      })
  void aFirstRecordOfMalformedNumbersIsNotDropped(String field) {
    String quoted = "\"" + field + "\"";
    String text = quoted + "," + quoted + ",0\n1,2,1\n";

    assertEquals(
        "line 1, column 1 of 3: '" + field + "' is not a decimal number",
        refusal(CsvReader.classification(), text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"e5", "x1", "_", "#id", "(cm)", "\u00e4", "a-b", "\ud83d\ude00"})
  void namesBeginWithNeitherDigitNorSignNorDot(String name) throws IOException {
    Dataset data = read(CsvReader.classification(), name + ",b,0\n1,2,0\n1,2,1\n");

    assertEquals(List.of(name, "b"), data.featureNames());
    assertEquals(2, data.rows());
  }

  @Test
  void aLabelThatIsATextMakesNoHeader() throws IOException {
    assertEquals(2, read(CsvReader.classification(), "1,2,yes\n1,2,no\n").rows());
  }

  @Test
  void presentHeaderMayConsistOfNumbers() throws IOException {
    Dataset data =
        read(CsvReader.regression().header(CsvReader.Header.PRESENT), "2020,2021\n1,2\n");

    assertEquals(1, data.rows());
    assertEquals(List.of("2020"), data.featureNames());
  }

  @Test
  void optionsCombine() throws IOException {
    CsvReader reader =
        CsvReader.regression(3)
            .separator(';')
            .skipLines(2)
            .ignoreColumns(0)
            .header(CsvReader.Header.PRESENT);

    Dataset data = read(reader, "made by hand\n\"\nid;a;b;y\nx1;1;2;3\nx2;4;5;6\n");

    assertEquals(List.of("a", "b"), data.featureNames());
    assertArrayEquals(new float[] {4, 5}, data.features(1));
    assertArrayEquals(new float[] {6}, data.targets(1));
  }

  @Test
  void optionsLeaveTheReaderAsItWas() throws IOException {
    CsvReader reader = CsvReader.regression();
    reader.separator(';').skipLines(1).header(CsvReader.Header.PRESENT).ignoreColumns(0);

    assertEquals(2, read(reader, "1,2\n3,4\n").rows());
  }

  @Test
  void readersAreIndependentOfTheArraysTheyCameFrom() throws IOException {
    int[] targets = {0};
    int[] ignored = {1};
    CsvReader reader = CsvReader.regression(targets).ignoreColumns(ignored);
    targets[0] = 2;
    ignored[0] = 2;

    Dataset data = read(reader, "1,2,3\n");

    assertEquals(1, data.target(0, 0));
    assertArrayEquals(new float[] {3}, data.features(0));
  }

  @ParameterizedTest
  @ValueSource(strings = {";", "\t", " ", "|", "\u00a7"})
  void separatorsAreAnyCharacter(String separator) throws IOException {
    CsvReader reader = CsvReader.regression().separator(separator.charAt(0));

    Dataset data = read(reader, "1,5\n2,6\n".replace(",", separator));

    assertEquals(6, data.target(1, 0));
  }

  @Test
  void blanksAroundFieldsAndQuotesDoNotCount() throws IOException {
    Dataset data = read(CsvReader.classification(), " 1 ,\"2\",\" a\"\n3\t,4, b \n");

    assertArrayEquals(new float[] {1, 2}, data.features(0));
    assertEquals(List.of("a", "b"), data.classNames());
  }

  @Test
  void quotedLabelsMayContainAnything() throws IOException {
    Dataset data = read(CsvReader.classification(), "1,\"a,\"\"b\"\"\"\n2,\"c\nd\"\n3,#e\n");

    assertEquals(List.of("#e", "a,\"b\"", "c\nd"), data.classNames());
  }

  @Test
  void packedFilesAreToldByTheirContentNotByTheirName() throws IOException {
    byte[] text = "1,2\n3,4\n".getBytes(StandardCharsets.UTF_8);
    Path packed = Files.write(directory.resolve("packed.csv"), Gzip.pack(text));
    Path plain = Files.write(directory.resolve("plain.csv.gz"), text);

    assertEquals(4, CsvReader.regression().read(packed).target(1, 0));
    assertEquals(4, CsvReader.regression().read(plain).target(1, 0));
  }

  @Test
  void refusesEveryTruncationOfAPackedFile() throws IOException {
    byte[] packed = Gzip.pack("1,2\n3,4\n".getBytes(StandardCharsets.UTF_8));
    Path file = directory.resolve("cut.csv.gz");
    for (int length = 2; length < packed.length; length++) {
      Files.write(file, Arrays.copyOf(packed, length));
      String message =
          assertThrows(DataFormatException.class, () -> CsvReader.regression().read(file))
              .getMessage();
      assertTrue(message.contains("damaged gzip data"), message);
    }
  }

  static Stream<Arguments> badTexts() {
    return Stream.of(
        bad("", "line 1: the file ends before the first row of data"),
        bad("a,b\n", "line 2: the file ends before the first row of data"),
        bad("1,2\n3\n", "line 2: 1 columns, expected 2 as in the first record"),
        bad("1,2\n3,4,5\n", "line 2: 3 columns, expected 2 as in the first record"),
        bad("1,2\n3,4,\n", "line 2: 3 columns, expected 2 as in the first record"),
        bad("a,b\n1,2,3\n", "line 2: 3 columns, expected 2 as in the first record"),
        bad("1,2\n\n3,4\n", "line 2: empty line, expected 2 columns"),
        bad("1,2\n3,4\n\n", "line 3: empty line, expected 2 columns"),
        bad("\n1,2\n", "line 1: 1 columns, none left for features: is the separator right?"),
        bad("1;2\n3;4\n", "line 1: 1 columns, none left for features: is the separator right?"),
        bad("1,2\n,4\n", "line 2, column 1 of 2: empty field, expected a number"),
        bad("1,2\n3,\n", "line 2, column 2 of 2: empty field, expected a number"),
        bad("1,2\n\" \",4\n", "line 2, column 1 of 2: empty field, expected a number"),
        bad("# a\n1,2\n", "line 1: 1 columns, none left for features: is the separator right?"),
        bad("1,2\n#3,4\n", "line 2, column 1 of 2: '#3' is not a decimal number"),
        bad("1,2\n1e39,4\n", "line 2, column 1 of 2: '1e39' is beyond the largest float, 3.4e38"),
        bad("1,2\n3,-1e99\n", "line 2, column 2 of 2: '-1e99' is beyond the largest float, 3.4e38"),
        bad("1,2\n3,\"4\n", "line 2, column 2: a quoted field without its closing quote"),
        bad(
            "1,2\n3,4\"\n",
            "line 2, column 2: a quote inside a field that does not begin with one"),
        bad("1,2\n\"a\n\",3\n", "line 2, column 1 of 2: 'a' is not a decimal number"),
        bad("1,2\n\"a\u0007\nb\",3\n", "line 2, column 1 of 2: 'a??b' is not a decimal number"),
        bad(
            "1,2\n" + "z".repeat(1000) + ",3\n",
            "line 2, column 1 of 2: '" + "z".repeat(40) + "...' is not a decimal number"));
  }

  private static Arguments bad(String text, String expected) {
    return Arguments.of(text, expected);
  }

  @ParameterizedTest
  @MethodSource("badTexts")
  void refusesBadTextWithItsPlace(String text, String expected) {
    assertEquals(expected, refusal(CsvReader.regression(), text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NaN", "nan", "Infinity", "-Infinity", "inf", "1f", "1d", "0x1p3", "1,5", "1_000", "--1",
        "1e", "e5", ".", "+", "1.2.3", "1 2", "\u0661", "?", "NA", "null", "true"
      })
  void refusesWhatIsNotADecimalNumber(String field) {
    assertEquals(
        "line 2, column 1 of 2: '" + field + "' is not a decimal number",
        refusal(CsvReader.regression(), "1,2\n\"" + field + "\",3\n"));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-0, -0.0",
    "007, 7",
    "+1.50, 1.5",
    "1., 1",
    ".5, 0.5",
    "1E-3, 1e-3",
    "1e-99, 0",
    "3.4028235e38, 3.4028235e38",
    "16777217, 16777216",
    "0.1, 0.1"
  })
  void roundsDecimalNumbersToFloat(String field, float expected) throws IOException {
    assertEquals(expected, read(CsvReader.regression(), field + ",1\n").feature(0, 0));
  }

  @Test
  void refusesFilesWithoutClasses() {
    assertEquals(
        "line 1: only one class '7' in 2 rows; classNames tells the others",
        refusal(CsvReader.classification(), "1,7\n2,7\n"));
    assertEquals(
        "line 2, column 2 of 2: empty field, expected a label",
        refusal(CsvReader.classification(), "1,7\n2, \n"));
  }

  @Test
  void refusesMoreClassesThanATableHolds() {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < 46341; row++) {
      text.append("1,").append(row).append('\n');
    }

    assertEquals(
        "line 1: 46341 classes in 46341 rows: is this a column of labels?",
        refusal(CsvReader.classification(), text.toString()));
  }

  @Test
  void refusesColumnsThatTheFileDoesNotHave() {
    String text = "1,2\n3,4\n";

    assertEquals(
        "line 1: 2 columns, but target column 2 (from 0) was asked for",
        refusal(CsvReader.regression(2), text));
    assertEquals(
        "line 1: 2 columns, but ignored column 5 (from 0) was asked for",
        refusal(CsvReader.regression().ignoreColumns(5), text));
    assertEquals(
        "line 1: target column 1 (from 0) is ignored as well",
        refusal(CsvReader.regression().ignoreColumns(1), text));
    assertEquals(
        "line 1: 2 columns, none left for features: is the separator right?",
        refusal(CsvReader.regression(0, 1), text));
  }

  @Test
  void refusesBadOptions() {
    CsvReader reader = CsvReader.classification(1);

    for (char separator : new char[] {'"', '\n', '\r'}) {
      assertThrows(IllegalArgumentException.class, () -> reader.separator(separator));
    }
    assertThrows(IllegalArgumentException.class, () -> reader.skipLines(-1));
    assertThrows(IllegalArgumentException.class, () -> reader.ignoreColumns(-1));
    assertThrows(IllegalArgumentException.class, () -> reader.ignoreColumns(2, 2));
    assertThrows(IllegalArgumentException.class, () -> reader.ignoreColumns(1));
    assertThrows(IllegalArgumentException.class, () -> reader.classNames(List.of("a")));
    assertThrows(IllegalArgumentException.class, () -> reader.classNames(List.of("a", "a")));
    assertThrows(IllegalArgumentException.class, () -> CsvReader.classification(-1));
    assertThrows(IllegalArgumentException.class, () -> CsvReader.regression(0, 0));
    assertThrows(
        IllegalStateException.class, () -> CsvReader.regression().classNames(List.of("a", "b")));
    assertThrows(
        IllegalStateException.class, () -> CsvReader.multiLabel().classNames(List.of("a", "b")));
    assertThrows(IllegalArgumentException.class, () -> CsvReader.regression().lastTargets(0));
    assertThrows(IllegalStateException.class, () -> CsvReader.regression(1).lastTargets(1));
    assertThrows(IllegalStateException.class, () -> CsvReader.classification().lastTargets(1));
  }

  @Test
  void namesTheTargetThatIsIgnored() throws IOException {
    // only the last column, known from the file alone, can be both
    assertEquals(
        "line 1: target column 2 (from 0) is ignored as well",
        refusal(CsvReader.regression().ignoreColumns(0, 2), "1,2,3\n"));
    assertEquals(
        "line 1: target column 2 (from 0) is ignored as well",
        refusal(CsvReader.regression("a", "c").ignoreColumns(2), "a,b,c\n1,2,3\n"));
  }

  @Test
  void columnsAreFoundByTheirNames() throws IOException {
    String text = "id, size ,\"kind\",2020\n7,1.5,b,4\n8,2.5,a,5\n";

    Dataset classes = read(CsvReader.classification("kind").ignoreColumns("id"), text);
    assertEquals(List.of("size", "2020"), classes.featureNames());
    assertEquals(List.of("a", "b"), classes.classNames());
    assertArrayEquals(new float[] {2.5f, 5}, classes.features(1));
    Dataset numbers = read(CsvReader.regression("2020", "id").ignoreColumns("kind"), text);
    assertArrayEquals(new float[] {4, 7}, numbers.targets(0));
    assertEquals(List.of("2020", "id"), numbers.targetNames());
    Dataset labels = read(CsvReader.multiLabel("b"), "a,b,c\n1,0,3\n1,1,3\n");
    assertArrayEquals(new float[] {1}, labels.targets(1));
    // a name asks for a header, even where the first record would be data
    assertEquals(1, read(CsvReader.regression("2"), "1,2\n3,4\n").rows());
  }

  @Test
  void refusesNamesThatTheHeaderDoesNotHaveOnce() {
    assertEquals(
        "line 1: 0 columns are named 'kind', expected one for the target column",
        refusal(CsvReader.classification("kind"), "a,b\n1,2\n"));
    assertEquals(
        "line 1: 2 columns are named 'b', expected one for the ignored column",
        refusal(CsvReader.regression().ignoreColumns("b"), "a,b,b,c\n1,2,3,4\n"));
    assertEquals(
        "line 1: 0 columns are named 'x', expected one for the categorical column",
        refusal(CsvReader.regression().categorical("x"), "a,b\n1,2\n"));
    assertThrows(IllegalArgumentException.class, () -> CsvReader.regression("a", "a"));
    assertThrows(
        IllegalArgumentException.class, () -> CsvReader.regression("a").ignoreColumns("b", "a"));
    assertEquals("labelColumn", nullRefusal(() -> CsvReader.classification((String) null)));
    assertEquals("first", nullRefusal(() -> CsvReader.regression((String) null)));
    assertEquals("more[0]", nullRefusal(() -> CsvReader.regression("a", (String) null)));
  }

  @Test
  void featuresAloneNeedNoTargets() throws IOException {
    CsvReader classes = CsvReader.classification();
    float[][] expected = {{1, 2}, {3, 4}};
    for (String text :
        List.of("1,2\n3,4\n", "a,b\n1,2\n3,4\n", "1,2,x\n3,4,x\n", "a,b,c\n1,2,x\n3,4,\n")) {
      Path file = Files.writeString(directory.resolve("a.csv"), text);
      assertArrayEquals(expected, classes.readFeatures(file, 2), text);
    }
    Path one = Files.writeString(directory.resolve("a.csv"), "7\n");
    assertArrayEquals(new float[][] {{7}}, CsvReader.regression().readFeatures(one, 1));
    Path named = Files.writeString(directory.resolve("a.csv"), "t,a\nx,7\n");
    assertArrayEquals(new float[][] {{7}}, CsvReader.classification("t").readFeatures(named, 1));
    Path three = Files.writeString(directory.resolve("a.csv"), "1,2,3\n");
    assertArrayEquals(
        new float[][] {{1}}, CsvReader.regression().lastTargets(2).readFeatures(three, 1));
    String message =
        assertThrows(DataFormatException.class, () -> classes.readFeatures(three, 1)).getMessage();
    assertEquals(
        three + ": line 1: 3 columns, expected 1 features, with or without 1 targets behind them",
        message);
    assertThrows(IllegalStateException.class, () -> classes.categorical(0).readFeatures(three, 2));
  }

  @Test
  void featuresAloneAreEncodedByFittedColumns() throws IOException {
    Path train = Files.writeString(directory.resolve("train.csv"), "red,1,a\nblue,2,b\n");
    CsvReader fitted = CsvReader.classification().categorical(0).fit(train);
    Path file = Files.writeString(directory.resolve("a.csv"), "red,5\n");
    assertArrayEquals(new float[][] {{0, 1, 5}}, fitted.readFeatures(file, 2));
    assertThrows(IllegalArgumentException.class, () -> fitted.readFeatures(file, 1));
  }

  @Test
  void namesTheArgumentThatIsNull() {
    CsvReader reader = CsvReader.classification();

    assertEquals("choice", nullRefusal(() -> reader.header(null)));
    assertEquals("columns", nullRefusal(() -> reader.ignoreColumns((int[]) null)));
    assertEquals("targetColumns", nullRefusal(() -> CsvReader.regression((int[]) null)));
    assertEquals("labelColumns", nullRefusal(() -> CsvReader.multiLabel((int[]) null)));
    assertEquals("names", nullRefusal(() -> reader.classNames(null)));
    assertEquals("names[1]", nullRefusal(() -> reader.classNames(Arrays.asList("a", null))));
    assertEquals("file", nullRefusal(() -> reader.read(null)));
  }

  private static String nullRefusal(Executable call) {
    return assertThrows(NullPointerException.class, call).getMessage();
  }

  @Test
  void namesTheDirectoryThatIsNoFile() {
    String message =
        assertThrows(FileSystemException.class, () -> CsvReader.regression().read(directory))
            .getMessage();

    assertEquals(directory + ": is a directory", message);
  }

  @Test
  void missingFilesAreNotBadFiles() {
    Path nowhere = directory.resolve("nowhere.csv");

    assertThrows(NoSuchFileException.class, () -> CsvReader.regression().read(nowhere));
  }
}
