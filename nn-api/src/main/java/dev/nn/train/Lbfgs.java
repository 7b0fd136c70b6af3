package dev.nn.train;

import dev.nn.Architecture;
import dev.nn.CostFunction;
import dev.nn.Loss;
import dev.nn.LossFunction;
import dev.nn.Network;
import dev.nn.Normalization;
import dev.nn.data.RowSource;
import dev.nn.spi.Workers;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * L-BFGS: {@code theta = theta - alpha H grad J}, where H follows the inverse Hessian matrix of the
 * cost {@code J = sum_b w_b L(yHat_b, y_b) / sum_b w_b + lambda/2 ||W||^2} of all rows by their
 * {@linkplain RowSource#weight weights}, and alpha is found anew for each iteration.
 *
 * <p>The method for small problems: it needs no learning rate, and far fewer passes over the rows
 * than gradient descent, but each uses all rows, which it keeps in memory. H is made of the last m
 * iterations, starting from steepest descent with a first step of length 1 at most; alpha satisfies
 * the strong Wolfe conditions. Where arithmetic overflows, the step becomes shorter.
 *
 * <p>Vectors and steps are computed in double, rows by the network in float, and parameters are
 * rounded to float wherever the cost is evaluated. The result depends on the network, the rows and
 * the settings only: the same bits for every number of threads and every backend. In float a cost
 * has about seven digits, so that near the minimum no lower one may be found before a small
 * tolerance is reached ({@link Ending#NO_LOWER_COST}).
 *
 * <p>The parameters of each iteration have the lowest cost of all that were evaluated so far and
 * had a finite cost and gradient; at the end the network has those of the last one. Whatever ends a
 * fit early (an error, or the thread is interrupted), it has those of the last whole iteration.
 *
 * <p>Memory, beside the network and what its backend keeps: {@code 16 (m + 1) + 48} bytes for each
 * parameter, 224 with m = 10; for each row 4 bytes for each feature and target, and 8 to 12 for
 * each neuron.
 *
 * <p>Immutable; may be used for any number of fits, also at the same time, each with a network of
 * its own.
 *
 * <pre>{@code
 * Lbfgs.Result result = Lbfgs.builder().l2(1e-4).build().fit(network, train);
 * }</pre>
 *
 * <p>Source: J. Nocedal, S. Wright, "Numerical Optimization", 2nd edition, 2006, algorithms 7.4 and
 * 7.5, and for alpha 3.5 and 3.6.
 */
public final class Lbfgs {
  /** The largest array that every JVM can allocate. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

  final int memory;
  final int maxIterations;
  final double gradientTolerance;
  final double decreaseTolerance;
  private final double l2;
  private final int threads;
  private final Optional<LossFunction> loss;

  private Lbfgs(Builder builder) {
    memory = builder.memory;
    maxIterations = builder.maxIterations;
    gradientTolerance = builder.gradientTolerance;
    decreaseTolerance = builder.decreaseTolerance;
    l2 = builder.l2;
    threads = builder.threads;
    loss = builder.loss;
  }

  /**
   * Settings to be changed: memory 10, 200 iterations, gradient tolerance 1e-4, decrease tolerance
   * 1e-9, no L2, one thread, the loss that matches the output activation.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Why a fit ended. */
  public enum Ending {
    /** No component of the gradient is greater than the gradient tolerance. */
    GRADIENT,

    /** The last iteration lowered the cost by no more than the decrease tolerance allows. */
    DECREASE,

    /** The iterations have run out. */
    ITERATIONS,

    /**
     * No lower cost was found, even along the gradient: a minimum, as far as float can tell, or a
     * kink of the cost.
     */
    NO_LOWER_COST
  }

  /**
   * What a fit did.
   *
   * @param iterations changes of the parameters, each to a lower cost
   * @param evaluations passes over all rows, each for cost and gradient
   * @param costBefore J of the parameters that the network had, its L2 term included
   * @param costAfter J of those that it has now; never greater
   * @param ending why there was no further iteration
   */
  public record Result(
      int iterations, int evaluations, double costBefore, double costAfter, Ending ending) {}

  /**
   * Lowers the cost of a network.
   *
   * @param network changed in place; nobody else may use it meanwhile
   * @param train rows to learn, which are copied
   * @return iterations, costs, and why it ended
   * @throws IllegalArgumentException if network, loss and rows do not go together, rows or
   *     parameters do not fit an array, or parameters, cost or gradient are not finite at the
   *     start; nothing is changed
   * @throws CancellationException if the thread is interrupted, before the next evaluation; it
   *     stays interrupted
   */
  public Result fit(Network network, RowSource train) {
    Architecture architecture = Objects.requireNonNull(network, "network").architecture();
    LossFunction chosen = loss(architecture);
    Evaluation.requireFits("train", train, architecture, chosen);
    int rows = train.rows();
    float[] x = new float[requireFits(rows, "features", train.inputs())];
    float[] y = new float[requireFits(rows, "targets", train.outputs())];
    int[] order = IntStream.range(0, rows).toArray();
    train.copyRows(order, 0, rows, x, 0, train.inputs(), y, 0, train.outputs());
    float[] weights = new float[rows];
    for (int row = 0; row < rows; row++) {
      weights[row] = train.weight(row);
    }
    try (Workers workers = Workers.of(threads)) {
      CostFunction cost = new CostFunction(network, chosen, l2, rows, x, y, weights, workers);
      return new Descent(cost, this).run();
    }
  }

  /** The loss for a network, which must accept its output activation and have one cost. */
  LossFunction loss(Architecture architecture) {
    LossFunction chosen = loss.orElseGet(() -> Loss.matching(architecture.outputActivation()));
    chosen.requireAccepts(architecture.outputActivation());
    requireOneCost(architecture);
    return chosen;
  }

  private static void requireOneCost(Architecture architecture) {
    for (int l = 1; l <= architecture.depth(); l++) {
      double dropout = architecture.layers().get(l - 1).dropout();
      if (dropout > 0) {
        throw new IllegalArgumentException(
            "layer %d has a dropout of %s, another cost at every step: L-BFGS needs one cost"
                .formatted(l, dropout));
      }
      Optional<Normalization> normalization = architecture.layers().get(l - 1).normalization();
      if (normalization.filter(Normalization.Batch.class::isInstance).isPresent()) {
        throw new IllegalArgumentException(
            "layer %d has a %s, whose running statistics come from training steps: L-BFGS has none"
                .formatted(l, normalization.get()));
      }
    }
  }

  private static int requireFits(int rows, String what, int width) {
    if ((long) rows * width > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "train has %d rows with %d %s, which fit no array: at most %d rows do"
              .formatted(rows, width, what, MAX_LENGTH / width));
    }
    return rows * width;
  }

  /** The settings of an {@link Lbfgs}; every setter checks its argument at once. */
  public static final class Builder {
    private int memory = 10;
    private int maxIterations = 200;
    private double gradientTolerance = 1e-4;
    private double decreaseTolerance = 1e-9;
    private double l2;
    private int threads = 1;
    private Optional<LossFunction> loss = Optional.empty();

    private Builder() {}

    /**
     * Sets how many iterations the inverse Hessian matrix is made of.
     *
     * @param memory m, at least 1; 3 to 20 are common
     * @return this
     */
    public Builder memory(int memory) {
      this.memory = requirePositive("memory", memory);
      return this;
    }

    /**
     * Sets after how many iterations a fit ends at the latest.
     *
     * @param maxIterations at least 1
     * @return this
     */
    public Builder maxIterations(int maxIterations) {
      this.maxIterations = requirePositive("maxIterations", maxIterations);
      return this;
    }

    /**
     * Ends a fit when {@code max_i |dJ/dtheta_i| <= tolerance}.
     *
     * @param tolerance finite and not negative
     * @return this
     */
    public Builder gradientTolerance(double tolerance) {
      Factors.requireNotNegative("gradientTolerance", tolerance);
      this.gradientTolerance = tolerance;
      return this;
    }

    /**
     * Ends a fit when an iteration lowers the cost from J to J' and {@code J - J' <= tolerance
     * |J|}.
     *
     * @param tolerance finite and not negative; 0 never ends a fit
     * @return this
     */
    public Builder decreaseTolerance(double tolerance) {
      Factors.requireNotNegative("decreaseTolerance", tolerance);
      this.decreaseTolerance = tolerance;
      return this;
    }

    /**
     * Adds {@code lambda/2 ||W||^2} to the cost, weights only. There is no L1 term beside it, whose
     * slope jumps at 0, as L-BFGS allows no cost to do.
     *
     * @param lambda finite and not negative
     * @return this
     */
    public Builder l2(double lambda) {
      Factors.requireNotNegative("l2", lambda);
      this.l2 = lambda;
      return this;
    }

    /**
     * Sets the number of threads that compute, the caller's included. The result does not depend on
     * it.
     *
     * @param threads at least 1
     * @return this
     */
    public Builder threads(int threads) {
      this.threads = requirePositive("threads", threads);
      return this;
    }

    /**
     * Sets the loss, where it shall not be the one that matches the output activation.
     *
     * @param loss must accept the output activation of the network
     * @return this
     */
    public Builder loss(LossFunction loss) {
      this.loss = Optional.of(Objects.requireNonNull(loss, "loss"));
      return this;
    }

    /**
     * The method with these settings.
     *
     * @return a new object
     */
    public Lbfgs build() {
      return new Lbfgs(this);
    }

    private static int requirePositive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be at least 1, but is " + value);
      }
      return value;
    }
  }
}
