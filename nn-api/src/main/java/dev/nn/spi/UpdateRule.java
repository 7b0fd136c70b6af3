package dev.nn.spi;

/**
 * How a parameter w follows its gradient g: first the lecture's L2 term, {@code g' = lambda == 0 ?
 * g : fma(lambda, w, g)}, then the formula of the rule.
 *
 * <p>Biases are never regularized: for them lambda is 0. A rule is immutable; what it remembers of
 * earlier steps stands in {@link Moments}. Factors that depend on betas or on the number of the
 * step are computed in double and rounded once.
 */
public sealed interface UpdateRule {
  /**
   * The factor of the L2 term.
   *
   * @return lambda, finite and not negative
   */
  float l2();

  /**
   * The same rule without the L2 term.
   *
   * @return the rule for biases
   */
  UpdateRule forBias();

  /**
   * How many values the rule remembers for each parameter.
   *
   * @return 0, 1 or 2
   */
  int moments();

  /**
   * {@code w = fma(-alpha, g', w)}: gradient descent.
   *
   * @param learningRate alpha, finite and not negative
   * @param l2 lambda, finite and not negative
   */
  record GradientDescent(float learningRate, float l2) implements UpdateRule {
    /** Checks both factors. */
    public GradientDescent {
      requireFactor("learningRate", learningRate);
      requireFactor("l2", l2);
    }

    @Override
    public UpdateRule forBias() {
      return l2 == 0 ? this : new GradientDescent(learningRate, 0);
    }

    @Override
    public int moments() {
      return 0;
    }
  }

  /**
   * {@code v = fma(mu, v, g')}, {@code w = fma(-alpha, v, w)}: gradient descent with momentum.
   *
   * <p>Source: B. Polyak, "Some methods of speeding up the convergence of iteration methods", 1964,
   * in the form of Sutskever et al., ICML 2013, without their factor of the first gradient.
   *
   * @param learningRate alpha, finite and not negative
   * @param momentum mu, at least 0 and below 1
   * @param l2 lambda, finite and not negative
   */
  record Momentum(float learningRate, float momentum, float l2) implements UpdateRule {
    /** Checks all factors. */
    public Momentum {
      requireFactor("learningRate", learningRate);
      requireBelowOne("momentum", momentum);
      requireFactor("l2", l2);
    }

    @Override
    public UpdateRule forBias() {
      return l2 == 0 ? this : new Momentum(learningRate, momentum, 0);
    }

    @Override
    public int moments() {
      return 1;
    }
  }

  /**
   * {@code m = fma(beta1, m, (1 - beta1) g')}, {@code v = fma(beta2, v, ((1 - beta2) g') g')},
   * {@code w = w - (alpha_t m) / (sqrt(v) + epsilon_t)}, where {@code alpha_t = alpha sqrt(1 -
   * beta2^t) / (1 - beta1^t)} and {@code epsilon_t = epsilon sqrt(1 - beta2^t)} correct the bias of
   * step t.
   *
   * <p>Source: D. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015.
   *
   * @param learningRate alpha, finite and not negative
   * @param beta1 decay of the first moment m, at least 0 and below 1
   * @param beta2 decay of the second moment v, at least 0 and below 1
   * @param epsilon finite and greater than 0 as a float
   * @param l2 lambda, finite and not negative
   */
  record Adam(double learningRate, double beta1, double beta2, double epsilon, float l2)
      implements UpdateRule {
    /** Checks all factors. */
    public Adam {
      requireFactor("learningRate", (float) learningRate);
      requireBelowOne("beta1", (float) beta1);
      requireBelowOne("beta2", (float) beta2);
      requireFactor("epsilon", (float) epsilon);
      if ((float) epsilon == 0) {
        throw new IllegalArgumentException(
            "epsilon must be greater than 0 as a float, but is " + epsilon);
      }
      requireFactor("l2", l2);
    }

    /**
     * alpha_t.
     *
     * @param step t, from 1
     * @return the learning rate of that step, rounded once
     */
    public float learningRate(long step) {
      double correction = Math.sqrt(1 - StrictMath.pow(beta2, (double) step));
      return (float) (learningRate * correction / (1 - StrictMath.pow(beta1, (double) step)));
    }

    /**
     * epsilon_t.
     *
     * @param step t, from 1
     * @return the epsilon of that step, rounded once
     */
    public float epsilon(long step) {
      return (float) (epsilon * Math.sqrt(1 - StrictMath.pow(beta2, (double) step)));
    }

    @Override
    public UpdateRule forBias() {
      return l2 == 0 ? this : new Adam(learningRate, beta1, beta2, epsilon, 0);
    }

    @Override
    public int moments() {
      return 2;
    }
  }

  private static void requireFactor(String name, float value) {
    if (!(value >= 0 && value < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " must be finite and not negative, but is " + value);
    }
  }

  private static void requireBelowOne(String name, float value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + " must be at least 0 and below 1 as a float, but is " + value);
    }
  }
}
