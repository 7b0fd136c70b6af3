package dev.nn.train;

import dev.nn.spi.UpdateRule;

/**
 * Adagrad: a step of {@code alpha dJ/dW[l] / (sqrt(v) + epsilon)}, where v is the sum of the
 * squares of all gradients so far.
 *
 * <p>Source: J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and
 * stochastic optimization", JMLR 12, 2011. {@link UpdateRule.Adagrad} has the formula.
 *
 * @param learningRate alpha, finite and greater than 0
 * @param epsilon finite and greater than 0
 */
public record Adagrad(double learningRate, double epsilon) implements Optimizer {
  /** Checks both factors. */
  public Adagrad {
    Factors.requirePositive("learningRate", learningRate);
    Factors.requirePositive("epsilon", epsilon);
  }

  /**
   * Adagrad with an epsilon of 1e-8.
   *
   * @param learningRate alpha, finite and greater than 0; 0.01 is a common choice
   * @return the optimizer
   */
  public static Adagrad of(double learningRate) {
    return new Adagrad(learningRate, 1e-8);
  }

  @Override
  public UpdateRule rule(double factor, double l2) {
    return new UpdateRule.Adagrad(
        (float) Factors.scaled(learningRate, factor), (float) epsilon, (float) l2);
  }
}
