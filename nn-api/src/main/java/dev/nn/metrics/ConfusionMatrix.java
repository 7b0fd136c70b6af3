package dev.nn.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * count[i][j] = how often class i was taken for class j, and what follows from it: accuracy,
 * precision, recall and F1.
 *
 * <p>classes x classes, immutable. A row without a prediction, -1, is in no column: it is a row of
 * its class that was not found, and lowers accuracy and recall but no precision.
 *
 * <p>Where a share has nothing to divide by it is 0, as with {@code zero_division=0} in
 * scikit-learn: the precision of a class that was never predicted, the recall of a class without
 * rows, the F1 of a class with neither.
 */
public final class ConfusionMatrix {
  private final int[][] counts;

  /** Rows of each class, those without a prediction included. */
  private final int[] support;

  private final int[] predicted;
  private final int rows;

  private ConfusionMatrix(int[][] counts, int[] support, int[] predicted, int rows) {
    this.counts = counts;
    this.support = support;
    this.predicted = predicted;
    this.rows = rows;
  }

  /**
   * Counts predictions.
   *
   * @param labels the class of each row, in 0 .. classes-1; at least one
   * @param predicted what each row was taken for, in 0 .. classes-1, or -1 for no class
   * @param classes number of classes, at least 2
   * @return the matrix
   * @throws IllegalArgumentException if there is no row, if labels and predicted differ in length,
   *     if classes is below 2, or if a class is outside its range
   */
  public static ConfusionMatrix of(int[] labels, int[] predicted, int classes) {
    Objects.requireNonNull(labels, "labels");
    Objects.requireNonNull(predicted, "predicted");
    if (classes < 2) {
      throw new IllegalArgumentException("classes = " + classes + ", allowed: 2 or more");
    }
    Checks.requireRows("labels", labels.length);
    Checks.requireSameRows("labels", labels.length, "predicted", predicted.length);
    Checks.requireRange("labels", labels, 0, classes - 1);
    Checks.requireRange("predicted", predicted, -1, classes - 1);
    int[][] counts = new int[classes][classes];
    int[] support = new int[classes];
    int[] columns = new int[classes];
    for (int row = 0; row < labels.length; row++) {
      support[labels[row]]++;
      if (predicted[row] >= 0) {
        counts[labels[row]][predicted[row]]++;
        columns[predicted[row]]++;
      }
    }
    return new ConfusionMatrix(counts, support, columns, labels.length);
  }

  /**
   * Number of classes.
   *
   * @return at least 2
   */
  public int classes() {
    return support.length;
  }

  /**
   * Number of rows, those without a prediction included.
   *
   * @return at least 1
   */
  public int rows() {
    return rows;
  }

  /**
   * How often a class was taken for another, or found.
   *
   * @param actual in 0 .. classes-1
   * @param predicted in 0 .. classes-1
   * @return count[actual][predicted]
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public int count(int actual, int predicted) {
    Objects.checkIndex(actual, classes());
    return counts[actual][Objects.checkIndex(predicted, classes())];
  }

  /**
   * The whole matrix, actual classes downwards.
   *
   * @return a copy, classes x classes
   */
  public int[][] counts() {
    return Arrays.stream(counts).map(int[]::clone).toArray(int[][]::new);
  }

  /**
   * {@code sum_c count[c][c] / rows}.
   *
   * @return share of right predictions, of 0 to 1
   */
  public double accuracy() {
    return (double) right() / rows;
  }

  /**
   * {@code precision = TP / (TP + FP)}, {@code recall = TP / (TP + FN)}, {@code F1 = 2 TP / (2 TP +
   * FP + FN)} of one class against all others.
   *
   * @param c in 0 .. classes-1
   * @return its score
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public ClassScore score(int c) {
    Objects.checkIndex(c, classes());
    return ClassScore.of(counts[c][c], predicted[c], support[c]);
  }

  /**
   * The mean of {@link #score} over the classes, each with the same weight.
   *
   * <p>As in scikit-learn, a class counts if it occurs among labels or predictions, with zeros for
   * what is undefined of it; one that occurs in neither is left out.
   *
   * @return the macro average, its support all rows
   */
  public ClassScore macro() {
    double[] weights = new double[classes()];
    for (int c = 0; c < weights.length; c++) {
      weights[c] = support[c] > 0 || predicted[c] > 0 ? 1 : 0;
    }
    return average(weights);
  }

  /**
   * {@link #score} of all decisions together: TP, FP and FN are added over the classes first.
   *
   * <p>All three are the accuracy, unless a row has no prediction: then the recall is.
   *
   * @return the micro average, its support all rows
   */
  public ClassScore micro() {
    return ClassScore.of(right(), IntStream.of(predicted).sum(), rows);
  }

  /**
   * The mean of {@link #score} over the classes, each weighted by its rows; what is undefined of a
   * class counts as 0.
   *
   * @return the weighted average, its support all rows
   */
  public ClassScore weighted() {
    return average(IntStream.of(support).asDoubleStream().toArray());
  }

  private int right() {
    return IntStream.range(0, classes()).map(c -> counts[c][c]).sum();
  }

  private ClassScore average(double[] weights) {
    List<ClassScore> scores = IntStream.range(0, classes()).mapToObj(this::score).toList();
    return ClassScore.average(scores, weights, rows);
  }
}
