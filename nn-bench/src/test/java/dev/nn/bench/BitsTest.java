package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.Normalization;
import dev.nn.spi.Backends;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BitsTest {
  private static final Network NETWORK =
      Network.initialize(
          Architecture.input(3).dense(4, Activation.TANH).dense(2, Activation.SOFTMAX),
          42,
          Backends.named("reference"));

  @Test
  void zerosHaveASignAndNansHaveNone() {
    assertTrue(Bits.same(1.5f, 1.5f));
    assertFalse(Bits.same(0f, -0f));
    assertFalse(Bits.same(1f, Math.nextUp(1f)));
    assertFalse(Bits.same(Float.NaN, 1));
    assertTrue(Bits.same(Float.intBitsToFloat(0x7fc00001), Float.intBitsToFloat(0xffc00002)));
  }

  @Test
  void aCopyIsTheSame() {
    assertEquals(Optional.empty(), Bits.difference(NETWORK, NETWORK.copy()));
  }

  @Test
  void oneBitOfAWeightIsFound() {
    Network other = NETWORK.copy();
    float[][] weights = other.weights(2);
    weights[1][3] = Math.nextUp(weights[1][3]);
    other.setParameters(2, weights, other.bias(2));
    assertEquals(
        Optional.of("W[2][1][3]: " + NETWORK.weights(2)[1][3] + " and " + weights[1][3]),
        Bits.difference(NETWORK, other));
  }

  @Test
  void theSignOfABiasIsFound() {
    Network other = NETWORK.copy();
    other.setParameters(1, other.weights(1), new float[] {0, 0, -0f, 0});
    assertEquals(Optional.of("b[1][2]: 0.0 and -0.0"), Bits.difference(NETWORK, other));
  }

  @Test
  void oneBitOfANormalizationIsFound() {
    Network network =
        Network.initialize(
            Architecture.input(3)
                .dense(4, Activation.TANH)
                .normalize(Normalization.layer())
                .dense(2, Activation.SOFTMAX),
            42,
            Backends.named("reference"));
    assertEquals(Optional.empty(), Bits.difference(network, network.copy()));
    Network other = network.copy();
    other.setNormalization(1, new float[] {1, 1, 1, Math.nextUp(1f)}, new float[4]);
    assertEquals(Optional.of("gamma[1][3]: 1.0 and 1.0000001"), Bits.difference(network, other));
    other.setNormalization(1, new float[] {1, 1, 1, 1}, new float[] {0, -0f, 0, 0});
    assertEquals(Optional.of("beta[1][1]: 0.0 and -0.0"), Bits.difference(network, other));
  }

  @Test
  void oneBitOfARunningStatisticIsFound() {
    Network network =
        Network.initialize(
            Architecture.input(3)
                .dense(4, Activation.TANH)
                .normalize(Normalization.batch())
                .dense(2, Activation.SOFTMAX),
            42,
            Backends.named("reference"));
    assertEquals(Optional.empty(), Bits.difference(network, network.copy()));
    Network other = network.copy();
    other.setRunningStatistics(1, new float[] {0, 0, 1e-9f, 0}, new float[] {1, 1, 1, 1});
    assertEquals(Optional.of("mean[1][2]: 0.0 and 1.0E-9"), Bits.difference(network, other));
    other.setRunningStatistics(1, new float[4], new float[] {1, Math.nextUp(1f), 1, 1});
    assertEquals(Optional.of("variance[1][1]: 1.0 and 1.0000001"), Bits.difference(network, other));
  }

  @Test
  void aWrongElementIsNamed() {
    Bits.requireSame("d", new float[] {1, 2}, new float[] {1, 2});
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class,
            () -> Bits.requireSame("d", new float[] {1, 2}, new float[] {1, 3}));
    assertEquals("d is wrong at 1: expected 2.0, but is 3.0", refusal.getMessage());
  }
}
