package dev.nn.train;

import dev.nn.spi.UpdateRule;

/** The rule of each step of one training: the optimizer's, with the learning rate of the step. */
final class LearningRate {
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final double l2;
  private final int epochs;

  /** The factor of the rule at hand; none is NaN. */
  private double factor = Double.NaN;

  private UpdateRule rule;

  LearningRate(Optimizer optimizer, Schedule schedule, double l2, int epochs) {
    this.optimizer = optimizer;
    this.schedule = schedule;
    this.l2 = l2;
    this.epochs = epochs;
  }

  /** The rule of a step from 1; a new one only where the factor is another. */
  UpdateRule rule(long step, int stepsPerEpoch) {
    double next = schedule.factor(step, stepsPerEpoch, epochs);
    if (next != factor) {
      try {
        rule = optimizer.rule(next, l2);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("schedule, step " + step + ": " + e.getMessage(), e);
      }
      factor = next;
    }
    return rule;
  }
}
