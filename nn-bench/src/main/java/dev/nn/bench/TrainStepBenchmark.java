package dev.nn.bench;

import dev.nn.Backpropagation;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * One step of training, always on the same batch: forward propagation, loss, backpropagation and
 * update of all layers.
 */
public class TrainStepBenchmark extends BackendBenchmark {
  private static final long SEED = 42;
  private static final int CHECKED_STEPS = 3;

  @Param({
    "IMAGES_64",
    "IMAGES_128",
    "IMAGES_512",
    "WIDE_256",
    "TABLE_1",
    "TABLE_32",
    "PICTURE_1",
    "PICTURE_64",
    "DEEP_512",
    "CONTROL_16"
  })
  StepNetwork network;

  @Param("OWN")
  StepSettings settings;

  private float[] x;
  private float[] y;
  private UpdateRule rule;
  private Backpropagation backpropagation;
  private Work work;

  @Override
  void prepare() {
    x = network.features();
    y = network.targets();
    rule = settings.rule(network);
    Network trained = Network.initialize(settings.architecture(network), SEED, backend());
    Network expected = trained.on(reference());
    backpropagation = backpropagation(trained, workers());
    Backpropagation right = backpropagation(expected, Workers.caller());
    for (int i = 1; i <= CHECKED_STEPS; i++) {
      double loss = step(backpropagation);
      double rightLoss = step(right);
      if (Double.compare(loss, rightLoss) != 0) {
        throw new IllegalStateException(
            "loss of step " + i + " is " + loss + ", expected " + rightLoss);
      }
    }
    Bits.difference(expected, trained)
        .ifPresent(
            where -> {
              throw new IllegalStateException("parameters differ from the reference at " + where);
            });
    work = Work.of(network.flops(), threads);
  }

  /**
   * One step.
   *
   * @param counters GFLOP/s and share of the peak
   * @return the sum of the losses of the rows
   */
  @Benchmark
  public double step(FlopCounters counters) {
    counters.count(work);
    return step(backpropagation);
  }

  private Backpropagation backpropagation(Network of, Workers threadsToUse) {
    return new Backpropagation(
        of,
        Loss.matching(network.architecture().outputActivation()),
        network.batch(),
        threadsToUse);
  }

  private double step(Backpropagation by) {
    return by.step(network.batch(), x, y, rule);
  }
}
