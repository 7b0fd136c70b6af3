package dev.nn.reference;

/**
 * Elementary functions of {@code float}, each one fixed sequence of exactly rounded operations.
 *
 * <p>The sequences are part of the numeric contract: whoever repeats them, in vectors of any width,
 * obtains the same bits. They consist of {@code + - * /}, {@code fma}, comparisons with selection,
 * and integer operations on the bits of a number; there is no branch, no table and no conversion
 * between integers and floats.
 *
 * <p>Bounds are distances from the true value in units in the last place of that value. They, and
 * that no function ever decreases, are verified for all floats; docs/numerics.md has the results.
 *
 * <p>The polynomials are minimax fits by Remez exchange (those of erf as docs/numerics.md says),
 * rounded to floats one coefficient after the other, each time refitting the rest; among
 * neighbouring roundings those were taken that make the greatest error of the function smallest.
 */
final class Elementary {
  /** Adding this to |v| &lt; 2^22 rounds v to an integer, which the low bits of the sum hold. */
  private static final float ROUND = 0x1.8p23f;

  private static final float LOG2_E = 0x1.715476p0f;

  /** ln 2 as a sum; a multiple of the high part by an 8-bit integer is exact in an fma. */
  private static final float LN2_HIGH = 0x1.62e43p-1f;

  private static final float LN2_LOW = -0x1.05c61p-29f;

  private Elementary() {}

