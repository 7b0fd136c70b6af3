package dev.nn.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.CustomLoss;
import dev.nn.Network;
import dev.nn.contract.CustomLosses;
import dev.nn.contract.PlainBackend;
import dev.nn.spi.Backend;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradient check of losses that only their application knows. */
class CustomLossCheckTest {
  private static final Backend BACKEND = PlainBackend.alone();

  private static float[][] uniform(int rows, int columns, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) (2 * random.nextDouble() - 1);
      }
    }
    return values;
  }

  private static Network network(Activation output) {
    return Network.initialize(
        Architecture.input(5).dense(7, Activation.TANH).dense(3, output), 3, BACKEND);
  }

  /** {@code yHat = w x}. */
  private static Network line(float w) {
    Network network =
        Network.initialize(Architecture.input(1).dense(1, Activation.IDENTITY), 1, BACKEND);
    network.setParameters(1, new float[][] {{w}}, new float[] {0});
    return network;
  }

  /** Another gradient for the same loss. */
  private static CustomLoss spoiled(CustomLoss loss, double factor) {
    return new CustomLoss(
        "spoiled",
        (yHat, y, gradient) -> {
          double value = loss.function().loss(yHat, y, gradient);
          for (int j = 0; j < gradient.length; j++) {
            gradient[j] *= factor;
          }
          return value;
        });
  }

  /** With so many rows each step crosses the kink of some of them. */
  @ParameterizedTest
  @EnumSource
  void aLossWithAKinkIsGoodOrWrong(Activation output) {
    float[][] x = uniform(100, 5, 1);
    float[][] y = uniform(100, 3, 2);
    Network network = network(output);
    CustomLoss pinball = CustomLosses.pinball(0.8);

    GradientCheck right = GradientCheck.of(network, x, y, pinball);
    GradientCheck wrong = GradientCheck.of(network, x, y, spoiled(pinball, 1.001));

    assertTrue(right.isGood(), right::toString);
    for (GradientCheck.Layer layer : right.layers()) {
      assertTrue(layer.skipped() * 10 <= layer.checked(), right::toString);
    }
    assertEquals(2, wrong.lastWrongLayer().orElseThrow(), wrong::toString);
    for (GradientCheck.Layer layer : wrong.layers()) {
      assertTrue(layer.wrong() * 2 > layer.checked(), wrong::toString);
    }
  }

  /**
   * An error of 2^-24 is so near to the kink that the differences of two steps agree, on the mean
   * of both sides: only a look at the sides tells.
   */
  @ParameterizedTest
  @ValueSource(floats = {0x1p-14f, 0x1p-24f, -0x1p-24f})
  void aSmallerStepStaysOnOneSide(float w) {
    GradientCheck check =
        GradientCheck.of(
            line(w), new float[][] {{1}}, new float[][] {{0}}, CustomLosses.pinball(0.8));

    assertTrue(check.isGood(), check::toString);
    assertEquals(2, check.layers().get(0).checked(), check::toString);
    assertEquals(w > 0 ? 0.2 : -0.8, check.layers().get(0).worst().orElseThrow().slope(), 1e-7);
  }

  /** Either slope is right where there is no error. */
  @Test
  void parametersOnAKinkAreSkipped() {
    GradientCheck check =
        GradientCheck.of(
            line(0.5f), new float[][] {{1}}, new float[][] {{0.5f}}, CustomLosses.pinball(0.8));

    assertEquals(2, check.layers().get(0).skipped(), check::toString);
    assertFalse(check.isGood());
  }

  /** Float rounds the bias away and is on the kink, on its other side: that is not wrong. */
  @Test
  void aKinkWithinRoundingIsNotWrong() {
    Network network = line(64);
    network.setParameters(1, network.weights(1), new float[] {-0.9f * 0x1p-19f});

    GradientCheck check =
        GradientCheck.of(
            network, new float[][] {{1}}, new float[][] {{64}}, CustomLosses.pinball(0.8));

    assertEquals(1, check.layers().get(0).checked(), check::toString);
    assertEquals(0, check.layers().get(0).wrong(), check::toString);
    assertEquals(0.2, check.worst().orElseThrow().gradient(), 1e-7);
    assertEquals(-0.8, check.worst().orElseThrow().slope(), 1e-7);
  }

  /** A gradient that is not a number hides nothing of the others. */
  @ParameterizedTest
  @EnumSource(names = {"IDENTITY", "SIGMOID", "SOFTMAX"})
  void anUnwrittenGradientIsFound(Activation output) {
    CustomLoss unwritten =
        new CustomLoss("unwritten", (yHat, y, gradient) -> (yHat[0] - y[0]) * (yHat[0] - y[0]) / 2);

    GradientCheck check =
        GradientCheck.of(network(output), uniform(4, 5, 1), uniform(4, 3, 2), unwritten);

    assertFalse(check.isGood());
    assertEquals(Double.POSITIVE_INFINITY, check.greatestRelativeError());
    for (GradientCheck.Layer layer : check.layers()) {
      assertEquals(layer.checked(), layer.wrong(), check::toString);
      assertEquals(0, layer.skipped());
    }
  }

  /** A function may spoil what it is given. */
  @Test
  void theNetworkOfTheCheckIsNotTheFunctions() {
    CustomLoss spoiling =
        new CustomLoss(
            "spoiling",
            (yHat, y, gradient) -> {
              double loss = CustomLosses.SQUARED_ERROR.function().loss(yHat, y, gradient);
              yHat[0] = 1e9;
              y[1] = -1e9;
              return loss;
            });

    Network network = network(Activation.SOFTMAX);
    float[][] x = uniform(4, 5, 1);
    float[][] y = uniform(4, 3, 2);
    assertEquals(
        GradientCheck.of(network, x, y, CustomLosses.SQUARED_ERROR).layers(),
        GradientCheck.of(network, x, y, spoiling).layers());
  }

  /** The bound of rounding follows the derivative of the output, and so hides nothing. */
  @ParameterizedTest
  @EnumSource(names = {"SIGMOID", "TANH", "SOFTMAX"})
  void littleIsVagueWhereOutputsSaturate(Activation output) {
    Network network = scaled(network(output), 20);
    float[][] x = uniform(12, 5, 4);
    float[][] y = uniform(12, 3, 5);

    GradientCheck check = GradientCheck.of(network, x, y, CustomLosses.SQUARED_ERROR);

    assertTrue(check.isGood(), check::toString);
    for (GradientCheck.Layer layer : check.layers()) {
      assertTrue(layer.vague() * 5 <= layer.checked(), check::toString);
    }
  }

  /** The weights of the last layer times a factor. */
  private static Network scaled(Network network, float factor) {
    float[][] weights = network.weights(2);
    for (float[] row : weights) {
      for (int k = 0; k < row.length; k++) {
        row[k] *= factor;
      }
    }
    network.setParameters(2, weights, network.bias(2));
    return network;
  }

  /** Losses of probabilities near 0 and 1, whose gradients are large. */
  @Test
  void logarithmsOfSmallProbabilitiesAreGood() {
    Network network = scaled(network(Activation.SOFTMAX), 8);
    float[][] y = new float[12][3];
    for (int i = 0; i < y.length; i++) {
      y[i][i % 3] = 1;
    }
    for (CustomLoss loss : new CustomLoss[] {CustomLosses.CROSS_ENTROPY, CustomLosses.focal(2)}) {
      GradientCheck check = GradientCheck.of(network, uniform(12, 5, 4), y, loss);
      assertTrue(check.isGood(), check::toString);
      for (GradientCheck.Layer layer : check.layers()) {
        assertTrue(layer.vague() * 5 <= layer.checked(), check::toString);
      }
      GradientCheck wrong = GradientCheck.of(network, uniform(12, 5, 4), y, spoiled(loss, 1.001));
      assertFalse(wrong.isGood(), wrong::toString);
    }
  }
}
