package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.Philox;
import dev.nn.data.Dataset;
import dev.nn.data.RowSource;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.train.Adam;
import dev.nn.train.EarlyStopping;
import dev.nn.train.History;
import dev.nn.train.Momentum;
import dev.nn.train.ReduceOnPlateau;
import dev.nn.train.Schedule;
import dev.nn.train.Score;
import dev.nn.train.Trainer;
import dev.nn.train.Training;
import dev.nn.train.TrainingDivergedException;
import dev.nn.train.TrainingListener;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a training is steered: the same steps, decisions and bits on every backend. */
public abstract class SteeringContract extends BackendContract {
  /** Rows of which batches of 16 leave a ragged last one, five a pass. */
  private static final int ROWS = 70;

  /** Every third label is wrong, so that losses soon rise again. */
  private static final Dataset TRAIN = mislabelled(TestData.classes(ROWS, 20, 4, 400));

  /** The same clouds of points with the right labels. */
  private static final Dataset VALIDATION = TestData.classes(2 * ROWS, 20, 4, 400);

  private static Dataset mislabelled(Dataset data) {
    int[] labels = new int[data.rows()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (data.label(i) + (i % 3 == 0 ? 1 : 0)) % 4;
    }
    return Dataset.ofLabels(TestData.features(data), labels, 4);
  }

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
    step(backpropagation, TRAIN, IntStream.range(0, ROWS).toArray(), batch, learningRate);
  }

  private static void step(
      Backpropagation backpropagation, Dataset train, int[] order, int batch, double learningRate) {
    float[] x = new float[16 * 20];
    float[] y = new float[16 * 4];
    int from = batch % 5 * 16;
    int rows = Math.min(16, ROWS - from);
    train.copyRows(order, from, rows, x, 0, 20, y, 0, 4);
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

  // Early stopping.

  /** Keeps the network of each epoch. */
  private static final class Copies implements TrainingListener {
    final Network network;
    final List<Network> copies = new ArrayList<>();

    Copies(Network network) {
      this.network = network;
    }

    @Override
    public void onEpoch(History.Epoch epoch) {
      copies.add(network.copy());
    }
  }

  @ParameterizedTest
  @CsvSource({"false, false, 0.4", "true, false, 0.1", "false, true, 0.4", "true, true, 0.03"})
  void theBestParametersAreRestored(boolean validated, boolean byAccuracy, double learningRate) {
    int best = 0;
    for (int threads : THREADS) {
      Network network = network();
      Copies copies = new Copies(network);
      EarlyStopping patience = EarlyStopping.patience(1);
      Trainer trainer =
          trainer()
              .optimizer(Momentum.of(learningRate, 0.9))
              .epochs(50)
              .threads(threads)
              .earlyStopping(byAccuracy ? patience.onAccuracy() : patience)
              .listener(copies)
              .build();
      History history =
          validated ? trainer.fit(network, TRAIN, VALIDATION) : trainer.fit(network, TRAIN);
      List<Double> values = new ArrayList<>();
      for (History.Epoch epoch : history.epochs()) {
        Score score = validated ? epoch.validation().orElseThrow() : epoch.train();
        values.add(byAccuracy ? -score.accuracy() : score.loss());
      }
      int expected = values.indexOf(Collections.min(values)) + 1;
      assertTrue(expected > 1, values::toString);
      assertEquals(expected, history.bestEpoch());
      assertEquals(expected + 1, history.epochs().size());
      assertEquals(History.End.EARLY_STOPPING, history.end());
      assertNotEquals(
          Bits.checksum(copies.copies.get(expected)), Bits.checksum(network), "the last epoch");
      Bits.assertSameParameters(
          copies.copies.get(expected - 1), network, () -> "epoch " + expected);
      assertTrue(best == 0 || best == expected, "another best with " + threads + " threads");
      best = expected;
    }
  }

  /** The best is restored though patience has not run out. */
  @Test
  void theBestIsRestoredAfterAllEpochs() {
    Network network = network();
    Copies copies = new Copies(network);
    History history =
        trainer()
            .epochs(6)
            .optimizer(Momentum.of(0.1, 0.9))
            .earlyStopping(EarlyStopping.patience(6))
            .listener(copies)
            .build()
            .fit(network, TRAIN, VALIDATION);
    assertEquals(History.End.ALL_EPOCHS, history.end());
    assertEquals(6, history.epochs().size());
    assertTrue(history.bestEpoch() < 6);
    Bits.assertSameParameters(
        copies.copies.get(history.bestEpoch() - 1), network, () -> "the best epoch");
  }

  /** Without early stopping the history knows the best epoch, and the network is the last. */
  @Test
  void withoutEarlyStoppingTheLastEpochStays() {
    Network network = network();
    Copies copies = new Copies(network);
    History history =
        trainer()
            .epochs(6)
            .optimizer(Momentum.of(0.1, 0.9))
            .listener(copies)
            .build()
            .fit(network, TRAIN, VALIDATION);
    assertTrue(history.bestEpoch() < 6);
    Bits.assertSameParameters(copies.copies.get(5), network, () -> "the last epoch");
  }

  // Listeners that end a training.

  /** In the middle of the second epoch: the steps until then, and nothing else. */
  @Test
  void aListenerEndsTheTrainingAfterItsBatch() {
    Network expected = network();
    Backpropagation backpropagation = backpropagation(expected);
    for (int batch = 0; batch < 7; batch++) {
      step(backpropagation, batch, 0.01);
    }
    for (int threads : THREADS) {
      Network network = network();
      History history = ending(2, 2).l2(0.001).threads(threads).build().fit(network, TRAIN);
      assertEquals(History.End.LISTENER, history.end());
      assertEquals(32, history.last().rows());
      Bits.assertSameParameters(expected, network, () -> threads + " threads");
    }
  }

  /** The end that a listener asks for is an orderly one. */
  @Test
  void theBestIsRestoredAfterTheEndOfAListener() {
    Network network = network();
    Copies copies = new Copies(network);
    History history =
        ending(5, 1)
            .epochs(9)
            .optimizer(Momentum.of(0.1, 0.9))
            .earlyStopping(EarlyStopping.patience(9))
            .listener(copies)
            .build()
            .fit(network, TRAIN, VALIDATION);
    assertEquals(History.End.LISTENER, history.end());
    assertEquals(5, history.epochs().size());
    assertTrue(history.bestEpoch() < 5);
    Bits.assertSameParameters(
        copies.copies.get(history.bestEpoch() - 1), network, () -> "the best epoch");
  }

  private static Trainer.Builder ending(int lastEpoch, int lastBatch) {
    return trainer()
        .listener(
            new TrainingListener() {
              @Override
              public boolean endsAfterBatch(int epoch, int batch, int batches) {
                return epoch == lastEpoch && batch == lastBatch;
              }
            });
  }

  // Divergence.

  /** One weight and one bias, and a row for each step: x = 2, y = 0. */
  private Network line() {
    Network network =
        Network.initialize(Architecture.input(1).dense(1, Activation.IDENTITY), 1, backend());
    network.setParameters(1, new float[][] {{1}}, new float[] {0});
    return network;
  }

  private static final Dataset TWOS =
      Dataset.of(new float[][] {{2}, {2}, {2}}, new float[][] {{0}, {0}, {0}});

  /** The weight of the line becomes infinite in one step, in the second epoch of three steps. */
  private static Trainer.Builder exploding(int step) {
    return Trainer.builder()
        .optimizer(Momentum.of(1e-3, 0.5))
        .batchSize(1)
        .epochs(3)
        .schedule((number, stepsPerEpoch, epochs) -> number == step ? 3e41 : 1);
  }

  private static TrainingDivergedException diverges(
      Trainer trainer, Network network, RowSource train) {
    return assertThrows(TrainingDivergedException.class, () -> trainer.fit(network, train));
  }

  /** Found by the loss of step 6, when the last whole step has left nothing good. */
  @Test
  void parametersThatAreLostAreThoseOfTheBeginningOfTheEpoch() {
    Network oneEpoch = line();
    exploding(9).epochs(1).build().fit(oneEpoch, TWOS);
    Network network = line();
    TrainingDivergedException diverged = diverges(exploding(5).build(), network, TWOS);
    assertEquals(2, diverged.epoch());
    assertEquals(3, diverged.batch());
    assertEquals(6, diverged.step());
    assertEquals(OptionalInt.of(1), diverged.layer());
    assertTrue(diverged.row().isPresent());
    assertTrue(diverged.getMessage().contains("beginning of the epoch"), diverged::getMessage);
    Bits.assertSameParameters(oneEpoch, network, () -> "the beginning of the epoch");
  }

  /** No loss comes after the last step of an epoch: its parameters are looked at. */
  @Test
  void theLastStepOfAnEpochIsLookedAt() {
    Network oneEpoch = line();
    exploding(9).epochs(1).build().fit(oneEpoch, TWOS);
    for (int epochs = 2; epochs <= 3; epochs++) {
      Network network = line();
      Trainer trainer = exploding(6).epochs(epochs).build();
      TrainingDivergedException diverged = diverges(trainer, network, TWOS);
      assertEquals(2, diverged.epoch());
      assertEquals(3, diverged.batch());
      assertEquals(6, diverged.step());
      assertEquals(OptionalInt.of(1), diverged.layer());
      assertEquals(OptionalInt.empty(), diverged.row());
      Bits.assertSameParameters(oneEpoch, network, () -> "the beginning of the epoch");
    }
  }

  /** Row 50 of an otherwise good training: the steps before its batch stay, it makes none. */
  @Test
  void aRowThatOverflowsIsNamedAndMakesNoStep() {
    float[][] x = TestData.features(TRAIN);
    x[50][7] = 3e38f;
    x[60][7] = Float.MAX_VALUE;
    Dataset train = Dataset.of(x, TestData.targets(TRAIN));
    Architecture architecture =
        Architecture.input(20).dense(33, Activation.RELU).dense(4, Activation.SOFTMAX);
    Network initial = Network.initialize(architecture, 1, backend());
    float[][] first = initial.weights(1);
    first[3][7] = 5; // a[1] overflows in rows 50 and 60 only
    initial.setParameters(1, first, initial.bias(1));
    for (int seed = 0; seed < 3; seed++) {
      int[] order = IntStream.range(0, ROWS).toArray();
      Philox.shuffle(order, seed, Philox.SHUFFLE, 1);
      int at = 0;
      while (order[at] != 50 && order[at] != 60) {
        at++;
      }
      Network expected = initial.copy();
      Backpropagation backpropagation = backpropagation(expected);
      for (int batch = 0; batch < at / 16; batch++) {
        step(backpropagation, train, order, batch, 0.01);
      }
      for (int threads : THREADS) {
        Network network = initial.copy();
        TrainingDivergedException diverged =
            diverges(
                trainer().l2(0.001).shuffle(true).seed(seed).threads(threads).build(),
                network,
                train);
        assertEquals(1, diverged.epoch());
        assertEquals(at / 16 + 1, diverged.batch());
        assertEquals(at / 16 + 1, diverged.step());
        assertEquals(OptionalInt.of(order[at]), diverged.row());
        assertEquals(OptionalInt.of(1), diverged.layer());
        Bits.assertSameParameters(expected, network, () -> "after the last whole step");
      }
    }
  }

  /** The square of an error may be infinite where the error is not. */
  @Test
  void aLossMayOverflowAlone() {
    Network network = line();
    Dataset train = Dataset.of(new float[][] {{1}, {1e30f}}, new float[][] {{0}, {0}});
    TrainingDivergedException diverged =
        diverges(Trainer.builder().fullBatch().build(), network, train);
    assertEquals(OptionalInt.of(1), diverged.row());
    assertEquals(OptionalInt.empty(), diverged.layer());
    assertTrue(diverged.getMessage().contains("Infinity"), diverged::getMessage);
    Bits.assertSameParameters(line(), network, () -> "after no step");
  }

  // Trainings that go on from call to call.

  private static Dataset part(int from, int to) {
    return TRAIN.select(IntStream.range(from, to).toArray());
  }

  /** Two batches and three: what Adam remembers and its number of steps go on. */
  @ParameterizedTest
  @CsvSource({"32", "16", "64"})
  void partsInOrderAreAnEpochOfTheWhole(int cut) {
    Network whole = network();
    trainer().l2(0.001).epochs(1).build().fit(whole, TRAIN);
    for (int threads : THREADS) {
      Network parts = network();
      try (Training training = trainer().l2(0.001).threads(threads).build().open(parts)) {
        assertEquals(cut, training.fit(part(0, cut)).rows());
        training.fit(part(cut, ROWS));
      }
      Bits.assertSameParameters(whole, parts, () -> threads + " threads, cut at " + cut);
    }
  }

  /** Row by row, and then more rows than there was room for. */
  @Test
  void theBuffersGrow() {
    Network expected = network();
    Backpropagation backpropagation =
        new Backpropagation(expected, Loss.CROSS_ENTROPY, ROWS, Workers.caller());
    Network network = network();
    try (Training training = trainer().batchSize(ROWS).l2(0.001).build().open(network)) {
      for (int[] range : new int[][] {{0, 1}, {1, 2}, {2, 40}, {40, 50}, {0, ROWS}}) {
        Dataset rows = part(range[0], range[1]);
        training.fit(rows);
        float[] x = new float[rows.rows() * 20];
        float[] y = new float[rows.rows() * 4];
        int[] order = IntStream.range(0, rows.rows()).toArray();
        rows.copyRows(order, 0, rows.rows(), x, 0, 20, y, 0, 4);
        backpropagation.step(
            rows.rows(), x, y, new UpdateRule.Adam(0.01, 0.9, 0.999, 1e-8, 0.001f));
      }
    }
    Bits.assertSameParameters(expected, network, () -> "in batches of many sizes");
  }

  /** With everything that counts steps or epochs. */
  @Test
  void callsAreEpochs() {
    Trainer trainer =
        trainer()
            .shuffle(true)
            .seed(3)
            .epochs(4)
            .schedule(Schedule.warmUp(1, Schedule.cosine(0.1)))
            .reduceOnPlateau(new ReduceOnPlateau(0.5, 0, 0.9))
            .build();
    Network expected = network();
    History history = trainer.fit(expected, TRAIN);
    Network network = network();
    try (Training training = trainer.open(network)) {
      for (History.Epoch epoch : history.epochs()) {
        History.Epoch fitted = training.fit(TRAIN);
        assertEquals(epoch.number(), fitted.number());
        assertEquals(epoch.train(), fitted.train());
        assertEquals(ROWS, fitted.rows());
      }
    }
    Bits.assertSameParameters(expected, network, () -> "four calls");
  }

  /** A refused call and one that diverges at once leave no trace in what is remembered. */
  @Test
  void trainingsGoOnAfterAnException() {
    Architecture relu =
        Architecture.input(20).dense(33, Activation.RELU).dense(4, Activation.SOFTMAX);
    Network expected = Network.initialize(relu, 1, backend());
    float[][] weights = new float[33][20];
    weights[0][0] = 0.5f;
    weights[0][1] = 5;
    expected.setParameters(1, weights, new float[33]);
    Network network = expected.copy();
    float[][] bad = new float[2][20];
    bad[1][1] = 3e38f;
    Dataset overflowing = Dataset.of(bad, new float[][] {{1, 0, 0, 0}, {1, 0, 0, 0}});
    try (Training straight = trainer().build().open(expected);
        Training interrupted = trainer().build().open(network)) {
      straight.fit(part(0, 32));
      interrupted.fit(part(0, 32));
      assertThrows(IllegalArgumentException.class, () -> interrupted.fit(TWOS));
      TrainingDivergedException diverged =
          assertThrows(TrainingDivergedException.class, () -> interrupted.fit(overflowing));
      assertEquals(3, diverged.step());
      assertEquals(OptionalInt.of(1), diverged.row());
      straight.fit(part(32, ROWS));
      interrupted.fit(part(32, ROWS));
    }
    Bits.assertSameParameters(expected, network, () -> "after exceptions");
  }

  /** What the optimizer remembers of lost parameters is lost with them. */
  @Test
  void theOptimizerStartsAnewFromTheBeginningOfTheCall() {
    Network expected = line();
    exploding(9).epochs(1).build().fit(expected, TWOS);
    Network network = line();
    Trainer trainer = exploding(5).build();
    try (Training training = trainer.open(network)) {
      training.fit(TWOS);
      assertThrows(TrainingDivergedException.class, () -> training.fit(TWOS));
      Bits.assertSameParameters(expected, network, () -> "the beginning of the call");
      training.fit(TWOS);
    }
    exploding(9).seed(2).epochs(1).build().fit(expected, TWOS); // the rows are all the same
    Bits.assertSameParameters(expected, network, () -> "anew");
  }

  // The halves of a step.

  @Test
  void aStepIsALossAndAnUpdate() {
    int[] order = IntStream.range(0, ROWS).toArray();
    float[] x = new float[16 * 20];
    float[] y = new float[16 * 4];
    TRAIN.copyRows(order, 0, 16, x, 0, 20, y, 0, 4);
    UpdateRule rule = new UpdateRule.Momentum(0.1f, 0.9f, 0);
    Network whole = network();
    Network halves = network();
    Backpropagation steps = backpropagation(whole);
    Backpropagation updates = backpropagation(halves);
    for (int number = 0; number < 3; number++) {
      assertEquals(steps.step(16, x, y, rule), updates.loss(16, x, y));
      updates.update(rule);
    }
    Bits.assertSameParameters(whole, halves, () -> "in halves");
  }

  /** As training on {@code 0.9 y + 0.1 / 4}: PyTorch's definition, written into the targets. */
  @Test
  void smoothedLabelsAreOtherTargets() {
    float[][] smoothed = TestData.targets(TRAIN);
    for (float[] row : smoothed) {
      for (int j = 0; j < 4; j++) {
        row[j] = row[j] == 1 ? 0.9f + 0.025f : 0.025f;
      }
    }
    Network expected = network();
    History history =
        trainer().build().fit(expected, Dataset.of(TestData.features(TRAIN), smoothed), VALIDATION);
    for (int threads : new int[] {1, 3}) {
      Network network = network();
      Trainer smoothing = trainer().labelSmoothing(0.1).threads(threads).build();
      Score score = smoothing.fit(network, TRAIN, VALIDATION).last().validation().orElseThrow();
      Bits.assertSameParameters(expected, network, () -> "after smoothed labels");
      assertEquals(history.last().validation().orElseThrow(), score);
    }
    Network sharp = network();
    trainer().build().fit(sharp, TRAIN);
    assertNotEquals(Bits.checksum(sharp), Bits.checksum(expected));
  }

  /** Each sigmoid output has two classes: {@code 0.8 y + 0.1}. */
  @Test
  void smoothedLabelsOfTheLogLoss() {
    float[][] smoothed = TestData.targets(TRAIN);
    for (float[] row : smoothed) {
      for (int j = 0; j < 4; j++) {
        row[j] = Math.fma(0.8f, row[j], 0.1f);
      }
    }
    Architecture labels = Architecture.input(20).dense(4, Activation.SIGMOID);
    Network expected = Network.initialize(labels, 1, backend());
    trainer().build().fit(expected, Dataset.of(TestData.features(TRAIN), smoothed));
    Network network = Network.initialize(labels, 1, backend());
    trainer().labelSmoothing(0.2).build().fit(network, TRAIN);
    Bits.assertSameParameters(expected, network, () -> "after smoothed labels");
  }

  @Test
  void onlyLabelsAreSmoothed() {
    Network network =
        Network.initialize(Architecture.input(20).dense(4, Activation.IDENTITY), 1, backend());
    Network before = network.copy();
    Trainer smoothing = trainer().labelSmoothing(0.1).build();
    String message =
        assertThrows(IllegalArgumentException.class, () -> smoothing.fit(network, TRAIN))
            .getMessage();
    assertTrue(message.startsWith("labelSmoothing is 0.1, but the loss SQUARED_ERROR"), message);
    assertThrows(IllegalArgumentException.class, () -> smoothing.open(network));
    Bits.assertSameParameters(before, network, () -> "after a refusal");
    trainer().labelSmoothing(0).build().fit(network, TRAIN);
  }

  @Test
  void anUpdateNeedsALoss() {
    float[] x = new float[20];
    float[] y = {1, 0, 0, 0};
    UpdateRule rule = new UpdateRule.GradientDescent(0.1f, 0);
    Network network = network();
    Backpropagation backpropagation = backpropagation(network);
    assertThrows(IllegalStateException.class, () -> backpropagation.update(rule));
    backpropagation.loss(1, x, y);
    backpropagation.update(rule);
    Network once = network.copy();
    assertThrows(IllegalStateException.class, () -> backpropagation.update(rule));
    Bits.assertSameParameters(once, network, () -> "after a refused update");
    backpropagation.step(1, x, y, rule);
    assertThrows(IllegalStateException.class, () -> backpropagation.update(rule));
    backpropagation.loss(1, x, y);
    assertThrows(IllegalArgumentException.class, () -> backpropagation.loss(17, x, y));
    backpropagation.update(rule);
  }

  @Test
  void aRefusedStepForgetsNothing() {
    float[] x = new float[17 * 20];
    float[] y = new float[17 * 4];
    Arrays.fill(x, 0.5f);
    Arrays.fill(y, 0.25f);
    UpdateRule momentum = new UpdateRule.Momentum(0.1f, 0.9f, 0);
    Network expected = network();
    Backpropagation undisturbed = backpropagation(expected);
    Network network = network();
    Backpropagation disturbed = backpropagation(network);
    for (int i = 0; i < 3; i++) {
      undisturbed.step(16, x, y, momentum);
      disturbed.step(16, x, y, momentum);
      UpdateRule other = new UpdateRule.Adam(0.1, 0.9, 0.999, 1e-8, 0);
      assertThrows(IllegalArgumentException.class, () -> disturbed.step(17, x, y, other));
      assertThrows(NullPointerException.class, () -> disturbed.step(16, x, y, null));
    }
    Bits.assertSameParameters(expected, network, () -> "after refused steps");
  }

  @Test
  void theFirstLayerThatIsNotFiniteIsFound() {
    Network network = network();
    Backpropagation backpropagation = backpropagation(network);
    float[] x = new float[2 * 20];
    float[] y = {1, 0, 0, 0, 1, 0, 0, 0};
    backpropagation.loss(2, x, y);
    assertEquals(OptionalInt.empty(), backpropagation.firstNotFinite(1));
    x[20 + 19] = Float.NaN;
    backpropagation.loss(2, x, y);
    assertEquals(OptionalInt.empty(), backpropagation.firstNotFinite(0));
    assertEquals(OptionalInt.of(0), backpropagation.firstNotFinite(1));
    x[20 + 19] = Float.MAX_VALUE; // tanh is 1 or -1; what follows is finite
    backpropagation.loss(2, x, y);
    assertEquals(OptionalInt.empty(), backpropagation.firstNotFinite(1));
    float[][] large = new float[4][33];
    for (float[] row : large) {
      Arrays.fill(row, Float.MAX_VALUE);
    }
    network.setParameters(2, large, new float[4]);
    backpropagation.loss(2, x, y);
    assertEquals(OptionalInt.of(2), backpropagation.firstNotFinite(1));
    assertThrows(IndexOutOfBoundsException.class, () -> backpropagation.firstNotFinite(2));
    assertThrows(IndexOutOfBoundsException.class, () -> backpropagation.firstNotFinite(-1));
  }

  @Test
  void accuracyIsWatchedOnlyWhereThereIsOne() {
    Network network =
        Network.initialize(Architecture.input(20).dense(4, Activation.IDENTITY), 1, backend());
    Network before = network.copy();
    Trainer trainer = trainer().earlyStopping(EarlyStopping.patience(3).onAccuracy()).build();
    String message =
        assertThrows(IllegalArgumentException.class, () -> trainer.fit(network, TRAIN))
            .getMessage();
    assertTrue(message.startsWith("earlyStopping watches the accuracy"), message);
    Bits.assertSameParameters(before, network, () -> "after a refusal");
  }
}
