package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.Gradients;
import dev.nn.Initializer;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.Parameters;
import dev.nn.Predictor;
import dev.nn.data.Dataset;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.train.Evaluation;
import dev.nn.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The public doors of a network: what they give out, and how they refuse what does not fit. */
public abstract class NetworkContract extends BackendContract {
  private static final Architecture ARCHITECTURE =
      Architecture.input(4).dense(5, Activation.TANH).dense(3, Activation.SOFTMAX);

  private Network network() {
    return Network.initialize(ARCHITECTURE, 11, backend());
  }

  @Test
  void initialParametersDependOnTheSeedOnly() {
    Network network = network();
    Bits.assertSameParameters(
        Network.initialize(ARCHITECTURE, 11, reference()), network, () -> "another backend");
    Bits.assertSameParameters(network(), network, () -> "the same seed");
    assertNotEquals(
        Bits.checksum(network), Bits.checksum(Network.initialize(ARCHITECTURE, 12, backend())));
    for (int l = 1; l <= 2; l++) {
      Bits.assertSame(new float[ARCHITECTURE.width(l)], network.bias(l), () -> "initial bias");
    }
    // A layer's weights depend on its own shape and number only, not on the other layers.
    Architecture sameBelow =
        Architecture.input(4).dense(5, Activation.TANH).dense(2, Activation.IDENTITY);
    Bits.assertSame(
        Network.initialize(sameBelow, 11, backend()).weights(1), network.weights(1), () -> "W[1]");
  }

  @Test
  void layersOfOneShapeStartDifferently() {
    Architecture equal = Architecture.input(4).dense(4, Activation.TANH).dense(4, Activation.TANH);
    Network network = Network.initialize(equal, 11, backend());
    for (int n = 0; n < 4; n++) {
      for (int k = 0; k < 4; k++) {
        assertNotEquals(network.weights(1)[n][k], network.weights(2)[n][k]);
      }
    }
  }

  @Test
  void customInitializersFillTheCanonicalLayout() {
    Initializer numbered =
        (weights, outputs, inputs, random) -> {
          assertEquals(5, outputs);
          assertEquals(4, inputs);
          assertEquals(20, weights.length);
          for (int i = 0; i < weights.length; i++) {
            weights[i] = i;
          }
        };
    Network network =
        Network.initialize(
            Architecture.input(4).dense(5, Activation.IDENTITY, numbered), 0, backend());
    for (int n = 0; n < 5; n++) {
      for (int k = 0; k < 4; k++) {
        assertEquals(n * 4 + k, network.weights(1)[n][k]);
        float[] x = new float[4];
        x[k] = 1;
        assertEquals(n * 4 + k, network.predict(x)[n]);
      }
    }
  }

  @Test
  void parametersAreCopies() {
    Network network = network();
    Network before = network.copy();
    network.weights(1)[0][0] = 99;
    network.bias(2)[0] = 99;
    float[][] w = network.weights(1);
    float[] b = {1, 2, 3, 4, 5};
    Bits.assertSameParameters(before, network, () -> "after changes of copies");
    network.setParameters(1, w, b);
    w[0][0] = 99;
    b[0] = 99;
    assertEquals(before.weights(1)[0][0], network.weights(1)[0][0]);
    assertEquals(1, network.bias(1)[0]);
    assertEquals(5, network.bias(1)[4]);
    Bits.assertSame(before.weights(2), network.weights(2), () -> "another layer");
  }

  @Test
  void copiesShareNothing() {
    Network network = network();
    Network copy = network.copy();
    Network other = network.on(reference());
    assertSame(network.backend(), copy.backend());
    assertEquals(network.architecture(), copy.architecture());
    Bits.assertSameParameters(network, copy, () -> "copy");
    Bits.assertSameParameters(network, other, () -> "copy on another backend");
    copy.setParameters(2, new float[3][5], new float[3]);
    Bits.assertSameParameters(other, network, () -> "after a change of the copy");
    assertTrue(network.toString().contains(backend().id()), network::toString);
    assertTrue(network.toString().contains("4-5 tanh-3 softmax"), network::toString);
  }

