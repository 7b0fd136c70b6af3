package dev.nn.bench;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.spi.UpdateRule;

/**
 * The networks, batches and optimisers of {@link TrainStepBenchmark}.
 *
 * <p>Learning rates are so small that millions of steps on one batch neither saturate the network
 * nor let its deltas sink to subnormal numbers.
 */
public enum StepNetwork {
  /** 784-256-128-10, batches of 64: 28 x 28 images in ten classes. */
  IMAGES_64(images(), 64, Rules.DESCENT),

  /** 784-256-128-10, batches of 128. */
  IMAGES_128(images(), 128, Rules.DESCENT),

  /** 784-256-128-10, batches of 512. */
  IMAGES_512(images(), 512, Rules.DESCENT),

  /** 784-1024-1024-10, batches of 256, Adam: wider layers for the same images. */
  WIDE_256(
      Architecture.input(784)
          .dense(1024, Activation.RELU)
          .dense(1024, Activation.RELU)
          .dense(10, Activation.SOFTMAX),
      256,
      new UpdateRule.Adam(1e-6, 0.9, 0.999, 1e-8, 0)),

  /** 16-32-16-1, one row: stochastic gradient descent on a small table, all of it overhead. */
  TABLE_1(table(), 1, Rules.DESCENT),

  /** 16-32-16-1, batches of 32: a small table. */
  TABLE_32(table(), 32, Rules.DESCENT),

  /** 12288-3-2-1, one row: the network of the lecture, one 64 x 64 picture in three colours. */
  PICTURE_1(picture(), 1, Rules.DESCENT),

  /** 12288-3-2-1, batches of 64. */
  PICTURE_64(picture(), 64, Rules.DESCENT),

  /** 256-2048-2048-2048-64, batches of 512, momentum: large layers all the way. */
  DEEP_512(
      Architecture.input(256)
          .dense(2048, Activation.RELU)
          .dense(2048, Activation.RELU)
          .dense(2048, Activation.RELU)
          .dense(64, Activation.SOFTMAX),
      512,
      new UpdateRule.Momentum(1e-6f, 0.9f, 0)),

  /** 64-64-64-3, batches of 16: a small controller, narrow all the way. */
  CONTROL_16(
      Architecture.input(64)
          .dense(64, Activation.TANH)
          .dense(64, Activation.TANH)
          .dense(3, Activation.SOFTMAX),
      16,
      Rules.DESCENT);

  /** Apart, because an enum's constants cannot name its own constants. */
  private static final class Rules {
    static final UpdateRule DESCENT = new UpdateRule.GradientDescent(1e-4f, 0);
  }

  private final Architecture architecture;
  private final int batch;
  private final UpdateRule rule;

  StepNetwork(Architecture architecture, int batch, UpdateRule rule) {
    this.architecture = architecture;
    this.batch = batch;
    this.rule = rule;
  }

  private static Architecture images() {
    return Architecture.input(784)
        .dense(256, Activation.RELU)
        .dense(128, Activation.RELU)
        .dense(10, Activation.SOFTMAX);
  }

  private static Architecture picture() {
    return Architecture.input(12288)
        .dense(3, Activation.SIGMOID)
        .dense(2, Activation.SIGMOID)
        .dense(1, Activation.SIGMOID);
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

  UpdateRule rule() {
    return rule;
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
