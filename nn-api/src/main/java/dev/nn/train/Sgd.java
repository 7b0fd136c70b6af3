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
    if (!((float) learningRate > 0 && learningRate <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "learningRate must be finite and greater than 0 as a float, but is " + learningRate);
    }
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
  public UpdateRule rule(double l2) {
    return new UpdateRule((float) learningRate, (float) l2);
  }
}
