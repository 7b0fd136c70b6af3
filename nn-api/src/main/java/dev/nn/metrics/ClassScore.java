package dev.nn.metrics;

import java.util.List;

/**
 * How well one class or label was told from the others, or an average over several.
 *
 * @param precision share of the rows taken for the class that belong to it, of 0 to 1
 * @param recall share of the rows of the class that were taken for it, of 0 to 1
 * @param f1 harmonic mean of precision and recall, {@code 2 TP / (2 TP + FP + FN)}, of 0 to 1
 * @param support rows of the class, or of all classes for an average
 */
public record ClassScore(double precision, double recall, double f1, int support) {

  /** The score of TP = right, TP + FP = predicted and TP + FN = support; 0 / 0 is 0. */
  static ClassScore of(int right, int predicted, int support) {
    return new ClassScore(
        share(right, predicted),
        share(right, support),
        share(2.0 * right, (double) predicted + support),
        support);
  }

  /** The weighted mean of each figure, 0 if all weights are. */
  static ClassScore average(List<ClassScore> scores, double[] weights, int support) {
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    double sum = 0;
    for (int c = 0; c < weights.length; c++) {
      ClassScore score = scores.get(c);
      precision += weights[c] * score.precision();
      recall += weights[c] * score.recall();
      f1 += weights[c] * score.f1();
      sum += weights[c];
    }
    return new ClassScore(share(precision, sum), share(recall, sum), share(f1, sum), support);
  }

  private static double share(double part, double whole) {
    return whole == 0 ? 0 : part / whole;
  }
}
