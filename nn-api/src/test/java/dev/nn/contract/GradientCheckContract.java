package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Gradients;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.contract.OracleNetwork.Pass;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.apache.commons.math3.analysis.differentiation.DerivativeStructure;
import org.apache.commons.math3.analysis.differentiation.FiniteDifferencesDifferentiator;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Backpropagation against the definition of a derivative: central differences of a network in
 * double precision, for every hidden activation with every pair of loss and output.
 */
public abstract class GradientCheckContract extends BackendContract {
  /** Five-point central differences: the error is about h^4 = 1e-12 times a fifth derivative. */
  private static final double STEP = 1e-3;

  private static final FiniteDifferencesDifferentiator DIFFERENCES =
      new FiniteDifferencesDifferentiator(5, STEP);

  /** What the differences may be wrong by; gradients here are of size 0.01 to 1. */
  private static final double DIFFERENCE_ERROR = 1e-9;

  /** Those whose first or second derivative jumps at 0. */
  private static final Set<Activation> KINKED =
      EnumSet.of(Activation.RELU, Activation.LEAKY_RELU, Activation.ELU, Activation.SELU);

  private static final Set<Loss> OF_DIFFERENCES = EnumSet.of(Loss.SQUARED_ERROR, Loss.HUBER);

  /** Every hidden activation with every loss and output activation that go together. */
  static Stream<Arguments> networks() {
    return Stream.of(Activation.values())
        .filter(hidden -> hidden != Activation.SOFTMAX)
        .flatMap(
            hidden ->
                KernelsContract.lossPairs()
                    .map(pair -> Arguments.of(hidden, pair.get()[0], pair.get()[1])));
  }

  /** One network with a batch. */
  private static final class Case {
    final Network network;
    final Loss loss;
    final float[][] x;
    final float[][] y;

    Case(Network network, Loss loss, float[][] x, float[][] y) {
      this.network = network;
      this.loss = loss;
      this.x = x;
      this.y = y;
    }

    /**
     * Distance of the logits from the kinks of ReLUs, ELUs and Huber's loss, where differences mean
     * nothing.
     */
    double distanceFromKinks() {
      Pass pass = OracleNetwork.of(network, loss).pass(x, y);
      double distance = Double.POSITIVE_INFINITY;
      for (int l = 1; l <= network.architecture().depth(); l++) {
        if (KINKED.contains(network.architecture().layers().get(l - 1).activation())) {
          RealMatrix z = pass.logits().get(l - 1).value();
          for (double[] row : z.getData()) {
            for (double logit : row) {
              distance = Math.min(distance, Math.abs(logit));
            }
          }
        }
      }
      if (loss == Loss.HUBER) {
        RealMatrix a = pass.outputs().get(pass.outputs().size() - 1).value();
        for (int i = 0; i < y.length; i++) {
          for (int j = 0; j < y[i].length; j++) {
            double error = Math.abs(a.getEntry(i, j) - y[i][j]);
            distance = Math.min(distance, Math.abs(error - 1));
          }
        }
      }
      return distance;
    }

    /** Whether some output is not 0. */
    boolean isAlive() {
      for (float[] row : network.predict(x)) {
        for (float output : row) {
          if (output != 0) {
            return true;
          }
        }
      }
      return false;
    }
  }

