package dev.nn.train;

import java.util.OptionalInt;

/**
 * A training that left the numbers: the loss of a row is NaN or infinite, or the gradient of a
 * {@link dev.nn.CustomLoss}, or an epoch left a parameter that is, or the norm of a gradient is
 * that shall be clipped.
 *
 * <p>A loss and a norm are looked at before their step changes anything. The network has the
 * parameters of the last whole step if all of them are finite, otherwise those of the beginning of
 * the epoch; these are as finite as what the epoch was given.
 */
public final class TrainingDivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Stands for no row and no layer. */
  private static final int NONE = -1;

  /** Of the loss or the parameters, from 1. */
  private final int epoch;

  /** In the epoch, from 1. */
  private final int batch;

  /** In the training, from 1. */
  private final long step;

  /** From 0, or -1 for none. */
  private final int row;

  /** From 0, or -1 for none. */
  private final int layer;

  private TrainingDivergedException(
      int epoch, int batch, long step, int row, int layer, String what, boolean backToBeginning) {
    super(
        "the training diverged in epoch "
            + epoch
            + ", batch "
            + batch
            + ", step "
            + step
            + ": "
            + what
            + "; the network is as "
            + (backToBeginning ? "it was at the beginning of the epoch" : "the last step left it")
            + ". What usually helps: a smaller learning rate, and features and targets scaled to"
            + " about -1 to 1 (FeatureScaler)");
    this.epoch = epoch;
    this.batch = batch;
    this.step = step;
    this.row = row;
    this.layer = layer;
  }

  /** For a loss, or its gradient if the loss is finite; the step was not made. */
  static TrainingDivergedException ofLoss(
      int epoch,
      int batch,
      long step,
      int row,
      float loss,
      OptionalInt layer,
      boolean backToBeginning) {
    String where =
        layer.isEmpty()
            ? "though all outputs of all layers are finite"
            : layer.getAsInt() == 0
                ? "and one of its features is not finite"
                : "and the outputs of layer "
                    + layer.getAsInt()
                    + " are the first that are not finite";
    return new TrainingDivergedException(
        epoch,
        batch,
        step,
        row,
        layer.orElse(NONE),
        (Float.isFinite(loss)
                ? "the loss of row "
                    + row
                    + " is "
                    + loss
                    + " with a gradient that is not finite, as is one that its function does not"
                    + " write, "
                : "the loss of row " + row + " is " + loss + ", ")
            + where,
        backToBeginning);
  }

  /** For the norm of a gradient; the step was not made. */
  static TrainingDivergedException ofGradient(
      int epoch, int batch, long step, double norm, OptionalInt layer, boolean backToBeginning) {
    return new TrainingDivergedException(
        epoch,
        batch,
        step,
        NONE,
        layer.orElseThrow(),
        "the norm of the gradient is "
            + norm
            + ", and layer "
            + layer.getAsInt()
            + " is the first, from the last one down, with a gradient that is not finite",
        backToBeginning);
  }

  /** For a parameter that the last step of an epoch left. */
  static TrainingDivergedException ofParameters(int epoch, int batch, long step, int layer) {
    return new TrainingDivergedException(
        epoch,
        batch,
        step,
        NONE,
        layer,
        "layer " + layer + " has a parameter that is not finite",
        true);
  }

  /**
   * The epoch.
   *
   * @return its number, from 1
   */
  public int epoch() {
    return epoch;
  }

  /**
   * The batch whose loss or gradient is not finite, or the last of the epoch if it was neither.
   *
   * @return its number in the epoch, from 1
   */
  public int batch() {
    return batch;
  }

  /**
   * The step of that batch, which was not made if it was a loss or a gradient.
   *
   * @return its number in the training, from 1
   */
  public long step() {
    return step;
  }

  /**
   * The first row of the batch whose loss or gradient is not finite.
   *
   * @return its number in the training rows, from 0; empty if it was a gradient, or parameters at
   *     the end of an epoch
   */
  public OptionalInt row() {
    return row == NONE ? OptionalInt.empty() : OptionalInt.of(row);
  }

  /**
   * The first layer of which an output for that row is not finite; if there is no row, the first of
   * which a parameter is not, or the last of which the gradient is not.
   *
   * @return 1..L, or 0 for the features of the row; empty if all outputs are finite and only the
   *     loss or its gradient is not
   */
  public OptionalInt layer() {
    return layer == NONE ? OptionalInt.empty() : OptionalInt.of(layer);
  }
}
