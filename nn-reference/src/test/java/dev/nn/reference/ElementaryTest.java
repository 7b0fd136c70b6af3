package dev.nn.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Against double precision, on a sample; nn-bench's ElementaryCheck takes all 2^32 arguments. */
class ElementaryTest {
  private static final float INFINITY = Float.POSITIVE_INFINITY;
  private static final float NAN = Float.NaN;
  private static final float LEAST = Float.MIN_VALUE;
  private static final float GREATEST = Float.MAX_VALUE;

  /**
   * A prime step through the bit patterns: about a million arguments of every sign and exponent.
   */
  private static final int STEP = 4099;

  private interface FloatFunction {
    float apply(float x);
  }

  private enum Function {
    EXP(1, Elementary::exp, StrictMath::exp),
    EXPM1(2, Elementary::expm1, StrictMath::expm1),
    LOG(1, Elementary::log, StrictMath::log),
    LOG1P(1, Elementary::log1p, StrictMath::log1p),
    TANH(2, Elementary::tanh, StrictMath::tanh),
    SIGMOID(2, Elementary::sigmoid, x -> 1 / (1 + StrictMath.exp(-x))),
    ERF(
        2,
        Elementary::erf,
        x -> Math.copySign(Erf.erf(x), x)); // which Commons Math leaves out for -0

    final double bound;
    final FloatFunction computed;
    final DoubleUnaryOperator exact;

    Function(double bound, FloatFunction computed, DoubleUnaryOperator exact) {
      this.bound = bound;
      this.computed = computed;
      this.exact = exact;
    }

    void check(float x) {
      float y = computed.apply(x);
      double truth = exact.applyAsDouble(x);
      if (!(ulps(y, truth) <= bound)) {
        throw new AssertionError(
            this + "(" + Float.toHexString(x) + ") = " + y + ", but should be " + truth);
      }
      float next = computed.apply(Math.nextUp(x));
      if (next < y) {
        throw new AssertionError(this + " decreases after " + Float.toHexString(x));
      }
    }
  }

  /** Distance in units in the last place that floats near the true value have. */
  private static double ulps(float computed, double exact) {
    float rounded = (float) exact;
    if (Float.isNaN(rounded) || Float.isInfinite(rounded) || exact == 0) {
      return Float.compare(computed, rounded) == 0 ? 0 : Double.POSITIVE_INFINITY;
    }
    int exponent = Math.max(Math.getExponent(exact), Float.MIN_EXPONENT);
    return Math.abs(computed - exact) * Math.scalb(1.0, 23 - exponent);
  }

  @ParameterizedTest
  @EnumSource
  void keepsItsBoundAndIncreases(Function function) {
    for (long bits = Integer.MIN_VALUE; bits <= Integer.MAX_VALUE; bits += STEP) {
      function.check(Float.intBitsToFloat((int) bits));
    }
  }

  /** Where one formula meets another, and where results begin to underflow and overflow. */
  @ParameterizedTest
  @EnumSource
  void keepsItsBoundAtSeams(Function function) {
    float[] seams = {
      0,
      LEAST,
      Float.MIN_NORMAL,
      0.25f,
      0.5f,
      0.625f,
      0.75f,
      0.875f,
      1,
      1.5f,
      2,
      4,
      9,
      10,
      40,
      87.33f,
      88.72f,
      89,
      103.28f,
      103.97f,
      104,
      105,
      0x1p126f,
      0x1p127f,
      0x1.8p127f,
      GREATEST,
      INFINITY
    };
    for (float seam : seams) {
      int bits = Float.floatToRawIntBits(seam);
      for (int near = Math.max(0, bits - 1000); near <= bits + 1000; near++) {
        function.check(Float.intBitsToFloat(near));
        function.check(-Float.intBitsToFloat(near));
      }
    }
  }

  /** Multiples of (ln 2) / 2 are where the reductions of exp and sigmoid change to the next n. */
  @ParameterizedTest
  @EnumSource
  void keepsItsBoundWhereTheReductionChanges(Function function) {
    for (int n = -300; n <= 300; n++) {
      int bits = Float.floatToRawIntBits((float) (n * Math.log(2) / 2));
      for (int near = bits - 10; near <= bits + 10; near++) {
        function.check(Float.intBitsToFloat(near));
      }
    }
  }

  @Test
  void exponentialOfSpecialValues() {
    assertEquals(1, Elementary.exp(0));
    assertEquals(1, Elementary.exp(-0f));
    assertEquals(INFINITY, Elementary.exp(INFINITY));
    assertEquals(0f, Elementary.exp(-INFINITY));
    assertEquals(NAN, Elementary.exp(NAN));
    assertEquals(INFINITY, Elementary.exp(88.72284f));
    assertEquals(LEAST, Elementary.exp(-103.97f));
    assertEquals(0f, Elementary.exp(-103.98f));
  }

