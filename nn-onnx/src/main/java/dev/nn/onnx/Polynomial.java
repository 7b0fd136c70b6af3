package dev.nn.onnx;

import java.util.Optional;

/**
 * {@code c[0] + c[1] z + c[2] z^2 + c[3] z^3}, which is as far as activations go.
 *
 * <p>Coefficients are not modified.
 */
record Polynomial(double c0, double c1, double c2, double c3) {
  static final Polynomial ZERO = constant(0);
  static final Polynomial ONE = constant(1);
  static final Polynomial Z = new Polynomial(0, 1, 0, 0);

  /** What constants of float, computed in other orders, may differ by. */
  private static final double TOLERANCE = 1e-6;

  static Polynomial constant(double value) {
    return new Polynomial(value, 0, 0, 0);
  }

  Polynomial plus(Polynomial other) {
    return new Polynomial(c0 + other.c0, c1 + other.c1, c2 + other.c2, c3 + other.c3);
  }

  Polynomial times(double factor) {
    return new Polynomial(c0 * factor, c1 * factor, c2 * factor, c3 * factor);
  }

  /** The product, if its degree is at most 3. */
  Optional<Polynomial> times(Polynomial other) {
    if (degree() + other.degree() > 3) {
      return Optional.empty();
    }
    return Optional.of(
        new Polynomial(
            c0 * other.c0,
            c0 * other.c1 + c1 * other.c0,
            c0 * other.c2 + c1 * other.c1 + c2 * other.c0,
            c0 * other.c3 + c1 * other.c2 + c2 * other.c1 + c3 * other.c0));
  }

  private int degree() {
    return c3 != 0 ? 3 : c2 != 0 ? 2 : c1 != 0 ? 1 : 0;
  }

  /** Whether all coefficients are those of another one, but for rounding. */
  boolean isNear(Polynomial other) {
    return isNear(c0, other.c0)
        && isNear(c1, other.c1)
        && isNear(c2, other.c2)
        && isNear(c3, other.c3);
  }

  private static boolean isNear(double a, double b) {
    return Math.abs(a - b) <= TOLERANCE * Math.abs(b);
  }
}
