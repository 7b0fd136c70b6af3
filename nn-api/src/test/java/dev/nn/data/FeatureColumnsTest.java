package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.data.FeatureColumns.Categorical;
import dev.nn.data.FeatureColumns.Numeric;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Columns of features that are learned from one file, and encode others. */
class FeatureColumnsTest {

  private static final Path FILE = Path.of("a.csv");

  private static final CsvReader CARS =
      CsvReader.classification("kind").categorical("colour", "doors").imputeMeans("", "NA");

  private static final String TRAIN =
      """
      size,colour,kind,doors,age
      1,red,b,10,
      ,blue,a,9,4
      4,red,b,9,NA
      """;

  private static CsvReader fit(CsvReader reader, String text) throws IOException {
    return reader.fit(FILE, stream(text));
  }

  private static Dataset read(CsvReader reader, String text) throws IOException {
    return reader.read(FILE, stream(text));
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String refusal(CsvReader reader, String text) {
    String message =
        assertThrows(DataFormatException.class, () -> read(fitted(reader, text), text))
            .getMessage();
    assertTrue(message.startsWith("a.csv: "), message);
    return message.substring("a.csv: ".length());
  }

  private static CsvReader fitted(CsvReader reader, String text) throws IOException {
    try {
      reader.columns();
      return reader;
    } catch (IllegalStateException e) {
      return fit(reader, text);
    }
  }

  @Test
  void columnsAreLearnedFromTheTrainingFile() throws IOException {
    FeatureColumns columns = fit(CARS, TRAIN).columns();

    assertEquals(
        List.of(
            new Numeric("size", OptionalDouble.of(2.5)),
            new Categorical("colour", List.of("blue", "red"), false),
            new Categorical("doors", List.of("9", "10"), false),
            new Numeric("age", OptionalDouble.of(4))),
        columns.columns());
    assertEquals(List.of("", "NA"), columns.missing());
    assertEquals(6, columns.inputs());
    assertEquals("FeatureColumns[4 columns, 6 inputs]", columns.toString());
  }

  @Test
  void theTrainingFileIsEncodedByThem() throws IOException {
    Dataset data = read(fit(CARS, TRAIN), TRAIN);

    assertEquals(
        List.of("size", "colour=blue", "colour=red", "doors=9", "doors=10", "age"),
        data.featureNames());
    assertArrayEquals(new float[] {1, 0, 1, 0, 1, 4}, data.features(0));
    assertArrayEquals(new float[] {2.5f, 1, 0, 1, 0, 4}, data.features(1));
    assertArrayEquals(new float[] {4, 0, 1, 1, 0, 4}, data.features(2));
    assertEquals(List.of("a", "b"), data.classNames());
    assertEquals(1, data.label(0));
  }

  /** Nothing is learned from a test file: neither means nor categories nor classes. */
  @Test
  void otherFilesAreEncodedAsTheTrainingFile() throws IOException {
    CsvReader fitted = fit(CARS, TRAIN);

    Dataset test = read(fitted, "size,colour,kind,doors,age\n100,blue,b,9,\nNA,blue,b,9,1\n");

    assertArrayEquals(new float[] {100, 1, 0, 1, 0, 4}, test.features(0));
    assertArrayEquals(new float[] {2.5f, 1, 0, 1, 0, 1}, test.features(1));
    assertEquals(List.of("a", "b"), test.classNames());
    assertEquals(1, test.label(0));
    assertEquals(
        "line 2, column 3 of 5: label 'c', allowed: [a, b]",
        refusal(fitted, "size,colour,kind,doors,age\n1,blue,c,9,1\n"));
  }

  @Test
  void singleRowsAreEncodedAsTheTrainingFile() throws IOException {
    FeatureColumns columns = fit(CARS, TRAIN).columns();

    assertArrayEquals(
        new float[] {2.5f, 1, 0, 0, 1, 7}, columns.encode(List.of(" NA ", "blue", " 10", "7")));
  }

  @Test
  void columnsKeptElsewhereAreTheSame() throws IOException {
    FeatureColumns columns = fit(CARS, TRAIN).columns();
    FeatureColumns kept = FeatureColumns.of(columns.columns(), columns.missing());
    CsvReader other = CsvReader.classification("kind").columns(kept).classNames(List.of("a", "b"));

    assertEquals(columns, kept);
    assertEquals(columns.hashCode(), kept.hashCode());
    assertArrayEquals(read(fit(CARS, TRAIN), TRAIN).features(1), read(other, TRAIN).features(1));
    assertEquals(kept, other.columns());
    assertNotEquals(columns, FeatureColumns.of(columns.columns(), List.of("")));
  }

  @Test
  void readingWithoutFittingTakesTheFileItself() throws IOException {
    Path file = Files.createTempFile("cars", ".csv");
    try {
      Files.writeString(file, TRAIN);
      Dataset data = CARS.read(file);
      assertArrayEquals(new float[] {2.5f, 1, 0, 1, 0, 4}, data.features(1));
      assertArrayEquals(data.features(1), CARS.fit(file).read(file).features(1));
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void columnsWithoutAHeaderHaveNoNames() throws IOException {
    CsvReader reader = CsvReader.regression().categorical(1);
    CsvReader fitted = fit(reader, "1,x,5\n2,y,6\n");

    assertEquals(new Categorical("", List.of("x", "y"), false), fitted.columns().columns().get(1));
    assertEquals(List.of(), fitted.columns().featureNames());
    assertEquals(List.of(), read(fitted, "1,x,5\n").featureNames());
    // the header is told by the columns of numbers alone
    assertEquals(1, read(fitted, "a,x,c\n3,y,7\n").rows());
    assertEquals(2, read(fitted, "0,x,4\n3,y,7\n").rows());
  }

  @Test
  void ofCategoriesAloneAHeaderCannotBeTold() throws IOException {
    CsvReader reader = CsvReader.regression().categorical(0);

    assertEquals(
        "line 1: all features are categories: is this a header? header(...) tells",
        refusal(reader, "a,1\nb,2\n"));
    assertEquals(2, fit(reader.header(CsvReader.Header.ABSENT), "a,1\nb,2\n").columns().inputs());
    assertEquals(1, fit(reader.header(CsvReader.Header.PRESENT), "a,1\nb,2\n").columns().inputs());
  }

  @Test
  void unknownCategoriesAreRefusedOrZeros() throws IOException {
    CsvReader strict = fit(CsvReader.regression().categorical(0), "a,1,1\nb,2,2\n");
    CsvReader lenient =
        fit(CsvReader.regression().categorical(0).unknownAsZeros(), "a,1,1\nb,2,2\n,3,3\n");

    assertEquals(
        "line 1, column 1 of 3: category 'c', allowed: [a, b]", refusal(strict, "c,1,1\n"));
    assertEquals("line 1, column 1 of 3: the category is missing", refusal(strict, ",1,1\n"));
    assertEquals(
        "line 3, column 1 of 3: the category is missing",
        refusal(CsvReader.regression().categorical(0), "a,1,1\nb,1,1\n,1,1\n"));
    Dataset data = read(lenient, "c,1,1\n,1,1\nb,1,1\n");
    assertArrayEquals(new float[] {0, 0, 1}, data.features(0));
    assertArrayEquals(new float[] {0, 0, 1}, data.features(1));
    assertArrayEquals(new float[] {0, 1, 1}, data.features(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2;,3 | line 2, column 1 of 2: empty field, expected a number",
        "1,2;NA,3 | line 2, column 1 of 2: 'NA' is not a decimal number",
        "1,2;3, | line 2, column 2 of 2: empty field, expected a number",
      })
  void missingNumbersAreRefusedUnlessAskedFor(String text, String expected) {
    CsvReader reader = CsvReader.regression();
    assertEquals(expected, refusal(reader, text.replace(';', '\n')));
    String message =
        assertThrows(DataFormatException.class, () -> read(reader, text.replace(';', '\n')))
            .getMessage();
    assertEquals("a.csv: " + expected, message);
  }

  @Test
  void targetsAreNeverImputed() {
    assertEquals(
        "line 2, column 2 of 2: empty field, expected a number",
        refusal(CsvReader.regression().imputeMeans(), "1,2\n3,\n"));
    assertEquals(
        "line 2, column 2 of 2: empty field, expected a label",
        refusal(CsvReader.classification().imputeMeans(), "1,2\n3,\n"));
    assertEquals(
        "line 2, column 1 of 2: 'NA' is not a decimal number",
        refusal(CsvReader.regression().imputeMeans(), "1,2\nNA,3\n"));
  }

  @Test
  void aColumnWithoutValuesHasNoMean() {
    assertEquals(
        "line 1, column 1 of 3: all values are missing: there is no mean",
        refusal(CsvReader.regression().imputeMeans(), ",1,1\n,2,2\n"));
    assertEquals(
        "line 1, column 1 of 3: all values are missing: there are no categories",
        refusal(CsvReader.regression().categorical(0).unknownAsZeros(), ",1,1\n,2,2\n"));
  }

  @Test
  void refusesColumnsOfTooManyCategories() {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row <= 10_000; row++) {
      text.append('c').append(row).append(",1,1\n");
    }
    assertEquals(
        "line 10001, column 1 of 3: more than 10000 categories: is this a column of categories?",
        refusal(CsvReader.regression().categorical(0), text.toString()));
  }

  @Test
  void refusesFilesOfOtherColumns() throws IOException {
    CsvReader fitted = fit(CsvReader.regression(), "a,b,y\n1,2,3\n");

    assertEquals(
        "line 1, column 2 of 3: feature 'c', expected 'b' as in the fitted columns",
        refusal(fitted, "a,c,y\n1,2,3\n"));
    assertEquals(
        "line 1: 3 features, expected 2 as in the fitted columns",
        refusal(fitted, "a,b,c,y\n1,2,3,4\n"));
    assertEquals(1, read(fitted, "1,2,3\n").rows());
    assertEquals(
        "line 1: categorical column 1 (from 0) is no feature",
        refusal(CsvReader.regression().categorical(1), "1,2\n"));
  }

  @Test
  void whatIsFittedStaysSo() throws IOException {
    CsvReader fitted = fit(CARS, TRAIN);

    for (Executable call :
        List.<Executable>of(
            () -> fitted.categorical(0),
            () -> fitted.categorical("a"),
            fitted::unknownAsZeros,
            fitted::imputeMeans,
            () -> fitted.fit(FILE))) {
      assertEquals(
          "the columns are fitted", assertThrows(IllegalStateException.class, call).getMessage());
    }
    assertThrows(IllegalStateException.class, CARS::columns);
    assertEquals(List.of("a", "b"), read(fitted.columns(fitted.columns()), TRAIN).classNames());
  }

  @Test
  void fieldsOfARowAreRefusedWithTheirPlace() throws IOException {
    FeatureColumns columns = fit(CARS, TRAIN).columns();
    List<String> categories = IntStream.range(0, 25).mapToObj(c -> "c" + c).toList();
    FeatureColumns many =
        FeatureColumns.of(List.of(new Categorical("", categories, false)), List.of());

    assertEquals("3 fields, expected 4", refusal(() -> columns.encode(List.of("", "", ""))));
    assertEquals(
        "field 1 (colour): category 'pink', allowed: [blue, red]",
        refusal(() -> columns.encode(List.of("1", "pink", "9", "1"))));
    assertEquals(
        "field 3 (age): 'x' is not a decimal number",
        refusal(() -> columns.encode(List.of("1", "red", "9", "x"))));
    String message = refusal(() -> many.encode(List.of("d")));
    assertTrue(
        message.startsWith("field 0: category 'd', allowed: [c0, ")
            && message.endsWith("c19] and 5 more"),
        message);
    assertEquals(
        "fields[1]",
        assertThrows(NullPointerException.class, () -> columns.encode(Arrays.asList("1", null)))
            .getMessage());
  }

  private static String refusal(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }

  @Test
  void refusesColumnsThatEncodeNothing() {
    assertEquals(
        "0 columns, allowed: 1 or more", refusal(() -> FeatureColumns.of(List.of(), List.of())));
    assertEquals(
        "mean = 1.0E39, allowed: finite as a float",
        refusal(() -> new Numeric("a", OptionalDouble.of(1e39))));
    for (List<String> categories :
        List.of(List.<String>of(), List.of("a", "a"), List.of(" a"), many(10_001))) {
      assertTrue(
          refusal(() -> new Categorical("a", categories, false)).contains("allowed: 1 to 10000"));
    }
    assertEquals(10_000, new Categorical("a", many(10_000), false).inputs());
    assertEquals(
        "missing = [ ], allowed: texts without blanks around them",
        refusal(
            () ->
                FeatureColumns.of(
                    List.of(new Numeric("a", OptionalDouble.empty())), List.of(" "))));
    assertEquals(
        "categories [a, NA]: one of them stands for a missing value, as all of [NA]",
        refusal(
            () ->
                FeatureColumns.of(
                    List.of(new Categorical("a", List.of("a", "NA"), false)), List.of("NA"))));
  }

  private static List<String> many(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  @Test
  void columnsAreIndependentOfTheListsTheyCameFrom() {
    List<String> categories = new ArrayList<>(List.of("a", "b"));
    Categorical column = new Categorical("x", categories, true);
    List<FeatureColumns.Column> columns = new ArrayList<>(List.of(column));
    FeatureColumns fitted = FeatureColumns.of(columns, List.of());
    categories.clear();
    columns.clear();

    assertArrayEquals(new float[] {0, 1}, fitted.encode(List.of("b")));
    assertThrows(UnsupportedOperationException.class, () -> fitted.columns().clear());
  }
}
