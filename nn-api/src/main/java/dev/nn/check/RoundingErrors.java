package dev.nn.check;

import dev.nn.Activation;
import dev.nn.ActivationFunction;
import dev.nn.CustomLoss;
import dev.nn.Loss;

/**
 * {@code deviation = u sqrt(sum_i (d theta / d r_i)^2)}: how far rounding alone takes the gradient
 * of a float network from the true one, for every parameter, {@code u = 2^-24} and r_i all values
 * that are rounded on the way.
 *
 * <p>Running error analysis of one batch, to first order, with roundings of either sign that know
 * nothing of each other: variances add, and an operation multiplies them by the squares of its
 * derivatives. Bounds that hold for the worst roundings would grow with the width of every layer,
 * and soon be larger than the gradient. The deltas that this needs come from backpropagation in
 * double with derivatives that are differences; they decide no slope.
 *
 * <p>Source: N. Higham, "Accuracy and stability of numerical algorithms", SIAM 2002, sections 2.8
 * and 3.3; N. Higham, T. Mary, "A new approach to probabilistic rounding error analysis", SIAM
 * Journal on Scientific Computing 41, 2019.
 */
final class RoundingErrors {
  /** u of a float, half the distance of 1 to the next one. */
  private static final double FLOAT_U = 0x1p-24;

  /** u of a double. */
  private static final double DOUBLE_U = 0x1p-53;

  /**
   * As many deviations are a bound: not for chance, which 5 would leave little to, but because
   * errors that stem from one value are not independent. Networks of five layers of up to 300
   * neurons, with any activation, before and after a training, used up to a fifth of the bound.
   */
  private static final double DEVIATIONS = 8;

  /** What a few roundings, or an elementary function of 2 ulp and some, contribute, in u. */
  private static final double FEW = 4;

  /** Of g' that is computed from z by an elementary function and products, in u. */
  private static final double DERIVATIVE = 8;

  /** No second derivative of an activation is greater. */
  private static final double CURVATURE = 1.8;

  /** For a derivative, as a difference. */
  private static final double STEP = 0x1p-20;

  /** Of g'', a difference of slopes. */
  private static final double CURVATURE_STEP = 0x1p-10;

  private final DoubleNetwork network;

  /** Of dW[l][n][k], in u^2. */
  private final double[][][] weightVariances;

  /**
   * What dW[l][n][k] may be off by because an argument of g that is nearer to 0 than its error is
   * on one side of a kink in float and on the other in truth.
   */
  private final double[][][] weightJumps;

  /** The same of db[l][n], dgamma[l][n] and dbeta[l][n]. */
  private final Vectors biases;

  private final Vectors gammas;
  private final Vectors betas;

  /** Of the cost, in the square of the u that it is computed with. */
  private double costVariance;

  /** Variances and jumps of a gradient with one element for each neuron. */
  private static final class Vectors {
    final double[][] variances;
    final double[][] jumps;

    Vectors(DoubleNetwork network) {
      variances = new double[network.depth() + 1][];
      jumps = new double[network.depth() + 1][];
      for (int l = 1; l <= network.depth(); l++) {
        variances[l] = new double[network.biases[l].length];
        jumps[l] = new double[network.biases[l].length];
      }
    }
  }

  RoundingErrors(DoubleNetwork network) {
    this.network = network;
    int depth = network.depth();
    weightVariances = new double[depth + 1][][];
    weightJumps = new double[depth + 1][][];
    biases = new Vectors(network);
    gammas = new Vectors(network);
    betas = new Vectors(network);
    for (int l = 1; l <= depth; l++) {
      int outputs = network.biases[l].length;
      int inputs = network.weights[l][0].length;
      weightVariances[l] = new double[outputs][inputs];
      weightJumps[l] = new double[outputs][inputs];
    }
    follow();
  }

  /** Those of the parameters of neurons that an input stands for. */
  private Vectors vectors(int input) {
    return switch (input) {
      case GradientCheck.GAMMA -> gammas;
      case GradientCheck.BETA -> betas;
      default -> biases;
    };
  }

