package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.Gradients;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.data.Dataset;
import dev.nn.spi.Backend;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.train.Adam;
import dev.nn.train.CrossValidation;
import dev.nn.train.History;
import dev.nn.train.Momentum;
import dev.nn.train.Schedule;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;
import dev.nn.train.Training;
import dev.nn.train.TrainingDivergedException;
import dev.nn.train.TrainingListener;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What trainings do to gradients and weights beside learning: L1, clipping, limits of norms. */
public abstract class RegularizationContract extends BackendContract {
  /** No multiple of the batch size, so that the last batch is ragged. */
  private static final int ROWS = 70;

  private static final Dataset DATA = TestData.classes(ROWS, 40, 4, 500);

  private static final UpdateRule DESCENT = new UpdateRule.GradientDescent(0.25f, 0);

  /** Layers with more and with fewer outputs than vectors have lanes. */
  private static Network network(Backend backend) {
    return Network.initialize(
        Architecture.input(40)
            .dense(70, Activation.RELU)
            .dense(9, Activation.TANH)
            .dense(4, Activation.SOFTMAX),
        1,
        backend);
  }

  private static Backpropagation backpropagation(Network network) {
    return new Backpropagation(network, Loss.CROSS_ENTROPY, ROWS, Workers.caller());
  }

  private static final float[] X = flat(TestData.features(DATA));
  private static final float[] Y = flat(TestData.targets(DATA));

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  private static Trainer.Builder trainer() {
    return Trainer.builder().optimizer(Adam.of(0.01)).batchSize(16).epochs(3).l2(0.001).seed(5);
  }

  static Stream<Arguments> settings() {
    return Stream.of(
        setting("L1", builder -> builder.l1(0.003)),
        setting("value", builder -> builder.clipValue(0.002)),
        setting("L1 and value", builder -> builder.l1(0.003).clipValue(0.002)),
        setting("norm", builder -> builder.clipNorm(0.2)),
        setting("norm and value", builder -> builder.clipNorm(0.2).clipValue(0.002)),
        setting("max-norm", builder -> builder.maxNorm(1.1)),
        setting(
            "all, by a schedule",
            builder ->
                builder
                    .l1(0.003)
                    .clipValue(0.002)
                    .clipNorm(0.2)
                    .maxNorm(1.1)
                    .optimizer(Momentum.of(0.5, 0.9))
                    .schedule(Schedule.exponential(0.5))));
  }

