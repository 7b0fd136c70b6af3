package dev.nn.bench;

import java.io.PrintStream;
import me.tongfei.progressbar.ProgressBarConsumer;

/**
 * Shows a progress bar on the last line of a terminal and leaves nothing behind; the library's own
 * consumer ends with an empty line, which would stand between the lines of the epochs.
 */
final class BarLine implements ProgressBarConsumer {
  /** Fits the narrowest usual terminal: a longer line would wrap and could not be overwritten. */
  private static final int WIDTH = 79;

  private final PrintStream out;

  BarLine(PrintStream out) {
    this.out = out;
  }

  @Override
  public int getMaxRenderedLength() {
    return WIDTH;
  }

  @Override
  public void accept(String bar) {
    out.print('\r' + bar);
    out.flush();
  }

  @Override
  public void clear() {
    accept(" ".repeat(WIDTH) + '\r');
  }

  @Override
  public void close() {
    clear();
  }
}
