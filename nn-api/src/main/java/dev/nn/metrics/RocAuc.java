package dev.nn.metrics;

import java.util.Arrays;
import java.util.Objects;

/**
 * {@code AUC = (R - n1 (n1 + 1) / 2) / (n1 n0)}: the area under the curve of the receiver operating
 * characteristic, which is the probability that a row of class 1 has a higher score than one of
 * class 0, equal scores counting half.
 *
 * <p>n1 and n0 are the rows of both classes, R the sum of the ranks of class 1 among all scores,
 * ascending from 1; equal scores share the mean of their ranks. This is the U statistic of Mann and
 * Whitney divided by its greatest value (Fawcett, An introduction to ROC analysis, 2006).
 */
public final class RocAuc {
  private RocAuc() {}

  /**
   * The area for any scores, of which only the order matters: probabilities, logits, distances.
   *
   * <p>Ranks are added as whole numbers, so the result does not depend on the order of the rows.
   * Needs 8 bytes a row.
   *
   * @param scores higher for what rather is class 1; infinities are scores
   * @param labels 0 or 1 for each score
   * @return 0 to 1; NaN if one of the classes has no row, or a score is NaN
   * @throws IllegalArgumentException if there is no row, if scores and labels differ in length, or
   *     if a label is neither 0 nor 1
   */
  public static double of(float[] scores, int[] labels) {
    Objects.requireNonNull(scores, "scores");
    Objects.requireNonNull(labels, "labels");
    Checks.requireRows("scores", scores.length);
    Checks.requireSameRows("scores", scores.length, "labels", labels.length);
    Checks.requireRange("labels", labels, 0, 1);
    return oneVersusRest(scores, labels, 1);
  }

  /** The area with one class as class 1 and all others as class 0. */
  static double oneVersusRest(float[] scores, int[] labels, int positive) {
    long[] ordered = new long[scores.length];
    long positives = 0;
    for (int row = 0; row < scores.length; row++) {
      if (Float.isNaN(scores[row])) {
        return Double.NaN;
      }
      int member = labels[row] == positive ? 1 : 0;
      ordered[row] = ((long) order(scores[row]) << 1) | member;
      positives += member;
    }
    long negatives = scores.length - positives;
    Arrays.sort(ordered);
    long twiceRanks = 0;
    int first = 0;
    while (first < ordered.length) {
      int end = first;
      long members = 0;
      while (end < ordered.length && ordered[end] >> 1 == ordered[first] >> 1) {
        members += ordered[end] & 1;
        end++;
      }
      twiceRanks += members * ((long) first + 1 + end);
      first = end;
    }
    long twiceU = twiceRanks - positives * (positives + 1);
    return twiceU / (2.0 * positives * negatives); // 0 / 0 without both classes
  }

  /** A whole number with the order of the score; both zeros are equal. */
  private static int order(float score) {
    int bits = Float.floatToIntBits(score + 0f);
    return bits ^ ((bits >> 31) & 0x7fffffff);
  }
}
