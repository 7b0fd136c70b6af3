package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Philox;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {

  /** Row i has the feature i, so that a row can be told by its feature. */
  private static Dataset numbered(int... labels) {
    float[][] x = new float[labels.length][1];
    for (int row = 0; row < labels.length; row++) {
      x[row][0] = row;
    }
    return Dataset.ofLabels(x, labels, Math.max(2, Arrays.stream(labels).max().orElse(0) + 1));
  }

  /** counts[c] rows of class c, the classes one behind the other. */
  private static Dataset sorted(int... counts) {
    return numbered(
        IntStream.range(0, counts.length)
            .flatMap(c -> IntStream.generate(() -> c).limit(counts[c]))
            .toArray());
  }

  private static int[] rows(Dataset part) {
    return IntStream.range(0, part.rows()).map(row -> (int) part.feature(row, 0)).toArray();
  }

  private static void assertParts(Dataset whole, Split split) {
    int[] all =
        IntStream.concat(Arrays.stream(rows(split.train())), Arrays.stream(rows(split.test())))
            .sorted()
            .toArray();
    assertArrayEquals(IntStream.range(0, whole.rows()).toArray(), all);
    for (Dataset part : new Dataset[] {split.train(), split.test()}) {
      for (int row = 0; row < part.rows(); row++) {
        assertArrayEquals(whole.targets(rows(part)[row]), part.targets(row));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"10, 0.2, 2", "10, 0.25, 3", "3, 0.5, 2", "2, 0.5, 1", "7, 0.9, 6", "1000, 0.1, 100"})
  void testHasTheRoundedShareAndTrainTheRest(int rows, double fraction, int testRows) {
    Dataset data = sorted(rows / 2, rows - rows / 2);

    for (Split split : new Split[] {data.split(fraction, 7), data.stratifiedSplit(fraction, 7)}) {
      assertEquals(testRows, split.test().rows());
      assertParts(data, split);
    }
  }

  @Test
  void testIsTheBeginningOfTheShuffledRows() {
    int[] order = IntStream.range(0, 50).toArray();
    Philox.shuffle(order, 99, Philox.SPLIT, 0);

    Split split = sorted(20, 30).split(0.3, 99);

    assertArrayEquals(Arrays.copyOf(order, 15), rows(split.test()));
    assertArrayEquals(Arrays.copyOfRange(order, 15, 50), rows(split.train()));
  }

  @Test
  void isAFunctionOfTheSeed() {
    Dataset data = sorted(40, 60);

    assertArrayEquals(rows(data.split(0.3, 5).test()), rows(data.split(0.3, 5).test()));
    assertFalse(Arrays.equals(rows(data.split(0.3, 5).test()), rows(data.split(0.3, 6).test())));
    assertArrayEquals(
        rows(data.stratifiedSplit(0.3, 5).train()), rows(data.stratifiedSplit(0.3, 5).train()));
    assertFalse(
        Arrays.equals(
            rows(data.stratifiedSplit(0.3, 5).test()), rows(data.stratifiedSplit(0.3, 6).test())));
  }

  @Test
  void everyRowGetsIntoTheTestInItsTurn() {
    Dataset data = sorted(6, 4);
    int[] hits = new int[10];
    for (int seed = 0; seed < 2000; seed++) {
      for (int row : rows(data.split(0.3, seed).test())) {
        hits[row]++;
      }
    }
    // binomial(2000, 0.3): mean 600, standard deviation 20.5; five of them
    for (int row = 0; row < 10; row++) {
      assertEquals(600, hits[row], 103, "row " + row);
    }
  }

  @Test
  void partsAreInShuffledOrder() {
    Split split = sorted(50, 50).stratifiedSplit(0.5, 3);

    int[] labels = IntStream.range(0, 50).map(split.train()::label).toArray();
    int changes = (int) IntStream.range(1, 50).filter(i -> labels[i] != labels[i - 1]).count();
    assertTrue(changes > 5, "labels change " + changes + " times");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void eachClassKeepsItsShare(long seed) {
    Dataset data = sorted(100, 50, 10, 40);

    Split split = data.stratifiedSplit(0.2, seed);

    assertArrayEquals(new int[] {20, 10, 2, 8}, split.test().classCounts());
    assertArrayEquals(new int[] {80, 40, 8, 32}, split.train().classCounts());
  }

  @Test
  void sharesThatAreNotWholeGoToTheLargestRemainders() {
    // 0.3 of 11, 8, 3 and 1 rows is 3.3, 2.4, 0.9 and 0.3; 0.3 of all 23 is 7
    assertArrayEquals(new int[] {3, 3, 1, 0}, Splitter.quotas(new int[] {11, 8, 3, 1}, 0.3, 7));
    assertArrayEquals(
        new int[] {3, 3, 1, 0}, sorted(11, 8, 3, 1).stratifiedSplit(0.3, 1).test().classCounts());
  }

  @Test
  void equalRemaindersGoToTheLowerClass() {
    assertArrayEquals(new int[] {1, 1, 0, 0}, Splitter.quotas(new int[] {1, 1, 1, 1}, 0.5, 2));
  }

  @Test
  void quotasFillTheTestForEveryFraction() {
    for (int percent = 1; percent < 100; percent++) {
      double fraction = percent / 100.0;
      int[] counts = {1, 2, 0, 7, 30, 100};
      int total = (int) Math.round(140 * fraction);

      int[] quotas = Splitter.quotas(counts, fraction, total);

      assertEquals(total, Arrays.stream(quotas).sum(), percent + " %");
      for (int c = 0; c < counts.length; c++) {
        assertEquals(counts[c] * fraction, quotas[c], 1, percent + " %, class " + c);
        assertTrue(quotas[c] <= counts[c], percent + " %, class " + c);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY})
  void refusesFractionsOutsideZeroToOne(double fraction) {
    Dataset data = sorted(5, 5);

    assertThrows(IllegalArgumentException.class, () -> data.split(fraction, 1));
    assertThrows(IllegalArgumentException.class, () -> data.stratifiedSplit(fraction, 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.04, 0.96})
  void refusesAnEmptyPart(double fraction) {
    Dataset data = sorted(5, 5);

    String message =
        assertThrows(IllegalArgumentException.class, () -> data.split(fraction, 1)).getMessage();

    assertTrue(message.contains("of 10 rows"), message);
    assertThrows(IllegalArgumentException.class, () -> data.stratifiedSplit(fraction, 1));
    assertThrows(IllegalArgumentException.class, () -> sorted(1).split(0.5, 1));
  }

  @Test
  void partsMustFitTogether() {
    Dataset two = sorted(1, 1);
    Dataset three = sorted(1, 1, 1);

    assertThrows(IllegalArgumentException.class, () -> new Split(two, three));
    assertEquals(
        "train", assertThrows(NullPointerException.class, () -> new Split(null, two)).getMessage());
    assertEquals(
        "test", assertThrows(NullPointerException.class, () -> new Split(two, null)).getMessage());
  }

  /** Each row is tested once, and learned in all other folds. */
  private static void assertFolds(Dataset whole, int k, List<Split> folds) {
    assertEquals(k, folds.size());
    int[] tested = new int[whole.rows()];
    for (Split fold : folds) {
      assertParts(whole, fold);
      for (int row : rows(fold.test())) {
        tested[row]++;
      }
      int size = fold.test().rows();
      assertTrue(size == whole.rows() / k || size == (whole.rows() + k - 1) / k, () -> "" + size);
    }
    int[] once = new int[whole.rows()];
    Arrays.fill(once, 1);
    assertArrayEquals(once, tested);
  }

  @ParameterizedTest
  @CsvSource({"10, 2", "10, 3", "10, 10", "11, 5", "103, 5", "2, 2", "1001, 7"})
  void everyRowIsTestedByOneFold(int rows, int k) {
    Dataset data = sorted(rows / 2, rows - rows / 2);

    assertFolds(data, k, data.folds(k, 7));
    if (rows / 2 >= k) {
      assertFolds(data, k, data.stratifiedFolds(k, 7));
    }
  }

  @Test
  void foldsAreNeighboursInTheShuffledOrder() {
    int[] order = IntStream.range(0, 11).toArray();
    Philox.shuffle(order, 99, Philox.SPLIT, 0);

    List<Split> folds = sorted(5, 6).folds(3, 99);

    // 11 / 3 = 3.67, 22 / 3 = 7.33
    assertArrayEquals(Arrays.copyOfRange(order, 0, 3), rows(folds.get(0).test()));
    assertArrayEquals(Arrays.copyOfRange(order, 3, 7), rows(folds.get(1).test()));
    assertArrayEquals(Arrays.copyOfRange(order, 7, 11), rows(folds.get(2).test()));
    assertArrayEquals(Arrays.copyOfRange(order, 3, 11), rows(folds.get(0).train()));
    assertArrayEquals(Arrays.copyOfRange(order, 0, 7), rows(folds.get(2).train()));
  }

  @Test
  void stratifiedFoldsTakeTheRowsOfTheSortedOrderInTurn() {
    int[] order = IntStream.range(0, 11).toArray();
    Philox.shuffle(order, 99, Philox.SPLIT, 0);
    int[] byClass =
        IntStream.concat(
                Arrays.stream(order).filter(row -> row < 4),
                Arrays.stream(order).filter(row -> row >= 4))
            .toArray();

    List<Split> folds = sorted(4, 7).stratifiedFolds(3, 99);

    for (int f = 0; f < 3; f++) {
      int fold = f;
      int[] expected =
          IntStream.range(0, 11).filter(i -> i % 3 == fold).map(i -> byClass[i]).toArray();
      Set<Integer> tested = new HashSet<>(Arrays.stream(expected).boxed().toList());
      // The parts themselves are in the shuffled order.
      assertArrayEquals(
          Arrays.stream(order).filter(tested::contains).toArray(), rows(folds.get(f).test()));
      assertArrayEquals(
          Arrays.stream(order).filter(row -> !tested.contains(row)).toArray(),
          rows(folds.get(f).train()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MAX_VALUE, Long.MIN_VALUE})
  void eachFoldHasItsShareOfEachClass(long seed) {
    int[] counts = {103, 0, 52, 5, 41};
    Dataset data = sorted(counts);

    List<Split> folds = data.stratifiedFolds(5, seed);

    assertFolds(data, 5, folds);
    for (Split fold : folds) {
      int[] tested = fold.test().classCounts();
      for (int c = 0; c < counts.length; c++) {
        String what = "class " + c + " has " + tested[c];
        assertTrue(tested[c] == counts[c] / 5 || tested[c] == (counts[c] + 4) / 5, what);
      }
    }
  }

  @Test
  void foldsAreAFunctionOfTheSeed() {
    Dataset data = sorted(40, 60);

    for (int f = 0; f < 4; f++) {
      int[] plain = rows(data.folds(4, 5).get(f).test());
      int[] stratified = rows(data.stratifiedFolds(4, 5).get(f).test());
      assertArrayEquals(plain, rows(data.folds(4, 5).get(f).test()));
      assertFalse(Arrays.equals(plain, rows(data.folds(4, 6).get(f).test())));
      assertArrayEquals(stratified, rows(data.stratifiedFolds(4, 5).get(f).test()));
      assertFalse(Arrays.equals(stratified, rows(data.stratifiedFolds(4, 6).get(f).test())));
    }
  }

  @Test
  void foldsKeepNamesAndServeRegression() {
    Dataset named = sorted(3, 3).withFeatureNames(List.of("number"));
    Dataset regression =
        Dataset.of(new float[][] {{0}, {1}, {2}}, new float[][] {{0.5f}, {1.5f}, {2.5f}});

    assertEquals(List.of("number"), named.stratifiedFolds(2, 1).get(1).test().featureNames());
    assertEquals(named.classNames(), named.folds(2, 1).get(0).train().classNames());
    assertFolds(regression, 3, regression.folds(3, 1));
    assertThrows(IllegalStateException.class, () -> regression.stratifiedFolds(3, 1));
    assertThrows(
        UnsupportedOperationException.class, () -> regression.folds(3, 1).remove(0), "the list");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1, 11, Integer.MAX_VALUE})
  void refusesNumbersOfFoldsBelowTwoOrAboveTheRows(int k) {
    Dataset data = sorted(5, 5);
    String expected =
        "k = " + k + " of 10 rows, allowed: at least 2 and at most one fold for each row";

    assertEquals(
        expected,
        assertThrows(IllegalArgumentException.class, () -> data.folds(k, 1)).getMessage());
    assertEquals(
        expected,
        assertThrows(IllegalArgumentException.class, () -> data.stratifiedFolds(k, 1))
            .getMessage());
  }

  @Test
  void refusesClassesWithFewerRowsThanFolds() {
    Dataset data = sorted(20, 4, 20).withClassNames(List.of("many", "few", "also many"));

    assertEquals(
        "k = 5, but class few has 4 rows: every test part needs one of each class",
        assertThrows(IllegalArgumentException.class, () -> data.stratifiedFolds(5, 1))
            .getMessage());
    assertEquals(4, data.stratifiedFolds(4, 1).size());
    assertEquals(5, data.folds(5, 1).size());
  }
}
