package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Loss;
import dev.nn.spi.Backend;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.ElementaryFunction;
import dev.nn.spi.Kernels;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.function.Executable;

/**
 * What all parts of the contract suite have in common: a backend to be tested, and another one that
 * is known to be right.
 *
 * <p>The reference backend is measured with {@link PlainBackend}, every other backend with the
 * reference backend. Tests tagged {@code sample} are few and small enough for an interpreter.
 */
public abstract class BackendContract {
  /**
   * Numbers of threads whose results must be the same; more than cores, and no divisor of sizes.
   */
  static final int[] THREADS = {1, 2, 3, 7};

  /** The backend under test. */
  protected abstract Backend backend();

  /** The backend that says what is right. */
  protected abstract Backend reference();

  /** Scratch of the test's own thread, made when it is first asked for. */
  private Workspace workspace;

  /** A workspace that has been used before, with NaN: nothing of that may be seen again. */
  Workspace workspace() {
    if (workspace == null) {
      workspace = usedWorkspace(Workers.caller());
    }
    return workspace;
  }

  /** Another such workspace, for other threads. */
  Workspace usedWorkspace(Workers workers) {
    Workspace used = backend().workspace(workers);
    // Enough work for all threads, if there are several.
    int rows = workers.threads() > 1 ? 100 : 30;
    int columns = 70;
    int depth = workers.threads() > 1 ? 110 : 40;
    float[] nan = new float[rows * depth + columns * depth + rows * columns];
    Arrays.fill(nan, Float.NaN);
    useMatmul(rows, columns, depth, nan, used);
    useKernels(rows, columns, nan, used);
    DenseLayer layer = backend().dense(depth, columns, Activation.TANH);
    layer.forward(rows, nan, 0, depth, nan.clone(), 0, columns, used);
    layer.backward(
        rows, nan, 0, columns, Activation.TANH, nan, 0, depth, nan.clone(), 0, depth, used);
    layer.gradient(
        rows, nan, 0, columns, nan, 0, depth, new float[columns * depth], new float[columns], used);
    UpdateRule rule = new UpdateRule.Adjusted(new UpdateRule.Adam(1, 0.5, 0.5, 1, 1), 1, 1);
    layer.update(rows, nan, 0, columns, nan, 0, depth, rule, layer.moments(rule), used);
    layer.update(
        Arrays.copyOf(nan, columns * depth),
        Arrays.copyOf(nan, columns),
        rule,
        layer.moments(rule),
        used);
    layer.limitNorms(1, used);
    return used;
  }

  private void useMatmul(int rows, int columns, int depth, float[] nan, Workspace used) {
    for (int form = 0; form < 4; form++) {
      boolean transposeA = form / 2 == 1;
      boolean transposeB = form % 2 == 1;
      int aStride = transposeA ? rows : depth;
      int bStride = transposeB ? depth : columns;
      backend()
          .kernels()
          .matmul(
              transposeA,
              transposeB,
              rows,
              columns,
              depth,
              nan,
              0,
              aStride,
              nan,
              0,
              bStride,
              nan.clone(),
              0,
              columns,
              used);
    }
  }

  private void useKernels(int rows, int columns, float[] nan, Workspace used) {
    Kernels kernels = backend().kernels();
    float[] out = nan.clone();
    float[] delta = nan.clone();
    float[] scale = {1, 1};
    float[] losses = new float[2];
    for (Activation g : Activation.values()) {
      kernels.activate(g, 2, columns, out, 0, columns, used);
      if (g != Activation.SOFTMAX) {
        kernels.multiplyByDerivative(g, 2, columns, nan, 0, columns, out, 0, columns, used);
      }
      for (Loss loss : Loss.values()) {
        if (loss.accepts(g)) {
          kernels.outputLoss(
              loss, g, 2, columns, out, 0, columns, nan, 0, columns, scale, delta, 0, columns,
              losses, used);
        }
      }
    }
    kernels.columnSums(rows, columns, nan, 0, columns, out, 0, used);
    kernels.columnDots(rows, columns, nan, 0, columns, nan, 0, columns, out, 0, used);
    kernels.normalizeRows(rows, columns, out, 0, columns, 1, delta, 0, used);
    kernels.normalizeRowsBackward(
        rows, columns, nan, 0, columns, nan, 0, nan, 0, out, 0, columns, used);
    kernels.normalizeColumns(
        rows, columns, nan.clone(), 0, columns, 1, delta, 0, delta, 0, delta, 0, used);
    kernels.normalizeColumnsBackward(
        rows, columns, nan, 0, columns, nan, 0, nan, 0, nan, 0, nan, 0, out, 0, columns, used);
    kernels.scaleAndShift(rows, columns, nan, 0, columns, nan, 0, nan, 0, out, 0, columns, used);
    kernels.update(
        new UpdateRule.GradientDescent(1, 1), 1, columns, out, 0, nan, 0, new float[0][], 0, used);
    kernels.apply(ElementaryFunction.EXP, columns, nan, 0, out, 0, used);
    if (!Float.isNaN(kernels.sum(columns, nan, 0, used))
        || !Float.isNaN(kernels.max(columns, nan, 0, used))) {
      throw new AssertionError("sums or maxima hide NaN");
    }
  }

  /**
   * Runs all tasks at the same time and waits for them; rethrows what the first failed one threw.
   */
  static void concurrently(List<Callable<Void>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      for (Future<Void> done : threads.invokeAll(tasks)) {
        try {
          done.get();
        } catch (ExecutionException e) {
          if (e.getCause() instanceof Error error) {
            throw error;
          }
          throw e;
        }
      }
    } finally {
      threads.shutdown();
    }
  }

  /** {@code count} tasks, each with a number of its own. */
  static List<Callable<Void>> tasks(int count, NumberedTask task) {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      tasks.add(
          () -> {
            task.run(number);
            return null;
          });
    }
    return tasks;
  }

  /** One of several tasks. */
  @FunctionalInterface
  interface NumberedTask {
    void run(int number) throws Exception;
  }

  /** Asserts that a call is refused with a message that says all of the given words. */
  static void assertRefused(Executable call, String... words) {
    String message =
        org.junit.jupiter.api.Assertions.assertThrows(IllegalArgumentException.class, call)
            .getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }
}