  private static Arguments setting(String name, UnaryOperator<Trainer.Builder> setting) {
    return Arguments.of(name, setting);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("settings")
  void trainingsAreTheSameBitsWithEveryNumberOfThreads(
      String name, UnaryOperator<Trainer.Builder> setting) {
    Network expected = network(reference());
    History history = setting.apply(trainer()).build().fit(expected, DATA);
    Network plain = network(backend());
    trainer().build().fit(plain, DATA);
    assertNotEquals(Bits.checksum(plain), Bits.checksum(expected), "no difference");
    for (int threads : THREADS) {
      Network network = network(backend());
      History same = setting.apply(trainer()).threads(threads).build().fit(network, DATA);
      Bits.assertSameParameters(expected, network, () -> name + ", " + threads + " threads");
      assertEquals(history.last().train(), same.last().train());
    }
    assertTrue(history.last().train().loss() < history.epochs().get(0).train().loss(), name);
  }

  /** Layers large enough for every thread to get its share. */
  @Test
  void largerTrainingsAreTheSameBitsWithEveryNumberOfThreads() {
    Architecture architecture =
        Architecture.input(300)
            .dense(400, Activation.RELU)
            .dense(250, Activation.TANH)
            .dense(5, Activation.SOFTMAX);
    Dataset data = TestData.classes(40, 300, 5, 501);
    Trainer.Builder builder =
        Trainer.builder().l1(1e-4).clipValue(0.01).clipNorm(0.3).maxNorm(1.2).epochs(2);
    Network expected = Network.initialize(architecture, 1, reference());
    builder.build().fit(expected, data);
    for (int threads : THREADS) {
      Network network = Network.initialize(architecture, 1, backend());
      builder.threads(threads).build().fit(network, data);
      Bits.assertSameParameters(expected, network, () -> threads + " threads");
    }
  }

  /** Calls of an open training are the epochs of a fit. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("settings")
  void anOpenTrainingDoesTheSame(String name, UnaryOperator<Trainer.Builder> setting) {
    Trainer trainer = setting.apply(trainer()).build();
    Network expected = network(backend());
    trainer.fit(expected, DATA);
    Network network = network(backend());
    try (Training training = trainer.open(network)) {
      for (int epoch = 1; epoch <= 3; epoch++) {
        training.fit(DATA);
      }
    }
    Bits.assertSameParameters(expected, network, () -> name);
  }

  @Test
  void crossValidationDoesTheSame() {
    Architecture architecture = network(backend()).architecture();
    Trainer trainer = trainer().l1(0.003).clipNorm(0.2).maxNorm(1.1).build();
    CrossValidation.Result result =
        CrossValidation.of(architecture, 1, trainer).on(backend()).run(DATA.folds(2, 1));
    Network expected = network(backend());
    trainer.fit(expected, DATA.folds(2, 1).get(0).train());
    Bits.assertSameParameters(
        expected, result.folds().get(0).network(), () -> "the network of the first fold");
  }

  // Clipping by norm.

  /** {@code ||g||} of the gradient that the network gives, in double. */
  private static double norm(Gradients gradients, int depth) {
    double squares = 0;
    for (int l = 1; l <= depth; l++) {
      for (float[] row : gradients.weights(l)) {
        for (float g : row) {
          squares += (double) g * g;
        }
      }
      for (float g : gradients.bias(l)) {
        squares += (double) g * g;
      }
    }
    return Math.sqrt(squares);
  }

  /** Each element is multiplied by the factor of the formula, and the rule then does its part. */
  @Test
  @Tag("sample")
  void aLongGradientIsMultipliedByOneFactor() {
    Network network = network(backend());
    Network before = network.copy();
    Gradients gradients = network.gradients(TestData.features(DATA), TestData.targets(DATA));
    double norm = norm(gradients, 3);
    double limit = norm / 3;
    Backpropagation steps = backpropagation(network);
    steps.loss(ROWS, X, Y);
    double returned = steps.update(new UpdateRule.GradientDescent(0.25f, 0.5f), limit);
    // As many additions in double as there are parameters.
    assertEquals(norm, returned, norm * 3600 * 0x1p-53);
    float factor = (float) (limit / returned);
    for (int layer = 1; layer <= 3; layer++) {
      int l = layer;
      float[][] w = before.weights(l);
      float[] b = before.bias(l);
      for (int n = 0; n < b.length; n++) {
        for (int k = 0; k < w[n].length; k++) {
          float g = gradients.weights(l)[n][k] * factor;
          w[n][k] = Math.fma(-0.25f, Math.fma(0.5f, w[n][k], g), w[n][k]);
        }
        b[n] = Math.fma(-0.25f, gradients.bias(l)[n] * factor, b[n]);
      }
      Bits.assertSame(w, network.weights(l), () -> "W[" + l + "]");
      Bits.assertSame(b, network.bias(l), () -> "b[" + l + "]");
    }
  }

  @Test
  void theNormByHand() {
    Network network =
        Network.initialize(Architecture.input(2).dense(1, Activation.IDENTITY), 1, backend());
    network.setParameters(1, new float[][] {{0, 0}}, new float[] {2});
    Backpropagation steps = new Backpropagation(network, Loss.SQUARED_ERROR, 1, Workers.caller());
    // delta = 2, dw = (4, 4), db = 2: a norm of 6, and with a limit of 3 a factor of a half.
    steps.loss(1, new float[] {2, 2}, new float[] {0});
    assertEquals(6, steps.update(DESCENT, 3));
    assertEquals(-0.5f, network.weights(1)[0][0]);
    assertEquals(-0.5f, network.weights(1)[0][1]);
    assertEquals(1.75f, network.bias(1)[0]);
  }

  /** Of the same outputs, where some are dropped. */
  @Test
  void aGradientWithinTheLimitIsUsedAsItIs() {
    Architecture dropping =
        Architecture.input(40).dense(70, Activation.RELU).dropout(0.5).dense(4, Activation.SOFTMAX);
    for (UpdateRule rule :
        List.of(
            DESCENT,
            new UpdateRule.Adam(0.01, 0.9, 0.99, 1e-8, 0.01f),
            new UpdateRule.Adjusted(DESCENT, 0.01f, 0.01f))) {
      Network expected = Network.initialize(dropping, 1, backend());
      Network network = Network.initialize(dropping, 1, backend());
      Backpropagation plain = backpropagation(expected);
      Backpropagation steps = backpropagation(network);
      for (int step = 0; step < 3; step++) {
        plain.step(ROWS, X, Y, rule);
        steps.loss(ROWS, X, Y);
        double norm = steps.update(rule, Double.POSITIVE_INFINITY);
        assertTrue(norm > 0 && norm < 100, () -> "norm " + norm);
        assertEquals(OptionalInt.empty(), steps.layerOfGradientNotFinite());
      }
      Bits.assertSameParameters(expected, network, () -> "by " + rule);
    }
  }

  @Test
  void anUpdateNeedsALossAndALimit() {
    Network network = network(backend());
    Network before = network.copy();
    Backpropagation steps = backpropagation(network);
    assertThrows(IllegalStateException.class, () -> steps.update(DESCENT, 1));
    steps.loss(ROWS, X, Y);
    for (double bad : new double[] {0, -1, Double.NaN}) {
      assertRefused(() -> steps.update(DESCENT, bad), "clipNorm", "greater than 0", "" + bad);
    }
    for (float bad : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertRefused(() -> steps.limitNorms(bad), "maxNorm", "greater than 0", "" + bad);
    }
    Bits.assertSameParameters(before, network, () -> "after refused calls");
    steps.update(DESCENT, 1); // which the refused calls did not forbid
    assertThrows(IllegalStateException.class, () -> steps.update(DESCENT, 1));
  }

  /** A line whose second row has a loss of 5e37, but a slope of 1e44 at the first weight. */
  private Network steep() {
    Network network =
        Network.initialize(
            Architecture.input(1).dense(1, Activation.IDENTITY).dense(1, Activation.IDENTITY),
            1,
            backend());
    network.setParameters(1, new float[][] {{1e-6f}}, new float[] {0});
    network.setParameters(2, new float[][] {{1}}, new float[] {0});
    return network;
  }

  private static final Dataset STEEP =
      Dataset.of(new float[][] {{1e25f}, {1e25f}}, new float[][] {{1e19f}, {0}});

  @Test
  void aGradientThatIsNotFiniteMakesNoStep() {
    Network network = steep();
    Network before = network.copy();
    Backpropagation steps = new Backpropagation(network, Loss.SQUARED_ERROR, 1, Workers.caller());
    UpdateRule adam = new UpdateRule.Adam(0.1, 0.9, 0.99, 1e-8, 0);
    float[] x = {1e25f};
    assertTrue(Double.isFinite(steps.loss(1, x, new float[] {0})));
    assertEquals(Double.POSITIVE_INFINITY, steps.update(adam, 1));
    assertEquals(OptionalInt.of(1), steps.layerOfGradientNotFinite());
    Bits.assertSameParameters(before, network, () -> "after no step");
    assertThrows(IllegalStateException.class, () -> steps.update(adam, 1));
    // The next steps are as if there had been nothing, also by what a rule remembers.
    Network expected = steep();
    Backpropagation others = new Backpropagation(expected, Loss.SQUARED_ERROR, 1, Workers.caller());
    for (int step = 1; step <= 2; step++) {
      for (Backpropagation each : List.of(steps, others)) {
        each.loss(1, new float[] {1}, new float[] {1});
        each.update(adam, 1);
        assertEquals(OptionalInt.empty(), each.layerOfGradientNotFinite());
      }
      Bits.assertSameParameters(expected, network, () -> "steps after no step");
      steps.loss(1, new float[] {1e30f}, new float[] {0});
      assertFalse(Double.isFinite(steps.update(DESCENT, 1)));
    }
  }

  @Test
  void aTrainingDivergesByItsGradient() {
    for (int threads : THREADS) {
      Network network = steep();
      Trainer trainer =
          Trainer.builder()
              .optimizer(Sgd.of(1e-9))
              .batchSize(1)
              .epochs(3)
              .shuffle(false)
              .clipNorm(1)
              .threads(threads)
              .build();
      Network expected = steep();
      trainer.fit(expected, STEEP.head(1));
      TrainingDivergedException diverged =
          assertThrows(TrainingDivergedException.class, () -> trainer.fit(network, STEEP));
      assertTrue(diverged.getMessage().contains("the norm of the gradient is Infinity"));
      assertTrue(diverged.getMessage().contains("layer 1"), diverged::getMessage);
      assertTrue(diverged.getMessage().contains("as the last step left it"));
      assertEquals(1, diverged.epoch());
      assertEquals(2, diverged.batch());
      assertEquals(2, diverged.step());
      assertEquals(OptionalInt.empty(), diverged.row());
      assertEquals(OptionalInt.of(1), diverged.layer());
      Network oneStep = steep();
      Backpropagation steps = new Backpropagation(oneStep, Loss.SQUARED_ERROR, 1, Workers.caller());
      steps.loss(1, new float[] {1e25f}, new float[] {1e19f});
      steps.update(new UpdateRule.GradientDescent(1e-9f, 0), 1);
      Bits.assertSameParameters(oneStep, network, () -> "after one step");
    }
  }

  // Moments.

  /** What a rule remembers belongs to its kind, adjusted or not. */
  @Test
  void adjustedRulesKeepTheirMoments() {
    UpdateRule adam = new UpdateRule.Adam(0.01, 0.9, 0.99, 1e-8, 0);
    UpdateRule slower = new UpdateRule.Adam(0.005, 0.9, 0.99, 1e-8, 0);
    float none = Float.POSITIVE_INFINITY;
    Network expected = network(backend());
    Backpropagation plain = backpropagation(expected);
    for (UpdateRule rule : List.of(adam, adam, slower, slower)) {
      plain.step(ROWS, X, Y, rule);
    }
    Network network = network(backend());
    Backpropagation steps = backpropagation(network);
    for (UpdateRule rule :
        List.of(
            adam,
            new UpdateRule.Adjusted(adam, none, 0),
            new UpdateRule.Adjusted(slower, none, 0),
            slower)) {
      steps.step(ROWS, X, Y, rule);
    }
    Bits.assertSameParameters(expected, network, () -> "rules that differ in name only");
  }

  // L1.

  /** Of ten features two decide; the others are noise, which a few rows let a network learn. */
  private static Dataset twoOfTen() {
    Values values = new Values(502);
    float[][] x = values.uniform(40, 10);
    float[][] y = new float[40][1];
    for (int i = 0; i < x.length; i++) {
      y[i][0] = 2 * x[i][3] - x[i][7] + 0.5f * values.uniform();
    }
    return Dataset.of(x, y);
  }

  @Test
  void weightsOfNoUseEndNearZero() {
    Dataset data = twoOfTen();
    double alpha = 0.02;
    double lambda = 0.1;
    Trainer.Builder builder =
        Trainer.builder().optimizer(Sgd.of(alpha)).fullBatch().epochs(2000).shuffle(false);
    Architecture line = Architecture.input(10).dense(1, Activation.IDENTITY);
    Network free = Network.initialize(line, 1, backend());
    builder.build().fit(free, data);
    Network sparse = Network.initialize(line, 1, backend());
    builder.l1(lambda).build().fit(sparse, data);
    int useless = 0;
    for (int k = 0; k < 10; k++) {
      float w = sparse.weights(1)[0][k];
      if (k == 3 || k == 7) {
        assertTrue(Math.abs(w) > 0.5, "weight " + k + " is " + w);
      } else if (Math.abs(w) <= 1.01 * alpha * lambda) {
        useless++; // a step away from zero
        assertTrue(Math.abs(free.weights(1)[0][k]) > Math.abs(w), "weight " + k);
      }
    }
    assertTrue(useless >= 6, "only " + useless + " weights are near zero");
  }

  /** {@code d(J + lambda ||W||_1)/dw = 0} where a training has come to rest at a weight not 0. */
  @Test
  void atRestTheSlopeOfTheLossIsThatOfTheTerm() {
    Dataset data = twoOfTen();
    Network network =
        Network.initialize(Architecture.input(10).dense(1, Activation.IDENTITY), 1, backend());
    Trainer.builder()
        .optimizer(Sgd.of(0.1))
        .fullBatch()
        .epochs(3000)
        .l1(0.1)
        .build()
        .fit(network, data);
    Gradients gradients = network.gradients(TestData.features(data), TestData.targets(data));
    assertEquals(-0.1, gradients.weights(1)[0][3], 0.005);
    assertEquals(0.1, gradients.weights(1)[0][7], 0.005);
    assertEquals(0, gradients.bias(1)[0], 0.005, "a bias has no such term");
  }

  /** The losses of a history are those of the rows, as they are with L2. */
  @Test
  void theTermOfL1IsNoPartOfTheLoss() {
    History plain = trainer().fullBatch().epochs(1).build().fit(network(backend()), DATA);
    History penalized = trainer().fullBatch().epochs(1).l1(1).build().fit(network(backend()), DATA);
    assertEquals(plain.last().train().loss(), penalized.last().train().loss());
  }

  // Max-norm.

  /** As {@link DenseLayerContract} bounds it for one layer. */
  private static void assertWithin(double maxNorm, Network network) {
    for (int l = 1; l <= network.architecture().depth(); l++) {
      double error = ((network.architecture().width(l - 1) / 16 + 6) / 2.0 + 4) * 0x1p-24;
      for (float[] row : network.weights(l)) {
        double squares = 0;
        for (float w : row) {
          squares += (double) w * w;
        }
        double norm = Math.sqrt(squares);
        assertTrue(norm <= maxNorm * (1 + error), "layer " + l + " has a row of norm " + norm);
      }
    }
  }

  @Test
  void noRowIsLongerThanTheLimitAfterAnyBatch() {
    Network network = network(backend());
    double longest =
        Stream.of(network.weights(1)).mapToDouble(RegularizationContract::length).max().orElse(0);
    double limit = 0.8;
    assertTrue(longest > limit, "nothing to do at first: " + longest);
    int[] seen = {0};
    trainer()
        .optimizer(Momentum.of(0.1, 0.9))
        .maxNorm(limit)
        .listener(
            new TrainingListener() {
              @Override
              public void onBatch(int epoch, int batch, int batches) {
                assertWithin((float) limit, network);
                seen[0]++;
              }
            })
        .build()
        .fit(network, DATA);
    assertEquals(15, seen[0]);
  }

  private static double length(float[] row) {
    double squares = 0;
    for (float w : row) {
      squares += (double) w * w;
    }
    return Math.sqrt(squares);
  }

  /** A step and then the limit, layer by layer; biases keep what the step has made of them. */
  @Test
  void aLimitFollowsEachStep() {
    Network stepped = network(backend());
    Backpropagation steps = backpropagation(stepped);
    steps.step(ROWS, X, Y, DESCENT);
    Network limited = stepped.copy();
    backpropagation(limited).limitNorms(1);
    for (int layer = 1; layer <= 3; layer++) {
      int l = layer;
      Bits.assertSame(stepped.bias(l), limited.bias(l), () -> "b[" + l + "]");
      for (int n = 0; n < stepped.bias(l).length; n++) {
        float[] row = stepped.weights(l)[n];
        float[] after = limited.weights(l)[n];
        double norm = length(row);
        for (int k = 0; k < row.length; k++) {
          double expected = row[k] * Math.min(1, 1 / norm);
          assertEquals(expected, after[k], Math.abs(expected) * 10 * 0x1p-24);
        }
      }
    }
    Network trained = network(backend());
    Trainer.builder()
        .optimizer(Sgd.of(0.25))
        .fullBatch()
        .epochs(1)
        .shuffle(false)
        .maxNorm(1)
        .build()
        .fit(trained, DATA);
    Bits.assertSameParameters(limited, trained, () -> "one step");
  }
}
