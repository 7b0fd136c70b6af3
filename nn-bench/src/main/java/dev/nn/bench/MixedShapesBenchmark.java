package dev.nn.bench;

import dev.nn.Activation;
import dev.nn.spi.Backend;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * The speed of a product in a JVM of its own, and in one that runs many others too.
 *
 * <p>An application multiplies in all shapes. What the compilers learn from one of them must not
 * slow down another: each kind of company is measured in a new JVM, and the two figures of a
 * product should be equal. A product is {@code mxnxk-NN} (or NT, TN), or {@code mxnxk-RELU} (or
 * another activation) for a layer's forward propagation, k inputs to n outputs, m rows.
 */
public class MixedShapesBenchmark extends BackendBenchmark {
  private static final String ALONE = "alone";
  private static final String ALL = "all";

  private static final List<String> SHAPES =
      List.of(
          "512x512x512",
          "1024x1024x1024",
          "256x256x256",
          "128x256x784",
          "64x512x784",
          "784x256x128",
          "512x1024x1024",
          "128x128x128",
          "64x64x64",
          "32x32x32",
          "100x37x53",
          "256x10x128",
          "8x1024x1024",
          "1x1024x1024");

  private static final List<String> FORMS = List.of("NN", "NT", "TN", "RELU", "TANH", "SOFTMAX");

  private static final Pattern PRODUCT = Pattern.compile("([^-]+)-([A-Z]+)");

  /** Time that a member of the company gets in each of its turns, or longer for one product. */
  private static final long TURN_NANOS = 4_000_000;

  /** Turns before the first measurement, enough for the compilers, unless they take too long. */
  private static final int FIRST_TURNS = 40;

  private static final long FIRST_NANOS = 60_000_000_000L;

  @Param({
    "512x512x512-NN",
    "512x512x512-NT",
    "512x512x512-TN",
    "1024x1024x1024-NN",
    "256x256x256-NN",
    "128x256x784-NN",
    "128x256x784-RELU",
    "128x256x784-TANH",
    "64x512x784-NT",
    "784x256x128-TN",
    "512x1024x1024-NN",
    "128x128x128-NN",
    "64x64x64-NN",
    "32x32x32-NN",
    "32x32x32-NT",
    "100x37x53-NN",
    "256x10x128-NN",
    "256x10x128-SOFTMAX",
    "8x1024x1024-NN",
    "1x1024x1024-NN"
  })
  String product;

  /** {@code alone}, {@code all}, or products separated by spaces. */
  @Param({ALONE, ALL})
  String company;

  private Product mine;
  private List<Product> others;
  private Work work;

  @Override
  void prepare() {
    mine = new Product(product);
    mine.check();
    others = names().map(Product::new).toList();
    long end = System.nanoTime() + FIRST_NANOS;
    for (int turn = 0; turn < FIRST_TURNS && System.nanoTime() < end; turn++) {
      mine.takeTurn();
      haveCompany();
    }
    work = Work.of(mine.shape.flops(), threads);
  }

  private Stream<String> names() {
    return switch (company) {
      case ALONE -> Stream.of();
      case ALL -> SHAPES.stream().flatMap(shape -> FORMS.stream().map(form -> shape + "-" + form));
      default -> Arrays.stream(company.split(" "));
    };
  }

  /** One turn of all others. */
  @Setup(Level.Iteration)
  public void haveCompany() {
    others.forEach(Product::takeTurn);
  }

  /**
   * One product.
   *
   * @param counters GFLOP/s and share of the peak
   * @return C
   */
  @Benchmark
  public float[] multiply(FlopCounters counters) {
    mine.multiply(backend(), mine.layer, mine.c, workspace());
    counters.count(work);
    return mine.c;
  }

  /** One product with its operands. */
  private final class Product {
    final GemmShape shape;
    final float[] c;

    /** Null for a product of matrices. */
    final DenseLayer layer;

    private final Layout layout;
    private final Activation activation;
    private final float[] a;
    private final float[] b;

    Product(String text) {
      Matcher parts = PRODUCT.matcher(text);
      if (!parts.matches()) {
        throw new IllegalArgumentException(
            "product '" + text + "' is not of the form mxnxk-NN or mxnxk-RELU");
      }
      shape = GemmShape.parse(parts.group(1));
      boolean matrices =
          Arrays.stream(Layout.values()).anyMatch(l -> l.name().equals(parts.group(2)));
      layout = matrices ? Layout.valueOf(parts.group(2)) : Layout.NT;
      activation = matrices ? null : Activation.valueOf(parts.group(2));
      a = RandomFloats.uniform(Math.multiplyExact(shape.m(), shape.k()), 1);
      b = RandomFloats.uniform(Math.multiplyExact(shape.k(), shape.n()), 2);
      c = new float[Math.multiplyExact(shape.m(), shape.n())];
      layer = layerOf(MixedShapesBenchmark.this.backend());
    }

    private DenseLayer layerOf(Backend arithmetic) {
      if (activation == null) {
        return null;
      }
      DenseLayer made = arithmetic.dense(shape.k(), shape.n(), activation);
      made.setParameters(b, new float[shape.n()]);
      return made;
    }

    void takeTurn() {
      long end = System.nanoTime() + TURN_NANOS;
      do {
        multiply(MixedShapesBenchmark.this.backend(), layer, c, workspace());
      } while (System.nanoTime() < end);
    }

    void check() {
      Arrays.fill(c, Float.NaN);
      multiply(MixedShapesBenchmark.this.backend(), layer, c, workspace());
      if (layer == null) {
        ScalarMatmul.check(layout, shape, a, b, c);
        return;
      }
      Backend reference = reference();
      float[] expected = new float[c.length];
      multiply(reference, layerOf(reference), expected, reference.workspace(Workers.caller()));
      Bits.requireSame("output", expected, c);
    }

    void multiply(Backend arithmetic, DenseLayer through, float[] to, Workspace scratch) {
      if (through != null) {
        through.forward(shape.m(), a, 0, shape.k(), to, 0, shape.n(), scratch);
        return;
      }
      arithmetic
          .kernels()
          .matmul(
              layout.transposeA(),
              layout.transposeB(),
              shape.m(),
              shape.n(),
              shape.k(),
              a,
              0,
              layout.strideOfA(shape),
              b,
              0,
              layout.strideOfB(shape),
              to,
              0,
              shape.n(),
              scratch);
    }
  }
}
