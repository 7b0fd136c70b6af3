package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;

import dev.nn.Activation;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Moments;
import dev.nn.spi.Shapes;
import dev.nn.spi.Workspace;

/**
 * What the dense layers of this module share: their sizes, the bias, and the checks at the door of
 * calls that differ only behind it.
 */
abstract class OwnedDenseLayer implements DenseLayer {
  final int inputs;
  final int outputs;
  final Activation activation;
  final float[] bias;

  OwnedDenseLayer(int inputs, int outputs, Activation activation) {
    Shapes.requireLayer(inputs, outputs, activation);
    this.inputs = inputs;
    this.outputs = outputs;
    this.activation = activation;
    this.bias = new float[outputs];
  }

  /** First input of a part of an update; parts are whole vectors. */
  final int inputBegin(int part, int parts) {
    return Math.min(inputs, LANES * Parts.begin(Blocks.count(inputs, LANES), part, parts));
  }

  @Override
  public final int inputs() {
    return inputs;
  }

  @Override
  public final int outputs() {
    return outputs;
  }

  @Override
  public final Activation activation() {
    return activation;
  }

  @Override
  public final void setParameters(float[] newWeights, float[] newBias) {
    Shapes.requireLength("weights", newWeights, (long) outputs * inputs);
    Shapes.requireLength("bias", newBias, outputs);
    setWeights(newWeights);
    System.arraycopy(newBias, 0, bias, 0, outputs);
  }

  @Override
  public final void getParameters(float[] toWeights, float[] toBias) {
    Shapes.requireLength("weights", toWeights, (long) outputs * inputs);
    Shapes.requireLength("bias", toBias, outputs);
    getWeights(toWeights);
    System.arraycopy(bias, 0, toBias, 0, outputs);
  }

  @Override
  public final void getMoments(Moments moments, int moment, float[] toWeights, float[] toBias) {
    Shapes.requireLength("weights", toWeights, (long) outputs * inputs);
    Shapes.requireLength("bias", toBias, outputs);
    toCanonical(moments.weights()[moment], toWeights);
    System.arraycopy(moments.bias()[moment], 0, toBias, 0, outputs);
  }

  @Override
  public final void setMoments(Moments moments, int moment, float[] newWeights, float[] newBias) {
    Shapes.requireLength("weights", newWeights, (long) outputs * inputs);
    Shapes.requireLength("bias", newBias, outputs);
    fromCanonical(newWeights, moments.weights()[moment]);
    System.arraycopy(newBias, 0, moments.bias()[moment], 0, outputs);
  }

  /** From values of weights in the order of their moments to that of {@code n K + k}. */
  abstract void toCanonical(float[] own, float[] canonical);

  /** From values of weights in the order of {@code n K + k} to that of their moments. */
  abstract void fromCanonical(float[] canonical, float[] own);

  /** From canonical {@code W[n][k]} at {@code n K + k}. */
  abstract void setWeights(float[] from);

  /** To canonical {@code W[n][k]} at {@code n K + k}. */
  abstract void getWeights(float[] to);

  @Override
  public final void forward(
      int rows,
      float[] x,
      int xOffset,
      int xStride,
      float[] a,
      int aOffset,
      int aStride,
      Workspace workspace) {
    Shapes.requireMatrix("x", x, xOffset, xStride, rows, inputs);
    Shapes.requireMatrix("a", a, aOffset, aStride, rows, outputs);
    forward(activation, rows, x, xOffset, xStride, a, aOffset, aStride, workspace);
  }

  @Override
  public final void preactivation(
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
    forward(Activation.IDENTITY, rows, x, xOffset, xStride, z, zOffset, zStride, workspace);
  }

  /** {@code a = g(x W^T + b)}, whatever the activation of this layer is. */
  abstract void forward(
      Activation g,
      int rows,
      float[] x,
      int xOffset,
      int xStride,
      float[] a,
      int aOffset,
      int aStride,
      Workspace workspace);

  /**
   * {@code f[n] = min(1, maxNorm / sqrt(s[n]))} in place, of sums of squares from first to end.
   *
   * @return whether a factor is not 1
   */
  static boolean normFactors(float maxNorm, int first, int end, float[] s) {
    boolean limits = false;
    for (int n = first; n < end; n++) {
      float norm = (float) Math.sqrt(s[n]);
      boolean exceeds = norm > maxNorm;
      float factor = s[n] < Float.POSITIVE_INFINITY ? maxNorm / norm : Float.NaN;
      s[n] = exceeds ? factor : 1;
      limits |= exceeds;
    }
    return limits;
  }
}
