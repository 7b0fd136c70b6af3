package dev.nn.contract;

import dev.nn.CustomLoss;

/** Losses that an application might write. */
public final class CustomLosses {
  /** {@link dev.nn.Loss#SQUARED_ERROR} again. */
  public static final CustomLoss SQUARED_ERROR = scaledSquaredError("my squared error", 1);

  /** {@link dev.nn.Loss#CROSS_ENTROPY} again, of probabilities. */
  public static final CustomLoss CROSS_ENTROPY =
      new CustomLoss(
          "my cross-entropy",
          (yHat, y, gradient) -> {
            double sum = 0;
            for (int j = 0; j < y.length; j++) {
              double p = Math.max(yHat[j], Float.MIN_NORMAL);
              sum -= y[j] * StrictMath.log(p);
              gradient[j] = -y[j] / p;
            }
            return sum;
          });

  private CustomLosses() {}

  /** A squared error whose gradient is too large by a factor. */
  public static CustomLoss scaledSquaredError(String name, double factor) {
    return new CustomLoss(
        name,
        (yHat, y, gradient) -> {
          double sum = 0;
          for (int j = 0; j < y.length; j++) {
            double e = yHat[j] - y[j];
            gradient[j] = factor * e;
            sum += e * e;
          }
          return sum / 2;
        });
  }

  /**
   * {@code L = sum_j max(tau e_j, (tau - 1) e_j)}, {@code e = y - yHat}: its minimum is the
   * quantile tau.
   *
   * <p>Source: R. Koenker, G. Bassett, "Regression quantiles", Econometrica 46, 1978.
   */
  public static CustomLoss pinball(double tau) {
    return new CustomLoss(
        "pinball " + tau,
        (yHat, y, gradient) -> {
          double sum = 0;
          for (int j = 0; j < y.length; j++) {
            double e = y[j] - yHat[j];
            double slope = e > 0 ? tau : tau - 1;
            gradient[j] = -slope;
            sum += slope * e;
          }
          return sum;
        });
  }

  /**
   * {@code L = -sum_j y_j (1 - yHat_j)^gamma log yHat_j}: a cross-entropy to which rows that are
   * right already count little.
   *
   * <p>Source: T.-Y. Lin et al., "Focal loss for dense object detection", ICCV 2017.
   */
  public static CustomLoss focal(double gamma) {
    return new CustomLoss(
        "focal " + gamma,
        (yHat, y, gradient) -> {
          double sum = 0;
          for (int j = 0; j < y.length; j++) {
            double p = Math.max(yHat[j], Float.MIN_NORMAL);
            double rest = 1 - p;
            double factor = StrictMath.pow(rest, gamma);
            double log = StrictMath.log(p);
            double slope = rest > 0 ? gamma * factor / rest * log : 0;
            sum -= y[j] * factor * log;
            gradient[j] = y[j] * (slope - factor / p);
          }
          return sum;
        },
        "one-hot rows",
        CustomLosses::isOneHot);
  }

  private static boolean isOneHot(double[] y) {
    int ones = 0;
    for (double target : y) {
      ones += target == 1 ? 1 : 0;
      if (target != 0 && target != 1) {
        return false;
      }
    }
    return ones == 1;
  }
}
