package dev.nn.bench;

import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import dev.nn.spi.Workers;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * What comparisons with other libraries have in common: the environment that is fair to all, rounds
 * of time, and the FMA peak as one of those who have a slice of each.
 *
 * <p>In a round everyone has a slice of time, each round in another order. So a ratio compares what
 * was measured within a second, and a disturbance of the machine hits single slices, which the
 * medians leave out. No JMH: its forks would lie minutes apart.
 */
abstract class PeersBenchmark implements Runnable {
  private static final String OMP_THREADS = "OMP_NUM_THREADS";

  /**
   * Threads of GNU's and of Intel's OpenMP sleep when others have their turn, but spin for about a
   * millisecond first, without which small products are slow.
   */
  private static final Map<String, String> WAITING =
      Map.of("OMP_WAIT_POLICY", "PASSIVE", "GOMP_SPINCOUNT", "100000", "KMP_BLOCKTIME", "1");

  /** Variables that hold OpenBLAS below what it can do. */
  private static final List<String> BRAKES = List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE");

  /** Operations between two looks at the clock, half a millisecond's. */
  private static final double OPERATIONS = 5e7;

  /** FMAs of each chain in one call of the peak's loop, about as long. */
  private static final int PEAK_ITERATIONS = 1 << 17;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      converter = Converters.Threads.class,
      description = "Threads of every contestant (default: ${DEFAULT-VALUE}).")
  int threads;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "9",
      converter = Converters.PositiveInt.class,
      description = "Slices of time for each contestant (default: ${DEFAULT-VALUE}).")
  int rounds;

  @Option(
      names = "--seconds",
      paramLabel = "X",
      defaultValue = "0.15",
      converter = Converters.PositiveNumber.class,
      description = "Length of a slice (default: ${DEFAULT-VALUE}).")
  double seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "X",
      defaultValue = "2",
      converter = Converters.PositiveNumber.class,
      description = "Seconds for C2, each line and what of it runs in Java (default: 2).")
  double warmUp;

  @Option(
      names = "--best",
      description = "Print the best round of everyone, for a machine that is never quiet.")
  boolean best;

  @Spec CommandSpec spec;

  private PrintWriter out;

  /**
   * What has a slice of each round.
   *
   * @param flops floating-point operations of a call
   * @param mostCalls calls between two looks at the clock, if they are that short
   * @param call what is timed
   */
  record Contestant(double flops, int mostCalls, Runnable call) {}

  /**
   * Measures and ends the JVM: status 0 if all went well, 1 if results differ, 2 if it refuses.
   *
   * @param benchmark takes the options
   * @param args options
   */
  static void runAndExit(PeersBenchmark benchmark, String[] args) {
    Locale.setDefault(Locale.ROOT);
    CommandLine commandLine = new CommandLine(benchmark);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(
        (refusal, given) -> {
          commandLine.getErr().println(refusal.getMessage());
          return commandLine.getCommandSpec().exitCodeOnInvalidInput();
        });
    System.exit(commandLine.execute(args));
  }

  @Override
  public final void run() {
    requireFairness(System.getenv());
    requireSensible();
    out = spec.commandLine().getOut();
    Backend backend = Backends.named("simd");
    print("java", System.getProperty("java.runtime.version") + ", " + Processor.name());
    print("ours", backend.description());
    try (Workers workers = Workers.of(threads)) {
      double before = PeakFlops.gflops();
      compare(backend, workers);
      double after = rate(peak(Workers.caller()), seconds);
      print("peak of one thread", number(before) + " before, " + number(after) + " after");
    }
  }

  /** Throws a {@link #refusal} if the options contradict each other. */
  abstract void requireSensible();

  /** Checks, warms up, measures and prints. */
  abstract void compare(Backend backend, Workers workers);

  private void requireFairness(Map<String, String> environment) {
    for (String brake : BRAKES) {
      if (environment.containsKey(brake)) {
        throw refusal(brake + " is set, which slows OpenBLAS down: unset it");
      }
    }
    Map<String, String> required = new TreeMap<>(Map.of(OMP_THREADS, String.valueOf(threads)));
    if (threads > 1) {
      required.putAll(WAITING);
    }
    if (!environment.entrySet().containsAll(required.entrySet())) {
      throw refusal("needs the environment variables " + required);
    }
    if (!VectorModule.isResolved()) {
      throw refusal("start java with " + VectorModule.ADD_MODULES);
    }
  }

  final ParameterException refusal(String reason) {
    return new ParameterException(spec.commandLine(), reason);
  }

  /** Whether a library can be had: its opening says what it is, or throws. */
  final boolean open(String name, Supplier<String> opening) {
    try {
      print(name, opening.get());
      return true;
    } catch (LinkageError | RuntimeException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      print(name, "LEFT OUT: " + cause);
      return false;
    }
  }

  /** GFLOP/s of each contestant in each round. */
  final double[][] rates(List<Contestant> contestants) {
    double[][] rates = new double[contestants.size()][rounds];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < contestants.size(); i++) {
      order.add(i);
    }
    for (int round = 0; round < rounds; round++) {
      for (int i : order) {
        rate(contestants.get(i), seconds / 4); // caches and clock are the contestant's own then
        rates[i][round] = rate(contestants.get(i), seconds);
      }
      Collections.rotate(order, 1);
    }
    return rates;
  }

  /** GFLOP/s over some seconds. */
  static double rate(Contestant contestant, double seconds) {
    long batch =
        (long) Math.max(1, Math.min(contestant.mostCalls(), OPERATIONS / contestant.flops()));
    long calls = 0;
    long start = System.nanoTime();
    long nanos;
    do {
      for (long call = 0; call < batch; call++) {
        contestant.call().run();
      }
      calls += batch;
      nanos = System.nanoTime() - start;
    } while (nanos < seconds * 1e9);
    return calls * contestant.flops() / nanos; // operations per nanosecond
  }

  /** The FMA peak of some threads. */
  static Contestant peak(Workers workers) {
    float[] sums = new float[workers.threads()];
    return new Contestant(
        PeakFlops.flops(PEAK_ITERATIONS) * sums.length,
        1,
        () ->
            workers.run(
                (part, parts) ->
                    sums[part] = PeakFlops.run(PEAK_ITERATIONS, sums[part] * 0x1p-99f)));
  }

  /** The quotient of the best rounds, or the median of each round's quotient. */
  final double quotient(double[] dividends, double[] divisors) {
    if (best) {
      return typical(dividends) / typical(divisors);
    }
    double[] quotients = new double[rounds];
    Arrays.setAll(quotients, round -> dividends[round] / divisors[round]);
    return typical(quotients);
  }

  /** The best or the median. */
  final double typical(double[] rates) {
    double[] sorted = rates.clone();
    Arrays.sort(sorted);
    int last = sorted.length - 1;
    return best ? sorted[last] : (sorted[last / 2] + sorted[(last + 1) / 2]) / 2;
  }

  static String percent(double share) {
    return String.format("%.0f %%", 100 * share);
  }

  static String number(double value) {
    return String.format(value < 1 ? "%.3f" : "%.1f", value);
  }

  /** Throws if an element differs by more than a part of the greatest. */
  static void requireClose(String name, float[] expected, float[] actual, float tolerance) {
    float greatest = 0;
    for (float element : expected) {
      greatest = Math.max(greatest, Math.abs(element));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= tolerance * greatest)) {
        throw new IllegalStateException(
            name + ": element " + i + " is " + actual[i] + " for " + expected[i]);
      }
    }
  }

  final void print(String name, String value) {
    print(name + ": " + value);
  }

  final void print(String line) {
    out.println(line);
    out.flush();
  }
}
