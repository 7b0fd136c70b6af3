package dev.nn.train;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a training saw, epoch by epoch.
 *
 * @param epochs in order, the first has number 1
 * @param bestEpoch number of the first epoch with the best {@link Epoch#score}: the lowest loss, or
 *     the highest accuracy if early stopping watched that; 0 if there are no epochs. Without
 *     validation rows an epoch that a listener cut short is no candidate, unless it is the first
 * @param end why there are no more epochs
 */
public record History(List<Epoch> epochs, int bestEpoch, End end) {
  /** Why a training ended. */
  public enum End {
    /** As many epochs as the trainer was asked for. */
    ALL_EPOCHS,

    /** No new best for as many epochs as {@link EarlyStopping#patience()}. */
    EARLY_STOPPING,

    /** A {@link TrainingListener} asked for it. */
    LISTENER
  }

  /** Copies the list. */
  public History {
    epochs = List.copyOf(epochs);
    Objects.requireNonNull(end, "end");
    if (bestEpoch < Math.min(1, epochs.size()) || bestEpoch > epochs.size()) {
      throw new IllegalArgumentException(
          "bestEpoch must be one of " + epochs.size() + " epochs, but is " + bestEpoch);
    }
  }

  /**
   * The best epoch, whose parameters the network has if the training was given early stopping.
   *
   * @return the epoch
   * @throws IllegalStateException if there was none
   */
  public Epoch best() {
    requireEpochs();
    return epochs.get(bestEpoch - 1);
  }

  /**
   * The last epoch.
   *
   * @return the epoch
   * @throws IllegalStateException if there was none
   */
  public Epoch last() {
    requireEpochs();
    return epochs.get(epochs.size() - 1);
  }

  private void requireEpochs() {
    if (epochs.isEmpty()) {
      throw new IllegalStateException("this history has no epochs");
    }
  }

  /**
   * One pass over the training rows.
   *
   * @param number 1 for the first
   * @param train score of the training rows, each measured before the update by its own batch
   * @param validation score of the validation rows after the epoch, if there are any
   * @param rows number of training rows, fewer than all if a listener ended the epoch
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
