package dev.nn.train;

import dev.nn.Network;
import dev.nn.Parameters;
import java.util.Optional;

/** The best epoch of a training so far, and its parameters where they are to be restored. */
final class Best {
  private final Network network;
  private final Optional<EarlyStopping> stopping;
  private final Optional<Parameters> parameters;

  /** Number of the best epoch; 0 before the first. */
  private int number;

  private double value;

  /** Number of the last epoch. */
  private int last;

  Best(Optional<EarlyStopping> stopping, Network network) {
    this.network = network;
    this.stopping = stopping;
    this.parameters = stopping.map(early -> Parameters.of(network));
  }

  /**
   * Compares an epoch that left the network as it is now.
   *
   * @param comparable whether its score is of as many rows as the others'; if not, it is the best
   *     only where it is the first
   */
  void onEpoch(History.Epoch epoch, boolean comparable) {
    last = epoch.number();
    double lossOrError = lossOrError(epoch.score());
    boolean better = lossOrError < value || (Double.isNaN(value) && !Double.isNaN(lossOrError));
    if (number == 0 || (comparable && better)) {
      number = last;
      value = lossOrError;
      parameters.ifPresent(kept -> kept.copyFrom(network));
    }
  }

  private double lossOrError(Score score) {
    return stopping.isPresent() && stopping.get().byAccuracy()
        ? 1 - score.accuracy()
        : score.loss();
  }

  /** All but the parameters. */
  double[] state() {
    return new double[] {number, value, last};
  }

  /** Goes on where another one was; its parameters have been read. */
  void restore(double[] state) {
    number = (int) state[0];
    value = state[1];
    last = (int) state[2];
  }

  /** Those of the best epoch, or of the network before the first; none if they are not kept. */
  Optional<Parameters> parameters() {
    return parameters;
  }

  /** Whether too many epochs have passed since. */
  boolean isOutOfPatience() {
    return stopping.isPresent() && last - number >= stopping.get().patience();
  }

  /** Gives the network what the best epoch left. */
  void bringBack() {
    parameters.ifPresent(kept -> kept.copyTo(network));
  }

  int number() {
    return number;
  }
}
