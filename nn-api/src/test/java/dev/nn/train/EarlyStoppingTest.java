package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.contract.PlainBackend;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which epoch is the best, and when too many have passed since. */
class EarlyStoppingTest {
  private final Network network =
      Network.initialize(
          Architecture.input(1).dense(1, Activation.IDENTITY), 1, PlainBackend.alone());

  /** Epochs that leave their number as the weight, until patience has run out. */
  private Best after(EarlyStopping stopping, double[] losses, double... accuracies) {
    Best best = new Best(Optional.of(stopping), network);
    for (int number = 1; number <= losses.length; number++) {
      assertFalse(best.isOutOfPatience(), "before epoch " + number);
      network.setParameters(1, new float[][] {{number}}, new float[] {-number});
      double accuracy = accuracies.length == 0 ? Double.NaN : accuracies[number - 1];
      Score validation = new Score(losses[number - 1], accuracy);
      best.onEpoch(
          new History.Epoch(number, new Score(-number, number), Optional.of(validation), 1, 1),
          true);
    }
    return best;
  }

  private void assertBest(int expected, Best best) {
    assertEquals(expected, best.number());
    best.bringBack();
    assertEquals(expected, network.weights(1)[0][0]);
    assertEquals(-expected, network.bias(1)[0]);
  }

  @Test
  void theFirstOfTheLowestIsTheBest() {
    Best best = after(EarlyStopping.patience(2), new double[] {3, 2, 4, 2});
    assertTrue(best.isOutOfPatience());
    assertBest(2, best);
  }

  @Test
  void eachNewBestStartsTheCountAgain() {
    Best best = after(EarlyStopping.patience(2), new double[] {3, 4, 2, 4, 1, 4});
    assertFalse(best.isOutOfPatience());
    assertBest(5, best);
  }

  @Test
  void anyNumberIsBetterThanNone() {
    assertBest(3, after(EarlyStopping.patience(3), new double[] {Double.NaN, Double.NaN, 1e300}));
    assertBest(1, after(EarlyStopping.patience(3), new double[] {Double.NaN, Double.NaN}));
    assertBest(1, after(EarlyStopping.patience(3), new double[] {5, Double.NaN}));
  }

  @Test
  void accuraciesAreBetterWhereTheyAreHigher() {
    Best best =
        after(EarlyStopping.patience(2).onAccuracy(), new double[] {3, 2, 1}, 0.5, 0.75, 0.625);
    assertFalse(best.isOutOfPatience());
    assertBest(2, best);
  }

  @Test
  void withoutEarlyStoppingNothingIsRestoredOrEnded() {
    Best best = new Best(Optional.empty(), network);
    network.setParameters(1, new float[][] {{7}}, new float[] {8});
    for (int number = 1; number <= 3; number++) {
      best.onEpoch(new History.Epoch(number, new Score(number, 1), Optional.empty(), 1, 1), true);
    }
    assertFalse(best.isOutOfPatience());
    assertEquals(1, best.number());
    network.setParameters(1, new float[][] {{9}}, new float[] {10});
    best.bringBack();
    assertArrayEquals(new float[] {9}, network.weights(1)[0]);
  }

  @Test
  void patienceIsAtLeastOne() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> EarlyStopping.patience(0)).getMessage();
    assertEquals("patience must be at least 1, but is 0", message);
  }
}
