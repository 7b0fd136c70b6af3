package dev.nn.bench;

import dev.nn.spi.Backend;
import dev.nn.spi.Kernels;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;

/**
 * Matrix products of the backend {@code simd} and of other libraries, in one JVM and in turn.
 *
 * <p>The rounds for each shape and layout come after all results have been compared with each other
 * and what runs in the JVM has been compiled.
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
final class GemmPeersBenchmark extends PeersBenchmark {
  /** Greatest difference of two results, relative to the greatest element. */
  private static final float TOLERANCE = 1e-5f;

  /** The most calls between two looks at the clock. */
  private static final int CALLS = 1000;

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

  private Backend backend;

  /** What {@code --shapes} names. */
  private record Sizes(GemmShape shape, Optional<Layout> layout) {}

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
    runAndExit(new GemmPeersBenchmark(), args);
  }

  @Override
  void requireSensible() {
    if (threads > 1 && peers.containsAll(Set.of(GemmPeer.MKL, GemmPeer.ONEDNN))) {
      throw refusal(
          "on several threads oneDNN and MKL need a run each (--peers): in one JVM they share MKL's"
              + " OpenMP, which wakes late and halves them");
    }
  }

  @Override
  void compare(Backend simd, Workers workers) {
    backend = simd;
    List<GemmPeer> opened = peers.stream().sorted().filter(this::open).toList();
    Workspace workspace = backend.workspace(workers);
    products().forEach(x -> checkAndWarmUp(x, workspace));
    products().forEach(x -> checkAndWarmUp(x, opened, workspace));
    TextTable table = new TextTable(List.of(header(opened), widest(opened)));
    print(table.line(header(opened)));
    products().forEach(x -> print(table.line(measure(x, opened, workspace))));
  }

  /** Loads a library and lets it compute once, which binds it to its own functions. */
  private boolean open(GemmPeer peer) {
    return open(
        peer.toString(),
        () -> {
          String description = peer.open(threads);
          peer.product(new GemmOperands(new GemmShape(1, 1, 1), Layout.NN)).run();
          return description;
        });
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
    rate(new Contestant(x.shape.flops(), CALLS, ours), warmUp);
  }

  private void checkAndWarmUp(GemmOperands x, List<GemmPeer> opened, Workspace workspace) {
    ours(x, workspace).run();
    float[] expected = x.c.clone();
    for (GemmPeer peer : opened) {
      Runnable theirs = peer.product(x);
      x.clear();
      theirs.run();
      requireClose(
          peer + " " + x.layout + " " + x.shape, expected, x.result(peer.isNative()), TOLERANCE);
      rate(new Contestant(x.shape.flops(), CALLS, theirs), peer.isNative() ? seconds : warmUp);
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
    contestants.add(new Contestant(flops, CALLS, ours(x, workspace)));
    opened.forEach(peer -> contestants.add(new Contestant(flops, CALLS, peer.product(x))));
    double[][] rates = rates(contestants);
    double[] peak = rates[0];
    double[] ours = rates[1];
    List<String> line = new ArrayList<>();
    line.add(x.shape.m() + "x" + x.shape.n() + "x" + x.shape.k());
    line.add(x.layout.toString());
    line.add(number(typical(peak)));
    line.add(number(typical(ours)));
    line.add(percent(quotient(ours, peak)));
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
}
