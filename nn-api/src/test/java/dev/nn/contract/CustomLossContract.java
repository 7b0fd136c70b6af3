package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.ActivationFunction;
import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.CustomActivation;
import dev.nn.CustomLoss;
import dev.nn.Gradients;
import dev.nn.Loss;
import dev.nn.LossFunction;
import dev.nn.Network;
import dev.nn.check.GradientCheck;
import dev.nn.data.Dataset;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.train.Adam;
import dev.nn.train.Evaluation;
import dev.nn.train.History;
import dev.nn.train.Lbfgs;
import dev.nn.train.Trainer;
import dev.nn.train.TrainingDivergedException;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses of an application's own, on this backend. */
public abstract class CustomLossContract extends BackendContract {
  private static final CustomActivation SINE =
      new CustomActivation("sine", StrictMath::sin, StrictMath::cos);

  /** A loss whose gradient is of no simple numbers. */
  private static final CustomLoss QUARTIC =
      new CustomLoss(
          "quartic",
          (yHat, y, gradient) -> {
            double sum = 0;
            for (int j = 0; j < y.length; j++) {
              double e = yHat[j] - y[j] / 3;
              gradient[j] = (j + 1) * e * e * e;
              sum += (j + 1) * e * e * e * e / 4;
            }
            return sum;
          });

  static Stream<ActivationFunction> outputs() {
    return Stream.concat(Stream.of(Activation.values()), Stream.of(SINE));
  }

  static Stream<ActivationFunction> elementwiseOutputs() {
    return outputs().filter(output -> output != Activation.SOFTMAX);
  }

  private Network network(ActivationFunction output, int outputs) {
    return Network.initialize(
        Architecture.input(6)
            .dense(33, Activation.TANH)
            .dense(17, Activation.RELU)
            .dense(outputs, output),
        3,
        backend());
  }

  private static Trainer.Builder trainer(LossFunction loss) {
    return Trainer.builder().optimizer(Adam.of(0.01)).batchSize(16).epochs(4).loss(loss);
  }

  // The sequence.

  /** Outputs, losses and deltas, transcribed from the contract. */
  @ParameterizedTest
  @MethodSource("outputs")
  void theSequenceIsTheContracts(ActivationFunction g) {
    int rows = 7;
    int outputs = 5;
    Network network = network(g, outputs);
    float[][] x = new Values(600).uniform(rows, 6);
    float[][] y = new Values(601).uniform(rows, outputs);
    Gradients gradients = network.gradients(x, y, QUARTIC);
    float[][] a = network.predict(x);
    Bits.assertSame(a, gradients.activation(3), g::toString);
    Network linear = network(Activation.IDENTITY, outputs);
    for (int l = 1; l <= 3; l++) {
      linear.setParameters(l, network.weights(l), network.bias(l));
    }
    float[][] z = linear.predict(x);
    float scale = (float) (1.0 / rows);
    double sum = 0;
    float[][] expected = new float[rows][outputs];
    for (int i = 0; i < rows; i++) {
      double loss = 0;
      double mean = 0;
      double[] gradient = new double[outputs];
      for (int j = 0; j < outputs; j++) {
        double e = (double) a[i][j] - (double) y[i][j] / 3;
        gradient[j] = (j + 1) * e * e * e;
        loss += (j + 1) * e * e * e * e / 4;
        mean = mean + gradient[j] * (double) a[i][j];
      }
      sum += (float) loss;
      for (int j = 0; j < outputs; j++) {
        double d = g == Activation.SOFTMAX ? a[i][j] * (gradient[j] - mean) : gradient[j];
        expected[i][j] = (float) (d * scale);
      }
      if (g == SINE) {
        for (int j = 0; j < outputs; j++) {
          expected[i][j] *= (float) StrictMath.cos(z[i][j]);
        }
      } else if (g != Activation.SOFTMAX) {
        Activation known = (Activation) g;
        float[] base = known.needsPreactivation() ? z[i] : a[i];
        reference()
            .kernels()
            .multiplyByDerivative(
                known,
                1,
                outputs,
                base,
                0,
                outputs,
                expected[i],
                0,
                outputs,
                reference().workspace(Workers.caller()));
      }
    }
    Bits.assertSame(expected, gradients.delta(3), g::toString);
    assertEquals(sum / rows, gradients.cost());
  }

  // Losses written again.

