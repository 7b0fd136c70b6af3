package dev.nn;

import dev.nn.spi.DenseLayer;
import dev.nn.spi.Moments;
import dev.nn.spi.Shapes;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * The general three-step backpropagation of one network, with the buffers of one caller.
 *
 * <pre>
 * 1.  delta[L] = grad_{z[L]} J                                output layer
 * 2.  delta[l] = (W[l+1]^T delta[l+1]) o g'(z[l])             l = L-1, ..., 1
 * 3.  dW[l]    = delta[l] a[l-1]^T,   db[l] = delta[l]        every layer
 * </pre>
 *
 * <p>This is the level below {@code dev.nn.train.Trainer}, for callers that bring their own loop:
 * one call is one step of gradient descent on one batch. Batches are flat row-major arrays. A call
 * allocates nothing. One thread at a time may use an instance, and nobody else the network during
 * {@link #step}.
 */
public final class Backpropagation {
  private final Network network;
  private final Loss loss;
  private final Activation output;
  private final Workspace workspace;
  private int maxRows;

  /** a[1..L] at index 0..L-1, rows x n_l. */
  private float[][] activations;

  /** z[1..L-1] at index 0..L-2, rows x n_l; null where g' is computed from a. */
  private float[][] preactivations;

  /** delta[1..L] at index 0..L-1, rows x n_l. */
  private float[][] deltas;

  private float[] rowLoss;

  /** What the rule of the last step remembers of the layers 1..L; null before the first. */
  private Moments[] moments;

  private Class<? extends UpdateRule> kindOfMoments;

  /** Rows of the last batch. */
  private int lastRows;

  /** Features of the last batch, the caller's array. */
  private float[] lastX;

  /** Whether the last call was a loss, which an update may follow. */
  private boolean updatable;

  /**
   * Buffers for batches of a network.
   *
   * @param network whose parameters {@link #step} changes
   * @param loss must accept the output activation
   * @param maxRows the largest batch, at least 1
   * @param workers threads to use; they stay the caller's to close
   */
  public Backpropagation(Network network, Loss loss, int maxRows, Workers workers) {
    this.network = Objects.requireNonNull(network, "network");
    this.loss = Objects.requireNonNull(loss, "loss");
    this.output = network.architecture().outputActivation();
    loss.requireAccepts(output);
    this.workspace = network.backend().workspace(Objects.requireNonNull(workers, "workers"));
    reserve(maxRows);
  }

  /**
   * Makes room for larger batches, if there is not enough. What rules remember stays; the last
   * batch is forgotten.
   *
   * @param maxRows the largest batch, at least 1
   * @throws IllegalArgumentException if so many rows do not fit an array; nothing is changed
   */
  public void reserve(int maxRows) {
    if (maxRows < 1) {
      throw new IllegalArgumentException("maxRows must be at least 1, but is " + maxRows);
    }
    if (maxRows <= this.maxRows) {
      return;
    }
    int depth = network.architecture().depth();
    float[][] newActivations = new float[depth][];
    float[][] newPreactivations = new float[depth - 1][];
    float[][] newDeltas = new float[depth][];
    for (int l = 1; l <= depth; l++) {
      int length = requireFits(maxRows, l, network.architecture().width(l));
      newActivations[l - 1] = new float[length];
      if (l < depth && network.layer(l).activation().needsPreactivation()) {
        newPreactivations[l - 1] = new float[length];
      }
      newDeltas[l - 1] = new float[length];
    }
    float[] newRowLoss = new float[maxRows];
    for (int l = 1; l <= depth; l++) {
      network.layer(l).reserve(maxRows, l > 1, workspace);
    }
    this.maxRows = maxRows;
    activations = newActivations;
    preactivations = newPreactivations;
    deltas = newDeltas;
    rowLoss = newRowLoss;
    lastRows = 0;
    updatable = false;
  }

  private static int requireFits(int maxRows, int l, int width) {
    if ((long) maxRows * width > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalArgumentException(
          "maxRows is "
              + maxRows
              + ", but layer "
              + l
              + " has "
              + width
              + " outputs: at most "
              + (Integer.MAX_VALUE - Long.BYTES) / width
              + " rows fit an array");
    }
    return maxRows * width;
  }

  /**
   * One step of gradient descent on a batch: forward, loss, backward, update of every layer.
   *
   * <p>What a rule remembers from step to step (momentum, Adam) is kept here, zero at the first
   * step by a rule of another kind than the one before.
   *
   * @param rows B, 1 to the largest batch
   * @param x B x n_0 features at the start of the array
   * @param y B x n_L targets at the start of the array; their values are not checked here, see
   *     {@link Loss#requireTargets}
   * @param rule how a parameter changes by its gradient
   * @return the sum of the losses of the rows before the update
   */
  public double step(int rows, float[] x, float[] y, UpdateRule rule) {
    Objects.requireNonNull(rule, "rule");
    double sum = forward(rows, x, y);
    prepareMoments(rule);
    descend(rule);
    return sum;
  }

  /**
   * The second half of a {@link #step} whose first was {@link #loss}: backward, update of every
   * layer. In between the caller may look at the losses, and decide that there shall be no step.
   *
   * @param rule how a parameter changes by its gradient
   * @throws IllegalStateException if the last call was not {@link #loss}; nothing is changed
   */
  public void update(UpdateRule rule) {
    if (!updatable) {
      throw new IllegalStateException("update needs a call of loss directly before it");
    }
    prepareMoments(rule);
    descend(rule);
  }

  /** Steps 2 and 3 for the last batch, and the update. */
  private void descend(UpdateRule rule) {
    updatable = false;
    int rows = lastRows;
    float[] x = lastX;
    for (int l = activations.length; l >= 1; l--) {
      propagateBelow(l, rows);
    }
    for (int l = activations.length; l >= 1; l--) {
      DenseLayer layer = network.layer(l);
      layer.update(
          rows,
          deltas[l - 1],
          0,
          layer.outputs(),
          input(l, x),
          0,
          layer.inputs(),
          rule,
          moments[l - 1],
          workspace);
    }
  }

  /** Forgets what rules remember, as if there had been no step. */
  public void forget() {
    moments = null;
    kindOfMoments = null;
  }

  private void prepareMoments(UpdateRule rule) {
    if (Objects.requireNonNull(rule, "rule").getClass() == kindOfMoments) {
      return;
    }
    Moments[] fresh = new Moments[activations.length];
    for (int l = 1; l <= fresh.length; l++) {
      fresh[l - 1] = network.layer(l).moments(rule);
    }
    moments = fresh;
    kindOfMoments = rule.getClass();
  }

  /**
   * Forward propagation and loss of a batch, without a change of any parameter. {@link #update} may
   * follow.
   *
   * @param rows B, 1 to the largest batch
   * @param x B x n_0 features at the start of the array; still read by an update that follows
   * @param y B x n_L targets at the start of the array; their values are not checked here, see
   *     {@link Loss#requireTargets}
   * @return the sum of the losses of the rows
   */
  public double loss(int rows, float[] x, float[] y) {
    double sum = forward(rows, x, y);
    updatable = true;
    return sum;
  }

  /**
   * One output of the batch of the last call.
   *
   * @param row 0 to B - 1
   * @param column 0 to n_L - 1
   * @return a[L][row][column]
   * @throws IndexOutOfBoundsException if the batch has no such output
   */
  public float output(int row, int column) {
    Objects.checkIndex(row, lastRows);
    Objects.checkIndex(column, network.architecture().outputs());
    return activations[activations.length - 1][row * network.architecture().outputs() + column];
  }

  /**
   * The loss of one row of the batch of the last call.
   *
   * @param row 0 to B - 1
   * @return L, not divided by B
   * @throws IndexOutOfBoundsException if the batch has no such row
   */
  public float rowLoss(int row) {
    return rowLoss[Objects.checkIndex(row, lastRows)];
  }

  /**
   * Where the numbers of one row of the batch of the last call end: the first layer with an output
   * that is NaN or infinite.
   *
   * @param row 0 to B - 1
   * @return 1..L, or 0 if one of the features is not finite, as they stand in the array of that
   *     call; empty if all outputs are finite
   * @throws IndexOutOfBoundsException if the batch has no such row
   */
  public OptionalInt firstNotFinite(int row) {
    Objects.checkIndex(row, lastRows);
    for (int l = 0; l <= activations.length; l++) {
      int width = network.architecture().width(l);
      float[] a = l == 0 ? lastX : activations[l - 1];
      if (!Rows.areFinite(a, row * width, width)) {
        return OptionalInt.of(l);
      }
    }
    return OptionalInt.empty();
  }

  /** All intermediate results of a batch. */
  Gradients gradients(int rows, float[] x, float[] y) {
    int depth = activations.length;
    float[][] dw = new float[depth][];
    float[][] db = new float[depth][];
    for (int l = 1; l <= depth; l++) {
      DenseLayer layer = network.layer(l);
      dw[l - 1] = new float[layer.outputs() * layer.inputs()];
      db[l - 1] = new float[layer.outputs()];
    }
    double cost = gradients(rows, x, y, dw, db) / rows;
    float[][][] weights = new float[depth][][];
    for (int l = 1; l <= depth; l++) {
      DenseLayer layer = network.layer(l);
      weights[l - 1] = Rows.unflatten(dw[l - 1], layer.outputs(), layer.inputs());
    }
    return new Gradients(cost, allRows(activations, rows), allRows(deltas, rows), weights, db);
  }

  /**
   * The three steps of a batch: dW[l] and db[l] at index l - 1 of the arrays, overwritten. Returns
   * the sum of the losses of the rows.
   */
  double gradients(int rows, float[] x, float[] y, float[][] dw, float[][] db) {
    double sum = forward(rows, x, y);
    for (int l = activations.length; l >= 1; l--) {
      propagateBelow(l, rows);
      DenseLayer layer = network.layer(l);
      layer.gradient(
          rows,
          deltas[l - 1],
          0,
          layer.outputs(),
          input(l, x),
          0,
          layer.inputs(),
          dw[l - 1],
          db[l - 1],
          workspace);
    }
    return sum;
  }

  /** Forward propagation up to the logits, then step 1: output, delta[L] and the losses. */
  private double forward(int rows, float[] x, float[] y) {
    Architecture architecture = network.architecture();
    if (rows < 1 || rows > maxRows) {
      throw new IllegalArgumentException("rows must be 1.." + maxRows + ", but is " + rows);
    }
    Shapes.requireMatrix("x", x, 0, architecture.inputs(), rows, architecture.inputs());
    Shapes.requireMatrix("y", y, 0, architecture.outputs(), rows, architecture.outputs());
    updatable = false;
    int depth = architecture.depth();
    for (int l = 1; l < depth; l++) {
      hidden(l, rows, x);
    }
    DenseLayer last = network.layer(depth);
    float[] za = activations[depth - 1];
    int outputs = last.outputs();
    last.preactivation(rows, input(depth, x), 0, last.inputs(), za, 0, outputs, workspace);
    network
        .backend()
        .kernels()
        .outputLoss(
            loss,
            output,
            rows,
            outputs,
            za,
            0,
            outputs,
            y,
            0,
            outputs,
            (float) (1.0 / rows),
            deltas[depth - 1],
            0,
            outputs,
            rowLoss,
            workspace);
    lastRows = rows;
    lastX = x;
    double sum = 0;
    for (int row = 0; row < rows; row++) {
      sum += rowLoss[row];
    }
    return sum;
  }

  /** a[l] of a hidden layer, and z[l] where backpropagation will need it. */
  private void hidden(int l, int rows, float[] x) {
    DenseLayer layer = network.layer(l);
    int inputs = layer.inputs();
    int outputs = layer.outputs();
    float[] a = activations[l - 1];
    float[] z = preactivations[l - 1];
    if (z == null) {
      layer.forward(rows, input(l, x), 0, inputs, a, 0, outputs, workspace);
    } else {
      layer.preactivation(rows, input(l, x), 0, inputs, z, 0, outputs, workspace);
      System.arraycopy(z, 0, a, 0, rows * outputs);
      network
          .backend()
          .kernels()
          .activate(layer.activation(), rows, outputs, a, 0, outputs, workspace);
    }
  }

  /** Step 2: delta[l-1] from delta[l]; nothing below the first layer. */
  private void propagateBelow(int l, int rows) {
    if (l == 1) {
      return;
    }
    DenseLayer layer = network.layer(l);
    int inputs = layer.inputs();
    layer.backward(
        rows,
        deltas[l - 1],
        0,
        layer.outputs(),
        network.layer(l - 1).activation(),
        preactivations[l - 2] == null ? activations[l - 2] : preactivations[l - 2],
        0,
        inputs,
        deltas[l - 2],
        0,
        inputs,
        workspace);
  }

  /** a[l-1], the input of layer l. */
  private float[] input(int l, float[] x) {
    return l == 1 ? x : activations[l - 2];
  }

  private float[][][] allRows(float[][] flat, int rows) {
    float[][][] all = new float[flat.length][][];
    for (int l = 1; l <= flat.length; l++) {
      all[l - 1] = Rows.unflatten(flat[l - 1], rows, network.architecture().width(l));
    }
    return all;
  }
}
