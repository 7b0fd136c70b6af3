package dev.nn.contract;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.data.Dataset;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.train.Adam;
import dev.nn.train.ReduceOnPlateau;
import dev.nn.train.Schedule;
import dev.nn.train.Trainer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How a training is steered: the same steps, decisions and bits on every backend. */
public abstract class SteeringContract extends BackendContract {
  /** Rows of which batches of 16 leave a ragged last one, five a pass. */
  private static final int ROWS = 70;

  private static final Dataset TRAIN = TestData.classes(ROWS, 20, 4, 400);

  private static final Dataset VALIDATION = TestData.classes(50, 20, 4, 401);

  private Network network() {
    return Network.initialize(
        Architecture.input(20).dense(33, Activation.TANH).dense(4, Activation.SOFTMAX),
        1,
        backend());
  }

  private static Trainer.Builder trainer() {
    return Trainer.builder().optimizer(Adam.of(0.01)).batchSize(16).epochs(3).shuffle(false);
  }

  private static Backpropagation backpropagation(Network network) {
    return new Backpropagation(network, Loss.CROSS_ENTROPY, 16, Workers.caller());
  }

  /** A step on the batch of a number from 0, as a trainer that does not shuffle takes them. */
  private static void step(Backpropagation backpropagation, int batch, double learningRate) {
    int[] order = IntStream.range(0, ROWS).toArray();
    float[] x = new float[16 * 20];
    float[] y = new float[16 * 4];
    int from = batch % 5 * 16;
    int rows = Math.min(16, ROWS - from);
    TRAIN.copyRows(order, from, rows, x, 0, 20, y, 0, 4);
    backpropagation.step(rows, x, y, new UpdateRule.Adam(learningRate, 0.9, 0.999, 1e-8, 0.001f));
  }

  // Schedules.

  /** A schedule is the rule of each step; what Adam remembers goes on from rule to rule. */
  @Test
  void aScheduleIsTheLearningRateOfEachStep() {
    Network expected = network();
    Backpropagation backpropagation = backpropagation(expected);
    for (int batch = 0; batch < 15; batch++) {
      step(backpropagation, batch, 0.01 * (batch < 5 ? (batch + 1) / 5.0 : batch < 10 ? 1 : 0.5));
    }
    for (int threads : THREADS) {
      Network network = network();
      trainer()
          .l2(0.001)
          .threads(threads)
          .schedule(Schedule.warmUp(1, Schedule.exponential(0.5)))
          .build()
          .fit(network, TRAIN);
      Bits.assertSameParameters(expected, network, () -> threads + " threads");
    }
  }

  /** An improvement by nine tenths does not happen: the third epoch has half the rate. */
  @Test
  void aPlateauReducesTheLearningRate() {
    Network expected = network();
    Backpropagation backpropagation = backpropagation(expected);
    for (int batch = 0; batch < 15; batch++) {
      step(backpropagation, batch, 0.01 * (batch < 10 ? 1 : 0.5));
    }
    for (int threads : THREADS) {
      Network network = network();
      trainer()
          .l2(0.001)
          .threads(threads)
          .reduceOnPlateau(new ReduceOnPlateau(0.5, 0, 0.9))
          .build()
          .fit(network, TRAIN, VALIDATION);
      Bits.assertSameParameters(expected, network, () -> threads + " threads");
    }
  }
}
