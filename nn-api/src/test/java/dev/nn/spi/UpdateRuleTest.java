package dev.nn.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UpdateRuleTest {
  @Test
  void biasesDoNotDecay() {
    UpdateRule rule = new UpdateRule(0.5f, 0.1f);
    assertEquals(new UpdateRule(0.5f, 0), rule.forBias());
    UpdateRule plain = new UpdateRule(0.5f, 0);
    assertSame(plain, plain.forBias());
  }

  @Test
  void factorsAreFiniteAndNotNegative() {
    new UpdateRule(0, 0);
    new UpdateRule(Float.MAX_VALUE, Float.MAX_VALUE);
    for (float bad : new float[] {-0.1f, Float.NaN, Float.POSITIVE_INFINITY}) {
      String rate =
          assertThrows(IllegalArgumentException.class, () -> new UpdateRule(bad, 0)).getMessage();
      assertTrue(rate.contains("learningRate") && rate.contains("" + bad), rate);
      String decay =
          assertThrows(IllegalArgumentException.class, () -> new UpdateRule(0, bad)).getMessage();
      assertTrue(decay.contains("l2") && decay.contains("" + bad), decay);
    }
  }
}
