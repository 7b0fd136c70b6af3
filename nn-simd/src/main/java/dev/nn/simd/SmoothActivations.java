package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Species.FLOATS;

import dev.nn.Activation;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Activations that are made of elementary functions, with their derivatives beside them: whole
 * vectors in place, a block at a time, so that what arises in between stays in the cache.
 *
 * <p>The sequences are those of docs/numerics.md.
 */
final class SmoothActivations {
  /** Elements of a block, whole vectors of every width. */
  private static final int BLOCK = 512;

  /** Elements of scratch that a block needs, the last of them for erf. */
  static final int SCRATCH = 3 * BLOCK;

  private static final int FOR_ERF = 2 * BLOCK;

  private static final float SELU_SCALE = 0x1.0cfabep0f;

  private static final float SELU_SCALE_ALPHA = 0x1.c212ccp0f;

  /** {@code 1 / sqrt(2)} and {@code 1 / sqrt(2 pi)}. */
  private static final float SQRT_HALF = 0x1.6a09e6p-1f;

  private static final float NORMAL_DENSITY = 0x1.988454p-2f;

  /** {@code sqrt(2 / pi)}, and that times 0.044715. */
  private static final float GELU_1 = 0x1.988454p-1f;

  private static final float GELU_3 = 0x1.2444f2p-5f;

  /** From here on the hyperbolic tangent of GELU's approximation is 1. */
  private static final float GELU_LIMIT = 10f;

  private SmoothActivations() {}

  /** {@code y[i] = erf(x[i])}. */
  static void erf(int length, float[] x, int xo, float[] y, int yo, Scratch scratch) {
    float[] t = scratch.between(SCRATCH);
    for (int i = 0; i < length; i += BLOCK) {
      int n = Math.min(BLOCK, length - i);
      VectorElementary.erf(x, xo + i, y, yo + i, n, t, FOR_ERF);
    }
  }

  /** {@code a[i] = g(a[i])}. */
  static void activate(Activation g, int length, float[] a, int ao, Scratch scratch) {
    float[] t = scratch.between(SCRATCH);
    for (int i = 0; i < length; i += BLOCK) {
      int n = Math.min(BLOCK, length - i);
      int at = ao + i;
      switch (g) {
        case ELU -> elu(1, 1, n, a, at, t);
        case SELU -> elu(SELU_SCALE, SELU_SCALE_ALPHA, n, a, at, t);
        case SOFTPLUS -> softplus(n, a, at, t);
        case SILU -> silu(n, a, at, t);
        case GELU -> gelu(n, a, at, t);
        case GELU_TANH -> geluTanh(n, a, at, t);
        default -> throw new AssertionError(g);
      }
    }
  }

  /** {@code d[i] = d[i] g'}, where v holds a or, where g' needs it, z. */
  static void multiplyByDerivative(
      Activation g, int length, float[] v, int vo, float[] d, int dO, Scratch scratch) {
    float[] t = scratch.between(SCRATCH);
    for (int i = 0; i < length; i += BLOCK) {
      int n = Math.min(BLOCK, length - i);
      int at = vo + i;
      int to = dO + i;
      switch (g) {
        case ELU -> derivativeOfElu(1, 1, n, v, at, d, to);
        case SELU -> derivativeOfElu(SELU_SCALE, SELU_SCALE_ALPHA, n, v, at, d, to);
        case SOFTPLUS -> derivativeOfSoftplus(n, v, at, d, to, t);
        case SILU -> derivativeOfSilu(n, v, at, d, to, t);
        case GELU -> derivativeOfGelu(n, v, at, d, to, t);
        case GELU_TANH -> derivativeOfGeluTanh(n, v, at, d, to, t);
        default -> throw new AssertionError(g);
      }
    }
  }

  /** {@code z < 0 ? negative expm1(z) : positive z}. */
  private static void elu(float positive, float negative, int n, float[] a, int ao, float[] t) {
    VectorElementary.expm1(a, ao, t, 0, n);
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector above = FloatVector.broadcast(FLOATS, positive);
    FloatVector below = FloatVector.broadcast(FLOATS, negative);
    for (int i = 0; i < n; i += LANES) {
      FloatVector z = FloatVector.fromArray(FLOATS, a, ao + i);
      FloatVector curve = below.mul(FloatVector.fromArray(FLOATS, t, i));
      above.mul(z).blend(curve, z.compare(VectorOperators.LT, zero)).intoArray(a, ao + i);
    }
  }

