package dev.nn;

import dev.nn.spi.DenseLayer;
import dev.nn.spi.Kernels;
import dev.nn.spi.Shapes;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;

/**
 * Forward propagation {@code a[l] = g(W[l] a[l-1] + b[l])} with its own buffers: no allocation
 * after the first call.
 *
 * <p>One thread at a time may use a predictor; an application gives each of its threads one. It
 * reads the parameters of its network at each call.
 */
public final class Predictor {
  /**
   * Rows that go through all layers together, so that their activations stay in the cache; also
   * what one call keeps in memory, however many rows it is given.
   */
  private static final int BLOCK_ROWS = 64;

  private final Network network;
  private final Workspace workspace;

  /** The activations of hidden layers, odd and even layers in turn; grown on demand. */
  private float[] odd = {};

  private float[] even = {};

  /** Of the rows that are normalized; grown on demand. */
  private float[] inverseDeviations = {};

  Predictor(Network network) {
    this.network = network;
    this.workspace = network.backend().workspace(Workers.caller());
  }

  /**
   * {@code yHat = a[L]} for one row.
   *
   * @param x n_0 features
   * @param y receives n_L outputs
   */
  public void predict(float[] x, float[] y) {
    predict(1, x, y);
  }

  /**
   * {@code yHat = a[L]} for many rows.
   *
   * @param rows number of rows, may be 0
   * @param x rows x n_0 features, row after row
   * @param y receives rows x n_L outputs; not x
   */
  public void predict(int rows, float[] x, float[] y) {
    Architecture architecture = network.architecture();
    int inputs = architecture.inputs();
    int outputs = architecture.outputs();
    if (rows < 0) {
      throw new IllegalArgumentException("rows must not be negative, but is " + rows);
    }
    Shapes.requireLength("x", x, (long) rows * inputs);
    Shapes.requireLength("y", y, (long) rows * outputs);
    if (x == y && rows > 0) {
      throw new IllegalArgumentException("y must be another array than x");
    }
    reserve(Math.min(rows, BLOCK_ROWS));
    for (int row = 0; row < rows; row += BLOCK_ROWS) {
      forward(Math.min(BLOCK_ROWS, rows - row), x, row * inputs, y, row * outputs);
    }
  }

  private void forward(int rows, float[] x, int xOffset, float[] y, int yOffset) {
    int depth = network.architecture().depth();
    float[] from = x;
    int fromOffset = xOffset;
    for (int l = 1; l <= depth; l++) {
      DenseLayer layer = network.layer(l);
      boolean last = l == depth;
      float[] to = last ? y : (l & 1) == 1 ? odd : even;
      int toOffset = last ? yOffset : 0;
      layer.forward(
          rows, from, fromOffset, layer.inputs(), to, toOffset, layer.outputs(), workspace);
      finish(l, rows, to, toOffset);
      from = to;
      fromOffset = toOffset;
    }
  }

  /** What a backend does not do of a layer: normalization with what stands behind it. */
  private void finish(int l, int rows, float[] a, int offset) {
    ActivationFunction g = network.architecture().layers().get(l - 1).activation();
    NormalizationParameters normalization = network.normalization(l);
    if (normalization != null) {
      Kernels kernels = network.backend().kernels();
      NormalizedBatch.apply(normalization, kernels, rows, a, offset, inverseDeviations, workspace);
      HiddenLayer.activate(g, kernels, rows, network.layer(l).outputs(), a, offset, workspace);
    } else if (g instanceof CustomActivation custom) {
      custom.activate(rows * network.layer(l).outputs(), a, offset);
    }
  }

  private void reserve(int rows) {
    Architecture architecture = network.architecture();
    int widest = 0;
    for (int l = 1; l < architecture.depth(); l++) {
      widest = Math.max(widest, architecture.width(l));
    }
    int length = Math.multiplyExact(rows, widest);
    if (odd.length < length) {
      odd = new float[length];
      even = architecture.depth() > 2 ? new float[length] : odd;
    }
    if (inverseDeviations.length < rows) {
      inverseDeviations = new float[rows];
    }
  }
}
