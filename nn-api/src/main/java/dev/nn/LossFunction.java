package dev.nn;

/**
 * The loss {@code L(yHat, y)} of one example: a {@link Loss}, which backends compute from logits
 * with the same bits everywhere, or a {@link CustomLoss} of an application. The cost {@code J} is
 * its mean over the rows of a batch.
 */
public sealed interface LossFunction permits Loss, CustomLoss {
  /**
   * Whether this loss can be used with an output activation.
   *
   * @param output the activation of the last layer
   * @return true if the pair is supported
   */
  boolean accepts(ActivationFunction output);

  /**
   * Refuses a pair that {@link #accepts} does not allow.
   *
   * @param output the activation of the last layer
   * @throws IllegalArgumentException naming the loss that goes with the activation
   */
  void requireAccepts(ActivationFunction output);

  /**
   * Checks that targets are what this loss is defined for.
   *
   * @param y rows x columns targets at the start of the array
   * @param rows number of rows
   * @param columns number of outputs
   * @throws IllegalArgumentException naming the first row or target that is not
   */
  void requireTargets(float[] y, int rows, int columns);
}
