package dev.nn;

import static dev.nn.Activation.IDENTITY;
import static dev.nn.Activation.RELU;
import static dev.nn.Activation.SIGMOID;
import static dev.nn.Activation.SOFTMAX;
import static dev.nn.Activation.TANH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ArchitectureTest {
  private static void refused(Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }

  /** The lecture counts 3n + 3 in the first layer, 2 x 3 + 2 in the second, 2 + 1 in the third. */
  @ParameterizedTest
  @ValueSource(ints = {1, 12, 12288})
  void theLecturesNetworkHas3nPlus14Parameters(int n) {
    Architecture network = Architecture.input(n).dense(3, SIGMOID);
    assertEquals(3L * n + 3, network.parameterCount());
    network = network.dense(2, SIGMOID);
    assertEquals(3L * n + 3 + 8, network.parameterCount());
    network = network.dense(1, SIGMOID);
    assertEquals(3L * n + 14, network.parameterCount());
  }

  @Test
  void layersAreNumberedFromTheInput() {
    Architecture network = Architecture.input(784).dense(128, RELU).dense(10, SOFTMAX);
    assertEquals(2, network.depth());
    assertEquals(784, network.width(0));
    assertEquals(128, network.width(1));
    assertEquals(10, network.width(2));
    assertEquals(784, network.inputs());
    assertEquals(10, network.outputs());
    assertEquals(SOFTMAX, network.outputActivation());
    assertEquals("784-128 relu-10 softmax", network.toString());
    refused(() -> network.width(3), "0..2", "3");
    refused(() -> network.width(-1), "0..2", "-1");
  }

  @Test
  void densesDoNotChangeTheShorterArchitecture() {
    Architecture one = Architecture.input(4).dense(3, TANH);
    Architecture two = one.dense(2, IDENTITY);
    assertEquals(1, one.depth());
    assertEquals(2, two.depth());
    assertEquals(one, Architecture.input(4).dense(3, TANH));
    assertNotEquals(one, two);
    List<Architecture.Dense> layers = new ArrayList<>(two.layers());
    Architecture copy = new Architecture(4, layers);
    layers.clear();
    assertEquals(two, copy);
  }

  @Test
  void initializersSuitTheActivation() {
    Architecture network =
        Architecture.input(4).dense(3, RELU).dense(3, TANH).dense(3, SIGMOID, Initializer.normal());
    assertEquals(Initializer.he(), network.layers().get(0).initializer());
    assertEquals(Initializer.xavier(), network.layers().get(1).initializer());
    assertEquals(Initializer.normal(), network.layers().get(2).initializer());
  }

  @Test
  void nothingIsAnUnusedArchitecture() {
    Architecture none = Architecture.input(5);
    assertEquals(0, none.depth());
    assertEquals(0, none.parameterCount());
    assertEquals(5, none.width(0));
  }

  @Test
  void wrongShapesAreRefused() {
    refused(() -> Architecture.input(0), "inputs", "at least 1", "0");
    refused(() -> Architecture.input(-7), "inputs", "at least 1", "-7");
    Architecture four = Architecture.input(4);
    refused(() -> four.dense(0, TANH), "outputs", "at least 1", "0");
    refused(() -> four.dense(1, SOFTMAX), "softmax of one output", "SIGMOID");
    refused(() -> four.dense(3, SOFTMAX).dense(2, TANH), "layer 1 of 2", "softmax", "last");
    refused(
        () -> four.dense(2, TANH).dense(3, SOFTMAX).dense(3, SOFTMAX),
        "layer 2 of 3",
        "softmax",
        "last");
    refused(
        () -> Architecture.input(1 << 16).dense(1 << 15, TANH), "layer 1", "65536 x 32768", "2^31");
    // 2^30 itself is possible.
    assertEquals(
        (1L << 30) + (1 << 15), Architecture.input(1 << 15).dense(1 << 15, TANH).parameterCount());
    assertThrows(NullPointerException.class, () -> four.dense(3, null));
    assertThrows(NullPointerException.class, () -> four.dense(3, TANH, null));
  }

  @Test
  void dropoutStandsBehindALayerThatIsNotTheLast() {
    Architecture dropping = Architecture.input(4).dense(3, RELU).dropout(0.25);
    assertEquals(0.25, dropping.layers().get(0).dropout());
    assertEquals("4-3 relu dropout 0.25-2 softmax", dropping.dense(2, SOFTMAX).toString());
    assertEquals(0, dropping.dropout(0).layers().get(0).dropout());
    assertEquals(
        "layer 1 is the last one and has a dropout of 0.25: only layers before it can have one",
        assertThrows(IllegalArgumentException.class, () -> Network.initialize(dropping, 1))
            .getMessage());
    assertThrows(IllegalStateException.class, () -> Architecture.input(4).dropout(0.5));
    for (double rate : new double[] {-0.1, 1, Double.NaN}) {
      assertTrue(
          assertThrows(IllegalArgumentException.class, () -> dropping.dropout(rate))
              .getMessage()
              .contains("below 1, but is " + rate));
    }
  }

  @Test
  void normalizationStandsInALayerThatIsNotTheLast() {
    Architecture normalizing =
        Architecture.input(4).dense(3, RELU).normalize(Normalization.layer());
    assertEquals(
        Optional.of(Normalization.layer(1e-5)), normalizing.layers().get(0).normalization());
    Architecture whole = normalizing.dropout(0.5).dense(2, SOFTMAX);
    assertEquals("4-3 layer norm relu dropout 0.5-2 softmax", whole.toString());
    assertEquals(
        "4-3 layer norm epsilon 0.01 relu",
        normalizing.normalize(Normalization.layer(0.01)).toString());
    assertEquals(15 + 2 * 3 + 8, whole.parameterCount());
    assertEquals(
        whole,
        Architecture.input(4)
            .dense(3, RELU)
            .dropout(0.5)
            .normalize(Normalization.layer())
            .dense(2, SOFTMAX));
    assertEquals(
        "layer 1 is the last one and has a layer norm: only layers before it can have one",
        assertThrows(IllegalArgumentException.class, () -> Network.initialize(normalizing, 1))
            .getMessage());
    refused(
        () -> Architecture.input(4).dense(1, RELU).normalize(Normalization.layer()),
        "layer norm of one output",
        "at least 2");
    assertThrows(
        IllegalStateException.class, () -> Architecture.input(4).normalize(Normalization.layer()));
    assertThrows(NullPointerException.class, () -> normalizing.normalize(null));
    for (double bad : new double[] {0, -1, 1e-60, 1e60, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(() -> Normalization.layer(bad), "epsilon", "greater than 0 as a float", "" + bad);
    }
  }
}
