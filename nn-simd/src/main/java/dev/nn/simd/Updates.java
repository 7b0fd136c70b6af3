package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Species.FLOATS;

import dev.nn.spi.UpdateRule;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * How parameters follow their gradients in one step: the factors of that step, and a loop of whole
 * vectors for each rule. Gradients that are adjusted first become so block by block, in L1.
 */
final class Updates {
  /** Elements that are adjusted at a time: 4 KB. */
  static final int BLOCK = 1024;

  /**
   * The loop of a rule, over whole vectors; m and v are the first and the second moment, null where
   * the rule has none.
   *
   * <p>Objects, not cases of a switch: C2 makes one method of what it finds behind the cases, and
   * once that is several loops it may give up inlining within the last of them, whose vectors are
   * then objects.
   */
  private interface Loop {
    void run(
        Updates factors,
        boolean regularized,
        int length,
        float[] w,
        int wo,
        float[] g,
        int go,
        float[] m,
        int mo,
        float[] v,
        int vo);
  }

  private UpdateRule rule;
  private long step;

  private Operation operation;
  private Loop loop;

  /** Factors of the rule, as far as it has them; a momentum and rho are decays of a moment. */
  private float alpha;

  private float epsilon;
  private float decay1;
  private float rest1;
  private float decay2;
  private float rest2;
  private float weightDecay;

  /** Whether gradients are adjusted, and by what. */
  private boolean adjusts;

  private float clip;
  private float l1;

  /** Sets the rule and computes its factors, some of which depend on the number of the step. */
  void begin(UpdateRule newRule, long newStep) {
    rule = newRule;
    step = newStep;
    adjusts = newRule instanceof UpdateRule.Adjusted;
    if (newRule instanceof UpdateRule.Adjusted adjusted) {
      clip = adjusted.clip();
      l1 = adjusted.l1();
      beginFactors(adjusted.rule());
    } else {
      beginFactors(newRule);
    }
  }

  private void beginFactors(UpdateRule newRule) {
    if (newRule instanceof UpdateRule.GradientDescent descent) {
      operation = Operation.GRADIENT_DESCENT;
      loop = Updates::gradientDescent;
      alpha = descent.learningRate();
    } else if (newRule instanceof UpdateRule.Momentum momentum) {
      operation = Operation.MOMENTUM;
      loop = Updates::momentum;
      alpha = momentum.learningRate();
      decay1 = momentum.momentum();
    } else if (newRule instanceof UpdateRule.Nesterov nesterov) {
      operation = Operation.NESTEROV;
      loop = Updates::nesterov;
      alpha = nesterov.learningRate();
      decay1 = nesterov.momentum();
    } else if (newRule instanceof UpdateRule.Adagrad adagrad) {
      operation = Operation.ADAGRAD;
      loop = Updates::adagrad;
      alpha = adagrad.learningRate();
      epsilon = adagrad.epsilon();
    } else if (newRule instanceof UpdateRule.RmsProp rmsProp) {
      operation = Operation.RMS_PROP;
      loop = Updates::rmsProp;
      alpha = rmsProp.learningRate();
      epsilon = rmsProp.epsilon();
      decay1 = (float) rmsProp.rho();
      rest1 = (float) (1 - rmsProp.rho());
    } else if (newRule instanceof UpdateRule.Adam adam) {
      operation = Operation.ADAM;
      loop = Updates::adam;
      alpha = adam.learningRate(step);
      epsilon = adam.epsilon(step);
      beginMoments(adam.beta1(), adam.beta2());
    } else if (newRule instanceof UpdateRule.AdamW adamW) {
      operation = Operation.ADAM_W;
      loop = Updates::adamW;
      alpha = adamW.learningRate(step);
      epsilon = adamW.epsilon(step);
      beginMoments(adamW.beta1(), adamW.beta2());
      weightDecay = adamW.decayOfStep();
    }
  }

  private void beginMoments(double beta1, double beta2) {
    decay1 = (float) beta1;
    rest1 = (float) (1 - beta1);
    decay2 = (float) beta2;
    rest2 = (float) (1 - beta2);
  }

  /** The vector code of the rule. */
  Operation operation() {
    return operation;
  }

