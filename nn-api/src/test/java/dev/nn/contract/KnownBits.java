package dev.nn.contract;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.spi.Backend;
import dev.nn.spi.ElementaryFunction;
import dev.nn.spi.Workers;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;

/**
 * Results that every backend, vector width, number of threads and JDK must reproduce bit by bit.
 *
 * <p>A change here is a change of the numeric contract: networks trained before cannot be resumed
 * with the same results.
 */
public final class KnownBits {
  /** {@link #trainedChecksum} of every backend. */
  public static final long TRAINED = 1019946816L;

  private KnownBits() {}

  /** {@link #functionChecksum} of every backend. */
  public static long function(ElementaryFunction function) {
    return switch (function) {
      case EXP -> 2218203963L;
      case EXPM1 -> 2937146666L;
      case LOG -> 2523645080L;
      case LOG1P -> 1736776944L;
      case TANH -> 1575199201L;
      case SIGMOID -> 1870550439L;
      case ERF -> 1092521334L;
    };
  }

  /** CRC-32 of the parameters after a small training with every activation. */
  public static long trainedChecksum(Backend backend, int threads) {
    Architecture architecture =
        Architecture.input(11)
            .dense(19, Activation.TANH)
            .dense(17, Activation.RELU)
            .dense(9, Activation.SIGMOID)
            .dense(7, Activation.IDENTITY)
            .dense(4, Activation.SOFTMAX);
    Network network = Network.initialize(architecture, 2018, backend);
    Trainer.builder()
        .optimizer(Sgd.of(0.1))
        .batchSize(10)
        .epochs(3)
        .l2(0.001)
        .threads(threads)
        .seed(23)
        .build()
        .fit(network, TestData.classes(57, 11, 4, 140));
    return Bits.checksum(network);
  }

  /** CRC-32 of the values of a function at 600,000 arguments, half of them where it bends. */
  public static long functionChecksum(Backend backend, ElementaryFunction function) {
    Values values = new Values(150);
    float[] x = new float[600_000];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          switch (i % 4) {
            case 0 -> values.anyBits();
            case 1 -> 20 * values.uniform();
            default -> 1 + values.uniform();
          };
    }
    backend.kernels().apply(function, x.length, x, 0, x, 0, backend.workspace(Workers.caller()));
    return Bits.checksum(x);
  }
}
