package dev.nn.bench;

import dev.nn.Architecture;
import dev.nn.spi.UpdateRule;

/** What a step of a {@link StepNetwork} does besides the products. */
public enum StepSettings {
  /** The rule of the network, and nothing else. */
  OWN,

  /** Gradient descent, and nothing else. */
  DESCENT,

  /** Adam, L2, and a dropout of 0.2 behind every hidden layer. */
  ADAM_L2_DROPOUT;

  private static final double RATE = 0.2;

  /** The architecture of a network with these settings. */
  Architecture architecture(StepNetwork network) {
    Architecture own = network.architecture();
    if (this != ADAM_L2_DROPOUT) {
      return own;
    }
    Architecture dropping = Architecture.input(own.inputs());
    for (int l = 1; l <= own.depth(); l++) {
      Architecture.Dense layer = own.layers().get(l - 1);
      dropping =
          dropping
              .dense(layer.outputs(), layer.activation(), layer.initializer())
              .dropout(l < own.depth() ? RATE : 0);
    }
    return dropping;
  }

  /** The rule of a network with these settings. */
  UpdateRule rule(StepNetwork network) {
    return switch (this) {
      case OWN -> network.rule();
      case DESCENT -> new UpdateRule.GradientDescent(1e-4f, 0);
      case ADAM_L2_DROPOUT -> new UpdateRule.Adam(1e-6, 0.9, 0.999, 1e-8, 1e-4f);
    };
  }
}
