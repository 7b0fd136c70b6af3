package dev.nn;

/**
 * Sets the initial weights {@code W[n][k]} of a layer; biases start at zero.
 *
 * <p>The factories of this interface are the lecture's: zeros and constants (which keep all neurons
 * of a layer identical for ever), small normal values, Xavier and He; further uniform values,
 * LeCun, and orthogonal matrices. A lambda is a custom one.
 *
 * <p>{@code N(0, s)} has mean 0 and standard deviation s, {@code U(-r, r)} is uniform between -r
 * and r. Every figure is computed in double and rounded to float once, to the same bits everywhere.
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
   * {@code w ~ U(-limit, limit)}, whose standard deviation is {@code limit / sqrt(3)}.
   *
   * @param limit 0 to {@code Float.MAX_VALUE}; no weight is beyond it, as rounded to float
   * @return the initializer
   */
  static Initializer uniform(double limit) {
    return new Initializers.Uniform(limit);
  }

  /**
   * {@code w ~ U(-r, r), r = sqrt(6 / (n_l + n_(l-1)))}: uniform, with the deviation of {@link
   * #xavier}.
   *
   * <p>Source: X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward
   * neural networks", AISTATS 2010, equation 16.
   *
   * @return the initializer
   */
  static Initializer xavierUniform() {
    return new Initializers.XavierUniform();
  }

  /**
   * {@code w ~ U(-r, r), r = sqrt(6 / n_(l-1))}: uniform, with the deviation of {@link #he}.
   *
   * <p>Source: K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers", ICCV 2015.
   *
   * @return the initializer
   */
  static Initializer heUniform() {
    return new Initializers.HeUniform();
  }

  /**
   * {@code w ~ N(0, sqrt(1 / n_(l-1)))}: weighted sums of inputs of variance 1 have variance 1.
   *
   * <p>Source: Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, "Efficient BackProp", in "Neural
   * Networks: Tricks of the Trade", Springer 1998, section 4.6.
   *
   * @return the initializer
   */
  static Initializer lecun() {
    return new Initializers.Lecun();
  }

  /**
   * {@code w ~ U(-r, r), r = sqrt(3 / n_(l-1))}: uniform, with the deviation of {@link #lecun}.
   *
   * <p>Source: as there.
   *
   * @return the initializer
   */
  static Initializer lecunUniform() {
    return new Initializers.LecunUniform();
  }

  /**
   * {@code W = gain Q}, where {@code Q Q^T = I} if {@code n_l <= n_(l-1)}, else {@code Q^T Q = I}:
   * the rows of W, or its columns if there are more rows than columns, are orthogonal and of length
   * gain. With a gain of 1 the deltas of linear layers keep their lengths on the way back, or the
   * inputs on the way forward, whatever the depth.
   *
   * <p>Q is uniformly distributed among such matrices (Haar measure). The time grows with {@code
   * max(n_l, n_(l-1)) min(n_l, n_(l-1))^2}; {@code 8 n_l n_(l-1)} bytes are needed meanwhile.
   *
   * <p>Source: A. Saxe, J. McClelland, S. Ganguli, "Exact solutions to the nonlinear dynamics of
   * learning in deep linear neural networks", ICLR 2014; F. Mezzadri, "How to generate random
   * matrices from the classical compact groups", Notices of the AMS 54, 2007.
   *
   * @param gain above 0, at most {@code Float.MAX_VALUE}; 1 for linear layers and tanh, {@code
   *     sqrt(2)} makes up for the half that ReLU sets to zero
   * @return the initializer
   */
  static Initializer orthogonal(double gain) {
    return new Initializers.Orthogonal(gain);
  }

  /**
   * The initializer used when none is given: He for ReLU and what resembles it (leaky ReLU, ELU,
   * softplus, SiLU, GELU), LeCun for SELU, Xavier otherwise.
   *
   * @param activation of the layer
   * @return the initializer
   */
  static Initializer matching(ActivationFunction activation) {
    return activation instanceof Activation known ? matching(known) : xavier();
  }

  private static Initializer matching(Activation activation) {
    return switch (activation) {
      case RELU, LEAKY_RELU, ELU, SOFTPLUS, SILU, GELU, GELU_TANH -> he();
      case SELU -> lecun();
      case IDENTITY, SIGMOID, TANH, SOFTMAX -> xavier();
    };
  }
}
