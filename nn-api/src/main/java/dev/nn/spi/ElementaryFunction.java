package dev.nn.spi;

/**
 * The elementary functions that the numeric contract defines bit by bit (docs/numerics.md gives the
 * sequences and their error bounds).
 */
public enum ElementaryFunction {
  /** {@code e^x}. */
  EXP,
  /** The natural logarithm. */
  LOG,
  /** {@code log(1 + x)}, accurate for small x. */
  LOG1P,
  /** The hyperbolic tangent. */
  TANH,
  /** {@code 1 / (1 + e^-x)}. */
  SIGMOID
}
