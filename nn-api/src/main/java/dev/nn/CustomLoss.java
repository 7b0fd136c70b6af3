package dev.nn;

import dev.nn.spi.Shapes;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * A loss of an application's own: {@code L(yHat, y)} and {@code dL/dyHat} of one row, in double.
 *
 * <p>yHat, y and the gradient have n_L elements each. The engine makes {@code delta = grad_z L} of
 * it by the derivative of the output activation, whichever that is: an elementwise one, softmax
 * with its Jacobian matrix, or a {@link CustomActivation}; loss and gradient are rounded to float
 * once. docs/numerics.md has the sequence. It works with every backend, on the thread of the
 * caller, one row after another: slower than a {@link Loss}. Functions made of {@link StrictMath},
 * {@link Math#sqrt} and plain arithmetic give the same bits on every machine; those of {@link Math}
 * need not.
 *
 * <pre>{@code
 * CustomLoss pinball = new CustomLoss("pinball 0.9", (yHat, y, gradient) -> {
 *   double e = y[0] - yHat[0];
 *   gradient[0] = e > 0 ? -0.9 : 0.1;
 *   return e > 0 ? 0.9 * e : -0.1 * e;
 * });
 * Trainer trainer = Trainer.builder().loss(pinball).build();
 * }</pre>
 *
 * <p>{@code dev.nn.check.GradientCheck} tells whether the gradient belongs to the loss. A loss or a
 * gradient that is not finite ends a training before its step, by a {@code
 * dev.nn.train.TrainingDivergedException}; an exception of the function reaches the caller as it
 * is, and there is no step either.
 *
 * <p>yHat are the network's outputs, rounded to float: a probability may be 0 or 1, so that a
 * logarithm needs a bound, and nothing comes back through an output of softmax that is 0. A loss of
 * logits, like those of {@link Loss}, is one for {@link Activation#IDENTITY}, with the other
 * activation inside the function.
 *
 * <p>Nothing chooses a custom loss by itself: calls without a loss take {@link Loss#matching}.
 * Outputs are classes, with an accuracy, if they are softmax or one sigmoid output. Label smoothing
 * is refused, as only the function knows what its targets mean. Reports have the figures that they
 * are named for, whatever the loss of the training.
 *
 * @param name what messages call it
 * @param function L and its gradient, called by any number of threads at once
 * @param targets what the check asks for, for messages: "targets of 0 or 1", "one-hot rows"
 * @param check whether the targets of one row, n_L finite numbers, are allowed; called by any
 *     number of threads at once
 */
public record CustomLoss(
    String name, RowFunction function, String targets, Predicate<double[]> check)
    implements LossFunction {
  /** Targets that a message shows of a row. */
  private static final int SHOWN = 10;

  /** The loss of one row and its gradient. */
  @FunctionalInterface
  public interface RowFunction {
    /**
     * {@code L(yHat, y)} of one row, and {@code gradient[j] = dL/dyHat[j]}.
     *
     * <p>The result must depend on yHat and y alone. All three arrays are used again for other
     * rows: nothing may keep them.
     *
     * @param yHat n_L outputs
     * @param y n_L targets
     * @param gradient n_L elements, overwritten; one that is not written is NaN
     * @return L, not divided by the number of rows
     */
    double loss(double[] yHat, double[] y, double[] gradient);
  }

  /** Checks that nothing is missing. */
  public CustomLoss {
    requireText("name", name);
    Objects.requireNonNull(function, "function");
    requireText("targets", targets);
    Objects.requireNonNull(check, "check");
  }

  /**
   * A loss that is defined for all finite targets.
   *
   * @param name what messages call it
   * @param function L and its gradient, called by any number of threads at once
   */
  public CustomLoss(String name, RowFunction function) {
    this(name, function, "finite targets", y -> true);
  }

  private static void requireText(String what, String text) {
    if (Objects.requireNonNull(text, what).isBlank()) {
      throw new IllegalArgumentException(what + " must have letters, but is blank");
    }
  }

  /**
   * True: the engine knows the derivative of every output activation.
   *
   * @return true
   */
  @Override
  public boolean accepts(ActivationFunction output) {
    Objects.requireNonNull(output, "output");
    return true;
  }

  @Override
  public void requireAccepts(ActivationFunction output) {
    Objects.requireNonNull(output, "output");
  }

  /**
   * Checks that targets are finite and what the {@link #check} allows.
   *
   * @throws IllegalArgumentException naming the first row that is not
   */
  @Override
  public void requireTargets(float[] y, int rows, int columns) {
    Shapes.requireMatrix("y", y, 0, columns, rows, columns);
    double[] row = new double[columns];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        row[j] = y[i * columns + j];
        if (!Double.isFinite(row[j])) {
          throw new IllegalArgumentException(
              "target of row %d, column %d is %s: %s needs finite targets"
                  .formatted(i, j, row[j], name));
        }
      }
      if (!check.test(row)) {
        throw new IllegalArgumentException(
            "targets of row %d are %s: %s needs %s"
                .formatted(i, shown(y, i * columns, columns), name, targets));
      }
    }
  }

  private static String shown(float[] y, int from, int count) {
    String text = Arrays.toString(Arrays.copyOfRange(y, from, from + Math.min(count, SHOWN)));
    return count > SHOWN ? text.substring(0, text.length() - 1) + ", ...]" : text;
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }
}
