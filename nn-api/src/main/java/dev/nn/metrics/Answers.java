package dev.nn.metrics;

import dev.nn.data.OneHot;
import java.util.Arrays;

/**
 * The probabilities that a classifier gave to the classes of each row, and the class of each row:
 * what the figures of a {@link ClassificationReport} are computed from.
 *
 * <p>A single column is the probability of the second of two classes.
 */
final class Answers {
  /** {@code columns[j][row]}, so that the scores of a class stand together. */
  private final float[][] columns;

  private final int[] labels;
  private final int[] predicted;

  /** No probability is NaN. */
  private boolean complete = true;

  Answers(int rows, int width) {
    this.columns = new float[width][rows];
    this.labels = new int[rows];
    this.predicted = new int[rows];
  }

  void set(int row, float[] probabilities, int label) {
    for (int j = 0; j < columns.length; j++) {
      columns[j][row] = probabilities[j];
    }
    labels[row] = label;
    predicted[row] = OneHot.label(probabilities, 0, probabilities.length);
    complete &= predicted[row] >= 0;
  }

  int rows() {
    return labels.length;
  }

  int classes() {
    return Math.max(2, columns.length);
  }

  int label(int row) {
    return labels[row];
  }

  /** The class that a row was taken for; -1, never right, if one of its probabilities is NaN. */
  int predicted(int row) {
    return predicted[row];
  }

  double probability(int row, int c) {
    return columns.length == 1 && c == 0 ? 1 - (double) columns[0][row] : column(c)[row];
  }

  private float[] column(int c) {
    return columns.length == 1 ? columns[0] : columns[c];
  }

  ConfusionMatrix confusionMatrix() {
    return ConfusionMatrix.of(labels, predicted, classes());
  }

  /** {@code -1/n sum log p[label]}, not clipped; NaN if a probability is. */
  double logLoss() {
    if (!complete) {
      return Double.NaN;
    }
    double sum = 0;
    for (int row = 0; row < rows(); row++) {
      sum +=
          columns.length == 1
              ? logLoss(columns[0][row], labels[row])
              : -StrictMath.log(columns[labels[row]][row]);
    }
    return sum / rows();
  }

  /** {@code -[y log p + (1 - y) log(1 - p)]} for a label y of 0 or 1, not clipped. */
  static double logLoss(double probability, int label) {
    return -(label == 0 ? StrictMath.log1p(-probability) : StrictMath.log(probability));
  }

  /**
   * The area for each class against the others; of two classes both have that of class 1. All are
   * NaN if a probability is.
   */
  double[] rocAuc() {
    double[] areas = new double[classes()];
    if (!complete || areas.length == 2) {
      Arrays.fill(areas, complete ? RocAuc.oneVersusRest(column(1), labels, 1) : Double.NaN);
      return areas;
    }
    for (int c = 0; c < areas.length; c++) {
      areas[c] = RocAuc.oneVersusRest(columns[c], labels, c);
    }
    return areas;
  }
}
