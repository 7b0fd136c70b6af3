package dev.nn.bench;

import dev.nn.train.History;
import dev.nn.train.TrainingListener;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A progress bar for each epoch, on standard error, which vanishes when the epoch ends. */
final class EpochBar implements TrainingListener, AutoCloseable {
  private final String title;
  private final int epochs;
  private ProgressBar bar; // of the epoch at hand; null between epochs

  EpochBar(String title, int epochs) {
    this.title = title;
    this.epochs = epochs;
  }

  @Override
  public void onBatch(int epoch, int batch, int batches) {
    if (bar == null) {
      bar =
          new ProgressBarBuilder()
              .setTaskName(String.format(Locale.ROOT, "%s %d/%d", title, epoch, epochs))
              .setInitialMax(batches)
              .setStyle(ProgressBarStyle.ASCII)
              .setConsumer(new BarLine(System.err))
              .build();
    }
    bar.stepTo(batch);
  }

  @Override
  public void onEpoch(History.Epoch epoch) {
    close();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
