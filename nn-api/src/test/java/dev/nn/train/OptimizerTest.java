package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.spi.UpdateRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class OptimizerTest {
  @Test
  void rulesHaveTheFactorsOfTheirOptimizers() {
    assertEquals(new UpdateRule.Momentum(0.1f, 0.9f, 1e-4f), Momentum.of(0.1, 0.9).rule(1e-4));
    assertEquals(new UpdateRule.Adam(0.001, 0.9, 0.999, 1e-8, 0.5f), Adam.of(0.001).rule(0.5));
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
  }

  private static void refuses(String what, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(what), message);
  }
}
