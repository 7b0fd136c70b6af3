package dev.nn.bench;

import java.io.IOException;
import java.nio.file.Path;

/** A CSV file of the user's: numbers, and label or targets in the last columns. */
final class CsvTable {
  private CsvTable() {}

  /** A fifth for the test, of each class where there are classes; to be standardized. */
  static LoadedData load(Path file, Task task, int targets, long seed) throws IOException {
    return LoadedData.divide(file.toString(), task, task.reader(targets).read(file), true, seed);
  }
}
