package dev.nn;

/**
 * Sets the initial weights {@code W[n][k]} of a layer; biases start at zero.
 *
 * <p>The factories of this interface are the lecture's: zeros and constants (which keep all neurons
 * of a layer identical for ever), small normal values, Xavier and He. A lambda is a custom one.
 */
@FunctionalInterface
public interface Initializer {
  /**
   * Fills the weights of one layer.
   *
   * @param weights receives {@code W[n][k]} at {@code n * inputs + k}, {@code outputs * inputs}
   *     long
   * @param outputs number of neurons n_l
   * @param inputs number of inputs n_(l-1)
   * @param random the layer's own generator; element i should use index i, so that a value does not
   *     depend on any other
   */
  void initialize(float[] weights, int outputs, int inputs, Philox random);

  /**
   * {@code w = 0}.
   *
   * @return the initializer
   */
  static Initializer zeros() {
    return constant(0);
  }

  /**
   * {@code w = value}.
   *
   * @param value finite
   * @return the initializer
   */
  static Initializer constant(float value) {
    return new Initializers.Constant(value);
  }

  /**
   * {@code w ~ N(0, 0.01)}, the second figure being the standard deviation.
   *
   * @return the initializer
   */
  static Initializer normal() {
    return normal(0.01);
  }

  /**
   * {@code w ~ N(0, standardDeviation)}.
   *
   * @param standardDeviation finite and not negative
   * @return the initializer
   */
  static Initializer normal(double standardDeviation) {
    return new Initializers.Normal(standardDeviation);
  }

  /**
   * {@code w ~ N(0, sqrt(2 / (n_l + n_(l-1))))}, which keeps the variance of activations from layer
   * to layer.
   *
   * <p>Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward
   * neural networks", AISTATS 2010.
   *
   * @return the initializer
   */
  static Initializer xavier() {
    return new Initializers.Xavier();
  }

  /**
   * {@code w ~ N(0, sqrt(2 / n_(l-1)))}, the same for ReLU, which halves the variance.
   *
   * <p>Source: K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers", ICCV 2015.
   *
   * @return the initializer
   */
  static Initializer he() {
    return new Initializers.He();
  }

  /**
   * The initializer used when none is given: He for ReLU and what resembles it (leaky ReLU, ELU,
   * softplus, SiLU, GELU), Xavier otherwise.
   *
   * @param activation of the layer
   * @return the initializer
   */
  static Initializer matching(Activation activation) {
    return switch (activation) {
      case RELU, LEAKY_RELU, ELU, SOFTPLUS, SILU, GELU, GELU_TANH -> he();
      case IDENTITY, SIGMOID, TANH, SELU, SOFTMAX -> xavier();
    };
  }
}
