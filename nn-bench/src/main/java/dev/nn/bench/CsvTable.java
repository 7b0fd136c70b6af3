package dev.nn.bench;

import dev.nn.data.CsvReader;
import java.io.IOException;
import java.nio.file.Path;

/** A CSV file of the user's: numbers, and the label in the last column. */
final class CsvTable {
  private CsvTable() {}

  /** Standardized features; a fifth of each class for the test. */
  static TrainingData load(Path file, long seed) throws IOException {
    return TrainingData.divide(file.toString(), CsvReader.classification().read(file), seed)
        .standardized();
  }
}
