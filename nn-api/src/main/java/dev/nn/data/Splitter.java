package dev.nn.data;

import dev.nn.Philox;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Deals the shuffled rows of a data set out to test and training parts. */
final class Splitter {

  private Splitter() {}

  /** test = the first round(rows * testFraction) rows of the shuffled order, train = the others. */
  static Split random(Dataset data, double testFraction, long seed) {
    int testRows = testRows(data, testFraction);
    int[] order = shuffledRows(data, seed);
    return new Split(
        data.select(Arrays.copyOfRange(order, testRows, order.length)),
        data.select(Arrays.copyOf(order, testRows)));
  }

  /** As {@link #random}, but with a quota of test rows for each class. */
  static Split stratified(Dataset data, double testFraction, long seed) {
    int testRows = testRows(data, testFraction);
    int[] remaining = quotas(data.classCounts(), testFraction, testRows);
    int[] test = new int[testRows];
    int[] train = new int[data.rows() - testRows];
    int tests = 0;
    int trains = 0;
    for (int row : shuffledRows(data, seed)) {
      if (remaining[data.label(row)]-- > 0) {
        test[tests++] = row;
      } else {
        train[trains++] = row;
      }
    }
    return new Split(data.select(train), data.select(test));
  }

  /** test part f = positions floor(f * rows / k) .. floor((f + 1) * rows / k) - 1 of the order. */
  static List<Split> folds(Dataset data, int k, long seed) {
    requireFolds(k, data.rows());
    int[] order = shuffledRows(data, seed);
    int[] fold = new int[order.length];
    for (int f = 0; f < k; f++) {
      int from = (int) ((long) f * order.length / k);
      int end = (int) ((f + 1L) * order.length / k);
      for (int i = from; i < end; i++) {
        fold[order[i]] = f;
      }
    }
    return dealt(data, order, fold, k);
  }

  /**
   * The i-th row of the shuffled order sorted by class, where equals keep their order, is in test
   * part i mod k: neighbours, and so the rows of a class, are spread evenly over the parts.
   */
  static List<Split> stratifiedFolds(Dataset data, int k, long seed) {
    requireFolds(k, data.rows());
    int[] counts = data.classCounts();
    int[] next = new int[counts.length];
    for (int c = 0, sum = 0; c < counts.length; sum += counts[c++]) {
      if (counts[c] > 0 && counts[c] < k) {
        throw new IllegalArgumentException(
            "k = %d, but class %s has %d rows: every test part needs one of each class"
                .formatted(k, data.classNames().get(c), counts[c]));
      }
      next[c] = sum;
    }
    int[] order = shuffledRows(data, seed);
    int[] fold = new int[order.length];
    for (int row : order) {
      fold[row] = next[data.label(row)]++ % k;
    }
    return dealt(data, order, fold, k);
  }

  /** One split for each fold: the rows of that fold are the test part. */
  private static List<Split> dealt(Dataset data, int[] order, int[] fold, int k) {
    return IntStream.range(0, k)
        .mapToObj(
            f ->
                new Split(
                    data.select(Arrays.stream(order).filter(row -> fold[row] != f).toArray()),
                    data.select(Arrays.stream(order).filter(row -> fold[row] == f).toArray())))
        .toList();
  }

  private static void requireFolds(int k, int rows) {
    if (k < 2 || k > rows) {
      throw new IllegalArgumentException(
          "k = %d of %d rows, allowed: at least 2 and at most one fold for each row"
              .formatted(k, rows));
    }
  }

  /**
   * quota[c] = floor(counts[c] * fraction), and one more for the largest remainders until the
   * quotas add up to total; among equal remainders the lower class first.
   */
  static int[] quotas(int[] counts, double fraction, int total) {
    int[] quota = new int[counts.length];
    double[] remainder = new double[counts.length];
    int missing = total;
    for (int c = 0; c < counts.length; c++) {
      double share = counts[c] * fraction;
      quota[c] = (int) share;
      remainder[c] = share - quota[c];
      missing -= quota[c];
    }
    for (; missing > 0; missing--) {
      int largest = 0;
      for (int c = 1; c < counts.length; c++) {
        if (remainder[c] > remainder[largest]) {
          largest = c;
        }
      }
      quota[largest]++;
      remainder[largest] = -1;
    }
    return quota;
  }

  private static int testRows(Dataset data, double testFraction) {
    if (!(testFraction > 0 && testFraction < 1)) {
      throw new IllegalArgumentException(
          "testFraction = " + testFraction + ", allowed: above 0 and below 1");
    }
    int testRows = (int) Math.round(data.rows() * testFraction);
    if (testRows == 0 || testRows == data.rows()) {
      throw new IllegalArgumentException(
          "testFraction = %s of %d rows is %d test rows: no part may be empty"
              .formatted(testFraction, data.rows(), testRows));
    }
    return testRows;
  }

  private static int[] shuffledRows(Dataset data, long seed) {
    int[] order = IntStream.range(0, data.rows()).toArray();
    Philox.shuffle(order, seed, Philox.SPLIT, 0);
    return order;
  }
}
