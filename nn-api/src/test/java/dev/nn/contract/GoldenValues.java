package dev.nn.contract;

import dev.nn.data.NpyArray;
import dev.nn.data.NpzFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;

/** The arrays of one case: matrices of float64, a vector as one row, a scalar as 1 x 1. */
final class GoldenValues {
  private final Map<String, NpyArray> arrays;

  private GoldenValues(Map<String, NpyArray> arrays) {
    this.arrays = arrays;
  }

  /** Reads a resource of this package, which may be inside a jar, through a temporary file. */
  static GoldenValues resource(String path) {
    try (InputStream stream = GoldenValues.class.getResourceAsStream(path)) {
      Path copy = Files.createTempFile("golden", ".npz");
      try {
        Files.copy(stream, copy, StandardCopyOption.REPLACE_EXISTING);
        return new GoldenValues(NpzFiles.read(copy));
      } finally {
        Files.delete(copy);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
  }

  double[][] matrix(String name) {
    NpyArray array = arrays.get(name);
    if (array == null || array.shape().length > 2) {
      throw new IllegalArgumentException("no matrix " + name + " in " + arrays);
    }
    int[] shape = array.shape();
    int columns = shape.length == 0 ? 1 : shape[shape.length - 1];
    double[][] matrix = new double[array.size() / columns][columns];
    double[] values = array.doubles();
    for (int i = 0; i < matrix.length; i++) {
      System.arraycopy(values, i * columns, matrix[i], 0, columns);
    }
    return matrix;
  }

  double scalar(String name) {
    return matrix(name)[0][0];
  }

  /** The values as floats, which must be exact. */
  float[][] floats(String name) {
    double[][] matrix = matrix(name);
    float[][] floats = new float[matrix.length][matrix[0].length];
    for (int i = 0; i < floats.length; i++) {
      for (int j = 0; j < floats[i].length; j++) {
        floats[i][j] = (float) matrix[i][j];
        if (floats[i][j] != matrix[i][j]) {
          throw new IllegalArgumentException(name + " is not exact in float32");
        }
      }
    }
    return floats;
  }
}
