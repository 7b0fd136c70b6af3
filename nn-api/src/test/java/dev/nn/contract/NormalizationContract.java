package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.ActivationFunction;
import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.CustomActivation;
import dev.nn.Gradients;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.Normalization;
import dev.nn.Parameters;
import dev.nn.check.GradientCheck;
import dev.nn.data.Dataset;
import dev.nn.data.Split;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import dev.nn.train.Adam;
import dev.nn.train.AdamW;
import dev.nn.train.EarlyStopping;
import dev.nn.train.Evaluation;
import dev.nn.train.History;
import dev.nn.train.Lbfgs;
import dev.nn.train.Momentum;
import dev.nn.train.Optimizer;
import dev.nn.train.Schedule;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Networks that normalize between sums and activation. */
public abstract class NormalizationContract extends BackendContract {
  private static float[] ones(int length) {
    float[] values = new float[length];
    Arrays.fill(values, 1);
    return values;
  }

  static Stream<Normalization> normalizations() {
    return Stream.of(Normalization.layer(), Normalization.batch(), Normalization.batch(0.01, 0.5));
  }

  private static final CustomActivation SINE =
      new CustomActivation("sine", StrictMath::sin, StrictMath::cos);

  static Stream<Arguments> normalizedActivations() {
    return normalizations()
        .flatMap(
            normalization ->
                Stream.of(
                        Activation.RELU,
                        Activation.LEAKY_RELU,
                        Activation.IDENTITY,
                        Activation.TANH,
                        Activation.ELU,
                        Activation.SILU,
                        Activation.GELU,
                        SINE)
                    .map(g -> Arguments.of(normalization, g)));
  }

  private static Architecture classifier(Normalization normalization, ActivationFunction g) {
    return Architecture.input(30)
        .dense(70, g)
        .normalize(normalization)
        .dropout(0.2)
        .dense(33, g)
        .dense(20, g)
        .normalize(normalization)
        .dense(4, Activation.SOFTMAX);
  }

  private static Trainer.Builder trainer() {
    return Trainer.builder().optimizer(Adam.of(0.01)).batchSize(20).epochs(2).l2(0.001).seed(9);
  }

  @ParameterizedTest
  @MethodSource("normalizedActivations")
  void trainingsAreTheSameBitsWithEveryNumberOfThreads(
      Normalization normalization, ActivationFunction g) {
    Dataset data = TestData.classes(130, 30, 4, 72);
    Network expected = Network.initialize(classifier(normalization, g), 1, reference());
    History history = trainer().build().fit(expected, data, data);
    assertTrue(
        history.last().train().loss() < history.epochs().get(0).train().loss(), history::toString);
    for (int threads : THREADS) {
      Network network = Network.initialize(classifier(normalization, g), 1, backend());
      History same = trainer().threads(threads).build().fit(network, data, data);
      Bits.assertSameParameters(expected, network, () -> g + ", " + threads + " threads");
      assertEquals(history.last().validation(), same.last().validation());
      Bits.assertSame(
          expected.predict(TestData.features(data)),
          network.predict(TestData.features(data)),
          () -> "predictions");
    }
  }

  /** Batches large enough for several threads to share every kernel. */
  @ParameterizedTest
  @MethodSource("normalizations")
  void largeBatchesAreTheSameBitsWithEveryNumberOfThreads(Normalization normalization) {
    Dataset data = TestData.classes(600, 30, 4, 73);
    Architecture architecture =
        Architecture.input(30)
            .dense(300, Activation.RELU)
            .normalize(normalization)
            .dense(4, Activation.SOFTMAX);
    Network expected = Network.initialize(architecture, 1, reference());
    Trainer.Builder builder = trainer().batchSize(300).epochs(1);
    builder.build().fit(expected, data);
    for (int threads : THREADS) {
      Network network = Network.initialize(architecture, 1, backend());
      builder.threads(threads).build().fit(network, data);
      Bits.assertSameParameters(expected, network, () -> threads + " threads");
    }
  }

