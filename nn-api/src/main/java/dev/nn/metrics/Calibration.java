package dev.nn.metrics;

/**
 * {@code ECE = sum_m |B_m| / n |accuracy(B_m) - confidence(B_m)|}, the expected calibration error
 * (Guo and others, On calibration of modern neural networks, 2017).
 *
 * <p>Confidence is the probability of the predicted class, one for each of the n rows.
 */
final class Calibration {
  private final double[] confidences;
  private final boolean[] right;

  private Calibration(double[] confidences, boolean[] right) {
    this.confidences = confidences;
    this.right = right;
  }

  static Calibration of(Answers answers) {
    double[] confidences = new double[answers.rows()];
    boolean[] right = new boolean[answers.rows()];
    for (int row = 0; row < confidences.length; row++) {
      int predicted = answers.predicted(row);
      confidences[row] = predicted < 0 ? Double.NaN : answers.probability(row, predicted);
      right[row] = predicted == answers.label(row);
    }
    return new Calibration(confidences, right);
  }

  /** B_m holds confidences above (m-1)/M, up to m/M. No confidence is 0. */
  double error(int bins) {
    double[] confidence = new double[bins];
    int[] hits = new int[bins];
    for (int row = 0; row < confidences.length; row++) {
      if (Double.isNaN(confidences[row])) {
        return Double.NaN;
      }
      int bin = (int) Math.ceil(confidences[row] * bins) - 1;
      confidence[bin] += confidences[row];
      hits[bin] += right[row] ? 1 : 0;
    }
    double sum = 0;
    for (int bin = 0; bin < bins; bin++) {
      sum += Math.abs(hits[bin] - confidence[bin]);
    }
    return sum / confidences.length;
  }
}
