package dev.nn;

/**
 * {@code a = g(gamma zHat + beta)}, {@code zHat = (z - mean) / sqrt(variance + epsilon)}: what a
 * hidden layer does to its sums z before its activation, so that their scale no longer depends on
 * the layers below.
 *
 * <p>gamma and beta, one of each for every neuron, start from 1 and 0 and are trained by the rule
 * of biases: L2 and decay do not touch them. Mean and variance are those of z itself.
 *
 * <pre>{@code
 * Architecture.input(784).dense(256, RELU).normalize(Normalization.layer()).dense(10, SOFTMAX);
 * }</pre>
 */
public sealed interface Normalization {
  /** The epsilon of factories that are given none, 1e-5. */
  double DEFAULT_EPSILON = 1e-5;

  /**
   * What is added to the variance, so that nothing is divided by 0.
   *
   * @return epsilon, finite and greater than 0 as a float
   */
  double epsilon();

  /**
   * Layer normalization, with an epsilon of 1e-5.
   *
   * @return the normalization
   */
  static Layer layer() {
    return layer(DEFAULT_EPSILON);
  }

  /**
   * Layer normalization.
   *
   * @param epsilon finite and greater than 0 as a float
   * @return the normalization
   */
  static Layer layer(double epsilon) {
    return new Layer(epsilon);
  }

  /**
   * Mean and variance over the neurons of the layer, for each row alone: the same in training and
   * prediction, and for every batch.
   *
   * <p>Source: J. Ba, J. Kiros, G. Hinton, "Layer normalization", 2016.
   *
   * @param epsilon finite and greater than 0 as a float
   */
  record Layer(double epsilon) implements Normalization {
    /** Checks epsilon. */
    public Layer {
      requireEpsilon(epsilon);
    }

    /** The name, with an epsilon that is not the default. */
    @Override
    public String toString() {
      return "layer norm" + suffix(epsilon);
    }
  }

  /**
   * Batch normalization, with an epsilon of 1e-5 and a momentum of 0.1.
   *
   * @return the normalization
   */
  static Batch batch() {
    return batch(DEFAULT_EPSILON, Batch.DEFAULT_MOMENTUM);
  }

  /**
   * Batch normalization.
   *
   * @param epsilon finite and greater than 0 as a float
   * @param momentum share of a batch in the running statistics, greater than 0 and at most 1
   * @return the normalization
   */
  static Batch batch(double epsilon, double momentum) {
    return new Batch(epsilon, momentum);
  }

  /**
   * Mean and variance over the rows of a batch, for each neuron alone. A training step takes those
   * of its batch, which needs at least 2 rows; predictions and evaluations take running statistics,
   * {@code mean = (1 - momentum) mean + momentum mean_B}, likewise the variance (that of a batch as
   * an estimate, divided by B - 1), from 0 and 1. Every step moves them, nothing else does.
   *
   * <p>All rows count the same in them, whatever their weights in the cost. A row with a NaN spoils
   * its whole batch. {@link Network#fold} makes of a trained network one without batch
   * normalization.
   *
   * <p>Source: S. Ioffe, C. Szegedy, "Batch normalization: accelerating deep network training by
   * reducing internal covariate shift", ICML 2015.
   *
   * @param epsilon finite and greater than 0 as a float
   * @param momentum share of a batch in the running statistics, greater than 0 and at most 1
   */
  record Batch(double epsilon, double momentum) implements Normalization {
    /** The momentum of factories that are given none, 0.1. */
    public static final double DEFAULT_MOMENTUM = 0.1;

    /** Checks epsilon and momentum. */
    public Batch {
      requireEpsilon(epsilon);
      if (!((float) momentum > 0 && momentum <= 1)) {
        throw new IllegalArgumentException(
            "momentum must be greater than 0 as a float and at most 1, but is " + momentum);
      }
    }

    /** The name, with an epsilon and a momentum that are not the defaults. */
    @Override
    public String toString() {
      return "batch norm"
          + suffix(epsilon)
          + (momentum == DEFAULT_MOMENTUM ? "" : " momentum " + momentum);
    }
  }

  private static void requireEpsilon(double epsilon) {
    float rounded = (float) epsilon;
    if (!(rounded > 0 && rounded < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "epsilon must be finite and greater than 0 as a float, but is " + epsilon);
    }
  }

  private static String suffix(double epsilon) {
    return epsilon == DEFAULT_EPSILON ? "" : " epsilon " + epsilon;
  }
}
