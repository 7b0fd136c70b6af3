package dev.nn.train;

/**
 * Ends a training after {@code patience} epochs in a row without a new best, and in any case leaves
 * the network with the parameters of the best epoch, bit for bit.
 *
 * <p>The best epoch is the first with the lowest loss, or with the highest accuracy where that is
 * watched: of the validation rows, or of the training rows where there are no validation rows. A
 * NaN is worse than every number. The parameters are restored when fit returns, not when it ends by
 * an exception; until then the training keeps a copy of all parameters, renewed with each new best.
 *
 * <p>Training rows are measured while the network learns them, before the update by their batch:
 * what is best for them is told an epoch late. Source: L. Prechelt, "Early stopping - but when?",
 * 1998.
 *
 * @param patience epochs without a new best after which the training ends, at least 1
 * @param byAccuracy whether the accuracy is watched, not the loss; only where outputs are classes
 */
public record EarlyStopping(int patience, boolean byAccuracy) {
  /** Checks the patience. */
  public EarlyStopping {
    Factors.requireAtLeast(1, "patience", patience);
  }

  /**
   * Watches the loss.
   *
   * @param epochs without a new best after which the training ends, at least 1
   * @return when to stop
   */
  public static EarlyStopping patience(int epochs) {
    return new EarlyStopping(epochs, false);
  }

  /**
   * The same patience with the accuracy.
   *
   * @return when to stop
   */
  public EarlyStopping onAccuracy() {
    return new EarlyStopping(patience, true);
  }
}
