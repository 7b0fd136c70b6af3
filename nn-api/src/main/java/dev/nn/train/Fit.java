package dev.nn.train;

import dev.nn.LossFunction;
import dev.nn.Network;
import dev.nn.data.RowSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** One call of fit or resume: all epochs, the best of them, and checkpoints on the way. */
final class Fit implements AutoCloseable {
  private final Trainer settings;
  private final RowSource train;
  private final Optional<RowSource> validation;
  private final Training training;
  private final Best best;
  private final List<History.Epoch> seen = new ArrayList<>();
  private final Optional<CheckpointFolder> folder;
  private final TrainingState state;

  /** Makes room for all steps; that all of it goes together has been checked. */
  Fit(
      Trainer settings,
      Network network,
      LossFunction loss,
      RowSource train,
      Optional<RowSource> validation) {
    this.settings = settings;
    this.train = train;
    this.validation = validation;
    this.folder = settings.checkpoints.map(where -> new CheckpointFolder(where.folder()));
    this.training = new Training(settings, network, loss);
    try {
      training.reserve(train);
      this.best = new Best(settings.earlyStopping, network);
      this.state =
          new TrainingState(
              settings.describe(network.architecture(), loss, train, validation),
              training,
              best,
              seen,
              train,
              validation.isPresent());
      training.pass().saveBy(this::afterStep, this::save);
    } catch (Throwable thrown) {
      training.close();
      throw thrown;
    }
  }

  /** Refuses a folder with checkpoints, which nobody asked to go on from, or to lose. */
  void begin() {
    if (folder.isPresent()) {
      try {
        folder.get().open();
        List<Path> files = folder.get().files();
        if (!files.isEmpty()) {
          throw new IllegalStateException(
              "%s has checkpoints, the last of them %s: resume the training, or use another folder"
                  .formatted(folder.get().folder(), files.get(0).getFileName()));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Goes to the newest checkpoint, if there is any. */
  void goToCheckpoint() {
    if (Thread.currentThread().isInterrupted()) {
      throw new CancellationException("resume was interrupted: the network is as it was");
    }
    try {
      folder.get().open();
      Optional<Path> file = folder.get().read(state()::read);
      if (file.isPresent()) {
        for (TrainingListener listener : settings.listeners) {
          listener.onResume(file.get(), seen.size() + 1, training.pass().batchesLearned());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  History toTheEnd() {
    boolean ended = false;
    while (seen.size() < settings.epochs && !ended && !best.isOutOfPatience()) {
      History.Epoch epoch = training.epoch(train, validation);
      seen.add(epoch);
      best.onEpoch(epoch, validation.isPresent() || epoch.rows() == train.rows());
      ended = training.tell(epoch);
      if (!training.pass().ended()) { // which has a checkpoint of the epoch as it was cut
        afterEpoch(ended || seen.size() >= settings.epochs || best.isOutOfPatience());
      }
    }
    best.bringBack();
    return new History(
        seen,
        best.number(),
        ended
            ? History.End.LISTENER
            : best.isOutOfPatience() ? History.End.EARLY_STOPPING : History.End.ALL_EPOCHS);
  }

  /** What checkpoints keep of this. */
  TrainingState state() {
    return state;
  }

  Training training() {
    return training;
  }

  private void afterStep(long step) {
    if (folder.isPresent()) {
      long every = settings.checkpoints.get().everySteps();
      if (every > 0 && step % every == 0) {
        save();
      }
    }
  }

  private void afterEpoch(boolean last) {
    if (folder.isPresent() && (last || settings.checkpoints.get().everySteps() == 0)) {
      save();
    }
  }

  private void save() {
    if (folder.isPresent()) {
      try {
        folder.get().write(training.pass().steps(), state().writer());
      } catch (IOException e) {
        throw new UncheckedIOException("a checkpoint cannot be written", e);
      }
    }
  }

  /** Ends the threads. */
  @Override
  public void close() {
    training.close();
  }
}
