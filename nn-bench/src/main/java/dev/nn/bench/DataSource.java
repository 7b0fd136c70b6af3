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
   * Loads digits, Fashion-MNIST, a folder of IDX files, or a file of the user's.
   *
   * @param targets which columns of a file of the user's are targets
   * @throws IllegalArgumentException if the rows are too few, or are classes where the task is
   *     another
   * @throws IOException if there is nothing of that name, or it cannot be read; the message is for
   *     the user
   */
  static LoadedData load(
      String source, Task task, Targets targets, long seed, Map<String, String> environment)
      throws IOException {
    try {
      Path path = Path.of(source);
      if (source.equals(DIGITS) || source.equals(FashionMnist.NAME) || Files.isDirectory(path)) {
        requireClasses(source, task, targets);
      }
      if (source.equals(DIGITS)) {
        return Digits.load(seed);
      }
      if (source.equals(FashionMnist.NAME)) {
        return FashionMnist.load(environment, FashionMnist.SYSTEM_FOLDER);
      }
      if (Files.isDirectory(path)) {
        return IdxFolder.load(path);
      }
      if (Files.exists(path)) {
        return UserFile.load(path, task, targets, seed);
      }
    } catch (FileSystemException e) {
      throw new IOException(FileProblem.of("read", e), e);
    }
    throw new IOException(
        "'" + source + "' is neither digits, fashion-mnist, a folder with IDX files nor a file");
  }

  private static void requireClasses(String source, Task task, Targets targets) {
    if (task != Task.CLASSIFICATION) {
      throw new IllegalArgumentException(
          source + " has images of classes: the task " + task + " takes a file of rows");
    }
    if (targets.column().isPresent()) {
      throw new IllegalArgumentException(
          source + " has no columns with names: --target-column goes with a CSV file");
    }
  }
}