  @Test
  void gradientsAreCopies() {
    Network network = network();
    float[][] x = new Values(400).uniform(2, 4);
    float[][] y = {{1, 0, 0}, {0, 1, 0}};
    Gradients gradients = network.gradients(x, y);
    for (int layer = 1; layer <= 2; layer++) {
      int l = layer;
      float before = gradients.weights(l)[0][0];
      gradients.weights(l)[0][0] = 99;
      gradients.bias(l)[0] = 99;
      gradients.delta(l)[0][0] = 99;
      gradients.activation(l)[0][0] = 99;
      assertEquals(before, gradients.weights(l)[0][0]);
      assertNotEquals(99, gradients.bias(l)[0]);
      assertNotEquals(99, gradients.delta(l)[0][0]);
      assertNotEquals(99, gradients.activation(l)[0][0]);
    }
    for (int l : new int[] {0, 3, -1}) {
      for (Executable call :
          new Executable[] {
            () -> gradients.weights(l),
            () -> gradients.bias(l),
            () -> gradients.delta(l),
            () -> gradients.activation(l)
          }) {
        assertRefused(call, "layer", "1..2", Integer.toString(l));
      }
    }
  }

  /** Asserts that a call is refused with such a message and leaves the network as it is. */
  private void refuses(Network network, Executable call, String... words) {
    Network before = network.copy();
    assertRefused(call, words);
    Bits.assertSameParameters(before, network, () -> "after a refused call");
    // And it still works.
    assertEquals(3, network.predict(new float[4]).length);
  }

