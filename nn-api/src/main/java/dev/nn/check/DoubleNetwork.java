package dev.nn.check;

import dev.nn.Activation;
import dev.nn.ActivationFunction;
import dev.nn.Architecture;
import dev.nn.CustomActivation;
import dev.nn.CustomLoss;
import dev.nn.Loss;
import dev.nn.LossFunction;
import dev.nn.Network;
import dev.nn.Normalization;
import java.util.Arrays;

/**
 * {@code J(theta) = sum_b w_b L(a[L]_b, y_b) / sum_b w_b} in double precision: forward propagation
 * of one batch, and the change of the cost when one parameter changes.
 *
 * <p>Written from the formulas of {@link Activation} and {@link Loss}, with nothing of a backend
 * and no derivative, but to see where a {@link CustomLoss} has a kink. Layers count from 1, and
 * element l of an array belongs to layer l.
 */
final class DoubleNetwork {
  private static final double SELU_LAMBDA = 1.0507009873554805;
  private static final double SELU_ALPHA = 1.6732632423543772;

  /** How straight the gradient of a custom loss is where it has no kink. */
  private static final double BEND = 0x1p-8;

  final ActivationFunction[] g;
  final LossFunction loss;

  /** W[l][n][k] and b[l][n]. */
  final double[][][] weights;

  final double[][] biases;

  /** Of the layers with a normalization; null for others, as are gamma[l] and beta[l]. */
  final Normalization[] normalizations;

  final double[][] gammas;
  final double[][] betas;

  /** z[l], B x n_l. */
  final double[][][] z;

  /** The normalized z[l]; null without a normalization. */
  final double[][][] zHat;

  /** The arguments of g[l]: z[l] itself, or {@code gamma zHat + beta}. */
  final double[][][] u;

  /** a[l]; a[0] is x. */
  final double[][][] a;

  /** B x n_L. */
  final double[][] y;

  /** L of each row. */
  final double[] rowLoss;

  /** w of each row, and their sum. */
  private final float[] rowWeights;

  private final double totalWeight;

  DoubleNetwork(Network network, float[][] x, float[][] y, float[] rowWeights, LossFunction loss) {
    Architecture architecture = network.architecture();
    int depth = architecture.depth();
    this.loss = loss;
    this.g = new ActivationFunction[depth + 1];
    this.weights = new double[depth + 1][][];
    this.biases = new double[depth + 1][];
    this.normalizations = new Normalization[depth + 1];
    this.gammas = new double[depth + 1][];
    this.betas = new double[depth + 1][];
    this.z = new double[depth + 1][][];
    this.zHat = new double[depth + 1][][];
    this.u = new double[depth + 1][][];
    this.a = new double[depth + 1][][];
    this.y = widened(y);
    this.rowLoss = new double[x.length];
    this.rowWeights = rowWeights;
    double sum = 0;
    for (float weight : rowWeights) {
      sum += weight;
    }
    this.totalWeight = sum;
    for (int l = 1; l <= depth; l++) {
      g[l] = architecture.layers().get(l - 1).activation();
      weights[l] = widened(network.weights(l));
      biases[l] = widened(network.bias(l));
      normalizations[l] = architecture.layers().get(l - 1).normalization().orElse(null);
      if (normalizations[l] != null) {
        gammas[l] = widened(network.gamma(l));
        betas[l] = widened(network.beta(l));
      }
    }
    a[0] = widened(x);
    for (int l = 1; l <= depth; l++) {
      z[l] = preactivations(l, a[l - 1]);
      zHat[l] = normalizations[l] == null ? null : normalized(l, z[l]);
      u[l] = arguments(l, z[l]);
      a[l] = activated(l, u[l]);
    }
    for (int row = 0; row < x.length; row++) {
      rowLoss[row] = loss(z[depth][row], a[depth][row], this.y[row]);
    }
  }

  private static double[] widened(float[] values) {
    return widened(new float[][] {values})[0];
  }

