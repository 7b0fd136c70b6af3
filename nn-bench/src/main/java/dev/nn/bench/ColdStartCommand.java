package dev.nn.bench;

import dev.nn.spi.BackendProvider;
import dev.nn.spi.Backends;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code cold-start}: how long a fresh JVM takes to the first prediction, and to full speed.
 *
 * <p>Every sample is a JVM of its own, with the options of this one. Only those that need it have
 * the Vector API, since it makes the start of a JVM slower.
 */
@Command(
    name = "cold-start",
    description = "Measure the first predictions of fresh JVMs, one row of 784-256-128-10 each.",
    sortOptions = false)
final class ColdStartCommand implements Callable<Integer> {
  @Option(
      names = "--backends",
      paramLabel = "ID",
      split = ",",
      description = "simd, reference (default: those available).")
  List<String> backends = List.of();

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "10",
      converter = Converters.PositiveInt.class,
      description = "JVMs for each backend (default: ${DEFAULT-VALUE}).")
  int repeats;

  @Option(
      names = "--seconds",
      paramLabel = "X",
      defaultValue = "3",
      converter = Converters.PositiveNumber.class,
      description = "How long each predicts to find its final speed (default: ${DEFAULT-VALUE}).")
  double seconds;

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<String> ids = backends.isEmpty() ? available() : backends;
    ids.forEach(this::requireAvailable);
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "median / maximum",
            "first after ms",
            "slowest of " + ColdStart.FIRST + " ms",
            "settled after predictions",
            "after ms"));
    for (String id : ids) {
      List<ColdStart.Figures> samples = new ArrayList<>();
      for (int repeat = 0; repeat < repeats; repeat++) {
        samples.add(sample(id));
      }
      rows.add(
          List.of(
              id,
              summary(samples, ColdStart.Figures::first, "%.0f"),
              summary(samples, ColdStart.Figures::slowest, "%.2f"),
              summary(samples, ColdStart.Figures::settled, "%.0f"),
              summary(samples, ColdStart.Figures::settling, "%.0f")));
    }
    PrintWriter out = spec.commandLine().getOut();
    TextTable.print(out, rows);
    out.flush();
    return 0;
  }

  private static List<String> available() {
    return Backends.providers().stream()
        .filter(provider -> provider.unavailable().isEmpty())
        .map(BackendProvider::id)
        .toList();
  }

  private void requireAvailable(String id) {
    try {
      Backends.named(id);
    } catch (IllegalStateException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private ColdStart.Figures sample(String id) throws IOException, InterruptedException {
    List<String> modules =
        id.equals(BackendBenchmark.REFERENCE) ? List.of() : List.of(VectorModule.ADD_MODULES);
    List<String> command =
        Restart.command(modules, ColdStart.class, List.of(id, String.valueOf(seconds)));
    Process child = Restart.start(new ProcessBuilder(command).redirectErrorStream(true));
    List<String> lines;
    try (BufferedReader output = child.inputReader()) {
      lines = output.lines().toList();
    }
    int status = child.waitFor();
    return lines.stream()
        .filter(ColdStart.Figures::isLine)
        .findFirst()
        .map(ColdStart.Figures::parse)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the other JVM ended with status "
                        + status
                        + " and said: "
                        + String.join(System.lineSeparator(), lines)));
  }

  private static String summary(
      List<ColdStart.Figures> samples, ToDoubleFunction<ColdStart.Figures> figure, String format) {
    double[] sorted = samples.stream().mapToDouble(figure).sorted().toArray();
    int last = sorted.length - 1;
    double median = (sorted[last / 2] + sorted[(last + 1) / 2]) / 2;
    return String.format(Locale.ROOT, format + " / " + format, median, sorted[last]);
  }
}
