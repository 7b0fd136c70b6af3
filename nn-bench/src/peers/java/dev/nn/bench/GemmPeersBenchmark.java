package dev.nn.bench;

import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import dev.nn.spi.Kernels;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Matrix products of the backend {@code simd} and of other libraries, in one JVM and in turn.
 *
 * <p>For each shape and layout, after all results have been compared with each other and what runs
 * in the JVM has been compiled, come rounds in which everyone has a slice of time, the FMA peak
 * included, each round in another order. So a ratio compares what was measured within a second, and
 * a disturbance of the machine hits single slices, which the medians leave out. No JMH: its forks
 * would lie minutes apart.
 *
 * <p>Native libraries have their operands in aligned native memory before the clock starts; what
 * remains of Java in their time is one JNI call; {@code --shapes 1x1x1} shows what it costs, {@code
 * 2 / GFLOP/s} nanoseconds.
 *
 * <p>A library that cannot be loaded is left out, with the reason. From the root of the project,
 * for one thread:
 *
 * <pre>
 * mvn -q -Pquick,peers test-compile
 * env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE OMP_NUM_THREADS=1 \
 *   java --add-modules=jdk.incubator.vector \
 *   -cp "nn-bench/target/test-classes:nn-bench/target/classes:$(cat nn-bench/target/peers.classpath)" \
 *   dev.nn.bench.GemmPeersBenchmark --threads 1
 * </pre>
 *
 * <p>For two threads say 2 in both places and add {@code OMP_WAIT_POLICY=PASSIVE
 * GOMP_SPINCOUNT=100000 KMP_BLOCKTIME=1}, so that OpenMP's threads sleep when others have their
 * turn, but not between small products.
 */
@Command(
    name = "GemmPeersBenchmark",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = "Compare matrix products with those of other libraries.")
final class GemmPeersBenchmark implements Runnable {
  private static final String OMP_THREADS = "OMP_NUM_THREADS";

  /**
   * Threads of GNU's and of Intel's OpenMP sleep when others have their turn, but spin for about a
   * millisecond first, without which small products are slow.
   */
  private static final Map<String, String> WAITING =
      Map.of("OMP_WAIT_POLICY", "PASSIVE", "GOMP_SPINCOUNT", "100000", "KMP_BLOCKTIME", "1");

  /** Variables that hold OpenBLAS below what it can do. */
  private static final List<String> BRAKES = List.of("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE");

  /** Greatest difference of two results, relative to the greatest element. */
  private static final float TOLERANCE = 1e-5f;

  /** Operations between two looks at the clock, half a millisecond's, and the most calls. */
  private static final double OPERATIONS = 5e7;

