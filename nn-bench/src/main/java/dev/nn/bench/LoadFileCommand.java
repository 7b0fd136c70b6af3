package dev.nn.bench;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Initializer;
import dev.nn.Model;
import dev.nn.Network;
import dev.nn.spi.BackendProvider;
import dev.nn.spi.Backends;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code load-file}: how fast a model file is read, in a heap of 1.2 times its size.
 *
 * <p>Each line is a JVM of its own, which would run out of memory if it needed more.
 */
@Command(
    name = "load-file",
    description =
        "Measure how fast a model file is loaded from the page cache, in a heap of 1.2 times its"
            + " size and 24 MiB.",
    sortOptions = false)
final class LoadFileCommand implements Callable<Integer> {
  private static final int LAYERS = 16;

  /** Widths are multiples of it. */
  private static final int STEP = 16;

  private static final double HEAP_FACTOR = 1.2;

  /** For what the JVM and this program need of the heap themselves. */
  private static final int OWN_MEBIBYTES = 24;

  @Option(
      names = "--mebibytes",
      paramLabel = "N",
      defaultValue = "1024",
      converter = Converters.PositiveInt.class,
      description = "Size of the file, about (default: ${DEFAULT-VALUE}).")
  int mebibytes;

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "5",
      converter = Converters.PositiveInt.class,
      description = "How often each JVM loads it (default: ${DEFAULT-VALUE}).")
  int repeats;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path file = Files.createTempFile("model", ".safetensors");
    try {
      double seconds = write(file);
      double gigabytes = 1e-9 * Files.size(file);
      List<List<String>> rows = new ArrayList<>();
      rows.add(List.of("", "first GB/s", "best GB/s"));
      rows.add(List.of("save", speed(gigabytes, seconds), ""));
      rows.add(row(LoadFile.ARRAYS, file, gigabytes));
      for (BackendProvider provider : Backends.providers()) {
        if (provider.unavailable().isEmpty()) {
          rows.add(row(provider.id(), file, gigabytes));
        }
      }
      PrintWriter out = spec.commandLine().getOut();
      out.printf(Locale.ROOT, "%.3f GB, heap %d MiB%n%n", gigabytes, heap(file));
      TextTable.print(out, rows);
      out.flush();
      return 0;
    } finally {
      Files.delete(file);
    }
  }

  /** Writes equal layers, and returns the seconds it took. */
  private double write(Path file) throws IOException {
    double weights = mebibytes * 0x1p20 / Float.BYTES / LAYERS;
    int width = STEP * (int) Math.max(1, Math.round(Math.sqrt(weights) / STEP));
    Architecture layers = Architecture.input(width);
    for (int l = 1; l <= LAYERS; l++) {
      layers = layers.dense(width, Activation.RELU, Initializer.constant(0.5f));
    }
    Model model = Model.of(Network.initialize(layers, 0));
    long start = System.nanoTime();
    model.save(file);
    return 1e-9 * (System.nanoTime() - start);
  }

  private static long heap(Path file) throws IOException {
    return (long) Math.ceil(HEAP_FACTOR * Files.size(file) * 0x1p-20) + OWN_MEBIBYTES;
  }

  private List<String> row(String what, Path file, double gigabytes)
      throws IOException, InterruptedException {
    List<Double> seconds = sample(what, file);
    double best = seconds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    return List.of(what, speed(gigabytes, seconds.get(0)), speed(gigabytes, best));
  }

  private static String speed(double gigabytes, double seconds) {
    return String.format(Locale.ROOT, "%.2f", gigabytes / seconds);
  }

  private List<Double> sample(String what, Path file) throws IOException, InterruptedException {
    List<String> options = new ArrayList<>();
    options.add("-Xmx" + heap(file) + "m");
    if (what.equals("simd")) {
      options.add(VectorModule.ADD_MODULES);
    }
    List<String> command =
        Restart.command(
            options, LoadFile.class, List.of(what, file.toString(), Integer.toString(repeats)));
    Process child = Restart.start(new ProcessBuilder(command).redirectErrorStream(true));
    List<String> lines;
    try (BufferedReader output = child.inputReader()) {
      lines = output.lines().toList();
    }
    int status = child.waitFor();
    return lines.stream()
        .filter(LoadFile::isLine)
        .findFirst()
        .map(LoadFile::parse)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the other JVM ended with status "
                        + status
                        + " and said: "
                        + String.join(System.lineSeparator(), lines)));
  }
}
