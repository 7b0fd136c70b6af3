package dev.nn;

/**
 * The nonlinearity {@code a = g(z)} of a layer.
 *
 * <p>Where it can be, the derivative is written in terms of the layer's output {@code a}, so that
 * backpropagation keeps one matrix per layer; see {@link #needsPreactivation}. The exact sequence
 * of operations of each function is part of the numeric contract (docs/numerics.md): every backend
 * returns the same bits.
 */
public enum Activation implements ActivationFunction {
  /** {@code g(z) = z}, {@code g' = 1}: regression outputs. */
  IDENTITY,

  /** {@code g(z) = 1 / (1 + e^-z)}, {@code g' = a (1 - a)}: binary classification. */
  SIGMOID,

  /** {@code g(z) = tanh z}, {@code g' = 1 - a^2}. */
  TANH,

  /** {@code g(z) = z < 0 ? 0 : z}, {@code g' = a > 0 ? 1 : 0}; a NaN stays a NaN. */
  RELU,

  /** {@code g(z) = z < 0 ? 0.01 z : z}, {@code g' = a > 0 ? 1 : 0.01}: a ReLU that never dies. */
  LEAKY_RELU,

  /**
   * {@code g(z) = z < 0 ? e^z - 1 : z}, {@code g' = a > 0 ? 1 : a + 1}.
   *
   * <p>Source: D. Clevert, T. Unterthiner, S. Hochreiter, "Fast and accurate deep network learning
   * by exponential linear units (ELUs)", ICLR 2016, with alpha = 1.
   */
  ELU,

  /**
   * {@code g(z) = lambda (z < 0 ? alpha (e^z - 1) : z)}, lambda = 1.0507009873554805, alpha =
   * 1.6732632423543772: activations of mean 0 and variance 1 stay so from layer to layer.
   *
   * <p>Source: G. Klambauer et al., "Self-normalizing neural networks", NeurIPS 2017.
   */
  SELU,

  /** {@code g(z) = log(1 + e^z)}, {@code g' = 1 - e^-a}: a smooth ReLU. */
  SOFTPLUS,

  /**
   * {@code g(z) = z s(z)}, {@code g' = s + z s (1 - s)}, s the sigmoid; also known as swish. It has
   * a minimum, so that g' is no function of a.
   *
   * <p>Source: S. Elfwing, E. Uchibe, K. Doya, "Sigmoid-weighted linear units for neural network
   * function approximation in reinforcement learning", Neural Networks 107, 2018.
   */
  SILU,

  /**
   * {@code g(z) = z Phi(z) = z/2 (1 + erf(z / sqrt(2)))}, {@code g' = Phi(z) + z phi(z)}, Phi and
   * phi being the distribution function and the density of the standard normal distribution.
   *
   * <p>Source: D. Hendrycks, K. Gimpel, "Gaussian error linear units (GELUs)", 2016.
   */
  GELU,

  /**
   * {@code g(z) = z/2 (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3)))}: the approximation of {@link
   * #GELU} that the same paper gives, within 0.0005 of it. A function of its own: networks trained
   * with one should run with that one.
   */
  GELU_TANH,

  /**
   * {@code g(z)_j = e^{z_j - max z} / sum_i e^{z_i - max z}}: multiclass classification, output
   * layer only, since it is not a function of one element.
   */
  SOFTMAX;

  /**
   * Whether g' is computed from z, because it is no function of a: where g is not monotone.
   *
   * @return true for {@link #SILU}, {@link #GELU} and {@link #GELU_TANH}
   */
  @Override
  public boolean needsPreactivation() {
    return this == SILU || this == GELU || this == GELU_TANH;
  }
}
