package dev.nn.bench;

import dev.nn.Model;
import dev.nn.io.SafetensorsReader;
import dev.nn.io.TensorInfo;
import dev.nn.spi.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What {@link LoadFileCommand} runs in JVMs of their own, whose heap is hardly larger than the
 * file: loads it again and again.
 */
final class LoadFile {
  /** Stands for the arrays of a file without a network. */
  static final String ARRAYS = "arrays";

  /** Stands before the figures on standard output, where the JVM may print as well. */
  private static final String MARK = "load-file:";

  private LoadFile() {}

  /**
   * Loads a file and prints the seconds of each time.
   *
   * @param args arrays or the id of a backend, the file, and how often
   */
  public static void main(String[] args) throws IOException {
    Path file = Path.of(args[1]);
    List<Double> seconds = new ArrayList<>();
    for (int repeat = Integer.parseInt(args[2]); repeat > 0; repeat--) {
      long start = System.nanoTime();
      float check = args[0].equals(ARRAYS) ? arrays(file) : network(file, args[0]);
      seconds.add(1e-9 * (System.nanoTime() - start));
      if (!Float.isFinite(check)) {
        throw new IllegalStateException("the file has " + check);
      }
    }
    System.out.println(line(seconds));
  }

  /** All tensors at once in arrays. */
  private static float arrays(Path file) throws IOException {
    List<float[]> arrays = new ArrayList<>();
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      for (TensorInfo tensor : reader.tensors()) {
        arrays.add(reader.read(tensor.name()));
      }
    }
    return arrays.get(arrays.size() - 1)[0];
  }

  private static float network(Path file, String backend) throws IOException {
    return Model.load(file, Backends.named(backend)).network().bias(1)[0];
  }

  private static String line(List<Double> seconds) {
    return MARK + seconds.stream().map(String::valueOf).collect(Collectors.joining(" "));
  }

  /** Whether a line is one that this program prints. */
  static boolean isLine(String line) {
    return line.startsWith(MARK);
  }

  /** The seconds in such a line. */
  static List<Double> parse(String line) {
    return Arrays.stream(line.substring(MARK.length()).split(" ", -1))
        .map(Double::valueOf)
        .toList();
  }
}
