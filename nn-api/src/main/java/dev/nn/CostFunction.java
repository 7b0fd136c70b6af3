package dev.nn;

import dev.nn.spi.DenseLayer;
import dev.nn.spi.Shapes;
import dev.nn.spi.Workers;
import java.util.Arrays;
import java.util.Objects;

/**
 * {@code J(theta) = sum_b w_b L(yHat_b, y_b) / sum_b w_b + lambda/2 ||W||^2} and {@code grad J}:
 * the cost of a network on B rows of weight w, as a function of all its parameters.
 *
 * <p>theta and grad J have {@link Architecture#parameterCount} elements: {@code W[1]} row by row,
 * {@code b[1]}, {@code gamma[1]} and {@code beta[1]} if the layer has a normalization, {@code W[2]}
 * and so on.
 *
 * <p>Dropout, which makes another cost of every step, is left out. Batch normalization is refused.
 *
 * <p>This is the level below {@code dev.nn.train.Lbfgs}, for callers that bring their own method of
 * optimization. Losses and gradients of the rows are those of the backpropagation, in float; their
 * sum and the term of lambda, to which weights alone belong, are added in double. The value has the
 * same bits for every backend and number of threads. A call allocates nothing. One thread at a time
 * may use an instance, and nobody else the network meanwhile.
 */
public final class CostFunction {
  /** The largest array that every JVM can allocate. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

  private final Network network;
  private final double l2;
  private final int rows;
  private final float[] x;
  private final float[] y;
  private final float[] rowWeights;
  private final double totalWeight;
  private final int length;
  private final Backpropagation backpropagation;

  /** W[1..L], then dW[1..L], at index 0..L-1. */
  private final float[][] weights;

  /** b[1..L], then db[1..L], at index 0..L-1. */
  private final float[][] biases;

  /**
   * The cost of a network on rows that count the same: {@code w_b = 1}.
   *
   * @param network whose parameters every evaluation replaces
   * @param loss must accept the output activation
   * @param l2 lambda, finite and not negative
   * @param rows B, at least 1
   * @param x B x n_0 features at the start of the array; not copied
   * @param y B x n_L targets at the start of the array; not copied, and their values are not
   *     checked here, see {@link LossFunction#requireTargets}
   * @param workers threads to use; they stay the caller's to close
   * @throws IllegalArgumentException if an argument is not allowed, or there are more parameters
   *     than an array can have
   */
  public CostFunction(
      Network network,
      LossFunction loss,
      double l2,
      int rows,
      float[] x,
      float[] y,
      Workers workers) {
    this(network, loss, l2, rows, x, y, ones(rows, x), workers);
  }

