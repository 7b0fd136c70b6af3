package dev.nn.bench;

import dev.nn.Activation;
import dev.nn.spi.Backend;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * {@code a = g(x W^T + b)}: forward propagation through one layer, batch x inputs to batch x
 * outputs.
 *
 * <p>The default is a batch of 128 through the first layer of a network for 28 x 28 images; only
 * the multiplications count as work, so that the price of an activation shows as a smaller share.
 */
public class DenseForwardBenchmark extends BackendBenchmark {
  @Param("128")
  int batch;

  @Param("784")
  int inputs;

  @Param("256")
  int outputs;

  @Param({"IDENTITY", "RELU", "TANH", "SIGMOID", "SOFTMAX"})
  Activation activation;

  private DenseLayer layer;
  private float[] x;
  private float[] a;
  private Work work;

  @Override
  void prepare() {
    x = RandomFloats.uniform(Math.multiplyExact(batch, inputs), 1);
    a = new float[Math.multiplyExact(batch, outputs)];
    layer = layerOf(backend());
    forward(layer, a, workspace());
    float[] expected = new float[a.length];
    Backend reference = reference();
    forward(layerOf(reference), expected, reference.workspace(Workers.caller()));
    Bits.requireSame("output", expected, a);
    work = Work.of(new GemmShape(batch, outputs, inputs).flops(), threads);
  }

  /**
   * One forward propagation.
   *
   * @param counters GFLOP/s and share of the peak
   * @return a
   */
  @Benchmark
  public float[] forward(FlopCounters counters) {
    forward(layer, a, workspace());
    counters.count(work);
    return a;
  }

  private DenseLayer layerOf(Backend arithmetic) {
    DenseLayer made = arithmetic.dense(inputs, outputs, activation);
    made.setParameters(
        RandomFloats.uniform(Math.multiplyExact(inputs, outputs), 2),
        RandomFloats.uniform(outputs, 3));
    return made;
  }

  private void forward(DenseLayer through, float[] to, Workspace scratch) {
    through.forward(batch, x, 0, inputs, to, 0, outputs, scratch);
  }
}
