package dev.nn.metrics;

/**
 * rank of a row = how many classes come before the right one in descending order of probability, of
 * equal ones the first.
 */
final class TopRanks {
  /** {@code counts[r]} rows have rank r; a row with a NaN has none. */
  private final int[] counts;

  private final int rows;

  private TopRanks(int[] counts, int rows) {
    this.counts = counts;
    this.rows = rows;
  }

  static TopRanks of(Answers answers) {
    int[] counts = new int[answers.classes()];
    for (int row = 0; row < answers.rows(); row++) {
      if (answers.predicted(row) >= 0) {
        counts[rank(answers, row)]++;
      }
    }
    return new TopRanks(counts, answers.rows());
  }

  private static int rank(Answers answers, int row) {
    int label = answers.label(row);
    if (answers.classes() == 2) {
      return answers.predicted(row) == label ? 0 : 1;
    }
    double right = answers.probability(row, label);
    int rank = 0;
    for (int c = 0; c < answers.classes(); c++) {
      double other = answers.probability(row, c);
      if (other > right || (other == right && c < label)) {
        rank++;
      }
    }
    return rank;
  }

  double accuracy(int k) {
    long right = 0;
    for (int rank = 0; rank < k; rank++) {
      right += counts[rank];
    }
    return (double) right / rows;
  }
}
