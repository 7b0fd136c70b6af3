package dev.nn.contract;

import dev.nn.Activation;
import dev.nn.Loss;
import dev.nn.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.special.Erf;

/**
 * The lecture's network in double precision, with a rounding bound for every value that a float
 * network computes.
 *
 * <p>Written from the formulas, not from the code: forward {@code z = W a + b, a = g(z)}, the three
 * steps of backpropagation, and gradient descent with the L2 term. Layers are numbered from 1, rows
 * are examples.
 */
final class OracleNetwork {
  private static final double U = Bounded.U;

  private static final double SELU_LAMBDA = 1.0507009873554805;

  private static final double SELU_ALPHA = 1.6732632423543772;

  private final List<Activation> activations;
  private final Loss loss;
  private final List<Bounded> weights;
  private final List<Bounded> biases;

  private OracleNetwork(
      List<Activation> activations, Loss loss, List<Bounded> weights, List<Bounded> biases) {
    this.activations = List.copyOf(activations);
    this.loss = loss;
    this.weights = new ArrayList<>(weights);
    this.biases = new ArrayList<>(biases);
  }

  /** The network's parameters as they are now. */
  static OracleNetwork of(Network network, Loss loss) {
    int depth = network.architecture().depth();
    return new OracleNetwork(
        network.architecture().layers().stream()
            .map(layer -> (Activation) layer.activation())
            .toList(),
        loss,
        IntStream.rangeClosed(1, depth).mapToObj(l -> Bounded.exact(network.weights(l))).toList(),
        IntStream.rangeClosed(1, depth).mapToObj(l -> Bounded.exact(network.bias(l))).toList());
  }

  int depth() {
    return weights.size();
  }

  Bounded weights(int layer) {
    return weights.get(layer - 1);
  }

  Bounded bias(int layer) {
    return biases.get(layer - 1);
  }

  /** Everything that one backpropagation computes; element l - 1 belongs to layer l. */
  record Pass(
      double cost,
      double costError,
      List<Bounded> logits,
      List<Bounded> outputs,
      List<Bounded> deltas,
      List<Bounded> weightGradients,
      List<Bounded> biasGradients) {}

  Pass pass(float[][] x, float[][] y) {
    float[] ones = new float[x.length];
    Arrays.fill(ones, 1);
    return pass(x, y, ones);
  }

  /** The same for {@code J = sum_b w_b L_b / sum_b w_b}. */
  Pass pass(float[][] x, float[][] y, float[] rowWeights) {
    double[] shares = new double[x.length];
    double total = 0;
    for (float weight : rowWeights) {
      total += weight;
    }
    for (int row = 0; row < x.length; row++) {
      shares[row] = rowWeights[row] / total;
    }
    Bounded input = Bounded.exact(x);
    Bounded targets = Bounded.exact(y);
    List<Bounded> z = new ArrayList<>();
    List<Bounded> a = new ArrayList<>();
    for (int l = 1; l <= depth(); l++) {
      Bounded below = l == 1 ? input : a.get(l - 2);
      z.add(below.times(weights(l).transpose()).plusRow(bias(l)));
      a.add(activate(activations.get(l - 1), z.get(l - 1)));
    }
    double cost = 0;
    double costError = 0;
    for (int row = 0; row < x.length; row++) {
      double[] bounded = rowLoss(z.get(depth() - 1), a.get(depth() - 1), targets, row);
      cost += bounded[0] * shares[row];
      costError += bounded[1] * shares[row];
    }
    Bounded[] deltas = new Bounded[depth()];
    Bounded[] dw = new Bounded[depth()];
    Bounded[] db = new Bounded[depth()];
    for (int l = depth(); l >= 1; l--) {
      deltas[l - 1] =
          l == depth()
              ? outputDelta(z.get(l - 1), a.get(l - 1), targets, shares)
              : deltas[l]
                  .times(weights(l + 1))
                  .hadamard(derivative(activations.get(l - 1), z.get(l - 1), a.get(l - 1)));
      dw[l - 1] = deltas[l - 1].transpose().times(l == 1 ? input : a.get(l - 2));
      db[l - 1] = deltas[l - 1].columnSums();
    }
    return new Pass(cost, costError, z, a, List.of(deltas), List.of(dw), List.of(db));
  }

