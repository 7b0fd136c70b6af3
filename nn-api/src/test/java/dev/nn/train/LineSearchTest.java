package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Steps along functions of one variable. */
class LineSearchTest {
  private static double parabola(double a) {
    return (a - 1) * (a - 1);
  }

  private static double slopeOfParabola(double a) {
    return 2 * (a - 1);
  }

  /** Every trial of a search, in order. */
  private static List<LineSearch.Trial> trials(
      DoubleUnaryOperator cost, DoubleUnaryOperator slope, double first) {
    List<LineSearch.Trial> trials = new ArrayList<>();
    LineSearch.search(
        step -> {
          double height = cost.applyAsDouble(step);
          double finite = Double.isFinite(height) ? height : Double.POSITIVE_INFINITY;
          LineSearch.Trial trial = new LineSearch.Trial(step, finite, slope.applyAsDouble(step));
          trials.add(trial);
          return trial;
        },
        new LineSearch.Trial(0, cost.applyAsDouble(0), slope.applyAsDouble(0)),
        first);
    return trials;
  }

  /**
   * The first two functions are (5.1) and (5.2) of J. Moré, D. Thuente, "Line search algorithms
   * with guaranteed sufficient decrease", ACM Transactions on Mathematical Software 20, 1994, from
   * first steps as far apart as theirs. The third is no number from 0.001 on; its minimum is at
   * 0.0008.
   */
  static Stream<Arguments> lines() {
    DoubleUnaryOperator parabola = LineSearchTest::parabola;
    DoubleUnaryOperator parabolaSlope = LineSearchTest::slopeOfParabola;
    DoubleUnaryOperator first = a -> -a / (a * a + 2);
    DoubleUnaryOperator firstSlope = a -> (a * a - 2) / ((a * a + 2) * (a * a + 2));
    DoubleUnaryOperator second = a -> Math.pow(a + 0.004, 5) - 2 * Math.pow(a + 0.004, 4);
    DoubleUnaryOperator secondSlope = a -> 5 * Math.pow(a + 0.004, 4) - 8 * Math.pow(a + 0.004, 3);
    DoubleUnaryOperator wall = a -> -5 * a - 0.001 * Math.log(1 - 1000 * a);
    DoubleUnaryOperator wallSlope = a -> -5 + 1 / (1 - 1000 * a);
    return Stream.of(1e-3, 1e-1, 1e1, 1e3)
        .flatMap(
            step ->
                Stream.of(
                    Arguments.of(first, firstSlope, step),
                    Arguments.of(second, secondSlope, step),
                    Arguments.of(wall, wallSlope, step),
                    Arguments.of(parabola, parabolaSlope, step)));
  }

  @ParameterizedTest
  @MethodSource("lines")
  void theLastTrialAloneSatisfiesTheStrongWolfeConditions(
      DoubleUnaryOperator cost, DoubleUnaryOperator slope, double first) {
    List<LineSearch.Trial> trials = trials(cost, slope, first);
    assertEquals(first, trials.get(0).step());
    assertTrue(trials.size() < 20, trials::toString);
    for (int i = 0; i < trials.size(); i++) {
      LineSearch.Trial trial = trials.get(i);
      boolean decreases =
          trial.cost() <= cost.applyAsDouble(0) + 1e-4 * trial.step() * slope.applyAsDouble(0);
      boolean flat = Math.abs(trial.slope()) <= 0.9 * Math.abs(slope.applyAsDouble(0));
      assertEquals(i == trials.size() - 1, decreases && flat, trials::toString);
    }
  }

  /** The cubic through two points of a parabola is the parabola. */
  @Test
  void interpolationFindsTheMinimumOfAParabola() {
    List<LineSearch.Trial> trials =
        trials(LineSearchTest::parabola, LineSearchTest::slopeOfParabola, 4);
    assertEquals(2, trials.size());
    assertEquals(1, trials.get(1).step(), 1e-15);
  }

  @Test
  void stepsBecomeLongerWhileTheCostFalls() {
    List<Double> steps =
        trials(LineSearchTest::parabola, LineSearchTest::slopeOfParabola, 0.001).stream()
            .map(LineSearch.Trial::step)
            .toList();
    assertEquals(List.of(0.001, 0.004, 0.016, 0.064, 0.256), steps);
  }

  /** A slope that the cost denies, and a cost that is no number but at the start. */
  @Test
  void trialsRunOut() {
    assertEquals(20, trials(a -> 1 + a, a -> -1, 1).size());
    List<LineSearch.Trial> overflows = trials(a -> a > 0 ? Double.NaN : 1, a -> -1, 1);
    assertEquals(20, overflows.size());
    assertEquals(1e-19, overflows.get(19).step(), 1e-30);
    List<LineSearch.Trial> endless = trials(a -> -a, a -> -1, 1);
    assertEquals(20, endless.size());
    assertEquals(Math.pow(4, 19), endless.get(19).step());
  }

  /** Every trial is within what those before it leave, and no two are the same. */
  @Test
  void bracketsShrink() {
    List<LineSearch.Trial> trials = trials(a -> 1 + a, a -> -1, 1);
    for (int i = 1; i < trials.size(); i++) {
      assertTrue(trials.get(i).step() < trials.get(i - 1).step(), trials::toString);
      assertTrue(trials.get(i).step() > 0, trials::toString);
    }
  }
}