  /**
   * The cost of a network on rows that need not count the same.
   *
   * @param network whose parameters every evaluation replaces
   * @param loss must accept the output activation
   * @param l2 lambda, finite and not negative
   * @param rows B, at least 1
   * @param x B x n_0 features at the start of the array; not copied
   * @param y B x n_L targets at the start of the array; not copied, and their values are not
   *     checked here, see {@link LossFunction#requireTargets}
   * @param weights w, one for each row, finite and not negative, not all 0; copied
   * @param workers threads to use; they stay the caller's to close
   * @throws IllegalArgumentException if an argument is not allowed, or there are more parameters
   *     than an array can have
   */
  public CostFunction(
      Network network,
      LossFunction loss,
      double l2,
      int rows,
      float[] x,
      float[] y,
      float[] weights,
      Workers workers) {
    this.network = Objects.requireNonNull(network, "network");
    Architecture architecture = network.architecture();
    if (!(l2 >= 0 && l2 <= Double.MAX_VALUE)) {
      throw new IllegalArgumentException("l2 must be finite and not negative, but is " + l2);
    }
    if (rows < 1) {
      throw new IllegalArgumentException("rows must be at least 1, but is " + rows);
    }
    Shapes.requireMatrix("x", x, 0, architecture.inputs(), rows, architecture.inputs());
    Shapes.requireMatrix("y", y, 0, architecture.outputs(), rows, architecture.outputs());
    if (architecture.parameterCount() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "network "
              + architecture
              + " has "
              + architecture.parameterCount()
              + " parameters, but a vector has at most "
              + MAX_LENGTH);
    }
    for (int l = 1; l <= architecture.depth(); l++) {
      if (architecture.normalizesBatches(l)) {
        throw new IllegalArgumentException(
            "layer "
                + l
                + " has a "
                + architecture.layers().get(l - 1).normalization().get()
                + ", whose running statistics come from steps: a cost of fixed rows makes none");
      }
    }
    this.totalWeight = Rows.requireWeights(rows, weights);
    this.l2 = l2;
    this.rows = rows;
    this.x = x;
    this.y = y;
    this.rowWeights = weights.clone();
    this.length = (int) architecture.parameterCount();
    this.backpropagation = new Backpropagation(network, loss, rows, workers);
    int depth = architecture.depth();
    this.weights = new float[depth][];
    this.biases = new float[depth][];
    for (int l = 1; l <= depth; l++) {
      this.weights[l - 1] = new float[architecture.width(l) * architecture.width(l - 1)];
      biases[l - 1] = new float[architecture.width(l)];
    }
  }

  /** One for each row; a number of rows that x cannot have is yet to be refused. */
  private static float[] ones(int rows, float[] x) {
    float[] ones = new float[Math.max(0, Math.min(rows, x.length))];
    Arrays.fill(ones, 1);
    return ones;
  }

  /**
   * The number of elements of theta.
   *
   * @return {@link Architecture#parameterCount}
   */
  public int length() {
    return length;
  }

  /**
   * Copies the parameters of the network out.
   *
   * @param theta receives all parameters
   * @throws IllegalArgumentException if theta has another length
   */
  public void getParameters(float[] theta) {
    requireLength("theta", theta.length);
    int position = 0;
    for (int l = 1; l <= weights.length; l++) {
      float[] w = weights[l - 1];
      float[] b = biases[l - 1];
      network.layer(l).getParameters(w, b);
      System.arraycopy(w, 0, theta, position, w.length);
      position += w.length;
      System.arraycopy(b, 0, theta, position, b.length);
      position += b.length;
      NormalizationParameters normalization = network.normalization(l);
      if (normalization != null) {
        System.arraycopy(normalization.gamma, 0, theta, position, b.length);
        System.arraycopy(normalization.beta, 0, theta, position + b.length, b.length);
        position += 2 * b.length;
      }
    }
  }

  /**
   * Replaces the parameters of the network.
   *
   * @param theta all parameters, finite; copied
   * @throws IllegalArgumentException if theta has another length or a value is not finite; the
   *     network is then unchanged
   */
  public void setParameters(float[] theta) {
    requireLength("theta", theta.length);
    for (int i = 0; i < length; i++) {
      if (!Float.isFinite(theta[i])) {
        throw new IllegalArgumentException(
            "theta must be finite, but element " + i + " is " + theta[i]);
      }
    }
    int position = 0;
    for (int l = 1; l <= weights.length; l++) {
      float[] w = weights[l - 1];
      float[] b = biases[l - 1];
      System.arraycopy(theta, position, w, 0, w.length);
      position += w.length;
      System.arraycopy(theta, position, b, 0, b.length);
      position += b.length;
      DenseLayer layer = network.layer(l);
      layer.setParameters(w, b);
      NormalizationParameters normalization = network.normalization(l);
      if (normalization != null) {
        System.arraycopy(theta, position, normalization.gamma, 0, b.length);
        System.arraycopy(theta, position + b.length, normalization.beta, 0, b.length);
        position += 2 * b.length;
      }
    }
  }

  /**
   * {@code J(theta)} and {@code grad J(theta)}. The network has the parameters theta afterwards.
   *
   * @param theta all parameters, finite; copied
   * @param gradient receives grad J, overwritten; not finite where the arithmetic overflows
   * @return the cost; NaN or infinite if the arithmetic overflows
   * @throws IllegalArgumentException if a length differs or a parameter is not finite; the network
   *     is then unchanged
   */
  public double evaluate(float[] theta, double[] gradient) {
    requireLength("gradient", gradient.length);
    setParameters(theta);
    double cost = backpropagation.gradients(rows, x, y, rowWeights, weights, biases) / totalWeight;
    double squares = 0;
    int position = 0;
    for (int l = 1; l <= weights.length; l++) {
      for (float dw : weights[l - 1]) {
        double w = theta[position];
        squares += w * w;
        gradient[position++] = dw + l2 * w;
      }
      position = copy(biases[l - 1], gradient, position);
      NormalizedBatch normalized = backpropagation.normalized(l);
      if (normalized != null) {
        position = copy(normalized.gammaGradient, gradient, position);
        position = copy(normalized.betaGradient, gradient, position);
      }
    }
    return cost + 0.5 * l2 * squares;
  }

  /** Returns the position after the copied values. */
  private static int copy(float[] values, double[] to, int position) {
    for (int i = 0; i < values.length; i++) {
      to[position + i] = values[i];
    }
    return position + values.length;
  }

  private void requireLength(String name, int given) {
    if (given != length) {
      throw new IllegalArgumentException(
          name + " has " + given + " elements, but the network has " + length + " parameters");
    }
  }
}
