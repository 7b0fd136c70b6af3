package dev.nn.train;

import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * Watches a training, and may end it. Calls come from the thread that called {@link Trainer#fit}.
 *
 * <p>A listener ends a training in the plain way by answering true to {@link #endsAfterBatch} or
 * {@link #endsAfterEpoch}: fit then returns its history, with {@link History.End#LISTENER}. An
 * exception ends it too, after the step at hand, and reaches the caller of fit. All listeners are
 * told of a batch or an epoch before any is asked whether it shall be the last.
 */
public interface TrainingListener {
  /**
   * Before the first step of a training that goes on from a checkpoint. What came after that was
   * told before the interruption, and will be told again.
   *
   * @param checkpoint the file
   * @param epoch number of the epoch at hand, from 1; one more than there are if all are over
   * @param batch number of batches of it that have been learned
   */
  default void onResume(Path checkpoint, int epoch, int batch) {}

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

  /**
   * Whether the training ends with the batch at hand. Its epoch ends with it: it is measured, told
   * to the listeners and kept in the history like any other, with the rows that it took.
   *
   * @param epoch number of the epoch, from 1
   * @param batch number of the batch in the epoch, from 1
   * @param batches number of batches of the whole epoch
   * @return true to make no further step
   */
  default boolean endsAfterBatch(int epoch, int batch, int batches) {
    return false;
  }

  /**
   * Whether the training ends with the epoch at hand.
   *
   * @param epoch what it brought
   * @return true to begin no further epoch
   */
  default boolean endsAfterEpoch(History.Epoch epoch) {
    return false;
  }

  /**
   * Ends a training after the first epoch of a kind.
   *
   * @param reached whether an epoch shall be the last
   * @return a listener that does nothing else
   */
  static TrainingListener until(Predicate<History.Epoch> reached) {
    Objects.requireNonNull(reached, "reached");
    return new TrainingListener() {
      @Override
      public boolean endsAfterEpoch(History.Epoch epoch) {
        return reached.test(epoch);
      }
    };
  }

  /**
   * Ends a training after the first epoch whose {@link History.Epoch#score} has a loss of at most
   * the target.
   *
   * @param target a number
   * @return a listener that does nothing else
   */
  static TrainingListener untilLoss(double target) {
    requireNumber(target);
    return until(epoch -> epoch.score().loss() <= target);
  }

  /**
   * Ends a training after the first epoch whose {@link History.Epoch#score} has an accuracy of at
   * least the target; never where outputs are no classes.
   *
   * @param target a number, 1 for no mistake
   * @return a listener that does nothing else
   */
  static TrainingListener untilAccuracy(double target) {
    requireNumber(target);
    return until(epoch -> epoch.score().accuracy() >= target);
  }

  private static void requireNumber(double target) {
    if (Double.isNaN(target)) {
      throw new IllegalArgumentException("target must be a number, but is NaN");
    }
  }
}