  /** What rounding may change in the float gradient of a parameter. */
  double ofGradient(int layer, int neuron, int input) {
    return DEVIATIONS
        * FLOAT_U
        * Math.sqrt(
            input < 0
                ? vectors(input).variances[layer][neuron]
                : weightVariances[layer][neuron][input]);
  }

  /** What kinks within rounding may change in the float gradient of a parameter. */
  double jump(int layer, int neuron, int input) {
    return input < 0 ? vectors(input).jumps[layer][neuron] : weightJumps[layer][neuron][input];
  }

  /** What rounding may change in the cost in double precision. */
  double ofCost() {
    return DEVIATIONS * DOUBLE_U * Math.sqrt(costVariance);
  }

  private static double square(double value) {
    return value * value;
  }

  /**
   * Of a sum of n terms, in u^2: the sum of the squares of its partial sums, which drift towards
   * the sum like a straight line and stray from it like a random walk.
   */
  static double ofSum(int n, double squares, double sum) {
    return n * squares / 2 + n * square(sum) / 3;
  }

  /** Forward and backward, layer by layer with all rows. */
  private void follow() {
    int depth = network.depth();
    int rows = network.rows();
    double[][][] vu = new double[depth + 1][rows][];
    double[][][] va = new double[depth + 1][rows][];
    NormalizationErrors[][] normalized = new NormalizationErrors[depth + 1][];
    va[0] = new double[rows][network.a[0][0].length];
    for (int l = 1; l <= depth; l++) {
      for (int row = 0; row < rows; row++) {
        vu[l][row] = preactivation(l, row, va[l - 1][row]);
      }
      if (network.normalizations[l] != null) {
        normalized[l] = normalized(l, vu[l]);
      }
      for (int row = 0; row < rows; row++) {
        va[l][row] = output(l, row, vu[l][row]);
      }
    }
    Delta[] deltas = new Delta[rows];
    for (int row = 0; row < rows; row++) {
      deltas[row] = outputDelta(row, vu[depth][row], va[depth][row]);
      addCost(row, deltas[row], vu[depth][row]);
    }
    for (int l = depth; l >= 1; l--) {
      if (normalized[l] != null) {
        normalize(l, deltas, normalized[l]);
      }
      for (int row = 0; row < rows; row++) {
        gradient(l, deltas[row], network.a[l - 1][row], va[l - 1][row]);
        if (l > 1) {
          deltas[row] = below(l, deltas[row], network.u[l - 1][row], vu[l - 1][row]);
        }
      }
    }
  }

  private void addCost(int row, Delta delta, double[] vz) {
    for (int j = 0; j < vz.length; j++) {
      costVariance += square(delta.value[j]) * vz[j];
    }
    costVariance += (vz.length + square(FEW)) * square(lossTerms(row) * network.share(row));
  }

  /** Of each row, or of each column over the rows; v holds the variances of z, then of u. */
  private NormalizationErrors[] normalized(int l, double[][] v) {
    boolean ofBatches = network.isOfBatches(l);
    double[][] z = ofBatches ? DoubleNetwork.transposed(network.z[l]) : network.z[l];
    double[][] vz = ofBatches ? DoubleNetwork.transposed(v) : v;
    NormalizationErrors[] normalized = new NormalizationErrors[z.length];
    for (int i = 0; i < z.length; i++) {
      normalized[i] = new NormalizationErrors(z[i], vz[i], network.normalizations[l].epsilon());
    }
    for (int row = 0; row < v.length; row++) {
      for (int n = 0; n < v[row].length; n++) {
        double ofZHat = ofBatches ? normalized[n].variances[row] : normalized[row].variances[n];
        v[row][n] = square(network.gammas[l][n]) * ofZHat + square(network.u[l][row][n]);
      }
    }
    return normalized;
  }

