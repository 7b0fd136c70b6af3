package dev.nn.train;

/**
 * Watches a training. Calls come from the thread that called {@link Trainer#fit}; an exception ends
 * the training after the step at hand and reaches the caller of fit.
 */
public interface TrainingListener {
  /**
   * After each step.
   *
   * @param epoch number of the epoch, from 1
   * @param batch number of the batch in the epoch, from 1
   * @param batches number of batches of the epoch
   */
  default void onBatch(int epoch, int batch, int batches) {}

  /**
   * After each epoch.
   *
   * @param epoch what it brought
   */
  default void onEpoch(History.Epoch epoch) {}
}
