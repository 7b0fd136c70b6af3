package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.data.Dataset;
import dev.nn.train.Evaluation;
import dev.nn.train.History;
import dev.nn.train.Score;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;
import dev.nn.train.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Loss, accuracy and confusion matrix, and what the history of a training says. */
public abstract class EvaluationContract extends BackendContract {
  /** More than two blocks of 256 rows, the last one ragged. */
  private static final int ROWS = 600;

  private Network classifier(int outputs, Activation output) {
    Architecture architecture =
        Architecture.input(6).dense(9, Activation.TANH).dense(outputs, output);
    return Network.initialize(architecture, 1, backend());
  }

  private static int argMax(float[] values) {
    int best = 0;
    for (int j = 1; j < values.length; j++) {
      if (values[j] > values[best]) {
        best = j;
      }
    }
    return best;
  }

  @Test
  void severalClasses() {
    Network network = classifier(4, Activation.SOFTMAX);
    Dataset data = TestData.classes(ROWS, 6, 4, 300);
    int[][] confusion = new int[4][4];
    double loss = 0;
    int right = 0;
    for (int i = 0; i < ROWS; i++) {
      float[] p = network.predict(data.features(i));
      int predicted = argMax(p);
      confusion[i % 4][predicted]++;
      right += predicted == i % 4 ? 1 : 0;
      loss -= Math.log(p[i % 4]) / ROWS;
    }
    Evaluation evaluation = Evaluation.of(network, data);
    assertArrayEquals(confusion, evaluation.confusionMatrix());
    assertEquals((double) right / ROWS, evaluation.score().accuracy());
    assertEquals(loss, evaluation.score().loss(), 1e-6);
    assertTrue(right > 0 && right < ROWS);
    evaluation.confusionMatrix()[0][0] = -1;
    assertArrayEquals(confusion, evaluation.confusionMatrix());
    assertNotSame(evaluation.confusionMatrix(), evaluation.confusionMatrix());
  }

  @Test
  void oneOutputIsTwoClasses() {
    Network network = classifier(1, Activation.SIGMOID);
    Dataset data = TestData.binary(ROWS, 6, 301);
    int[][] confusion = new int[2][2];
    for (int i = 0; i < ROWS; i++) {
      confusion[i % 2][network.predict(data.features(i))[0] >= 0.5f ? 1 : 0]++;
    }
    Evaluation evaluation = Evaluation.of(network, data);
    assertArrayEquals(confusion, evaluation.confusionMatrix());
    assertEquals(
        (confusion[0][0] + confusion[1][1]) / (double) ROWS, evaluation.score().accuracy());
  }

  @Test
  void regressionsHaveNoClasses() {
    Network network = classifier(2, Activation.IDENTITY);
    Dataset data = TestData.regression(ROWS, 6, 2, 302);
    double loss = 0;
    for (int i = 0; i < ROWS; i++) {
      float[] y = network.predict(data.features(i));
      for (int j = 0; j < 2; j++) {
        double error = (double) y[j] - data.target(i, j);
        loss += 0.5 * error * error / ROWS;
      }
    }
    Evaluation evaluation = Evaluation.of(network, data);
    assertEquals(loss, evaluation.score().loss(), 1e-6);
    assertTrue(Double.isNaN(evaluation.score().accuracy()));
    assertEquals(0, evaluation.confusionMatrix().length);
  }

  /** Outputs have the bits of a prediction, and listening does not change what is measured. */
  @Test
  void listenersSeeEveryRow() {
    Network network = classifier(4, Activation.SOFTMAX);
    Dataset data = TestData.classes(ROWS, 6, 4, 307);
    int[] next = {0};
    Evaluation evaluation =
        Evaluation.of(
            network,
            data,
            Loss.CROSS_ENTROPY,
            (row, outputs, targets) -> {
              assertEquals(next[0]++, row);
              assertArrayEquals(network.predict(data.features(row)), outputs);
              assertArrayEquals(data.targets(row), targets);
            });
    assertEquals(ROWS, next[0]);
    assertEquals(Evaluation.of(network, data).score(), evaluation.score());
    assertArrayEquals(Evaluation.of(network, data).confusionMatrix(), evaluation.confusionMatrix());
  }

  @Test
  void measuringChangesNothing() {
    Network network = classifier(4, Activation.SOFTMAX);
    Network before = network.copy();
    Dataset data = TestData.classes(ROWS, 6, 4, 303);
    assertEquals(Evaluation.of(network, data).score(), Evaluation.of(network, data).score());
    Bits.assertSameParameters(before, network, () -> "after an evaluation");
  }

  /** The history's validation score is that of the network after the epoch. */
  @Test
  void historiesSayWhatHappened() {
    Network network = classifier(4, Activation.SOFTMAX);
    Dataset train = TestData.classes(100, 6, 4, 304);
    Dataset validation = TestData.classes(90, 6, 4, 305);
    double[] losses = new double[3];
    History history =
        Trainer.builder()
            .optimizer(Sgd.of(0.1))
            .epochs(3)
            .listener(
                new TrainingListener() {
                  @Override
                  public void onEpoch(History.Epoch epoch) {
                    losses[epoch.number() - 1] = Evaluation.of(network, validation).score().loss();
                  }
                })
            .build()
            .fit(network, train, validation);
    assertEquals(3, history.epochs().size());
    for (int e = 0; e < 3; e++) {
      History.Epoch epoch = history.epochs().get(e);
      assertEquals(e + 1, epoch.number());
      assertEquals(100, epoch.rows());
      assertTrue(epoch.nanos() > 0 && epoch.rowsPerSecond() > 0);
      assertEquals(losses[e], epoch.validation().orElseThrow().loss());
    }
    assertEquals(Evaluation.of(network, validation).score(), history.last().validation().get());
    History without = Trainer.builder().epochs(1).build().fit(network, train);
    assertTrue(without.last().validation().isEmpty());
  }

  /** Training scores are measured before each update: with one full batch, before the epoch. */
  @Test
  void trainingScoresAreThoseBeforeTheUpdate() {
    Network network = classifier(4, Activation.SOFTMAX);
    Dataset data = TestData.classes(100, 6, 4, 306);
    List<Score> before = new ArrayList<>(List.of(Evaluation.of(network, data).score()));
    History history =
        Trainer.builder()
            .optimizer(Sgd.of(0.5))
            .fullBatch()
            .shuffle(false)
            .epochs(3)
            .listener(
                new TrainingListener() {
                  @Override
                  public void onEpoch(History.Epoch epoch) {
                    before.add(Evaluation.of(network, data).score());
                  }
                })
            .build()
            .fit(network, data);
    for (int e = 0; e < 3; e++) {
      assertEquals(before.get(e), history.epochs().get(e).train());
    }
    assertNotEquals(before.get(0).accuracy(), before.get(2).accuracy());
  }
}
