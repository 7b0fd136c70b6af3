package dev.nn.onnx;

import dev.nn.Activation;
import java.util.Map;
import java.util.Optional;

/**
 * {@code p(z) + q(z) f(a(z))}: what a graph has computed, element by element, of the sums z of a
 * layer.
 *
 * <p>Exporters write one activation in many ways: factors in any order, a constant inside or
 * outside of a sum. All of them are the same p, q, f and a, so that there is one form to look up
 * for each activation.
 *
 * @param p summand without f
 * @param q factor of f, 0 if there is no f
 * @param f the one transcendental function
 * @param a its argument
 */
record Expression(Polynomial p, Polynomial q, Function f, Polynomial a) {
  /** A function that activations are composed of. */
  enum Function {
    NONE,
    ERF,
    TANH,
    SIGMOID
  }

  /** The sums themselves. */
  static final Expression Z = of(Polynomial.Z);

  private static final Polynomial HALF_Z = Polynomial.Z.times(0.5);

  /** What there is a name for. */
  private static final Map<Expression, Activation> KNOWN =
      Map.of(
          Z,
          Activation.IDENTITY,
          of(Polynomial.ZERO, Polynomial.ONE, Function.TANH, Polynomial.Z),
          Activation.TANH,
          of(Polynomial.ZERO, Polynomial.ONE, Function.SIGMOID, Polynomial.Z),
          Activation.SIGMOID,
          of(Polynomial.ZERO, Polynomial.Z, Function.SIGMOID, Polynomial.Z),
          Activation.SILU,
          of(HALF_Z, HALF_Z, Function.ERF, Polynomial.Z.times(Math.sqrt(0.5))),
          Activation.GELU,
          of(
              HALF_Z,
              HALF_Z,
              Function.TANH,
              new Polynomial(0, 1, 0, 0.044715).times(Math.sqrt(2 / Math.PI))),
          Activation.GELU_TANH);

  private static Expression of(Polynomial p, Polynomial q, Function f, Polynomial a) {
    return new Expression(p, q, f, a);
  }

  static Expression of(Polynomial p) {
    return new Expression(p, Polynomial.ZERO, Function.NONE, Polynomial.ZERO);
  }

  boolean isSums() {
    return equals(Z);
  }

  /** The sum, if it has no two different functions. */
  Optional<Expression> plus(Expression other) {
    if (f != Function.NONE && other.f != Function.NONE && !hasFunctionOf(other)) {
      return Optional.empty();
    }
    Expression with = f == Function.NONE ? other : this;
    return Optional.of(of(p.plus(other.p), q.plus(other.q), with.f, with.a));
  }

  private boolean hasFunctionOf(Expression other) {
    return f == other.f && a.equals(other.a);
  }

  Expression times(double factor) {
    return of(p.times(factor), q.times(factor), f, a);
  }

  /** The product, if only one of the two has a function. */
  Optional<Expression> times(Expression other) {
    if (f != Function.NONE && other.f != Function.NONE) {
      return Optional.empty();
    }
    Expression with = f == Function.NONE ? other : this;
    Polynomial factor = f == Function.NONE ? p : other.p;
    return with.p
        .times(factor)
        .flatMap(pp -> with.q.times(factor).map(qq -> of(pp, qq, with.f, with.a)));
  }

  /** A function of this, if this has none. */
  Optional<Expression> apply(Function function) {
    return f == Function.NONE
        ? Optional.of(of(Polynomial.ZERO, Polynomial.ONE, function, p))
        : Optional.empty();
  }

  /** The activation that this is, but for the rounding of its constants. */
  Optional<Activation> activation() {
    return KNOWN.entrySet().stream()
        .filter(form -> isNear(form.getKey()))
        .map(Map.Entry::getValue)
        .findAny();
  }

  private boolean isNear(Expression form) {
    return f == form.f && p.isNear(form.p) && q.isNear(form.q) && a.isNear(form.a);
  }
}