  /** {@code a > 0 ? positive : a + negative}. */
  private static void derivativeOfElu(
      float positive, float negative, int n, float[] a, int ao, float[] d, int dO) {
    FloatVector zero = FloatVector.zero(FLOATS);
    FloatVector above = FloatVector.broadcast(FLOATS, positive);
    FloatVector below = FloatVector.broadcast(FLOATS, negative);
    for (int i = 0; i < n; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, a, ao + i);
      FloatVector derivative = v.add(below).blend(above, v.compare(VectorOperators.GT, zero));
      FloatVector.fromArray(FLOATS, d, dO + i).mul(derivative).intoArray(d, dO + i);
    }
  }

  /** {@code (z < 0 ? +0 : z) + log1p(e^-|z|)}. */
  private static void softplus(int n, float[] a, int ao, float[] t) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(FLOATS, a, ao + i).abs().neg().intoArray(t, i);
    }
    VectorElementary.exp(t, 0, t, 0, n);
    VectorElementary.log1p(t, 0, t, 0, n);
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += LANES) {
      FloatVector z = FloatVector.fromArray(FLOATS, a, ao + i);
      z.blend(zero, z.compare(VectorOperators.LT, zero))
          .add(FloatVector.fromArray(FLOATS, t, i))
          .intoArray(a, ao + i);
    }
  }

  /** {@code -expm1(-a)}. */
  private static void derivativeOfSoftplus(int n, float[] a, int ao, float[] d, int dO, float[] t) {
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(FLOATS, a, ao + i).neg().intoArray(t, i);
    }
    VectorElementary.expm1(t, 0, t, 0, n);
    for (int i = 0; i < n; i += LANES) {
      FloatVector derivative = FloatVector.fromArray(FLOATS, t, i).neg();
      FloatVector.fromArray(FLOATS, d, dO + i).mul(derivative).intoArray(d, dO + i);
    }
  }

  /** {@code z sigmoid(z)}. */
  private static void silu(int n, float[] a, int ao, float[] t) {
    VectorElementary.sigmoid(a, ao, t, 0, n);
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(FLOATS, a, ao + i)
          .mul(FloatVector.fromArray(FLOATS, t, i))
          .intoArray(a, ao + i);
    }
  }

  /** {@code fma(z (1 - s), s, s)} with {@code s = sigmoid(z)}. */
  private static void derivativeOfSilu(int n, float[] z, int zo, float[] d, int dO, float[] t) {
    VectorElementary.sigmoid(z, zo, t, 0, n);
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    for (int i = 0; i < n; i += LANES) {
      FloatVector s = FloatVector.fromArray(FLOATS, t, i);
      FloatVector derivative = FloatVector.fromArray(FLOATS, z, zo + i).mul(one.sub(s)).fma(s, s);
      FloatVector.fromArray(FLOATS, d, dO + i).mul(derivative).intoArray(d, dO + i);
    }
  }

  /** {@code (0.5 z) (1 + erf(z / sqrt(2)))}. */
  private static void gelu(int n, float[] a, int ao, float[] t) {
    erfOfScaled(n, a, ao, t);
    times(n, a, ao, t);
  }

  /** {@code t = erf(z / sqrt(2))}. */
  private static void erfOfScaled(int n, float[] z, int zo, float[] t) {
    FloatVector scale = FloatVector.broadcast(FLOATS, SQRT_HALF);
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(FLOATS, z, zo + i).mul(scale).intoArray(t, i);
    }
    VectorElementary.erf(t, 0, t, 0, n, t, FOR_ERF);
  }

  /** {@code a = (0.5 a) (1 + t)}. */
  private static void times(int n, float[] a, int ao, float[] t) {
    FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    for (int i = 0; i < n; i += LANES) {
      FloatVector.fromArray(FLOATS, a, ao + i)
          .mul(half)
          .mul(one.add(FloatVector.fromArray(FLOATS, t, i)))
          .intoArray(a, ao + i);
    }
  }

  /**
   * {@code fma(z, density, fma(0.5, erf(z / sqrt(2)), 0.5))}, the density of the normal
   * distribution being {@code e^((-0.5 z) z) / sqrt(2 pi)}.
   */
  private static void derivativeOfGelu(int n, float[] z, int zo, float[] d, int dO, float[] t) {
    FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);
    FloatVector minusHalf = FloatVector.broadcast(FLOATS, -0.5f);
    FloatVector density = FloatVector.broadcast(FLOATS, NORMAL_DENSITY);
    erfOfScaled(n, z, zo, t);
    for (int i = 0; i < n; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, z, zo + i);
      minusHalf.mul(v).mul(v).intoArray(t, BLOCK + i);
    }
    VectorElementary.exp(t, BLOCK, t, BLOCK, n);
    for (int i = 0; i < n; i += LANES) {
      FloatVector probability = half.fma(FloatVector.fromArray(FLOATS, t, i), half);
      FloatVector derivative =
          FloatVector.fromArray(FLOATS, z, zo + i)
              .fma(FloatVector.fromArray(FLOATS, t, BLOCK + i).mul(density), probability);
      FloatVector.fromArray(FLOATS, d, dO + i).mul(derivative).intoArray(d, dO + i);
    }
  }

  /** {@code (0.5 z) (1 + tanh(z fma(z z, GELU_3, GELU_1)))}. */
  private static void geluTanh(int n, float[] a, int ao, float[] t) {
    tanhOfCubic(n, a, ao, t);
    times(n, a, ao, t);
  }

  /** {@code t = tanh(z fma(z z, GELU_3, GELU_1))}. */
  private static void tanhOfCubic(int n, float[] z, int zo, float[] t) {
    FloatVector first = FloatVector.broadcast(FLOATS, GELU_1);
    FloatVector third = FloatVector.broadcast(FLOATS, GELU_3);
    for (int i = 0; i < n; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, z, zo + i);
      v.mul(v).fma(third, first).mul(v).intoArray(t, i);
    }
    VectorElementary.tanh(t, 0, t, 0, n);
  }

  /**
   * {@code fma((0.5 y) fma(-t, t, 1), fma(y y, 3 GELU_3, GELU_1), fma(0.5, t, 0.5))} with {@code t
   * = tanh(y fma(y y, GELU_3, GELU_1))}; y is z, at most 10 in magnitude.
   */
  private static void derivativeOfGeluTanh(int n, float[] z, int zo, float[] d, int dO, float[] t) {
    FloatVector highest = FloatVector.broadcast(FLOATS, GELU_LIMIT);
    FloatVector lowest = FloatVector.broadcast(FLOATS, -GELU_LIMIT);
    FloatVector half = FloatVector.broadcast(FLOATS, 0.5f);
    FloatVector one = FloatVector.broadcast(FLOATS, 1);
    FloatVector first = FloatVector.broadcast(FLOATS, GELU_1);
    FloatVector third = FloatVector.broadcast(FLOATS, 3 * GELU_3);
    for (int i = 0; i < n; i += LANES) {
      FloatVector v = FloatVector.fromArray(FLOATS, z, zo + i);
      v = v.blend(highest, v.compare(VectorOperators.GT, highest));
      v.blend(lowest, v.compare(VectorOperators.LT, lowest)).intoArray(t, BLOCK + i);
    }
    tanhOfCubic(n, t, BLOCK, t);
    for (int i = 0; i < n; i += LANES) {
      FloatVector y = FloatVector.fromArray(FLOATS, t, BLOCK + i);
      FloatVector tanh = FloatVector.fromArray(FLOATS, t, i);
      FloatVector slope = half.mul(y).mul(tanh.neg().fma(tanh, one));
      FloatVector derivative = slope.fma(y.mul(y).fma(third, first), half.fma(tanh, half));
      FloatVector.fromArray(FLOATS, d, dO + i).mul(derivative).intoArray(d, dO + i);
    }
  }
}
