package dev.nn.metrics;

/**
 * The probabilities that a network gave to the labels of each row, and the labels that each row
 * has: what the figures of a {@link MultiLabelReport} are computed from.
 */
final class LabelAnswers {
  /** {@code probabilities[j][row]}, so that those of a label stand together. */
  private final float[][] probabilities;

  /** {@code actual[j][row]}: 1 if the row has the label, else 0. */
  private final int[][] actual;

  private final int rows;

  /** No probability is NaN. */
  private boolean complete = true;

  LabelAnswers(int rows, int labels) {
    if ((long) rows * labels > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%d rows of %d labels, allowed: at most %d labels of all rows"
              .formatted(rows, labels, Integer.MAX_VALUE));
    }
    this.probabilities = new float[labels][rows];
    this.actual = new int[labels][rows];
    this.rows = rows;
  }

  /** Sets the answer to one label of one row, which it has (1) or has not (0). */
  void set(int row, int label, float probability, int has) {
    probabilities[label][row] = probability;
    actual[label][row] = has;
    complete &= !Float.isNaN(probability);
  }

  int rows() {
    return rows;
  }

  int labels() {
    return actual.length;
  }

  boolean isComplete() {
    return complete;
  }

  /** 1 if a row is taken for one with the label, 0 if not; -1, never right, for a NaN. */
  private int predicted(int row, int label, float threshold) {
    float p = probabilities[label][row];
    return Float.isNaN(p) ? -1 : p >= threshold ? 1 : 0;
  }

  /** The rows without and with a label, and what they were taken for. */
  ConfusionMatrix confusionMatrix(int label, float threshold) {
    int[] predicted = new int[rows];
    for (int row = 0; row < rows; row++) {
      predicted[row] = predicted(row, label, threshold);
    }
    return ConfusionMatrix.of(actual[label], predicted, 2);
  }

  /** How well the labels of one row were found. */
  ClassScore score(int row, float threshold) {
    int right = 0;
    int taken = 0;
    int support = 0;
    for (int j = 0; j < labels(); j++) {
      boolean found = predicted(row, j, threshold) == 1;
      right += found ? actual[j][row] : 0;
      taken += found ? 1 : 0;
      support += actual[j][row];
    }
    return ClassScore.of(right, taken, support);
  }

  /** Whether a row is right in every label. */
  boolean isExact(int row, float threshold) {
    for (int j = 0; j < labels(); j++) {
      if (predicted(row, j, threshold) != actual[j][row]) {
        return false;
      }
    }
    return true;
  }

  /** The mean over rows and labels; NaN if a probability is. */
  double logLoss() {
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      for (int j = 0; j < labels(); j++) {
        sum += Answers.logLoss(probabilities[j][row], actual[j][row]);
      }
    }
    return sum / ((double) rows * labels());
  }

  /** The area of each label; NaN where one of its probabilities is. */
  double[] rocAuc() {
    double[] areas = new double[labels()];
    for (int j = 0; j < areas.length; j++) {
      areas[j] = RocAuc.oneVersusRest(probabilities[j], actual[j], 1);
    }
    return areas;
  }
}
