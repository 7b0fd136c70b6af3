package dev.nn.contract;

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
import dev.nn.Philox;
import dev.nn.data.Dataset;
import dev.nn.spi.Backend;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.train.Adam;
import dev.nn.train.Evaluation;
import dev.nn.train.History;
import dev.nn.train.Lbfgs;
import dev.nn.train.Trainer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dropout: which elements stay, what becomes of them, and how networks learn with it. */
public abstract class DropoutContract extends BackendContract {
  private static final long SEED = 0x9876_5432_1234_5678L;
  private static final long STREAM = 0x1_0000_0007L;
  private static final int MARGIN = 5;

  private static float[] dropped(
      Backend backend, Workers workers, double rate, long stream, float[] values, int offset) {
    float[] a = values.clone();
    int length = values.length - offset - MARGIN;
    backend.kernels().dropout(rate, SEED, stream, length, a, offset, backend.workspace(workers));
    return a;
  }

  /** Numbers of both signs, zeros, and some that are not finite. */
  private static float[] values(int length) {
    float[] values = new Values(70).uniform(length + 2 * MARGIN);
    for (int i = 0; i < values.length; i += 7) {
      values[i] = i % 2 == 0 ? -0f : 0f;
    }
    for (int i = 3; i < values.length; i += 29) {
      values[i] = i % 2 == 0 ? Float.NaN : Float.NEGATIVE_INFINITY;
    }
    return values;
  }

  @ParameterizedTest
  @ValueSource(
      doubles = {0, 0x1p-33, 0x1p-32, 0.2, 0.5, 0.9, 0x1.fffffffep-1, 0x1.fffffffffffffp-1})
  @Tag("sample")
  void sameBitsForEveryLength(double rate) {
    for (int length : new int[] {0, 1, 2, 15, 16, 17, 31, 32, 63, 64, 65, 127, 128, 200, 1000}) {
      float[] values = values(length);
      Bits.assertSame(
          dropped(reference(), Workers.caller(), rate, STREAM, values, MARGIN),
          dropped(backend(), Workers.caller(), rate, STREAM, values, MARGIN),
          () -> length + " elements, rate " + rate);
    }
  }

  @Test
  void sameBitsWithEveryNumberOfThreads() {
    float[] values = values(200_003);
    float[] expected = dropped(reference(), Workers.caller(), 0.3, STREAM, values, MARGIN);
    for (int threads : THREADS) {
      try (Workers workers = Workers.of(threads)) {
        for (int round = 0; round < 3; round++) {
          Bits.assertSame(
              expected,
              dropped(backend(), workers, 0.3, STREAM, values, MARGIN),
              () -> threads + " threads");
        }
      }
    }
  }

  /** The definition, word by word: elements of the first and the last place of a group. */
  @Test
  void wordsOfTheGeneratorDecide() {
    float[] ones = new float[3 * 64];
    Arrays.fill(ones, 1);
    float[] a = ones.clone();
    backend().kernels().dropout(0.25, SEED, STREAM, a.length, a, 0, workspace());
    int[][] places = { // element, block, word
      {0, 0, 0},
      {1, 8, 0},
      {2, 1, 0},
      {15, 15, 0},
      {16, 0, 1},
      {63, 15, 3},
      {64, 16, 0},
      {189, 46, 3}
    };
    Philox random = new Philox(SEED, Philox.DROPOUT, STREAM);
    int[] words = new int[4];
    for (int[] place : places) {
      random.words(place[1], words);
      boolean kept = Integer.compareUnsigned(words[place[2]], 1 << 30) >= 0;
      assertEquals(kept ? (float) (1 / 0.75) : 0, a[place[0]], "element " + place[0]);
    }
  }