  /** The cost alone with one weight changed: what finite differences need. */
  double costWithWeight(int layer, int n, int k, double value, float[][] x, float[][] y) {
    List<Bounded> changed = new ArrayList<>(weights);
    Bounded copy = new Bounded(weights(layer).value().copy(), weights(layer).error());
    copy.value().setEntry(n, k, value);
    changed.set(layer - 1, copy);
    return new OracleNetwork(activations, loss, changed, biases).pass(x, y).cost();
  }

  /** The cost alone with one bias changed. */
  double costWithBias(int layer, int n, double value, float[][] x, float[][] y) {
    List<Bounded> changed = new ArrayList<>(biases);
    Bounded copy = new Bounded(bias(layer).value().copy(), bias(layer).error());
    copy.value().setEntry(0, n, value);
    changed.set(layer - 1, copy);
    return new OracleNetwork(activations, loss, weights, changed).pass(x, y).cost();
  }

  /** {@code W = (1 - alpha lambda) W - alpha dJ/dW}, {@code b = b - alpha dJ/db}. */
  void step(double alpha, double lambda, float[][] x, float[][] y) {
    Pass pass = pass(x, y);
    for (int l = 1; l <= depth(); l++) {
      weights.set(l - 1, descend(weights(l), pass.weightGradients().get(l - 1), alpha, lambda));
      biases.set(l - 1, descend(bias(l), pass.biasGradients().get(l - 1), alpha, 0));
    }
  }

  private static Bounded descend(Bounded w, Bounded g, double alpha, double lambda) {
    return w.elements(
        (i, j) -> (1 - alpha * lambda) * w.value(i, j) - alpha * g.value(i, j),
        (i, j) -> {
          // fma(lambda, w, g), with lambda rounded to float: two roundings.
          double decay = lambda * (Math.abs(w.value(i, j)) + w.error(i, j));
          double total = decay + Math.abs(g.value(i, j)) + g.error(i, j);
          double inherited = lambda * w.error(i, j) + g.error(i, j);
          double regularized = inherited + U * decay + (lambda == 0 ? 0 : U * total);
          // fma(-alpha, g', w), with alpha rounded to float.
          double result = Math.abs(w.value(i, j)) + w.error(i, j) + alpha * total;
          return w.error(i, j) + alpha * regularized + U * alpha * total + U * result;
        });
  }

  /** {@code g(z)} in double precision, one element. */
  static double value(Activation g, double z) {
    return switch (g) {
      case IDENTITY -> z;
      case SIGMOID -> z < 0 ? Math.exp(z) / (1 + Math.exp(z)) : 1 / (1 + Math.exp(-z));
      case TANH -> Math.tanh(z);
      case RELU -> Math.max(z, 0);
      case LEAKY_RELU -> z < 0 ? 0.01 * z : z;
      case ELU -> z < 0 ? Math.expm1(z) : z;
      case SELU -> SELU_LAMBDA * (z < 0 ? SELU_ALPHA * Math.expm1(z) : z);
      case SOFTPLUS -> Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
      case SILU -> z * value(Activation.SIGMOID, z);
      case GELU -> z / 2 * (1 + Erf.erf(z / Math.sqrt(2)));
      case GELU_TANH -> z / 2 * (1 + Math.tanh(cubic(z)));
      case SOFTMAX -> throw new AssertionError("softmax of one element");
    };
  }

