package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Schedules against the formulas that the documentation of PyTorch gives for its schedulers,
 * computed with NumPy 2.4 in double.
 */
class ScheduleTest {
  /** Powers and cosines of the two libraries may differ in the last place. */
  private static final double LAST_PLACES = 1e-15;

  private static double[] factors(Schedule schedule, int steps, int stepsPerEpoch, int epochs) {
    return LongStream.rangeClosed(1, steps)
        .mapToDouble(step -> schedule.factor(step, stepsPerEpoch, epochs))
        .toArray();
  }

  private static void refuses(String what, double bad, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(what) && message.contains("" + bad), message);
  }

  @Test
  void constantIsOne() {
    assertArrayEquals(new double[] {1, 1, 1, 1}, factors(Schedule.constant(), 4, 2, 1));
  }

  /** {@code StepLR(step_size=2, gamma=0.3)}, epochs of three steps. */
  @Test
  void stepDecayDropsEveryFewEpochs() {
    assertArrayEquals(
        new double[] {1, 1, 1, 1, 1, 1, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.09, 0.09, 0.09},
        factors(Schedule.stepDecay(2, 0.3), 15, 3, 5),
        LAST_PLACES);
  }

  /** {@code ExponentialLR(gamma=0.95)}, epochs of three steps: the tenth is 0.95^9. */
  @Test
  void exponentialDropsEveryEpoch() {
    double[] factors = factors(Schedule.exponential(0.95), 30, 3, 10);
    assertArrayEquals(
        new double[] {1, 1, 0.95, 0.9025, 0.6302494097246091},
        new double[] {factors[0], factors[2], factors[3], factors[6], factors[29]},
        LAST_PLACES);
  }

  /** {@code CosineAnnealingLR(T_max=12, eta_min=0.1)} of a learning rate of 1; then the least. */
  @Test
  void cosineFallsToTheLeast() {
    double[] expected = {
      1.0,
      0.9846666218300807,
      0.9397114317029974,
      0.8681980515339464,
      0.775,
      0.6664685702961344,
      0.55,
      0.4335314297038657,
      0.3250000000000001,
      0.23180194846605365,
      0.16028856829700258,
      0.11533337816991932,
      0.1,
      0.1,
      0.1
    };
    assertArrayEquals(expected, factors(Schedule.cosine(0.1), 15, 4, 3), LAST_PLACES);
    assertEquals(1, Schedule.cosine(1).factor(7, 4, 3));
  }

  /**
   * {@code SequentialLR([LinearLR(start_factor=1/6, total_iters=5), CosineAnnealingLR(T_max=9)],
   * milestones=[6])}: two epochs of three steps, then three.
   */
  @Test
  void warmUpRisesAndHandsOver() {
    double[] expected = {
      0.16666666666666666,
      0.33333333333333337,
      0.5,
      0.6666666666666666,
      0.8333333333333334,
      1.0,
      1.0,
      0.9698463103929542,
      0.883022221559489,
      0.75,
      0.5868240888334653,
      0.41317591116653485,
      0.2500000000000001,
      0.11697777844051105,
      0.03015368960704584
    };
    assertArrayEquals(
        expected, factors(Schedule.warmUp(2, Schedule.cosine(0)), 15, 3, 5), LAST_PLACES);
  }

  /** Longer than the training: it ends on the way, and what follows has an epoch to count with. */
  @Test
  void warmUpMayBeLongerThanTheTraining() {
    Schedule schedule = Schedule.warmUp(4, (step, stepsPerEpoch, epochs) -> 10 * step + epochs);
    assertArrayEquals(
        new double[] {0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1, 11, 21},
        factors(schedule, 10, 2, 1));
  }

  /** {@code OneCycleLR(max_lr=1, total_steps=10)}; then its last. */
  @Test
  void oneCycleRisesAndFalls() {
    double[] expected = {
      0.040000000000000036,
      0.52,
      1.0,
      0.9504846320134737,
      0.8117456539497631,
      0.6112620219362893,
      0.38874197806371075,
      0.18825834605023697,
      0.049519367986526286,
      4e-06,
      4e-06
    };
    assertArrayEquals(expected, factors(Schedule.oneCycle(), 11, 5, 2), LAST_PLACES);
  }

  /**
   * {@code OneCycleLR(max_lr=1, total_steps=7, pct_start=0.25, div_factor=10,
   * final_div_factor=100)}: the top lies between two steps.
   */
  @Test
  void oneCycleHasThreeParameters() {
    double[] expected = {
      0.09999999999999998,
      0.9944209976994517,
      0.8666594099789982,
      0.611649206511179,
      0.31801215832898566,
      0.08779373222916066,
      0.001
    };
    assertArrayEquals(expected, factors(Schedule.oneCycle(0.25, 10, 100), 7, 7, 1), LAST_PLACES);
  }

  /** Where PyTorch divides by zero, or there is no room for a rise. */
  @Test
  void oneCycleHasAFactorForEveryStep() {
    assertArrayEquals(
        new double[] {1, 0.5 + 0.5 / 4, 0.25},
        factors(Schedule.oneCycle(1.0 / 3, 2, 2), 3, 3, 1),
        LAST_PLACES);
    assertArrayEquals(
        new double[] {0.5, 0.75, 1, 1}, factors(Schedule.oneCycle(1, 2, 2), 4, 3, 1), LAST_PLACES);
    assertEquals(0.25, Schedule.oneCycle(0.3, 2, 2).factor(1, 1, 1));
    assertEquals(1.0, Schedule.oneCycle(1, 2, 2).factor(1, 1, 1));
  }

  /** Two thousand million epochs of as many steps are no overflow. */
  @Test
  void longTrainingsAreCounted() {
    int most = Integer.MAX_VALUE;
    long middle = (long) most * most / 2 + 1;
    assertEquals(0.5, Schedule.cosine(0).factor(middle, most, most), LAST_PLACES);
    assertEquals(0.5, Schedule.warmUp(most, Schedule.constant()).factor(middle, most, most), 1e-9);
    assertEquals(0, Schedule.exponential(0.5).factor(middle, most, most));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY, 1.5})
  void badFactorsAreRefused(double bad) {
    refuses("gamma", bad, () -> Schedule.stepDecay(1, bad));
    refuses("gamma", bad, () -> Schedule.exponential(bad));
    refuses("least", bad, () -> Schedule.cosine(bad));
    refuses("rise", bad, () -> Schedule.oneCycle(bad, 25, 1e4));
    double badDivisor = bad == 1.5 ? 0.5 : bad;
    refuses("divisor", badDivisor, () -> Schedule.oneCycle(0.3, badDivisor, 1e4));
    refuses("finalDivisor", badDivisor, () -> Schedule.oneCycle(0.3, 25, badDivisor));
  }

  @Test
  void badArgumentsAreRefused() {
    refuses("gamma", 0.0, () -> Schedule.exponential(0));
    assertThrows(IllegalArgumentException.class, () -> Schedule.stepDecay(0, 0.5));
    assertThrows(IllegalArgumentException.class, () -> Schedule.warmUp(0, Schedule.constant()));
    assertThrows(NullPointerException.class, () -> Schedule.warmUp(1, null));
  }
}
