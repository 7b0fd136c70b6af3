package dev.nn.train;

/**
 * {@code alpha = alpha factor} when the loss no longer falls: after more than {@code patience}
 * epochs in a row, none of which was below {@code best (1 - leastImprovement)}; the count then
 * starts again.
 *
 * <p>The loss is that of the validation rows, or of the training rows where there are no validation
 * rows. What is left of the learning rate multiplies the {@link Schedule}. PyTorch's {@code
 * ReduceLROnPlateau(mode='min', threshold_mode='rel', cooldown=0, min_lr=0, eps=0)}.
 *
 * @param factor of each reduction, greater than 0 and below 1
 * @param patience epochs without an improvement that are let pass, at least 0
 * @param leastImprovement relative, at least 0 and below 1
 */
public record ReduceOnPlateau(double factor, int patience, double leastImprovement) {
  /** Checks all values. */
  public ReduceOnPlateau {
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException(
          "factor must be greater than 0 and below 1, but is " + factor);
    }
    Factors.requireAtLeast(0, "patience", patience);
    if (!(leastImprovement >= 0 && leastImprovement < 1)) {
      throw new IllegalArgumentException(
          "leastImprovement must be at least 0 and below 1, but is " + leastImprovement);
    }
  }

  /**
   * A reduction for losses that do not improve by a ten-thousandth, PyTorch's default.
   *
   * @param factor of each reduction, greater than 0 and below 1; 0.1 is PyTorch's
   * @param patience epochs without an improvement that are let pass, at least 0; 10 is PyTorch's
   * @return what the trainer shall do
   */
  public static ReduceOnPlateau of(double factor, int patience) {
    return new ReduceOnPlateau(factor, patience, 1e-4);
  }
}
