package dev.nn;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LossTest {
  private static void refused(Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }

  private static EnumSet<Activation> accepted(Loss loss) {
    EnumSet<Activation> accepted = EnumSet.noneOf(Activation.class);
    for (Activation activation : Activation.values()) {
      if (loss.accepts(activation)) {
        accepted.add(activation);
      }
    }
    return accepted;
  }

  @Test
  void pairsThatGoTogether() {
    assertEquals(
        EnumSet.complementOf(EnumSet.of(Activation.SOFTMAX)), accepted(Loss.SQUARED_ERROR));
    assertEquals(accepted(Loss.SQUARED_ERROR), accepted(Loss.HUBER));
    assertEquals(EnumSet.of(Activation.SIGMOID), accepted(Loss.LOG_LOSS));
    assertEquals(EnumSet.of(Activation.SOFTMAX), accepted(Loss.CROSS_ENTROPY));
  }

  @ParameterizedTest
  @EnumSource
  void theMatchingLossIsAccepted(Activation activation) {
    Loss matching = Loss.matching(activation);
    assertTrue(matching.accepts(activation));
    assertEquals(
        switch (activation) {
          case SIGMOID -> Loss.LOG_LOSS;
          case SOFTMAX -> Loss.CROSS_ENTROPY;
          default -> Loss.SQUARED_ERROR;
        },
        matching);
  }

  @ParameterizedTest
  @EnumSource
  void otherPairsAreRefusedWithAWayOut(Loss loss) {
    for (Activation activation : Activation.values()) {
      if (loss.accepts(activation)) {
        assertDoesNotThrow(() -> loss.requireAccepts(activation));
      } else {
        refused(
            () -> loss.requireAccepts(activation),
            loss.name(),
            activation.name(),
            "use " + Loss.matching(activation));
      }
    }
    refused(() -> Loss.LOG_LOSS.requireAccepts(Activation.SOFTMAX), "SIGMOID as the output");
    refused(() -> Loss.CROSS_ENTROPY.requireAccepts(Activation.TANH), "SOFTMAX as the output");
  }

  @Test
  void nullIsNoActivation() {
    assertThrows(NullPointerException.class, () -> Loss.matching(null));
  }

  @ParameterizedTest
  @EnumSource(names = {"SQUARED_ERROR", "HUBER"})
  void targetsOfDifferencesAreFinite(Loss loss) {
    loss.requireTargets(new float[] {-1e30f, 0, 7}, 1, 3);
    refused(
        () -> loss.requireTargets(new float[] {1, 2, 3, Float.NaN}, 2, 2),
        "row 1, column 1",
        "NaN",
        loss.name(),
        "finite");
    refused(
        () -> loss.requireTargets(new float[] {Float.NEGATIVE_INFINITY}, 1, 1),
        "row 0, column 0",
        "-Infinity");
  }

  @Test
  void targetsOfTheLogLossAreProbabilities() {
    Loss loss = Loss.LOG_LOSS;
    loss.requireTargets(new float[] {0, 1, 0.5f, 1}, 2, 2);
    for (float bad : new float[] {-0.001f, 1.001f, Float.NaN, Float.POSITIVE_INFINITY}) {
      refused(
          () -> loss.requireTargets(new float[] {0, 1, bad, 0}, 2, 2),
          "row 1, column 0",
          Float.toString(bad),
          "LOG_LOSS",
          "0 to 1");
    }
  }

  @Test
  void targetsOfTheCrossEntropyAreDistributions() {
    Loss loss = Loss.CROSS_ENTROPY;
    loss.requireTargets(new float[] {0, 1, 0, 0.25f, 0.25f, 0.5f}, 2, 3);
    loss.requireTargets(new float[] {0.3333f, 0.3333f, 0.3333f}, 1, 3);
    for (float bad : new float[] {-0.5f, Float.NaN, Float.POSITIVE_INFINITY}) {
      refused(
          () -> loss.requireTargets(new float[] {1, 0, bad, 1}, 2, 2),
          "row 1, column 0",
          Float.toString(bad),
          "CROSS_ENTROPY");
    }
    refused(
        () -> loss.requireTargets(new float[] {1, 0, 1, 1}, 2, 2), "row 1", "add up to 2.0", "1");
    refused(() -> loss.requireTargets(new float[] {0, 0}, 1, 2), "row 0", "add up to 0.0");
    refused(() -> loss.requireTargets(new float[] {0.5f, 0.4985f}, 1, 2), "row 0");
  }

  /** Only the rows that are given count, not what stands behind them in the array. */
  @Test
  void restsOfTheArrayAreNotLookedAt() {
    Loss.LOG_LOSS.requireTargets(new float[] {0, 1, Float.NaN}, 1, 2);
    Loss.CROSS_ENTROPY.requireTargets(new float[] {0, 1, 9, 9}, 1, 2);
  }
}
