package dev.nn.spi;

import java.util.Objects;

/**
 * How a parameter w follows its gradient g: first the lecture's L2 term, {@code g' = lambda == 0 ?
 * g : fma(lambda, w, g)}, then the formula of the rule. {@link Adjusted} puts a limit of the
 * gradient, and the L1 term, before these.
 *
 * <p>Biases are never regularized: for them lambda, the factor of the L1 term, and the decay of
 * {@link AdamW}, are 0. A rule is immutable; what it remembers of earlier steps stands in {@link
 * Moments}. Factors that are computed from others, or from the number of the step, are computed in
 * double and rounded once.
 */
public sealed interface UpdateRule {
  /**
   * The factor of the L2 term.
   *
   * @return lambda, finite and not negative
   */
  float l2();

  /**
   * The same rule without the terms of L2 and L1 and without decay.
   *
   * @return the rule for biases
   */
  UpdateRule forBias();

  /**
   * What moments are remembered of: rules of one kind can follow one another, as a learning rate
   * changes.
   *
   * @return the class of this rule, or of the one that is {@link Adjusted}
   */
  default Class<? extends UpdateRule> kind() {
    return getClass();
  }

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
   * {@code v = fma(mu, v, g')}, {@code w = fma(-alpha, fma(mu, v, g'), w)}: gradient descent with
   * Nesterov's momentum.
   *
   * <p>Source: Y. Nesterov, "A method for solving the convex programming problem with convergence
   * rate O(1/k^2)", 1983, in the form of Bengio et al., ICASSP 2013, whose parameters are those
   * that Nesterov takes the gradient at.
   *
   * @param learningRate alpha, finite and not negative
   * @param momentum mu, at least 0 and below 1
   * @param l2 lambda, finite and not negative
   */
  record Nesterov(float learningRate, float momentum, float l2) implements UpdateRule {
    /** Checks all factors. */
    public Nesterov {
      requireFactor("learningRate", learningRate);
      requireBelowOne("momentum", momentum);
      requireFactor("l2", l2);
    }

    @Override
    public UpdateRule forBias() {
      return l2 == 0 ? this : new Nesterov(learningRate, momentum, 0);
    }

    @Override
    public int moments() {
      return 1;
    }
  }

  /**
   * {@code v = fma(g', g', v)}, {@code w = w - (alpha g') / (sqrt(v) + epsilon)}: every parameter
   * has a learning rate that falls with its gradients so far.
   *
   * <p>Source: J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and
   * stochastic optimization", JMLR 12, 2011.
   *
   * @param learningRate alpha, finite and not negative
   * @param epsilon finite and greater than 0
   * @param l2 lambda, finite and not negative
   */
  record Adagrad(float learningRate, float epsilon, float l2) implements UpdateRule {
    /** Checks all factors. */
    public Adagrad {
      requireFactor("learningRate", learningRate);
      requirePositive("epsilon", epsilon);
      requireFactor("l2", l2);
    }

    @Override
    public UpdateRule forBias() {
      return l2 == 0 ? this : new Adagrad(learningRate, epsilon, 0);
    }

    @Override
    public int moments() {
      return 1;
    }
  }

  /**
   * {@code v = fma(rho, v, ((1 - rho) g') g')}, {@code w = w - (alpha g') / (sqrt(v) + epsilon)}:
   * the gradient over the root of its mean square.
   *
   * <p>Source: T. Tieleman, G. Hinton, "Lecture 6.5: rmsprop", COURSERA: Neural networks for
   * machine learning, 2012.
   *
   * @param learningRate alpha, finite and not negative
   * @param rho decay of the mean square v, at least 0 and below 1
   * @param epsilon finite and greater than 0
   * @param l2 lambda, finite and not negative
   */
  record RmsProp(float learningRate, double rho, float epsilon, float l2) implements UpdateRule {
    /** Checks all factors. */
    public RmsProp {
      requireFactor("learningRate", learningRate);
      requireBelowOne("rho", (float) rho);
      requirePositive("epsilon", epsilon);
      requireFactor("l2", l2);
    }

    @Override
    public UpdateRule forBias() {
      return l2 == 0 ? this : new RmsProp(learningRate, rho, epsilon, 0);
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
      requirePositiveFromTheFirstStep(epsilon, beta2);
      requireFactor("l2", l2);
    }

    /**
     * alpha_t.
     *
     * @param step t, from 1
     * @return the learning rate of that step, rounded once
     */
    public float learningRate(long step) {
      return correctedRate(learningRate, beta1, beta2, step);
    }

    /**
     * epsilon_t.
     *
     * @param step t, from 1
     * @return the epsilon of that step, rounded once
     */
    public float epsilon(long step) {
      return correctedEpsilon(epsilon, beta2, step);
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

  /**
   * {@code w' = w - (alpha decay) w}, and from there the change of {@link Adam}: the gradient and
   * the moments know nothing of the decay.
   *
   * <p>In full: {@code g'} of w as it was, m and v as for Adam, {@code w' = alpha decay == 0 ? w :
   * fma(-(alpha decay), w, w)}, {@code w = w' - (alpha_t m) / (sqrt(v) + epsilon_t)}. The decay is
   * not corrected for the step; that of a bias is 0.
   *
   * <p>Source: I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019.
   *
   * @param learningRate alpha, finite and not negative
   * @param beta1 decay of the first moment m, at least 0 and below 1
   * @param beta2 decay of the second moment v, at least 0 and below 1
   * @param epsilon finite and greater than 0 as a float
   * @param decay of the weights, finite and not negative, as its product with alpha must be
   * @param l2 lambda of a further L2 term, finite and not negative; usually 0
   */
  record AdamW(
      double learningRate, double beta1, double beta2, double epsilon, double decay, float l2)
      implements UpdateRule {
    /** Checks all factors. */
    public AdamW {
      requireFactor("learningRate", (float) learningRate);
      requireBelowOne("beta1", (float) beta1);
      requireBelowOne("beta2", (float) beta2);
      requirePositiveFromTheFirstStep(epsilon, beta2);
      requireFactor("decay", (float) decay);
      requireFactor("learningRate times decay", (float) (learningRate * decay));
      requireFactor("l2", l2);
    }

    /**
     * alpha_t.
     *
     * @param step t, from 1
     * @return the learning rate of that step, rounded once
     */
    public float learningRate(long step) {
      return correctedRate(learningRate, beta1, beta2, step);
    }

    /**
     * epsilon_t.
     *
     * @param step t, from 1
     * @return the epsilon of that step, rounded once
     */
    public float epsilon(long step) {
      return correctedEpsilon(epsilon, beta2, step);
    }

    /**
     * alpha decay.
     *
     * @return the part of a weight that decays in a step, rounded once
     */
    public float decayOfStep() {
      return (float) (learningRate * decay);
    }

    @Override
    public UpdateRule forBias() {
      return l2 == 0 && decay == 0 ? this : new AdamW(learningRate, beta1, beta2, epsilon, 0, 0);
    }

    @Override
    public int moments() {
      return 2;
    }
  }

  /**
   * {@code c = max(-clip, min(clip, g))}, {@code g1 = c + l1 sign(w)}, and with g1 in place of g
   * another rule: clipping by value, and the L1 term {@code l1 ||w||_1} of the cost.
   *
   * <p>In full: {@code c = g > clip ? clip : g}, {@code c = c < -clip ? -clip : c}; {@code g1 = l1
   * == 0 ? c : c + s}, {@code s = w > 0 ? l1 : w < 0 ? -l1 : +0}. A gradient that is NaN stays so.
   * What is clipped is the gradient of the loss alone, not the terms of L1 and L2.
   *
   * @param rule any rule but one of this kind; what it remembers is what this one remembers
   * @param clip most that an element of the gradient may be, greater than 0; infinite for no limit
   * @param l1 factor of the L1 term, finite and not negative
   */
  record Adjusted(UpdateRule rule, float clip, float l1) implements UpdateRule {
    /** Checks the rule and both numbers. */
    public Adjusted {
      Objects.requireNonNull(rule, "rule");
      if (rule instanceof Adjusted) {
        throw new IllegalArgumentException("rule must not be adjusted itself, but is " + rule);
      }
      if (!(clip > 0)) {
        throw new IllegalArgumentException("clip must be greater than 0, but is " + clip);
      }
      requireFactor("l1", l1);
    }

    @Override
    public float l2() {
      return rule.l2();
    }

    @Override
    public UpdateRule forBias() {
      if (clip == Float.POSITIVE_INFINITY) {
        return rule.forBias();
      }
      UpdateRule bias = rule.forBias();
      return l1 == 0 && bias == rule ? this : new Adjusted(bias, clip, 0);
    }

    @Override
    public Class<? extends UpdateRule> kind() {
      return rule.kind();
    }

    @Override
    public int moments() {
      return rule.moments();
    }
  }

  /** {@code alpha sqrt(1 - beta2^t) / (1 - beta1^t)}. */
  private static float correctedRate(double alpha, double beta1, double beta2, long step) {
    double correction = Math.sqrt(1 - StrictMath.pow(beta2, (double) step));
    return (float) (alpha * correction / (1 - StrictMath.pow(beta1, (double) step)));
  }

  /** {@code epsilon sqrt(1 - beta2^t)}. */
  private static float correctedEpsilon(double epsilon, double beta2, long step) {
    return (float) (epsilon * Math.sqrt(1 - StrictMath.pow(beta2, (double) step)));
  }

  private static void requireFactor(String name, float value) {
    if (!(value >= 0 && value < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " must be finite and not negative, but is " + value);
    }
  }

  private static void requirePositive(String name, double value) {
    requireFactor(name, (float) value);
    if ((float) value == 0) {
      throw new IllegalArgumentException(
          name + " must be greater than 0 as a float, but is " + value);
    }
  }

  /** epsilon_t is least in the first step; 0 would make 0/0 of a gradient of 0. */
  private static void requirePositiveFromTheFirstStep(double epsilon, double beta2) {
    requirePositive("epsilon", epsilon);
    if (correctedEpsilon(epsilon, beta2, 1) == 0) {
      throw new IllegalArgumentException(
          "epsilon must be greater than 0 as a float in the first step, times sqrt(1 - beta2), but"
              + " is "
              + epsilon);
    }
  }

  private static void requireBelowOne(String name, float value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          name + " must be at least 0 and below 1 as a float, but is " + value);
    }
  }
}