  @ParameterizedTest
  @MethodSource("normalizations")
  void everyOptimizerTrainsGammaAndBeta(Normalization normalization) {
    Dataset data = TestData.classes(60, 30, 4, 74);
    Architecture architecture = classifier(normalization, Activation.TANH);
    for (Optimizer optimizer :
        new Optimizer[] {Sgd.of(0.1), Momentum.of(0.05, 0.9), AdamW.of(0.01, 0.1)}) {
      Trainer.Builder builder =
          trainer().optimizer(optimizer).schedule(Schedule.cosine(0.1)).l2(0.01);
      Network expected = Network.initialize(architecture, 1, reference());
      builder.build().fit(expected, data);
      Network network = Network.initialize(architecture, 1, backend());
      builder.build().fit(network, data);
      Bits.assertSameParameters(expected, network, optimizer::toString);
      for (int l : new int[] {1, 3}) {
        assertNotEquals(1, network.gamma(l)[0]);
        assertNotEquals(0, network.beta(l)[0]);
      }
    }
  }

  /** {@code gamma = fma(-alpha, dgamma, gamma)}: no L2, no decay, as for biases. */
  @ParameterizedTest
  @MethodSource("normalizations")
  void aStepFollowsTheGradients(Normalization normalization) {
    Architecture architecture =
        Architecture.input(5)
            .dense(9, Activation.TANH)
            .normalize(normalization)
            .dense(3, Activation.SOFTMAX);
    Network network = Network.initialize(architecture, 3, backend());
    float[][] x = new Values(610).uniform(7, 5);
    float[][] y = oneHot(7);
    Network before = network.copy();
    Gradients gradients = network.gradients(x, y);
    Backpropagation backpropagation =
        new Backpropagation(network, Loss.CROSS_ENTROPY, 7, Workers.caller());
    backpropagation.step(7, flat(x), flat(y), new UpdateRule.GradientDescent(0.5f, 0.1f));
    for (int n = 0; n < 9; n++) {
      assertEquals(Math.fma(-0.5f, gradients.gamma(1)[n], 1f), network.gamma(1)[n]);
      assertEquals(Math.fma(-0.5f, gradients.beta(1)[n], 0f), network.beta(1)[n]);
      for (int k = 0; k < 5; k++) {
        float w = before.weights(1)[n][k];
        float gradient = Math.fma(0.1f, w, gradients.weights(1)[n][k]);
        assertEquals(Math.fma(-0.5f, gradient, w), network.weights(1)[n][k]);
      }
    }
  }

  /**
   * The norm is that of all gradients, and its factor goes to all; then all are clipped by value.
   */
  @ParameterizedTest
  @MethodSource("normalizations")
  void gradientsOfGammaAndBetaAreClipped(Normalization normalization) {
    Architecture architecture =
        Architecture.input(5)
            .dense(9, Activation.TANH)
            .normalize(normalization)
            .dense(3, Activation.SOFTMAX);
    Network network = Network.initialize(architecture, 3, backend());
    float[][] x = new Values(613).uniform(7, 5);
    Gradients gradients = network.gradients(x, oneHot(7));
    double squares = 0;
    for (int l = 1; l <= 2; l++) {
      for (float[] row : gradients.weights(l)) {
        squares += squares(row);
      }
      squares += squares(gradients.bias(l));
    }
    double norm = Math.sqrt(squares + squares(gradients.gamma(1)) + squares(gradients.beta(1)));
    Backpropagation steps = new Backpropagation(network, Loss.CROSS_ENTROPY, 7, Workers.caller());
    UpdateRule descent = new UpdateRule.GradientDescent(0.5f, 0.1f);
    UpdateRule rule = new UpdateRule.Adjusted(descent, 0.01f, 0.2f);
    steps.loss(7, flat(x), flat(oneHot(7)));
    assertEquals(norm, steps.update(rule, 0.5 * norm), 1e-12 * norm);
    for (int n = 0; n < 9; n++) {
      float dGamma = Math.max(-0.01f, Math.min(0.01f, 0.5f * gradients.gamma(1)[n]));
      float dBeta = Math.max(-0.01f, Math.min(0.01f, 0.5f * gradients.beta(1)[n]));
      assertEquals(Math.fma(-0.5f, dGamma, 1f), network.gamma(1)[n], 1e-7f);
      assertEquals(Math.fma(-0.5f, dBeta, 0f), network.beta(1)[n], 1e-8f);
    }
    if (normalization instanceof Normalization.Batch) {
      assertNotEquals(0, network.runningMean(1)[0]);
    }
    Network plain = Network.initialize(architecture, 3, reference());
    Backpropagation same = new Backpropagation(plain, Loss.CROSS_ENTROPY, 7, Workers.caller());
    same.loss(7, flat(x), flat(oneHot(7)));
    same.update(rule, 0.5 * norm);
    Bits.assertSameParameters(plain, network, () -> "clipped");
  }

