package dev.nn.bench;

import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.data.LibsvmReader;
import dev.nn.data.NpyArray;
import dev.nn.data.NpyFiles;
import dev.nn.data.NpzFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * A file of the user's, told by its name: {@code .npz} with the arrays X (or x) and y, {@code .npy}
 * with the targets in the last columns, {@code .svm} or {@code .libsvm} with sparse rows, else CSV.
 */
final class UserFile {
  private UserFile() {}

  /**
   * A fifth for the test, of each class where there are classes; to be standardized.
   *
   * @throws IllegalArgumentException if the file has other content than the task needs
   */
  static LoadedData load(Path file, Task task, Targets targets, long seed) throws IOException {
    return LoadedData.divide(
        file.toString(), task, read(file, task, targets), FeatureScaler::standardize, seed);
  }

  private static Dataset read(Path file, Task task, Targets targets) throws IOException {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT).replaceFirst("\\.gz$", "");
    String kind = name.substring(name.lastIndexOf('.') + 1);
    if (!kind.matches("npz|npy|svm|libsvm")) {
      return task.reader(targets).read(file);
    }
    if (targets.column().isPresent()) {
      throw new IllegalArgumentException(
          file + ": columns have names in CSV files only, but --target-column is given");
    }
    try {
      return switch (kind) {
        case "npz" -> archive(NpzFiles.read(file), task, targets);
        case "npy" -> table(NpyFiles.read(file), task, targets);
        default -> sparse(file, task, targets);
      };
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static Dataset sparse(Path file, Task task, Targets targets) throws IOException {
    if (targets.count() > 1 || task == Task.MULTI_LABEL) {
      throw new IllegalArgumentException("sparse rows have one label or one target");
    }
    return task == Task.CLASSIFICATION
        ? LibsvmReader.classification().read(file)
        : LibsvmReader.regression().read(file);
  }

  private static Dataset archive(Map<String, NpyArray> arrays, Task task, Targets targets) {
    NpyArray x = arrays.getOrDefault("X", arrays.get("x"));
    NpyArray y = arrays.get("y");
    if (x == null || y == null) {
      throw new IllegalArgumentException(
          "has the arrays " + arrays.keySet() + ", expected X (or x) and y");
    }
    Dataset data = dataset(x, y, task);
    if (targets.count() > 1 && data.outputs() != targets.count()) {
      throw new IllegalArgumentException(
          "y has %d columns, but --targets=%d".formatted(data.outputs(), targets.count()));
    }
    return data;
  }

  private static Dataset table(NpyArray array, Task task, Targets targets) {
    int[] shape = array.shape();
    if (shape.length != 2 || shape[1] <= targets.count()) {
      throw new IllegalArgumentException(
          "has the shape %s, expected two dimensions with more than %d columns"
              .formatted(Arrays.toString(shape), targets.count()));
    }
    double[] values = array.doubles();
    int rows = shape[0];
    int outputs = targets.count();
    int inputs = shape[1] - outputs;
    double[] x = new double[rows * inputs];
    double[] y = new double[rows * outputs];
    for (int row = 0; row < rows; row++) {
      System.arraycopy(values, row * shape[1], x, row * inputs, inputs);
      System.arraycopy(values, row * shape[1] + inputs, y, row * outputs, outputs);
    }
    return dataset(NpyArray.of(x, rows, inputs), NpyArray.of(y, rows, outputs), task);
  }

  private static Dataset dataset(NpyArray x, NpyArray y, Task task) {
    if (task == Task.CLASSIFICATION) {
      return Dataset.ofLabels(x, y, classes(y));
    }
    if (task == Task.MULTI_LABEL) {
      for (double value : y.doubles()) {
        if (value != 0 && value != 1) {
          throw new IllegalArgumentException("label " + value + ", allowed: 0 or 1 for each label");
        }
      }
    }
    return Dataset.of(x, y);
  }

  /** As many as the greatest label says. */
  private static int classes(NpyArray labels) {
    try {
      return Math.toIntExact(Arrays.stream(labels.longs()).max().orElse(0) + 1);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("labels, " + e.getMessage(), e);
    }
  }
}
