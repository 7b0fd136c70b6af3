package dev.nn;

import dev.nn.io.MalformedFileException;
import dev.nn.io.SafetensorsReader;
import dev.nn.io.SafetensorsWriter;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Shapes;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.io.IOException;
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
  /** Name of the numbers of steps in files: all, and those since moments were zero. */
  private static final String STEPS = "steps";

  private final Network network;
  private final LossFunction loss;
  private final long seed;
  private final Workspace workspace;
  private int maxRows;

  /** The layers 1..L-1 at index 0..L-2. */
  private HiddenLayer[] hidden;

  private OutputLayer last;

  private final RuleMemory memory;

  /** The gradient of the last step that needed all of it at once; null before. */
  private WholeGradient gradient;

  /** Rows of the last batch. */
  private int lastRows;

  /** Features of the last batch, the caller's array. */
  private float[] lastX;

  /** Number of steps that were made. */
  private long steps;

  /** The step whose outputs the last batch kept, 0 for all. */
  private long droppingStep;

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
  public Backpropagation(Network network, LossFunction loss, int maxRows, Workers workers) {
    this(network, loss, maxRows, workers, 0);
  }

  /**
   * Buffers for batches of a network whose layers drop outputs.
   *
   * @param network whose parameters {@link #step} changes
   * @param loss must accept the output activation
   * @param maxRows the largest batch, at least 1
   * @param workers threads to use; they stay the caller's to close
   * @param seed decides which outputs the {@link Architecture#dropout} of each step keeps
   */
  public Backpropagation(
      Network network, LossFunction loss, int maxRows, Workers workers, long seed) {
    this.network = Objects.requireNonNull(network, "network");
    this.loss = Objects.requireNonNull(loss, "loss");
    this.seed = seed;
    loss.requireAccepts(network.architecture().outputActivation());
    this.memory = new RuleMemory(network);
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
    HiddenLayer[] newHidden = new HiddenLayer[depth - 1];
    for (int l = 1; l < depth; l++) {
      int length = requireFits(maxRows, l, network.architecture().width(l));
      newHidden[l - 1] = new HiddenLayer(network, l, maxRows, length);
    }
    int length = requireFits(maxRows, depth, network.architecture().outputs());
    OutputLayer newLast = new OutputLayer(network, loss, maxRows, length);
    for (int l = 1; l <= depth; l++) {
      network.layer(l).reserve(maxRows, l > 1, workspace);
    }
    this.maxRows = maxRows;
    hidden = newHidden;
    last = newLast;
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
   * One step of gradient descent on a batch: forward, loss, backward, update of every layer and of
   * running statistics.
   *
   * <p>What a rule remembers from step to step (momentum, Adam) is kept here, zero at the first
   * step by a rule of another kind than the one before.
   *
   * @param rows B, 1 to the largest batch, at least 2 with a {@link Normalization.Batch}
   * @param x B x n_0 features at the start of the array
   * @param y B x n_L targets at the start of the array; their values are not checked here, see
   *     {@link LossFunction#requireTargets}
   * @param rule how a parameter changes by its gradient
   * @return the sum of the losses of the rows before the update
   */
  public double step(int rows, float[] x, float[] y, UpdateRule rule) {
    Objects.requireNonNull(rule, "rule");
    double sum = forward(rows, x, y, false, steps + 1);
    memory.prepare(rule);
    descend(rule);
    return sum;
  }

  /**
   * One step of gradient descent as the other {@code step}, on rows that need not count the same:
   * {@code J = sum_b w_b L_b / sum_b w_b}.
   *
   * @param rows B, 1 to the largest batch, at least 2 with a {@link Normalization.Batch}
   * @param x B x n_0 features at the start of the array
   * @param y B x n_L targets at the start of the array; their values are not checked here, see
   *     {@link LossFunction#requireTargets}
   * @param weights w, one for each row at the start of the array, finite and not negative; where
   *     all are 0, so is the gradient of J
   * @param rule how a parameter changes by its gradient
   * @return {@code sum_b w_b L_b} before the update
   */
  public double step(int rows, float[] x, float[] y, float[] weights, UpdateRule rule) {
    Objects.requireNonNull(rule, "rule");
    double sum = forward(rows, x, y, weights, false, steps + 1);
    memory.prepare(rule);
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
    requireUpdatable();
    memory.prepare(rule);
    descend(rule);
  }

  private void requireUpdatable() {
    if (!updatable) {
      throw new IllegalStateException("update needs a call of loss directly before it");
    }
  }

  /**
   * An {@link #update} by a gradient that is not longer than a limit, {@code g = g min(1, clipNorm
   * / ||g||)}: clipping by the global norm, which is that of all trained parameters together.
   *
   * <p>The gradient is that of the loss alone; what an {@link UpdateRule} adds or clips by itself
   * comes afterwards. The norm is computed in double, with the same bits for every backend and
   * number of threads. The first call allocates room for a gradient of all parameters, which
   * otherwise is never in memory as a whole.
   *
   * <p>Source: R. Pascanu, T. Mikolov, Y. Bengio, "On the difficulty of training recurrent neural
   * networks", ICML 2013.
   *
   * @param rule how a parameter changes by its gradient
   * @param clipNorm greater than 0; infinite to have the norm only
   * @return {@code ||g||} before it was limited; if it is not finite, nothing was changed, and
   *     {@link #layerOfGradientNotFinite} tells more
   * @throws IllegalArgumentException if clipNorm is not greater than 0; nothing is changed
   * @throws IllegalStateException if the last call was not {@link #loss}; nothing is changed
   */
  public double update(UpdateRule rule, double clipNorm) {
    if (!(clipNorm > 0)) {
      throw new IllegalArgumentException("clipNorm must be greater than 0, but is " + clipNorm);
    }
    Objects.requireNonNull(rule, "rule");
    requireUpdatable();
    if (gradient == null) {
      gradient = new WholeGradient(network.architecture());
    }
    updatable = false;
    differentiate(lastRows, gradient.weights, gradient.biases);
    for (int l = 1; l <= hidden.length; l++) {
      if (normalized(l) != null) {
        NormalizationParameters.copy(normalized(l).gammaGradient, gradient.gammas[l - 1]);
        NormalizationParameters.copy(normalized(l).betaGradient, gradient.betas[l - 1]);
      }
    }
    double norm = gradient.limit(clipNorm);
    if (Double.isFinite(norm)) {
      memory.prepare(rule);
      steps++;
      for (int l = hidden.length + 1; l >= 1; l--) {
        network
            .layer(l)
            .update(
                gradient.weights[l - 1],
                gradient.biases[l - 1],
                rule,
                memory.ofLayer(l),
                workspace);
      }
      for (int l = 1; l <= hidden.length; l++) {
        if (normalized(l) != null) {
          updateNormalization(l, gradient.gammas[l - 1], gradient.betas[l - 1]);
        }
      }
    }
    return norm;
  }

  /**
   * Where an {@link #update(UpdateRule, double)} without a step lost the numbers: the highest layer
   * with an element of the gradient that is NaN or infinite, as it goes from the last layer down.
   *
   * @return 1..L; empty if there was no such update, or the gradient of the last one is finite
   */
  public OptionalInt layerOfGradientNotFinite() {
    return gradient == null ? OptionalInt.empty() : gradient.lastNotFinite();
  }

  /**
   * {@code W[l][n] = W[l][n] min(1, maxNorm / ||W[l][n]||)}: in no layer are the weights into one
   * neuron longer than a limit afterwards, but for some roundings. To be called after each step.
   *
   * <p>Source: N. Srebro, A. Shraibman, "Rank, trace-norm and max-norm", COLT 2005; for networks N.
   * Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR
   * 15, 2014.
   *
   * @param maxNorm greatest Euclidean norm, finite and greater than 0
   * @throws IllegalArgumentException if maxNorm is not allowed; nothing is changed
   */
  public void limitNorms(float maxNorm) {
    Shapes.requireMaxNorm(maxNorm);
    updatable = false;
    for (int l = 1; l <= hidden.length + 1; l++) {
      network.layer(l).limitNorms(maxNorm, workspace);
    }
  }

  /** Steps 2 and 3 for the last batch, and the update. */
  private void descend(UpdateRule rule) {
    updatable = false;
    steps++;
    int rows = lastRows;
    for (int l = hidden.length + 1; l >= 1; l--) {
      propagateBelow(l, rows);
    }
    for (int l = hidden.length + 1; l >= 1; l--) {
      DenseLayer layer = network.layer(l);
      layer.update(
          rows,
          delta(l),
          0,
          layer.outputs(),
          activation(l - 1),
          0,
          layer.inputs(),
          rule,
          memory.ofLayer(l),
          workspace);
    }
    for (int l = 1; l <= hidden.length; l++) {
      if (normalized(l) != null) {
        updateNormalization(l, normalized(l).gammaGradient, normalized(l).betaGradient);
      }
    }
  }

  private void updateNormalization(int l, float[] gammaGradient, float[] betaGradient) {
    normalized(l)
        .update(
            gammaGradient, betaGradient, memory.forBias(), memory.ofNormalization(l), workspace);
  }

  /**
   * Number of steps that were made.
   *
   * @return 0 or more
   */
  public long steps() {
    return steps;
  }

  /** Forgets what rules remember, as if there had been no step. */
  public void forget() {
    memory.forget();
  }

  /**
   * Adds what further steps depend on, besides the parameters of the network: what the rule of the
   * last step remembers, and the number of steps. Together with {@link Parameters} they can go on
   * in another JVM, on another backend, by {@link #read}, with the same bits.
   *
   * @param writer of a file, to be written before the next step
   * @param prefix of the names of all tensors
   * @throws IllegalArgumentException if the writer has tensors of these names
   */
  public void addTo(SafetensorsWriter writer, String prefix) {
    writer.doubles(prefix + STEPS, () -> new double[] {steps, memory.steps()}, 2);
    memory.addTo(writer, prefix);
  }

  /**
   * Takes over what {@link #addTo} wrote. The parameters of the network stay as they are.
   *
   * @param file with tensors of these names; others are passed over
   * @param prefix of the names of all tensors
   * @param rule one of the kind that was used; the file does not say which
   * @throws MalformedFileException if a tensor is missing, or of another shape; what rules remember
   *     is then as after {@link #forget}
   * @throws IOException if the file cannot be read; the same
   */
  public void read(SafetensorsReader file, String prefix, UpdateRule rule) throws IOException {
    updatable = false;
    double[] counts = TensorNames.naturals(file, prefix + STEPS, 2);
    try {
      memory.read(file, prefix, rule, (long) counts[1]);
    } catch (IOException e) {
      memory.forget();
      throw e;
    }
    steps = (long) counts[0];
  }

  /**
   * Forward propagation and loss of a batch, without a change of any parameter. Outputs are dropped
   * as in the step that {@link #update} makes of it, which may follow.
   *
   * @param rows B, 1 to the largest batch, at least 2 with a {@link Normalization.Batch}
   * @param x B x n_0 features at the start of the array; still read by an update that follows
   * @param y B x n_L targets at the start of the array; their values are not checked here, see
   *     {@link LossFunction#requireTargets}
   * @return the sum of the losses of the rows
   */
  public double loss(int rows, float[] x, float[] y) {
    double sum = forward(rows, x, y, false, steps + 1);
    updatable = true;
    return sum;
  }

  /**
   * Forward propagation and loss of a batch as the other {@code loss}, of rows that need not count
   * the same: an {@link #update} that follows takes the gradient of {@code J = sum_b w_b L_b /
   * sum_b w_b}.
   *
   * @param rows B, 1 to the largest batch, at least 2 with a {@link Normalization.Batch}
   * @param x B x n_0 features at the start of the array; still read by an update that follows
   * @param y B x n_L targets at the start of the array; their values are not checked here, see
   *     {@link LossFunction#requireTargets}
   * @param weights w, one for each row at the start of the array, finite and not negative; where
   *     all are 0, so is the gradient of J
   * @return {@code sum_b w_b L_b}
   */
  public double loss(int rows, float[] x, float[] y, float[] weights) {
    double sum = forward(rows, x, y, weights, false, steps + 1);
    updatable = true;
    return sum;
  }

  /**
   * Forward propagation and loss of a batch as predictions are made: {@link #loss} without dropout,
   * and with the running statistics of batch normalizations. No {@link #update} may follow.
   *
   * @param rows B, 1 to the largest batch
   * @param x B x n_0 features at the start of the array
   * @param y B x n_L targets at the start of the array; their values are not checked here, see
   *     {@link LossFunction#requireTargets}
   * @return the sum of the losses of the rows
   */
  public double evaluate(int rows, float[] x, float[] y) {
    return forward(rows, x, y, true, 0);
  }

  /**
   * Forward propagation and loss of a batch as the other {@code evaluate}, of rows that need not
   * count the same.
   *
   * @param rows B, 1 to the largest batch
   * @param x B x n_0 features at the start of the array
   * @param y B x n_L targets at the start of the array; their values are not checked here, see
   *     {@link LossFunction#requireTargets}
   * @param weights w, one for each row at the start of the array, finite and not negative
   * @return {@code sum_b w_b L_b}
   */
  public double evaluate(int rows, float[] x, float[] y, float[] weights) {
    return forward(rows, x, y, weights, true, 0);
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
    return last.a[row * network.architecture().outputs() + column];
  }

  /**
   * The loss of one row of the batch of the last call.
   *
   * @param row 0 to B - 1
   * @return L, neither weighted nor divided by B
   * @throws IndexOutOfBoundsException if the batch has no such row
   */
  public float rowLoss(int row) {
    return last.rowLoss[Objects.checkIndex(row, lastRows)];
  }

  /**
   * The first row of the batch of the last call whose loss or delta[L] is NaN or infinite. A {@link
   * Loss} that is finite has a finite delta; a {@link CustomLoss} need not.
   *
   * @return 0 to B - 1; empty if all are finite, or there is no such batch
   */
  public OptionalInt firstRowNotFinite() {
    int outputs = network.architecture().outputs();
    for (int row = 0; row < lastRows; row++) {
      if (!Float.isFinite(last.rowLoss[row])
          || !Rows.areFinite(last.delta, row * outputs, outputs)) {
        return OptionalInt.of(row);
      }
    }
    return OptionalInt.empty();
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
    for (int l = 0; l <= hidden.length + 1; l++) {
      int width = network.architecture().width(l);
      float[] a = activation(l);
      if (!Rows.areFinite(a, row * width, width)) {
        return OptionalInt.of(l);
      }
    }
    return OptionalInt.empty();
  }

  /** All intermediate results of a batch whose total weight is not 0. */
  Gradients gradients(int rows, float[] x, float[] y, float[] rowWeights) {
    int depth = hidden.length + 1;
    float[][] dw = new float[depth][];
    float[][] db = new float[depth][];
    for (int l = 1; l <= depth; l++) {
      DenseLayer layer = network.layer(l);
      dw[l - 1] = new float[layer.outputs() * layer.inputs()];
      db[l - 1] = new float[layer.outputs()];
    }
    double cost = gradients(rows, x, y, rowWeights, dw, db) / last.totalWeight();
    float[][][] weights = new float[depth][][];
    for (int l = 1; l <= depth; l++) {
      DenseLayer layer = network.layer(l);
      weights[l - 1] = Rows.unflatten(dw[l - 1], layer.outputs(), layer.inputs());
    }
    float[][][] activations = new float[depth][][];
    float[][][] deltas = new float[depth][][];
    float[][] gammas = new float[depth][];
    float[][] betas = new float[depth][];
    for (int l = 1; l <= depth; l++) {
      int width = network.architecture().width(l);
      activations[l - 1] = Rows.unflatten(activation(l), rows, width);
      deltas[l - 1] = Rows.unflatten(delta(l), rows, width);
      if (normalized(l) != null) {
        gammas[l - 1] = normalized(l).gammaGradient.clone();
        betas[l - 1] = normalized(l).betaGradient.clone();
      }
    }
    return new Gradients(cost, activations, deltas, weights, db, gammas, betas);
  }

  /** The normalization of a layer with the gradients of the last batch; null if it has none. */
  NormalizedBatch normalized(int l) {
    return l <= hidden.length ? hidden[l - 1].normalized : null;
  }

  /**
   * The three steps of a batch, without dropout and with the statistics of the batch: dW[l] and
   * db[l] at index l - 1 of the arrays, overwritten; those of gamma and beta are kept by {@link
   * #normalized}. Returns {@code sum_b w_b L_b}.
   */
  double gradients(int rows, float[] x, float[] y, float[] rowWeights, float[][] dw, float[][] db) {
    double sum = forward(rows, x, y, rowWeights, false, 0);
    differentiate(rows, dw, db);
    return sum;
  }

  /** Steps 2 and 3 for the last batch. */
  private void differentiate(int rows, float[][] dw, float[][] db) {
    for (int l = hidden.length + 1; l >= 1; l--) {
      propagateBelow(l, rows);
      DenseLayer layer = network.layer(l);
      layer.gradient(
          rows,
          delta(l),
          0,
          layer.outputs(),
          activation(l - 1),
          0,
          layer.inputs(),
          dw[l - 1],
          db[l - 1],
          workspace);
    }
  }

  private double forward(int rows, float[] x, float[] y, boolean predicting, long step) {
    requireBatch(rows, x, y, predicting);
    last.weighEqually(rows);
    return propagate(rows, x, y, predicting, step);
  }

  private double forward(
      int rows, float[] x, float[] y, float[] weights, boolean predicting, long step) {
    requireBatch(rows, x, y, predicting);
    last.weigh(rows, weights);
    return propagate(rows, x, y, predicting, step);
  }

  private void requireBatch(int rows, float[] x, float[] y, boolean predicting) {
    Architecture architecture = network.architecture();
    if (rows < 1 || rows > maxRows) {
      throw new IllegalArgumentException("rows must be 1.." + maxRows + ", but is " + rows);
    }
    Shapes.requireMatrix("x", x, 0, architecture.inputs(), rows, architecture.inputs());
    Shapes.requireMatrix("y", y, 0, architecture.outputs(), rows, architecture.outputs());
    if (!predicting && rows < architecture.minBatchRows()) {
      throw new IllegalArgumentException(
          "rows must be at least 2 for the batch normalization of "
              + architecture
              + ", but is "
              + rows);
    }
  }

  /** Forward propagation up to the logits, then step 1: output, delta[L] and the losses. */
  private double propagate(int rows, float[] x, float[] y, boolean predicting, long step) {
    updatable = false;
    lastRows = 0;
    lastX = x;
    droppingStep = step;
    for (int l = 1; l <= hidden.length; l++) {
      hidden[l - 1].forward(rows, activation(l - 1), predicting, seed, step, workspace);
    }
    last.forward(rows, activation(hidden.length), y, workspace);
    lastRows = rows;
    return last.lossSum(rows);
  }

  /** Step 2: delta[l-1] from delta[l]; nothing below the first layer. */
  private void propagateBelow(int l, int rows) {
    if (l > 1) {
      hidden[l - 2].backward(rows, network.layer(l), delta(l), seed, droppingStep, workspace);
    }
  }

  /** a[l] of the last batch; its features for l = 0. */
  private float[] activation(int l) {
    if (l == 0) {
      return lastX;
    }
    return l <= hidden.length ? hidden[l - 1].a : last.a;
  }

  private float[] delta(int l) {
    return l <= hidden.length ? hidden[l - 1].delta : last.delta;
  }
}
