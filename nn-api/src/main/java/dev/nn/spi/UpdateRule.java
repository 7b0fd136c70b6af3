package dev.nn.spi;

/**
 * {@code g' = lambda == 0 ? g : fma(lambda, w, g)}, then {@code w = fma(-alpha, g', w)}: one step
 * of gradient descent with the lecture's L2 term.
 *
 * <p>Biases are never regularized: for them lambda is 0.
 *
 * @param learningRate alpha, finite and not negative
 * @param l2 lambda, finite and not negative
 */
public record UpdateRule(float learningRate, float l2) {
  /** Checks both factors. */
  public UpdateRule {
    requireFactor("learningRate", learningRate);
    requireFactor("l2", l2);
  }

  /**
   * The same rule without the L2 term.
   *
   * @return the rule for biases
   */
  public UpdateRule forBias() {
    return l2 == 0 ? this : new UpdateRule(learningRate, 0);
  }

  private static void requireFactor(String name, float value) {
    if (!(value >= 0 && value < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          name + " must be finite and not negative, but is " + value);
    }
  }
}