  @Test
  void exponentialLessOneOfSpecialValues() {
    assertEquals(0f, Elementary.expm1(0));
    assertEquals(-0f, Elementary.expm1(-0f));
    assertEquals(LEAST, Elementary.expm1(LEAST));
    assertEquals(-LEAST, Elementary.expm1(-LEAST));
    assertEquals(INFINITY, Elementary.expm1(INFINITY));
    assertEquals(-1, Elementary.expm1(-INFINITY));
    assertEquals(-1, Elementary.expm1(-GREATEST));
    assertEquals(NAN, Elementary.expm1(NAN));
    assertEquals(INFINITY, Elementary.expm1(88.72284f));
  }

  @Test
  void errorFunctionOfSpecialValues() {
    assertEquals(0f, Elementary.erf(0));
    assertEquals(-0f, Elementary.erf(-0f));
    assertEquals(LEAST, Elementary.erf(LEAST));
    assertEquals(-LEAST, Elementary.erf(-LEAST));
    assertEquals(1, Elementary.erf(INFINITY));
    assertEquals(-1, Elementary.erf(-INFINITY));
    assertEquals(1, Elementary.erf(GREATEST));
    assertEquals(NAN, Elementary.erf(NAN));
  }

  @Test
  void errorFunctionIsOdd() {
    for (long bits = 0; bits <= Integer.MAX_VALUE; bits += STEP) {
      float x = Float.intBitsToFloat((int) bits);
      assertTrue(Float.compare(-Elementary.erf(x), Elementary.erf(-x)) == 0);
    }
  }

  @Test
  void logarithmOfSpecialValues() {
    assertEquals(0f, Elementary.log(1));
    assertEquals(-INFINITY, Elementary.log(0));
    assertEquals(-INFINITY, Elementary.log(-0f));
    assertEquals(INFINITY, Elementary.log(INFINITY));
    assertEquals(NAN, Elementary.log(-LEAST));
    assertEquals(NAN, Elementary.log(-INFINITY));
    assertEquals(NAN, Elementary.log(NAN));
    assertEquals(-103.27893f, Elementary.log(LEAST));
    assertEquals(88.72284f, Elementary.log(GREATEST));
  }

  @Test
  void logarithmOfOnePlusSpecialValues() {
    assertEquals(0f, Elementary.log1p(0));
    assertEquals(-0f, Elementary.log1p(-0f));
    assertEquals(LEAST, Elementary.log1p(LEAST));
    assertEquals(-LEAST, Elementary.log1p(-LEAST));
    assertEquals(-INFINITY, Elementary.log1p(-1));
    assertEquals(NAN, Elementary.log1p(Math.nextDown(-1f)));
    assertEquals(INFINITY, Elementary.log1p(INFINITY));
    assertEquals(NAN, Elementary.log1p(-INFINITY));
    assertEquals(NAN, Elementary.log1p(NAN));
    assertEquals(88.72284f, Elementary.log1p(GREATEST));
  }

  @Test
  void hyperbolicTangentOfSpecialValues() {
    assertEquals(0f, Elementary.tanh(0));
    assertEquals(-0f, Elementary.tanh(-0f));
    assertEquals(LEAST, Elementary.tanh(LEAST));
    assertEquals(-LEAST, Elementary.tanh(-LEAST));
    assertEquals(1, Elementary.tanh(INFINITY));
    assertEquals(-1, Elementary.tanh(-INFINITY));
    assertEquals(NAN, Elementary.tanh(NAN));
  }

  @Test
  void hyperbolicTangentIsOdd() {
    for (long bits = 0; bits <= Integer.MAX_VALUE; bits += STEP) {
      float x = Float.intBitsToFloat((int) bits);
      assertTrue(Float.compare(-Elementary.tanh(x), Elementary.tanh(-x)) == 0);
    }
  }

  @Test
  void sigmoidOfSpecialValues() {
    assertEquals(0.5f, Elementary.sigmoid(0));
    assertEquals(0.5f, Elementary.sigmoid(-0f));
    assertEquals(1, Elementary.sigmoid(INFINITY));
    assertEquals(0f, Elementary.sigmoid(-INFINITY));
    assertEquals(NAN, Elementary.sigmoid(NAN));
    assertEquals(LEAST, Elementary.sigmoid(-103.97f));
    assertEquals(0f, Elementary.sigmoid(-103.98f));
  }
}
