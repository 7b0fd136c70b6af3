package dev.nn;

/**
 * The nonlinearity {@code a = g(z)} of a layer: an {@link Activation}, which backends compute with
 * the same bits everywhere, or a {@link CustomActivation} of an application.
 */
public sealed interface ActivationFunction permits Activation, CustomActivation {
  /**
   * Whether g' is computed from z, because it is no function of a, or none that is known.
   *
   * @return true for activations that are not monotone, and for custom ones
   */
  boolean needsPreactivation();
}