  /**
   * One step of some parameters.
   *
   * @param regularized by the rule as it is; false for biases
   * @param moments arrays of the rule's moments, each with its first at {@code mo}
   */
  void apply(
      boolean regularized,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[][] moments,
      int mo,
      Scratch scratch) {
    // Both are asked for, so that both are warmed.
    boolean changes = Choice.isCompiled(operation, length, scratch);
    boolean prepares = !adjusts || Choice.isCompiled(Operation.ADJUST, length, scratch);
    if (!changes || !prepares) {
      UpdateRule scalarRule = regularized ? rule : rule.forBias(); // an object, until compiled
      scratch.scalar.update(
          scalarRule, step, length, w, wo, g, go, moments, mo, scratch.scalarWorkspace);
      return;
    }
    if (!adjusts) {
      change(regularized, length, w, wo, g, go, moments, mo, scratch);
      return;
    }
    float[] adjusted = scratch.adjusted(BLOCK);
    for (int i = 0; i < length; i += BLOCK) {
      int count = Math.min(BLOCK, length - i);
      adjust(regularized, count, w, wo + i, g, go + i, adjusted);
      change(regularized, count, w, wo + i, adjusted, 0, moments, mo + i, scratch);
    }
  }

  /** One step by a gradient that needs no more than the L2 term. */
  private void change(
      boolean regularized,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[][] moments,
      int mo,
      Scratch scratch) {
    int whole = length - length % LANES;
    if (whole > 0) {
      float[] first = moments.length > 0 ? moments[0] : null;
      float[] second = moments.length > 1 ? moments[1] : null;
      loop.run(this, regularized, whole, w, wo, g, go, first, mo, second, mo);
    }
    if (whole < length) {
      tail(regularized, length - whole, w, wo + whole, g, go + whole, moments, mo + whole, scratch);
    }
  }

  /** Fewer than a vector, in a padded copy of w, g and the moments. */
  private void tail(
      boolean regularized,
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
    loop.run(this, regularized, LANES, rows, 0, rows, LANES, rows, 2 * LANES, rows, 3 * LANES);
    System.arraycopy(rows, 0, w, wo, length);
    for (int i = 0; i < moments.length; i++) {
      System.arraycopy(rows, (2 + i) * LANES, moments[i], mo, length);
    }
  }

  /**
   * {@code to = l1 == 0 ? c : c + l1 sign(w)}, {@code c = max(-clip, min(clip, g))}.
   *
   * @param w not the same array as to
   */
  void adjust(boolean regularized, int length, float[] w, int wo, float[] g, int go, float[] to) {
    clip(length, g, go, to);
    if (regularized && l1 != 0) {
      addSigns(length, w, wo, to);
    }
  }

