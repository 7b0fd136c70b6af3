package dev.nn.train;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where and how often a training writes all that it needs to go on after an interruption, whatever
 * that was: a crash, a kill, a power cut.
 *
 * <p>A checkpoint has parameters, what the optimizer remembers, numbers of epoch, batch and step,
 * the sums of the epoch at hand, the history, the best epoch and its parameters, and the state of
 * {@link ReduceOnPlateau}. Everything random is a function of the seed and these numbers. So {@link
 * Trainer#resume} goes on bit for bit as if nothing had happened, with another number of threads or
 * on another backend as well.
 *
 * <p>Each is a file of its own, {@code step-<steps made>.safetensors}, written beside its place,
 * forced to the disk and moved there in one step, with a checksum; the one before it is kept until
 * the next. docs/file-formats.md has the layout. Besides these times one is written when a training
 * ends, and before a {@link java.util.concurrent.CancellationException} by an interrupt.
 *
 * @param folder of one training; made if it is missing, in a folder that exists
 * @param everySteps steps from checkpoint to checkpoint; 0 for one at the end of each epoch
 */
public record Checkpoints(Path folder, long everySteps) {
  /** Checks the number of steps. */
  public Checkpoints {
    Objects.requireNonNull(folder, "folder");
    if (everySteps < 0) {
      throw new IllegalArgumentException("everySteps must be 0 or more, but is " + everySteps);
    }
  }

  /**
   * A checkpoint at the end of each epoch.
   *
   * @param folder of one training
   * @return where and how often
   */
  public static Checkpoints everyEpoch(Path folder) {
    return new Checkpoints(folder, 0);
  }

  /**
   * A checkpoint after every so many steps.
   *
   * @param folder of one training
   * @param steps from checkpoint to checkpoint, at least 1
   * @return where and how often
   */
  public static Checkpoints everySteps(Path folder, long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("steps must be at least 1, but is " + steps);
    }
    return new Checkpoints(folder, steps);
  }
}
