package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Species.FLOATS;

import dev.nn.spi.UpdateRule;
import jdk.incubator.vector.FloatVector;

/**
 * How parameters follow their gradients in one step: the factors of that step, and a loop of whole
 * vectors for each rule.
 */
final class Updates {
  private UpdateRule rule;
  private float alpha;
  private float epsilon;
  private long step;

  /** The same rule without L2, for scalar code. */
  private UpdateRule unregularized;

  /** Sets the rule and computes what depends on the number of the step. */
  void begin(UpdateRule newRule, long newStep) {
    if (newRule != rule) {
      unregularized = newRule.l2() == 0 ? newRule : newRule.forBias();
    }
    rule = newRule;
    step = newStep;
    if (newRule instanceof UpdateRule.GradientDescent descent) {
      alpha = descent.learningRate();
    } else if (newRule instanceof UpdateRule.Momentum momentum) {
      alpha = momentum.learningRate();
    } else if (newRule instanceof UpdateRule.Adam adam) {
      alpha = adam.learningRate(step);
      epsilon = adam.epsilon(step);
    }
  }

  /**
   * One step of some parameters.
   *
   * @param l2 lambda, which is not the rule's for a bias
   * @param moments arrays of the rule's moments, each with its first at {@code mo}
   */
  void apply(
      float l2,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[][] moments,
      int mo,
      Scratch scratch) {
    if (!Choice.isCompiled(rule, length, scratch)) {
      UpdateRule scalarRule = l2 == 0 ? unregularized : rule;
      scratch.scalar.update(
          scalarRule, step, length, w, wo, g, go, moments, mo, scratch.scalarWorkspace);
      return;
    }
    int whole = length - length % LANES;
    if (whole > 0) {
      vectors(l2, whole, w, wo, g, go, first(moments), second(moments), mo);
    }
    if (whole < length) {
      tail(l2, length - whole, w, wo + whole, g, go + whole, moments, mo + whole, scratch);
    }
  }

  private static float[] first(float[][] moments) {
    return moments.length > 0 ? moments[0] : null;
  }

  private static float[] second(float[][] moments) {
    return moments.length > 1 ? moments[1] : null;
  }

  /** Fewer than a vector, in a padded copy of w, g and the moments. */
  private void tail(
      float l2,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[][] moments,
      int mo,
      Scratch scratch) {
    float[] rows = scratch.rows(4 * LANES);
    System.arraycopy(w, wo, rows, 0, length);
    System.arraycopy(g, go, rows, LANES, length);
    for (int i = 0; i < moments.length; i++) {
      System.arraycopy(moments[i], mo, rows, (2 + i) * LANES, length);
    }
    if (rule instanceof UpdateRule.Adam adam) {
      adam(adam, l2, LANES, rows, 0, rows, LANES, rows, 2 * LANES, rows, 3 * LANES);
    } else {
      vectors(l2, LANES, rows, 0, rows, LANES, rows, rows, 2 * LANES);
    }
    System.arraycopy(rows, 0, w, wo, length);
    for (int i = 0; i < moments.length; i++) {
      System.arraycopy(rows, (2 + i) * LANES, moments[i], mo, length);
    }
  }

  private void vectors(
      float l2, int length, float[] w, int wo, float[] g, int go, float[] m, float[] v, int mo) {
    if (rule instanceof UpdateRule.GradientDescent) {
      gradientDescent(l2, length, w, wo, g, go);
    } else if (rule instanceof UpdateRule.Momentum momentum) {
      momentum(momentum.momentum(), l2, length, w, wo, g, go, m, mo);
    } else if (rule instanceof UpdateRule.Adam adam) {
      adam(adam, l2, length, w, wo, g, go, m, mo, v, mo);
    }
  }

  /** {@code w = fma(-alpha, g', w)}. */
  private void gradientDescent(float l2, int length, float[] w, int wo, float[] g, int go) {
    FloatVector minusAlpha = FloatVector.broadcast(FLOATS, -alpha);
    FloatVector lambda = FloatVector.broadcast(FLOATS, l2);
    boolean regularized = l2 != 0;
    for (int i = 0; i < length; i += LANES) {
      FloatVector parameter = FloatVector.fromArray(FLOATS, w, wo + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, g, go + i);
      if (regularized) {
        gradient = lambda.fma(parameter, gradient);
      }
      minusAlpha.fma(gradient, parameter).intoArray(w, wo + i);
    }
  }

  /** {@code v = fma(mu, v, g')}, {@code w = fma(-alpha, v, w)}. */
  private void momentum(
      float momentum,
      float l2,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] v,
      int vo) {
    FloatVector minusAlpha = FloatVector.broadcast(FLOATS, -alpha);
    FloatVector mu = FloatVector.broadcast(FLOATS, momentum);
    FloatVector lambda = FloatVector.broadcast(FLOATS, l2);
    boolean regularized = l2 != 0;
    for (int i = 0; i < length; i += LANES) {
      FloatVector parameter = FloatVector.fromArray(FLOATS, w, wo + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, g, go + i);
      if (regularized) {
        gradient = lambda.fma(parameter, gradient);
      }
      FloatVector velocity = mu.fma(FloatVector.fromArray(FLOATS, v, vo + i), gradient);
      velocity.intoArray(v, vo + i);
      minusAlpha.fma(velocity, parameter).intoArray(w, wo + i);
    }
  }

  /**
   * {@code m = fma(beta1, m, (1 - beta1) g')}, {@code v = fma(beta2, v, ((1 - beta2) g') g')},
   * {@code w = w - (alpha_t m) / (sqrt(v) + epsilon_t)}.
   */
  private void adam(
      UpdateRule.Adam adam,
      float l2,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] m,
      int mo,
      float[] v,
      int vo) {
    FloatVector stepSize = FloatVector.broadcast(FLOATS, alpha);
    FloatVector stepEpsilon = FloatVector.broadcast(FLOATS, epsilon);
    FloatVector beta1 = FloatVector.broadcast(FLOATS, (float) adam.beta1());
    FloatVector beta2 = FloatVector.broadcast(FLOATS, (float) adam.beta2());
    FloatVector rest1 = FloatVector.broadcast(FLOATS, (float) (1 - adam.beta1()));
    FloatVector rest2 = FloatVector.broadcast(FLOATS, (float) (1 - adam.beta2()));
    FloatVector lambda = FloatVector.broadcast(FLOATS, l2);
    boolean regularized = l2 != 0;
    for (int i = 0; i < length; i += LANES) {
      FloatVector parameter = FloatVector.fromArray(FLOATS, w, wo + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, g, go + i);
      if (regularized) {
        gradient = lambda.fma(parameter, gradient);
      }
      FloatVector mean = beta1.fma(FloatVector.fromArray(FLOATS, m, mo + i), rest1.mul(gradient));
      FloatVector square =
          beta2.fma(FloatVector.fromArray(FLOATS, v, vo + i), rest2.mul(gradient).mul(gradient));
      mean.intoArray(m, mo + i);
      square.intoArray(v, vo + i);
      FloatVector change = stepSize.mul(mean).div(square.sqrt().add(stepEpsilon));
      parameter.sub(change).intoArray(w, wo + i);
    }
  }
}
