package dev.nn.train;

import dev.nn.spi.UpdateRule;

/**
 * RMSProp: a step of {@code alpha dJ/dW[l] / (sqrt(v) + epsilon)}, where v is the decaying mean of
 * the square of the gradient.
 *
 * <p>Source: T. Tieleman, G. Hinton, "Lecture 6.5: rmsprop", COURSERA: Neural networks for machine
 * learning, 2012. {@link UpdateRule.RmsProp} has the formula; it is PyTorch's {@code RMSprop},
 * neither centered nor with momentum.
 *
 * @param learningRate alpha, finite and greater than 0
 * @param rho decay of the mean of the square, at least 0 and below 1
 * @param epsilon finite and greater than 0
 */
public record RmsProp(double learningRate, double rho, double epsilon) implements Optimizer {
  /** Checks all factors. */
  public RmsProp {
    Factors.requirePositive("learningRate", learningRate);
    Factors.requireBelowOne("rho", rho);
    Factors.requirePositive("epsilon", epsilon);
  }

  /**
   * RMSProp with the decay of its authors, 0.9, and an epsilon of 1e-8.
   *
   * @param learningRate alpha, finite and greater than 0; 0.001 is a common choice
   * @return the optimizer
   */
  public static RmsProp of(double learningRate) {
    return new RmsProp(learningRate, 0.9, 1e-8);
  }

  @Override
  public UpdateRule rule(double factor, double l2) {
    return new UpdateRule.RmsProp(
        (float) Factors.scaled(learningRate, factor), rho, (float) epsilon, (float) l2);
  }
}
