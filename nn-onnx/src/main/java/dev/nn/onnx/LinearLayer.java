package dev.nn.onnx;

import java.util.function.IntToDoubleFunction;

/** {@code z = W x + b} of a layer being read, and what becomes part of W and b. */
final class LinearLayer {
  private final int inputs;
  private final float[] weights;
  private final float[] bias;

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
