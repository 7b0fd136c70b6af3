package dev.nn.bench;

import dev.nn.train.History;
import dev.nn.train.Score;
import dev.nn.train.TrainingListener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/** One line for each epoch: everything but the speed is the same on every machine. */
final class EpochLines implements TrainingListener {
  private static final String HEADING =
      "epoch  train loss  accuracy  validation loss  accuracy  samples/s";
  private static final String HEADING_OF_LOSSES = "epoch  train loss  validation loss  samples/s";

  private final PrintWriter out;
  private final boolean accuracies;
  private boolean headed;

  /** Lines with accuracies where the task has them, else with losses only. */
  EpochLines(PrintWriter out, Task task) {
    this.out = out;
    this.accuracies = task == Task.CLASSIFICATION;
  }

  @Override
  public void onResume(Path checkpoint, int epoch, int batch) {
    out.printf(Locale.ROOT, "goes on in epoch %d after batch %d, %s%n%n", epoch, batch, checkpoint);
  }

  @Override
  public void onEpoch(History.Epoch epoch) {
    if (!headed) {
      headed = true;
      out.println(accuracies ? HEADING : HEADING_OF_LOSSES);
    }
    Score validation = epoch.validation().orElseThrow();
    if (!accuracies) {
      out.printf(
          Locale.ROOT,
          "%5d  %10.6f  %15.6f  %9.0f%n",
          epoch.number(),
          epoch.train().loss(),
          validation.loss(),
          epoch.rowsPerSecond());
      return;
    }
    out.printf(
        Locale.ROOT,
        "%5d  %10.6f  %8.4f  %15.6f  %8.4f  %9.0f%n",
        epoch.number(),
        epoch.train().loss(),
        epoch.train().accuracy(),
        validation.loss(),
        validation.accuracy(),
        epoch.rowsPerSecond());
  }
}
