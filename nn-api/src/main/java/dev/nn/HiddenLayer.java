package dev.nn;

import dev.nn.spi.DenseLayer;
import dev.nn.spi.Kernels;
import dev.nn.spi.Workspace;

/**
 * The stages of a layer l below the last, forward and backward, and what one backpropagation keeps
 * of them for a batch.
 *
 * <p>Forward: product and bias, normalization, activation, dropout. Backward the same in reverse.
 * What a backend can fuse is one call of the layer: {@link DenseLayer#forward}, and {@link
 * DenseLayer#backward} of the layer above with the derivative of this one.
 */
final class HiddenLayer {
  /** Bits of a stream of {@link Philox#DROPOUT} that are the number of the layer. */
  private static final int LAYER_BITS = 16;

  private final int number;
  private final DenseLayer layer;
  private final ActivationFunction g;
  private final double dropout;
  private final Kernels kernels;

  /** a[l], B x n_l, after dropout: what the next layer reads. */
  final float[] a;

  /** What g' is written in: a[l] itself, a[l] before dropout, or the argument of g. */
  private final float[] base;

  /** delta[l], B x n_l. */
  final float[] delta;

  /** Between z[l] and the activation; null if nothing is normalized. */
  final NormalizedBatch normalized;

  /**
   * Buffers for a layer of a network.
   *
   * @param number l
   * @param maxRows B of the largest batch
   * @param length B n_l
   */
  HiddenLayer(Network network, int number, int maxRows, int length) {
    Architecture.Dense description = network.architecture().layers().get(number - 1);
    this.number = number;
    this.layer = network.layer(number);
    this.g = description.activation();
    this.dropout = description.dropout();
    this.kernels = network.backend().kernels();
    this.a = new float[length];
    this.base = derivesFromOutput(g, dropout) ? a : new float[length];
    this.delta = new float[length];
    NormalizationParameters parameters = network.normalization(number);
    this.normalized = parameters == null ? null : new NormalizedBatch(parameters, kernels, maxRows);
  }

  /**
   * Whether a[l] is all that the derivative needs. Dropout leaves to a ReLU and its like what
   * decides their derivative, the sign; where it leaves 0, delta becomes 0.
   */
  private static boolean derivesFromOutput(ActivationFunction g, double dropout) {
    boolean bySign = g == Activation.IDENTITY || g == Activation.RELU || g == Activation.LEAKY_RELU;
    return bySign || (!g.needsPreactivation() && dropout == 0);
  }

  /**
   * a[l] of a batch.
   *
   * @param predicting whether batches are normalized by the running statistics; no backward may
   *     follow
   * @param step whose outputs dropout keeps; 0 for all outputs as they are
   */
  void forward(int rows, float[] x, boolean predicting, long seed, long step, Workspace workspace) {
    int inputs = layer.inputs();
    int outputs = layer.outputs();
    int length = rows * outputs;
    if (normalized != null && predicting) {
      layer.preactivation(rows, x, 0, inputs, a, 0, outputs, workspace);
      normalized.predict(rows, a, workspace);
      activateAndKeepBase(rows, length, workspace);
    } else if (normalized != null) {
      layer.preactivation(rows, x, 0, inputs, normalized.zHat, 0, outputs, workspace);
      normalized.forward(rows, a, workspace);
      activateAndKeepBase(rows, length, workspace);
    } else if (!g.needsPreactivation()) {
      layer.forward(rows, x, 0, inputs, a, 0, outputs, workspace);
      keepBase(length);
    } else {
      layer.preactivation(rows, x, 0, inputs, a, 0, outputs, workspace);
      activateAndKeepBase(rows, length, workspace);
    }
    drop(seed, step, length, a, workspace);
  }

  /** {@code a = g(a)}, and what g' is written in. */
  private void activateAndKeepBase(int rows, int length, Workspace workspace) {
    if (g.needsPreactivation()) {
      keepBase(length);
    }
    activate(g, kernels, rows, layer.outputs(), a, 0, workspace);
    if (!g.needsPreactivation()) {
      keepBase(length);
    }
  }

  private void keepBase(int length) {
    if (base != a) {
      System.arraycopy(a, 0, base, 0, length);
    }
  }

  /** {@code a = g(z)} in place, rows without gaps. */
  static void activate(
      ActivationFunction g,
      Kernels kernels,
      int rows,
      int outputs,
      float[] a,
      int offset,
      Workspace workspace) {
    if (g instanceof CustomActivation custom) {
      custom.activate(rows * outputs, a, offset);
    } else {
      kernels.activate((Activation) g, rows, outputs, a, offset, outputs, workspace);
    }
  }

  /**
   * Step 2: {@code delta[l] = (W[l+1]^T delta[l+1]) o g'(z[l])}, through the normalization if there
   * is one.
   *
   * @param above layer l+1
   * @param deltaAbove delta[l+1]
   * @param step of the forward propagation
   */
  void backward(
      int rows, DenseLayer above, float[] deltaAbove, long seed, long step, Workspace workspace) {
    int outputs = layer.outputs();
    int length = rows * outputs;
    above.backward(
        rows,
        deltaAbove,
        0,
        above.outputs(),
        g instanceof Activation known ? known : Activation.IDENTITY,
        base,
        0,
        outputs,
        delta,
        0,
        outputs,
        workspace);
    if (g instanceof CustomActivation custom) {
      custom.multiplyByDerivative(length, base, delta);
    }
    dropDeltas(seed, step, length, workspace);
    if (normalized != null) {
      normalized.backward(rows, delta, workspace);
    }
  }

  /** The same outputs of a step for activations and deltas: the mask is never in memory. */
  private void drop(long seed, long step, int length, float[] values, Workspace workspace) {
    if (drops(step)) {
      long stream = step << LAYER_BITS | number;
      kernels.dropout(dropout, seed, stream, length, values, 0, workspace);
    }
  }

  /** {@link #drop} of delta[l]. What a ReLU's g' has made 0 of dropped outputs needs no mask. */
  private void dropDeltas(long seed, long step, int length, Workspace workspace) {
    if (g != Activation.RELU) {
      drop(seed, step, length, delta, workspace);
    } else if (drops(step)) {
      float kept = (float) (1 / (1 - dropout));
      for (int i = 0; i < length; i++) {
        delta[i] *= kept;
      }
    }
  }

  private boolean drops(long step) {
    return dropout > 0 && step > 0;
  }
}
