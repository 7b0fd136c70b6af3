package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.spi.UpdateRule;
import org.junit.jupiter.api.Test;

class SgdTest {
  @Test
  void theRuleIsRoundedOnce() {
    assertEquals(new UpdateRule.GradientDescent(0.1f, 0), Sgd.of(0.1).rule(1, 0));
    assertEquals(new UpdateRule.GradientDescent(0.1f, 1e-4f), Sgd.of(0.1).rule(1, 1e-4));
    assertEquals(Sgd.of(0.1), new Sgd(0.1));
  }

  @Test
  void learningRatesArePositiveAndFinite() {
    for (double bad :
        new double[] {0, -0.1, Double.NaN, Double.POSITIVE_INFINITY, 2.0 * Float.MAX_VALUE}) {
      String message = assertThrows(IllegalArgumentException.class, () -> Sgd.of(bad)).getMessage();
      assertTrue(message.contains("learningRate") && message.contains("" + bad), message);
    }
  }
}
