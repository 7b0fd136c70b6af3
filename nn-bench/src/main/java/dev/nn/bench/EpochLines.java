package dev.nn.bench;

import dev.nn.train.History;
import dev.nn.train.Score;
import dev.nn.train.TrainingListener;
import java.io.PrintWriter;
import java.util.Locale;

/** One line for each epoch: everything but the speed is the same on every machine. */
final class EpochLines implements TrainingListener {
  private static final String HEADING =
      "epoch  train loss  accuracy  validation loss  accuracy  samples/s";

  private final PrintWriter out;

  EpochLines(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void onEpoch(History.Epoch epoch) {
    if (epoch.number() == 1) {
      out.println(HEADING);
    }
    Score validation = epoch.validation().orElseThrow();
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