  private Case network(Activation hidden, Loss loss, Activation output, int rows, long seed) {
    Architecture architecture =
        Architecture.input(5).dense(7, hidden).dense(4, hidden).dense(3, output);
    Network network = Network.initialize(architecture, seed, backend());
    Values values = new Values(seed);
    for (int l = 1; l <= 3; l++) {
      network.setParameters(l, network.weights(l), values.uniform(architecture.width(l)));
    }
    float[][] y = values.uniform(rows, 3);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < 3; j++) {
        y[i][j] = OF_DIFFERENCES.contains(loss) ? y[i][j] : (i + seed) % 3 == j ? 1 : 0;
      }
    }
    return new Case(network, loss, values.uniform(rows, 5), y);
  }

  /**
   * The first seed whose ReLUs are all away from their kinks, and not all dead at the outputs;
   * every seed is, without ReLUs.
   */
  private Case smooth(Activation hidden, Loss loss, Activation output, int rows) {
    for (long seed = 1; seed < 500; seed++) {
      Case smooth = network(hidden, loss, output, rows, seed);
      if (smooth.distanceFromKinks() > 20 * STEP && smooth.isAlive()) {
        return smooth;
      }
    }
    throw new AssertionError("no seed without kinks");
  }

  private static double derivative(DoubleUnaryOperator function, double at) {
    return DIFFERENCES
        .differentiate(function::applyAsDouble)
        .value(new DerivativeStructure(1, 1, 0, at))
        .getPartialDerivative(1);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void gradientsAreTheSlopesOfTheCost(Activation hidden, Loss loss, Activation output) {
    Case c = smooth(hidden, loss, output, 4);
    Gradients gradients = c.network.gradients(c.x, c.y, loss);
    OracleNetwork oracle = OracleNetwork.of(c.network, loss);
    Pass pass = oracle.pass(c.x, c.y);
    double steepest = 0;
    for (int layer = 1; layer <= 3; layer++) {
      int l = layer;
      float[][] dw = gradients.weights(l);
      float[] db = gradients.bias(l);
      for (int neuron = 0; neuron < db.length; neuron++) {
        int n = neuron;
        for (int input = 0; input < dw[0].length; input++) {
          int k = input;
          double slope =
              derivative(
                  w -> oracle.costWithWeight(l, n, k, w, c.x, c.y), oracle.weights(l).value(n, k));
          double bound = pass.weightGradients().get(l - 1).error(n, k) + DIFFERENCE_ERROR;
          assertEquals(slope, dw[n][k], bound, () -> "dW[" + l + "][" + n + "][" + k + "]");
          steepest = Math.max(steepest, Math.abs(slope));
        }
        double slope =
            derivative(b -> oracle.costWithBias(l, n, b, c.x, c.y), oracle.bias(l).value(0, n));
        double bound = pass.biasGradients().get(l - 1).error(0, n) + DIFFERENCE_ERROR;
        assertEquals(slope, db[n], bound, () -> "db[" + l + "][" + n + "]");
      }
    }
    assertTrue(steepest > 1e-3, "nothing depends on the weights: " + steepest);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void everythingIsWithinItsRoundingBound(Activation hidden, Loss loss, Activation output) {
    Case c = smooth(hidden, loss, output, 11);
    assertWithinBounds(c);
  }

  @Test
  @Tag("sample")
  void oneNetworkIsWithinItsRoundingBound() {
    assertWithinBounds(smooth(Activation.TANH, Loss.CROSS_ENTROPY, Activation.SOFTMAX, 3));
  }

  private static void assertWithinBounds(Case c) {
    Gradients gradients = c.network.gradients(c.x, c.y, c.loss);
    Pass pass = OracleNetwork.of(c.network, c.loss).pass(c.x, c.y);
    assertEquals(pass.cost(), gradients.cost(), pass.costError(), "cost");
    // Where g is not monotone, the oracle takes its greatest slope for all.
    boolean loose =
        c.network.architecture().layers().stream()
            .anyMatch(layer -> layer.activation().needsPreactivation());
    double meaningful = loose ? 2e-5 : 1e-5;
    assertTrue(
        pass.costError() < meaningful * (1 + pass.cost()),
        () -> "bound of the cost: " + pass.costError() + " of " + pass.cost());
    for (int layer = 1; layer <= c.network.architecture().depth(); layer++) {
      int l = layer;
      pass.outputs().get(l - 1).assertHolds(gradients.activation(l), () -> "a[" + l + "]");
      pass.deltas().get(l - 1).assertHolds(gradients.delta(l), () -> "delta[" + l + "]");
      pass.weightGradients().get(l - 1).assertHolds(gradients.weights(l), () -> "dW[" + l + "]");
      pass.biasGradients().get(l - 1).assertHolds(gradients.bias(l), () -> "db[" + l + "]");
    }
    float[][] predicted = c.network.predict(c.x);
    pass.outputs().get(pass.outputs().size() - 1).assertHolds(predicted, () -> "predictions");
  }
}
