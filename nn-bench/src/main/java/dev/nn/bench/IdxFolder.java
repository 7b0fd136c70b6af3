package dev.nn.bench;

import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.data.IdxFiles;
import dev.nn.data.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A folder with MNIST or one of its relatives: four IDX files, plain or packed with gzip. */
final class IdxFolder {
  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";
  private static final List<String> FILES =
      List.of(TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS);

  private IdxFolder() {}

  /** Whether all four files are there. */
  static boolean isComplete(Path folder) {
    return missing(folder).isEmpty();
  }

  /**
   * Reads the four files, whose pixels are to be standardized; there are as many classes as the
   * greatest label says.
   *
   * @throws IOException if one is missing or damaged
   */
  static LoadedData load(Path folder) throws IOException {
    List<String> missing = missing(folder);
    if (!missing.isEmpty()) {
      throw new IOException(
          missing.stream()
              .map(file -> file + "[.gz]")
              .collect(Collectors.joining(", ", folder + " has no ", "")));
    }
    Path trainLabels = find(folder, TRAIN_LABELS).orElseThrow();
    Path testLabels = find(folder, TEST_LABELS).orElseThrow();
    int classes = Math.max(classes(trainLabels), classes(testLabels));
    Dataset train =
        IdxFiles.dataset(find(folder, TRAIN_IMAGES).orElseThrow(), trainLabels, classes);
    Dataset test = IdxFiles.dataset(find(folder, TEST_IMAGES).orElseThrow(), testLabels, classes);
    return new LoadedData(
        folder.toString(), Task.CLASSIFICATION, new Split(train, test), FeatureScaler::standardize);
  }

  private static int classes(Path labels) throws IOException {
    return Arrays.stream(IdxFiles.readLabels(labels)).max().orElse(0) + 1;
  }

  private static List<String> missing(Path folder) {
    return FILES.stream().filter(file -> find(folder, file).isEmpty()).toList();
  }

  private static Optional<Path> find(Path folder, String file) {
    return Stream.of(file, file + ".gz").map(folder::resolve).filter(Files::exists).findFirst();
  }
}
