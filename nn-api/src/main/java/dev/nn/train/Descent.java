package dev.nn.train;

import dev.nn.CostFunction;
import java.util.concurrent.CancellationException;

/** One fit by L-BFGS: the outer loop, algorithm 7.5 of the source that {@link Lbfgs} names. */
final class Descent {
  private final CostFunction function;
  private final Lbfgs settings;
  private final InverseHessian inverseHessian;

  /** p, along which a step is looked for. */
  private final double[] direction;

  /** What the last whole iteration came to. */
  private Point accepted;

  /** The lowest trial of this iteration; without one below the accepted point, only its cost. */
  private Point lowest;

  private Point trial;

  /** How many iterations are whole. */
  private int iterations;

  private int evaluations;

  /** theta, J and grad J. */
  private static final class Point {
    final float[] theta;
    final double[] gradient;
    double cost;

    Point(int length) {
      theta = new float[length];
      gradient = new double[length];
    }

    boolean isFinite() {
      return Double.isFinite(cost) && Double.isFinite(greatestComponent());
    }

    /** {@code max_i |dJ/dtheta_i|}; NaN if one is. */
    double greatestComponent() {
      double greatest = 0;
      for (double component : gradient) {
        greatest = Math.max(greatest, Math.abs(component));
      }
      return greatest;
    }
  }

  Descent(CostFunction function, Lbfgs settings) {
    this.function = function;
    this.settings = settings;
    this.inverseHessian = new InverseHessian(settings.memory);
    this.direction = new double[function.length()];
    this.accepted = new Point(function.length());
    this.lowest = new Point(function.length());
    this.trial = new Point(function.length());
  }

  /** Whatever happens, the network gets the accepted parameters. */
  Lbfgs.Result run() {
    function.getParameters(accepted.theta);
    requireFiniteParameters();
    evaluate(accepted);
    requireFiniteStart();
    double before = accepted.cost;
    try {
      Lbfgs.Ending ending = descend();
      return new Lbfgs.Result(iterations, evaluations, before, accepted.cost, ending);
    } finally {
      function.setParameters(accepted.theta);
    }
  }

  private void requireFiniteParameters() {
    for (float parameter : accepted.theta) {
      if (!Float.isFinite(parameter)) {
        throw new IllegalArgumentException(
            "network must have finite parameters, but one is " + parameter);
      }
    }
  }

  private void requireFiniteStart() {
    if (!accepted.isFinite()) {
      throw new IllegalArgumentException(
          "network must have a finite cost and gradient on train, but its cost is "
              + accepted.cost
              + " and the greatest component of the gradient "
              + accepted.greatestComponent());
    }
  }

  private Lbfgs.Ending descend() {
    boolean small = false;
    while (true) {
      if (accepted.greatestComponent() <= settings.gradientTolerance) {
        return Lbfgs.Ending.GRADIENT;
      }
      if (small) {
        return Lbfgs.Ending.DECREASE;
      }
      if (iterations == settings.maxIterations) {
        return Lbfgs.Ending.ITERATIONS;
      }
      double before = accepted.cost;
      if (!iterate()) {
        return Lbfgs.Ending.NO_LOWER_COST;
      }
      small = before - accepted.cost <= settings.decreaseTolerance * Math.abs(before);
    }
  }

  /**
   * One iteration: along {@code -H grad J}, and if that leads to no lower cost, along {@code -grad
   * J}, with an H that knows nothing yet. False if there is none either.
   */
  private boolean iterate() {
    boolean lower = searchAlong();
    if (!lower && !inverseHessian.isEmpty()) {
      inverseHessian.clear();
      lower = searchAlong();
    }
    if (!lower) {
      return false;
    }
    inverseHessian.add(accepted.theta, accepted.gradient, lowest.theta, lowest.gradient);
    Point old = accepted;
    accepted = lowest;
    lowest = old;
    iterations++;
    return true;
  }

  /**
   * Leaves the lowest trial along {@code -H grad J}; whether it is lower than the accepted point.
   */
  private boolean searchAlong() {
    for (int i = 0; i < direction.length; i++) {
      direction[i] = -accepted.gradient[i];
    }
    inverseHessian.multiply(direction);
    double slope = InverseHessian.dot(accepted.gradient, direction);
    if (!(slope < 0 && Double.isFinite(slope))) {
      return false;
    }
    lowest.cost = accepted.cost;
    LineSearch.search(this::tryStep, new LineSearch.Trial(0, accepted.cost, slope), firstStep());
    return lowest.cost < accepted.cost;
  }

  /** 1, Newton's step; along the gradient, whose length says nothing, a way of 1 at most. */
  private double firstStep() {
    return inverseHessian.isEmpty()
        ? Math.min(1, 1 / Math.sqrt(InverseHessian.dot(direction, direction)))
        : 1;
  }

  private LineSearch.Trial tryStep(double step) {
    boolean finite = true;
    for (int i = 0; i < direction.length; i++) {
      trial.theta[i] = (float) (accepted.theta[i] + step * direction[i]);
      finite &= Float.isFinite(trial.theta[i]);
    }
    if (finite) {
      evaluate(trial);
      finite = trial.isFinite();
    }
    if (!finite) {
      return new LineSearch.Trial(step, Double.POSITIVE_INFINITY, Double.NaN);
    }
    LineSearch.Trial result =
        new LineSearch.Trial(step, trial.cost, InverseHessian.dot(trial.gradient, direction));
    if (trial.cost < lowest.cost) {
      Point higher = lowest;
      lowest = trial;
      trial = higher;
    }
    return result;
  }

  private void evaluate(Point point) {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException(
          "fit was interrupted in iteration %d: the network is as the last whole iteration left it"
              .formatted(iterations + 1));
    }
    point.cost = function.evaluate(point.theta, point.gradient);
    evaluations++;
  }
}