  /** {@code to = c}; the last elements, fewer than a vector, one by one. */
  private void clip(int length, float[] g, int go, float[] to) {
    int whole = length - length % LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector gradient = FloatVector.fromArray(FLOATS, g, go + i);
      gradient = gradient.blend(clip, gradient.compare(VectorOperators.GT, clip));
      gradient = gradient.blend(-clip, gradient.compare(VectorOperators.LT, -clip));
      gradient.intoArray(to, i);
    }
    for (int i = whole; i < length; i++) {
      float c = g[go + i] > clip ? clip : g[go + i];
      to[i] = c < -clip ? -clip : c;
    }
  }

  /** {@code to = to + l1 sign(w)}, likewise. */
  private void addSigns(int length, float[] w, int wo, float[] to) {
    int whole = length - length % LANES;
    for (int i = 0; i < whole; i += LANES) {
      FloatVector parameter = FloatVector.fromArray(FLOATS, w, wo + i);
      FloatVector term =
          FloatVector.zero(FLOATS).blend(l1, parameter.compare(VectorOperators.GT, 0f));
      term = term.blend(-l1, parameter.compare(VectorOperators.LT, 0f));
      FloatVector.fromArray(FLOATS, to, i).add(term).intoArray(to, i);
    }
    for (int i = whole; i < length; i++) {
      float parameter = w[wo + i];
      to[i] += parameter > 0 ? l1 : parameter < 0 ? -l1 : 0;
    }
  }

  private float l2(boolean regularized) {
    return regularized ? rule.l2() : 0;
  }

  /** {@code w = fma(-alpha, g', w)}. */
  private void gradientDescent(
      boolean regularized,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] m,
      int mo,
      float[] v,
      int vo) {
    float l2 = l2(regularized);
    FloatVector minusAlpha = FloatVector.broadcast(FLOATS, -alpha);
    FloatVector lambda = FloatVector.broadcast(FLOATS, l2);
    boolean adds = l2 != 0;
    for (int i = 0; i < length; i += LANES) {
      FloatVector parameter = FloatVector.fromArray(FLOATS, w, wo + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, g, go + i);
      if (adds) {
        gradient = lambda.fma(parameter, gradient);
      }
      minusAlpha.fma(gradient, parameter).intoArray(w, wo + i);
    }
  }

  /** {@code m = fma(mu, m, g')}, {@code w = fma(-alpha, m, w)}. */
  private void momentum(
      boolean regularized,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] m,
      int mo,
      float[] v,
      int vo) {
    float l2 = l2(regularized);
    FloatVector minusAlpha = FloatVector.broadcast(FLOATS, -alpha);
    FloatVector mu = FloatVector.broadcast(FLOATS, decay1);
    FloatVector lambda = FloatVector.broadcast(FLOATS, l2);
    boolean adds = l2 != 0;
    for (int i = 0; i < length; i += LANES) {
      FloatVector parameter = FloatVector.fromArray(FLOATS, w, wo + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, g, go + i);
      if (adds) {
        gradient = lambda.fma(parameter, gradient);
      }
      FloatVector velocity = mu.fma(FloatVector.fromArray(FLOATS, m, mo + i), gradient);
      velocity.intoArray(m, mo + i);
      minusAlpha.fma(velocity, parameter).intoArray(w, wo + i);
    }
  }

  /** {@code m = fma(mu, m, g')}, {@code w = fma(-alpha, fma(mu, m, g'), w)}. */
  private void nesterov(
      boolean regularized,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] m,
      int mo,
      float[] v,
      int vo) {
    float l2 = l2(regularized);
    FloatVector minusAlpha = FloatVector.broadcast(FLOATS, -alpha);
    FloatVector mu = FloatVector.broadcast(FLOATS, decay1);
    FloatVector lambda = FloatVector.broadcast(FLOATS, l2);
    boolean adds = l2 != 0;
    for (int i = 0; i < length; i += LANES) {
      FloatVector parameter = FloatVector.fromArray(FLOATS, w, wo + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, g, go + i);
      if (adds) {
        gradient = lambda.fma(parameter, gradient);
      }
      FloatVector velocity = mu.fma(FloatVector.fromArray(FLOATS, m, mo + i), gradient);
      velocity.intoArray(m, mo + i);
      minusAlpha.fma(mu.fma(velocity, gradient), parameter).intoArray(w, wo + i);
    }
  }

  /** {@code m = fma(g', g', m)}, {@code w = w - (alpha g') / (sqrt(m) + epsilon)}. */
  private void adagrad(
      boolean regularized,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] m,
      int mo,
      float[] v,
      int vo) {
    float l2 = l2(regularized);
    FloatVector stepSize = FloatVector.broadcast(FLOATS, alpha);
    FloatVector stepEpsilon = FloatVector.broadcast(FLOATS, epsilon);
    FloatVector lambda = FloatVector.broadcast(FLOATS, l2);
    boolean adds = l2 != 0;
    for (int i = 0; i < length; i += LANES) {
      FloatVector parameter = FloatVector.fromArray(FLOATS, w, wo + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, g, go + i);
      if (adds) {
        gradient = lambda.fma(parameter, gradient);
      }
      FloatVector square = gradient.fma(gradient, FloatVector.fromArray(FLOATS, m, mo + i));
      square.intoArray(m, mo + i);
      FloatVector change = stepSize.mul(gradient).div(square.sqrt().add(stepEpsilon));
      parameter.sub(change).intoArray(w, wo + i);
    }
  }

  /**
   * {@code m = fma(rho, m, ((1 - rho) g') g')}, {@code w = w - (alpha g') / (sqrt(m) + epsilon)}.
   */
  private void rmsProp(
      boolean regularized,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] m,
      int mo,
      float[] v,
      int vo) {
    float l2 = l2(regularized);
    FloatVector stepSize = FloatVector.broadcast(FLOATS, alpha);
    FloatVector stepEpsilon = FloatVector.broadcast(FLOATS, epsilon);
    FloatVector rho = FloatVector.broadcast(FLOATS, decay1);
    FloatVector factor = FloatVector.broadcast(FLOATS, rest1);
    FloatVector lambda = FloatVector.broadcast(FLOATS, l2);
    boolean adds = l2 != 0;
    for (int i = 0; i < length; i += LANES) {
      FloatVector parameter = FloatVector.fromArray(FLOATS, w, wo + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, g, go + i);
      if (adds) {
        gradient = lambda.fma(parameter, gradient);
      }
      FloatVector square =
          rho.fma(FloatVector.fromArray(FLOATS, m, mo + i), factor.mul(gradient).mul(gradient));
      square.intoArray(m, mo + i);
      FloatVector change = stepSize.mul(gradient).div(square.sqrt().add(stepEpsilon));
      parameter.sub(change).intoArray(w, wo + i);
    }
  }

  /**
   * {@code m = fma(beta1, m, (1 - beta1) g')}, {@code v = fma(beta2, v, ((1 - beta2) g') g')},
   * {@code w = w - (alpha_t m) / (sqrt(v) + epsilon_t)}.
   */
  private void adam(
      boolean regularized,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] m,
      int mo,
      float[] v,
      int vo) {
    float l2 = l2(regularized);
    FloatVector stepSize = FloatVector.broadcast(FLOATS, alpha);
    FloatVector stepEpsilon = FloatVector.broadcast(FLOATS, epsilon);
    FloatVector beta1 = FloatVector.broadcast(FLOATS, decay1);
    FloatVector beta2 = FloatVector.broadcast(FLOATS, decay2);
    FloatVector factor1 = FloatVector.broadcast(FLOATS, rest1);
    FloatVector factor2 = FloatVector.broadcast(FLOATS, rest2);
    FloatVector lambda = FloatVector.broadcast(FLOATS, l2);
    boolean adds = l2 != 0;
    for (int i = 0; i < length; i += LANES) {
      FloatVector parameter = FloatVector.fromArray(FLOATS, w, wo + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, g, go + i);
      if (adds) {
        gradient = lambda.fma(parameter, gradient);
      }
      FloatVector mean = beta1.fma(FloatVector.fromArray(FLOATS, m, mo + i), factor1.mul(gradient));
      FloatVector square =
          beta2.fma(FloatVector.fromArray(FLOATS, v, vo + i), factor2.mul(gradient).mul(gradient));
      mean.intoArray(m, mo + i);
      square.intoArray(v, vo + i);
      FloatVector change = stepSize.mul(mean).div(square.sqrt().add(stepEpsilon));
      parameter.sub(change).intoArray(w, wo + i);
    }
  }

  /** {@code w' = d == 0 ? w : fma(-d, w, w)} with {@code d = alpha decay}, then as Adam. */
  private void adamW(
      boolean regularized,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] m,
      int mo,
      float[] v,
      int vo) {
    float l2 = l2(regularized);
    float decay = regularized ? weightDecay : 0;
    FloatVector stepSize = FloatVector.broadcast(FLOATS, alpha);
    FloatVector stepEpsilon = FloatVector.broadcast(FLOATS, epsilon);
    FloatVector beta1 = FloatVector.broadcast(FLOATS, decay1);
    FloatVector beta2 = FloatVector.broadcast(FLOATS, decay2);
    FloatVector factor1 = FloatVector.broadcast(FLOATS, rest1);
    FloatVector factor2 = FloatVector.broadcast(FLOATS, rest2);
    FloatVector lambda = FloatVector.broadcast(FLOATS, l2);
    FloatVector minusDecay = FloatVector.broadcast(FLOATS, -decay);
    boolean adds = l2 != 0;
    boolean decays = decay != 0;
    for (int i = 0; i < length; i += LANES) {
      FloatVector parameter = FloatVector.fromArray(FLOATS, w, wo + i);
      FloatVector gradient = FloatVector.fromArray(FLOATS, g, go + i);
      if (adds) {
        gradient = lambda.fma(parameter, gradient);
      }
      FloatVector mean = beta1.fma(FloatVector.fromArray(FLOATS, m, mo + i), factor1.mul(gradient));
      FloatVector square =
          beta2.fma(FloatVector.fromArray(FLOATS, v, vo + i), factor2.mul(gradient).mul(gradient));
      mean.intoArray(m, mo + i);
      square.intoArray(v, vo + i);
      FloatVector change = stepSize.mul(mean).div(square.sqrt().add(stepEpsilon));
      if (decays) {
        parameter = minusDecay.fma(parameter, parameter);
      }
      parameter.sub(change).intoArray(w, wo + i);
    }
  }
}
