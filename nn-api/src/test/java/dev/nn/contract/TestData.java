package dev.nn.contract;

import dev.nn.data.Dataset;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** Data sets of the suite. */
final class TestData {
  private TestData() {}

  /** A problem with a solution: the targets are a smooth function of the features. */
  static Dataset regression(int rows, int inputs, int outputs, long seed) {
    float[][] x = new Values(seed).uniform(rows, inputs);
    float[][] y = new float[rows][outputs];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < outputs; j++) {
        y[i][j] = x[i][j % inputs] * x[i][(j + 1) % inputs] - 0.5f * x[i][(j + 2) % inputs];
      }
    }
    return Dataset.of(x, y);
  }

  /** Clouds of points, one for each class. */
  static Dataset classes(int rows, int inputs, int classes, long seed) {
    Values values = new Values(seed);
    float[][] centers = values.uniform(classes, inputs);
    float[][] x = values.uniform(rows, inputs);
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = i % classes;
      for (int k = 0; k < inputs; k++) {
        x[i][k] = 0.7f * x[i][k] + centers[labels[i]][k];
      }
    }
    return Dataset.ofLabels(x, labels, classes);
  }

  /** As {@link #classes}, of two classes, with a single target of 0 or 1. */
  static Dataset binary(int rows, int inputs, long seed) {
    Dataset classes = classes(rows, inputs, 2, seed);
    float[][] x = new float[rows][];
    float[][] y = new float[rows][];
    for (int i = 0; i < rows; i++) {
      x[i] = classes.features(i);
      y[i] = new float[] {classes.label(i)};
    }
    return Dataset.of(x, y);
  }

  /** 1797 handwritten digits of 8 x 8 pixels, scaled to 0 .. 1. */
  static Dataset digits() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(TestData.class.getResourceAsStream("data/digits.csv.gz")),
                StandardCharsets.US_ASCII))) {
      List<String> lines = reader.lines().toList();
      float[][] x = new float[lines.size()][64];
      int[] labels = new int[lines.size()];
      for (int i = 0; i < x.length; i++) {
        List<String> fields = List.of(lines.get(i).split(",", -1));
        for (int k = 0; k < 64; k++) {
          x[i][k] = Float.parseFloat(fields.get(k)) / 16;
        }
        labels[i] = Integer.parseInt(fields.get(64));
      }
      return Dataset.ofLabels(x, labels, 10);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static float[][] features(Dataset data) {
    float[][] x = new float[data.rows()][];
    for (int i = 0; i < x.length; i++) {
      x[i] = data.features(i);
    }
    return x;
  }

  static float[][] targets(Dataset data) {
    float[][] y = new float[data.rows()][];
    for (int i = 0; i < y.length; i++) {
      y[i] = data.targets(i);
    }
    return y;
  }

  /** The Wisconsin breast cancer data with its one target, 1 for benign; not scaled. */
  static Dataset breastCancer() {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                TestData.class.getResourceAsStream("data/breast_cancer.csv"),
                StandardCharsets.US_ASCII))) {
      List<String> lines = reader.lines().skip(1).toList();
      float[][] x = new float[lines.size()][30];
      float[][] y = new float[lines.size()][1];
      for (int i = 0; i < x.length; i++) {
        List<String> fields = List.of(lines.get(i).split(",", -1));
        for (int k = 0; k < 30; k++) {
          x[i][k] = Float.parseFloat(fields.get(k));
        }
        y[i][0] = Float.parseFloat(fields.get(30));
      }
      return Dataset.of(x, y);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The breast cancer data with a target for each class, 0 malignant and 1 benign; not scaled. */
  static Dataset breastCancerClasses() {
    return labelled("data/breast_cancer.csv", 2);
  }

  /** 178 wines of three cultivars; not scaled. */
  static Dataset wine() {
    return labelled("data/wine_data.csv", 3);
  }

  /** Fisher's 150 irises of three kinds; not scaled. */
  static Dataset iris() {
    return labelled("data/iris.csv", 3);
  }

  private static Dataset labelled(String file, int classes) {
    float[][] rows = numbers(TestData.class.getResourceAsStream(file), 1, ",");
    float[][] x = new float[rows.length][];
    int[] labels = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      int features = rows[i].length - 1;
      x[i] = Arrays.copyOf(rows[i], features);
      labels[i] = (int) rows[i][features];
    }
    return Dataset.ofLabels(x, labels, classes);
  }

  /** 442 patients; the target is the progress of the disease after a year, in hundreds. */
  static Dataset diabetes() {
    float[][] y = unpacked("data/diabetes_target.csv.gz");
    for (float[] row : y) {
      row[0] /= 100;
    }
    return Dataset.of(unpacked("data/diabetes_data_raw.csv.gz"), y);
  }

  private static float[][] unpacked(String file) {
    try {
      return numbers(new GZIPInputStream(TestData.class.getResourceAsStream(file)), 0, " ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[][] numbers(InputStream content, int skippedLines, String separator) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(content, StandardCharsets.US_ASCII))) {
      List<String> lines = reader.lines().skip(skippedLines).toList();
      float[][] rows = new float[lines.size()][];
      for (int i = 0; i < rows.length; i++) {
        List<String> fields = List.of(lines.get(i).split(separator, -1));
        rows[i] = new float[fields.size()];
        for (int k = 0; k < rows[i].length; k++) {
          rows[i][k] = Float.parseFloat(fields.get(k));
        }
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
