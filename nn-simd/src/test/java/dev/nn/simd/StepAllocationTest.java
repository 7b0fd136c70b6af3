package dev.nn.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.Test;

/**
 * Steps leave nothing for a garbage collector, once compilers keep vectors in registers, whatever
 * they do to gradients and weights.
 */
class StepAllocationTest {
  private static final int ROWS = 20;
  private static final int STEPS = 50;

  /** For compilers, which have much to do; steps that allocate then always will. */
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void aStepWithEveryLimitAllocatesNothing() {
    check(
        Architecture.input(40)
            .dense(70, Activation.RELU)
            .dense(9, Activation.TANH)
            .dense(3, Activation.IDENTITY));
  }

  @Test
  void aStepWithNormalizationsAllocatesNothing() {
    check(
        Architecture.input(40)
            .dense(70, Activation.RELU)
            .normalize(Normalization.layer())
            .dense(9, Activation.TANH)
            .normalize(Normalization.batch())
            .dense(3, Activation.IDENTITY));
  }

  private static void check(Architecture architecture) {
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
    assertEquals(0, bytes, "bytes allocated by the last " + STEPS + " steps");
  }

  private static void step(Backpropagation steps, float[] x, float[] y, UpdateRule rule) {
    assertTrue(Double.isFinite(steps.loss(ROWS, x, y)));
    steps.update(rule, 0.01);
    steps.limitNorms(0.5f);
    steps.step(ROWS, x, y, rule);
  }
}
