package dev.nn.train;

/**
 * {@code phi(alpha) = J(theta + alpha p)}: looks along a direction of descent for a step that
 * satisfies the strong Wolfe conditions.
 *
 * <pre>
 * phi(alpha)    &lt;= phi(0) + c1 alpha phi'(0),   c1 = 1e-4     sufficient decrease
 * |phi'(alpha)| &lt;= c2 |phi'(0)|,               c2 = 0.9      curvature
 * </pre>
 *
 * <p>No step but the last satisfies both; if the trials run out, none does. A cost that is not
 * finite counts as too high, so that the step becomes shorter.
 *
 * <p>Source: J. Nocedal, S. Wright, "Numerical Optimization", 2nd edition, 2006, algorithms 3.5 and
 * 3.6, with the cubic interpolation (3.59).
 */
final class LineSearch {
  private static final double C1 = 1e-4;
  private static final double C2 = 0.9;

  /**
   * As many as MINPACK's dcsrch is allowed in L-BFGS-B; ten times shorter each, they reach 1e-20.
   */
  private static final int MAX_TRIALS = 20;

  /** How much longer the next step is while the cost still falls. */
  private static final double EXPANSION = 4;

  /** How near to an end of the bracket a trial may be, as a share of its length. */
  private static final double MARGIN = 0.1;

  /**
   * A point of the line.
   *
   * @param step alpha
   * @param cost phi(alpha)
   * @param slope phi'(alpha); without a meaning where the cost is not finite
   */
  record Trial(double step, double cost, double slope) {}

  /** The function of which a step is looked for. */
  @FunctionalInterface
  interface Line {
    /** The point of a step greater than 0. */
    Trial at(double step);
  }

  private final Line line;
  private final Trial start;
  private int trials;

  private LineSearch(Line line, Trial start) {
    this.line = line;
    this.start = start;
  }

  /**
   * Tries steps until one satisfies the conditions.
   *
   * @param line hears of every trial; it is its to remember the lowest
   * @param start alpha = 0, with a slope below 0
   * @param first the step to try first, greater than 0
   */
  static void search(Line line, Trial start, double first) {
    new LineSearch(line, start).bracket(first);
  }

  /** Algorithm 3.5: longer steps, until one is good or two have a good one between them. */
  private void bracket(double first) {
    Trial last = start;
    double step = first;
    while (trials < MAX_TRIALS) {
      Trial next = at(step);
      if (isTooHigh(next, last)) {
        zoom(last, next);
        return;
      }
      if (isFlat(next)) {
        return;
      }
      if (next.slope >= 0) {
        zoom(next, last);
        return;
      }
      last = next;
      step *= EXPANSION;
    }
  }

  /**
   * Algorithm 3.6: a shorter bracket with every trial. Its low end has the lowest cost that is low
   * enough, and a slope towards the high end that falls.
   */
  private void zoom(Trial low, Trial high) {
    while (trials < MAX_TRIALS) {
      Trial next = at(between(low, high));
      if (isTooHigh(next, low)) {
        high = next;
      } else {
        if (isFlat(next)) {
          return;
        }
        if (next.slope * (high.step - low.step) >= 0) {
          high = low;
        }
        low = next;
      }
    }
  }

  private Trial at(double step) {
    trials++;
    return line.at(step);
  }

  /** Whether a cost is no sufficient decrease, or none against another trial; also if it is NaN. */
  private boolean isTooHigh(Trial trial, Trial other) {
    return !(trial.cost <= start.cost + C1 * trial.step * start.slope && trial.cost < other.cost);
  }

  private boolean isFlat(Trial trial) {
    return Math.abs(trial.slope) <= -C2 * start.slope;
  }

  /** The minimum of the cubic through costs and slopes of both ends, kept away from the ends. */
  private static double between(Trial low, Trial high) {
    double width = high.step - low.step;
    if (!Double.isFinite(high.cost)) {
      return low.step + MARGIN * width;
    }
    double d1 = low.slope + high.slope - 3 * (low.cost - high.cost) / (low.step - high.step);
    double d2 = Math.signum(width) * Math.sqrt(d1 * d1 - low.slope * high.slope);
    double share = 1 - (high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2);
    double safe = Double.isNaN(share) ? 0.5 : Math.max(MARGIN, Math.min(1 - MARGIN, share));
    return low.step + safe * width;
  }
}
