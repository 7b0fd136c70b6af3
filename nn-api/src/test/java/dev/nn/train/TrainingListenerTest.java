package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Listeners that end a training, asked of epochs. */
class TrainingListenerTest {
  private static History.Epoch epoch(double loss, double accuracy) {
    return new History.Epoch(3, new Score(loss, accuracy), Optional.empty(), 1, 1);
  }

  /** An epoch whose validation alone is as good. */
  private static History.Epoch validated(double loss, double accuracy) {
    Score validation = new Score(loss, accuracy);
    return new History.Epoch(3, new Score(9, 0.1), Optional.of(validation), 1, 1);
  }

  @Test
  void aLossIsReachedFromAbove() {
    TrainingListener listener = TrainingListener.untilLoss(0.5);
    assertFalse(listener.endsAfterEpoch(epoch(0.51, 1)));
    assertTrue(listener.endsAfterEpoch(epoch(0.5, 0)));
    assertTrue(listener.endsAfterEpoch(validated(0.4, 0)));
    assertFalse(listener.endsAfterEpoch(epoch(Double.NaN, 1)));
    assertFalse(listener.endsAfterBatch(1, 1, 1));
  }

  @Test
  void anAccuracyIsReachedFromBelow() {
    TrainingListener listener = TrainingListener.untilAccuracy(0.75);
    assertFalse(listener.endsAfterEpoch(epoch(0, 0.74)));
    assertTrue(listener.endsAfterEpoch(epoch(9, 0.75)));
    assertTrue(listener.endsAfterEpoch(validated(9, 1)));
    assertFalse(listener.endsAfterEpoch(epoch(0, Double.NaN)));
  }

  @Test
  void anyConditionWillDo() {
    TrainingListener listener = TrainingListener.until(epoch -> epoch.number() == 3);
    assertTrue(listener.endsAfterEpoch(epoch(1, 1)));
    assertFalse(
        listener.endsAfterEpoch(new History.Epoch(2, new Score(1, 1), Optional.empty(), 1, 1)));
  }

  @Test
  void badTargetsAreRefused() {
    assertThrows(NullPointerException.class, () -> TrainingListener.until(null));
    assertThrows(IllegalArgumentException.class, () -> TrainingListener.untilAccuracy(Double.NaN));
    assertEquals(
        "target must be a number, but is NaN",
        assertThrows(IllegalArgumentException.class, () -> TrainingListener.untilLoss(Double.NaN))
            .getMessage());
  }
}