  /** The gradients of gamma and beta, and delta[l] from {@code grad_u J}. */
  private void normalize(int l, Delta[] deltas, NormalizationErrors[] normalized) {
    boolean ofBatches = network.isOfBatches(l);
    for (int row = 0; row < deltas.length; row++) {
      Delta delta = deltas[row];
      add(l, delta, betas);
      for (int n = 0; n < delta.value.length; n++) {
        double zHat = network.zHat[l][row][n];
        double ofZHat = ofBatches ? normalized[n].variances[row] : normalized[row].variances[n];
        double squared = square(delta.value[n]);
        double variance = delta.variance[n] + ofSum(network.rows(), squared, 0);
        gammas.variances[l][n] += variance * square(zHat) + squared * ofZHat;
        gammas.jumps[l][n] += delta.jump[n] * Math.abs(zHat);
        delta.scale(n, network.gammas[l][n]);
      }
      if (!ofBatches) {
        normalized[row].backward(delta.value, delta.variance, delta.jump);
      }
    }
    for (int n = 0; n < normalized.length && ofBatches; n++) {
      Delta column = new Delta(deltas.length);
      for (int row = 0; row < deltas.length; row++) {
        column.set(row, deltas[row], n);
      }
      normalized[n].backward(column.value, column.variance, column.jump);
      for (int row = 0; row < deltas.length; row++) {
        deltas[row].set(n, column, row);
      }
    }
  }

  /** A row of a gradient that is the sum of the rows of delta. */
  private void add(int l, Delta delta, Vectors gradient) {
    for (int n = 0; n < delta.value.length; n++) {
      gradient.variances[l][n] +=
          delta.variance[n] + ofSum(network.rows(), square(delta.value[n]), 0);
      gradient.jumps[l][n] += delta.jump[n];
    }
  }

  /** Of {@code z = W a + b}. */
  private double[] preactivation(int l, int row, double[] va) {
    double[] a = network.a[l - 1][row];
    double[] vz = new double[network.biases[l].length];
    for (int n = 0; n < vz.length; n++) {
      double squares = 0;
      for (int k = 0; k < a.length; k++) {
        double w = network.weights[l][n][k];
        squares += square(w * a[k]);
        vz[n] += square(w) * va[k];
      }
      double z = network.z[l][row][n];
      vz[n] += ofSum(a.length, squares, z - network.biases[l][n]) + square(z);
    }
    return vz;
  }

  /** Of {@code a = g(z)}. */
  private double[] output(int l, int row, double[] vz) {
    ActivationFunction g = network.g[l];
    double[] z = network.u[l][row];
    double[] a = network.a[l][row];
    if (g == Activation.SOFTMAX) {
      return softmax(z, a, vz);
    }
    double[] va = new double[a.length];
    for (int j = 0; j < a.length; j++) {
      va[j] = square(slope(g, z[j])) * vz[j] + square(ofValue(g, z[j], a[j]));
    }
    return va;
  }

  /** What {@code g(z)} itself adds, a being its value. */
  private static double ofValue(ActivationFunction g, double z, double a) {
    if (g == Activation.IDENTITY || g == Activation.RELU) {
      return 0;
    }
    return FEW * (g.needsPreactivation() ? z : a);
  }

  /** Of {@code a_j = e^(z_j - m) / S}, where {@code d a_j / d z_i = a_j ((i = j) - a_i)}. */
  private static double[] softmax(double[] z, double[] a, double[] vz) {
    double max = DoubleNetwork.max(z);
    double[] exponents = new double[a.length]; // with what exp and its argument's rounding add
    double all = 0;
    for (int j = 0; j < a.length; j++) {
      exponents[j] = vz[j] + square(max - z[j]) + square(FEW);
      all += square(a[j]) * exponents[j];
    }
    double[] va = new double[a.length];
    for (int j = 0; j < a.length; j++) {
      double others = all - square(a[j]) * exponents[j];
      double relative = square(1 - a[j]) * exponents[j] + others;
      va[j] = square(a[j]) * (relative + a.length + square(FEW));
    }
    return va;
  }