  private static final double CALLS = 1e3;

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
      names = "--shapes",
      paramLabel = "MxNxK[:LAYOUT]",
      split = ",",
      defaultValue =
          "512x512x512,1024x1024x1024,2048x2048x2048,256x256x256,128x256x784,64x512x784,"
              + "784x256x128:TN,512x1024x1024,128x128x128,64x64x64,32x32x32,100x37x53,256x10x128,"
              + "8x1024x1024,1x1024x1024",
      converter = SizesConverter.class,
      description = "Sizes, with the one layout to measure or without (default: ${DEFAULT-VALUE}).")
  List<Sizes> shapes;

  @Option(
      names = "--layouts",
      paramLabel = "LAYOUT",
      split = ",",
      defaultValue = "NN,NT,TN",
      description = "Layouts of sizes given without (default: ${DEFAULT-VALUE}).")
  List<Layout> layouts;

  @Option(
      names = "--peers",
      paramLabel = "PEER",
      split = ",",
      defaultValue = "openblas,onednn,mkl,netlib,ejml",
      description = "Libraries to compare with (default: ${DEFAULT-VALUE}).")
  Set<GemmPeer> peers;

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
      description = "Seconds for C2, each shape, layout and Java library (default: 2).")
  double warmUp;

  @Option(
      names = "--best",
      description = "Print the best round of everyone, for a machine that is never quiet.")
  boolean best;

  @Spec CommandSpec spec;

  private PrintWriter out;
  private Backend backend;

  /** What {@code --shapes} names. */
  private record Sizes(GemmShape shape, Optional<Layout> layout) {}

  /** What has a slice of each round: calls of so many operations. */
  private record Contestant(double flops, Runnable call) {}

  /** Reads {@code mxnxk} or {@code mxnxk:layout}. */
  static final class SizesConverter implements ITypeConverter<Sizes> {
    @Override
    public Sizes convert(String value) {
      String[] parts = value.split(":", 2);
      return new Sizes(
          GemmShape.parse(parts[0]),
          parts.length == 1 ? Optional.empty() : Optional.of(Layout.valueOf(parts[1])));
    }
  }

  /**
   * Measures and ends the JVM: status 0 if all went well, 1 if results differ, 2 if it refuses.
   *
   * @param args options
   */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    CommandLine commandLine = new CommandLine(new GemmPeersBenchmark());
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setParameterExceptionHandler(
        (refusal, given) -> {
          commandLine.getErr().println(refusal.getMessage());
          return commandLine.getCommandSpec().exitCodeOnInvalidInput();
        });
    System.exit(commandLine.execute(args));
  }

  @Override
  public void run() {
    requireFairness(System.getenv());
    out = spec.commandLine().getOut();
    backend = Backends.named("simd");
    print("java", System.getProperty("java.runtime.version") + ", " + Processor.name());
    print("ours", backend.description());
    List<GemmPeer> opened = peers.stream().sorted().filter(this::open).toList();
    try (Workers workers = Workers.of(threads)) {
      Workspace workspace = backend.workspace(workers);
      double peakBefore = PeakFlops.gflops();
      products().forEach(x -> checkAndWarmUp(x, workspace));
      products().forEach(x -> checkAndWarmUp(x, opened, workspace));
      TextTable table = new TextTable(List.of(header(opened), widest(opened)));
      print(table.line(header(opened)));
      products().forEach(x -> print(table.line(measure(x, opened, workspace))));
      double peakAfter = rate(peak(Workers.caller()), seconds);
      print("peak of one thread", number(peakBefore) + " before, " + number(peakAfter) + " after");
    }
  }

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
    if (threads > 1 && peers.containsAll(Set.of(GemmPeer.MKL, GemmPeer.ONEDNN))) {
      throw refusal(
          "on several threads oneDNN and MKL need a run each (--peers): in one JVM they share MKL's"
              + " OpenMP, which wakes late and halves them");
    }
    if (!VectorModule.isResolved()) {
      throw refusal("start java with " + VectorModule.ADD_MODULES);
    }
  }

  private ParameterException refusal(String reason) {
    return new ParameterException(spec.commandLine(), reason);
  }

  /** Loads a library and lets it compute once, which binds it to its own functions. */
  private boolean open(GemmPeer peer) {
    try {
      String description = peer.open(threads);
      peer.product(new GemmOperands(new GemmShape(1, 1, 1), Layout.NN)).run();
      print(peer.toString(), description);
      return true;
    } catch (LinkageError | RuntimeException e) {
      Throwable cause = e;
      while (cause.getCause() != null) {
        cause = cause.getCause();
      }
      print(peer.toString(), "LEFT OUT: " + cause);
      return false;
    }
  }

  private Stream<GemmOperands> products() {
    return shapes.stream()
        .flatMap(
            sizes ->
                sizes.layout().map(List::of).orElse(layouts).stream()
                    .map(layout -> new GemmOperands(sizes.shape(), layout)));
  }

  /**
   * Ours, and for all products before the first of a Java peer: on JDK 17 C2 compiles our kernels
   * to something fifty times slower once others have made the profiles of the Vector API's methods
   * polymorphic.
   */
  private void checkAndWarmUp(GemmOperands x, Workspace workspace) {
    Runnable ours = ours(x, workspace);
    x.clear();
    ours.run();
    ScalarMatmul.check(x.layout, x.shape, x.a, x.b, x.c);
    rate(new Contestant(x.shape.flops(), ours), warmUp);
  }

  private void checkAndWarmUp(GemmOperands x, List<GemmPeer> opened, Workspace workspace) {
    ours(x, workspace).run();
    float[] expected = x.c.clone();
    for (GemmPeer peer : opened) {
      Runnable theirs = peer.product(x);
      x.clear();
      theirs.run();
      requireClose(peer + " " + x.layout + " " + x.shape, expected, x.result(peer.isNative()));
      rate(new Contestant(x.shape.flops(), theirs), peer.isNative() ? seconds : warmUp);
    }
  }

  private static void requireClose(String name, float[] expected, float[] actual) {
    float greatest = 0;
    for (float element : expected) {
      greatest = Math.max(greatest, Math.abs(element));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(actual[i] - expected[i]) <= TOLERANCE * greatest)) {
        throw new IllegalStateException(
            name + ": element " + i + " is " + actual[i] + " for " + expected[i]);
      }
    }
  }

  private List<String> header(List<GemmPeer> opened) {
    List<String> header = new ArrayList<>(List.of("m x n x k", "", "peak", "ours", "of peak"));
    opened.forEach(peer -> header.add(peer.toString()));
    header.add("ours/best native");
    return header;
  }

  private static List<String> widest(List<GemmPeer> opened) {
    List<String> row = new ArrayList<>(Collections.nCopies(opened.size() + 6, "1000.0"));
    row.set(0, "1000x1000x1000");
    row.set(1, "NN");
    return row;
  }

  /** A line of the table: GFLOP/s and their quotients. */
  private List<String> measure(GemmOperands x, List<GemmPeer> opened, Workspace workspace) {
    double flops = x.shape.flops();
    List<Contestant> contestants = new ArrayList<>();
    contestants.add(peak(workspace.workers()));
    contestants.add(new Contestant(flops, ours(x, workspace)));
    opened.forEach(peer -> contestants.add(new Contestant(flops, peer.product(x))));
    double[][] rates = rates(contestants);
    double[] peak = rates[0];
    double[] ours = rates[1];
    List<String> line = new ArrayList<>();
    line.add(x.shape.m() + "x" + x.shape.n() + "x" + x.shape.k());
    line.add(x.layout.toString());
    line.add(number(typical(peak)));
    line.add(number(typical(ours)));
    line.add(String.format("%.0f %%", 100 * quotient(ours, peak)));
    String ratio = "";
    double bestNative = 0;
    for (int i = 0; i < opened.size(); i++) {
      double[] theirs = rates[2 + i];
      line.add(number(typical(theirs)));
      if (opened.get(i).isNative() && typical(theirs) > bestNative) {
        bestNative = typical(theirs);
        ratio = String.format("%.2f", quotient(ours, theirs));
      }
    }
    line.add(ratio);
    return line;
  }

  /** GFLOP/s of each contestant in each round. */
  private double[][] rates(List<Contestant> contestants) {
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
  private static double rate(Contestant contestant, double seconds) {
    long batch = (long) Math.max(1, Math.min(CALLS, OPERATIONS / contestant.flops()));
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

  private static Contestant peak(Workers workers) {
    float[] sums = new float[workers.threads()];
    return new Contestant(
        PeakFlops.flops(PEAK_ITERATIONS) * sums.length,
        () ->
            workers.run(
                (part, parts) ->
                    sums[part] = PeakFlops.run(PEAK_ITERATIONS, sums[part] * 0x1p-99f)));
  }

  private Runnable ours(GemmOperands x, Workspace workspace) {
    Kernels kernels = backend.kernels();
    boolean transposeA = x.layout.transposeA();
    boolean transposeB = x.layout.transposeB();
    int m = x.shape.m();
    int n = x.shape.n();
    int k = x.shape.k();
    int aStride = x.strideOfA();
    int bStride = x.strideOfB();
    float[] a = x.a;
    float[] b = x.b;
    float[] c = x.c;
    return () ->
        kernels.matmul(
            transposeA, transposeB, m, n, k, a, 0, aStride, b, 0, bStride, c, 0, n, workspace);
  }

  /** The quotient of the best rounds, or the median of each round's quotient. */
  private double quotient(double[] dividends, double[] divisors) {
    if (best) {
      return typical(dividends) / typical(divisors);
    }
    double[] quotients = new double[rounds];
    Arrays.setAll(quotients, round -> dividends[round] / divisors[round]);
    return typical(quotients);
  }

  /** The best or the median. */
  private double typical(double[] rates) {
    double[] sorted = rates.clone();
    Arrays.sort(sorted);
    int last = sorted.length - 1;
    return best ? sorted[last] : (sorted[last / 2] + sorted[(last + 1) / 2]) / 2;
  }

  private static String number(double value) {
    return String.format(value < 1 ? "%.3f" : "%.1f", value);
  }

  private void print(String name, String value) {
    print(name + ": " + value);
  }

  private void print(String line) {
    out.println(line);
    out.flush();
  }
}
