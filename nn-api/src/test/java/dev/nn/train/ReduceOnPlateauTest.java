package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.spi.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReduceOnPlateauTest {
  /** The learning rates of epochs, of one step each, that follow epochs with these losses. */
  private static List<Float> learningRates(
      Schedule schedule, ReduceOnPlateau plateau, double... losses) {
    LearningRate learningRate =
        new LearningRate(
            Trainer.builder()
                .optimizer(Sgd.of(1))
                .schedule(schedule)
                .reduceOnPlateau(plateau)
                .build());
    List<Float> rates = new ArrayList<>();
    for (int epoch = 1; epoch <= losses.length; epoch++) {
      Score score = new Score(losses[epoch - 1], 0);
      learningRate.onEpoch(
          new History.Epoch(epoch, new Score(9, 0), Optional.of(score), 1, 1)); // not the 9
      rates.add(((UpdateRule.GradientDescent) learningRate.rule(epoch + 1, 1)).learningRate());
    }
    return rates;
  }

  /**
   * PyTorch's own example: with a patience of 2 "ignore the first 2 epochs with no improvement, and
   * only decrease the learning rate after the third".
   */
  @Test
  void theEpochAfterThePatienceReduces() {
    assertEquals(
        List.of(1f, 1f, 1f, 0.5f, 0.5f, 0.5f, 0.25f, 0.25f),
        learningRates(Schedule.constant(), ReduceOnPlateau.of(0.5, 2), 3, 3, 3, 3, 3, 3, 3, 2.9));
  }

  @Test
  void anImprovementStartsTheCountAgain() {
    assertEquals(
        List.of(1f, 1f, 1f, 1f, 0.5f),
        learningRates(Schedule.constant(), ReduceOnPlateau.of(0.5, 1), 3, 3, 2.9, 2.9, 2.9));
  }

  /** Below 2 (1 - 1/4) = 1.5, of the best loss and not of the last. */
  @Test
  void anImprovementIsRelativeToTheBest() {
    ReduceOnPlateau quarter = new ReduceOnPlateau(0.5, 0, 0.25);
    assertEquals(
        List.of(1f, 0.5f, 0.25f, 0.25f),
        learningRates(Schedule.constant(), quarter, 2, 1.6, 1.5, 1.4));
    assertEquals(
        List.of(1f, 0.5f),
        learningRates(Schedule.constant(), new ReduceOnPlateau(0.5, 0, 0), 2, 2));
  }

  @Test
  void lossesThatAreNoNumbersAreNoImprovement() {
    assertEquals(
        List.of(0.5f, 0.25f, 0.25f),
        learningRates(
            Schedule.constant(),
            ReduceOnPlateau.of(0.5, 0),
            Double.NaN,
            Double.POSITIVE_INFINITY,
            1e300));
  }

  /** Epoch 2 has half by the schedule, epoch 3 a quarter and half of it for the plateau. */
  @Test
  void reductionsMultiplyTheSchedule() {
    assertEquals(
        List.of(0.5f, 0.125f),
        learningRates(Schedule.exponential(0.5), ReduceOnPlateau.of(0.5, 0), 1, 1));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1, Double.NaN, Double.POSITIVE_INFINITY})
  void badSharesAreRefused(double bad) {
    for (String name : List.of("factor", "leastImprovement")) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () ->
                      new ReduceOnPlateau(
                          name.equals("factor") ? bad : 0.5, 1, name.equals("factor") ? 0 : bad))
              .getMessage();
      assertTrue(message.startsWith(name) && message.contains("" + bad), message);
    }
    assertThrows(IllegalArgumentException.class, () -> ReduceOnPlateau.of(0, 1));
  }

  @Test
  void patienceIsNotNegative() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ReduceOnPlateau.of(0.5, -1))
            .getMessage();
    assertEquals("patience must be at least 0, but is -1", message);
  }
}