  private static double[][] widened(float[][] values) {
    double[][] wide = new double[values.length][];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = new double[values[i].length];
      for (int j = 0; j < wide[i].length; j++) {
        wide[i][j] = values[i][j];
      }
    }
    return wide;
  }

  int depth() {
    return g.length - 1;
  }

  int rows() {
    return rowLoss.length;
  }

  /** The share of a row in the cost, {@code w_b / sum_i w_i}. */
  double share(int row) {
    return rowWeights[row] / totalWeight;
  }

  /**
   * {@code J(theta + change) - J(theta)}, where one parameter changes.
   *
   * <p>The changed argument of its neuron is known at once, and with it the z of the next layer;
   * only layers beyond are computed anew. Behind a normalization all neurons of the layer change,
   * and all rows where batches are normalized.
   *
   * @return NaN if an argument of a function with a kink comes to the other side of it
   */
  double costChange(int layer, int neuron, int input, double change) {
    if (isCoupledFrom(layer)) {
      return costChangeOfBatch(layer, neuron, input, change);
    }
    double sum = 0;
    for (int row = 0; row < rows(); row++) {
      double moved = change * factor(layer, row, neuron, input);
      if (moved != 0 && rowWeights[row] != 0) {
        sum += rowWeights[row] * (rowLoss(row, layer, neuron, input, moved) - rowLoss[row]);
      }
    }
    return sum / totalWeight;
  }

  /** Whether a change in one row reaches others, in a layer or above. */
  private boolean isCoupledFrom(int layer) {
    for (int l = layer; l <= depth(); l++) {
      if (isOfBatches(l)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the rows of a layer are normalized together. */
  boolean isOfBatches(int l) {
    return normalizations[l] instanceof Normalization.Batch;
  }

  /** All rows, from the changed layer on. */
  private double costChangeOfBatch(int layer, int neuron, int input, double change) {
    boolean behind = isBehind(input);
    double[][] from = behind ? u[layer] : z[layer];
    double[][] arguments = new double[rows()][];
    for (int row = 0; row < rows(); row++) {
      arguments[row] = from[row].clone();
      arguments[row][neuron] += change * factor(layer, row, neuron, input);
    }
    if (!behind) {
      arguments = arguments(layer, arguments);
    }
    double sum = 0;
    for (int l = layer; ; l++) {
      double[][] outputs = activated(l, arguments);
      for (int row = 0; row < rows(); row++) {
        if (isKinked(g[l]) && crosses(u[l][row], arguments[row])) {
          return Double.NaN;
        }
        if (l == depth()) {
          if (crossesKink(a[l][row], outputs[row], y[row])) {
            return Double.NaN;
          }
          double difference = loss(arguments[row], outputs[row], y[row]) - rowLoss[row];
          sum += rowWeights[row] == 0 ? 0 : rowWeights[row] * difference;
        }
      }
      if (l == depth()) {
        return sum / totalWeight;
      }
      arguments = arguments(l + 1, preactivations(l + 1, outputs));
    }
  }

  /** Whether a parameter stands behind the normalization, so that it changes one argument of g. */
  private static boolean isBehind(int input) {
    return input == GradientCheck.GAMMA || input == GradientCheck.BETA;
  }

  /** What a parameter is multiplied by before it is added to z or to the argument of g. */
  private double factor(int layer, int row, int neuron, int input) {
    return switch (input) {
      case GradientCheck.BIAS, GradientCheck.BETA -> 1;
      case GradientCheck.GAMMA -> zHat[layer][row][neuron];
      default -> a[layer - 1][row][input];
    };
  }

  /** The loss of a row with one z, or one argument of g, of a layer moved; NaN across a kink. */
  private double rowLoss(int row, int layer, int neuron, int input, double moved) {
    boolean behind = isBehind(input);
    boolean movesOne = behind || normalizations[layer] == null;
    double[] logits = (behind ? u : z)[layer][row].clone();
    logits[neuron] += moved;
    double[] arguments = behind ? logits : arguments(layer, logits);
    for (int l = layer; ; l++) {
      if (isKinked(g[l]) && crosses(u[l][row], arguments)) {
        return Double.NaN;
      }
      boolean oneOutput = l == layer && movesOne;
      double[] outputs =
          oneOutput ? outputs(l, row, neuron, arguments) : activated(g[l], arguments);
      if (l == depth()) {
        return crossesKink(a[l][row], outputs, y[row])
            ? Double.NaN
            : loss(arguments, outputs, y[row]);
      }
      logits =
          oneOutput ? moved(l + 1, row, neuron, outputs[neuron]) : preactivation(l + 1, outputs);
      arguments = arguments(l + 1, logits);
    }
  }

  /** {@code g(u)} of a layer of which one argument changed. */
  private double[] outputs(int l, int row, int neuron, double[] arguments) {
    if (g[l] == Activation.SOFTMAX) {
      return activated(g[l], arguments);
    }
    double[] outputs = a[l][row].clone();
    outputs[neuron] = value(g[l], arguments[neuron]);
    return outputs;
  }

  /** z of a layer of which one input changed. */
  private double[] moved(int l, int row, int input, double value) {
    double[] changed = z[l][row].clone();
    double difference = value - a[l - 1][row][input];
    for (int n = 0; n < changed.length; n++) {
      changed[n] += difference * weights[l][n][input];
    }
    return changed;
  }

  /** Whether the first or the second derivative jumps at 0. */
  private static boolean isKinked(ActivationFunction g) {
    return g == Activation.RELU
        || g == Activation.LEAKY_RELU
        || g == Activation.ELU
        || g == Activation.SELU;
  }

  private static boolean crosses(double[] from, double[] to) {
    for (int n = 0; n < from.length; n++) {
      if (Math.signum(from[n]) != Math.signum(to[n])) {
        return true;
      }
    }
    return false;
  }

  /** Whether the slope of the loss jumps between two outputs. */
  private boolean crossesKink(double[] from, double[] to, double[] y) {
    return loss instanceof CustomLoss custom
        ? bends(custom, from, to, y)
        : loss == Loss.HUBER && crossesThreshold(from, to, y);
  }

  /**
   * Whether an element of the gradient in the middle is not the mean of both ends, but for {@link
   * #BEND}: what is smooth is so nearly straight at once, or after a smaller step; a jump never is.
   */
  private static boolean bends(CustomLoss loss, double[] from, double[] to, double[] y) {
    double[] middle = new double[from.length];
    for (int j = 0; j < middle.length; j++) {
      middle[j] = (from[j] + to[j]) / 2;
    }
    double[] first = gradient(loss, from, y);
    double[] second = gradient(loss, middle, y);
    double[] third = gradient(loss, to, y);
    for (int j = 0; j < middle.length; j++) {
      double bend = Math.abs(first[j] - 2 * second[j] + third[j]);
      if (bend > BEND * (Math.abs(first[j]) + Math.abs(third[j]))) {
        return true;
      }
    }
    return false;
  }

  /** {@code dL/dyHat} of one row, as the application has it. */
  static double[] gradient(CustomLoss loss, double[] yHat, double[] y) {
    double[] gradient = new double[yHat.length];
    Arrays.fill(gradient, Double.NaN);
    loss.function().loss(yHat.clone(), y.clone(), gradient);
    return gradient;
  }

  /** Huber's loss changes its formula where an error is 1 or -1. */
  private static boolean crossesThreshold(double[] from, double[] to, double[] y) {
    for (int j = 0; j < y.length; j++) {
      if (clipped(from[j] - y[j]) == from[j] - y[j] != (clipped(to[j] - y[j]) == to[j] - y[j])) {
        return true;
      }
    }
    return false;
  }

  /** An error, but at most 1 and at least -1: the slope of Huber's loss. */
  static double clipped(double error) {
    return Math.max(-1, Math.min(1, error));
  }

  private double[] preactivation(int l, double[] input) {
    double[] sums = new double[biases[l].length];
    for (int n = 0; n < sums.length; n++) {
      double sum = 0;
      for (int k = 0; k < input.length; k++) {
        sum += weights[l][n][k] * input[k];
      }
      sums[n] = sum + biases[l][n];
    }
    return sums;
  }

  /** z of all rows. */
  private double[][] preactivations(int l, double[][] inputs) {
    double[][] sums = new double[inputs.length][];
    for (int row = 0; row < inputs.length; row++) {
      sums[row] = preactivation(l, inputs[row]);
    }
    return sums;
  }

  /** {@code g(u)} of all rows. */
  private double[][] activated(int l, double[][] arguments) {
    double[][] outputs = new double[arguments.length][];
    for (int row = 0; row < outputs.length; row++) {
      outputs[row] = activated(g[l], arguments[row]);
    }
    return outputs;
  }

  /** The arguments of g of all rows: z itself, or {@code gamma zHat + beta}. */
  private double[][] arguments(int l, double[][] z) {
    if (normalizations[l] == null) {
      return z;
    }
    double[][] arguments = normalized(l, z);
    for (double[] row : arguments) {
      for (int n = 0; n < row.length; n++) {
        row[n] = gammas[l][n] * row[n] + betas[l][n];
      }
    }
    return arguments;
  }

  /** The same of one row, whose normalization has nothing to do with others. */
  private double[] arguments(int l, double[] z) {
    return arguments(l, new double[][] {z})[0];
  }

  /** {@code zHat = (z - mean) / sqrt(variance + epsilon)}, of each row or of each column. */
  private double[][] normalized(int l, double[][] z) {
    double epsilon = normalizations[l].epsilon();
    double[][] vectors = isOfBatches(l) ? transposed(z) : z;
    double[][] normalized = new double[vectors.length][];
    for (int i = 0; i < vectors.length; i++) {
      double mean = mean(vectors[i]);
      double r = inverseDeviation(vectors[i], mean, epsilon);
      normalized[i] = new double[vectors[i].length];
      for (int j = 0; j < normalized[i].length; j++) {
        normalized[i][j] = (vectors[i][j] - mean) * r;
      }
    }
    return isOfBatches(l) ? transposed(normalized) : normalized;
  }

  static double[][] transposed(double[][] matrix) {
    double[][] transposed = new double[matrix[0].length][matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < matrix[i].length; j++) {
        transposed[j][i] = matrix[i][j];
      }
    }
    return transposed;
  }

  static double mean(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** {@code 1 / sqrt(variance + epsilon)}, epsilon being a float in a network. */
  static double inverseDeviation(double[] values, double mean, double epsilon) {
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return 1 / Math.sqrt(sum / values.length + (float) epsilon);
  }

  private static double[] activated(ActivationFunction g, double[] z) {
    double[] a = new double[z.length];
    if (g == Activation.SOFTMAX) {
      double max = max(z);
      double logSum = logSum(z, max);
      for (int j = 0; j < a.length; j++) {
        a[j] = StrictMath.exp(z[j] - max - logSum);
      }
    } else {
      for (int j = 0; j < a.length; j++) {
        a[j] = value(g, z[j]);
      }
    }
    return a;
  }

  /** {@code log sum_j e^(z_j - max)}. */
  private static double logSum(double[] z, double max) {
    double sum = 0;
    for (double logit : z) {
      sum += StrictMath.exp(logit - max);
    }
    return StrictMath.log(sum);
  }

  static double max(double[] z) {
    double max = Double.NEGATIVE_INFINITY;
    for (double logit : z) {
      max = Math.max(max, logit);
    }
    return max;
  }

  /** {@code g(z)} of one element. */
  static double value(ActivationFunction g, double z) {
    return g instanceof CustomActivation custom
        ? custom.value().applyAsDouble(z)
        : value((Activation) g, z);
  }

  private static double value(Activation g, double z) {
    return switch (g) {
      case IDENTITY -> z;
      case SIGMOID -> 1 / (1 + StrictMath.exp(-z));
      case TANH -> StrictMath.tanh(z);
      case RELU -> z < 0 ? 0 : z;
      case LEAKY_RELU -> z < 0 ? 0.01 * z : z;
      case ELU -> z < 0 ? StrictMath.expm1(z) : z;
      case SELU -> SELU_LAMBDA * (z < 0 ? SELU_ALPHA * StrictMath.expm1(z) : z);
      case SOFTPLUS -> softplus(z);
      case SILU -> z / (1 + StrictMath.exp(-z));
      case GELU -> z / 2 * (1 + Erf.erf(z / Math.sqrt(2)));
      case GELU_TANH ->
          z / 2 * (1 + StrictMath.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z)));
      case SOFTMAX -> throw new AssertionError("softmax of one element");
    };
  }

  /** {@code log(1 + e^z)}. */
  private static double softplus(double z) {
    return Math.max(z, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(z)));
  }

  /** L of one row, from its logits, outputs and targets. */
  private double loss(double[] z, double[] a, double[] y) {
    return loss instanceof CustomLoss custom
        ? custom.function().loss(a.clone(), y.clone(), new double[a.length])
        : loss((Loss) loss, z, a, y);
  }

  private static double loss(Loss loss, double[] z, double[] a, double[] y) {
    double max = max(z);
    double logSum = loss == Loss.CROSS_ENTROPY ? logSum(z, max) : 0;
    double sum = 0;
    for (int j = 0; j < y.length; j++) {
      double error = a[j] - y[j];
      sum +=
          switch (loss) {
            case SQUARED_ERROR -> error * error / 2;
            case HUBER -> Math.abs(error) <= 1 ? error * error / 2 : Math.abs(error) - 0.5;
            case LOG_LOSS -> y[j] * softplus(-z[j]) + (1 - y[j]) * softplus(z[j]);
            case CROSS_ENTROPY -> y[j] * (logSum - (z[j] - max));
          };
    }
    return sum;
  }
}