  private static double squares(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return sum;
  }

  private static float[][] oneHot(int rows) {
    float[][] y = new float[rows][3];
    for (int i = 0; i < rows; i++) {
      y[i][i % 3] = 1;
    }
    return y;
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
    }
    return flat;
  }

  /**
   * A hidden layer of sums 2, 6, 6, 6 whose zHat is -1.5, 0.5, 0.5, 0.5, as above: the outputs of
   * gamma and beta, and a prediction of their sum.
   */
  @Test
  void aPredictionByHand() {
    Network network =
        Network.initialize(
            Architecture.input(1)
                .dense(4, Activation.RELU)
                .normalize(Normalization.layer(1))
                .dense(1, Activation.IDENTITY),
            1,
            backend());
    network.setParameters(1, new float[][] {{2}, {6}, {6}, {6}}, new float[4]);
    network.setParameters(2, new float[][] {{1, 1, 1, 1}}, new float[1]);
    assertEquals(1.5f, network.predict(new float[] {1})[0]);
    network.setNormalization(1, new float[] {-2, 2, 4, -1}, new float[] {0, 1, 0, 0});
    assertEquals(3 + 2 + 2, network.predict(new float[] {1})[0]);
    Gradients gradients = network.gradients(new float[][] {{1}}, new float[][] {{6}});
    assertArrayEquals(new float[] {3, 2, 2, 0}, gradients.activation(1)[0]);
    assertArrayEquals(new float[] {-1.5f, 0.5f, 0.5f, 0}, gradients.gamma(1));
    assertArrayEquals(new float[] {1, 1, 1, 0}, gradients.beta(1));
  }

  static Stream<Arguments> checkedNetworks() {
    return normalizedActivations()
        .flatMap(
            arguments ->
                Stream.of(Loss.SQUARED_ERROR, Loss.CROSS_ENTROPY)
                    .map(loss -> Arguments.of(arguments.get()[0], arguments.get()[1], loss)));
  }

  /** Central differences through whole networks in double, by no backend. */
  @ParameterizedTest
  @MethodSource("checkedNetworks")
  void gradientsAreTheSlopesOfTheCost(
      Normalization normalization, ActivationFunction g, Loss loss) {
    Architecture architecture =
        Architecture.input(5)
            .dense(7, g)
            .normalize(normalization)
            .dense(6, g)
            .dense(4, g)
            .normalize(normalization)
            .dense(3, loss == Loss.CROSS_ENTROPY ? Activation.SOFTMAX : Activation.IDENTITY);
    Network network = Network.initialize(architecture, 4, backend());
    Values values = new Values(611);
    for (int l : new int[] {1, 3}) {
      network.setNormalization(
          l, values.uniform(architecture.width(l)), values.uniform(architecture.width(l)));
    }
    float[][] x = values.uniform(9, 5);
    float[][] y = oneHot(9);
    GradientCheck check = GradientCheck.of(network, x, y, loss);
    assertTrue(check.isGood(), check::toString);
    long parameters = check.layers().stream().mapToLong(l -> l.checked() + l.skipped()).sum();
    assertEquals(architecture.parameterCount(), parameters, check::toString);
  }

  @ParameterizedTest
  @MethodSource("normalizations")
  void aPredictionDoesNotDependOnItsBatch(Normalization normalization) {
    Network network = Network.initialize(classifier(normalization, Activation.GELU), 1, backend());
    Dataset data = TestData.classes(150, 30, 4, 75);
    trainer().epochs(1).build().fit(network, data);
    float[][] x = TestData.features(data);
    float[][] all = network.predict(x);
    x[3][7] = Float.NaN;
    float[][] withNan = network.predict(x);
    for (int i = 0; i < x.length; i++) {
      int row = i;
      Bits.assertSame(network.predict(x[i]), withNan[i], () -> "row " + row + " alone");
      if (i != 3) {
        Bits.assertSame(all[i], withNan[i], () -> "row " + row);
      }
    }
    assertTrue(Float.isNaN(withNan[3][0]));
    List<float[]> shown = new ArrayList<>();
    Evaluation.of(
        network, data, Loss.CROSS_ENTROPY, (row, outputs, targets) -> shown.add(outputs.clone()));
    Bits.assertSame(all, shown.toArray(float[][]::new), () -> "evaluation");
  }

  @ParameterizedTest
  @MethodSource("normalizations")
  void copiesAndRestoredParametersAreWhole(Normalization normalization) {
    Architecture architecture = classifier(normalization, Activation.RELU);
    Network network = Network.initialize(architecture, 1, backend());
    Dataset data = TestData.classes(60, 30, 4, 76);
    float[][] x = TestData.features(data);
    float[][] initial = network.predict(x);
    Parameters beginning = Parameters.of(network);
    trainer().build().fit(network, data);
    Network trained = network.copy();
    float[][] after = network.predict(x);
    Bits.assertSame(after, trained.predict(x), () -> "copy");
    Bits.assertSame(after, network.on(reference()).predict(x), () -> "on the reference");
    Parameters end = Parameters.of(network);
    beginning.copyTo(network);
    Bits.assertSame(initial, network.predict(x), () -> "beginning");
    end.copyTo(network);
    Bits.assertSame(after, network.predict(x), () -> "end");
    Bits.assertSameParameters(trained, network, () -> "end");
    trainer().build().fit(network, data);
    trainer().build().fit(trained, data);
    Bits.assertSameParameters(trained, network, () -> "trained on");

    Network plain =
        Network.initialize(
            Architecture.input(30)
                .dense(70, Activation.RELU)
                .dense(33, Activation.RELU)
                .dense(20, Activation.RELU)
                .dense(4, Activation.SOFTMAX),
            1,
            backend());
    assertRefused(() -> end.copyTo(plain), "other sizes or normalizations");
    assertRefused(() -> Parameters.of(plain).copyTo(network), "other sizes or normalizations");
    Bits.assertSameParameters(trained, network, () -> "after a refused copy");
  }

  /** Early stopping gives back what the best epoch left, gamma and beta included. */
  @ParameterizedTest
  @MethodSource("normalizations")
  void theBestEpochIsRestored(Normalization normalization) {
    Dataset train = TestData.classes(60, 30, 4, 77);
    Dataset validation = TestData.classes(50, 30, 4, 78);
    Architecture architecture = classifier(normalization, Activation.RELU);
    Network network = Network.initialize(architecture, 1, backend());
    History history =
        trainer()
            .epochs(8)
            .earlyStopping(EarlyStopping.patience(3))
            .build()
            .fit(network, train, validation);
    int best = history.best().number();
    assertTrue(best < history.epochs().size(), history::toString);
    Network expected = Network.initialize(architecture, 1, backend());
    trainer().epochs(best).build().fit(expected, train, validation);
    Bits.assertSameParameters(expected, network, () -> "best epoch " + best);
  }

  @ParameterizedTest
  @MethodSource("normalizations")
  void gammaAndBetaAreCopiesAndChecked(Normalization normalization) {
    Network network = Network.initialize(classifier(normalization, Activation.RELU), 1, backend());
    float[] gamma = network.gamma(3);
    assertArrayEquals(ones(20), gamma);
    assertArrayEquals(new float[20], network.beta(3));
    gamma[0] = 7;
    assertEquals(1, network.gamma(3)[0]);
    network.setNormalization(3, gamma, new float[20]);
    gamma[0] = 8;
    assertEquals(7, network.gamma(3)[0]);
    float[] bad = ones(20);
    bad[4] = Float.NaN;
    assertRefused(() -> network.gamma(2), "layer 2", "no normalization");
    assertRefused(() -> network.beta(5), "1..4", "5");
    assertRefused(() -> network.setNormalization(4, bad, bad), "layer 4", "no normalization");
    assertRefused(() -> network.setNormalization(3, ones(19), ones(20)), "gamma has 19", "20");
    assertRefused(() -> network.setNormalization(3, ones(20), ones(21)), "beta has 21", "20");
    assertRefused(() -> network.setNormalization(3, bad, ones(20)), "gamma", "column 4", "NaN");
    assertRefused(() -> network.setNormalization(3, ones(20), bad), "beta", "column 4", "NaN");
    assertEquals(7, network.gamma(3)[0]);
    assertEquals(0, network.beta(3)[0]);
    float[][] x = new Values(612).uniform(2, 30);
    Gradients gradients = network.gradients(x, new float[][] {{1, 0, 0, 0}, {0, 1, 0, 0}});
    assertEquals(20, gradients.gamma(3).length);
    assertRefused(() -> gradients.gamma(2), "layer 2", "no normalization");
    assertRefused(() -> gradients.beta(0), "1..4", "0");
  }

  /** Real data. */
  @ParameterizedTest
  @MethodSource("normalizations")
  void digitsAreLearned(Normalization normalization) {
    Split parts = TestData.digits().stratifiedSplit(0.2, 1);
    Network network =
        Network.initialize(
            Architecture.input(64)
                .dense(48, Activation.RELU)
                .normalize(normalization)
                .dense(32, Activation.RELU)
                .normalize(normalization)
                .dense(10, Activation.SOFTMAX),
            1,
            backend());
    trainer().epochs(8).batchSize(32).l2(0).build().fit(network, parts.train());
    double accuracy = Evaluation.of(network, parts.test()).score().accuracy();
    assertTrue(accuracy > 0.96, () -> normalization + ": " + accuracy);
  }

  @Test
  void lbfgsTrainsLayerNormalizations() {
    Dataset data = TestData.regression(60, 6, 2, 79);
    Architecture architecture =
        Architecture.input(6)
            .dense(12, Activation.TANH)
            .normalize(Normalization.layer())
            .dense(2, Activation.IDENTITY);
    Network expected = Network.initialize(architecture, 1, reference());
    Network network = Network.initialize(architecture, 1, backend());
    Lbfgs lbfgs = Lbfgs.builder().maxIterations(30).l2(1e-4).build();
    Lbfgs.Result result = lbfgs.fit(expected, data);
    assertEquals(result, lbfgs.fit(network, data));
    Bits.assertSameParameters(expected, network, () -> "by L-BFGS");
    assertTrue(result.costAfter() < 0.1 * result.costBefore(), result::toString);
    assertNotEquals(1, network.gamma(1)[0]);
  }

  private static Architecture batchNormalizing(double momentum) {
    return Architecture.input(5)
        .dense(9, Activation.TANH)
        .normalize(Normalization.batch(1e-5, momentum))
        .dense(3, Activation.SOFTMAX);
  }

  /** Two steps: {@code 0.9 m + 0.1 m_B}, and of the variance the estimate, by Commons Math. */
  @Test
  void runningStatisticsFollowTheBatches() {
    Network network = Network.initialize(batchNormalizing(0.1), 3, backend());
    assertArrayEquals(new float[9], network.runningMean(1));
    assertArrayEquals(ones(9), network.runningVariance(1));
    Backpropagation steps = new Backpropagation(network, Loss.CROSS_ENTROPY, 8, Workers.caller());
    double[] mean = new double[9];
    double[] variance = new double[9];
    Arrays.fill(variance, 1);
    for (int step = 0; step < 2; step++) {
      int rows = 8 - step;
      float[][] x = new Values(630 + step).uniform(rows, 5);
      float[] y = new float[rows * 3];
      for (int n = 0; n < 9; n++) {
        double[] z = new double[rows];
        for (int i = 0; i < rows; i++) {
          z[i] = network.bias(1)[n];
          for (int k = 0; k < 5; k++) {
            z[i] += (double) network.weights(1)[n][k] * x[i][k];
          }
        }
        mean[n] = 0.9 * mean[n] + 0.1 * StatUtils.mean(z);
        variance[n] = 0.9 * variance[n] + 0.1 * StatUtils.variance(z);
      }
      float[] before = network.runningMean(1);
      steps.evaluate(rows, flat(x), y);
      steps.loss(rows, flat(x), y);
      network.gradients(x, oneHot(rows));
      Bits.assertSame(before, network.runningMean(1), () -> "only a step moves them");
      steps.step(rows, flat(x), y, new UpdateRule.GradientDescent(0.1f, 0));
      for (int n = 0; n < 9; n++) {
        assertEquals(mean[n], network.runningMean(1)[n], 1e-6);
        assertEquals(variance[n], network.runningVariance(1)[n], 1e-6);
      }
    }
  }

  /** With a momentum of 1 the running statistics are those of the last batch, to the last bit. */
  @Test
  void aMomentumOfOneIsTheLastBatch() {
    Network network = Network.initialize(batchNormalizing(1), 3, backend());
    float[] x = new Values(632).uniform(6 * 5);
    float[] z = new float[6 * 9];
    Workspace workspace = backend().workspace(Workers.caller());
    DenseLayer layer = backend().dense(5, 9, Activation.IDENTITY);
    layer.setParameters(flat(network.weights(1)), network.bias(1));
    layer.preactivation(6, x, 0, 5, z, 0, 9, workspace);
    float[] s = new float[3 * 9];
    backend().kernels().normalizeColumns(6, 9, z, 0, 9, 1e-5f, s, 0, s, 9, s, 18, workspace);
    new Backpropagation(network, Loss.CROSS_ENTROPY, 6, Workers.caller())
        .step(6, x, new float[6 * 3], new UpdateRule.GradientDescent(0.1f, 0));
    for (int n = 0; n < 9; n++) {
      assertEquals(s[n], network.runningMean(1)[n]);
      assertEquals((float) (6 / 5.0) * s[9 + n], network.runningVariance(1)[n]);
    }
  }

  /** Mean 1, variance 3, epsilon 1: {@code u = 3 (z - 1) / 2 + 0.5}, exact. */
  @Test
  void aPredictionWithRunningStatisticsByHand() {
    Network network =
        Network.initialize(
            Architecture.input(1)
                .dense(1, Activation.IDENTITY)
                .normalize(Normalization.batch(1, 0.1))
                .dense(1, Activation.IDENTITY),
            1,
            backend());
    network.setParameters(1, new float[][] {{2}}, new float[] {1});
    network.setParameters(2, new float[][] {{1}}, new float[1]);
    network.setNormalization(1, new float[] {3}, new float[] {0.5f});
    network.setRunningStatistics(1, new float[] {1}, new float[] {3});
    for (float x : new float[] {0, 1, -2, 4}) {
      assertEquals(3 * (2 * x + 1 - 1) / 2 + 0.5f, network.predict(new float[] {x})[0]);
      assertEquals(network.predict(new float[] {x})[0], network.fold().predict(new float[] {x})[0]);
    }
    assertEquals("1-1 identity-1 identity", network.fold().architecture().toString());
    assertArrayEquals(new float[] {3}, network.fold().weights(1)[0]);
    assertArrayEquals(new float[] {0.5f}, network.fold().bias(1));
  }

  @Test
  void aFoldedNetworkPredictsTheSameButForRounding() {
    Architecture architecture =
        Architecture.input(30)
            .dense(70, Activation.GELU)
            .normalize(Normalization.batch())
            .dropout(0.1)
            .dense(20, Activation.TANH)
            .normalize(Normalization.layer())
            .dense(15, SINE)
            .normalize(Normalization.batch())
            .dense(4, Activation.SOFTMAX);
    Network network = Network.initialize(architecture, 1, backend());
    Dataset data = TestData.classes(130, 30, 4, 633);
    trainer().build().fit(network, data);
    Network before = network.copy();
    Network folded = network.fold();
    Bits.assertSameParameters(before, network, () -> "the network is not changed");
    assertEquals(
        "30-70 gelu dropout 0.1-20 layer norm tanh-15 sine-4 softmax",
        folded.architecture().toString());
    float[][] x = TestData.features(data);
    float[][] expected = network.predict(x);
    float[][] actual = folded.predict(x);
    for (int i = 0; i < x.length; i++) {
      assertArrayEquals(expected[i], actual[i], 2e-6f, "row " + i);
    }
    Bits.assertSame(
        actual, network.on(reference()).fold().predict(x), () -> "folded on the reference");
    Bits.assertSameParameters(folded, folded.fold(), () -> "nothing left to fold");
  }

  @Test
  void whatOverflowsIsNotFolded() {
    Network network = Network.initialize(batchNormalizing(0.1), 3, backend());
    float[] gamma = ones(9);
    gamma[4] = 3e38f;
    network.setNormalization(1, gamma, new float[9]);
    network.setRunningStatistics(1, new float[9], new float[9]);
    assertRefused(network::fold, "must be finite");
  }

  @Test
  void runningStatisticsAreCopiesAndChecked() {
    Network network = Network.initialize(batchNormalizing(0.1), 3, backend());
    float[] mean = ones(9);
    float[] variance = ones(9);
    network.setRunningStatistics(1, mean, variance);
    mean[0] = 5;
    network.runningMean(1)[1] = 6;
    network.runningVariance(1)[1] = 6;
    assertArrayEquals(ones(9), network.runningMean(1));
    assertArrayEquals(ones(9), network.runningVariance(1));
    float[] nan = ones(9);
    nan[3] = Float.NaN;
    float[] negative = ones(9);
    negative[2] = -0x1p-140f;
    assertRefused(() -> network.runningMean(2), "layer 2", "no batch normalization");
    assertRefused(() -> network.runningVariance(3), "1..2", "3");
    assertRefused(() -> network.setRunningStatistics(1, nan, variance), "mean", "column 3");
    assertRefused(() -> network.setRunningStatistics(1, mean, nan), "variance", "column 3");
    assertRefused(() -> network.setRunningStatistics(1, mean, negative), "negative", "element 2");
    assertRefused(() -> network.setRunningStatistics(1, ones(8), variance), "mean has 8", "9");
    assertRefused(() -> network.setRunningStatistics(1, mean, ones(10)), "variance has 10", "9");
    assertArrayEquals(ones(9), network.runningMean(1));
    Network layer =
        Network.initialize(classifier(Normalization.layer(), Activation.RELU), 1, backend());
    assertRefused(() -> layer.runningMean(1), "layer 1", "no batch normalization");
    assertRefused(() -> Parameters.of(network).copyTo(layer), "other sizes or normalizations");
  }

  @Test
  void aBatchOfOneRowIsRefused() {
    Network network = Network.initialize(batchNormalizing(0.1), 3, backend());
    Network before = network.copy();
    Dataset data = TestData.classes(21, 5, 3, 634);
    for (int batchSize : new int[] {1, 4, 5, 20}) {
      Trainer trainer = Trainer.builder().batchSize(batchSize).build();
      assertRefused(
          () -> trainer.fit(network, data),
          "21 rows in batches of " + batchSize,
          "1 row",
          "batch norm",
          "needs 2");
    }
    Dataset one = TestData.classes(1, 5, 3, 634);
    assertRefused(() -> Trainer.builder().build().fit(network, one), "1 rows in batches of 1");
    Backpropagation steps = new Backpropagation(network, Loss.CROSS_ENTROPY, 4, Workers.caller());
    UpdateRule rule = new UpdateRule.GradientDescent(0.1f, 0);
    assertRefused(() -> steps.step(1, new float[5], new float[3], rule), "at least 2", "is 1");
    assertRefused(() -> steps.loss(1, new float[5], new float[3]), "at least 2", "is 1");
    assertRefused(() -> network.gradients(new float[1][5], oneHot(1)), "at least 2", "is 1");
    Bits.assertSameParameters(before, network, () -> "after refused trainings");
    steps.evaluate(1, new float[5], new float[3]);
    Evaluation.of(network, one);
    for (int batchSize : new int[] {2, 3, 6, 19, 21, 50}) {
      if (21 % batchSize != 1) {
        Trainer.builder().batchSize(batchSize).epochs(1).build().fit(network, data);
      }
    }
  }

  @Test
  void lbfgsRefusesBatchNormalization() {
    Network network = Network.initialize(batchNormalizing(0.1), 3, backend());
    Dataset data = TestData.classes(20, 5, 3, 635);
    assertRefused(
        () -> Lbfgs.builder().build().fit(network, data), "layer 1", "batch norm", "L-BFGS");
  }
}
