package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Species.FLOATS;
import static dev.nn.simd.Species.INTS;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * The elementary functions of the numeric contract over ranges of arrays, with the contract's bits.
 *
 * <p>Each kernel computes {@code y[yOffset + i] = function(x[xOffset + i])} for {@code 0 <= i <
 * length}, where {@code length} is a positive multiple of {@link Lanes#LANES}. The two ranges may
 * be the same one.
 *
 * <p>The loops are flat on purpose: a helper that took or returned a vector would be boxed whenever
 * C2 declines to inline it. {@code r.fma(a, b)} is {@code r * a + b}.
 */
final class VectorElementary {
  private static final float ROUND = 0x1.8p23f;
  private static final float LOG2_E = 0x1.715476p0f;
  private static final float LN2_HIGH = 0x1.62e43p-1f;
  private static final float LN2_LOW = -0x1.05c61p-29f;

  /** {@code exp(r) = 1 + r + r^2 (E2 + E3 r + E4 r^2 + E5 r^3 + E6 r^4)}. */
  private static final float E2 = 0x1.fffff2p-2f;

  private static final float E3 = 0x1.555486p-3f;
  private static final float E4 = 0x1.55608p-5f;
  private static final float E5 = 0x1.123f68p-7f;
  private static final float E6 = 0x1.64b76ap-10f;

  /** {@code log(1 + f) = f + f^2 (L2 + L3 f + ... + L10 f^8)}. */
  private static final float L2 = -0.5f;

  private static final float L3 = 0x1.5555bcp-2f;
  private static final float L4 = -0x1.000098p-2f;
  private static final float L5 = 0x1.996076p-3f;
  private static final float L6 = -0x1.54c83ep-3f;
  private static final float L7 = 0x1.28c468p-3f;
  private static final float L8 = -0x1.0f7aaep-3f;
  private static final float L9 = 0x1.b208d4p-4f;
  private static final float L10 = -0x1.7513ccp-5f;

  /** {@code tanh(a) = a + a^3 (T3 + T5 a^2 + T7 a^4 + T9 a^6 + T11 a^8)}. */
  private static final float T3 = -0x1.555532p-2f;

  private static final float T5 = 0x1.1106f6p-3f;
  private static final float T7 = -0x1.b835a4p-5f;
  private static final float T9 = 0x1.51f8cep-6f;
  private static final float T11 = -0x1.750ce4p-8f;

  /** {@code erf(a) = a + a (P0 + P1 a^2 + ... + P5 a^10)} below 0.875. */
  private static final float P0 = 0x1.06eba6p-3f;

  private static final float P1 = -0x1.8126ecp-2f;
  private static final float P2 = 0x1.ce1b86p-4f;
  private static final float P3 = -0x1.b69b8cp-6f;
  private static final float P4 = 0x1.479beap-8f;
  private static final float P5 = -0x1.3ba3eap-11f;

  /** {@code log(1 - erf(a)) = Q0 + Q1 d + ... + Q6 d^6} with {@code d = a - 1.5} from there on. */
  private static final float Q0 = -0x1.b1370ap1f;

  private static final float Q1 = -0x1.c12064p1f;
  private static final float Q2 = -0x1.c907eep-1f;
  private static final float Q3 = -0x1.a6fbdep-6f;
  private static final float Q4 = 0x1.89a5cp-8f;
  private static final float Q5 = -0x1.504ed2p-10f;
  private static final float Q6 = 0x1.ae411p-13f;

  private VectorElementary() {}

  static void exp(float[] x, int xOffset, float[] y, int yOffset, int length) {
    assert length > 0 && length % LANES == 0 : length;
    FloatVector highest = FloatVector.broadcast(FLOATS, 104f);
    FloatVector lowest = FloatVector.broadcast(FLOATS, -104f);
    FloatVector log2E = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector shift = FloatVector.broadcast(FLOATS, ROUND + 2 * 127);
    FloatVector minusLn2High = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLn2Low = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector e2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector e3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector e4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector e5 = FloatVector.broadcast(FLOATS, E5);
    FloatVector e6 = FloatVector.broadcast(FLOATS, E6);
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xOffset + i);
      v = v.blend(highest, v.compare(VectorOperators.GT, highest));
      v = v.blend(lowest, v.compare(VectorOperators.LT, lowest));
      FloatVector z = v.fma(log2E, shift);
      FloatVector n = z.sub(shift);
      FloatVector r = n.fma(minusLn2Low, n.fma(minusLn2High, v));
      FloatVector p = r.fma(e6, e5).fma(r, e4).fma(r, e3).fma(r, e2);
      FloatVector t = r.mul(r).fma(p, r);
      IntVector bits = z.reinterpretAsInts();
      IntVector half = bits.lanewise(VectorOperators.ASHR, 1);
      FloatVector low = half.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector high = bits.sub(half).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      t.fma(low, low).mul(high).intoArray(y, yOffset + i);
    }
  }

  static void expm1(float[] x, int xOffset, float[] y, int yOffset, int length) {
    assert length > 0 && length % LANES == 0 : length;
    FloatVector highest = FloatVector.broadcast(FLOATS, 104f);
    FloatVector lowest = FloatVector.broadcast(FLOATS, -104f);
    FloatVector log2E = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector shift = FloatVector.broadcast(FLOATS, ROUND + 2 * 127);
    FloatVector minusLn2High = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLn2Low = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector e2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector e3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector e4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector e5 = FloatVector.broadcast(FLOATS, E5);
    FloatVector e6 = FloatVector.broadcast(FLOATS, E6);
    IntVector twiceBias = IntVector.broadcast(INTS, 254);
    IntVector signMask = IntVector.broadcast(INTS, 0x80000000);
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xOffset + i);
      IntVector sign = v.reinterpretAsInts().and(signMask);
      v = v.blend(highest, v.compare(VectorOperators.GT, highest));
      v = v.blend(lowest, v.compare(VectorOperators.LT, lowest));
      FloatVector z = v.fma(log2E, shift);
      FloatVector n = z.sub(shift);
      FloatVector r = n.fma(minusLn2Low, n.fma(minusLn2High, v));
      FloatVector p = r.fma(e6, e5).fma(r, e4).fma(r, e3).fma(r, e2);
      FloatVector t = r.mul(r).fma(p, r);
      IntVector bits = z.reinterpretAsInts();
      IntVector half = bits.lanewise(VectorOperators.ASHR, 1);
      IntVector otherHalf = bits.sub(half);
      FloatVector low = half.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector high = otherHalf.lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector inverse =
          twiceBias.sub(otherHalf).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      t.fma(low, low.sub(inverse))
          .mul(high)
          .reinterpretAsInts()
          .or(sign)
          .reinterpretAsFloats()
          .intoArray(y, yOffset + i);
    }
  }

  static void sigmoid(float[] x, int xOffset, float[] y, int yOffset, int length) {
    assert length > 0 && length % LANES == 0 : length;
    FloatVector highest = FloatVector.broadcast(FLOATS, 105f);
    FloatVector lowest = FloatVector.broadcast(FLOATS, -40f);
    FloatVector log2E = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector shift = FloatVector.broadcast(FLOATS, ROUND + 127 - 64);
    FloatVector minusLn2High = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector minusLn2Low = FloatVector.broadcast(FLOATS, -LN2_LOW);
    FloatVector e2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector e3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector e4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector e5 = FloatVector.broadcast(FLOATS, E5);
    FloatVector e6 = FloatVector.broadcast(FLOATS, E6);
    FloatVector one = FloatVector.broadcast(FLOATS, 0x1p-64f);
    IntVector oneBits = one.reinterpretAsInts();
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xOffset + i).neg();
      v = v.blend(highest, v.compare(VectorOperators.GT, highest));
      v = v.blend(lowest, v.compare(VectorOperators.LT, lowest));
      FloatVector z = v.fma(log2E, shift);
      FloatVector n = z.sub(shift);
      FloatVector r = n.fma(minusLn2Low, n.fma(minusLn2High, v));
      FloatVector p = r.fma(e6, e5).fma(r, e4).fma(r, e3).fma(r, e2);
      FloatVector t = r.mul(r).fma(p, r);
      IntVector power = z.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
      FloatVector larger = power.max(oneBits).reinterpretAsFloats();
      FloatVector smaller = power.min(oneBits).reinterpretAsFloats();
      FloatVector denominator = larger.add(t.fma(power.reinterpretAsFloats(), smaller));
      one.div(denominator).intoArray(y, yOffset + i);
    }
  }

  /**
   * In place of 2a, t and 2 / d it computes their halves, which is the same up to an exact power of
   * two and saves a multiplication.
   */
  static void tanh(float[] x, int xOffset, float[] y, int yOffset, int length) {
    assert length > 0 && length % LANES == 0 : length;
    IntVector magnitudeMask = IntVector.broadcast(INTS, 0x7fffffff);
    IntVector highest = FloatVector.broadcast(FLOATS, 10f).reinterpretAsInts();
    FloatVector threshold = FloatVector.broadcast(FLOATS, 0.625f);
    FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector twoLog2E = FloatVector.broadcast(FLOATS, 2 * LOG2_E);
    FloatVector shift = FloatVector.broadcast(FLOATS, ROUND + 127);
    FloatVector minusHalfLn2 = FloatVector.broadcast(FLOATS, -LN2_HIGH / 2);
    FloatVector e2 = FloatVector.broadcast(FLOATS, 2 * E2);
    FloatVector e3 = FloatVector.broadcast(FLOATS, 4 * E3);
    FloatVector e4 = FloatVector.broadcast(FLOATS, 8 * E4);
    FloatVector e5 = FloatVector.broadcast(FLOATS, 16 * E5);
    FloatVector e6 = FloatVector.broadcast(FLOATS, 32 * E6);
    FloatVector t3 = FloatVector.broadcast(FLOATS, T3);
    FloatVector t5 = FloatVector.broadcast(FLOATS, T5);
    FloatVector t7 = FloatVector.broadcast(FLOATS, T7);
    FloatVector t9 = FloatVector.broadcast(FLOATS, T9);
    FloatVector t11 = FloatVector.broadcast(FLOATS, T11);
    for (int i = 0; i < length; i += LANES) {
      IntVector bits = FloatVector.fromArray(FLOATS, x, xOffset + i).reinterpretAsInts();
      IntVector magnitude = bits.and(magnitudeMask);
      FloatVector a = magnitude.reinterpretAsFloats();

      FloatVector v = magnitude.min(highest).reinterpretAsFloats();
      FloatVector z = v.fma(twoLog2E, shift);
      FloatVector r = z.sub(shift).fma(minusHalfLn2, v);
      FloatVector p = r.fma(e6, e5).fma(r, e4).fma(r, e3).fma(r, e2);
      FloatVector t = r.mul(r).fma(p, r);
      FloatVector power =
          z.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      FloatVector large = one.sub(one.div(t.fma(power, power.fma(half, half))));

      FloatVector u = a.mul(a);
      FloatVector q = u.fma(t11, t9).fma(u, t7).fma(u, t5).fma(u, t3);
      FloatVector small = a.mul(u).fma(q, a);

      FloatVector result = small.blend(large, a.compare(VectorOperators.GE, threshold));
      result
          .reinterpretAsInts()
          .or(bits.lanewise(VectorOperators.XOR, magnitude))
          .reinterpretAsFloats()
          .intoArray(y, yOffset + i);
    }
  }

  /**
   * In two loops, for which {@code t} has room: one of both would be more than C2 of JDK 17 turns
   * into vectors (it then stores the last one by way of an object).
   */
  static void erf(
      float[] x, int xOffset, float[] y, int yOffset, int length, float[] t, int tOffset) {
    assert length > 0 && length % LANES == 0 : length;
    erfOfLarge(x, xOffset, t, tOffset, length);
    erfOfSmall(x, xOffset, t, tOffset, y, yOffset, length);
  }

  /** {@code t = 1 - exp(q(|x| - 1.5))}. */
  private static void erfOfLarge(float[] x, int xOffset, float[] t, int tOffset, int length) {
    IntVector magnitudeMask = IntVector.broadcast(INTS, 0x7fffffff);
    IntVector highest = FloatVector.broadcast(FLOATS, 4f).reinterpretAsInts();
    FloatVector centre = FloatVector.broadcast(FLOATS, 1.5f);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector log2E = FloatVector.broadcast(FLOATS, LOG2_E);
    FloatVector shift = FloatVector.broadcast(FLOATS, ROUND + 127);
    FloatVector minusLn2High = FloatVector.broadcast(FLOATS, -LN2_HIGH);
    FloatVector e2 = FloatVector.broadcast(FLOATS, E2);
    FloatVector e3 = FloatVector.broadcast(FLOATS, E3);
    FloatVector e4 = FloatVector.broadcast(FLOATS, E4);
    FloatVector e5 = FloatVector.broadcast(FLOATS, E5);
    FloatVector e6 = FloatVector.broadcast(FLOATS, E6);
    FloatVector q0 = FloatVector.broadcast(FLOATS, Q0);
    FloatVector q1 = FloatVector.broadcast(FLOATS, Q1);
    FloatVector q2 = FloatVector.broadcast(FLOATS, Q2);
    FloatVector q3 = FloatVector.broadcast(FLOATS, Q3);
    FloatVector q4 = FloatVector.broadcast(FLOATS, Q4);
    FloatVector q5 = FloatVector.broadcast(FLOATS, Q5);
    FloatVector q6 = FloatVector.broadcast(FLOATS, Q6);
    for (int i = 0; i < length; i += LANES) {
      IntVector bits = FloatVector.fromArray(FLOATS, x, xOffset + i).reinterpretAsInts();
      FloatVector d = bits.and(magnitudeMask).min(highest).reinterpretAsFloats().sub(centre);
      FloatVector q = d.fma(q6, q5).fma(d, q4).fma(d, q3).fma(d, q2).fma(d, q1).fma(d, q0);
      FloatVector z = q.fma(log2E, shift);
      FloatVector r = z.sub(shift).fma(minusLn2High, q);
      FloatVector p = r.fma(e6, e5).fma(r, e4).fma(r, e3).fma(r, e2);
      FloatVector e = r.mul(r).fma(p, r);
      FloatVector power =
          z.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
      one.sub(e.fma(power, power)).intoArray(t, tOffset + i);
    }
  }

  /** {@code y = |x| >= 0.875 ? t : |x| + |x| p(x^2)}, with the sign of x. */
  private static void erfOfSmall(
      float[] x, int xOffset, float[] t, int tOffset, float[] y, int yOffset, int length) {
    IntVector magnitudeMask = IntVector.broadcast(INTS, 0x7fffffff);
    FloatVector threshold = FloatVector.broadcast(FLOATS, 0.875f);
    FloatVector p0 = FloatVector.broadcast(FLOATS, P0);
    FloatVector p1 = FloatVector.broadcast(FLOATS, P1);
    FloatVector p2 = FloatVector.broadcast(FLOATS, P2);
    FloatVector p3 = FloatVector.broadcast(FLOATS, P3);
    FloatVector p4 = FloatVector.broadcast(FLOATS, P4);
    FloatVector p5 = FloatVector.broadcast(FLOATS, P5);
    for (int i = 0; i < length; i += LANES) {
      IntVector bits = FloatVector.fromArray(FLOATS, x, xOffset + i).reinterpretAsInts();
      IntVector magnitude = bits.and(magnitudeMask);
      FloatVector a = magnitude.reinterpretAsFloats();
      FloatVector u = a.mul(a);
      FloatVector p = u.fma(p5, p4).fma(u, p3).fma(u, p2).fma(u, p1).fma(u, p0);
      FloatVector small = a.fma(p, a);
      FloatVector large = FloatVector.fromArray(FLOATS, t, tOffset + i);
      FloatVector result = small.blend(large, a.compare(VectorOperators.GE, threshold));
      result
          .reinterpretAsInts()
          .or(bits.lanewise(VectorOperators.XOR, magnitude))
          .reinterpretAsFloats()
          .intoArray(y, yOffset + i);
    }
  }

  static void log(float[] x, int xOffset, float[] y, int yOffset, int length) {
    assert length > 0 && length % LANES == 0 : length;
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector infinity = FloatVector.broadcast(FLOATS, Float.POSITIVE_INFINITY);
    FloatVector minusInfinity = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector nan = FloatVector.broadcast(FLOATS, Float.NaN);
    FloatVector minNormal = FloatVector.broadcast(FLOATS, Float.MIN_NORMAL);
    FloatVector scale = FloatVector.broadcast(FLOATS, 0x1p23f);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    FloatVector scaledRound = FloatVector.broadcast(FLOATS, ROUND + 23);
    IntVector roundBits = round.reinterpretAsInts();
    IntVector split = FloatVector.broadcast(FLOATS, 0.75f).reinterpretAsInts();
    IntVector exponentMask = IntVector.broadcast(INTS, 0xff800000);
    FloatVector ln2High = FloatVector.broadcast(FLOATS, LN2_HIGH);
    FloatVector ln2Low = FloatVector.broadcast(FLOATS, LN2_LOW);
    FloatVector l2 = FloatVector.broadcast(FLOATS, L2);
    FloatVector l3 = FloatVector.broadcast(FLOATS, L3);
    FloatVector l4 = FloatVector.broadcast(FLOATS, L4);
    FloatVector l5 = FloatVector.broadcast(FLOATS, L5);
    FloatVector l6 = FloatVector.broadcast(FLOATS, L6);
    FloatVector l7 = FloatVector.broadcast(FLOATS, L7);
    FloatVector l8 = FloatVector.broadcast(FLOATS, L8);
    FloatVector l9 = FloatVector.broadcast(FLOATS, L9);
    FloatVector l10 = FloatVector.broadcast(FLOATS, L10);
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xOffset + i);
      VectorMask<Float> subnormal = v.compare(VectorOperators.LT, minNormal);
      IntVector bits = v.blend(v.mul(scale), subnormal).reinterpretAsInts();
      IntVector offset = bits.sub(split);
      FloatVector f = bits.sub(offset.and(exponentMask)).reinterpretAsFloats().sub(one);
      FloatVector z =
          offset.lanewise(VectorOperators.ASHR, 23).add(roundBits).reinterpretAsFloats();
      FloatVector k = z.sub(round.blend(scaledRound, subnormal));
      FloatVector p = f.fma(l10, l9).fma(f, l8).fma(f, l7).fma(f, l6);
      p = p.fma(f, l5).fma(f, l4).fma(f, l3).fma(f, l2);
      FloatVector result = k.fma(ln2High, f.mul(f).fma(p, k.fma(ln2Low, f)));
      FloatVector outside = nan.blend(minusInfinity, v.compare(VectorOperators.EQ, zero));
      result = result.blend(v, v.compare(VectorOperators.EQ, infinity));
      outside.blend(result, v.compare(VectorOperators.GT, zero)).intoArray(y, yOffset + i);
    }
  }

  static void log1p(float[] x, int xOffset, float[] y, int yOffset, int length) {
    assert length > 0 && length % LANES == 0 : length;
    FloatVector one = FloatVector.broadcast(FLOATS, 1f);
    FloatVector minusOne = FloatVector.broadcast(FLOATS, -1f);
    FloatVector quarter = FloatVector.broadcast(FLOATS, 0.25f);
    FloatVector minusInfinity = FloatVector.broadcast(FLOATS, Float.NEGATIVE_INFINITY);
    FloatVector nan = FloatVector.broadcast(FLOATS, Float.NaN);
    FloatVector round = FloatVector.broadcast(FLOATS, ROUND);
    IntVector roundBits = round.reinterpretAsInts();
    IntVector split = FloatVector.broadcast(FLOATS, 0.75f).reinterpretAsInts();
    FloatVector fourFloats = FloatVector.broadcast(FLOATS, 4f);
    IntVector four = fourFloats.reinterpretAsInts();
    IntVector exponentMask = IntVector.broadcast(INTS, 0xff800000);
    FloatVector ln2High = FloatVector.broadcast(FLOATS, LN2_HIGH);
    FloatVector ln2Low = FloatVector.broadcast(FLOATS, LN2_LOW);
    FloatVector l2 = FloatVector.broadcast(FLOATS, L2);
    FloatVector l3 = FloatVector.broadcast(FLOATS, L3);
    FloatVector l4 = FloatVector.broadcast(FLOATS, L4);
    FloatVector l5 = FloatVector.broadcast(FLOATS, L5);
    FloatVector l6 = FloatVector.broadcast(FLOATS, L6);
    FloatVector l7 = FloatVector.broadcast(FLOATS, L7);
    FloatVector l8 = FloatVector.broadcast(FLOATS, L8);
    FloatVector l9 = FloatVector.broadcast(FLOATS, L9);
    FloatVector l10 = FloatVector.broadcast(FLOATS, L10);
    for (int i = 0; i < length; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, x, xOffset + i);
      IntVector offset = v.add(one).reinterpretAsInts().sub(split);
      IntVector exponent = offset.and(exponentMask);
      FloatVector scale = four.sub(exponent).reinterpretAsFloats();
      FloatVector f = v.mul(quarter).fma(scale, scale.fma(quarter, minusOne));
      // 2^(2-k) is 4 only for k = 0.
      f = f.blend(v, scale.compare(VectorOperators.EQ, fourFloats));
      FloatVector z =
          offset.lanewise(VectorOperators.ASHR, 23).add(roundBits).reinterpretAsFloats();
      FloatVector k = z.sub(round);
      FloatVector p = f.fma(l10, l9).fma(f, l8).fma(f, l7).fma(f, l6);
      p = p.fma(f, l5).fma(f, l4).fma(f, l3).fma(f, l2);
      FloatVector result = k.fma(ln2High, f.mul(f).fma(p, k.fma(ln2Low, f)));
      result = result.blend(v, v.add(v).compare(VectorOperators.EQ, v));
      FloatVector outside = nan.blend(minusInfinity, v.compare(VectorOperators.EQ, minusOne));
      outside.blend(result, v.compare(VectorOperators.GT, minusOne)).intoArray(y, yOffset + i);
    }
  }
}
