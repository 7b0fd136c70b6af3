package dev.nn.train;

import java.util.Objects;

/**
 * {@code alpha_t = alpha factor(t)}: how the learning rate of the optimizer changes from step to
 * step.
 *
 * <p>A schedule is a pure function: the same arguments, the same factor, from any thread. It
 * decides bits, so that one of your own takes powers and cosines from {@link StrictMath}, as those
 * of this interface do. It is asked before every step and should allocate nothing.
 *
 * <p>Below, t is the number of a step from 1, S the steps of an epoch, E the epochs of the training
 * and {@code e = floor((t - 1) / S)} the epochs before the step; {@code T = S E} is the number of
 * all steps. A training that ends early does not change T.
 */
@FunctionalInterface
public interface Schedule {
  /**
   * What the learning rate of a step is multiplied by.
   *
   * @param step t, from 1; a training that goes on after E epochs asks beyond T
   * @param stepsPerEpoch S, at least 1
   * @param epochs E, at least 1
   * @return finite and not negative
   */
  double factor(long step, int stepsPerEpoch, int epochs);

  /**
   * {@code 1}: the learning rate of the optimizer throughout.
   *
   * @return the schedule
   */
  static Schedule constant() {
    return (step, stepsPerEpoch, epochs) -> 1;
  }

  /**
   * {@code gamma^floor(e / n)}: a drop every n epochs. PyTorch's {@code StepLR}.
   *
   * @param every n, epochs from drop to drop, at least 1
   * @param gamma greater than 0 and at most 1; 0.1 and 0.5 are common choices
   * @return the schedule
   */
  static Schedule stepDecay(int every, double gamma) {
    Factors.requireAtLeast(1, "every", every);
    Factors.requireDecay("gamma", gamma);
    return (step, stepsPerEpoch, epochs) -> {
      long drops = (step - 1) / stepsPerEpoch / every;
      return StrictMath.pow(gamma, (double) drops);
    };
  }

  /**
   * {@code gamma^e}: the same share every epoch. PyTorch's {@code ExponentialLR}.
   *
   * @param gamma greater than 0 and at most 1, such as 0.95
   * @return the schedule
   */
  static Schedule exponential(double gamma) {
    return stepDecay(1, gamma);
  }

  /**
   * {@code least + (1 - least) (1 + cos(pi (t - 1) / T)) / 2}: half a cosine from 1 towards the
   * least factor, a little less with every step; the least from step T + 1 on.
   *
   * <p>PyTorch's {@code CosineAnnealingLR} with {@code T_max = T}, called after each batch. Source:
   * I. Loshchilov, F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017,
   * without restarts.
   *
   * @param least 0 to 1
   * @return the schedule
   */
  static Schedule cosine(double least) {
    Factors.requireShare("least", least);
    return (step, stepsPerEpoch, epochs) -> {
      double steps = (double) stepsPerEpoch * epochs;
      return halfCosine(1, least, Math.min((double) (step - 1), steps) / steps);
    };
  }

  /**
   * {@code t / (n S)} for the first n epochs, from {@code 1 / (n S)} in the first step to 1; then
   * another schedule for the epochs that are left, as if they were the training.
   *
   * <p>PyTorch's {@code SequentialLR} of {@code LinearLR(start_factor=1/(n S), total_iters=n S -
   * 1)} and another, called after each batch, with the change after n S batches. Source: P. Goyal
   * et al., "Accurate, large minibatch SGD: training ImageNet in 1 hour", 2017.
   *
   * @param warmUp n, epochs of the rise, at least 1
   * @param then asked with {@code t - n S} and {@code E - n} epochs, but never fewer than 1
   * @return the schedule
   */
  static Schedule warmUp(int warmUp, Schedule then) {
    Factors.requireAtLeast(1, "warmUp", warmUp);
    Objects.requireNonNull(then, "then");
    return (step, stepsPerEpoch, epochs) -> {
      long rise = (long) warmUp * stepsPerEpoch;
      return step <= rise
          ? (double) step / rise
          : then.factor(step - rise, stepsPerEpoch, Math.max(1, epochs - warmUp));
    };
  }

  /**
   * One cycle with the factors of PyTorch's {@code OneCycleLR}: {@code oneCycle(0.3, 25, 1e4)}.
   *
   * @return the schedule
   */
  static Schedule oneCycle() {
    return oneCycle(0.3, 25, 1e4);
  }

  /**
   * Half a cosine from {@code 1 / divisor} in the first step up to 1 in step {@code rise T}, which
   * need not be whole, and another from there down to {@code 1 / (divisor finalDivisor)} in step T
   * and after it. The learning rate of the optimizer is the greatest of the cycle.
   *
   * <p>PyTorch's {@code OneCycleLR(max_lr=alpha, total_steps=T, pct_start=rise,
   * anneal_strategy='cos', div_factor=divisor, final_div_factor=finalDivisor, three_phase=False,
   * cycle_momentum=False)}: momentum stays as it is. Source: L. Smith, N. Topin,
   * "Super-convergence: very fast training of neural networks using large learning rates", 2018.
   *
   * @param rise share of the steps on the way up, 0 to 1; with 1 there is no way down
   * @param divisor of the first factor, finite and at least 1
   * @param finalDivisor of the last factor, on top of the other, finite and at least 1
   * @return the schedule
   */
  static Schedule oneCycle(double rise, double divisor, double finalDivisor) {
    Factors.requireShare("rise", rise);
    Factors.requireDivisor("divisor", divisor);
    Factors.requireDivisor("finalDivisor", finalDivisor);
    double first = 1 / divisor;
    double last = first / finalDivisor;
    return (step, stepsPerEpoch, epochs) -> {
      double steps = (double) stepsPerEpoch * epochs;
      double peak = rise * steps;
      if (step < peak) {
        return halfCosine(first, 1, (step - 1) / (peak - 1));
      }
      return peak == steps
          ? 1
          : halfCosine(1, last, (Math.min((double) step, steps) - peak) / (steps - peak));
    };
  }

  /** {@code to + (from - to) (1 + cos(pi share)) / 2}. */
  private static double halfCosine(double from, double to, double share) {
    return to + (from - to) / 2 * (1 + StrictMath.cos(Math.PI * share));
  }
}
