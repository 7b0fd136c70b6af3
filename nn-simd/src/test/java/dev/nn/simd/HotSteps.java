package dev.nn.simd;

import com.sun.management.ThreadMXBean;
import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.Normalization;
import dev.nn.Predictor;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import java.lang.management.ManagementFactory;

/**
 * Takes steps with all that may be done to gradients and weights, until compilers keep vectors in
 * registers, and prints what the last of them have allocated.
 */
final class HotSteps {
  /** Stands before the bytes, where the JVM may print as well. */
  static final String ALLOCATED = "allocated by the last steps: ";

  private static final int ROWS = 20;
  private static final int STEPS = 50;

  /** For compilers, which have much to do; steps that allocate then always will. */
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private HotSteps() {}

  /**
   * One network without normalizations, and one with both kinds.
   *
   * @param args none
   */
  public static void main(String[] args) {
    take(
        Architecture.input(40)
            .dense(70, Activation.RELU)
            .dense(9, Activation.TANH)
            .dense(3, Activation.IDENTITY));
    take(
        Architecture.input(40)
            .dense(70, Activation.RELU)
            .normalize(Normalization.layer())
            .dense(9, Activation.TANH)
            .normalize(Normalization.batch())
            .dense(3, Activation.IDENTITY));
  }

  private static void take(Architecture architecture) {
    Network network =
        Network.initialize(architecture, 1, new SimdBackend(CompiledKernels.Use.ALWAYS, null));
    Backpropagation steps =
        new Backpropagation(network, Loss.SQUARED_ERROR, ROWS, Workers.caller());
    UpdateRule adam = new UpdateRule.Adam(1e-3, 0.9, 0.999, 1e-8, 1e-3f);
    UpdateRule rule = new UpdateRule.Adjusted(adam, 0.1f, 1e-3f);
    float[] x = new float[ROWS * 40];
    float[] y = new float[ROWS * 3];
    for (int i = 0; i < x.length; i++) {
      x[i] = (i % 13 - 6) / 6f;
    }
    Predictor predictor = network.predictor();
    float[] predictions = new float[ROWS * 3];
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    long bytes;
    do {
      long before = THREAD.getCurrentThreadAllocatedBytes();
      for (int step = 0; step < STEPS; step++) {
        step(steps, x, y, rule);
        predictor.predict(ROWS, x, predictions);
      }
      bytes = THREAD.getCurrentThreadAllocatedBytes() - before;
    } while (bytes > 0 && System.nanoTime() < deadline);
    System.out.println(ALLOCATED + bytes);
  }

  private static void step(Backpropagation steps, float[] x, float[] y, UpdateRule rule) {
    if (!Double.isFinite(steps.loss(ROWS, x, y))) {
      throw new IllegalStateException("diverged");
    }
    steps.update(rule, 0.01);
    steps.limitNorms(0.5f);
    steps.step(ROWS, x, y, rule);
  }
}
