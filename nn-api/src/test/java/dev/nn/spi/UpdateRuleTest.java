package dev.nn.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class UpdateRuleTest {
  @Test
  void biasesDoNotDecay() {
    UpdateRule rule = new UpdateRule.GradientDescent(0.5f, 0.1f);
    assertEquals(new UpdateRule.GradientDescent(0.5f, 0), rule.forBias());
    UpdateRule plain = new UpdateRule.GradientDescent(0.5f, 0);
    assertSame(plain, plain.forBias());
  }

  @Test
  void factorsAreFiniteAndNotNegative() {
    new UpdateRule.GradientDescent(0, 0);
    new UpdateRule.GradientDescent(Float.MAX_VALUE, Float.MAX_VALUE);
    for (float bad : new float[] {-0.1f, Float.NaN, Float.POSITIVE_INFINITY}) {
      String rate =
          assertThrows(IllegalArgumentException.class, () -> new UpdateRule.GradientDescent(bad, 0))
              .getMessage();
      assertTrue(rate.contains("learningRate") && rate.contains("" + bad), rate);
      String decay =
          assertThrows(IllegalArgumentException.class, () -> new UpdateRule.GradientDescent(0, bad))
              .getMessage();
      assertTrue(decay.contains("l2") && decay.contains("" + bad), decay);
    }
  }

  @Test
  void momentumAndBetasAreBelowOne() {
    new UpdateRule.Momentum(0.1f, 0, 0);
    new UpdateRule.Adam(0.1, 0, 0, 1e-8, 0);
    for (double bad : new double[] {1, 1 - 1e-12, -0.1, Double.NaN}) {
      refuses("momentum", () -> new UpdateRule.Momentum(0.1f, (float) bad, 0));
      refuses("beta1", () -> new UpdateRule.Adam(0.1, bad, 0.9, 1e-8, 0));
      refuses("beta2", () -> new UpdateRule.Adam(0.1, 0.9, bad, 1e-8, 0));
    }
    refuses("epsilon", () -> new UpdateRule.Adam(0.1, 0.9, 0.9, 0, 0));
    refuses("epsilon", () -> new UpdateRule.Adam(0.1, 0.9, 0.9, 1e-60, 0));
    refuses("learningRate", () -> new UpdateRule.Adam(1e60, 0.9, 0.9, 1e-8, 0));
    refuses("l2", () -> new UpdateRule.Momentum(0.1f, 0.9f, -1));
  }

  @Test
  void theFirstStepOfAdamIsCorrectedForItsStart() {
    UpdateRule.Adam rule = new UpdateRule.Adam(0.01, 0.9, 0.999, 1e-8, 0.5f);
    // alpha sqrt(1 - 0.999) / (1 - 0.9) and epsilon sqrt(1 - 0.999), by hand
    assertEquals(0.00316227766, rule.learningRate(1), 1e-9);
    assertEquals(3.16227766e-10, rule.epsilon(1), 1e-16);
    assertEquals(0.01f, rule.learningRate(100_000));
    assertEquals(1e-8f, rule.epsilon(100_000));
    assertEquals(new UpdateRule.Adam(0.01, 0.9, 0.999, 1e-8, 0), rule.forBias());
  }

  private static void refuses(String what, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(what), message);
  }
}
