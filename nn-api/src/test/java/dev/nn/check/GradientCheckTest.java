package dev.nn.check;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import dev.nn.LossFunction;
import dev.nn.Network;
import dev.nn.contract.PlainBackend;
import dev.nn.data.Dataset;
import dev.nn.spi.Backend;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class GradientCheckTest {
  private static final Backend BACKEND = PlainBackend.alone();
  private static final int ROWS = 9;

  /** Every hidden activation with every loss and output activation that go together. */
  static Stream<Arguments> networks() {
    return Stream.of(Activation.values())
        .filter(hidden -> hidden != Activation.SOFTMAX)
        .flatMap(
            hidden ->
                Stream.of(Loss.values())
                    .flatMap(
                        loss ->
                            Stream.of(Activation.values())
                                .filter(loss::accepts)
                                .map(output -> Arguments.of(hidden, loss, output))));
  }

  private static float[][] uniform(int rows, int columns, double size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) (size * (2 * random.nextDouble() - 1));
      }
    }
    return values;
  }

  private static float[] ones(int length) {
    float[] ones = new float[length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static float[][] features() {
    return uniform(ROWS, 5, 1, 1);
  }

  /** Numbers, of which some are far away, or one-hot rows. */
  private static float[][] targets(LossFunction loss) {
    if (loss == Loss.SQUARED_ERROR || loss == Loss.HUBER) {
      return uniform(ROWS, 3, 2, 2);
    }
    float[][] y = new float[ROWS][3];
    for (int i = 0; i < ROWS; i++) {
      y[i][i * 2 % 3] = 1;
    }
    return y;
  }

  /** 5-7-4-3; biases are not zero. */
  private static Network network(Activation hidden, Activation output, Backend backend) {
    Network network =
        Network.initialize(
            Architecture.input(5).dense(7, hidden).dense(4, hidden).dense(3, output), 3, backend);
    for (int l = 1; l <= 3; l++) {
      float[] bias = uniform(1, network.architecture().width(l), 0.5, l)[0];
      network.setParameters(l, network.weights(l), bias);
    }
    return network;
  }

  @ParameterizedTest
  @MethodSource("networks")
  void whatIsRightIsGood(Activation hidden, Loss loss, Activation output) {
    Network network = network(hidden, output, BACKEND);

    GradientCheck check = GradientCheck.of(network, features(), targets(loss), loss);

    assertTrue(check.isGood(), check::toString);
    assertTrue(check.greatestRelativeError() <= GradientCheck.TOLERANCE, check::toString);
    assertEquals(OptionalInt.empty(), check.lastWrongLayer());
    assertEquals(List.of(42L, 32L, 15L), numbers(check, true), check::toString);
    // The smallest step leaves hardly an argument on its kink.
    assertEquals(List.of(0L, 0L, 0L), numbers(check, false), check::toString);
  }

  private static List<Long> numbers(GradientCheck check, boolean withSkipped) {
    return check.layers().stream()
        .map(layer -> withSkipped ? layer.checked() + layer.skipped() : layer.skipped())
        .toList();
  }

  /** The cost of the tool is that of the network, which is computed in another way. */
  @ParameterizedTest
  @MethodSource("networks")
  void theCostIsTheNetworks(Activation hidden, Loss loss, Activation output) {
    Network network = network(hidden, output, BACKEND);
    DoubleNetwork cost = new DoubleNetwork(network, features(), targets(loss), ones(ROWS), loss);
    double sum = 0;
    for (double rowLoss : cost.rowLoss) {
      sum += rowLoss;
    }

    double expected = network.gradients(features(), targets(loss), loss).cost();

    assertEquals(expected, sum / ROWS, 2e-6 * (1 + expected));
  }

  /** The shortcuts for one changed parameter give what a network with this parameter gives. */
  @ParameterizedTest
  @MethodSource("networks")
  void aChangedParameterIsASecondNetwork(Activation hidden, Loss loss, Activation output) {
    Network network = network(hidden, output, BACKEND);
    DoubleNetwork cost = new DoubleNetwork(network, features(), targets(loss), ones(ROWS), loss);
    for (int l = 1; l <= 3; l++) {
      float[][] weights = network.weights(l);
      float[] bias = network.bias(l);
      double w = weights[2][1];
      double b = bias[2];
      weights[2][1] += 0x1p-12f;
      Network other = network.copy();
      other.setParameters(l, weights, bias);
      boolean isAlive = hidden != Activation.RELU && output != Activation.RELU;
      assertChange(cost, other, cost.costChange(l, 2, 1, weights[2][1] - w), isAlive);
      bias[2] += 0x1p-12f;
      other.setParameters(l, network.weights(l), bias);
      assertChange(cost, other, cost.costChange(l, 2, GradientCheck.BIAS, bias[2] - b), isAlive);
    }
  }

  /** Within the rounding of sums of losses in double; a kink between them is none of this test. */
  private static void assertChange(
      DoubleNetwork from, Network other, double change, boolean isAlive) {
    DoubleNetwork to =
        new DoubleNetwork(other, features(), targets(from.loss), ones(ROWS), from.loss);
    double expected = 0;
    for (int row = 0; row < ROWS; row++) {
      expected += (to.rowLoss[row] - from.rowLoss[row]) / ROWS;
    }
    if (!Double.isNaN(change)) {
      assertEquals(expected, change, 1e-14);
      assertTrue(change != 0 || !isAlive, "nothing depends on the parameter");
    }
  }

  /** The weights of rows are in the gradient and in the slope; rows of weight 0 in neither. */
  @ParameterizedTest
  @MethodSource("networks")
  void rowsCountByTheirWeights(Activation hidden, Loss loss, Activation output) {
    Network network = network(hidden, output, BACKEND);
    float[] weights = {0.5f, 3, 0, 1, 100, 0.25f, 0, 2, 7};
    Dataset rows = Dataset.of(features(), targets(loss)).withWeights(weights);

    GradientCheck check = GradientCheck.of(network, rows, loss);

    assertTrue(check.isGood(), check::toString);
    Gradients gradients = network.gradients(features(), targets(loss), weights, loss);
    for (GradientCheck.Layer layer : check.layers()) {
      GradientCheck.Parameter worst = layer.worst().orElseThrow();
      double expected =
          worst.input() == GradientCheck.BIAS
              ? gradients.bias(layer.layer())[worst.neuron()]
              : gradients.weights(layer.layer())[worst.neuron()][worst.input()];
      assertEquals(expected, worst.gradient());
    }
    GradientCheck sample = GradientCheck.sample(network, rows, loss, 4, 1);
    assertTrue(sample.isGood(), sample::toString);
  }

  private static void scale(Object array, double factor) {
    float[] values = (float[]) array;
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (values[i] * factor);
    }
  }

  private static GradientCheck check(Backend backend, Activation hidden) {
    return GradientCheck.of(
        network(hidden, Activation.SOFTMAX, backend), features(), targets(Loss.CROSS_ENTROPY));
  }

  /** One per cent, in a delta: that layer and those below. */
  @ParameterizedTest
  @MethodSource("hidden")
  void aWrongDerivativeIsFoundInItsLayer(Activation hidden) {
    // Layer 3 propagates to layer 2, layer 2 to layer 1.
    GradientCheck second = check(new Faulty("backward", 3, a -> scale(a[8], 1.01)), hidden);
    assertFalse(second.isGood());
    assertEquals(OptionalInt.of(2), second.lastWrongLayer(), second::toString);
    assertEquals(0, second.layers().get(2).wrong());
    assertTrue(second.layers().get(0).wrong() > 0, second::toString);

    GradientCheck first = check(new Faulty("backward", 4, a -> scale(a[8], 1.01)), hidden);
    assertEquals(OptionalInt.of(1), first.lastWrongLayer(), first::toString);
    // Every slope that is not 0 is wrong by 1 in 101 at most, and nothing hides it.
    assertEquals(0.01 / 1.01, first.greatestRelativeError(), 1e-4);
    assertEquals(1, first.worst().orElseThrow().layer());
  }

  /** The bound of rounding does not grow with width and depth until it hides everything. */
  @ParameterizedTest
  @MethodSource("hidden")
  void aWrongDerivativeIsFoundInWideAndDeepNetworks(Activation hidden) {
    Architecture architecture =
        Architecture.input(20)
            .dense(150, hidden)
            .dense(60, hidden)
            .dense(40, hidden)
            .dense(3, Activation.SOFTMAX);
    float[][] x = uniform(ROWS, 20, 2, 1);
    float[][] y = targets(Loss.CROSS_ENTROPY);

    GradientCheck good =
        GradientCheck.sample(
            Network.initialize(architecture, 1, BACKEND), x, y, Loss.CROSS_ENTROPY, 25, 1);
    GradientCheck wrong =
        GradientCheck.sample(
            Network.initialize(architecture, 1, new Faulty("backward", 3, a -> scale(a[8], 1.01))),
            x,
            y,
            Loss.CROSS_ENTROPY,
            25,
            1);

    assertTrue(good.isGood(), good::toString);
    assertEquals(OptionalInt.of(3), wrong.lastWrongLayer(), wrong::toString);
    for (GradientCheck.Layer layer : wrong.layers().subList(0, 3)) {
      assertTrue(layer.vague() <= layer.checked() / 5, wrong::toString);
      // Some neurons of ReLU are dead on so few rows.
      assertTrue(layer.wrong() > layer.checked() / 4, wrong::toString);
    }
  }

  static Stream<Activation> hidden() {
    return Stream.of(Activation.values()).filter(hidden -> hidden != Activation.SOFTMAX);
  }

  /** One weight of 28, by a thousandth; a bias; a gradient that is not a number. */
  @Test
  void aSingleWrongElementIsFound() {
    GradientCheck weight =
        check(
            new Faulty("gradient", 4, a -> ((float[]) a[7])[2 * 7 + 5] *= 1.001f), Activation.TANH);
    GradientCheck.Parameter worst = weight.worst().orElseThrow();
    assertEquals(List.of(2, 2, 5), List.of(worst.layer(), worst.neuron(), worst.input()));
    assertEquals("W[2][5]", worst.name());
    assertEquals(0.001 / 1.001, worst.relativeError(), 1e-5);
    assertEquals(1.001, worst.gradient() / worst.slope(), 1e-5);
    assertEquals(1, weight.layers().get(1).wrong());
    assertEquals(OptionalInt.of(2), weight.lastWrongLayer());

    GradientCheck bias =
        check(new Faulty("gradient", 3, a -> ((float[]) a[8])[1] = 0), Activation.TANH);
    assertEquals("b[1]", bias.worst().orElseThrow().name());
    assertEquals(1, bias.greatestRelativeError());
    assertEquals(OptionalInt.of(3), bias.lastWrongLayer());

    GradientCheck nan =
        check(new Faulty("gradient", 7, a -> ((float[]) a[7])[3] = Float.NaN), Activation.TANH);
    assertFalse(nan.isGood());
    assertEquals("W[0][3]", nan.worst().orElseThrow().name());
    assertEquals(Double.POSITIVE_INFINITY, nan.greatestRelativeError());
  }

  /** A delta of the output without its derivative: everything is wrong, from the last layer on. */
  @Test
  void aWrongOutputDeltaIsFoundInTheLastLayer() {
    Network network =
        network(
            Activation.TANH,
            Activation.SIGMOID,
            new Faulty("outputLoss", 0, a -> scale(a[11], 1.01)));

    GradientCheck check =
        GradientCheck.of(network, features(), targets(Loss.HUBER), Loss.SQUARED_ERROR);

    assertEquals(OptionalInt.of(3), check.lastWrongLayer(), check::toString);
    for (GradientCheck.Layer layer : check.layers()) {
      assertTrue(layer.wrong() > layer.checked() * 9 / 10, check::toString);
    }
  }

  /** One input of 1, weight 0, bias 0: z stands on the kink, whichever way a parameter goes. */
  @Test
  void parametersOnAKinkAreSkipped() {
    Network network =
        Network.initialize(
            Architecture.input(2).dense(1, Activation.RELU).dense(1, Activation.IDENTITY),
            1,
            BACKEND);
    network.setParameters(1, new float[][] {{0, 0}}, new float[] {0});
    network.setParameters(2, new float[][] {{1}}, new float[] {0});

    GradientCheck check = GradientCheck.of(network, new float[][] {{1, 0}}, new float[][] {{1}});

    // The second weight has an input of 0 and a slope of 0; the other and the bias are on the kink.
    assertEquals(
        new GradientCheck.Layer(1, 1, 2, 0, 0, check.layers().get(0).worst()),
        check.layers().get(0));
    assertEquals("W[0][1]", check.layers().get(0).worst().orElseThrow().name());
    assertTrue(check.isGood());

    GradientCheck one =
        GradientCheck.of(
            narrow(0, 0), new float[][] {{1}}, new float[][] {{1}}, Loss.SQUARED_ERROR);
    assertEquals(2, one.layers().get(0).skipped());
    assertFalse(one.isGood(), "nothing of layer 1 was checked");
    assertEquals(OptionalInt.empty(), one.lastWrongLayer());
    assertTrue(one.toString().contains("unknown"), one::toString);
  }

  /** 1-1-1, ReLU and identity. */
  private static Network narrow(float weight, float bias) {
    Network network =
        Network.initialize(
            Architecture.input(1).dense(1, Activation.RELU).dense(1, Activation.IDENTITY),
            1,
            BACKEND);
    network.setParameters(1, new float[][] {{weight}}, new float[] {bias});
    network.setParameters(2, new float[][] {{1}}, new float[] {0});
    return network;
  }

  /**
   * The first step, 2^-10, crosses the kink. From 2^-24 it is so near that the differences of two
   * steps agree, on the mean of both sides: only a look at the sides tells.
   */
  @Test
  void aSmallerStepStaysOnOneSide() {
    for (float w : new float[] {0x1p-14f, 0x1p-24f}) {
      GradientCheck check =
          GradientCheck.of(narrow(w, 0), new float[][] {{1}}, new float[][] {{1}});

      assertEquals(0, check.layers().get(0).skipped());
      assertTrue(check.isGood(), check::toString);
      // J = (w - 1)^2 / 2
      assertEquals(w - 1, check.layers().get(0).worst().orElseThrow().slope(), 1e-7);
    }
  }

  /** {@code J = (lambda w - 1)^2 / 2} on the right side of 0, with alpha on the left. */
  @Test
  void theKinkOfSeluIsOne() {
    Network network =
        Network.initialize(Architecture.input(1).dense(1, Activation.SELU), 1, BACKEND);
    network.setParameters(1, new float[][] {{0x1p-24f}}, new float[] {0});

    GradientCheck check = GradientCheck.of(network, new float[][] {{1}}, new float[][] {{1}});

    assertTrue(check.isGood(), check::toString);
    assertEquals(0, check.layers().get(0).skipped());
    assertEquals(-1.0507009873554805, check.worst().orElseThrow().slope(), 1e-6);
  }

  /**
   * J = (tanh(w x) - y)^2 / 2 has the slope (a - y) (1 - a^2) x. Three points would be off by h^2 /
   * 6 times the third derivative, 1e-7; and a step of 2^-10 times 1000 is none at all.
   */
  @Test
  void slopesAreThoseOfTheFormula() {
    for (float x : new float[] {1, 1000}) {
      float w = 0.5f / x;
      Network network =
          Network.initialize(Architecture.input(1).dense(1, Activation.TANH), 1, BACKEND);
      network.setParameters(1, new float[][] {{w}}, new float[] {0});
      double a = StrictMath.tanh((double) w * x);
      double expected = (a + 0.25) * (1 - a * a) * x;
      DoubleNetwork cost =
          new DoubleNetwork(
              network, new float[][] {{x}}, new float[][] {{-0.25f}}, ones(1), Loss.SQUARED_ERROR);

      Findings findings = new Findings(1, cost, new RoundingErrors(cost));
      findings.add(0, 0, 0);

      double slope = findings.layer().worst().orElseThrow().slope();
      // Five points: h^4 / 30 times the fifth derivative, 2e-10 of the slope for h x = 0.06.
      assertEquals(expected, slope, expected * 1e-9, "x = " + x);
    }
  }

  /**
   * z = 333.333343505859375 * 3 - 1000 = 2^-15, but 3 w lies halfway between two floats, and the
   * even one is 1000: the float network is on the kink, and its gradient of layer 1 is 0.
   */
  @Test
  void aKinkWithinFloatRoundingIsNoError() {
    Network network = narrow(333.33334f, -1000);
    float[][] x = {{3}};
    float[][] y = {{7}};
    assertEquals(0, network.gradients(x, y).weights(1)[0][0]);

    GradientCheck check = GradientCheck.of(network, x, y);

    assertEquals(OptionalInt.empty(), check.lastWrongLayer(), check::toString);
    assertEquals(2, check.layers().get(0).skipped());
    assertEquals(2, check.layers().get(1).checked());
  }

  /** Beside such a row others count: what is wrong by more than it explains is found. */
  @Test
  void aKinkWithinFloatRoundingHidesLittle() {
    float[][] x = {{3}, {400}};
    float[][] y = {{7}, {7}};
    Network faulty =
        narrow(333.33334f, -1000).on(new Faulty("gradient", 1, a -> ((float[]) a[7])[0] *= 1.01f));

    GradientCheck check = GradientCheck.of(faulty, x, y);

    assertEquals(1, check.layers().get(0).wrong(), check::toString);
  }

  @Test
  void hubersThresholdIsAKink() {
    Network network =
        Network.initialize(Architecture.input(1).dense(1, Activation.IDENTITY), 1, BACKEND);
    network.setParameters(1, new float[][] {{2}}, new float[] {0});

    GradientCheck check =
        GradientCheck.of(network, new float[][] {{1}}, new float[][] {{1}}, Loss.HUBER);

    assertEquals(2, check.layers().get(0).skipped());
  }

  /** What people really have: pixels of 0 to 255, and prices. */
  @ParameterizedTest
  @MethodSource("hidden")
  void unscaledDataIsNoError(Activation hidden) {
    Network network =
        Network.initialize(
            Architecture.input(6).dense(5, hidden).dense(2, Activation.IDENTITY), 7, BACKEND);

    GradientCheck check =
        GradientCheck.of(network, uniform(12, 6, 255, 3), uniform(12, 2, 300_000, 4));

    assertEquals(OptionalInt.empty(), check.lastWrongLayer(), check::toString);
  }

  /**
   * The cost is 5e15, whose last place is 1, and the slope of W[0][0] is 0.0005: no step shows it.
   * The report says so, and does not call it an error.
   */
  @Test
  void slopesBelowTheRoundingOfTheCostAreVague() {
    Network network =
        Network.initialize(Architecture.input(1).dense(2, Activation.IDENTITY), 1, BACKEND);
    network.setParameters(1, new float[][] {{0.5f}, {0.25f}}, new float[] {0.1f, 0.3f});

    GradientCheck check =
        GradientCheck.of(network, new float[][] {{0.001f}}, new float[][] {{-0.4f, 1e8f}});

    GradientCheck.Layer layer = check.layers().get(0);
    assertEquals(List.of(4L, 0L, 0L), List.of(layer.checked(), layer.skipped(), layer.wrong()));
    assertEquals(3, layer.vague(), "all but b[1], whose slope is 1e8");
  }

  /** Small deltas that are the differences of outputs and targets much larger. */
  @Test
  void aTrainedNetworkIsNoError() {
    float[][] x = uniform(20, 3, 1, 5);
    float[][] y = new float[20][1];
    for (int i = 0; i < 20; i++) {
      y[i][0] = x[i][0] - 2 * x[i][1] + 3;
    }
    Network network =
        Network.initialize(
            Architecture.input(3).dense(4, Activation.IDENTITY).dense(1, Activation.IDENTITY),
            1,
            BACKEND);
    Trainer trainer = Trainer.builder().optimizer(Sgd.of(0.1)).batchSize(20).epochs(3000).build();
    trainer.fit(network, Dataset.of(x, y));

    GradientCheck check = GradientCheck.of(network, x, y);

    assertTrue(check.isGood(), check::toString);
    assertTrue(Math.abs(check.worst().orElseThrow().slope()) < 1e-4, check::toString);
    assertTrue(check.layers().get(0).vague() > 8, check::toString);
  }

  /** Targets may add up to 1 roughly, for which delta = a - y is the gradient roughly. */
  @Test
  void roughDistributionsAreNoError() {
    float[][] y = new float[ROWS][];
    for (int i = 0; i < ROWS; i++) {
      y[i] = new float[] {0.3f, 0.3f, 0.4005f};
    }
    Network network = network(Activation.TANH, Activation.SOFTMAX, BACKEND);

    GradientCheck check = GradientCheck.of(network, features(), y);

    assertTrue(check.isGood(), check::toString);
  }

  @Test
  void aSampleIsDecidedByItsSeed() {
    Network network = network(Activation.TANH, Activation.SOFTMAX, BACKEND);
    float[][] y = targets(Loss.CROSS_ENTROPY);

    GradientCheck sample = GradientCheck.sample(network, features(), y, Loss.CROSS_ENTROPY, 6, 11);

    // 6 weights and 6 biases, where there are so many.
    assertEquals(List.of(12L, 10L, 9L), numbers(sample, true));
    String same =
        GradientCheck.sample(network, features(), y, Loss.CROSS_ENTROPY, 6, 11).toString();
    assertEquals(sample.toString(), same);
    String other =
        GradientCheck.sample(network, features(), y, Loss.CROSS_ENTROPY, 6, 13).toString();
    assertNotEquals(sample.toString(), other);
    assertEquals(
        GradientCheck.of(network, features(), y).toString(),
        GradientCheck.sample(network, features(), y, Loss.CROSS_ENTROPY, 1000, 1).toString());
  }

  /** Each weight is chosen about as often as another: 4 of 28, of 700 seeds 100 times. */
  @Test
  void everyParameterMayBeChosen() {
    int[] counts = new int[28];
    for (long seed = 0; seed < 700; seed++) {
      long[] chosen = GradientCheck.chosen(28, OptionalInt.of(4), seed, 1001, 2).toArray();
      assertEquals(4, chosen.length);
      for (int i = 0; i < 4; i++) {
        assertTrue(i == 0 || chosen[i] > chosen[i - 1]);
        counts[(int) chosen[i]]++;
      }
    }
    for (int count : counts) {
      // Binomial, deviation sqrt(700 / 7 * 6 / 7) = 9.3: five of them.
      assertEquals(100, count, 47);
    }
  }

  @Test
  void rowsOfADataSetAreABatch() {
    Network network = network(Activation.TANH, Activation.IDENTITY, BACKEND);
    float[][] y = targets(Loss.SQUARED_ERROR);
    Dataset data = Dataset.of(features(), y);

    assertEquals(
        GradientCheck.of(network, features(), y).toString(),
        GradientCheck.of(network, data).toString());
    assertEquals(
        GradientCheck.of(network, features(), y, Loss.HUBER).toString(),
        GradientCheck.of(network, data, Loss.HUBER).toString());
    assertEquals(
        GradientCheck.sample(network, features(), y, Loss.HUBER, 2, 5).toString(),
        GradientCheck.sample(network, data, Loss.HUBER, 2, 5).toString());
  }

  @Test
  void theNetworkIsNotChanged() {
    Network network = network(Activation.RELU, Activation.SOFTMAX, BACKEND);
    Network before = network.copy();

    GradientCheck.of(network, features(), targets(Loss.CROSS_ENTROPY));

    for (int l = 1; l <= 3; l++) {
      assertArrayEquals(before.weights(l), network.weights(l));
      assertArrayEquals(before.bias(l), network.bias(l));
    }
  }

  @Test
  void theTextSaysWhatIsWrong() {
    String good = check(BACKEND, Activation.TANH).toString();
    assertTrue(good.startsWith("gradient check of 5-7 tanh-4 tanh-3 softmax by plain"), good);
    assertTrue(
        good.lines().findFirst().orElseThrow().endsWith("CROSS_ENTROPY, 9 rows: good"), good);
    assertEquals(5, good.lines().count());
    String wrong =
        check(new Faulty("backward", 3, a -> scale(a[8], 2)), Activation.TANH).toString();
    assertTrue(wrong.contains("WRONG, the last layer that is wrong is 2"), wrong);
    GradientCheck.Parameter parameter =
        new GradientCheck.Parameter(2, 3, GradientCheck.BIAS, 0.5, 0.25, 0.5);
    assertEquals(
        "layer 2, b[3]: gradient 0.5, slope 0.25, relative error 0.5", parameter.toString());
    assertFalse(parameter.isGood());
  }

  private static void refused(Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }

  @Test
  void badArgumentsAreRefused() {
    Network network = network(Activation.TANH, Activation.SOFTMAX, BACKEND);
    float[][] x = features();
    float[][] y = targets(Loss.CROSS_ENTROPY);
    Dataset data = Dataset.of(x, y);
    refused(() -> GradientCheck.of(network, new float[0][], new float[0][]), "0 rows");
    refused(() -> GradientCheck.of(network, x, new float[2][3]), "9 rows", "2");
    refused(() -> GradientCheck.of(network, new float[9][4], y), "x[0]", "4", "5");
    refused(() -> GradientCheck.of(network, x, new float[9][3]), "add up to 0");
    refused(() -> GradientCheck.of(network, x, y, Loss.LOG_LOSS), "LOG_LOSS", "CROSS_ENTROPY");
    refused(
        () -> GradientCheck.of(network, Dataset.of(new float[2][4], new float[2][3])),
        "data",
        "4 features",
        "5 and 3");
    refused(() -> GradientCheck.sample(network, x, y, Loss.CROSS_ENTROPY, 0, 1), "count = 0", "1");
    refused(() -> GradientCheck.sample(network, data, Loss.CROSS_ENTROPY, -1, 1), "count = -1");
    float[][] broken = features();
    broken[4][2] = Float.NaN;
    refused(() -> GradientCheck.of(network, broken, y), "x, row 4, column 2", "NaN", "finite");
    assertThrows(NullPointerException.class, () -> GradientCheck.of(null, x, y));
    assertThrows(NullPointerException.class, () -> GradientCheck.of(network, null, y));
    assertThrows(NullPointerException.class, () -> GradientCheck.of(network, x, null));
    assertThrows(NullPointerException.class, () -> GradientCheck.of(network, x, y, null));
    assertThrows(NullPointerException.class, () -> GradientCheck.of(network, (Dataset) null));
  }

  /** Steps that diverge leave such weights. */
  @Test
  void parametersThatAreNotFiniteAreRefused() {
    Network network =
        Network.initialize(Architecture.input(1).dense(1, Activation.IDENTITY), 1, BACKEND);
    float[] x = {1e25f};
    Backpropagation steps = new Backpropagation(network, Loss.SQUARED_ERROR, 1, Workers.caller());
    for (int i = 0; i < 4; i++) {
      steps.step(1, x, new float[1], new UpdateRule.GradientDescent(3e38f, 0));
    }
    Dataset data = Dataset.of(new float[][] {x}, new float[1][1]);

    refused(() -> GradientCheck.of(network, data), "weights of layer 1, row 0, column 0", "finite");
  }
}
