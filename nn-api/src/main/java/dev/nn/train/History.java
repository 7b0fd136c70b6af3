package dev.nn.train;

import java.util.List;
import java.util.Optional;

/**
 * What a training saw, epoch by epoch.
 *
 * @param epochs in order, the first has number 1
 */
public record History(List<Epoch> epochs) {
  /** Copies the list. */
  public History {
    epochs = List.copyOf(epochs);
  }

  /**
   * The last epoch.
   *
   * @return the epoch
   * @throws IllegalStateException if there was none
   */
  public Epoch last() {
    if (epochs.isEmpty()) {
      throw new IllegalStateException("this history has no epochs");
    }
    return epochs.get(epochs.size() - 1);
  }

  /**
   * One pass over the training rows.
   *
   * @param number 1 for the first
   * @param train score of the training rows, each measured before the update by its own batch
   * @param validation score of the validation rows after the epoch, if there are any
   * @param rows number of training rows
   * @param nanos duration of the pass over the training rows in nanoseconds
   */
  public record Epoch(int number, Score train, Optional<Score> validation, int rows, long nanos) {
    /**
     * The score that decides where a training is steered by one: of the validation rows, or of the
     * training rows where there are no validation rows.
     *
     * @return validation or train
     */
    public Score score() {
      return validation.orElse(train);
    }

    /**
     * Speed of the pass.
     *
     * @return training rows per second
     */
    public double rowsPerSecond() {
      return rows * 1e9 / nanos;
    }
  }
}
