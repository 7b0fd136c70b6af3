package dev.nn.check;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ErfTest {
  /** Commons Math computes erf by another series, that of the incomplete gamma function. */
  @Test
  void agreesWithCommonsMath() {
    for (int i = -7000; i <= 7000; i++) {
      double x = i / 1000.0;
      double expected = org.apache.commons.math3.special.Erf.erf(x);
      assertEquals(expected, Erf.erf(x), 1e-14, () -> "erf(" + x + ")");
      assertEquals(-Erf.erf(x), Erf.erf(-x));
    }
  }

  /** Abramowitz and Stegun, table 7.1. */
  @Test
  void agreesWithPublishedValues() {
    assertEquals(0.5204998778, Erf.erf(0.5), 5e-11);
    assertEquals(0.8427007929, Erf.erf(1), 5e-11);
    assertEquals(0.9953222650, Erf.erf(2), 5e-11);
  }

  @Test
  void extremes() {
    assertEquals(0.0, Erf.erf(0.0));
    assertEquals(-0.0, Erf.erf(-0.0));
    assertEquals(1, Erf.erf(40));
    assertEquals(-1, Erf.erf(-1e300));
    assertEquals(1, Erf.erf(Double.POSITIVE_INFINITY));
    assertEquals(Double.NaN, Erf.erf(Double.NaN));
    // Near 0 erf(x) = 2 x / sqrt(pi), the relative error being x^2 / 3.
    assertEquals(2 / Math.sqrt(Math.PI) * 1e-200, Erf.erf(1e-200), 1e-215);
  }
}
