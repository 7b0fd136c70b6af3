package dev.nn.reference;

import dev.nn.Activation;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Moments;
import dev.nn.spi.Shapes;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workspace;

/** {@code a = g(x W^T + b)} with {@code W[n][k]} as it is written. */
final class ReferenceDenseLayer implements DenseLayer {
  private final int inputs;
  private final int outputs;
  private final Activation activation;
  private final float[] w;
  private final float[] b;

  ReferenceDenseLayer(int inputs, int outputs, Activation activation) {
    Shapes.requireLayer(inputs, outputs, activation);
    this.inputs = inputs;
    this.outputs = outputs;
    this.activation = activation;
    this.w = new float[outputs * inputs];
    this.b = new float[outputs];
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public Activation activation() {
    return activation;
  }

  @Override
  public void setParameters(float[] weights, float[] bias) {
    Shapes.requireLength("weights", weights, w.length);
    Shapes.requireLength("bias", bias, b.length);
    System.arraycopy(weights, 0, w, 0, w.length);
    System.arraycopy(bias, 0, b, 0, b.length);
  }

  @Override
  public void getParameters(float[] weights, float[] bias) {
    Shapes.requireLength("weights", weights, w.length);
    Shapes.requireLength("bias", bias, b.length);
    System.arraycopy(w, 0, weights, 0, w.length);
    System.arraycopy(b, 0, bias, 0, b.length);
  }

  @Override
  public void getMoments(Moments moments, int moment, float[] weights, float[] bias) {
    Shapes.requireLength("weights", weights, w.length);
    Shapes.requireLength("bias", bias, b.length);
    System.arraycopy(moments.weights()[moment], 0, weights, 0, w.length);
    System.arraycopy(moments.bias()[moment], 0, bias, 0, b.length);
  }

  @Override
  public void setMoments(Moments moments, int moment, float[] weights, float[] bias) {
    Shapes.requireLength("weights", weights, w.length);
    Shapes.requireLength("bias", bias, b.length);
    System.arraycopy(weights, 0, moments.weights()[moment], 0, w.length);
    System.arraycopy(bias, 0, moments.bias()[moment], 0, b.length);
  }

  /** Needs no scratch; its buffers are the gradients that {@link #update} makes as it goes. */
  @Override
  public void reserve(int rows, boolean backward, Workspace workspace) {}

  @Override
  public void forward(
      int rows,
      float[] x,
      int xOffset,
      int xStride,
      float[] a,
      int aOffset,
      int aStride,
      Workspace workspace) {
    preactivation(rows, x, xOffset, xStride, a, aOffset, aStride, workspace);
    ReferenceKernels.activate(activation, rows, outputs, a, aOffset, aStride);
  }

  @Override
  public void preactivation(
      int rows,
      float[] x,
      int xOffset,
      int xStride,
      float[] z,
      int zOffset,
      int zStride,
      Workspace workspace) {
    Shapes.requireMatrix("x", x, xOffset, xStride, rows, inputs);
    Shapes.requireMatrix("z", z, zOffset, zStride, rows, outputs);
    Matmul.multiply(
        rows, outputs, inputs, x, xOffset, xStride, 1, w, 0, 1, inputs, z, zOffset, zStride);
    for (int row = 0; row < rows; row++) {
      for (int n = 0; n < outputs; n++) {
        z[zOffset + row * zStride + n] += b[n];
      }
    }
  }

  @Override
  public void backward(
      int rows,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      Activation below,
      float[] x,
      int xOffset,
      int xStride,
      float[] d,
      int dOffset,
      int dStride,
      Workspace workspace) {
    Shapes.requireMatrix("delta", delta, deltaOffset, deltaStride, rows, outputs);
    Shapes.requireMatrix("x", x, xOffset, xStride, rows, inputs);
    Shapes.requireMatrix("d", d, dOffset, dStride, rows, inputs);
    Shapes.requireElementwise(below);
    Matmul.multiply(
        rows,
        inputs,
        outputs,
        delta,
        deltaOffset,
        deltaStride,
        1,
        w,
        0,
        inputs,
        1,
        d,
        dOffset,
        dStride);
    ReferenceKernels.multiplyByDerivative(
        below, rows, inputs, x, xOffset, xStride, d, dOffset, dStride);
  }

  @Override
  public void gradient(
      int rows,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      float[] x,
      int xOffset,
      int xStride,
      float[] weightGradient,
      float[] biasGradient,
      Workspace workspace) {
    Shapes.requireMatrix("delta", delta, deltaOffset, deltaStride, rows, outputs);
    Shapes.requireMatrix("x", x, xOffset, xStride, rows, inputs);
    Shapes.requireLength("weightGradient", weightGradient, w.length);
    Shapes.requireLength("biasGradient", biasGradient, b.length);
    Matmul.multiply(
        outputs,
        inputs,
        rows,
        delta,
        deltaOffset,
        1,
        deltaStride,
        x,
        xOffset,
        xStride,
        1,
        weightGradient,
        0,
        inputs);
    for (int n = 0; n < outputs; n++) {
      biasGradient[n] = Reductions.columnSum(rows, delta, deltaOffset + n, deltaStride);
    }
  }

  @Override
  public Moments moments(UpdateRule rule) {
    return new Moments(rule.moments(), w.length, b.length);
  }

  @Override
  public void update(
      int rows,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      float[] x,
      int xOffset,
      int xStride,
      UpdateRule rule,
      Moments moments,
      Workspace workspace) {
    Shapes.requireRows(rows);
    moments.requireFits(rule, w.length, b.length);
    float[] dw = new float[w.length];
    float[] db = new float[b.length];
    gradient(rows, delta, deltaOffset, deltaStride, x, xOffset, xStride, dw, db, workspace);
    update(dw, db, rule, moments, workspace);
  }

  @Override
  public void update(
      float[] weightGradient,
      float[] biasGradient,
      UpdateRule rule,
      Moments moments,
      Workspace workspace) {
    Shapes.requireLength("weightGradient", weightGradient, w.length);
    Shapes.requireLength("biasGradient", biasGradient, b.length);
    moments.requireFits(rule, w.length, b.length);
    long step = moments.nextStep();
    Updates.update(rule, step, w.length, w, 0, weightGradient, 0, moments.weights(), 0);
    Updates.update(rule.forBias(), step, b.length, b, 0, biasGradient, 0, moments.bias(), 0);
  }

  @Override
  public void limitNorms(float maxNorm, Workspace workspace) {
    Shapes.requireMaxNorm(maxNorm);
    for (int n = 0; n < outputs; n++) {
      float squares = Reductions.sumOfSquares(inputs, w, n * inputs);
      float norm = (float) Math.sqrt(squares);
      if (norm > maxNorm) {
        float factor = squares < Float.POSITIVE_INFINITY ? maxNorm / norm : Float.NaN;
        for (int k = 0; k < inputs; k++) {
          w[n * inputs + k] *= factor;
        }
      }
    }
  }
}
