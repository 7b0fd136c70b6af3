package dev.nn.bench;

import dev.nn.Backpropagation;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.spi.UpdateRule;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What Adam, L2 and dropout cost: steps with them and steps of plain gradient descent in turn, in
 * one JVM, so that a slow minute of the machine is one for both.
 */
public class StepSettingsBenchmark extends BackendBenchmark {
  private static final long SEED = 42;

  @Param({"IMAGES_128", "WIDE_256"})
  StepNetwork network;

  private float[] x;
  private float[] y;
  private Backpropagation plain;
  private Backpropagation full;
  private UpdateRule plainRule;
  private UpdateRule fullRule;

  /**
   * One more line in JMH's table, {@code :speedOfDescent}: how fast a step with all is, 1 being as
   * fast as gradient descent alone. JMH divides what is counted by the time of the iteration, so
   * that each pair of steps counts with its time.
   */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  public static class Ratio {
    /** Seconds of pairs of steps, times the ratio of their speeds. */
    public double speedOfDescent;

    void count(long plainNanos, long fullNanos) {
      speedOfDescent += 1e-9 * (plainNanos + fullNanos) * plainNanos / fullNanos;
    }
  }

  @Override
  void prepare() {
    x = network.features();
    y = network.targets();
    plain = backpropagation(StepSettings.DESCENT);
    full = backpropagation(StepSettings.ADAM_L2_DROPOUT);
    plainRule = StepSettings.DESCENT.rule(network);
    fullRule = StepSettings.ADAM_L2_DROPOUT.rule(network);
  }

  private Backpropagation backpropagation(StepSettings settings) {
    Network trained = Network.initialize(settings.architecture(network), SEED, backend());
    Loss loss = Loss.matching(network.architecture().outputActivation());
    return new Backpropagation(trained, loss, network.batch(), workers());
  }

  /**
   * A step of each kind.
   *
   * @param ratio of their speeds
   * @return the sum of the losses of the rows, of both
   */
  @Benchmark
  public double pair(Ratio ratio) {
    long start = System.nanoTime();
    double loss = plain.step(network.batch(), x, y, plainRule);
    long between = System.nanoTime();
    loss += full.step(network.batch(), x, y, fullRule);
    ratio.count(between - start, System.nanoTime() - between);
    return loss;
  }
}
