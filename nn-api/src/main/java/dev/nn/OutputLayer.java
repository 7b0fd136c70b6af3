package dev.nn;

import dev.nn.spi.DenseLayer;
import dev.nn.spi.Kernels;
import dev.nn.spi.Workspace;
import java.util.Arrays;

/** The last layer L and the loss: step 1 of backpropagation, and what it keeps of a batch. */
final class OutputLayer {
  private final DenseLayer layer;
  private final ActivationFunction g;
  private final LossFunction loss;
  private final Kernels kernels;

  /** a[L], B x n_L. */
  final float[] a;

  /** z[L], kept where g' is multiplied after the loss and needs it; null elsewhere. */
  private final float[] z;

  /** delta[L], B x n_L. */
  final float[] delta;

  /** w of each row, 1 where none were given, and its share in the mean over the batch. */
  private final float[] weights;

  private final float[] scale;

  /** The sum of w over the batch. */
  private double totalWeight;

  /** The loss of each row. */
  final float[] rowLoss;

  /** The rows of a custom loss; null for others. */
  private final CustomLossRows customRows;

  /**
   * Buffers for the last layer of a network.
   *
   * @param loss must accept the output activation
   * @param maxRows B of the largest batch
   * @param length B n_L
   */
  OutputLayer(Network network, LossFunction loss, int maxRows, int length) {
    Architecture architecture = network.architecture();
    this.layer = network.layer(architecture.depth());
    this.g = architecture.outputActivation();
    this.loss = loss;
    this.kernels = network.backend().kernels();
    this.a = new float[length];
    boolean needsZ =
        g instanceof CustomActivation || (loss instanceof CustomLoss && g.needsPreactivation());
    this.z = needsZ ? new float[length] : null;
    this.delta = new float[length];
    this.weights = new float[maxRows];
    this.scale = new float[maxRows];
    this.rowLoss = new float[maxRows];
    this.customRows =
        loss instanceof CustomLoss custom ? new CustomLossRows(custom, g, layer.outputs()) : null;
  }

  /** Lets every row of the next batch count the same: {@code w_b = 1}. */
  void weighEqually(int rows) {
    Arrays.fill(weights, 0, rows, 1f);
    Arrays.fill(scale, 0, rows, (float) (1.0 / rows));
    totalWeight = rows;
  }

  /**
   * {@code scale_b = w_b / sum_i w_i} for the next batch, all 0 where the sum is.
   *
   * @param given copied
   * @throws IllegalArgumentException if one is negative or not finite; nothing is changed
   */
  void weigh(int rows, float[] given) {
    double sum = Rows.totalWeight(rows, given);
    System.arraycopy(given, 0, weights, 0, rows);
    for (int row = 0; row < rows; row++) {
      scale[row] = sum == 0 ? 0 : (float) (given[row] / sum);
    }
    totalWeight = sum;
  }

  /** Output, delta[L] and loss of each row. */
  void forward(int rows, float[] x, float[] y, Workspace workspace) {
    int outputs = layer.outputs();
    layer.preactivation(rows, x, 0, layer.inputs(), a, 0, outputs, workspace);
    if (z != null) {
      System.arraycopy(a, 0, z, 0, rows * outputs);
    }
    if (customRows != null) {
      HiddenLayer.activate(g, kernels, rows, outputs, a, 0, workspace);
      customRows.run(rows, a, y, scale, delta, rowLoss);
      multiplyByDerivative(rows, workspace);
    } else if (g instanceof CustomActivation custom) {
      custom.activate(rows * outputs, a, 0);
      loss(Activation.IDENTITY, rows, y, workspace);
      custom.multiplyByDerivative(rows * outputs, z, delta);
    } else {
      loss((Activation) g, rows, y, workspace);
    }
  }

  /** {@code delta = delta o g'(z[L])} of elementwise activations. */
  private void multiplyByDerivative(int rows, Workspace workspace) {
    int outputs = layer.outputs();
    if (g instanceof CustomActivation custom) {
      custom.multiplyByDerivative(rows * outputs, z, delta);
    } else if (g != Activation.SOFTMAX && g != Activation.IDENTITY) {
      float[] base = z == null ? a : z;
      kernels.multiplyByDerivative(
          (Activation) g, rows, outputs, base, 0, outputs, delta, 0, outputs, workspace);
    }
  }

  private void loss(Activation output, int rows, float[] y, Workspace workspace) {
    int outputs = layer.outputs();
    kernels.outputLoss(
        (Loss) loss,
        output,
        rows,
        outputs,
        a,
        0,
        outputs,
        y,
        0,
        outputs,
        scale,
        delta,
        0,
        outputs,
        rowLoss,
        workspace);
  }

  /** The sum of w over the batch. */
  double totalWeight() {
    return totalWeight;
  }

  /** The sum of the losses of the rows, each times w, added in order. */
  double lossSum(int rows) {
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      sum += (double) weights[row] * rowLoss[row];
    }
    return sum;
  }
}
