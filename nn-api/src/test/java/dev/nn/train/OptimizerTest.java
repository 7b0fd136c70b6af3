package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.spi.UpdateRule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class OptimizerTest {
  @Test
  void rulesHaveTheFactorsOfTheirOptimizers() {
    assertEquals(new UpdateRule.Momentum(0.1f, 0.9f, 1e-4f), Momentum.of(0.1, 0.9).rule(1, 1e-4));
    assertEquals(new UpdateRule.Adam(0.001, 0.9, 0.999, 1e-8, 0.5f), Adam.of(0.001).rule(1, 0.5));
    assertEquals(new UpdateRule.Nesterov(0.1f, 0.9f, 1e-4f), Nesterov.of(0.1, 0.9).rule(1, 1e-4));
    assertEquals(new UpdateRule.Adagrad(0.1f, 1e-8f, 0.5f), Adagrad.of(0.1).rule(1, 0.5));
    assertEquals(new UpdateRule.RmsProp(0.1f, 0.9, 1e-8f, 0.5f), RmsProp.of(0.1).rule(1, 0.5));
    assertEquals(
        new UpdateRule.AdamW(0.001, 0.9, 0.999, 1e-8, 0.01, 0.5f),
        AdamW.of(0.001, 0.01).rule(1, 0.5));
  }

  /** 0.1 times 0.9 in double is 0.09000000000000001; 0.1f times 0.9f would be another float. */
  @Test
  void theLearningRateOfAStepIsRoundedOnce() {
    float product = (float) 0.09000000000000001;
    assertNotEquals(product, 0.1f * 0.9f);
    assertEquals(new UpdateRule.GradientDescent(product, 0), Sgd.of(0.1).rule(0.9, 0));
    assertEquals(new UpdateRule.Momentum(product, 0.9f, 0), Momentum.of(0.1, 0.9).rule(0.9, 0));
    assertEquals(
        new UpdateRule.Adam(0.09000000000000001, 0.9, 0.999, 1e-8, 0), Adam.of(0.1).rule(0.9, 0));
    assertEquals(new UpdateRule.Nesterov(product, 0.9f, 0), Nesterov.of(0.1, 0.9).rule(0.9, 0));
    assertEquals(new UpdateRule.Adagrad(product, 1e-8f, 0), Adagrad.of(0.1).rule(0.9, 0));
    assertEquals(new UpdateRule.RmsProp(product, 0.9, 1e-8f, 0), RmsProp.of(0.1).rule(0.9, 0));
    // The decay, too, follows the schedule: it is multiplied by the learning rate of the step.
    assertEquals(
        new UpdateRule.AdamW(0.09000000000000001, 0.9, 0.999, 1e-8, 0.5, 0),
        AdamW.of(0.1, 0.5).rule(0.9, 0));
    assertEquals(new UpdateRule.GradientDescent(0, 0), Sgd.of(0.1).rule(0, 0));
  }

  @Test
  void factorsOfAStepAreFiniteAndNotNegative() {
    for (double bad : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY, 1e40}) {
      for (Optimizer optimizer :
          List.of(
              Sgd.of(0.1),
              Momentum.of(0.1, 0.9),
              Nesterov.of(0.1, 0.9),
              Adagrad.of(0.1),
              RmsProp.of(0.1),
              Adam.of(0.1),
              AdamW.of(0.1, 0.01))) {
        refuses("but is " + bad, () -> optimizer.rule(bad, 0));
      }
    }
  }

  @Test
  void badFactorsAreRefused() {
    refuses("learningRate", () -> Momentum.of(0, 0.9));
    refuses("momentum", () -> Momentum.of(0.1, 1));
    refuses("momentum", () -> Momentum.of(0.1, Double.NaN));
    refuses("learningRate", () -> Adam.of(Double.POSITIVE_INFINITY));
    refuses("beta1", () -> new Adam(0.1, -0.1, 0.9, 1e-8));
    refuses("beta2", () -> new Adam(0.1, 0.9, 1, 1e-8));
    refuses("epsilon", () -> new Adam(0.1, 0.9, 0.9, 0));
    refuses("epsilon times sqrt(1 - beta2)", () -> new Adam(0.1, 0.9, 0.999, 1e-44));
    refuses("epsilon times sqrt(1 - beta2)", () -> new AdamW(0.1, 0.9, 0.999, 1e-44, 0));
    refuses("learningRate", () -> Nesterov.of(0, 0.9));
    refuses("momentum", () -> Nesterov.of(0.1, 1));
    refuses("learningRate", () -> Adagrad.of(-1));
    refuses("epsilon", () -> new Adagrad(0.1, 0));
    refuses("learningRate", () -> RmsProp.of(Double.NaN));
    refuses("rho", () -> new RmsProp(0.1, 1, 1e-8));
    refuses("epsilon", () -> new RmsProp(0.1, 0.9, 1e-60));
    refuses("learningRate", () -> AdamW.of(0, 0.01));
    refuses("beta1", () -> new AdamW(0.1, 1, 0.9, 1e-8, 0));
    refuses("beta2", () -> new AdamW(0.1, 0.9, 1, 1e-8, 0));
    refuses("epsilon", () -> new AdamW(0.1, 0.9, 0.9, 0, 0));
    refuses("learningRate times decay", () -> AdamW.of(1e30, 1e30));
    for (double bad : new double[] {-0.01, Double.NaN, Double.POSITIVE_INFINITY}) {
      refuses("decay must be finite as a float and not negative", () -> AdamW.of(0.1, bad));
    }
  }

  private static void refuses(String what, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(what), message);
  }
}
