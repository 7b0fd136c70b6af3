package dev.nn;

import java.util.Objects;
import java.util.function.DoubleUnaryOperator;

/**
 * An activation of an application's own: {@code a = g(z)}, {@code delta = delta g'(z)}, each
 * computed in double and rounded once.
 *
 * <p>It works with every backend, on the thread of the caller, one element after another: slower
 * than an {@link Activation}. Functions made of {@link StrictMath}, {@link Math#sqrt} and plain
 * arithmetic give the same bits on every machine; those of {@link Math} need not. {@code
 * dev.nn.check.GradientCheck} tells whether the derivative belongs to the value.
 *
 * <pre>{@code
 * CustomActivation sine = new CustomActivation("sine", StrictMath::sin, StrictMath::cos);
 * Architecture mlp = Architecture.input(2).dense(64, sine).dense(1, IDENTITY);
 * }</pre>
 *
 * @param name what messages call it
 * @param value g, called by any number of threads at once
 * @param derivative g', in terms of z, called by any number of threads at once
 */
public record CustomActivation(
    String name, DoubleUnaryOperator value, DoubleUnaryOperator derivative)
    implements ActivationFunction {
  /** Checks that there is a name. */
  public CustomActivation {
    if (Objects.requireNonNull(name, "name").isBlank()) {
      throw new IllegalArgumentException("name must have letters, but is blank");
    }
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(derivative, "derivative");
  }

  /**
   * True.
   *
   * @return true
   */
  @Override
  public boolean needsPreactivation() {
    return true;
  }

  /** {@code a[i] = g(a[i])} in place. */
  void activate(int length, float[] a, int offset) {
    for (int i = offset; i < offset + length; i++) {
      a[i] = (float) value.applyAsDouble(a[i]);
    }
  }

  /** {@code d[i] = d[i] g'(z[i])} in place. */
  void multiplyByDerivative(int length, float[] z, float[] d) {
    for (int i = 0; i < length; i++) {
      d[i] *= (float) derivative.applyAsDouble(z[i]);
    }
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }
}
