package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Gradients;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.contract.OracleNetwork.Pass;
import dev.nn.data.Dataset;
import dev.nn.train.Adagrad;
import dev.nn.train.Adam;
import dev.nn.train.AdamW;
import dev.nn.train.Momentum;
import dev.nn.train.Nesterov;
import dev.nn.train.Optimizer;
import dev.nn.train.RmsProp;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;
import java.util.Locale;
import java.util.function.Supplier;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Values that another library computed in double precision (see the README of {@code golden}).
 *
 * <p>Each float may be off by its rounding bound, which {@link OracleNetwork} derives for this very
 * network, batch and step; no tolerance is chosen by hand.
 */
public abstract class GoldenContract extends BackendContract {
  /** The oracle against the golden values: double rounding only. */
  private static final double DOUBLE_ERROR = 1e-12;

  /** Most that a float is off after one rounding, relative to itself. */
  private static final double ROUNDING = 0x1p-24;

  private static final int STEPS = 5;

  private static final String CASES =
      """
      lecture_3_2_1,   LOG_LOSS,      12 3 2 1,   sigmoid sigmoid sigmoid
      relu_softmax,    CROSS_ENTROPY, 20 16 8 4,  relu relu softmax
      tanh_regression, SQUARED_ERROR, 13 10 10 1, tanh tanh identity
      wide_long_batch, CROSS_ENTROPY, 700 5 3,    tanh softmax
      leaky_elu,       CROSS_ENTROPY, 9 33 17 5,  leaky_relu elu softmax
      gelu_silu,       HUBER,         31 15 15 2, gelu silu identity
      softplus_multilabel, LOG_LOSS,  17 12 6,    softplus sigmoid
      """;

  private Network network(GoldenValues golden, String sizes, String activations) {
    String[] width = sizes.split(" ", -1);
    String[] activation = activations.split(" ", -1);
    Architecture architecture = Architecture.input(Integer.parseInt(width[0]));
    for (int l = 1; l < width.length; l++) {
      architecture =
          architecture.dense(
              Integer.parseInt(width[l]),
              Activation.valueOf(activation[l - 1].toUpperCase(Locale.ROOT)));
    }
    Network network = Network.initialize(architecture, 0, backend());
    for (int l = 1; l <= architecture.depth(); l++) {
      network.setParameters(l, golden.floats("W" + l), golden.floats("b" + l)[0]);
    }
    return network;
  }

  @ParameterizedTest
  @CsvSource(textBlock = CASES)
  void onePass(String name, Loss loss, String sizes, String activations) {
    GoldenValues golden = GoldenValues.resource("golden/" + name + ".npz");
    Network network = network(golden, sizes, activations);
    float[][] x = golden.floats("X");
    float[][] y = golden.floats("Y");
    Pass pass = OracleNetwork.of(network, loss).pass(x, y);
    Gradients gradients = network.gradients(x, y, loss);
    assertEquals(golden.scalar("loss"), pass.cost(), DOUBLE_ERROR, "cost of the oracle");
    assertEquals(golden.scalar("loss"), gradients.cost(), pass.costError(), "cost");
    assertTrue(pass.costError() < 1e-4, () -> "bound of the cost: " + pass.costError());
    for (int l = 1; l <= network.architecture().depth(); l++) {
      check(golden, "A" + l, pass.outputs().get(l - 1), gradients.activation(l));
      check(golden, "dW" + l, pass.weightGradients().get(l - 1), gradients.weights(l));
      check(golden, "db" + l, pass.biasGradients().get(l - 1), new float[][] {gradients.bias(l)});
    }
    int depth = network.architecture().depth();
    check(golden, "A" + depth, pass.outputs().get(depth - 1), network.predict(x));
  }

  @ParameterizedTest
  @CsvSource(textBlock = CASES)
  void fiveStepsOfGradientDescent(String name, Loss loss, String sizes, String activations) {
    checkSteps("sgd", 0, name, loss, sizes, activations);
  }

  @ParameterizedTest
  @CsvSource(textBlock = CASES)
  void fiveStepsWithTheL2Term(String name, Loss loss, String sizes, String activations) {
    checkSteps("sgd_l2", 0.01, name, loss, sizes, activations);
  }

  @Test
  @Tag("sample")
  void theLecturesNetwork() {
    checkSteps(
        "sgd_l2", 0.01, "lecture_3_2_1", Loss.LOG_LOSS, "12 3 2 1", "sigmoid sigmoid sigmoid");
  }

  /**
   * Five steps of the optimizers that remember. Each step rounds a parameter once, or twice if it
   * decays, by at most {@link #ROUNDING} of it. What the step adds has an error of as much of
   * itself from each operation before. These errors are independent, so that of the 256 of a chunk
   * of a sum their root is left, next to which the others are few. In no case is it more than 1e-5
   * of the way, a hundred times the rounding of a float.
   */
  @ParameterizedTest
  @CsvSource(textBlock = CASES)
  void fiveStepsWithMoments(String name, Loss loss, String sizes, String activations) {
    GoldenValues golden = GoldenValues.resource("golden/" + name + ".npz");
    Network start = network(golden, sizes, activations);
    checkMoments(golden, "momentum", Momentum.of(0.05, 0.9), 1, loss, start.copy());
    checkMoments(golden, "nesterov", Nesterov.of(0.05, 0.9), 1, loss, start.copy());
    checkMoments(golden, "adagrad", Adagrad.of(0.05), 1, loss, start.copy());
    checkMoments(golden, "rmsprop", RmsProp.of(0.01), 1, loss, start.copy());
    checkMoments(golden, "adam", Adam.of(0.01), 1, loss, start.copy());
    checkMoments(golden, "adamw", AdamW.of(0.01, 0.02), 2, loss, start.copy());
  }

