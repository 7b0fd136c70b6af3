package dev.nn.onnx;

import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/**
 * {@code z = W x + b} of a layer being read, what becomes part of W and b, and a normalization of
 * z.
 */
final class LinearLayer {
  private final int inputs;
  private final float[] weights;
  private final float[] bias;

  /** Of a layer normalization, if there is one. */
  private Optional<Normalized> normalized = Optional.empty();

  /** {@code gamma zHat + beta}. */
  static final class Normalized {
    final float epsilon;
    final float[] gamma;
    final float[] beta;

    Normalized(float epsilon, float[] gamma, float[] beta) {
      this.epsilon = epsilon;
      this.gamma = gamma;
      this.beta = beta;
    }
  }

  /** Takes the weights over, W[n][k] at n * inputs + k; the bias is 0. */
  LinearLayer(int inputs, float[] weights) {
    this.inputs = inputs;
    this.weights = weights;
    this.bias = new float[weights.length / inputs];
  }

  int inputs() {
    return inputs;
  }

  int outputs() {
    return bias.length;
  }

  /** {@code b = b + t}: exact where b is 0. */
  void shift(IntToDoubleFunction t) {
    for (int n = 0; n < bias.length; n++) {
      bias[n] = (float) (bias[n] + t.applyAsDouble(n));
    }
  }

  /** {@code W = s W, b = s b + t}, each rounded once. */
  void transform(IntToDoubleFunction s, IntToDoubleFunction t) {
    for (int n = 0; n < bias.length; n++) {
      double factor = s.applyAsDouble(n);
      for (int k = n * inputs; k < (n + 1) * inputs; k++) {
        weights[k] = (float) (factor * weights[k]);
      }
      bias[n] = (float) (factor * bias[n] + t.applyAsDouble(n));
    }
  }

  /** Behind this, W and b stay as they are. */
  void normalize(Normalized normalization) {
    normalized = Optional.of(normalization);
  }

  Optional<Normalized> normalized() {
    return normalized;
  }

  float[][] weights() {
    float[][] rows = new float[outputs()][inputs];
    for (int n = 0; n < rows.length; n++) {
      System.arraycopy(weights, n * inputs, rows[n], 0, inputs);
    }
    return rows;
  }

  float[] bias() {
    return bias;
  }
}
