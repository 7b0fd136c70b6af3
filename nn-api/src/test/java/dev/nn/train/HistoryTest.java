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
  void theLastEpochIsTheLatest() {
    History history = new History(List.of(epoch(1), epoch(2), epoch(3)));
    assertEquals(epoch(3), history.last());
    assertEquals(3, history.epochs().size());
  }

  @Test
  void theListIsCopied() {
    List<History.Epoch> epochs = new ArrayList<>(List.of(epoch(1)));
    History history = new History(epochs);
    epochs.clear();
    assertEquals(List.of(epoch(1)), history.epochs());
    assertThrows(UnsupportedOperationException.class, () -> history.epochs().clear());
  }

  @Test
  void nothingHasNoLastEpoch() {
    assertThrows(IllegalStateException.class, () -> new History(List.of()).last());
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