  /** Of n elements n p are dropped, give or take 4 standard deviations; another stream's others. */
  @Test
  void theRateIsTheShareThatIsDropped() {
    int n = 100_000;
    float[] ones = new float[n];
    Arrays.fill(ones, 1);
    for (double rate : new double[] {0.05, 0.5, 0.8}) {
      float[] a = ones.clone();
      float[] other = ones.clone();
      backend().kernels().dropout(rate, SEED, STREAM, n, a, 0, workspace());
      backend().kernels().dropout(rate, SEED, STREAM + 1, n, other, 0, workspace());
      int dropped = 0;
      int both = 0;
      for (int i = 0; i < n; i++) {
        dropped += a[i] == 0 ? 1 : 0;
        both += a[i] == 0 && other[i] == 0 ? 1 : 0;
      }
      assertEquals(n * rate, dropped, 4 * Math.sqrt(n * rate * (1 - rate)));
      double square = rate * rate;
      assertEquals(n * square, both, 4 * Math.sqrt(n * square * (1 - square)));
    }
  }

  @Test
  void whatIsNotFiniteStaysVisible() {
    float[] a = {Float.NaN, Float.POSITIVE_INFINITY};
    backend().kernels().dropout(0x1.fffffffep-1, SEED, STREAM, 2, a, 0, workspace());
    assertTrue(Float.isNaN(a[0]) && Float.isNaN(a[1]), () -> Arrays.toString(a));
  }

