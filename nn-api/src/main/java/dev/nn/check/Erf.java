package dev.nn.check;

/**
 * {@code erf(x) = 2 / sqrt(pi) integral from 0 to x of e^(-t^2) dt}, in double precision, within
 * 1e-15.
 *
 * <p>Below {@link #LARGE} a series whose terms all have the same sign, so that nothing cancels;
 * beyond it the continued fraction of {@code 1 - erf(x)}.
 *
 * <p>Source: M. Abramowitz, I. Stegun, "Handbook of mathematical functions", 1964, 7.1.6 and
 * 7.1.14.
 */
final class Erf {
  /** Where the continued fraction takes over; each of the two is exact on both sides of it. */
  private static final double LARGE = 2.5;

  /** More levels of the fraction change nothing from LARGE on. */
  private static final int LEVELS = 60;

  private Erf() {}

  static double erf(double x) {
    double size = Math.abs(x);
    if (size >= LARGE) {
      return Math.copySign(1 - complement(size), x);
    }
    return 2 / Math.sqrt(Math.PI) * StrictMath.exp(-x * x) * series(x);
  }

  /** {@code sum_n 2^n x^(2n+1) / (1 3 5 ... (2n+1))}. */
  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > 0x1p-60 * Math.abs(sum); n++) {
      term *= 2 * x * x / (2 * n + 1);
      sum += term;
    }
    return sum;
  }

  /** {@code e^(-x^2) / sqrt(pi) / (x + (1/2) / (x + 1 / (x + (3/2) / (x + ...))))}. */
  private static double complement(double x) {
    double fraction = x;
    for (int level = LEVELS; level >= 1; level--) {
      fraction = x + level / 2.0 / fraction;
    }
    return StrictMath.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
}
