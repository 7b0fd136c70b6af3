package dev.nn.train;

import dev.nn.spi.UpdateRule;

/**
 * Adam: a step of {@code alpha m / (sqrt(v) + epsilon)}, where m and v are the decaying means of
 * the gradient and its square, corrected for their start from zero.
 *
 * <p>Source: D. Kingma, J. Ba, "Adam: a method for stochastic optimization", ICLR 2015. {@link
 * UpdateRule.Adam} has the formula.
 *
 * @param learningRate alpha, finite and greater than 0
 * @param beta1 decay of the mean of the gradient, at least 0 and below 1
 * @param beta2 decay of the mean of its square, at least 0 and below 1
 * @param epsilon finite and greater than 0
 */
public record Adam(double learningRate, double beta1, double beta2, double epsilon)
    implements Optimizer {
  /** Checks all factors. */
  public Adam {
    Factors.requirePositive("learningRate", learningRate);
    Factors.requireBelowOne("beta1", beta1);
    Factors.requireBelowOne("beta2", beta2);
    Factors.requirePositive("epsilon", epsilon);
    Factors.requirePositive("epsilon times sqrt(1 - beta2)", epsilon * Math.sqrt(1 - beta2));
  }

  /**
   * Adam with the decays and the epsilon of its authors: 0.9, 0.999 and 1e-8.
   *
   * @param learningRate alpha, finite and greater than 0; 0.001 is a common choice
   * @return the optimizer
   */
  public static Adam of(double learningRate) {
    return new Adam(learningRate, 0.9, 0.999, 1e-8);
  }

  @Override
  public UpdateRule rule(double factor, double l2) {
    return new UpdateRule.Adam(
        Factors.scaled(learningRate, factor), beta1, beta2, epsilon, (float) l2);
  }
}
