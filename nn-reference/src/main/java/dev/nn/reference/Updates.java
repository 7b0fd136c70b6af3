package dev.nn.reference;

import dev.nn.spi.UpdateRule;

/** How parameters follow their gradients, one after another. */
final class Updates {
  private Updates() {}

  /** Moment i of parameter j stands at {@code moments[i][mo + j]}. */
  static void update(
      UpdateRule rule,
      long step,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[][] moments,
      int mo) {
    UpdateRule kind = rule instanceof UpdateRule.Adjusted adjusted ? adjusted.rule() : rule;
    if (kind instanceof UpdateRule.GradientDescent descent) {
      for (int j = 0; j < length; j++) {
        float gradient = gradient(rule, w[wo + j], g[go + j]);
        w[wo + j] = Math.fma(-descent.learningRate(), gradient, w[wo + j]);
      }
    } else if (kind instanceof UpdateRule.Momentum momentum) {
      momentum(momentum, rule, length, w, wo, g, go, moments[0], mo);
    } else if (kind instanceof UpdateRule.Nesterov nesterov) {
      nesterov(nesterov, rule, length, w, wo, g, go, moments[0], mo);
    } else if (kind instanceof UpdateRule.Adagrad adagrad) {
      adagrad(adagrad, rule, length, w, wo, g, go, moments[0], mo);
    } else if (kind instanceof UpdateRule.RmsProp rmsProp) {
      rmsProp(rmsProp, rule, length, w, wo, g, go, moments[0], mo);
    } else if (kind instanceof UpdateRule.Adam adam) {
      adam(adam, rule, step, length, w, wo, g, go, moments[0], moments[1], mo);
    } else if (kind instanceof UpdateRule.AdamW adamW) {
      adamW(adamW, rule, step, length, w, wo, g, go, moments[0], moments[1], mo);
    }
  }

  /** The gradient that a rule goes by: clipped, then with the terms of L1 and L2. */
  private static float gradient(UpdateRule rule, float w, float g) {
    float adjusted = g;
    if (rule instanceof UpdateRule.Adjusted adjusting) {
      adjusted = penalized(adjusting.l1(), w, clipped(adjusting.clip(), g));
    }
    return rule.l2() == 0 ? adjusted : Math.fma(rule.l2(), w, adjusted);
  }

  private static float clipped(float clip, float g) {
    float c = g > clip ? clip : g;
    return c < -clip ? -clip : c;
  }

  /** {@code c + l1 sign(w)}. */
  private static float penalized(float l1, float w, float c) {
    return l1 == 0 ? c : c + (w > 0 ? l1 : w < 0 ? -l1 : 0f);
  }

  /** {@code v = fma(mu, v, g')}, {@code w = fma(-alpha, v, w)}. */
  private static void momentum(
      UpdateRule.Momentum rule,
      UpdateRule whole,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] v,
      int mo) {
    for (int j = 0; j < length; j++) {
      float gradient = gradient(whole, w[wo + j], g[go + j]);
      v[mo + j] = Math.fma(rule.momentum(), v[mo + j], gradient);
      w[wo + j] = Math.fma(-rule.learningRate(), v[mo + j], w[wo + j]);
    }
  }

  /** {@code v = fma(mu, v, g')}, {@code w = fma(-alpha, fma(mu, v, g'), w)}. */
  private static void nesterov(
      UpdateRule.Nesterov rule,
      UpdateRule whole,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] v,
      int mo) {
    for (int j = 0; j < length; j++) {
      float gradient = gradient(whole, w[wo + j], g[go + j]);
      v[mo + j] = Math.fma(rule.momentum(), v[mo + j], gradient);
      float ahead = Math.fma(rule.momentum(), v[mo + j], gradient);
      w[wo + j] = Math.fma(-rule.learningRate(), ahead, w[wo + j]);
    }
  }

  /** {@code v = fma(g', g', v)}, {@code w = w - (alpha g') / (sqrt(v) + epsilon)}. */
  private static void adagrad(
      UpdateRule.Adagrad rule,
      UpdateRule whole,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] v,
      int mo) {
    for (int j = 0; j < length; j++) {
      float gradient = gradient(whole, w[wo + j], g[go + j]);
      v[mo + j] = Math.fma(gradient, gradient, v[mo + j]);
      w[wo + j] -= rule.learningRate() * gradient / ((float) Math.sqrt(v[mo + j]) + rule.epsilon());
    }
  }

  /**
   * {@code v = fma(rho, v, ((1 - rho) g') g')}, {@code w = w - (alpha g') / (sqrt(v) + epsilon)}.
   */
  private static void rmsProp(
      UpdateRule.RmsProp rule,
      UpdateRule whole,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] v,
      int mo) {
    float rho = (float) rule.rho();
    float rest = (float) (1 - rule.rho());
    for (int j = 0; j < length; j++) {
      float gradient = gradient(whole, w[wo + j], g[go + j]);
      v[mo + j] = Math.fma(rho, v[mo + j], rest * gradient * gradient);
      w[wo + j] -= rule.learningRate() * gradient / ((float) Math.sqrt(v[mo + j]) + rule.epsilon());
    }
  }

  /**
   * {@code m = fma(beta1, m, (1 - beta1) g')}, {@code v = fma(beta2, v, ((1 - beta2) g') g')},
   * {@code w = w - (alpha_t m) / (sqrt(v) + epsilon_t)}.
   */
  private static void adam(
      UpdateRule.Adam rule,
      UpdateRule whole,
      long step,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] m,
      float[] v,
      int mo) {
    float alpha = rule.learningRate(step);
    float epsilon = rule.epsilon(step);
    float beta1 = (float) rule.beta1();
    float beta2 = (float) rule.beta2();
    float rest1 = (float) (1 - rule.beta1());
    float rest2 = (float) (1 - rule.beta2());
    for (int j = 0; j < length; j++) {
      float gradient = gradient(whole, w[wo + j], g[go + j]);
      m[mo + j] = Math.fma(beta1, m[mo + j], rest1 * gradient);
      v[mo + j] = Math.fma(beta2, v[mo + j], rest2 * gradient * gradient);
      w[wo + j] -= alpha * m[mo + j] / ((float) Math.sqrt(v[mo + j]) + epsilon);
    }
  }

  /** {@code w' = d == 0 ? w : fma(-d, w, w)} with {@code d = alpha decay}, then as Adam. */
  private static void adamW(
      UpdateRule.AdamW rule,
      UpdateRule whole,
      long step,
      int length,
      float[] w,
      int wo,
      float[] g,
      int go,
      float[] m,
      float[] v,
      int mo) {
    float alpha = rule.learningRate(step);
    float epsilon = rule.epsilon(step);
    float beta1 = (float) rule.beta1();
    float beta2 = (float) rule.beta2();
    float rest1 = (float) (1 - rule.beta1());
    float rest2 = (float) (1 - rule.beta2());
    float decay = rule.decayOfStep();
    for (int j = 0; j < length; j++) {
      float gradient = gradient(whole, w[wo + j], g[go + j]);
      m[mo + j] = Math.fma(beta1, m[mo + j], rest1 * gradient);
      v[mo + j] = Math.fma(beta2, v[mo + j], rest2 * gradient * gradient);
      float decayed = decay == 0 ? w[wo + j] : Math.fma(-decay, w[wo + j], w[wo + j]);
      w[wo + j] = decayed - alpha * m[mo + j] / ((float) Math.sqrt(v[mo + j]) + epsilon);
    }
  }
}
