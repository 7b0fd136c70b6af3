package dev.nn.train;

import dev.nn.spi.UpdateRule;

/**
 * Gradient descent with Nesterov's momentum: {@code V[l] = mu V[l] + dJ/dW[l]}, {@code W[l] = W[l]
 * - alpha (dJ/dW[l] + mu V[l])}, and the same for the biases.
 *
 * <p>PyTorch's {@code SGD(momentum=mu, nesterov=True)} without dampening.
 *
 * @param learningRate alpha, finite and greater than 0
 * @param momentum mu, at least 0 and below 1
 */
public record Nesterov(double learningRate, double momentum) implements Optimizer {
  /** Checks both factors. */
  public Nesterov {
    Factors.requirePositive("learningRate", learningRate);
    Factors.requireBelowOne("momentum", momentum);
  }

  /**
   * Gradient descent with Nesterov's momentum; 0.9 is a common choice.
   *
   * @param learningRate alpha, finite and greater than 0
   * @param momentum mu, at least 0 and below 1
   * @return the optimizer
   */
  public static Nesterov of(double learningRate, double momentum) {
    return new Nesterov(learningRate, momentum);
  }

  @Override
  public UpdateRule rule(double factor, double l2) {
    return new UpdateRule.Nesterov(
        (float) Factors.scaled(learningRate, factor), (float) momentum, (float) l2);
  }
}