  /** {@code g'(z)}, nearly. */
  private static double slope(ActivationFunction g, double z) {
    return (DoubleNetwork.value(g, z + STEP) - DoubleNetwork.value(g, z - STEP)) / (2 * STEP);
  }

  /** Of {@code g'(z)}. */
  private static double ofSlope(ActivationFunction g, double z, double vz) {
    return g instanceof Activation known
        ? ofSlope(known, z, vz)
        : square(curvature(g, z)) * vz + square(FEW * slope(g, z));
  }

  /** {@code g''(z)}, nearly. */
  private static double curvature(ActivationFunction g, double z) {
    return (slope(g, z + CURVATURE_STEP) - slope(g, z - CURVATURE_STEP)) / (2 * CURVATURE_STEP);
  }

  private static double ofSlope(Activation g, double z, double vz) {
    return switch (g) {
      case IDENTITY -> 0;
      case RELU, LEAKY_RELU -> 1;
      case SILU, GELU, GELU_TANH -> square(CURVATURE) * vz + square(DERIVATIVE * (1 + Math.abs(z)));
      default -> square(CURVATURE) * vz + square(FEW);
    };
  }

  /** Whether g' jumps at 0; by no more than 1. */
  private static boolean jumps(ActivationFunction g) {
    return g == Activation.RELU || g == Activation.LEAKY_RELU || g == Activation.SELU;
  }

  /** delta[l] of one row, its variance, and what it may be off by at kinks. */
  private static final class Delta {
    final double[] value;
    final double[] variance;
    final double[] jump;

    Delta(int length) {
      value = new double[length];
      variance = new double[length];
      jump = new double[length];
    }

    /** Takes element j from element i of another delta. */
    void set(int j, Delta other, int i) {
      value[j] = other.value[i];
      variance[j] = other.variance[i];
      jump[j] = other.jump[i];
    }

    /** Multiplies element j by a factor that is exact. */
    void scale(int j, double factor) {
      value[j] *= factor;
      variance[j] = variance[j] * square(factor) + square(value[j]);
      jump[j] *= Math.abs(factor);
    }

    /** Multiplies element j by g'. */
    void multiply(int j, ActivationFunction g, double z, double vz) {
      double slope = slope(g, z);
      boolean isUnclear = jumps(g) && Math.abs(z) <= DEVIATIONS * FLOAT_U * Math.sqrt(vz);
      variance[j] =
          variance[j] * square(slope) + square(value[j]) * (ofSlope(g, z, vz) + square(slope));
      jump[j] = jump[j] * Math.abs(slope) + (isUnclear ? Math.abs(value[j]) : 0);
      value[j] *= slope;
    }
  }

  /** Step 1 of backpropagation: delta[L]. */
  private Delta outputDelta(int row, double[] vz, double[] va) {
    int depth = network.depth();
    double scale = network.share(row);
    double[] a = network.a[depth][row];
    double[] y = network.y[row];
    Delta delta = new Delta(a.length);
    if (network.loss instanceof CustomLoss custom) {
      addCustom(delta, custom, a, va, y, scale);
      for (int j = 0; j < a.length && network.g[depth] != Activation.SOFTMAX; j++) {
        delta.multiply(j, network.g[depth], network.z[depth][row][j], vz[j]);
      }
      return delta;
    }
    for (int j = 0; j < a.length; j++) {
      double error = a[j] - y[j];
      delta.value[j] = (network.loss == Loss.HUBER ? DoubleNetwork.clipped(error) : error) * scale;
      delta.variance[j] = (va[j] + square(FEW * error)) * square(scale);
      if (network.loss == Loss.CROSS_ENTROPY) {
        // delta = a - y is the gradient for targets that add up to 1, and they may do so roughly.
        delta.variance[j] += square(a[j] * (sum(y) - 1) * scale / FLOAT_U);
      } else if (network.loss != Loss.LOG_LOSS) {
        delta.multiply(j, network.g[depth], network.z[depth][row][j], vz[j]);
      }
    }
    return delta;
  }

