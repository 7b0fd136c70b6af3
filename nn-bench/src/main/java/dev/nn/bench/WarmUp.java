package dev.nn.bench;

import dev.nn.Backpropagation;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.data.Dataset;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;

/** Lets the JVM compile a training before it is timed. */
final class WarmUp {
  private static final UpdateRule RULE = new UpdateRule.GradientDescent(1e-4f, 0);

  private WarmUp() {}

  /** Repeats the first step of a training, on a copy of the network, for some seconds. */
  static void run(Network network, Dataset train, int batch, int threads, double seconds) {
    int rows = Math.min(batch, train.rows());
    float[] x = new float[rows * train.inputs()];
    float[] y = new float[rows * train.outputs()];
    train.copyRows(0, rows, x, 0, train.inputs(), y, 0, train.outputs());
    Loss loss = Loss.matching(network.architecture().outputActivation());
    long start = System.nanoTime();
    try (Workers workers = Workers.of(threads)) {
      Backpropagation step = new Backpropagation(network.copy(), loss, rows, workers);
      while (System.nanoTime() - start < seconds * 1e9) {
        step.step(rows, x, y, RULE);
      }
    }
  }
}
