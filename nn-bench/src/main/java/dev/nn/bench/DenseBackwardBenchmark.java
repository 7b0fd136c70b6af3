package dev.nn.bench;

import dev.nn.Activation;
import dev.nn.spi.Backend;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Steps 2 and 3 of backpropagation through one layer, {@code d = (delta W) * g'(x)} and {@code dW =
 * delta^T x}, with batch x outputs deltas and batch x inputs inputs.
 *
 * <p>The default is a batch of 128 through the second layer of a 784-256-128-10 network.
 */
public class DenseBackwardBenchmark extends BackendBenchmark {
  @Param("128")
  int batch;

  @Param("256")
  int inputs;

  @Param("128")
  int outputs;

  /** The activation of the layer below. */
  @Param("RELU")
  Activation below;

  private float[] x;
  private float[] delta;
  private DenseLayer layer;
  private Results results;
  private Work work;

  /** What both steps write. */
  private final class Results {
    final float[] d = new float[Math.multiplyExact(batch, inputs)];
    final float[] weightGradient = new float[Math.multiplyExact(inputs, outputs)];
    final float[] biasGradient = new float[outputs];
  }

  @Override
  void prepare() {
    x = RandomFloats.uniform(Math.multiplyExact(batch, inputs), 1);
    delta = RandomFloats.uniform(Math.multiplyExact(batch, outputs), 2);
    layer = layerOf(backend());
    results = new Results();
    backward(layer, results, workspace());
    gradient(layer, results, workspace());
    check();
    work = Work.of(new GemmShape(batch, outputs, inputs).flops(), threads);
  }

  private void check() {
    Backend reference = reference();
    DenseLayer right = layerOf(reference);
    Workspace scratch = reference.workspace(Workers.caller());
    Results expected = new Results();
    backward(right, expected, scratch);
    gradient(right, expected, scratch);
    Bits.requireSame("d", expected.d, results.d);
    Bits.requireSame("dW", expected.weightGradient, results.weightGradient);
    Bits.requireSame("db", expected.biasGradient, results.biasGradient);
  }

  /**
   * Step 2: the delta of the layer below.
   *
   * @param counters GFLOP/s and share of the peak
   * @return d
   */
  @Benchmark
  public float[] backward(FlopCounters counters) {
    backward(layer, results, workspace());
    counters.count(work);
    return results.d;
  }

  /**
   * Step 3: the gradient.
   *
   * @param counters GFLOP/s and share of the peak
   * @return dW
   */
  @Benchmark
  public float[] gradient(FlopCounters counters) {
    gradient(layer, results, workspace());
    counters.count(work);
    return results.weightGradient;
  }

  private DenseLayer layerOf(Backend arithmetic) {
    DenseLayer made = arithmetic.dense(inputs, outputs, Activation.IDENTITY);
    made.setParameters(
        RandomFloats.uniform(Math.multiplyExact(inputs, outputs), 3), new float[outputs]);
    return made;
  }

  private void backward(DenseLayer through, Results to, Workspace scratch) {
    through.backward(batch, delta, 0, outputs, below, x, 0, inputs, to.d, 0, inputs, scratch);
  }

  private void gradient(DenseLayer through, Results to, Workspace scratch) {
    through.gradient(
        batch, delta, 0, outputs, x, 0, inputs, to.weightGradient, to.biasGradient, scratch);
  }
}
