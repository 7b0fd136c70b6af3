package dev.nn.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class UpdateRuleTest {
  @Test
  void biasesDoNotDecay() {
    UpdateRule rule = new UpdateRule.GradientDescent(0.5f, 0.1f);
    assertEquals(new UpdateRule.GradientDescent(0.5f, 0), rule.forBias());
    assertEquals(
        new UpdateRule.Nesterov(0.5f, 0.9f, 0), new UpdateRule.Nesterov(0.5f, 0.9f, 1).forBias());
    assertEquals(
        new UpdateRule.Adagrad(0.5f, 0.1f, 0), new UpdateRule.Adagrad(0.5f, 0.1f, 1).forBias());
    assertEquals(
        new UpdateRule.RmsProp(0.5f, 0.9, 0.1f, 0),
        new UpdateRule.RmsProp(0.5f, 0.9, 0.1f, 1).forBias());
    UpdateRule decoupled = new UpdateRule.AdamW(0.5, 0.9, 0.99, 0.1, 0, 0);
    assertEquals(decoupled, new UpdateRule.AdamW(0.5, 0.9, 0.99, 0.1, 2, 0).forBias());
    assertEquals(decoupled, new UpdateRule.AdamW(0.5, 0.9, 0.99, 0.1, 0, 1).forBias());
    for (UpdateRule plain :
        List.of(
            new UpdateRule.GradientDescent(0.5f, 0),
            new UpdateRule.Nesterov(0.5f, 0.9f, 0),
            new UpdateRule.Adagrad(0.5f, 0.1f, 0),
            new UpdateRule.RmsProp(0.5f, 0.9, 0.1f, 0),
            decoupled)) {
      assertSame(plain, plain.forBias());
    }
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
    // Greater than 0 as a float, but not times sqrt(1 - beta2), the epsilon of the first step.
    refuses("sqrt(1 - beta2)", () -> new UpdateRule.Adam(0.1, 0.9, 0.999, 1e-44, 0));
    refuses("sqrt(1 - beta2)", () -> new UpdateRule.AdamW(0.1, 0.9, 0.999, 1e-44, 0, 0));
    new UpdateRule.Adam(0.1, 0.9, 0.999, 1e-43, 0);
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

  @Test
  void theOtherRulesRefuseBadFactors() {
    new UpdateRule.Nesterov(0, 0, 0);
    new UpdateRule.Adagrad(0, Float.MIN_VALUE, 0);
    new UpdateRule.RmsProp(0, 0, Float.MIN_VALUE, 0);
    new UpdateRule.AdamW(0, 0, 0, 1e-8, 0, 0);
    for (double bad : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      float rounded = (float) bad;
      refuses("learningRate", () -> new UpdateRule.Nesterov(rounded, 0.9f, 0));
      refuses("learningRate", () -> new UpdateRule.Adagrad(rounded, 1e-8f, 0));
      refuses("learningRate", () -> new UpdateRule.RmsProp(rounded, 0.9, 1e-8f, 0));
      refuses("learningRate", () -> new UpdateRule.AdamW(bad, 0.9, 0.9, 1e-8, 0, 0));
      refuses("momentum", () -> new UpdateRule.Nesterov(0.1f, rounded, 0));
      refuses("rho", () -> new UpdateRule.RmsProp(0.1f, bad, 1e-8f, 0));
      refuses("beta1", () -> new UpdateRule.AdamW(0.1, bad, 0.9, 1e-8, 0, 0));
      refuses("beta2", () -> new UpdateRule.AdamW(0.1, 0.9, bad, 1e-8, 0, 0));
      refuses("epsilon", () -> new UpdateRule.Adagrad(0.1f, rounded, 0));
      refuses("epsilon", () -> new UpdateRule.RmsProp(0.1f, 0.9, rounded, 0));
      refuses("epsilon", () -> new UpdateRule.AdamW(0.1, 0.9, 0.9, bad, 0, 0));
      refuses("decay", () -> new UpdateRule.AdamW(0.1, 0.9, 0.9, 1e-8, bad, 0));
      refuses("l2", () -> new UpdateRule.Nesterov(0.1f, 0.9f, rounded));
      refuses("l2", () -> new UpdateRule.Adagrad(0.1f, 1e-8f, rounded));
      refuses("l2", () -> new UpdateRule.RmsProp(0.1f, 0.9, 1e-8f, rounded));
      refuses("l2", () -> new UpdateRule.AdamW(0.1, 0.9, 0.9, 1e-8, 0, rounded));
    }
    refuses("momentum", () -> new UpdateRule.Nesterov(0.1f, 1, 0));
    refuses("rho", () -> new UpdateRule.RmsProp(0.1f, 1 - 1e-12, 1e-8f, 0));
    refuses("epsilon", () -> new UpdateRule.Adagrad(0.1f, 0, 0));
    refuses("epsilon", () -> new UpdateRule.RmsProp(0.1f, 0.9, 0, 0));
    refuses("epsilon", () -> new UpdateRule.AdamW(0.1, 0.9, 0.9, 1e-60, 0, 0));
    refuses("learningRate times decay", () -> new UpdateRule.AdamW(1e30, 0.9, 0.9, 1e-8, 1e30, 0));
  }

  @Test
  void theDecayOfAStepIsRoundedOnceAndNotCorrected() {
    UpdateRule.AdamW rule = new UpdateRule.AdamW(0.1, 0.9, 0.999, 1e-8, 0.3, 0);
    assertEquals(0.03f, rule.decayOfStep());
    // of two rounded factors it would be the next float: 0.1f * 0.3f == 0.030000001f
    assertNotEquals(0.1f * 0.3f, rule.decayOfStep());
    assertEquals(0.0316227766, rule.learningRate(1), 1e-8);
    assertEquals(0.1f, rule.learningRate(100_000));
    assertEquals(3.16227766e-10, rule.epsilon(1), 1e-16);
    assertEquals(1e-8f, rule.epsilon(100_000));
  }

  @Test
  void anAdjustedRuleIsOfTheKindThatItAdjusts() {
    float none = Float.POSITIVE_INFINITY;
    UpdateRule adam = new UpdateRule.Adam(0.1, 0.9, 0.9, 1e-8, 0.5f);
    UpdateRule adjusted = new UpdateRule.Adjusted(adam, 1, 0.1f);
    assertEquals(adam.kind(), adjusted.kind());
    assertEquals(UpdateRule.Adam.class, adjusted.kind());
    assertEquals(2, adjusted.moments());
    assertEquals(0.5f, adjusted.l2());
    assertEquals(new UpdateRule.Adjusted(adam.forBias(), 1, 0), adjusted.forBias());
    assertEquals(adam.forBias(), new UpdateRule.Adjusted(adam, none, 0.1f).forBias());
    UpdateRule momentum = new UpdateRule.Momentum(0.1f, 0.9f, 0);
    UpdateRule clipped = new UpdateRule.Adjusted(momentum, 1, 0);
    assertSame(clipped, clipped.forBias());
    assertEquals(clipped, new UpdateRule.Adjusted(momentum, 1, 2).forBias());
  }

  @Test
  void anAdjustedRuleRefusesBadNumbers() {
    UpdateRule rule = new UpdateRule.GradientDescent(0.1f, 0);
    new UpdateRule.Adjusted(rule, Float.MIN_VALUE, 0);
    new UpdateRule.Adjusted(rule, Float.POSITIVE_INFINITY, Float.MAX_VALUE);
    for (float bad : new float[] {0, -1, Float.NaN}) {
      refuses("clip", () -> new UpdateRule.Adjusted(rule, bad, 0));
    }
    for (float bad : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
      refuses("l1", () -> new UpdateRule.Adjusted(rule, 1, bad));
    }
    refuses("rule", () -> new UpdateRule.Adjusted(new UpdateRule.Adjusted(rule, 1, 0), 1, 0));
    assertThrows(NullPointerException.class, () -> new UpdateRule.Adjusted(null, 1, 0));
  }

  private static void refuses(String what, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(what), message);
  }
}
