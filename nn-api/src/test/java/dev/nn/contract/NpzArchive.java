package dev.nn.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Reads NumPy archives of little-endian float64 arrays in C order, of at most two dimensions. */
final class NpzArchive {
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '<f8', 'fortran_order': False, 'shape': \\(([0-9, ]*)\\), }\\s*");

  /** The arrays by name; a vector is one row, a scalar is 1 x 1. */
  private final Map<String, double[][]> arrays = new HashMap<>();

  /** Reads a resource of this package. */
  static NpzArchive resource(String path) {
    NpzArchive archive = new NpzArchive();
    try (InputStream stream = NpzArchive.class.getResourceAsStream(path);
        ZipInputStream zip = new ZipInputStream(stream)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        String name = entry.getName().replaceFirst("\\.npy$", "");
        archive.arrays.put(name, parse(name, zip.readAllBytes()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path, e);
    }
    return archive;
  }

  private static double[][] parse(String name, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[6];
    buffer.get(magic);
    if (!new String(magic, StandardCharsets.ISO_8859_1).equals("\u0093NUMPY")) {
      throw new IllegalArgumentException(name + " is no npy array");
    }
    int major = buffer.get();
    buffer.get(); // minor version
    byte[] header = new byte[major == 1 ? buffer.getShort() : buffer.getInt()];
    buffer.get(header);
    Matcher matcher = HEADER.matcher(new String(header, StandardCharsets.US_ASCII));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          name + " has header " + new String(header, StandardCharsets.US_ASCII));
    }
    int[] shape =
        Stream.of(matcher.group(1).split(",", -1))
            .map(String::strip)
            .filter(size -> !size.isEmpty())
            .mapToInt(Integer::parseInt)
            .toArray();
    int columns = shape.length == 0 ? 1 : shape[shape.length - 1];
    int rows = shape.length == 2 ? shape[0] : 1;
    if (buffer.remaining() != 8 * rows * columns) {
      throw new IllegalArgumentException(name + " has " + buffer.remaining() + " bytes of values");
    }
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int j = 0; j < columns; j++) {
        row[j] = buffer.getDouble();
      }
    }
    return matrix;
  }

  double[][] matrix(String name) {
    double[][] matrix = arrays.get(name);
    if (matrix == null) {
      throw new IllegalArgumentException("no array " + name + " in " + arrays.keySet());
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
