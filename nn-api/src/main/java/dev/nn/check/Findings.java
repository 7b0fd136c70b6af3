package dev.nn.check;

import dev.nn.check.GradientCheck.Layer;
import dev.nn.check.GradientCheck.Parameter;
import java.util.Optional;

/** Compares the gradients of one layer with the slopes of the cost, and counts. */
final class Findings {
  /** The first step. */
  private static final double STEP = 0x1p-10;

  /** From a step to the next. */
  private static final double SMALLER = 0x1p-4;

  private static final int STEPS = 5;

  /** How well the differences of two steps agree before they are trusted. */
  private static final double AGREEMENT = 1e-3;

  /** Rounding that may hide more than this share of a gradient makes its comparison vague. */
  private static final double VAGUE = 0.01;

  /**
   * What a float gradient may lose where products underflow: half of the least float, 2^-150, times
   * what weights, features and rows make of it.
   */
  private static final double UNDERFLOW = 0x1p-120;

  private final int layer;
  private final DoubleNetwork network;
  private final RoundingErrors rounding;
  private long checked;
  private long skipped;
  private long wrong;
  private long vague;
  private Optional<Parameter> worst = Optional.empty();

  Findings(int layer, DoubleNetwork network, RoundingErrors rounding) {
    this.layer = layer;
    this.network = network;
    this.rounding = rounding;
  }

  /** A slope and a bound of its error. */
  private record Slope(double value, double error) {}

  void add(int n, int k, float gradient) {
    double theta = parameter(n, k);
    double bound = rounding.ofGradient(layer, n, k) + UNDERFLOW;
    double jump = rounding.jump(layer, n, k);
    Optional<Slope> found = slope(n, k, theta, bound);
    if (found.isEmpty()) {
      skipped++;
      return;
    }
    double slope = found.get().value();
    double allowed = bound + found.get().error();
    double floor = allowed / GradientCheck.TOLERANCE;
    double size = Math.max(floor, Math.max(Math.abs(gradient), Math.abs(slope)));
    double distance = Math.abs(gradient - slope);
    if (distance > GradientCheck.TOLERANCE * size
        && distance <= GradientCheck.TOLERANCE * size + jump) {
      skipped++;
      return;
    }
    double relativeError = Float.isFinite(gradient) ? distance / size : Double.POSITIVE_INFINITY;
    Parameter parameter = new Parameter(layer, n, k, gradient, slope, relativeError);
    checked++;
    vague +=
        gradient != slope && allowed > VAGUE * Math.max(Math.abs(gradient), Math.abs(slope))
            ? 1
            : 0;
    wrong += parameter.isGood() ? 0 : 1;
    if (worst.isEmpty() || relativeError > worst.get().relativeError()) {
      worst = Optional.of(parameter);
    }
  }

  private double parameter(int n, int k) {
    return switch (k) {
      case GradientCheck.BIAS -> network.biases[layer][n];
      case GradientCheck.GAMMA -> network.gammas[layer][n];
      case GradientCheck.BETA -> network.betas[layer][n];
      default -> network.weights[layer][n][k];
    };
  }

  /** {@code (4 D(h) - D(2h)) / 3} for the first step that does, if any. */
  private Optional<Slope> slope(int n, int k, double theta, double bound) {
    double h = Math.scalb(STEP, Math.max(0, Math.getExponent(theta)));
    for (int i = 0; i < STEPS; i++) {
      double near = difference(n, k, h);
      double far = difference(n, k, 2 * h);
      // J(h) has the weight 8/12 / h, J(2h) 1/12 / h, and so have J(-h) and J(-2h).
      double noise = 1.5 * rounding.ofCost() / h;
      double agreement = AGREEMENT * Math.max(Math.abs(near), Math.abs(far));
      if (Math.abs(near - far) <= Math.max(agreement, bound + noise)) {
        return Optional.of(new Slope((4 * near - far) / 3, noise));
      }
      h *= SMALLER;
    }
    return Optional.empty();
  }

  /** {@code D(h) = (J(h) - J(-h)) / 2h}; NaN across a kink. */
  private double difference(int n, int k, double h) {
    return (network.costChange(layer, n, k, h) - network.costChange(layer, n, k, -h)) / (2 * h);
  }

  Layer layer() {
    return new Layer(layer, checked, skipped, wrong, vague, worst);
  }
}
