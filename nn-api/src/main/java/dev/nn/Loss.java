package dev.nn;

import dev.nn.spi.Shapes;
import java.util.Objects;

/**
 * The loss {@code L(yHat, y)} of one example; the cost {@code J} is its mean over the rows of a
 * batch.
 *
 * <p>Each loss has the output activation for which {@code delta = grad_z L = yHat - y}; losses are
 * computed from the logits {@code z} in the form that neither overflows nor needs clipped
 * probabilities.
 */
public enum Loss implements LossFunction {
  /** {@code L = 1/2 sum_j (yHat_j - y_j)^2}; natural for {@link Activation#IDENTITY}. */
  SQUARED_ERROR,

  /**
   * {@code L = sum_j h(yHat_j - y_j)}, {@code h(e) = |e| <= 1 ? e^2 / 2 : |e| - 1/2}: a squared
   * error to which outliers count no more than their distance.
   *
   * <p>Source: P. Huber, "Robust estimation of a location parameter", Annals of Mathematical
   * Statistics 35, 1964, with the threshold 1: scale targets to set another one.
   */
  HUBER,

  /**
   * {@code L = -sum_j [y_j log yHat_j + (1 - y_j) log(1 - yHat_j)]}, the log loss of independent
   * binary outputs, {@code 0 <= y <= 1}; for {@link Activation#SIGMOID} only.
   */
  LOG_LOSS,

  /**
   * {@code L = -sum_j y_j log yHat_j}, y a one-hot row or a distribution; for {@link
   * Activation#SOFTMAX} only.
   */
  CROSS_ENTROPY;

  /**
   * The loss that belongs to an output activation: log loss for sigmoid, cross-entropy for softmax,
   * squared error for all others.
   *
   * @param output the activation of the last layer
   * @return its loss
   */
  public static Loss matching(ActivationFunction output) {
    Objects.requireNonNull(output, "output");
    if (output == Activation.SIGMOID) {
      return LOG_LOSS;
    }
    return output == Activation.SOFTMAX ? CROSS_ENTROPY : SQUARED_ERROR;
  }

  /**
   * Whether this loss can be used with an output activation. Squared error and Huber go with every
   * elementwise activation (the chain rule multiplies by {@code g'}); the two logarithmic losses go
   * with the activation that they are named for.
   *
   * @param output the activation of the last layer
   * @return true if the pair is supported
   */
  @Override
  public boolean accepts(ActivationFunction output) {
    Objects.requireNonNull(output, "output");
    return switch (this) {
      case SQUARED_ERROR, HUBER -> output != Activation.SOFTMAX;
      case LOG_LOSS -> output == Activation.SIGMOID;
      case CROSS_ENTROPY -> output == Activation.SOFTMAX;
    };
  }

  /**
   * Checks that targets are what this loss is defined for: finite; for the log loss within [0, 1];
   * for cross-entropy not negative, each row adding up to 1 within 1e-3.
   *
   * @param y rows x columns targets at the start of the array
   * @param rows number of rows
   * @param columns number of outputs
   * @throws IllegalArgumentException naming the first target that is not
   */
  @Override
  public void requireTargets(float[] y, int rows, int columns) {
    Shapes.requireMatrix("y", y, 0, columns, rows, columns);
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      for (int j = 0; j < columns; j++) {
        float target = y[i * columns + j];
        sum += target;
        boolean valid =
            switch (this) {
              case SQUARED_ERROR, HUBER -> Float.isFinite(target);
              case LOG_LOSS -> target >= 0 && target <= 1;
              case CROSS_ENTROPY -> target >= 0 && Float.isFinite(target);
            };
        if (!valid) {
          throw new IllegalArgumentException(
              "target of row "
                  + i
                  + ", column "
                  + j
                  + " is "
                  + target
                  + ": "
                  + this
                  + " needs "
                  + (isOfDifferences() ? "finite targets" : "targets of 0 to 1"));
        }
      }
      if (this == CROSS_ENTROPY && Math.abs(sum - 1) > 1e-3) {
        throw new IllegalArgumentException(
            "targets of row "
                + i
                + " add up to "
                + sum
                + ": "
                + this
                + " needs one-hot rows or distributions, which add up to 1");
      }
    }
  }

  /**
   * Refuses a pair that {@link #accepts} does not allow.
   *
   * @param output the activation of the last layer
   * @throws IllegalArgumentException naming the loss that goes with the activation
   */
  @Override
  public void requireAccepts(ActivationFunction output) {
    if (!accepts(output)) {
      throw new IllegalArgumentException(
          "loss "
              + this
              + " does not go with the output activation "
              + output
              + ": use "
              + matching(output)
              + (isOfDifferences() ? "" : ", or " + partner() + " as the output activation"));
    }
  }

  private boolean isOfDifferences() {
    return this == SQUARED_ERROR || this == HUBER;
  }

  private Activation partner() {
    return this == LOG_LOSS ? Activation.SIGMOID : Activation.SOFTMAX;
  }
}