  /**
   * What a custom loss gives delta: its gradient, and how far that moves, up or down, when an
   * output moves as far as its rounding may take it. A jump within reach counts in full.
   */
  private void addCustom(
      Delta delta, CustomLoss loss, double[] a, double[] va, double[] y, double scale) {
    double[] gradient = outputGradient(loss, a, y);
    for (int j = 0; j < a.length; j++) {
      delta.value[j] = gradient[j] * scale;
      delta.variance[j] = square(FEW * gradient[j] * scale);
    }
    for (int k = 0; k < a.length; k++) {
      double reach = DEVIATIONS * FLOAT_U * Math.sqrt(va[k]);
      double[] moved = a.clone();
      moved[k] = a[k] + reach;
      double[] above = outputGradient(loss, moved, y);
      moved[k] = a[k] - reach;
      double[] below = outputGradient(loss, moved, y);
      for (int j = 0; j < a.length; j++) {
        double change = Math.abs(above[j] - below[j]);
        delta.variance[j] += square(change * scale / (DEVIATIONS * FLOAT_U));
      }
    }
  }

  /** The gradient by the outputs, or by the logits of softmax; 0 where it is not finite. */
  private double[] outputGradient(CustomLoss loss, double[] a, double[] y) {
    double[] gradient = DoubleNetwork.gradient(loss, a, y);
    double mean = 0;
    for (int j = 0; j < a.length; j++) {
      mean += gradient[j] * a[j];
    }
    boolean isSoftmax = network.g[network.depth()] == Activation.SOFTMAX;
    for (int j = 0; j < a.length; j++) {
      gradient[j] = finite(isSoftmax ? a[j] * (gradient[j] - mean) : gradient[j]);
    }
    return gradient;
  }

  /** 0 in place of a number that would make all others unknown. */
  private static double finite(double value) {
    return Double.isFinite(value) ? value : 0;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /** What the loss of a row is the sum of, in magnitude. */
  private double lossTerms(int row) {
    double terms = finite(Math.abs(network.rowLoss[row]));
    if (network.loss instanceof CustomLoss custom) {
      int depth = network.depth();
      double[] a = network.a[depth][row];
      double[] gradient = DoubleNetwork.gradient(custom, a, network.y[row]);
      for (int j = 0; j < a.length; j++) {
        terms += finite(Math.abs(a[j] * gradient[j]));
      }
    }
    if (network.loss == Loss.LOG_LOSS || network.loss == Loss.CROSS_ENTROPY) {
      for (double z : network.z[network.depth()][row]) {
        terms += Math.abs(z);
      }
    }
    return terms;
  }

  /** Step 2, {@code delta[l-1] = (W[l]^T delta[l]) o g'(z[l-1])}. */
  private Delta below(int l, Delta delta, double[] z, double[] vz) {
    int outputs = delta.value.length;
    Delta below = new Delta(z.length);
    for (int k = 0; k < z.length; k++) {
      double squares = 0;
      for (int n = 0; n < outputs; n++) {
        double w = network.weights[l][n][k];
        below.value[k] += w * delta.value[n];
        below.variance[k] += square(w) * delta.variance[n];
        below.jump[k] += Math.abs(w) * delta.jump[n];
        squares += square(w * delta.value[n]);
      }
      below.variance[k] += ofSum(outputs, squares, below.value[k]);
      below.multiply(k, network.g[l - 1], z[k], vz[k]);
    }
    return below;
  }

  /**
   * Step 3, one row of {@code dW = delta^T a} and {@code db}. The drift of these sums is relative
   * to the gradient itself, and far below the tolerance.
   */
  private void gradient(int l, Delta delta, double[] a, double[] va) {
    for (int n = 0; n < delta.value.length; n++) {
      double squared = square(delta.value[n]);
      double variance = delta.variance[n] + ofSum(network.rows(), squared, 0);
      for (int k = 0; k < a.length; k++) {
        weightVariances[l][n][k] += variance * square(a[k]) + squared * va[k];
        weightJumps[l][n][k] += delta.jump[n] * Math.abs(a[k]);
      }
    }
    add(l, delta, biases);
  }
}
