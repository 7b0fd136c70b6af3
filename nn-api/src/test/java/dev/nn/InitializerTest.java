package dev.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitializerTest {
  private static final int OUTPUTS = 150;
  private static final int INPUTS = 90;

  private static float[] weights(Initializer initializer, int outputs, int inputs, long seed) {
    float[] weights = new float[outputs * inputs];
    Arrays.fill(weights, Float.NaN);
    initializer.initialize(weights, outputs, inputs, new Philox(seed, Philox.INITIALIZE, 1));
    return weights;
  }

  /** Each random initializer with its standard deviation for 150 outputs and 90 inputs. */
  static Stream<Arguments> deviations() {
    return Stream.of(
        Arguments.of(Initializer.normal(), 0.01),
        Arguments.of(Initializer.normal(2.5), 2.5),
        Arguments.of(Initializer.xavier(), Math.sqrt(2.0 / (150 + 90))),
        Arguments.of(Initializer.he(), Math.sqrt(2.0 / 90)));
  }

  /**
   * Mean 0, the deviation that the lecture gives, and the shape of a normal distribution.
   *
   * <p>With n values the mean is off by sigma / sqrt(n), the deviation by sigma / sqrt(2n); five
   * times that is allowed. The Kolmogorov-Smirnov test would refuse one true normal sample in a
   * thousand.
   */
  @ParameterizedTest
  @MethodSource("deviations")
  void randomWeightsAreNormal(Initializer initializer, double deviation) {
    for (long seed : new long[] {1, 2, -3}) {
      DescriptiveStatistics statistics = new DescriptiveStatistics();
      for (float w : weights(initializer, OUTPUTS, INPUTS, seed)) {
        statistics.addValue(w);
      }
      double n = statistics.getN();
      assertEquals(0, statistics.getMean(), 5 * deviation / Math.sqrt(n));
      assertEquals(deviation, statistics.getStandardDeviation(), 5 * deviation / Math.sqrt(2 * n));
      double likelihood =
          new KolmogorovSmirnovTest()
              .kolmogorovSmirnovTest(
                  new NormalDistribution(0, deviation), statistics.getValues(), false);
      assertTrue(likelihood > 0.001, () -> initializer + ": p = " + likelihood);
      // A deviation that is 5 % off would not pass.
      double unlikely =
          new KolmogorovSmirnovTest()
              .kolmogorovSmirnovTest(
                  new NormalDistribution(0, 1.1 * deviation), statistics.getValues(), false);
      assertTrue(unlikely < 0.01, () -> "the test is blind: p = " + unlikely);
    }
  }

  @ParameterizedTest
  @MethodSource("deviations")
  void theSameSeedGivesTheSameBits(Initializer initializer, double deviation) {
    float[] weights = weights(initializer, OUTPUTS, INPUTS, 4);
    assertArrayEquals(weights, weights(initializer, OUTPUTS, INPUTS, 4));
    assertFalse(Arrays.equals(weights, weights(initializer, OUTPUTS, INPUTS, 5)));
    // A value depends on its index only, so a longer layer of the same deviation begins alike.
    double own = deviation;
    float[] few = weights(Initializer.normal(own), 2, 3, 4);
    float[] many = weights(Initializer.normal(own), 20, 30, 4);
    assertArrayEquals(few, Arrays.copyOf(many, 6));
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, 0.5f, -3f})
  void constantsAreConstant(float value) {
    float[] expected = new float[12];
    Arrays.fill(expected, value);
    assertArrayEquals(expected, weights(Initializer.constant(value), 3, 4, 1));
    assertArrayEquals(new float[12], weights(Initializer.zeros(), 3, 4, 1));
  }

  @Test
  void deviationsDependOnTheShape() {
    assertNotEquals(
        weights(Initializer.xavier(), 10, 20, 1)[0], weights(Initializer.xavier(), 10, 40, 1)[0]);
    assertNotEquals(
        weights(Initializer.xavier(), 10, 20, 1)[0], weights(Initializer.xavier(), 30, 20, 1)[0]);
    assertEquals(weights(Initializer.he(), 10, 20, 1)[0], weights(Initializer.he(), 30, 20, 1)[0]);
    // He and Xavier are the same for as many outputs as inputs, up to He's factor sqrt(2).
    assertEquals(
        Math.sqrt(2),
        weights(Initializer.he(), 9, 9, 1)[0] / weights(Initializer.xavier(), 9, 9, 1)[0],
        1e-6);
  }

  @Test
  void initializersCompareAndPrint() {
    assertEquals(Initializer.normal(), Initializer.normal(0.01));
    assertEquals(Initializer.zeros(), Initializer.constant(0));
    assertNotEquals(Initializer.xavier(), Initializer.he());
    assertTrue(Initializer.normal(0.25).toString().contains("0.25"));
    for (Activation activation : Activation.values()) {
      assertEquals(
          Set.of("RELU", "LEAKY_RELU", "ELU", "SOFTPLUS", "SILU", "GELU", "GELU_TANH")
                  .contains(activation.name())
              ? Initializer.he()
              : Initializer.xavier(),
          Initializer.matching(activation));
    }
  }

  @Test
  void impossibleValuesAreRefused() {
    for (double bad : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Initializer.normal(bad)).getMessage();
      assertTrue(message.contains("standardDeviation") && message.contains("" + bad), message);
    }
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Initializer.constant(bad))
              .getMessage();
      assertTrue(message.contains("finite") && message.contains("" + bad), message);
    }
  }
}
