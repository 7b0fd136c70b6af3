package dev.nn.train;

import dev.nn.spi.UpdateRule;

/**
 * Gradient descent: {@code W[l] = W[l] - alpha dJ/dW[l]}, {@code b[l] = b[l] - alpha dJ/db[l]}.
 *
 * <p>With the batch size it is the lecture's stochastic (1), mini-batch (B) or full (all rows)
 * form.
 *
 * @param learningRate alpha, finite and greater than 0
 */
public record Sgd(double learningRate) implements Optimizer {
  /** Checks the learning rate. */
  public Sgd {
    Factors.requirePositive("learningRate", learningRate);
  }

  /**
   * Gradient descent.
   *
   * @param learningRate alpha, finite and greater than 0
   * @return the optimizer
   */
  public static Sgd of(double learningRate) {
    return new Sgd(learningRate);
  }

  @Override
  public UpdateRule rule(double factor, double l2) {
    return new UpdateRule.GradientDescent((float) Factors.scaled(learningRate, factor), (float) l2);
  }
}
