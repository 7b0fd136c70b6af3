package dev.nn.train;

import dev.nn.spi.UpdateRule;

/**
 * Adam with decoupled weight decay: {@code W[l] = W[l] - alpha decay W[l]}, then the step of {@link
 * Adam}; biases do not decay.
 *
 * <p>Unlike the L2 term, which a trainer may add, the decay is no part of the gradient, so that it
 * is not divided by the size of the gradients. PyTorch's {@code AdamW} with its decay for weights
 * only.
 *
 * <p>Source: I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019. {@link
 * UpdateRule.AdamW} has the formula.
 *
 * @param learningRate alpha, finite and greater than 0
 * @param beta1 decay of the mean of the gradient, at least 0 and below 1
 * @param beta2 decay of the mean of its square, at least 0 and below 1
 * @param epsilon finite and greater than 0
 * @param decay of the weights, finite and not negative, as its product with alpha must be
 */
public record AdamW(double learningRate, double beta1, double beta2, double epsilon, double decay)
    implements Optimizer {
  /** Checks all factors. */
  public AdamW {
    Factors.requirePositive("learningRate", learningRate);
    Factors.requireBelowOne("beta1", beta1);
    Factors.requireBelowOne("beta2", beta2);
    Factors.requirePositive("epsilon", epsilon);
    Factors.requirePositive("epsilon times sqrt(1 - beta2)", epsilon * Math.sqrt(1 - beta2));
    Factors.requireNotNegative("decay", decay);
    Factors.requireNotNegative("learningRate times decay", learningRate * decay);
  }

  /**
   * AdamW with the decays of the moments and the epsilon of Adam's authors: 0.9, 0.999 and 1e-8.
   *
   * @param learningRate alpha, finite and greater than 0; 0.001 is a common choice
   * @param decay of the weights, finite and not negative; 0.01 is a common choice
   * @return the optimizer
   */
  public static AdamW of(double learningRate, double decay) {
    return new AdamW(learningRate, 0.9, 0.999, 1e-8, decay);
  }

  @Override
  public UpdateRule rule(double factor, double l2) {
    return new UpdateRule.AdamW(
        Factors.scaled(learningRate, factor), beta1, beta2, epsilon, decay, (float) l2);
  }
}
