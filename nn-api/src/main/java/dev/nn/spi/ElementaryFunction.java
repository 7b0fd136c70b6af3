package dev.nn.spi;

/**
 * The elementary functions that the numeric contract defines bit by bit (docs/numerics.md gives the
 * sequences and their error bounds).
 */
public enum ElementaryFunction {
  /** {@code e^x}. */
  EXP,
  /** {@code e^x - 1}, accurate for small x. */
  EXPM1,
  /** The natural logarithm. */
  LOG,
  /** {@code log(1 + x)}, accurate for small x. */
  LOG1P,
  /** The hyperbolic tangent. */
  TANH,
  /** {@code 1 / (1 + e^-x)}. */
  SIGMOID,
  /** The error function, {@code 2 / sqrt(pi)} times the integral of {@code e^-t^2} from 0 to x. */
  ERF
}
