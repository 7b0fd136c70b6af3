package dev.nn.bench;

import java.util.function.DoubleUnaryOperator;

/**
 * Walks through all 2^32 floats to verify what the numeric contract states about an elementary
 * function: its error bound, that it never decreases, and that its two forms agree in every bit.
 */
public final class ElementaryCheck {
  private static final int BATCH = 1 << 16;

  /** The least value that is rounded to infinity. */
  private static final double OVERFLOW = 0x1.ffffffp127;

  private ElementaryCheck() {}

  /** A function of each element of an array. */
  @FunctionalInterface
  public interface BatchFunction {
    /** {@code y[i] = f(x[i])} for all i; the arrays have the same length. */
    void apply(float[] x, float[] y);
  }

  /**
   * What was found.
   *
   * @param name name of the function
   * @param maxUlps greatest distance from the true value, in units in the last place of that value;
   *     infinite if a NaN or an infinity is wrong
   * @param worst an argument with that distance
   * @param decreases neighbouring arguments whose values decrease
   * @param differences arguments for which the two forms differ; NaNs are equal
   */
  public record Result(String name, double maxUlps, float worst, long decreases, long differences) {
    /** Heading of the lines. */
    static final String HEADER =
        String.format("%-8s %8s %16s %10s %12s", "", "max ulp", "at", "decreases", "differences");

    @Override
    public String toString() {
      return String.format(
          "%-8s %8.4f %16s %10d %12d",
          name, maxUlps, Float.toHexString(worst), decreases, differences);
    }
  }

  /**
   * Checks one function and prints a line.
   *
   * @param name name for the line
   * @param reference the function as the contract writes it, the one that is measured
   * @param other another form, which must have the same bits
   * @param truth the true function, accurate in double precision
   * @param increasing whether to check that values never decrease
   * @return what was found
   */
  public static Result check(
      String name,
      BatchFunction reference,
      BatchFunction other,
      DoubleUnaryOperator truth,
      boolean increasing) {
    float[] x = new float[BATCH];
    float[] y = new float[BATCH];
    float[] z = new float[BATCH];
    double maxUlps = 0;
    float worst = 0;
    long decreases = 0;
    long differences = 0;
    float previous = Float.NaN;
    for (long first = Integer.MIN_VALUE; first <= Integer.MAX_VALUE; first += BATCH) {
      for (int i = 0; i < BATCH; i++) {
        x[i] = inOrder((int) first + i);
      }
      reference.apply(x, y);
      other.apply(x, z);
      for (int i = 0; i < BATCH; i++) {
        float value = y[i];
        if (!Bits.same(value, z[i])) {
          differences++;
        }
        if (increasing && value < previous) {
          decreases++;
        }
        previous = value;
        double ulps = ulps(value, truth.applyAsDouble(x[i]));
        if (ulps > maxUlps) {
          maxUlps = ulps;
          worst = x[i];
        }
      }
    }
    Result result = new Result(name, maxUlps, worst, decreases, differences);
    System.out.println(result);
    return result;
  }

  /** The floats in ascending order, with -0 before +0 and the NaNs at both ends. */
  private static float inOrder(int position) {
    return Float.intBitsToFloat(position ^ ((position >> 31) & 0x7fffffff));
  }

  /** Distance in units in the last place that floats near the true value have. */
  private static double ulps(float value, double truth) {
    if (Double.isNaN(truth) || Math.abs(truth) >= OVERFLOW || truth == 0) {
      return Bits.same(value, (float) truth) ? 0 : Double.POSITIVE_INFINITY;
    }
    int exponent = Math.max(Math.getExponent(truth), Float.MIN_EXPONENT);
    return Math.abs(value - truth) * Math.scalb(1.0, 23 - exponent);
  }
}