  /** {@code sqrt(2 / pi) (z + 0.044715 z^3)}. */
  private static double cubic(double z) {
    return Math.sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z);
  }

  private static Bounded activate(Activation g, Bounded z) {
    if (g == Activation.SOFTMAX) {
      return softmax(z);
    }
    if (g.needsPreactivation()) {
      // No slope exceeds 1.13; the other factor of z/2 or z is off by less than 16 U.
      return z.elements(
          (i, j) -> value(g, z.value(i, j)),
          (i, j) -> 1.13 * z.error(i, j) + 8 * U * (Math.abs(z.value(i, j)) + z.error(i, j)));
    }
    double own =
        switch (g) {
          case IDENTITY, RELU -> 0; // selections
          case SELU, SOFTPLUS -> 8 * U; // two roundings or another function on top
          default -> 4 * U; // two ulps
        };
    return z.elements(
        (i, j) -> value(g, z.value(i, j)),
        (i, j) -> {
          // g is increasing: its extremes are at the ends.
          double middle = value(g, z.value(i, j));
          double up = value(g, z.value(i, j) + z.error(i, j)) - middle;
          double down = middle - value(g, z.value(i, j) - z.error(i, j));
          double inherited = Math.max(up, down);
          return inherited + own * (Math.abs(middle) + inherited);
        });
  }

  private static Bounded softmax(Bounded z) {
    int n = z.columns();
    double[][] p = new double[z.rows()][n];
    double[][] shift = new double[z.rows()][n];
    double[] rowError = new double[z.rows()];
    for (int i = 0; i < z.rows(); i++) {
      double max = Double.NEGATIVE_INFINITY;
      double worst = 0;
      for (int j = 0; j < n; j++) {
        max = Math.max(max, z.value(i, j));
        worst = Math.max(worst, z.error(i, j));
      }
      double sum = 0;
      for (int j = 0; j < n; j++) {
        shift[i][j] = max - z.value(i, j) + 2 * worst;
        p[i][j] = Math.exp(z.value(i, j) - max);
        sum += p[i][j];
      }
      // Of the sum: each exponential's error by its share, and the 16-lane additions.
      double own = (n / 16.0 + 5) * U;
      for (int j = 0; j < n; j++) {
        p[i][j] /= sum;
        own += p[i][j] * (shift[i][j] + 2) * U;
      }
      // Errors of the logits, at most worst in numerator and denominator alike.
      rowError[i] = Math.expm1(2 * worst) + own;
    }
    return z.elements(
        (i, j) -> p[i][j], (i, j) -> p[i][j] * (rowError[i] + (shift[i][j] + 3) * U) * (1 + 1e-3));
  }

  /** {@code g'(z)}. */
  private static Bounded derivative(Activation g, Bounded z, Bounded a) {
    return a.elements(
        (i, j) ->
            switch (g) {
              case IDENTITY -> 1;
              case SIGMOID -> a.value(i, j) * (1 - a.value(i, j));
              case TANH -> 1 - a.value(i, j) * a.value(i, j);
              case RELU -> z.value(i, j) > 0 ? 1 : 0;
              case LEAKY_RELU -> z.value(i, j) > 0 ? 1 : 0.01;
              case ELU -> z.value(i, j) > 0 ? 1 : Math.exp(z.value(i, j));
              case SELU ->
                  SELU_LAMBDA * (z.value(i, j) > 0 ? 1 : SELU_ALPHA * Math.exp(z.value(i, j)));
              case SOFTPLUS -> value(Activation.SIGMOID, z.value(i, j));
              case SILU -> {
                double s = value(Activation.SIGMOID, z.value(i, j));
                yield s + z.value(i, j) * s * (1 - s);
              }
              case GELU -> {
                double v = z.value(i, j);
                double density = Math.exp(-v * v / 2) / Math.sqrt(2 * Math.PI);
                yield (1 + Erf.erf(v / Math.sqrt(2))) / 2 + v * density;
              }
              case GELU_TANH -> {
                double v = z.value(i, j);
                double t = Math.tanh(cubic(v));
                double slope = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * v * v);
                yield (1 + t) / 2 + v / 2 * (1 - t * t) * slope;
              }
              case SOFTMAX -> throw new AssertionError("derivative of softmax");
            },
        (i, j) -> {
          double e = a.error(i, j);
          double v = Math.abs(a.value(i, j));
          return switch (g) {
            case IDENTITY -> 0;
            case SIGMOID -> e + e * e + 3 * U * (v + e);
            case TANH -> 2 * v * e + e * e + U;
            case RELU -> Math.abs(z.value(i, j)) > z.error(i, j) ? 0 : 1; // beside the kink
            case LEAKY_RELU -> Math.abs(z.value(i, j)) > z.error(i, j) ? U : 1;
            case ELU -> e + U;
            case SELU -> Math.abs(z.value(i, j)) > z.error(i, j) ? e + 4 * U : 1;
            case SOFTPLUS -> e + 4 * U;
            // The second derivatives are at most 0.5 and 0.8; factors of z and their roundings.
            case SILU ->
                0.5 * z.error(i, j) + 16 * U * (1 + Math.abs(z.value(i, j)) + z.error(i, j));
            case GELU, GELU_TANH -> 0.85 * z.error(i, j) + 32 * U;
            case SOFTMAX -> throw new AssertionError("derivative of softmax");
          };
        });
  }

  /** Step 1: {@code grad_z J}, where J is the mean over the rows by their shares. */
  private Bounded outputDelta(Bounded z, Bounded a, Bounded y, double[] shares) {
    Bounded error =
        a.elements(
            (i, j) -> slope(a.value(i, j) - y.value(i, j)) * shares[i],
            (i, j) -> {
              // A subtraction, a product, and the rounding of the scale.
              double distance = Math.abs(a.value(i, j) - y.value(i, j)) + a.error(i, j);
              return (a.error(i, j) + 3 * U * distance) * shares[i];
            });
    return loss == Loss.SQUARED_ERROR || loss == Loss.HUBER
        ? error.hadamard(derivative(activations.get(depth() - 1), z, a))
        : error;
  }

  /** Of the loss at an error, apart from the scale. */
  private double slope(double error) {
    return loss == Loss.HUBER ? Math.max(-1, Math.min(1, error)) : error;
  }

  /** The loss of a row and its bound. */
  private double[] rowLoss(Bounded z, Bounded a, Bounded y, int row) {
    int n = z.columns();
    double value = 0;
    double error = 0;
    double additions = (n / 16.0 + 6) * U;
    switch (loss) {
      case SQUARED_ERROR -> {
        for (int j = 0; j < n; j++) {
          double distance = Math.abs(a.value(row, j) - y.value(row, j));
          double up = distance + a.error(row, j);
          value += 0.5 * distance * distance;
          error += 0.5 * (up * up - distance * distance) + 0.5 * up * up * (additions + 2 * U);
        }
      }
      case HUBER -> {
        for (int j = 0; j < n; j++) {
          double distance = Math.abs(a.value(row, j) - y.value(row, j));
          double up = distance + a.error(row, j);
          value += distance <= 1 ? 0.5 * distance * distance : distance - 0.5;
          // The slope is at most 1, and at most the distance.
          error += a.error(row, j) * Math.min(1, up) + up * up * (additions + 4 * U);
        }
      }
      case LOG_LOSS -> {
        for (int j = 0; j < n; j++) {
          double logit = z.value(row, j);
          double target = y.value(row, j);
          double linear = Math.max(logit, 0) - target * logit;
          double softplus = Math.log1p(Math.exp(-Math.abs(logit)));
          value += linear + softplus;
          // |dL/dz| = |a - y| <= 1.
          double size = Math.abs(linear) + softplus + z.error(row, j);
          error += z.error(row, j) + U * Math.abs(linear) + 6 * U * softplus;
          error += size * (additions + U);
        }
      }
      case CROSS_ENTROPY -> {
        double max = Double.NEGATIVE_INFINITY;
        double worst = 0;
        for (int j = 0; j < n; j++) {
          max = Math.max(max, z.value(row, j));
          worst = Math.max(worst, z.error(row, j));
        }
        double sum = 0;
        for (int j = 0; j < n; j++) {
          sum += Math.exp(z.value(row, j) - max);
        }
        double sumError = (n / 16.0 + 5) * U;
        for (int j = 0; j < n; j++) {
          double share = Math.exp(z.value(row, j) - max) / sum;
          sumError += share * (max - z.value(row, j) + 2 * worst + 2) * U;
        }
        for (int j = 0; j < n; j++) {
          double shift = max - z.value(row, j) + 2 * worst;
          double term = Math.log(sum) + max - z.value(row, j);
          value += y.value(row, j) * term;
          double own = sumError + 2 * U * Math.log(sum) + U * shift + U * (term + 2 * worst);
          error += y.value(row, j) * (2 * worst + own + (term + 2 * worst) * additions);
        }
      }
    }
    return new double[] {value, error};
  }
}
