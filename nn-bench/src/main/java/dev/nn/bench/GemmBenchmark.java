package dev.nn.bench;

import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * {@code C = op(A) op(B)}, single precision, row-major operands that are packed, if at all, within
 * the call.
 *
 * <p>The default is the shape that everybody publishes, {@code m x n x k = 512x512x512}. The others
 * that we watch, to be given with {@code -p shape=...}:
 *
 * <ul>
 *   <li>256x256x256, 64x64x64: the same with all operands in the second and first level cache;
 *   <li>128x256x784: a batch of 128 through the first layer of a network for 28 x 28 images;
 *   <li>256x10x128: its last layer, ten classes, fewer columns than one vector has lanes;
 *   <li>100x37x53: odd in every direction, so that it runs through every tail;
 *   <li>8x1024x1024: a few rows through a wide layer, as in inference;
 *   <li>1x1024x1024: one row, where reading the 4 MiB of B takes longer than multiplying.
 * </ul>
 */
public class GemmBenchmark extends BackendBenchmark {
  @Param("512x512x512")
  String shape;

  @Param("NN")
  Layout layout;

  private GemmShape size;
  private float[] a;
  private float[] b;
  private float[] c;
  private Work work;

  @Override
  void prepare() {
    size = GemmShape.parse(shape);
    a = RandomFloats.uniform(Math.multiplyExact(size.m(), size.k()), 1);
    b = RandomFloats.uniform(Math.multiplyExact(size.k(), size.n()), 2);
    c = new float[Math.multiplyExact(size.m(), size.n())];
    Arrays.fill(c, Float.NaN);
    multiply();
    ScalarMatmul.check(layout, size, a, b, c);
    work = Work.of(size.flops(), threads);
  }

  /**
   * One product.
   *
   * @param counters GFLOP/s and share of the peak
   * @return C
   */
  @Benchmark
  public float[] matmul(FlopCounters counters) {
    multiply();
    counters.count(work);
    return c;
  }

  private void multiply() {
    backend()
        .kernels()
        .matmul(
            layout.transposeA(),
            layout.transposeB(),
            size.m(),
            size.n(),
            size.k(),
            a,
            0,
            layout.strideOfA(size),
            b,
            0,
            layout.strideOfB(size),
            c,
            0,
            size.n(),
            workspace());
  }
}
