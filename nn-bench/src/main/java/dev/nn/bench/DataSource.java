package dev.nn.bench;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Finds the rows that {@code --data} names. */
final class DataSource {
  /** The data set inside this program. */
  static final String DIGITS = "digits";

  private DataSource() {}

  /**
   * Loads digits, Fashion-MNIST, a folder of IDX files, or a CSV file.
   *
   * @throws IOException if there is nothing of that name, or it cannot be read; the message is for
   *     the user
   */
  static TrainingData load(String source, long seed, Map<String, String> environment)
      throws IOException {
    try {
      if (source.equals(DIGITS)) {
        return Digits.load(seed);
      }
      if (source.equals(FashionMnist.NAME)) {
        return FashionMnist.load(environment, FashionMnist.SYSTEM_FOLDER);
      }
      Path path = Path.of(source);
      if (Files.isDirectory(path)) {
        return IdxFolder.load(path);
      }
      if (Files.exists(path)) {
        return CsvTable.load(path, seed);
      }
    } catch (FileSystemException e) {
      throw new IOException("cannot read " + e.getFile() + " (" + reason(e) + ")", e);
    }
    throw new IOException(
        "'"
            + source
            + "' is neither digits, fashion-mnist, a folder with IDX files nor a CSV file");
  }

  private static String reason(FileSystemException e) {
    return e.getReason() == null ? e.getClass().getSimpleName() : e.getReason();
  }
}
