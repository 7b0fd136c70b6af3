package dev.nn.contract;

import dev.nn.spi.ElementaryFunction;
import org.apache.commons.math3.special.Erf;

/** True values of the elementary functions, and distances from them in units of the last place. */
final class Accuracy {
  private Accuracy() {}

  /** {@code f(x)} in double precision, wrong by far less than a float's rounding. */
  static double exact(ElementaryFunction function, double x) {
    return switch (function) {
      case EXP -> StrictMath.exp(x);
      case EXPM1 -> StrictMath.expm1(x);
      case LOG -> StrictMath.log(x);
      case LOG1P -> StrictMath.log1p(x);
      case TANH -> StrictMath.tanh(x);
      case SIGMOID ->
          x < 0 ? StrictMath.exp(x) / (1 + StrictMath.exp(x)) : 1 / (1 + StrictMath.exp(-x));
      case ERF -> Math.copySign(Erf.erf(x), x); // which Commons Math leaves out for -0
    };
  }

  /** The bound of the contract: 1 ulp for exp and log, 2 for the others. */
  static double boundInUlps(ElementaryFunction function) {
    return switch (function) {
      case EXP, LOG -> 1;
      case EXPM1, LOG1P, TANH, SIGMOID, ERF -> 2;
    };
  }

  /** {@code |computed - exact|} in units of the last place of the float next to the true value. */
  static double ulps(float computed, double exact) {
    if (Double.isNaN(exact) || Float.isNaN(computed)) {
      return Double.isNaN(exact) && Float.isNaN(computed) ? 0 : Double.POSITIVE_INFINITY;
    }
    float rounded = (float) exact;
    if (rounded == computed) {
      // Also where both are infinite; the half ulp of the rounding itself does not matter here.
      return Float.isInfinite(rounded) ? 0 : Math.abs(computed - exact) / Math.ulp(rounded);
    }
    if (Float.isInfinite(rounded) || Float.isInfinite(computed)) {
      // One step beyond the greatest float counts as one ulp.
      return Math.nextUp(Math.min(Math.abs(rounded), Math.abs(computed))) == Float.POSITIVE_INFINITY
              && (rounded > 0) == (computed > 0)
          ? 1
          : Double.POSITIVE_INFINITY;
    }
    return Math.abs(computed - exact) / Math.ulp(rounded);
  }
}
