package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryTest {
  private static History.Epoch epoch(int number) {
    return new History.Epoch(
        number, new Score(1.0 / number, 0.5), Optional.empty(), 300, 2_000_000_000L);
  }

  @Test
  void epochsCanBeAskedFor() {
    History history =
        new History(List.of(epoch(1), epoch(2), epoch(3)), 2, History.End.EARLY_STOPPING);
    assertEquals(epoch(3), history.last());
    assertEquals(epoch(2), history.best());
    assertEquals(3, history.epochs().size());
  }

  @Test
  void theListIsCopied() {
    List<History.Epoch> epochs = new ArrayList<>(List.of(epoch(1)));
    History history = new History(epochs, 1, History.End.ALL_EPOCHS);
    epochs.clear();
    assertEquals(List.of(epoch(1)), history.epochs());
    assertThrows(UnsupportedOperationException.class, () -> history.epochs().clear());
  }

  @Test
  void nothingHasNoEpochToAskFor() {
    History nothing = new History(List.of(), 0, History.End.ALL_EPOCHS);
    assertThrows(IllegalStateException.class, nothing::last);
    assertThrows(IllegalStateException.class, nothing::best);
  }

  @Test
  void theBestIsOneOfTheEpochs() {
    for (int bad : new int[] {-1, 0, 2}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new History(List.of(epoch(1)), bad, History.End.ALL_EPOCHS))
              .getMessage();
      assertEquals("bestEpoch must be one of 1 epochs, but is " + bad, message);
    }
  }

  @Test
  void theScoreThatDecidesIsThatOfTheValidationIfThereIsOne() {
    assertEquals(new Score(0.5, 0.5), epoch(2).score());
    Score validation = new Score(0.7, 0.4);
    assertEquals(
        validation,
        new History.Epoch(2, new Score(0.5, 0.5), Optional.of(validation), 300, 1).score());
  }

  @Test
  void speedIsRowsPerSecond() {
    assertEquals(150.0, epoch(1).rowsPerSecond());
  }
}
