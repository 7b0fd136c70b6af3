package dev.nn.train;

import dev.nn.LossFunction;
import dev.nn.Network;
import dev.nn.data.RowSource;
import dev.nn.spi.Workers;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * A training that goes on from call to call: what the optimizer remembers, the number of steps, the
 * buffers and the threads stay until it is closed. For data that arrives bit by bit.
 *
 * <p>Each {@link #fit} is one epoch over the rows that it is given, and n calls with the same rows
 * are the n epochs of {@link Trainer#fit}, bit for bit. Without shuffling, calls with parts of a
 * data set in order are one epoch over the whole where every part but the last is full batches and
 * the learning rate is constant; a schedule counts the batches of each call, and every call is an
 * epoch.
 *
 * <p>One thread at a time may use a training; nobody else may use the network during a call, but
 * from a listener. Between calls anybody may predict.
 *
 * <pre>{@code
 * try (Training training = trainer.open(network)) {
 *   while (more()) {
 *     training.fit(next());
 *   }
 * }
 * }</pre>
 */
public final class Training implements AutoCloseable {
  private final Trainer settings;
  private final Network network;
  private final LossFunction loss;
  private final RowWeights rowWeights;
  private final Workers workers;
  private final LearningRate learningRate;
  private final Pass pass;

  /** Number of epochs that were begun. */
  private int epochs;

  private boolean closed;

  /** Starts the threads. */
  Training(Trainer settings, Network network, LossFunction loss) {
    this.settings = settings;
    this.network = network;
    this.loss = loss;
    this.rowWeights = settings.rowWeights(network.architecture(), loss);
    this.learningRate = new LearningRate(settings);
    this.workers = Workers.of(settings.threads);
    try {
      this.pass = new Pass(settings, network, loss, learningRate, workers);
    } catch (Throwable thrown) { // no memory for the buffers: leave no thread behind
      workers.close();
      throw thrown;
    }
  }

  /**
   * One epoch over some rows, batch by batch: online learning.
   *
   * <p>Calls count as epochs for the order of the rows, for listeners and for {@link
   * ReduceOnPlateau}, which looks at the training loss; a {@link Schedule} sees the steps of all
   * calls, the batches of this one and the epochs of the trainer. A listener that asks for the end
   * ends the call. Each call copies all parameters at its beginning and at its end: gather rows to
   * some batches where they come one by one.
   *
   * <p>After an exception the training can go on. If a {@link TrainingDivergedException} has taken
   * the parameters back to the beginning of the call, the optimizer starts anew.
   *
   * @param rows to learn; more than ever before let the buffers grow
   * @return loss and accuracy, measured before each update
   * @throws IllegalArgumentException if network, loss and rows do not go together, or a batch does
   *     not fit an array; nothing is changed. Also if the schedule gives a factor that is not
   *     allowed; the network is then as the last step left it
   * @throws IllegalStateException if this training is closed
   * @throws TrainingDivergedException if the loss of a row, its gradient by a {@link
   *     dev.nn.CustomLoss}, or a parameter is no longer finite; the parameters are the last good
   *     ones
   * @throws CancellationException if the thread is interrupted, before the next step; it stays
   *     interrupted
   */
  public History.Epoch fit(RowSource rows) {
    if (closed) {
      throw new IllegalStateException("this training is closed");
    }
    Evaluation.requireFits("rows", rows, network.architecture(), loss, rowWeights);
    reserve(rows);
    History.Epoch epoch = epoch(rows, Optional.empty());
    tell(epoch);
    return epoch;
  }

  Pass pass() {
    return pass;
  }

  LearningRate learningRate() {
    return learningRate;
  }

  /** Goes on after so many epochs, of an earlier training. */
  void goOnAfter(int number) {
    epochs = number;
  }

  /** Makes room for the batches of rows; refuses those that fit no array. */
  void reserve(RowSource rows) {
    pass.reserve(rows);
  }

  /** One epoch over rows that fit, measured but not yet told to the listeners. */
  History.Epoch epoch(RowSource train, Optional<RowSource> validation) {
    epochs++;
    Score score = pass.run(epochs, train);
    History.Epoch epoch =
        new History.Epoch(
            epochs,
            score,
            validation.map(v -> Evaluation.of(network, v, loss, workers, Optional.empty()).score()),
            pass.rows(),
            pass.nanos());
    learningRate.onEpoch(epoch);
    return epoch;
  }

  /** Tells the listeners of an epoch; whether one of them asks, or has asked, for the end. */
  boolean tell(History.Epoch epoch) {
    for (TrainingListener listener : settings.listeners) {
      listener.onEpoch(epoch);
    }
    boolean ended = pass.ended();
    for (TrainingListener listener : settings.listeners) {
      ended |= listener.endsAfterEpoch(epoch);
    }
    return ended;
  }

  /** Ends the threads; the network stays as it is. Closing again does nothing. */
  @Override
  public void close() {
    closed = true;
    workers.close();
  }
}
