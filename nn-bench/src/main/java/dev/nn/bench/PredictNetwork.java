package dev.nn.bench;

import dev.nn.Architecture;

/**
 * The networks of {@link PredictBenchmark}: some of {@link StepNetwork}, for any number of rows.
 */
public enum PredictNetwork {
  /** 784-256-128-10: 28 x 28 images in ten classes. */
  IMAGES(StepNetwork.IMAGES_64),

  /** 16-32-16-1: a small table, all of it overhead. */
  TABLE(StepNetwork.TABLE_1),

  /** 256-2048-2048-2048-64: large layers all the way. */
  DEEP(StepNetwork.DEEP_512);

  private final Architecture architecture;

  PredictNetwork(StepNetwork trained) {
    this.architecture = trained.architecture();
  }

  Architecture architecture() {
    return architecture;
  }

  /** One product for each layer. */
  double flops(int rows) {
    double flops = 0;
    for (int l = 1; l <= architecture.depth(); l++) {
      flops += new GemmShape(rows, architecture.width(l), architecture.width(l - 1)).flops();
    }
    return flops;
  }

  /** Features of some rows. */
  float[] features(int rows) {
    return RandomFloats.uniform(Math.multiplyExact(rows, architecture.inputs()), 1);
  }
}