  /**
   * In batches of a power of two a quotient by B is exact, and so the squared error has its delta,
   * bit for bit.
   */
  @ParameterizedTest
  @MethodSource("elementwiseOutputs")
  void aSquaredErrorWrittenAgainLearnsTheSameBits(ActivationFunction output) {
    Dataset data = TestData.regression(128, 6, 2, 602);
    Network expected = network(output, 2);
    Network custom = network(output, 2);
    History history = trainer(Loss.SQUARED_ERROR).build().fit(expected, data, data);
    History again = trainer(CustomLosses.SQUARED_ERROR).build().fit(custom, data, data);
    Bits.assertSameParameters(expected, custom, output::toString);
    for (int epoch = 0; epoch < 4; epoch++) {
      double loss = history.epochs().get(epoch).train().loss();
      assertEquals(loss, again.epochs().get(epoch).train().loss(), 1e-6 * loss);
    }
  }

  /** Otherwise each of the two roundings more may take it half a unit away, g' another. */
  @ParameterizedTest
  @MethodSource("elementwiseOutputs")
  void anySquaredErrorIsNear(ActivationFunction output) {
    Network network = network(output, 2);
    float[][] x = new Values(603).uniform(7, 6);
    float[][] y = new Values(604).uniform(7, 2);
    float[][] expected = network.gradients(x, y, Loss.SQUARED_ERROR).delta(3);
    float[][] custom = network.gradients(x, y, CustomLosses.SQUARED_ERROR).delta(3);
    for (int i = 0; i < 7; i++) {
      for (int j = 0; j < 2; j++) {
        assertEquals(expected[i][j], custom[i][j], 5 * 0x1p-24 * Math.abs(expected[i][j]));
      }
    }
  }

