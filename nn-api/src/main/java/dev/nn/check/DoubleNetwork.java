package dev.nn.check;

import dev.nn.Activation;
import dev.nn.ActivationFunction;
import dev.nn.Architecture;
import dev.nn.CustomActivation;
import dev.nn.CustomLoss;
import dev.nn.Loss;
import dev.nn.LossFunction;
import dev.nn.Network;
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

  /** z[l] and a[l], B x n_l; a[0] is x. */
  final double[][][] z;

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
    this.z = new double[depth + 1][x.length][];
    this.a = new double[depth + 1][x.length][];
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
      biases[l] = widened(new float[][] {network.bias(l)})[0];
    }
    a[0] = widened(x);
    for (int row = 0; row < x.length; row++) {
      for (int l = 1; l <= depth; l++) {
        z[l][row] = preactivation(l, a[l - 1][row]);
        a[l][row] = activated(g[l], z[l][row]);
      }
      rowLoss[row] = loss(z[depth][row], a[depth][row], this.y[row]);
    }
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
   * <p>The changed z of its neuron is known at once, and with it those of the next layer; only
   * layers beyond are computed anew.
   *
   * @return NaN if an argument of a function with a kink comes to the other side of it
   */
  double costChange(int layer, int neuron, int input, double change) {
    double sum = 0;
    for (int row = 0; row < rows(); row++) {
      double moved = change * (input == GradientCheck.BIAS ? 1 : a[layer - 1][row][input]);
      if (moved != 0 && rowWeights[row] != 0) {
        sum += rowWeights[row] * (rowLoss(row, layer, neuron, moved) - rowLoss[row]);
      }
    }
    return sum / totalWeight;
  }

  /** The loss of a row with one z of a layer moved; NaN across a kink. */
  private double rowLoss(int row, int layer, int neuron, double moved) {
    double[] logits = z[layer][row].clone();
    logits[neuron] += moved;
    for (int l = layer; ; l++) {
      if (isKinked(g[l]) && crosses(z[l][row], logits)) {
        return Double.NaN;
      }
      double[] outputs = l == layer ? outputs(l, row, neuron, logits) : activated(g[l], logits);
      if (l == depth()) {
        return crossesKink(a[l][row], outputs, y[row]) ? Double.NaN : loss(logits, outputs, y[row]);
      }
      logits =
          l == layer ? moved(l + 1, row, neuron, outputs[neuron]) : preactivation(l + 1, outputs);
    }
  }

  /** {@code g(z)} of a layer of which one neuron changed. */
  private double[] outputs(int l, int row, int neuron, double[] logits) {
    if (g[l] == Activation.SOFTMAX) {
      return activated(g[l], logits);
    }
    double[] outputs = a[l][row].clone();
    outputs[neuron] = value(g[l], logits[neuron]);
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
