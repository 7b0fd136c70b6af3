package dev.nn;

/**
 * The nonlinearity {@code a = g(z)} of a layer.
 *
 * <p>Every derivative is written in terms of the layer's output {@code a}, so that backpropagation
 * keeps one matrix per layer. The exact sequence of operations of each function is part of the
 * numeric contract (docs/numerics.md): every backend returns the same bits.
 */
public enum Activation {
  /** {@code g(z) = z}, {@code g' = 1}: regression outputs. */
  IDENTITY,

  /** {@code g(z) = 1 / (1 + e^-z)}, {@code g' = a (1 - a)}: binary classification. */
  SIGMOID,

  /** {@code g(z) = tanh z}, {@code g' = 1 - a^2}. */
  TANH,

  /** {@code g(z) = z < 0 ? 0 : z}, {@code g' = a > 0 ? 1 : 0}; a NaN stays a NaN. */
  RELU,

  /**
   * {@code g(z)_j = e^{z_j - max z} / sum_i e^{z_i - max z}}: multiclass classification, output
   * layer only, since it is not a function of one element.
   */
  SOFTMAX
}