  @Test
  void aCrossEntropyWrittenAgainLearnsNearlyTheSame() {
    Dataset data = TestData.classes(150, 6, 3, 605);
    Network expected = network(Activation.SOFTMAX, 3);
    Network custom = network(Activation.SOFTMAX, 3);
    float[][] x = TestData.features(data);
    float[][] y = TestData.targets(data);
    Gradients wanted = expected.gradients(x, y, Loss.CROSS_ENTROPY);
    Gradients given = custom.gradients(x, y, CustomLosses.CROSS_ENTROPY);
    assertEquals(wanted.cost(), given.cost(), 1e-6);
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < 3; j++) {
        assertEquals(wanted.delta(3)[i][j], given.delta(3)[i][j], 0x1p-22 / x.length);
      }
    }
    History history = trainer(Loss.CROSS_ENTROPY).build().fit(expected, data, data);
    History again = trainer(CustomLosses.CROSS_ENTROPY).build().fit(custom, data, data);
    assertEquals(
        history.last().validation().orElseThrow().loss(),
        again.last().validation().orElseThrow().loss(),
        1e-4);
    assertEquals(
        history.last().validation().orElseThrow().accuracy(),
        again.last().validation().orElseThrow().accuracy(),
        0.01);
  }

  /** Without its factor the focal loss is the cross-entropy; with it, it learns something else. */
  @Test
  void theFocalLossLearnsClasses() {
    Dataset data = TestData.classes(150, 6, 3, 606);
    float[][] x = TestData.features(data);
    float[][] y = TestData.targets(data);
    Network network = network(Activation.SOFTMAX, 3);
    assertEquals(
        network.gradients(x, y, CustomLosses.CROSS_ENTROPY).cost(),
        network.gradients(x, y, CustomLosses.focal(0)).cost());
    GradientCheck check = GradientCheck.of(network, x, y, CustomLosses.focal(2));
    assertTrue(check.isGood(), check::toString);
    History history = trainer(CustomLosses.focal(2)).epochs(20).build().fit(network, data, data);
    assertTrue(history.last().validation().orElseThrow().accuracy() > 0.95, history::toString);
    assertTrue(
        history.last().train().loss() < 0.1 * history.epochs().get(0).train().loss(),
        history::toString);
  }

  /** Nine tenths of the targets are below the quantile, whatever the features are. */
  @Test
  void thePinballLossLearnsAQuantile() {
    Values values = new Values(607);
    float[][] x = values.uniform(500, 1);
    float[][] y = new float[500][1];
    for (int i = 0; i < 500; i++) {
      y[i][0] = x[i][0] + (1 + x[i][0]) * values.uniform();
    }
    Dataset data = Dataset.of(x, y);
    Network network =
        Network.initialize(
            Architecture.input(1).dense(16, Activation.TANH).dense(1, Activation.IDENTITY),
            1,
            backend());
    trainer(CustomLosses.pinball(0.9)).batchSize(50).epochs(100).build().fit(network, data);
    float[][] quantile = network.predict(x);
    int below = 0;
    int belowOnTheRight = 0;
    int right = 0;
    for (int i = 0; i < 500; i++) {
      below += y[i][0] < quantile[i][0] ? 1 : 0;
      right += x[i][0] > 0 ? 1 : 0;
      belowOnTheRight += x[i][0] > 0 && y[i][0] < quantile[i][0] ? 1 : 0;
    }
    assertEquals(0.9, below / 500.0, 0.03);
    assertEquals(0.9, belowOnTheRight / (double) right, 0.05);
  }

  // Everywhere the same.

  @ParameterizedTest
  @MethodSource("outputs")
  void trainingsAreTheSameBitsOnEveryBackendAndNumberOfThreads(ActivationFunction output) {
    Dataset data = TestData.regression(70, 6, 5, 608);
    Network expected = network(output, 5).on(reference());
    History history = trainer(QUARTIC).l2(1e-3).epochs(2).build().fit(expected, data, data);
    for (int threads : THREADS) {
      Network network = network(output, 5);
      History again =
          trainer(QUARTIC).l2(1e-3).epochs(2).threads(threads).build().fit(network, data, data);
      Bits.assertSameParameters(expected, network, () -> output + ", " + threads + " threads");
      assertEquals(history.last().train(), again.last().train());
      assertEquals(history.last().validation(), again.last().validation());
    }
    assertNotEquals(
        history.epochs().get(0).train().loss(), history.last().train().loss(), history::toString);
  }

  /** Layers and batches that several threads share. */
  @Test
  void largeBatchesAreTheSameBits() {
    Dataset data = TestData.regression(300, 40, 70, 609);
    Architecture architecture =
        Architecture.input(40).dense(100, Activation.RELU).dense(70, Activation.SILU);
    Network expected = Network.initialize(architecture, 1, reference());
    Trainer.Builder trainer = trainer(CustomLosses.pinball(0.3)).batchSize(200).epochs(1);
    trainer.build().fit(expected, data);
    for (int threads : THREADS) {
      Network network = Network.initialize(architecture, 1, backend());
      trainer.threads(threads).build().fit(network, data);
      Bits.assertSameParameters(expected, network, () -> threads + " threads");
    }
  }

  // Evaluation and L-BFGS.

  /** Outputs that are classes have an accuracy, the same as with any other loss. */
  @Test
  void classesAreCounted() {
    Dataset data = TestData.classes(150, 6, 3, 610);
    Network network = network(Activation.SOFTMAX, 3);
    Evaluation expected = Evaluation.of(network, data);
    Evaluation custom = Evaluation.of(network, data, QUARTIC);
    assertEquals(expected.score().accuracy(), custom.score().accuracy());
    for (int c = 0; c < 3; c++) {
      for (int d = 0; d < 3; d++) {
        assertEquals(expected.confusionMatrix()[c][d], custom.confusionMatrix()[c][d]);
      }
    }
    Dataset binary = TestData.binary(150, 6, 611);
    Network sigmoid = network(Activation.SIGMOID, 1);
    assertEquals(
        Evaluation.of(sigmoid, binary).score().accuracy(),
        Evaluation.of(sigmoid, binary, QUARTIC).score().accuracy());
    Dataset labels = TestData.regression(150, 6, 2, 612);
    for (Activation output : new Activation[] {Activation.SIGMOID, Activation.IDENTITY}) {
      Evaluation none = Evaluation.of(network(output, 2), labels, QUARTIC);
      assertTrue(Double.isNaN(none.score().accuracy()));
      assertEquals(0, none.confusionMatrix().length);
    }
    Evaluation tanh =
        Evaluation.of(network(Activation.TANH, 1), binary, CustomLosses.SQUARED_ERROR);
    assertTrue(Double.isNaN(tanh.score().accuracy()));
  }

  /** The loss alone: a function without a gradient is a measure. */
  @Test
  void evaluationsNeedNoGradient() {
    CustomLoss greatestError =
        new CustomLoss("greatest error", (yHat, y, gradient) -> Math.abs(yHat[0] - y[0]));
    Dataset data = TestData.regression(300, 6, 1, 613);
    Network network = network(Activation.IDENTITY, 1);
    double sum = 0;
    for (int i = 0; i < 300; i++) {
      sum += (float) Math.abs((double) network.predict(data.features(i))[0] - data.targets(i)[0]);
    }
    assertEquals(sum / 300, Evaluation.of(network, data, greatestError).score().loss());
  }

  @Test
  void lbfgsTakesACustomLoss() {
    Dataset data = TestData.regression(64, 6, 2, 614);
    Network expected = network(Activation.IDENTITY, 2);
    Network custom = network(Activation.IDENTITY, 2);
    Lbfgs.Builder lbfgs = Lbfgs.builder().maxIterations(20);
    Lbfgs.Result wanted = lbfgs.loss(Loss.SQUARED_ERROR).build().fit(expected, data);
    Lbfgs.Result given = lbfgs.loss(CustomLosses.SQUARED_ERROR).build().fit(custom, data);
    assertEquals(wanted.costBefore(), given.costBefore(), 1e-6);
    assertTrue(given.costAfter() < 0.1 * given.costBefore(), given::toString);
    assertEquals(wanted.costAfter(), given.costAfter(), 0.1 * wanted.costAfter());
  }

  // The gradient check.

  @ParameterizedTest
  @MethodSource("outputs")
  void aGradientIsRightOrWrong(ActivationFunction output) {
    Network network = network(output, 3);
    float[][] x = new Values(615).uniform(6, 6);
    float[][] y = new Values(616).uniform(6, 3);
    GradientCheck right = GradientCheck.of(network, x, y, CustomLosses.SQUARED_ERROR);
    assertTrue(right.isGood(), right::toString);
    CustomLoss wrong = CustomLosses.scaledSquaredError("wrong", 1.001);
    GradientCheck found = GradientCheck.of(network, x, y, wrong);
    assertFalse(found.isGood(), found::toString);
    assertEquals(3, found.lastWrongLayer().orElseThrow(), found::toString);
  }

  // Functions that fail.

  /** A squared error that does something else for a target of 7. */
  private static CustomLoss failing(CustomLoss.RowFunction atSeven) {
    return new CustomLoss(
        "failing",
        (yHat, y, gradient) ->
            y[0] == 7
                ? atSeven.loss(yHat, y, gradient)
                : CustomLosses.SQUARED_ERROR.function().loss(yHat, y, gradient));
  }

  /** Row 40, of the third batch, has a target of 7. */
  private static Dataset withSeven() {
    Dataset data = TestData.regression(64, 6, 1, 617);
    float[][] y = TestData.targets(data);
    y[40][0] = 7;
    return Dataset.of(TestData.features(data), y);
  }

  /** What a function may do wrongly. */
  enum Failure {
    NAN_LOSS(
        (yHat, y, gradient) -> {
          gradient[0] = 1;
          return Double.NaN;
        }),
    INFINITE_LOSS(
        (yHat, y, gradient) -> {
          gradient[0] = 1;
          return Double.POSITIVE_INFINITY;
        }),
    LOSS_BEYOND_FLOAT(
        (yHat, y, gradient) -> {
          gradient[0] = 1;
          return 1e39;
        }),
    NAN_GRADIENT(
        (yHat, y, gradient) -> {
          gradient[0] = Double.NaN;
          return 1;
        }),
    INFINITE_GRADIENT(
        (yHat, y, gradient) -> {
          gradient[0] = Double.NEGATIVE_INFINITY;
          return 1;
        }),
    GRADIENT_BEYOND_FLOAT(
        (yHat, y, gradient) -> {
          gradient[0] = 1e41;
          return 1;
        }),
    UNWRITTEN_GRADIENT((yHat, y, gradient) -> 1);

    final CustomLoss.RowFunction function;

    Failure(CustomLoss.RowFunction function) {
      this.function = function;
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotFiniteEndsATrainingBeforeItsStep(Failure failure) {
    Network expected = network(Activation.IDENTITY, 1);
    Dataset good = TestData.regression(64, 6, 1, 617).select(IntStream.range(0, 32).toArray());
    trainer(CustomLosses.SQUARED_ERROR).shuffle(false).epochs(1).build().fit(expected, good);
    for (int threads : THREADS) {
      Network network = network(Activation.IDENTITY, 1);
      Trainer trainer = trainer(failing(failure.function)).shuffle(false).threads(threads).build();
      TrainingDivergedException diverged =
          assertThrows(TrainingDivergedException.class, () -> trainer.fit(network, withSeven()));
      assertEquals(1, diverged.epoch());
      assertEquals(3, diverged.batch());
      assertEquals(3, diverged.step());
      assertEquals(OptionalInt.of(40), diverged.row());
      assertEquals(OptionalInt.empty(), diverged.layer());
      Bits.assertSameParameters(expected, network, () -> "after two steps");
    }
  }

  /** As it is, and after whole steps only. */
  @Test
  void anExceptionPassesThrough() {
    IllegalStateException thrown = new IllegalStateException("seven");
    CustomLoss loss =
        failing(
            (yHat, y, gradient) -> {
              throw thrown;
            });
    Network expected = network(Activation.IDENTITY, 1);
    Dataset good = TestData.regression(64, 6, 1, 617).select(IntStream.range(0, 32).toArray());
    trainer(CustomLosses.SQUARED_ERROR).shuffle(false).epochs(1).build().fit(expected, good);
    Network network = network(Activation.IDENTITY, 1);
    Trainer trainer = trainer(loss).shuffle(false).build();
    assertSame(
        thrown, assertThrows(IllegalStateException.class, () -> trainer.fit(network, withSeven())));
    Bits.assertSameParameters(expected, network, () -> "after two steps");
    assertSame(
        thrown,
        assertThrows(IllegalStateException.class, () -> Evaluation.of(network, withSeven(), loss)));
    assertSame(
        thrown,
        assertThrows(
            IllegalStateException.class,
            () -> Lbfgs.builder().loss(loss).build().fit(network, withSeven())));
    Bits.assertSameParameters(expected, network, () -> "after calls that failed");
  }

  /** The steps before and after one that failed are those of a backpropagation without it. */
  @Test
  void aBackpropagationGoesOnAfterAnException() {
    CustomLoss loss =
        failing(
            (yHat, y, gradient) -> {
              throw new IllegalStateException("seven");
            });
    UpdateRule rule = new UpdateRule.Adam(0.01, 0.9, 0.999, 1e-8, 0);
    Network expected = network(Activation.SIGMOID, 1);
    Network network = network(Activation.SIGMOID, 1);
    Backpropagation undisturbed = new Backpropagation(expected, loss, 16, Workers.caller());
    Backpropagation disturbed = new Backpropagation(network, loss, 16, Workers.caller());
    Dataset data = withSeven();
    float[] x = new float[16 * 6];
    float[] y = new float[16];
    int[] order = IntStream.range(0, 64).toArray();
    for (int batch = 0; batch < 4; batch++) {
      data.copyRows(order, 16 * batch, 16, x, 0, 6, y, 0, 1);
      if (batch == 2) {
        assertThrows(IllegalStateException.class, () -> disturbed.step(16, x, y, rule));
        assertThrows(IllegalStateException.class, () -> disturbed.loss(16, x, y));
        assertThrows(IllegalStateException.class, () -> disturbed.update(rule), "of no loss");
        assertEquals(OptionalInt.empty(), disturbed.firstRowNotFinite());
      } else {
        assertEquals(
            undisturbed.step(16, x, y, rule), disturbed.step(16, x, y, rule), "batch " + batch);
      }
    }
    Bits.assertSameParameters(expected, network, () -> "after an exception");
  }

  /** Only what its check allows reaches a custom loss. */
  @Test
  void targetsAreChecked() {
    Dataset data = TestData.regression(20, 6, 3, 618);
    Network network = network(Activation.SOFTMAX, 3);
    Network before = network.copy();
    CustomLoss focal = CustomLosses.focal(2);
    assertRefused(
        () -> trainer(focal).build().fit(network, data), "train", "row 0", "focal", "one-hot");
    assertRefused(() -> Evaluation.of(network, data, focal), "data", "one-hot");
    assertRefused(
        () -> network.gradients(TestData.features(data), TestData.targets(data), focal), "one-hot");
    assertRefused(() -> Lbfgs.builder().loss(focal).build().fit(network, data), "one-hot");
    Bits.assertSameParameters(before, network, () -> "after calls that were refused");
  }
}
