package dev.nn.data;

import dev.nn.Philox;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Deals the shuffled rows of a data set out to a test and a training part. */
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
