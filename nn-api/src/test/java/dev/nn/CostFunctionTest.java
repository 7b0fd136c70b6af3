package dev.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.contract.PlainBackend;
import dev.nn.spi.Workers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All parameters as one vector. */
class CostFunctionTest {
  private static final float[] X = {0.5f, -1, 2, 0.25f};
  private static final float[] Y = {1, -1};
  private static final float[] THETA = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13};

  private static Network network() {
    return Network.initialize(
        Architecture.input(2).dense(3, Activation.TANH).dense(1, Activation.IDENTITY),
        1,
        PlainBackend.alone());
  }

  private static CostFunction function(Network network, double l2) {
    return new CostFunction(network, Loss.SQUARED_ERROR, l2, 2, X, Y, Workers.caller());
  }

  private static void refused(Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }

  @Test
  void vectorsHaveWeightsRowByRowThenBiasesLayerByLayer() {
    Network network = network();
    CostFunction function = function(network, 0);
    assertEquals(13, function.length());
    function.setParameters(THETA);
    assertArrayEquals(new float[][] {{1, 2}, {3, 4}, {5, 6}}, network.weights(1));
    assertArrayEquals(new float[] {7, 8, 9}, network.bias(1));
    assertArrayEquals(new float[][] {{10, 11, 12}}, network.weights(2));
    assertArrayEquals(new float[] {13}, network.bias(2));
    float[] copy = new float[13];
    function.getParameters(copy);
    assertArrayEquals(THETA, copy);
  }

  /**
   * The gradients of a batch, and lambda times each weight; biases have no part in the cost of L2.
   */
  @Test
  void costAndGradientAreThoseOfTheBatchAndTheTermOfL2() {
    Network network = network();
    float[] theta = new float[13];
    function(network, 0).getParameters(theta);
    theta[7] = 0.5f;
    double[] gradient = new double[13];
    double cost = function(network, 0.25).evaluate(theta, gradient);
    assertEquals(0.5f, network.bias(1)[1]);
    Gradients expected =
        network.gradients(new float[][] {{0.5f, -1}, {2, 0.25f}}, new float[][] {{1}, {-1}});
    double squares = 0;
    int i = 0;
    for (int l = 1; l <= 2; l++) {
      float[][] w = network.weights(l);
      for (int n = 0; n < w.length; n++) {
        for (int k = 0; k < w[n].length; k++, i++) {
          squares += (double) w[n][k] * w[n][k];
          assertEquals(expected.weights(l)[n][k] + 0.25 * w[n][k], gradient[i]);
        }
      }
      for (float db : expected.bias(l)) {
        assertEquals(db, gradient[i++]);
      }
    }
    assertEquals(13, i);
    assertEquals(expected.cost() + 0.125 * squares, cost);
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void parametersAreFinite(float bad) {
    Network network = network();
    float[] before = new float[13];
    CostFunction function = function(network, 0);
    function.getParameters(before);
    float[] theta = THETA.clone();
    theta[12] = bad;
    refused(() -> function.setParameters(theta), "theta", "element 12", Float.toString(bad));
    refused(() -> function.evaluate(theta, new double[13]), "element 12");
    float[] after = new float[13];
    function.getParameters(after);
    assertArrayEquals(before, after);
  }

  @Test
  void badArgumentsAreRefused() {
    Network network = network();
    Workers alone = Workers.caller();
    CostFunction function = function(network, 0);
    refused(() -> function.getParameters(new float[12]), "theta has 12", "13 parameters");
    refused(() -> function.setParameters(new float[14]), "theta has 14", "13 parameters");
    refused(() -> function.evaluate(new float[12], new double[13]), "theta has 12");
    refused(() -> function.evaluate(THETA, new double[12]), "gradient has 12");
    for (double bad : new double[] {-1e-9, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(() -> function(network, bad), "l2", Double.toString(bad));
    }
    refused(() -> new CostFunction(network, Loss.SQUARED_ERROR, 0, 0, X, Y, alone), "rows", "0");
    refused(() -> new CostFunction(network, Loss.LOG_LOSS, 0, 2, X, Y, alone), "LOG_LOSS");
    refused(() -> new CostFunction(network, Loss.SQUARED_ERROR, 0, 3, X, Y, alone), "x of 3 x 2");
  }

  /** gamma and beta stand behind the bias of their layer, and L2 has no part in them. */
  @Test
  void vectorsHaveNormalizationsBehindTheirBias() {
    Network network =
        Network.initialize(
            Architecture.input(1)
                .dense(2, Activation.TANH)
                .normalize(Normalization.layer())
                .dense(1, Activation.IDENTITY),
            1,
            PlainBackend.alone());
    CostFunction function =
        new CostFunction(
            network, Loss.SQUARED_ERROR, 0.5, 2, new float[] {1, 2}, Y, Workers.caller());
    float[] theta = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    assertEquals(11, function.length());
    function.setParameters(theta);
    assertArrayEquals(new float[][] {{1}, {2}}, network.weights(1));
    assertArrayEquals(new float[] {3, 4}, network.bias(1));
    assertArrayEquals(new float[] {5, 6}, network.gamma(1));
    assertArrayEquals(new float[] {7, 8}, network.beta(1));
    assertArrayEquals(new float[][] {{9, 10}}, network.weights(2));
    float[] copy = new float[11];
    function.getParameters(copy);
    assertArrayEquals(theta, copy);
    double[] gradient = new double[11];
    double cost = function.evaluate(theta, gradient);
    Gradients expected = network.gradients(new float[][] {{1}, {2}}, new float[][] {{1}, {-1}});
    assertEquals(expected.cost() + 0.25 * (1 + 4 + 81 + 100), cost);
    for (int n = 0; n < 2; n++) {
      assertEquals(expected.gamma(1)[n], gradient[4 + n]);
      assertEquals(expected.beta(1)[n], gradient[6 + n]);
      assertEquals(expected.weights(2)[0][n] + 0.5 * (9 + n), gradient[8 + n]);
    }
    float[] before = theta.clone();
    theta[7] = Float.NaN;
    refused(() -> function.setParameters(theta), "theta", "element 7", "NaN");
    function.getParameters(copy);
    assertArrayEquals(before, copy);
  }
}
