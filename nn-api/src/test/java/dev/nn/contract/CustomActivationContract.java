package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.ActivationFunction;
import dev.nn.Architecture;
import dev.nn.CustomActivation;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.check.GradientCheck;
import dev.nn.data.Dataset;
import dev.nn.train.Adam;
import dev.nn.train.History;
import dev.nn.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Activations of an application's own, on this backend. */
public abstract class CustomActivationContract extends BackendContract {
  private static final CustomActivation RELU =
      new CustomActivation("my relu", z -> z < 0 ? 0 : z, z -> z > 0 ? 1 : 0);
  private static final CustomActivation IDENTITY =
      new CustomActivation("my identity", z -> z, z -> 1);
  private static final CustomActivation SINE =
      new CustomActivation("sine", StrictMath::sin, StrictMath::cos);

  private static Architecture regression(ActivationFunction hidden, ActivationFunction output) {
    return Architecture.input(6).dense(33, hidden).dense(17, hidden).dense(2, output);
  }

  private History train(Network network, Loss loss, Dataset data) {
    return Trainer.builder()
        .optimizer(Adam.of(0.01))
        .batchSize(16)
        .epochs(4)
        .loss(loss)
        .build()
        .fit(network, data, data);
  }

  /** The same functions as activations that there are, and the same initial weights. */
  @ParameterizedTest
  @EnumSource(names = {"SQUARED_ERROR", "HUBER"})
  void aFunctionWrittenAgainLearnsTheSameBits(Loss loss) {
    Dataset data = TestData.regression(150, 6, 2, 80);
    Network expected =
        Network.initialize(regression(Activation.RELU, Activation.IDENTITY), 3, backend());
    Network custom = Network.initialize(regression(RELU, IDENTITY), 3, backend());
    for (int l = 1; l <= 3; l++) {
      custom.setParameters(l, expected.weights(l), expected.bias(l));
    }
    History history = train(expected, loss, data);
    assertEquals(history.last().validation(), train(custom, loss, data).last().validation());
    Bits.assertSameParameters(expected, custom, loss::name);
    float[][] rows = TestData.features(data);
    Bits.assertSame(expected.predict(rows), custom.predict(rows), loss::name);
    for (int i = 0; i < rows.length; i += 50) {
      int row = i;
      Bits.assertSame(expected.predict(rows[i]), custom.predict(rows[i]), () -> "row " + row);
    }
  }

  @Test
  void trainingsAreTheSameBitsOnEveryBackend() {
    Dataset data = TestData.regression(150, 6, 2, 81);
    Network expected = Network.initialize(regression(SINE, SINE), 3, reference());
    Network network = Network.initialize(regression(SINE, SINE), 3, backend());
    train(expected, Loss.SQUARED_ERROR, data);
    History history = train(network, Loss.SQUARED_ERROR, data);
    Bits.assertSameParameters(expected, network, () -> "sine");
    assertTrue(
        history.last().train().loss() < history.epochs().get(0).train().loss(), history::toString);
    Bits.assertSame(
        expected.predict(TestData.features(data)),
        network.on(reference()).predict(TestData.features(data)),
        () -> "predictions on another backend");
  }

  @Test
  void theGradientCheckTellsWhetherTheDerivativeIsRight() {
    float[][] x = new float[10][];
    float[][] y = new float[10][];
    for (int i = 0; i < x.length; i++) {
      x[i] = new Values(82 + i).uniform(6);
      y[i] = new Values(92 + i).uniform(2);
    }
    GradientCheck right =
        GradientCheck.of(Network.initialize(regression(SINE, SINE), 3, backend()), x, y);
    assertTrue(right.isGood(), right::toString);
    CustomActivation wrong =
        new CustomActivation("wrong", StrictMath::sin, z -> 1.001 * StrictMath.cos(z));
    GradientCheck found =
        GradientCheck.of(Network.initialize(regression(wrong, SINE), 3, backend()), x, y);
    assertFalse(found.isGood(), found::toString);
    assertEquals(2, found.lastWrongLayer().orElseThrow());
  }
}