  @Test
  void refusesOtherRatesAndPlaces() {
    float[] a = {1, 2, 3};
    for (double rate : new double[] {1, -0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertRefused(
          () -> backend().kernels().dropout(rate, 0, 0, 3, a, 0, workspace()),
          "rate",
          "below 1",
          "" + rate);
    }
    assertRefused(() -> backend().kernels().dropout(0.5, 0, 0, 3, a, 1, workspace()), "a");
    assertRefused(() -> backend().kernels().dropout(0.5, 0, 0, -1, a, 0, workspace()), "a");
    assertEquals("[1.0, 2.0, 3.0]", Arrays.toString(a));
  }

  // Networks.

  static Stream<ActivationFunction> hidden() {
    return Stream.of(
        Activation.RELU,
        Activation.LEAKY_RELU,
        Activation.IDENTITY,
        Activation.TANH,
        Activation.ELU,
        Activation.GELU,
        new CustomActivation("sine", StrictMath::sin, StrictMath::cos));
  }

  /**
   * With a rate of one half, a step on one row is that of a network whose weights from the outputs
   * that stay are doubled, and 0 from the others: powers of two change no rounding.
   */
  @ParameterizedTest
  @MethodSource("hidden")
  void aStepIsThatOfTheNetworkThatIsLeft(ActivationFunction g) {
    Network network =
        Network.initialize(
            Architecture.input(5).dense(40, g).dropout(0.5).dense(3, Activation.SOFTMAX),
            6,
            backend());
    float[] x = new Values(71).uniform(5);
    float[] y = {0, 1, 0};
    Network left = network.copy();
    float[][] weights = left.weights(2);
    float[] kept = new float[40];
    Arrays.fill(kept, 1);
    long firstStepOfLayer1 = 1 << 16 | 1;
    backend().kernels().dropout(0.5, SEED, firstStepOfLayer1, 40, kept, 0, workspace());
    for (float[] row : weights) {
      for (int k = 0; k < row.length; k++) {
        row[k] *= kept[k];
      }
    }
    left.setParameters(2, weights, left.bias(2));
    Gradients expected = left.gradients(new float[][] {x}, new float[][] {y});

    Network before = network.copy();
    Backpropagation step =
        new Backpropagation(network, Loss.CROSS_ENTROPY, 1, Workers.caller(), SEED);
    assertEquals(expected.cost(), step.loss(1, x, y));
    step.update(new UpdateRule.GradientDescent(0.5f, 0));
    for (int n = 0; n < 40; n++) {
      for (int k = 0; k < 5; k++) {
        assertEquals(
            Math.fma(-0.5f, expected.weights(1)[n][k], before.weights(1)[n][k]),
            network.weights(1)[n][k]);
      }
    }
    for (int n = 0; n < 3; n++) {
      for (int k = 0; k < 40; k++) {
        assertEquals(
            Math.fma(-0.5f, expected.weights(2)[n][k] * kept[k], before.weights(2)[n][k]),
            network.weights(2)[n][k]);
      }
    }
  }

  private static Trainer.Builder trainer() {
    return Trainer.builder().optimizer(Adam.of(0.01)).batchSize(20).epochs(3).l2(0.001).seed(9);
  }

  private static Architecture dropping(ActivationFunction g) {
    return Architecture.input(30)
        .dense(70, g)
        .dropout(0.3)
        .dense(20, Activation.TANH)
        .dropout(0.1)
        .dense(4, Activation.SOFTMAX);
  }

  @ParameterizedTest
  @MethodSource("hidden")
  void trainingsAreTheSameBitsWithEveryNumberOfThreads(ActivationFunction g) {
    Dataset data = TestData.classes(130, 30, 4, 72);
    Network expected = Network.initialize(dropping(g), 1, reference());
    History history = trainer().build().fit(expected, data, data);
    for (int threads : THREADS) {
      Network network = Network.initialize(dropping(g), 1, backend());
      History same = trainer().threads(threads).build().fit(network, data, data);
      Bits.assertSameParameters(expected, network, () -> g + ", " + threads + " threads");
      assertEquals(history.last().validation(), same.last().validation());
    }
    Network otherSeed = Network.initialize(dropping(g), 1, backend());
    trainer().shuffle(false).seed(10).build().fit(otherSeed, data);
    Network sameOrder = Network.initialize(dropping(g), 1, backend());
    trainer().shuffle(false).build().fit(sameOrder, data);
    assertNotEquals(Bits.checksum(sameOrder), Bits.checksum(otherSeed));
  }

  @Test
  void everyStepDropsOthersAndNothingElseDoes() {
    Network network = Network.initialize(dropping(Activation.RELU), 1, backend());
    Network without =
        Network.initialize(
            Architecture.input(30)
                .dense(70, Activation.RELU)
                .dense(20, Activation.TANH)
                .dense(4, Activation.SOFTMAX),
            1,
            backend());
    Dataset data = TestData.classes(50, 30, 4, 73);
    float[][] rows = TestData.features(data);
    Bits.assertSame(without.predict(rows), network.predict(rows), () -> "predictions");
    assertEquals(Evaluation.of(without, data).score(), Evaluation.of(network, data).score());

    float[] x = new Values(74).uniform(30);
    float[] y = {1, 0, 0, 0};
    Backpropagation steps =
        new Backpropagation(network, Loss.CROSS_ENTROPY, 1, Workers.caller(), SEED);
    double evaluated = steps.evaluate(1, x, y);
    double first = steps.loss(1, x, y);
    assertNotEquals(evaluated, first);
    assertEquals(first, steps.loss(1, x, y), "the same step");
    steps.update(new UpdateRule.GradientDescent(0, 0));
    double second = steps.loss(1, x, y);
    assertNotEquals(first, second);
    assertEquals(evaluated, steps.evaluate(1, x, y));
    assertEquals(
        new Backpropagation(network, Loss.CROSS_ENTROPY, 1, Workers.caller(), SEED).loss(1, x, y),
        first);
    assertEquals(
        without.gradients(new float[][] {x}, new float[][] {y}).cost(),
        network.gradients(new float[][] {x}, new float[][] {y}).cost());
  }

  @Test
  void lbfgsRefusesACostThatChanges() {
    Network network = Network.initialize(dropping(Activation.RELU), 1, backend());
    Dataset data = TestData.classes(20, 30, 4, 75);
    assertRefused(
        () -> Lbfgs.builder().build().fit(network, data), "layer 1", "dropout of 0.3", "L-BFGS");
  }
}
