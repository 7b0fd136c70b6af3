package dev.nn.train;

import dev.nn.spi.UpdateRule;

/**
 * Gradient descent with momentum: {@code V[l] = mu V[l] + dJ/dW[l]}, {@code W[l] = W[l] - alpha
 * V[l]}, and the same for the biases.
 *
 * <p>PyTorch's {@code SGD(momentum=mu)} without dampening.
 *
 * @param learningRate alpha, finite and greater than 0
 * @param momentum mu, at least 0 and below 1
 */
public record Momentum(double learningRate, double momentum) implements Optimizer {
  /** Checks both factors. */
  public Momentum {
    Factors.requirePositive("learningRate", learningRate);
    Factors.requireBelowOne("momentum", momentum);
  }

  /**
   * Gradient descent with momentum; 0.9 is a common choice.
   *
   * @param learningRate alpha, finite and greater than 0
   * @param momentum mu, at least 0 and below 1
   * @return the optimizer
   */
  public static Momentum of(double learningRate, double momentum) {
    return new Momentum(learningRate, momentum);
  }

  @Override
  public UpdateRule rule(double factor, double l2) {
    return new UpdateRule.Momentum(
        (float) Factors.scaled(learningRate, factor), (float) momentum, (float) l2);
  }
}
