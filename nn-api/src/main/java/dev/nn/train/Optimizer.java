package dev.nn.train;

import dev.nn.spi.UpdateRule;

/** How a parameter follows its gradient: {@code W[l] = W[l] - alpha dJ/dW[l]} and its relatives. */
public sealed interface Optimizer permits Sgd, Momentum, Adam, Nesterov, RmsProp, Adagrad, AdamW {
  /**
   * The rule of a step, whose learning rate is {@code (float) (alpha * factor)}, the product in
   * double.
   *
   * @param factor what a {@link Schedule} makes of the learning rate, finite and not negative
   * @param l2 lambda of the L2 term, weights only
   * @return what the backend applies
   * @throws IllegalArgumentException if alpha times the factor is NaN, negative or no finite float
   */
  UpdateRule rule(double factor, double l2);
}
