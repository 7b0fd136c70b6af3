package dev.nn.train;

import dev.nn.spi.UpdateRule;
import java.util.Optional;

/**
 * The rule of each step of one training: the optimizer's, with the learning rate of the step, and
 * what else the trainer does with gradients.
 */
final class LearningRate {
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final Optional<ReduceOnPlateau> plateau;
  private final double l2;
  private final float l1;

  /** Infinite for no limit. */
  private final float clipValue;

  private final int epochs;

  /** The factor of the rule at hand; none is NaN. */
  private double factor = Double.NaN;

  private UpdateRule rule;

  /** What the plateaus so far have left of the schedule. */
  private double left = 1;

  private double bestLoss = Double.POSITIVE_INFINITY;
  private int badEpochs;

  LearningRate(Trainer settings) {
    optimizer = settings.optimizer;
    schedule = settings.schedule;
    plateau = settings.plateau;
    l2 = settings.l2;
    l1 = (float) settings.l1;
    clipValue = (float) settings.clipValue;
    epochs = settings.epochs;
  }

  /** The rule of a step from 1; a new one only where the factor is another. */
  UpdateRule rule(long step, int stepsPerEpoch) {
    double next = left * schedule.factor(step, stepsPerEpoch, epochs);
    if (next != factor) {
      try {
        rule = adjusted(optimizer.rule(next, l2));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("schedule, step " + step + ": " + e.getMessage(), e);
      }
      factor = next;
    }
    return rule;
  }

  private UpdateRule adjusted(UpdateRule plain) {
    return l1 == 0 && clipValue == Float.POSITIVE_INFINITY
        ? plain
        : new UpdateRule.Adjusted(plain, clipValue, l1);
  }

  /** What the epochs so far have made of the learning rate. */
  double[] state() {
    return new double[] {left, bestLoss, badEpochs};
  }

  /** Goes on where another one was. */
  void restore(double[] state) {
    left = state[0];
    bestLoss = state[1];
    badEpochs = (int) state[2];
    factor = Double.NaN;
  }

  /** Looks for a plateau. */
  void onEpoch(History.Epoch epoch) {
    plateau.ifPresent(reduction -> onLoss(epoch.score().loss(), reduction));
  }

  private void onLoss(double loss, ReduceOnPlateau reduction) {
    if (loss < bestLoss * (1 - reduction.leastImprovement())) {
      bestLoss = loss;
      badEpochs = 0;
      return;
    }
    badEpochs++;
    if (badEpochs > reduction.patience()) {
      left *= reduction.factor();
      badEpochs = 0;
    }
  }
}