  @Test
  void networksRefuseWhatDoesNotFit() {
    Network network = network();
    assertRefused(
        () -> Network.initialize(Architecture.input(4), 0, backend()), "no layers", "dense");
    for (int l : new int[] {-1, 0, 3}) {
      String given = Integer.toString(l);
      refuses(network, () -> network.weights(l), "layer", "1..2", given);
      refuses(network, () -> network.bias(l), "layer", "1..2", given);
      refuses(
          network,
          () -> network.setParameters(l, new float[5][4], new float[5]),
          "layer",
          "1..2",
          given);
    }
    float[] bias = {1, 1, 1, 1, 1};
    refuses(network, () -> network.setParameters(1, new float[4][4], bias), "weights", "4", "5");
    refuses(network, () -> network.setParameters(1, new float[5][3], bias), "weights[0]", "3", "4");
    float[][] ragged = {new float[4], new float[4], new float[4], new float[6], new float[4]};
    refuses(network, () -> network.setParameters(1, ragged, bias), "weights[3]", "6", "4");
    float[] shortBias = {1, 1, 1, 1};
    refuses(network, () -> network.setParameters(1, new float[5][4], shortBias), "bias", "4", "5");
    float[][] notFinite = new float[5][4];
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      notFinite[2][3] = value;
      refuses(
          network,
          () -> network.setParameters(1, notFinite, bias),
          "weights",
          "row 2, column 3",
          Float.toString(value));
    }
    bias[4] = Float.NEGATIVE_INFINITY;
    refuses(
        network,
        () -> network.setParameters(1, new float[5][4], bias),
        "bias",
        "column 4",
        "-Infinity");
    assertThrows(NullPointerException.class, () -> Network.initialize(null, 0, backend()));
    assertThrows(NullPointerException.class, () -> Network.initialize(ARCHITECTURE, 0, null));
    assertThrows(NullPointerException.class, () -> network.on(null));
  }

  @Test
  void predictionsRefuseWhatDoesNotFit() {
    Network network = network();
    Predictor predictor = network.predictor();
    refuses(network, () -> network.predict(new float[3]), "x", "3", "4");
    refuses(network, () -> network.predict(new float[5]), "x", "5", "4");
    refuses(
        network, () -> network.predict(new float[][] {new float[4], new float[3]}), "x[1]", "3");
    refuses(network, () -> network.predict(2, new float[7], new float[6]), "x", "7", "8");
    refuses(network, () -> network.predict(2, new float[8], new float[7]), "y", "7", "6");
    refuses(network, () -> network.predict(-1, new float[4], new float[3]), "-");
    refuses(network, () -> predictor.predict(new float[3], new float[3]), "x", "3", "4");
    refuses(network, () -> predictor.predict(new float[4], new float[4]), "y", "4", "3");
    refuses(network, () -> predictor.predict(2, new float[4], new float[6]), "x", "4", "8");
    refuses(network, () -> predictor.predict(-1, new float[4], new float[3]), "-");
    float[] y = {7, 7, 7};
    refuses(network, () -> predictor.predict(1, new float[5], y), "x");
    Bits.assertSame(new float[] {7, 7, 7}, y, () -> "y of a refused call");
    assertEquals(0, network.predict(new float[0][]).length);
  }

  @Test
  void gradientsRefuseWhatDoesNotFit() {
    Network network = network();
    float[][] x = new float[2][4];
    float[][] y = {{1, 0, 0}, {0, 1, 0}};
    refuses(
        network, () -> network.gradients(new float[0][], new float[0][]), "0 rows", "at least 1");
    refuses(network, () -> network.gradients(x, new float[1][3]), "x has 2", "y has 1");
    refuses(network, () -> network.gradients(new float[2][5], y), "x[0]", "5", "4");
    refuses(network, () -> network.gradients(x, new float[2][2]), "y[0]", "2", "3");
    refuses(network, () -> network.gradients(x, new float[2][3]), "row 0", "0.0", "add up to 1");
    float[][] nan = {{1, 0, 0}, {0, Float.NaN, 0}};
    refuses(network, () -> network.gradients(x, nan), "row 1, column 1", "NaN", "CROSS_ENTROPY");
    float[][] negative = {{1, 0, 0}, {1.5f, -0.5f, 0}};
    refuses(network, () -> network.gradients(x, negative), "row 1, column 1", "-0.5");
    refuses(
        network,
        () -> network.gradients(x, y, Loss.LOG_LOSS),
        "LOG_LOSS",
        "SOFTMAX",
        "CROSS_ENTROPY");
  }

  @Test
  void backpropagationRefusesWhatDoesNotFit() {
    Network network = network();
    Workers caller = Workers.caller();
    Backpropagation steps = new Backpropagation(network, Loss.CROSS_ENTROPY, 2, caller);
    UpdateRule rule = new UpdateRule.GradientDescent(0.1f, 0);
    float[] x = new float[8];
    float[] y = {1, 0, 0, 0, 1, 0};
    refuses(network, () -> steps.step(0, x, y, rule), "rows", "1..2", "0");
    refuses(network, () -> steps.step(3, new float[12], new float[9], rule), "rows", "1..2", "3");
    refuses(network, () -> steps.step(-1, x, y, rule), "rows", "-1");
    refuses(network, () -> steps.step(2, new float[7], y, rule), "x", "2 x 4", "7");
    refuses(network, () -> steps.step(2, x, new float[5], rule), "y", "2 x 3", "5");
    refuses(network, () -> steps.loss(0, x, y), "rows", "1..2", "0");
    refuses(network, () -> steps.loss(2, new float[7], y), "x", "2 x 4", "7");
    Network before = network.copy();
    assertThrows(NullPointerException.class, () -> steps.step(2, x, y, null));
    Bits.assertSameParameters(before, network, () -> "after a step without a rule");
    refuses(
        network,
        () -> new Backpropagation(network, Loss.CROSS_ENTROPY, 0, caller),
        "maxRows",
        "at least 1",
        "0");
    refuses(
        network,
        () -> new Backpropagation(network, Loss.SQUARED_ERROR, 1, caller),
        "SQUARED_ERROR",
        "SOFTMAX",
        "CROSS_ENTROPY");
    assertThrows(
        NullPointerException.class, () -> new Backpropagation(null, Loss.LOG_LOSS, 1, caller));
    assertThrows(
        NullPointerException.class,
        () -> new Backpropagation(network, Loss.CROSS_ENTROPY, 1, null));
    // After all of that a step is the same as that of a fresh one.
    Network fresh = network.copy();
    steps.step(2, x, y, rule);
    new Backpropagation(fresh, Loss.CROSS_ENTROPY, 9, caller).step(2, x, y, rule);
    Bits.assertSameParameters(fresh, network, () -> "a step");
  }

  @Test
  void trainersRefuseWhatDoesNotFit() {
    Network network = network();
    Trainer trainer = Trainer.builder().epochs(1).build();
    Dataset fits = TestData.classes(6, 4, 3, 401);
    Dataset wrongInputs = TestData.classes(6, 5, 3, 401);
    Dataset wrongOutputs = TestData.classes(6, 4, 2, 401);
    Dataset wrongTargets = Dataset.of(new float[2][4], new float[][] {{1, 0, 0}, {0.5f, 0, 0}});
    refuses(network, () -> trainer.fit(network, wrongInputs), "train", "5 features", "4-5 tanh");
    refuses(network, () -> trainer.fit(network, wrongOutputs), "train", "2 targets", "4-5 tanh");
    refuses(network, () -> trainer.fit(network, wrongTargets), "train", "row 1", "0.5");
    refuses(network, () -> trainer.fit(network, fits, wrongInputs), "validation", "5 features");
    refuses(network, () -> trainer.fit(network, fits, wrongTargets), "validation", "row 1");
    refuses(network, () -> Evaluation.of(network, wrongOutputs), "2 targets", "4-5 tanh");
    refuses(network, () -> Evaluation.of(network, wrongTargets), "row 1");
  }

  /** Every bit of a trained network, before and after other parameters. */
  @Test
  void parametersComeBackAsTheyWere() {
    Network network = network();
    Parameters initial = Parameters.of(network);
    Network before = network.copy();
    Trainer trainer = Trainer.builder().epochs(1).build();
    trainer.fit(network, TestData.classes(40, 4, 3, 500));
    Network after = network.copy();
    Parameters trained = Parameters.of(network);
    initial.copyTo(network);
    Bits.assertSameParameters(before, network, () -> "initial");
    float[] x = {1, 2, 3, 4};
    Bits.assertSame(before.predict(x), network.predict(x), () -> "initial");
    trained.copyTo(network);
    Bits.assertSameParameters(after, network, () -> "trained");
    initial.copyFrom(network);
    before.setParameters(2, new float[3][5], new float[3]);
    initial.copyTo(before);
    Bits.assertSameParameters(after, before, () -> "in other buffers");
    trainer.fit(before, TestData.classes(40, 4, 3, 501));
    trainer.fit(after, TestData.classes(40, 4, 3, 501));
    Bits.assertSameParameters(after, before, () -> "trained from there");
  }

  @Test
  void parametersOfOtherSizesAreRefused() {
    Network network = network();
    for (Architecture other :
        new Architecture[] {
          Architecture.input(4).dense(5, Activation.TANH).dense(2, Activation.SOFTMAX),
          Architecture.input(3).dense(5, Activation.TANH).dense(3, Activation.SOFTMAX),
          Architecture.input(4).dense(5, Activation.TANH)
        }) {
      Network another = Network.initialize(other, 1, backend());
      Network before = another.copy();
      Parameters parameters = Parameters.of(network);
      assertRefused(() -> parameters.copyTo(another), other.toString(), "other sizes");
      assertRefused(() -> parameters.copyFrom(another), other.toString(), "other sizes");
      parameters.copyTo(network);
      Bits.assertSameParameters(network(), network, () -> "after a refused copy");
      Bits.assertSameParameters(before, another, () -> "after a refused copy");
    }
  }
}
