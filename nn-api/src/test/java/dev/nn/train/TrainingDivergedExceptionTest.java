package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What the message says. */
class TrainingDivergedExceptionTest {
  private static String message(OptionalInt layer, boolean backToBeginning) {
    return TrainingDivergedException.ofLoss(2, 3, 13, 42, Float.NaN, layer, backToBeginning)
        .getMessage();
  }

  @Test
  void itSaysWhatWasSeenAndWhatHelps() {
    assertEquals(
        "the training diverged in epoch 2, batch 3, step 13: the loss of row 42 is NaN, and the"
            + " outputs of layer 1 are the first that are not finite; the network is as the last"
            + " step left it. What usually helps: a smaller learning rate, and features and"
            + " targets scaled to about -1 to 1 (FeatureScaler)",
        message(OptionalInt.of(1), false));
  }

  @Test
  void itSaysWhereTheNumbersEnd() {
    assertTrue(message(OptionalInt.of(0), false).contains("one of its features is not finite"));
    assertTrue(
        message(OptionalInt.empty(), false).contains("all outputs of all layers are finite"));
    assertTrue(
        message(OptionalInt.of(2), true).contains("as it was at the beginning of the epoch"));
    assertTrue(
        TrainingDivergedException.ofParameters(2, 3, 13, 1)
            .getMessage()
            .contains("layer 1 has a parameter that is not finite; the network is as it was at"));
  }
}
