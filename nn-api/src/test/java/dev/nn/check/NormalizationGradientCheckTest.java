package dev.nn.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.Normalization;
import dev.nn.contract.PlainBackend;
import dev.nn.data.Dataset;
import dev.nn.spi.Backend;
import dev.nn.train.Adam;
import dev.nn.train.Trainer;
import java.util.List;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Gradient checks of networks that normalize. */
class NormalizationGradientCheckTest {
  private static final Backend BACKEND = PlainBackend.alone();
  private static final int ROWS = 9;

  static Stream<Normalization> normalizations() {
    return Stream.of(Normalization.layer(), Normalization.batch());
  }

  private static float[][] uniform(int rows, int columns, double size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] values = new float[rows][columns];
    for (float[] row : values) {
      for (int j = 0; j < columns; j++) {
        row[j] = (float) (size * (2 * random.nextDouble() - 1));
      }
    }
    return values;
  }

  private static float[][] oneHot(int rows, int classes) {
    float[][] y = new float[rows][classes];
    for (int i = 0; i < rows; i++) {
      y[i][i * 2 % classes] = 1;
    }
    return y;
  }

  /** 5-7-6-3; the two hidden layers normalize, with gammas and betas of any sign. */
  private static Network network(Normalization normalization, Backend backend) {
    Network network =
        Network.initialize(
            Architecture.input(5)
                .dense(7, Activation.TANH)
                .normalize(normalization)
                .dense(6, Activation.GELU)
                .normalize(normalization)
                .dense(3, Activation.SOFTMAX),
            3,
            backend);
    for (int l = 1; l <= 2; l++) {
      int width = network.architecture().width(l);
      network.setNormalization(l, uniform(1, width, 1, l)[0], uniform(1, width, 1, 9 + l)[0]);
    }
    return network;
  }

  private static GradientCheck check(Network network) {
    return GradientCheck.of(network, uniform(ROWS, 5, 1, 1), oneHot(ROWS, 3), Loss.CROSS_ENTROPY);
  }

  private static double cost(DoubleNetwork network) {
    double sum = 0;
    for (int row = 0; row < network.rows(); row++) {
      sum += network.share(row) * network.rowLoss[row];
    }
    return sum;
  }

  /** One row counts for nothing, the others 1 to 3 times. */
  private static float[] rowWeights() {
    float[] weights = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      weights[row] = row == 1 ? 0 : 1 + row % 3;
    }
    return weights;
  }

  /** The shortcuts for one changed parameter give what a network with this parameter gives. */
  @ParameterizedTest
  @MethodSource("normalizations")
  void aChangedParameterIsASecondNetwork(Normalization normalization) {
    Network network = network(normalization, BACKEND);
    float[][] x = uniform(ROWS, 5, 1, 1);
    float[][] y = oneHot(ROWS, 3);
    float[] w = rowWeights();
    DoubleNetwork cost = new DoubleNetwork(network, x, y, w, Loss.CROSS_ENTROPY);
    assertEquals(network.gradients(x, y, w, Loss.CROSS_ENTROPY).cost(), cost(cost), 1e-6);
    double change = 0x1p-6;
    for (int l = 1; l <= 2; l++) {
      for (int input : new int[] {2, GradientCheck.BIAS, GradientCheck.GAMMA, GradientCheck.BETA}) {
        Network other = network.copy();
        float[][] weights = network.weights(l);
        float[] bias = network.bias(l);
        float[] gamma = network.gamma(l);
        float[] beta = network.beta(l);
        float[] changed =
            switch (input) {
              case GradientCheck.BIAS -> bias;
              case GradientCheck.GAMMA -> gamma;
              case GradientCheck.BETA -> beta;
              default -> weights[4];
            };
        int at = input < 0 ? 4 : input;
        double before = changed[at];
        changed[at] += (float) change;
        other.setParameters(l, weights, bias);
        other.setNormalization(l, gamma, beta);
        double expected = cost(new DoubleNetwork(other, x, y, w, Loss.CROSS_ENTROPY)) - cost(cost);
        double actual = cost.costChange(l, 4, input, changed[at] - before);
        assertEquals(expected, actual, 1e-13, "layer " + l + ", input " + input);
        assertTrue(input == GradientCheck.BIAS || Math.abs(expected) > 1e-7, "no change");
      }
    }
  }

  private static void scale(Object array, double factor) {
    float[] values = (float[]) array;
    for (int i = 0; i < values.length; i++) {
      values[i] *= (float) factor;
    }
  }

  @ParameterizedTest
  @MethodSource("normalizations")
  void whatIsRightIsGoodAndNotVague(Normalization normalization) {
    GradientCheck check = check(network(normalization, BACKEND));
    assertTrue(check.isGood(), check::toString);
    List<Long> all = check.layers().stream().map(l -> l.checked() + l.skipped()).toList();
    assertEquals(List.of(42L + 14, 48L + 12, 21L), all);
    for (GradientCheck.Layer layer : check.layers()) {
      // Of biases that a mean over the batch takes away again, the gradient is 0.
      int biases = normalization instanceof Normalization.Batch && layer.layer() < 3 ? 7 : 0;
      assertTrue(layer.vague() <= layer.checked() / 10 + biases, check::toString);
    }
  }

  /** Faults in the gradients of gamma and beta, and in what goes to the layers below. */
  @ParameterizedTest
  @MethodSource("normalizations")
  void whatIsWrongIsFound(Normalization normalization) {
    Network right = network(normalization, BACKEND);
    GradientCheck gamma =
        check(right.on(new Faulty("columnDots", 0, a -> ((float[]) a[8])[3] *= 1.01f)));
    assertEquals(OptionalInt.of(2), gamma.lastWrongLayer(), gamma::toString);
    boolean ofBatches = normalization instanceof Normalization.Batch;
    if (!ofBatches) { // with batches it spoils the deltas, too
      assertEquals("gamma[3]", gamma.worst().orElseThrow().name(), gamma::toString);
      assertEquals(0.01 / 1.01, gamma.greatestRelativeError(), 1e-4);
    }
    GradientCheck beta = check(right.on(new Faulty("columnSums", 0, a -> ((float[]) a[5])[2] = 0)));
    if (!ofBatches) {
      assertEquals("beta[2]", beta.worst().orElseThrow().name(), beta::toString);
    }
    assertEquals(OptionalInt.of(2), beta.lastWrongLayer());
    GradientCheck delta =
        check(
            right.on(
                ofBatches
                    ? new Faulty("normalizeColumnsBackward", 0, a -> scale(a[13], 1.01))
                    : new Faulty("normalizeRowsBackward", 0, a -> scale(a[9], 1.01))));
    assertFalse(delta.isGood());
    assertEquals(OptionalInt.of(2), delta.lastWrongLayer(), delta::toString);
    assertTrue(delta.layers().get(1).wrong() > 30, delta::toString);
    String forward = ofBatches ? "normalizeColumns" : "normalizeRows";
    assertFalse(check(right.on(new Faulty(forward, 0, a -> scale(a[2], 1.01)))).isGood());
  }

  /** Wide layers whose rounding the bound must cover, and that have learned their rows. */
  @ParameterizedTest
  @MethodSource("normalizations")
  void aTrainedNetworkIsNoError(Normalization normalization) {
    Network network =
        Network.initialize(
            Architecture.input(20)
                .dense(120, Activation.RELU)
                .normalize(normalization)
                .dense(80, Activation.ELU)
                .normalize(normalization)
                .dense(4, Activation.SOFTMAX),
            5,
            BACKEND);
    float[][] x = uniform(30, 20, 1, 6);
    for (float[] row : x) {
      for (int k = 0; k < row.length; k++) {
        row[k] += 10;
      }
    }
    float[][] y = oneHot(30, 4);
    Trainer.builder()
        .optimizer(Adam.of(0.01))
        .epochs(4)
        .batchSize(10)
        .build()
        .fit(network, Dataset.of(x, y));
    GradientCheck check = GradientCheck.sample(network, x, y, Loss.CROSS_ENTROPY, 20, 1);
    assertTrue(check.isGood(), check::toString);
    assertEquals(80, check.layers().get(0).checked() + check.layers().get(0).skipped());
  }
}