  /**
   * {@code exp(x) = 2^n exp(r)}, within 1 ulp.
   *
   * <p>{@code n} is {@code x / ln 2} rounded to an integer and {@code r = x - n ln 2}. The power
   * {@code 2^n} is applied in two halves, so that a subnormal result is rounded only in the last
   * multiplication. Beyond ±104 the result is 0 or infinite.
   */
  static float exp(float x) {
    float y = x > 104f ? 104f : x;
    y = y < -104f ? -104f : y;
    float shift = ROUND + 2 * 127;
    float z = Math.fma(y, LOG2_E, shift);
    float n = z - shift;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, y));
    int bits = Float.floatToRawIntBits(z);
    int half = bits >> 1;
    float low = Float.intBitsToFloat(half << 23); // 2^floor(n/2)
    float high = Float.intBitsToFloat((bits - half) << 23); // 2^ceil(n/2)
    return Math.fma(expm1OfRemainder(r), low, low) * high;
  }

  /**
   * {@code expm1(x) = exp(x) - 1 = 2^n (exp(r) - 1) + (2^n - 1)}, within 2 ulp.
   *
   * <p>{@code n} and {@code r} are those of {@link #exp}; for n = 0 the second term vanishes, and
   * so does every loss of digits near 0. The power is applied in two halves. The sign is that of x,
   * which it is anyway but for -0.
   */
  static float expm1(float x) {
    float y = x > 104f ? 104f : x;
    y = y < -104f ? -104f : y;
    float shift = ROUND + 2 * 127;
    float z = Math.fma(y, LOG2_E, shift);
    float n = z - shift;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, y));
    int bits = Float.floatToRawIntBits(z);
    int half = bits >> 1;
    float low = Float.intBitsToFloat(half << 23); // 2^floor(n/2)
    float high = Float.intBitsToFloat((bits - half) << 23); // 2^ceil(n/2)
    float inverse = Float.intBitsToFloat((254 - (bits - half)) << 23); // 2^-ceil(n/2)
    float result = Math.fma(expm1OfRemainder(r), low, low - inverse) * high;
    int sign = Float.floatToRawIntBits(x) & 0x80000000;
    return Float.intBitsToFloat(Float.floatToRawIntBits(result) | sign);
  }

  /**
   * {@code sigmoid(x) = 1 / (1 + exp(-x))}, within 2 ulp.
   *
   * <p>With {@code exp(-x) = 2^n (1 + t)} the denominator is {@code 1 + 2^n + 2^n t}, where the
   * larger of {@code 1} and {@code 2^n} is added last. Everything is scaled by {@code 2^-64}, so
   * that the quotient alone underflows: a very negative x keeps its relative accuracy.
   */
  static float sigmoid(float x) {
    float y = -x;
    y = y > 105f ? 105f : y;
    y = y < -40f ? -40f : y;
    float shift = ROUND + 127 - 64;
    float z = Math.fma(y, LOG2_E, shift);
    float n = z - shift;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, y));
    int power = Float.floatToRawIntBits(z) << 23; // 2^(n-64)
    int one = Float.floatToRawIntBits(0x1p-64f);
    float larger = Float.intBitsToFloat(Math.max(power, one));
    float smaller = Float.intBitsToFloat(Math.min(power, one));
    return 0x1p-64f
        / (larger + Math.fma(expm1OfRemainder(r), Float.intBitsToFloat(power), smaller));
  }

  /**
   * {@code tanh(x)}, odd, within 2 ulp.
   *
   * <p>For {@code a = |x|} below 0.625 it is {@code a + a^3 p(a^2)}, otherwise {@code 1 - 2 / (1 +
   * exp(2a))} with {@code exp(2a) = 2^n (1 + t)}. From {@code a = 10} on the result is 1.
   */
  static float tanh(float x) {
    int bits = Float.floatToRawIntBits(x);
    int magnitude = bits & 0x7fffffff;
    float a = Float.intBitsToFloat(magnitude);

    float y = 2 * Float.intBitsToFloat(Math.min(magnitude, Float.floatToRawIntBits(10f)));
    float shift = ROUND + 127;
    float z = Math.fma(y, LOG2_E, shift);
    float n = z - shift;
    float r = Math.fma(n, -LN2_HIGH, y);
    float power = Float.intBitsToFloat(Float.floatToRawIntBits(z) << 23); // 2^n
    float large = 1 - 2 / Math.fma(expm1OfRemainder(r), power, power + 1);

    float u = a * a;
    float p = Math.fma(-0x1.750ce4p-8f, u, 0x1.51f8cep-6f);
    p = Math.fma(p, u, -0x1.b835a4p-5f);
    p = Math.fma(p, u, 0x1.1106f6p-3f);
    p = Math.fma(p, u, -0x1.555532p-2f);
    float small = Math.fma(a * u, p, a);

    float result = a >= 0.625f ? large : small;
    return Float.intBitsToFloat(Float.floatToRawIntBits(result) | (bits ^ magnitude));
  }

  /**
   * {@code erf(x) = 2 / sqrt(pi) integral of exp(-t^2) from 0 to x}, odd, within 2 ulp.
   *
   * <p>For {@code a = |x|} below 0.875 it is {@code a + a p(a^2)}, otherwise {@code 1 - exp(q(a -
   * 1.5))}, where q approximates the logarithm of {@code 1 - erf(a)}. From {@code a = 4} on the
   * result is 1. The argument of q is a difference, exact up to 3, because the rounding errors of a
   * polynomial in a itself are large enough to make the function decrease.
   */
  static float erf(float x) {
    int bits = Float.floatToRawIntBits(x);
    int magnitude = bits & 0x7fffffff;
    float a = Float.intBitsToFloat(magnitude);

    float d = Float.intBitsToFloat(Math.min(magnitude, Float.floatToRawIntBits(4f))) - 1.5f;
    float q = Math.fma(0x1.ae411p-13f, d, -0x1.504ed2p-10f);
    q = Math.fma(q, d, 0x1.89a5cp-8f);
    q = Math.fma(q, d, -0x1.a6fbdep-6f);
    q = Math.fma(q, d, -0x1.c907eep-1f);
    q = Math.fma(q, d, -0x1.c12064p1f);
    q = Math.fma(q, d, -0x1.b1370ap1f);
    float shift = ROUND + 127;
    float z = Math.fma(q, LOG2_E, shift);
    float n = z - shift;
    float r = Math.fma(n, -LN2_HIGH, q);
    float power = Float.intBitsToFloat(Float.floatToRawIntBits(z) << 23); // 2^n
    float large = 1 - Math.fma(expm1OfRemainder(r), power, power);

    float u = a * a;
    float p = Math.fma(-0x1.3ba3eap-11f, u, 0x1.479beap-8f);
    p = Math.fma(p, u, -0x1.b69b8cp-6f);
    p = Math.fma(p, u, 0x1.ce1b86p-4f);
    p = Math.fma(p, u, -0x1.8126ecp-2f);
    p = Math.fma(p, u, 0x1.06eba6p-3f);
    float small = Math.fma(a, p, a);

    float result = a >= 0.875f ? large : small;
    return Float.intBitsToFloat(Float.floatToRawIntBits(result) | (bits ^ magnitude));
  }

  /**
   * {@code log(x) = k ln 2 + log(1 + f)}, within 1 ulp.
   *
   * <p>{@code x = 2^k (1 + f)} with {@code 0.75 <= 1 + f < 1.5}; a subnormal x is scaled by {@code
   * 2^23} first.
   */
  static float log(float x) {
    boolean subnormal = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(subnormal ? x * 0x1p23f : x);
    int offset = bits - Float.floatToRawIntBits(0.75f);
    float f = Float.intBitsToFloat(bits - (offset & 0xff800000)) - 1;
    float z = Float.intBitsToFloat((offset >> 23) + Float.floatToRawIntBits(ROUND));
    float k = z - (subnormal ? ROUND + 23 : ROUND);
    float y = log(k, f);
    y = x == Float.POSITIVE_INFINITY ? x : y;
    float outside = x == 0 ? Float.NEGATIVE_INFINITY : Float.NaN;
    return x > 0 ? y : outside;
  }

  /**
   * {@code log1p(x) = log(1 + x) = k ln 2 + log(1 + f)}, within 1 ulp.
   *
   * <p>{@code 1 + x = 2^k (1 + f)} with {@code 0.75 <= 1 + f < 1.5}. The rounded sum {@code 1 + x}
   * decides on k only; {@code f = 2^-k x + (2^-k - 1)} is rounded once, and is x if k is 0. Zeros
   * and infinity, which equal their doubles, are their own values.
   */
  static float log1p(float x) {
    int offset = Float.floatToRawIntBits(1 + x) - Float.floatToRawIntBits(0.75f);
    int exponent = offset & 0xff800000;
    float scale = Float.intBitsToFloat(Float.floatToRawIntBits(4f) - exponent); // 2^(2-k)
    float f = Math.fma(x * 0.25f, scale, Math.fma(scale, 0.25f, -1));
    f = exponent == 0 ? x : f;
    float k = Float.intBitsToFloat((offset >> 23) + Float.floatToRawIntBits(ROUND)) - ROUND;
    float y = log(k, f);
    y = x + x == x ? x : y;
    float outside = x == -1 ? Float.NEGATIVE_INFINITY : Float.NaN;
    return x > -1 ? y : outside;
  }

  /** {@code exp(r) - 1 = r + r^2 p(r)} for |r| &lt;= ln 2 / 2. */
  private static float expm1OfRemainder(float r) {
    float p = Math.fma(0x1.64b76ap-10f, r, 0x1.123f68p-7f);
    p = Math.fma(p, r, 0x1.55608p-5f);
    p = Math.fma(p, r, 0x1.555486p-3f);
    p = Math.fma(p, r, 0x1.fffff2p-2f);
    return Math.fma(r * r, p, r);
  }

  /**
   * {@code k ln 2 + log(1 + f)} with {@code log(1 + f) = f + f^2 p(f)} for -0.25 &lt;= f &lt;= 0.5.
   */
  private static float log(float k, float f) {
    float p = Math.fma(-0x1.7513ccp-5f, f, 0x1.b208d4p-4f);
    p = Math.fma(p, f, -0x1.0f7aaep-3f);
    p = Math.fma(p, f, 0x1.28c468p-3f);
    p = Math.fma(p, f, -0x1.54c83ep-3f);
    p = Math.fma(p, f, 0x1.996076p-3f);
    p = Math.fma(p, f, -0x1.000098p-2f);
    p = Math.fma(p, f, 0x1.5555bcp-2f);
    p = Math.fma(p, f, -0.5f);
    float tail = Math.fma(f * f, p, Math.fma(k, LN2_LOW, f));
    return Math.fma(k, LN2_HIGH, tail);
  }
}
