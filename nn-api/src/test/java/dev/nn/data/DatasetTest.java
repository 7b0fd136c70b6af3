package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DatasetTest {

  private static final float[][] X = {{1, 2, 3}, {4, 5, 6}, {7, 8, 9}, {10, 11, 12}};
  private static final float[][] Y = {{0.1f, 0.9f}, {0.8f, 0.2f}, {0.5f, 0.5f}, {-3, -2}};

  private final Dataset data = Dataset.of(X, Y);

  @Test
  void keepsWhatItWasGiven() {
    assertEquals(4, data.rows());
    assertEquals(3, data.inputs());
    assertEquals(2, data.outputs());
    for (int row = 0; row < 4; row++) {
      assertArrayEquals(X[row], data.features(row));
      assertArrayEquals(Y[row], data.targets(row));
    }
    assertEquals(6, data.feature(1, 2));
    assertEquals(0.2f, data.target(1, 1));
    assertEquals("Dataset[4 rows, 3 inputs, 2 outputs, 0 classes]", data.toString());
  }

  @Test
  void flatArraysAreRowMajor() {
    Dataset flat = Dataset.of(2, 3, 1, new float[] {1, 2, 3, 4, 5, 6}, new float[] {7, 8});

    assertArrayEquals(new float[] {4, 5, 6}, flat.features(1));
    assertArrayEquals(new float[] {8}, flat.targets(1));
  }

  @Test
  void labelsBecomeOneHotTargets() {
    Dataset labelled = Dataset.ofLabels(X, new int[] {2, 0, 2, 1}, 3);

    assertArrayEquals(new float[] {0, 0, 1}, labelled.targets(0));
    assertArrayEquals(new float[] {1, 0, 0}, labelled.targets(1));
    assertArrayEquals(new float[] {0, 1, 0}, labelled.targets(3));
    assertEquals(List.of("0", "1", "2"), labelled.classNames());
    assertTrue(labelled.isClassification());
    assertArrayEquals(new int[] {1, 1, 2}, labelled.classCounts());
  }

  @Test
  void labelIsTheFirstLargestTarget() {
    assertEquals(1, data.label(0));
    assertEquals(0, data.label(1));
    assertEquals(0, data.label(2));
    assertEquals(1, data.label(3));
  }

  @Test
  void labelOfOneOutputIsOneFromHalfOn() {
    float below = Math.nextDown(0.5f);
    Dataset binary = Dataset.of(4, 1, 1, new float[4], new float[] {0, below, 0.5f, 1});

    assertArrayEquals(new int[] {0, 0, 1, 1}, labels(binary));
  }

  @Test
  void isIndependentOfTheArraysItCameFromAndGivesAway() {
    float[] x = {1, 2};
    float[] y = {3, 4};
    Dataset flat = Dataset.of(2, 1, 1, x, y);
    x[0] = Float.NaN;
    y[0] = Float.NaN;
    flat.features(0)[0] = 99;
    flat.targets(0)[0] = 99;

    assertEquals(1, flat.feature(0, 0));
    assertEquals(3, flat.target(0, 0));

    float[] other = {5, 6};
    Dataset replaced = flat.withFeatures(other);
    other[0] = 99;
    assertEquals(5, replaced.feature(0, 0));
    assertEquals(1, flat.feature(0, 0));
    assertEquals(3, replaced.target(0, 0));
  }

  @Test
  void namesFollowTheRows() {
    Dataset named =
        data.withTargetNames(List.of("s", "t"))
            .withFeatureNames(List.of("a", "b", "c"))
            .withClassNames(List.of("no", "yes"));

    for (Dataset derived :
        List.of(
            named,
            named.select(new int[] {0}),
            named.head(2),
            named.withFeatures(new float[12]),
            named.split(0.5, 1).train(),
            named.stratifiedSplit(0.5, 1).test())) {
      assertEquals(List.of("a", "b", "c"), derived.featureNames());
      assertEquals(List.of("no", "yes"), derived.classNames());
      assertEquals(List.of("s", "t"), derived.targetNames());
    }
    assertFalse(data.isClassification());
    assertEquals(List.of(), data.featureNames());
    assertEquals(List.of(), data.targetNames());
  }

  /** Whatever is made of a row, its weight is that of the row it came from. */
  @Test
  void weightsFollowTheRows() {
    float[] given = {0.5f, 2, 0, 7};
    Dataset weighted = data.withWeights(given);
    given[0] = 99;
    float[] weights = {0.5f, 2, 0, 7};
    Dataset named = weighted.withFeatureNames(List.of("a", "b", "c"));
    Dataset classes = named.withClassNames(List.of("no", "yes"));
    Split split = classes.split(0.5, 1);
    Split stratified = classes.stratifiedSplit(0.5, 1);
    FeatureScaler scaler = FeatureScaler.of(new double[3], new double[] {1, 1, 1});
    List<Dataset> all =
        new ArrayList<>(
            List.of(
                weighted,
                named,
                classes,
                weighted.withTargetNames(List.of("first", "second")),
                weighted.head(2),
                weighted.select(new int[] {3, 1, 3, 0, 2}),
                weighted.withFeatures(new float[] {1, 0, 0, 4, 0, 0, 7, 0, 0, 10, 0, 0}),
                scaler.apply(weighted),
                split.train(),
                split.test(),
                stratified.train(),
                stratified.test()));
    for (Split fold : classes.folds(4, 1)) {
      all.add(fold.train());
      all.add(fold.test());
    }
    for (Split fold :
        data.withClassNames(List.of("no", "yes")).withWeights(weights).stratifiedFolds(2, 1)) {
      all.add(fold.train());
      all.add(fold.test());
    }
    for (Dataset derived : all) {
      for (int row = 0; row < derived.rows(); row++) {
        int from = (int) (derived.feature(row, 0) - 1) / 3;
        assertEquals(weights[from], derived.weight(row));
      }
    }
    RowSource view = scaler.view(weighted);
    RowSource plainView = scaler.view(data);
    for (int row = 0; row < 4; row++) {
      assertEquals(weights[row], view.weight(row));
      assertEquals(1, plainView.weight(row));
      assertEquals(1, data.weight(row));
    }
    for (RowSource source : List.of(data, weighted, view)) {
      assertThrows(IndexOutOfBoundsException.class, () -> source.weight(4));
      assertThrows(IndexOutOfBoundsException.class, () -> source.weight(-1));
    }
  }

  @Test
  void weightsAreFiniteAndNotNegativeAndNotAllZero() {
    for (float bad : new float[] {-1, -Float.MIN_VALUE, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertRefused(
          () -> data.withWeights(new float[] {1, 1, bad, 1}), "row 2", "" + bad, "0 or more");
    }
    assertRefused(() -> data.withWeights(new float[3]), "3 weights", "4 rows");
    assertRefused(() -> data.withWeights(new float[4]), "all 4 rows are 0");
    Dataset rare = data.withWeights(new float[] {0, 0, Float.MIN_VALUE, Float.MAX_VALUE});
    assertEquals(Float.MIN_VALUE, rare.weight(2));
    assertEquals(0, rare.head(2).weight(1), "a part may have no weight");
    assertEquals(1, rare.withWeights(new float[] {1, 1, 1, 1}).weight(0));
  }

  private static void assertRefused(Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }

  @Test
  void oneOutputTakesTwoClassNames() {
    Dataset binary = Dataset.of(3, 1, 1, new float[3], new float[] {0, 1, 1});

    assertArrayEquals(
        new int[] {1, 2}, binary.withClassNames(List.of("benign", "malignant")).classCounts());
  }

  @Test
  void selectsRowsInTheGivenOrder() {
    Dataset selected = data.select(new int[] {3, 0, 3});

    assertEquals(3, selected.rows());
    assertArrayEquals(X[3], selected.features(0));
    assertArrayEquals(X[0], selected.features(1));
    assertArrayEquals(Y[3], selected.targets(2));
  }

  @Test
  void headIsTheFirstRows() {
    Dataset head = data.head(2);

    assertEquals(2, head.rows());
    assertArrayEquals(X[1], head.features(1));
    assertEquals(4, data.head(4).rows());
  }

  @Test
  void copiesRowsIntoPaddedBuffersAndNowhereElse() {
    float[] x = filled(12, -1);
    float[] y = filled(9, -1);

    data.copyRows(new int[] {9, 2, 0, 9}, 1, 2, x, 1, 5, y, 2, 4);

    assertArrayEquals(new float[] {-1, 7, 8, 9, -1, -1, 1, 2, 3, -1, -1, -1}, x);
    assertArrayEquals(new float[] {-1, -1, 0.5f, 0.5f, -1, -1, 0.1f, 0.9f, -1}, y);
  }

  @Test
  void copiesNeighbouringRows() {
    float[] x = filled(9, -1);
    float[] y = filled(5, -1);

    data.copyRows(1, 2, x, 0, 4, y, 1, 2);

    assertArrayEquals(new float[] {4, 5, 6, -1, 7, 8, 9, -1, -1}, x);
    assertArrayEquals(new float[] {-1, 0.8f, 0.2f, 0.5f, 0.5f}, y);
  }

  @Test
  void copiesUpToTheLastElement() {
    float[] x = new float[3];
    float[] y = new float[2];

    data.copyRows(new int[] {3}, 0, 1, x, 0, 3, y, 0, 2);
    assertArrayEquals(X[3], x);
    data.copyRows(4, 0, x, 3, 3, y, 2, 2);
    assertArrayEquals(X[3], x);
  }

  @Test
  void copiesTargetsAlone() {
    float[] y = filled(4, -1);

    data.copyTargets(2, y, 1);

    assertArrayEquals(new float[] {-1, 0.5f, 0.5f, -1}, y);
  }

  @Test
  void copyingAllocatesNothing() throws Throwable {
    int[] order = {3, 1, 2, 0};
    float[] x = new float[12];
    float[] y = new float[8];
    Executable copies =
        () -> {
          for (int i = 0; i < 1000; i++) {
            data.copyRows(order, 0, 4, x, 0, 3, y, 0, 2);
            data.copyRows(0, 4, x, 0, 3, y, 0, 2);
            data.copyTargets(i % 4, y, 1);
          }
        };
    Allocations.of(copies); // loads the classes

    // a single object in each copy would be 16 kB or more
    assertTrue(Allocations.of(copies) < 4096, "allocated");
  }

  static Stream<Arguments> badCopies() {
    int[] order = {0, 1, 2, 3};
    return Stream.of(
        copy("from + count beyond order", order, 3, 2, 12, 0, 3, 8, 0, 2),
        copy("negative from", order, -1, 1, 12, 0, 3, 8, 0, 2),
        copy("negative count", order, 0, -1, 12, 0, 3, 8, 0, 2),
        copy("row beyond the data", new int[] {0, 4}, 0, 2, 12, 0, 3, 8, 0, 2),
        copy("negative row", new int[] {0, -1}, 0, 2, 12, 0, 3, 8, 0, 2),
        copy("x too short by one", order, 0, 4, 11, 0, 3, 8, 0, 2),
        copy("y too short by one", order, 0, 4, 12, 0, 3, 7, 0, 2),
        copy("x offset too large", order, 0, 4, 12, 1, 3, 8, 0, 2),
        copy("negative x offset", order, 0, 1, 12, -1, 3, 8, 0, 2),
        copy("negative y offset", order, 0, 1, 12, 0, 3, 8, -1, 2),
        copy("x stride beyond int", order, 0, 4, 12, 0, 1 << 30, 8, 0, 2),
        copy("x stride below inputs", order, 0, 1, 12, 0, 2, 8, 0, 2),
        copy("y stride below outputs", order, 0, 1, 12, 0, 3, 8, 0, 1));
  }

  private static Arguments copy(String name, int[] order, int... numbers) {
    return Arguments.of(name, order, numbers);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badCopies")
  void refusesBadCopiesBeforeWriting(String name, int[] order, int[] n) {
    float[] x = filled(n[2], -1);
    float[] y = filled(n[5], -1);

    RuntimeException refusal =
        assertThrows(
            RuntimeException.class,
            () -> data.copyRows(order, n[0], n[1], x, n[3], n[4], y, n[6], n[7]));

    assertEquals(
        name.contains("stride below")
            ? IllegalArgumentException.class
            : IndexOutOfBoundsException.class,
        refusal.getClass());
    assertArrayEquals(filled(n[2], -1), x);
    assertArrayEquals(filled(n[5], -1), y);
  }

  @Test
  void refusesNeighbouringRowsOutsideTheData() {
    float[] x = new float[30];
    float[] y = new float[30];

    for (int[] range : new int[][] {{-1, 1}, {4, 1}, {3, 2}, {0, -1}, {1, Integer.MAX_VALUE}}) {
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> data.copyRows(range[0], range[1], x, 0, 3, y, 0, 2),
          Arrays.toString(range));
    }
  }

  static Stream<Arguments> badData() {
    float nan = Float.NaN;
    float inf = Float.POSITIVE_INFINITY;
    float[][] one = {{1}, {2}};
    return Stream.of(
        bad("0 rows", () -> Dataset.of(new float[0][], new float[0][])),
        bad("0 rows", () -> Dataset.ofLabels(new float[0][], new int[0], 2)),
        bad("inputs = 0", () -> Dataset.of(new float[1][0], new float[1][1])),
        bad("outputs = 0", () -> Dataset.of(new float[1][1], new float[1][0])),
        bad("inputs = 0", () -> Dataset.ofLabels(new float[1][0], new int[1], 2)),
        bad("rows = 0", () -> Dataset.of(0, 1, 1, new float[0], new float[0])),
        bad("rows = -1", () -> Dataset.of(-1, -1, 1, new float[1], new float[0])),
        bad("2 rows of features, but 1 target rows", () -> Dataset.of(one, new float[1][1])),
        bad("2 rows of features, but 3 labels", () -> Dataset.ofLabels(one, new int[3], 2)),
        bad(
            "row 1 has 3 features, row 0 has 2: all rows need the same number",
            () -> Dataset.of(new float[][] {{1, 2}, {1, 2, 3}}, one)),
        bad(
            "row 1 has 0 targets, row 0 has 1: all rows need the same number",
            () -> Dataset.of(one, new float[][] {{1}, {}})),
        bad(
            "row 1, feature 0: NaN is not a finite number",
            () -> Dataset.of(new float[][] {{1, 2}, {nan, 2}}, one)),
        bad(
            "row 0, feature 1: Infinity is not a finite number",
            () -> Dataset.ofLabels(new float[][] {{1, inf}, {1, 2}}, new int[2], 2)),
        bad(
            "row 1, target 0: -Infinity is not a finite number",
            () -> Dataset.of(one, new float[][] {{1}, {-inf}})),
        bad(
            "x has 5 values, expected 2 rows x 3 features = 6",
            () -> Dataset.of(2, 3, 1, new float[5], new float[2])),
        bad(
            "y has 3 values, expected 2 rows x 1 targets = 2",
            () -> Dataset.of(2, 3, 1, new float[6], new float[3])),
        bad(
            "65536 rows x 65536 features = 4294967296 values, allowed: at most 2147483647",
            () -> Dataset.of(65536, 65536, 1, new float[0], new float[65536])),
        bad("row 1: label 3, allowed: 0 to 2", () -> Dataset.ofLabels(one, new int[] {0, 3}, 3)),
        bad("row 0: label -1, allowed: 0 to 2", () -> Dataset.ofLabels(one, new int[] {-1, 0}, 3)),
        bad("classes = 1, allowed: 2 or more", () -> Dataset.ofLabels(one, new int[2], 1)),
        bad(
            "2 labels x 2147483647 classes",
            () -> Dataset.ofLabels(one, new int[2], Integer.MAX_VALUE)));
  }

  static Stream<Arguments> badDerivations() {
    Dataset data = Dataset.of(X, Y);
    return Stream.of(
        bad("0 rows", () -> data.select(new int[0])),
        bad("count = 0, allowed: 1 to 4", () -> data.head(0)),
        bad("count = 5, allowed: 1 to 4", () -> data.head(5)),
        bad("1 class names, expected 2", () -> data.withClassNames(List.of("a"))),
        bad("all must be different", () -> data.withClassNames(List.of("a", "a"))),
        bad("2 feature names, expected 3", () -> data.withFeatureNames(List.of("a", "b"))),
        bad("1 target names, expected 2", () -> data.withTargetNames(List.of("a"))),
        bad("features has 11 values, expected", () -> data.withFeatures(new float[11])),
        bad("row 0, feature 0: NaN", () -> data.withFeatures(filled(12, Float.NaN))));
  }

  private static Arguments bad(String message, Executable call) {
    return Arguments.of(message, call);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"badData", "badDerivations"})
  void refusesBadDataWithItsPlace(String message, Executable call) {
    IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, call);

    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }

  @Test
  void refusesRowsAndColumnsThatAreNotThere() {
    for (int row : new int[] {-1, 4, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertThrows(IndexOutOfBoundsException.class, () -> data.features(row));
      assertThrows(IndexOutOfBoundsException.class, () -> data.targets(row));
      assertThrows(IndexOutOfBoundsException.class, () -> data.label(row));
      assertThrows(IndexOutOfBoundsException.class, () -> data.feature(row, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> data.target(row, 0));
      assertThrows(IndexOutOfBoundsException.class, () -> data.select(new int[] {row}));
    }
    assertThrows(IndexOutOfBoundsException.class, () -> data.feature(0, 3));
    assertThrows(IndexOutOfBoundsException.class, () -> data.feature(1, -1));
    assertThrows(IndexOutOfBoundsException.class, () -> data.target(0, 2));
  }

  static Stream<Arguments> badPlaces() {
    Dataset data = Dataset.of(X, Y);
    int[] order = {0, 1};
    float[] x = new float[12];
    float[] y = new float[8];
    return Stream.of(
        bad("row = -1, allowed: 0 to 3", () -> data.features(-1)),
        bad("row = 4, allowed: 0 to 3", () -> data.targets(4)),
        bad("row = 4, allowed: 0 to 3", () -> data.label(4)),
        bad("row = -1, allowed: 0 to 3", () -> data.feature(-1, 0)),
        bad("input = 3, allowed: 0 to 2", () -> data.feature(0, 3)),
        bad("row = 4, allowed: 0 to 3", () -> data.target(4, 0)),
        bad("output = -1, allowed: 0 to 1", () -> data.target(0, -1)),
        bad("selection[1] = 5, allowed: 0 to 3", () -> data.select(new int[] {0, 5})),
        bad(
            "order[1] = 5, allowed: 0 to 3",
            () -> data.copyRows(new int[] {0, 5}, 0, 2, x, 0, 3, y, 0, 2)),
        bad(
            "from = 1, count = 2, allowed: 0 or more each, together at most 2 positions in order",
            () -> data.copyRows(order, 1, 2, x, 0, 3, y, 0, 2)),
        bad(
            "firstRow = 3, count = 2, allowed: 0 or more each, together at most 4 rows",
            () -> data.copyRows(3, 2, x, 0, 3, y, 0, 2)),
        bad("row = 4, allowed: 0 to 3", () -> data.copyTargets(4, y, 0)),
        bad("row = -1, allowed: 0 to 3", () -> data.copyTargets(-1, y, 0)),
        bad(
            "yBuffer: 1 rows of 2 from offset -1 with stride 2 end at 1, length is 8",
            () -> data.copyTargets(0, y, -1)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badPlaces")
  void namesThePlaceThatIsNotThereAndThoseThatAre(String message, Executable call) {
    assertEquals(message, assertThrows(IndexOutOfBoundsException.class, call).getMessage());
  }

  static Stream<Arguments> nulls() {
    Dataset data = Dataset.of(X, Y);
    float[][] gap = {{1}, null};
    float[][] two = {{1}, {2}};
    float[] flat = new float[12];
    List<String> names = Arrays.asList("a", null);
    return Stream.of(
        bad("x", () -> Dataset.of(null, Y)),
        bad("y", () -> Dataset.of(X, null)),
        bad("x[1]", () -> Dataset.of(gap, two)),
        bad("y[1]", () -> Dataset.of(two, gap)),
        bad("x[0]", () -> Dataset.of(new float[1][], two)),
        bad("x", () -> Dataset.ofLabels(null, new int[2], 2)),
        bad("x[1]", () -> Dataset.ofLabels(gap, new int[2], 2)),
        bad("labels", () -> Dataset.ofLabels(two, null, 2)),
        bad("x", () -> Dataset.of(1, 1, 1, null, flat)),
        bad("y", () -> Dataset.of(1, 1, 1, flat, null)),
        bad("names", () -> data.withClassNames(null)),
        bad("names[1]", () -> data.withClassNames(names)),
        bad("names", () -> data.withFeatureNames(null)),
        bad("names[1]", () -> data.withFeatureNames(names)),
        bad("names[1]", () -> data.withTargetNames(names)),
        bad("features", () -> data.withFeatures(null)),
        bad("selection", () -> data.select(null)),
        bad("order", () -> data.copyRows(null, 0, 1, flat, 0, 3, flat, 0, 2)),
        bad("xBuffer", () -> data.copyRows(new int[1], 0, 1, null, 0, 3, flat, 0, 2)),
        bad("yBuffer", () -> data.copyRows(new int[1], 0, 1, flat, 0, 3, null, 0, 2)),
        bad("xBuffer", () -> data.copyRows(0, 1, null, 0, 3, flat, 0, 2)),
        bad("yBuffer", () -> data.copyRows(0, 1, flat, 0, 3, null, 0, 2)),
        bad("yBuffer", () -> data.copyTargets(0, null, 0)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("nulls")
  void namesTheArgumentThatIsNull(String name, Executable call) {
    assertEquals(name, assertThrows(NullPointerException.class, call).getMessage());
  }

  @Test
  void classesNeedNames() {
    assertThrows(IllegalStateException.class, data::classCounts);
    assertThrows(IllegalStateException.class, () -> data.stratifiedSplit(0.5, 1));
  }

  private static int[] labels(Dataset data) {
    int[] labels = new int[data.rows()];
    Arrays.setAll(labels, data::label);
    return labels;
  }

  private static float[] filled(int length, float value) {
    float[] values = new float[length];
    Arrays.fill(values, value);
    return values;
  }
}