  private static void checkMoments(
      GoldenValues golden,
      String key,
      Optimizer optimizer,
      int roundings,
      Loss loss,
      Network network) {
    Dataset data = Dataset.of(golden.floats("X"), golden.floats("Y"));
    Trainer.builder()
        .optimizer(optimizer)
        .loss(loss)
        .fullBatch()
        .shuffle(false)
        .epochs(STEPS)
        .build()
        .fit(network, data);
    for (int l = 1; l <= network.architecture().depth(); l++) {
      checkWay(golden, key + "_W" + l, "W" + l, STEPS * roundings, network.weights(l));
      float[][] bias = {network.bias(l)};
      checkWay(golden, key + "_b" + l, "b" + l, STEPS, bias); // which never decays
    }
  }

  private static void checkWay(
      GoldenValues golden, String name, String start, int roundings, float[][] actual) {
    RealMatrix expected = new Array2DRowRealMatrix(golden.matrix(name), false);
    RealMatrix from = new Array2DRowRealMatrix(golden.matrix(start), false);
    double off = Bounded.exact(actual).value().subtract(expected).getFrobeniusNorm();
    double way = expected.subtract(from).getFrobeniusNorm();
    double size = Math.max(expected.getFrobeniusNorm(), from.getFrobeniusNorm());
    double bound = Math.min(ROUNDING * (roundings * size + Math.sqrt(256) * way), 1e-5 * way);
    assertTrue(off <= bound, () -> name + " is off by " + off + ", bound " + bound);
  }

  private void checkSteps(
      String optimizer, double l2, String name, Loss loss, String sizes, String activations) {
    GoldenValues golden = GoldenValues.resource("golden/" + name + ".npz");
    Network network = network(golden, sizes, activations);
    float[][] x = golden.floats("X");
    float[][] y = golden.floats("Y");
    OracleNetwork oracle = OracleNetwork.of(network, loss);
    Trainer oneStep =
        Trainer.builder()
            .optimizer(Sgd.of(0.05))
            .loss(loss)
            .l2(l2)
            .fullBatch()
            .shuffle(false)
            .epochs(1)
            .build();
    int depth = network.architecture().depth();
    double[] drift = new double[1];
    for (int step = 1; step <= STEPS; step++) {
      oracle.step(0.05, l2, x, y);
      // The same step from where the floats are now: within the rounding bound of one step.
      OracleNetwork single = OracleNetwork.of(network, loss);
      single.step(0.05, l2, x, y);
      oneStep.fit(network, Dataset.of(x, y));
      for (int l = 1; l <= depth; l++) {
        String which = "[" + l + "] after step " + step;
        single.weights(l).assertHolds(network.weights(l), () -> "W" + which);
        single.bias(l).assertHolds(network.bias(l), () -> "b" + which);
        drift[0] += single.weights(l).error().getFrobeniusNorm();
        drift[0] += single.bias(l).error().getFrobeniusNorm();
      }
    }
    // What each step contributed is carried on by the following ones. With a learning rate this
    // small they do not even double it: a step multiplies a distance by I - alpha H, H the Hessian.
    double bound = 2 * drift[0];
    double moved = 0;
    for (int l = 1; l <= depth; l++) {
      moved +=
          checkNear(
              golden, optimizer + "_W" + l, "W" + l, oracle.weights(l), bound, network.weights(l));
      moved +=
          checkNear(
              golden,
              optimizer + "_b" + l,
              "b" + l,
              oracle.bias(l),
              bound,
              new float[][] {network.bias(l)});
    }
    double distance = moved;
    assertTrue(bound < 0.05 * distance, () -> "bound " + bound + " of a way of " + distance);
  }

  /** Compares with the golden values; returns how far they are from where they started. */
  private static double checkNear(
      GoldenValues golden,
      String name,
      String startName,
      Bounded oracle,
      double bound,
      float[][] actual) {
    RealMatrix expected = new Array2DRowRealMatrix(golden.matrix(name), false);
    RealMatrix start = new Array2DRowRealMatrix(golden.matrix(startName), false);
    assertEquals(0, expected.subtract(oracle.value()).getFrobeniusNorm(), DOUBLE_ERROR, name);
    double distance = Bounded.exact(actual).value().subtract(expected).getFrobeniusNorm();
    assertTrue(distance <= bound, () -> name + " is off by " + distance + ", bound " + bound);
    return expected.subtract(start).getFrobeniusNorm();
  }

  /** The oracle agrees with the golden values, and the floats agree within the oracle's bounds. */
  private static void check(GoldenValues golden, String name, Bounded oracle, float[][] actual) {
    RealMatrix expected = new Array2DRowRealMatrix(golden.matrix(name), false);
    Supplier<String> what = () -> name;
    assertEquals(expected.getRowDimension(), oracle.rows(), what);
    assertEquals(expected.getColumnDimension(), oracle.columns(), what);
    for (int i = 0; i < oracle.rows(); i++) {
      for (int j = 0; j < oracle.columns(); j++) {
        assertEquals(
            expected.getEntry(i, j), oracle.value(i, j), DOUBLE_ERROR, () -> "oracle, " + name);
      }
    }
    new Bounded(expected, oracle.error()).assertHolds(actual, what);
  }
}
