package dev.nn.train;

import dev.nn.spi.UpdateRule;

/** How a parameter follows its gradient: {@code W[l] = W[l] - alpha dJ/dW[l]} and its relatives. */
public sealed interface Optimizer permits Sgd, Momentum, Adam, Nesterov, RmsProp, Adagrad, AdamW {
  /**
   * The rule of a step.
   *
   * @param l2 lambda of the L2 term, weights only
   * @return what the backend applies
   */
  UpdateRule rule(double l2);
}
