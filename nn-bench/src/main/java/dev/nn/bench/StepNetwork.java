package dev.nn.bench;

import dev.nn.Activation;
import dev.nn.Architecture;

/** The networks and batches of {@link TrainStepBenchmark}. */
public enum StepNetwork {
  /** 784-256-128-10, batches of 128: 28 x 28 images in ten classes. */
  IMAGES_128(
      Architecture.input(784)
          .dense(256, Activation.RELU)
          .dense(128, Activation.RELU)
          .dense(10, Activation.SOFTMAX),
      128),

  /** 16-32-16-1, one row: stochastic gradient descent on a small table, all of it overhead. */
  TABLE_1(table(), 1),

  /** 16-32-16-1, batches of 32: a small table. */
  TABLE_32(table(), 32),

  /** 64-64-64-3, batches of 16: a small controller, narrow all the way. */
  CONTROL_16(
      Architecture.input(64)
          .dense(64, Activation.TANH)
          .dense(64, Activation.TANH)
          .dense(3, Activation.SOFTMAX),
      16);

  private final Architecture architecture;
  private final int batch;

  StepNetwork(Architecture architecture, int batch) {
    this.architecture = architecture;
    this.batch = batch;
  }

  private static Architecture table() {
    return Architecture.input(16)
        .dense(32, Activation.TANH)
        .dense(16, Activation.TANH)
        .dense(1, Activation.SIGMOID);
  }

  Architecture architecture() {
    return architecture;
  }

  int batch() {
    return batch;
  }

  /** Three products for each layer; nothing is propagated below the first. */
  double flops() {
    double flops = 0;
    for (int l = 1; l <= architecture.depth(); l++) {
      GemmShape product = new GemmShape(batch, architecture.width(l), architecture.width(l - 1));
      flops += (l == 1 ? 2 : 3) * product.flops();
    }
    return flops;
  }

  /** Features of one batch. */
  float[] features() {
    return RandomFloats.uniform(batch * architecture.inputs(), 1);
  }

  /** One-hot targets of one batch, or 0 and 1 in turn for a single output. */
  float[] targets() {
    int outputs = architecture.outputs();
    float[] y = new float[batch * outputs];
    for (int row = 0; row < batch; row++) {
      if (outputs == 1) {
        y[row] = row % 2;
      } else {
        y[row * outputs + row % outputs] = 1;
      }
    }
    return y;
  }
}
