package dev.nn.reference;

import dev.nn.spi.UpdateRule;

/** How a parameter follows its gradient. */
final class Updates {
  private Updates() {}

  /** {@code g' = lambda == 0 ? g : fma(lambda, w, g)}, {@code w = fma(-alpha, g', w)}. */
  static float next(float alpha, float lambda, float w, float g) {
    float regularized = lambda == 0 ? g : Math.fma(lambda, w, g);
    return Math.fma(-alpha, regularized, w);
  }

  static void update(UpdateRule rule, int length, float[] w, int wOffset, float[] g, int gOffset) {
    for (int i = 0; i < length; i++) {
      w[wOffset + i] = next(rule.learningRate(), rule.l2(), w[wOffset + i], g[gOffset + i]);
    }
  }
}
