package dev.nn.metrics;

/** Sums over the rows of one output, one row after the other. */
final class Errors {
  private int rows;
  private double absolute;
  private double squared;
  private double mean;
  private double spread;

  /**
   * Adds a row; {@code spread} becomes {@code sum (y - mean)^2} by the recurrence of Welford (Note
   * on a method for calculating corrected sums of squares and products, 1962), exactly 0 while all
   * targets are equal.
   */
  void add(double prediction, double target) {
    double error = prediction - target;
    absolute += Math.abs(error);
    squared += error * error;
    rows++;
    double distance = target - mean;
    mean += distance / rows;
    spread += distance * (target - mean);
  }

  /** {@code 1/n sum |yHat - y|}. */
  double meanAbsoluteError() {
    return absolute / rows;
  }

  /** {@code sqrt(1/n sum (yHat - y)^2)}. */
  double rootMeanSquaredError() {
    return Math.sqrt(squared / rows);
  }

  /** {@code 1 - sum (yHat - y)^2 / sum (y - mean)^2}. */
  double r2() {
    if (rows < 2 || Double.isNaN(squared)) {
      return Double.NaN;
    }
    if (spread == 0) {
      return squared == 0 ? 1 : 0;
    }
    return 1 - squared / spread;
  }
}
