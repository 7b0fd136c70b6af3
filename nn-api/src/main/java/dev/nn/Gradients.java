package dev.nn;

/**
 * One backpropagation, with all its intermediate results, in the lecture's symbols.
 *
 * <p>Layers are numbered 1..L; rows of a batch are rows of every matrix. All arrays are copies.
 */
public final class Gradients {
  private final double cost;
  private final float[][][] activations;
  private final float[][][] deltas;
  private final float[][][] weights;
  private final float[][] biases;

  /** Null for layers without a normalization. */
  private final float[][] gammas;

  private final float[][] betas;

  Gradients(
      double cost,
      float[][][] activations,
      float[][][] deltas,
      float[][][] weights,
      float[][] biases,
      float[][] gammas,
      float[][] betas) {
    this.cost = cost;
    this.activations = activations;
    this.deltas = deltas;
    this.weights = weights;
    this.biases = biases;
    this.gammas = gammas;
    this.betas = betas;
  }

  /**
   * {@code J = 1/B sum_b L(yHat_b, y_b)}.
   *
   * @return the cost, without a regularization term
   */
  public double cost() {
    return cost;
  }

  /**
   * {@code a[l] = g(z[l])}.
   *
   * @param layer 1..L
   * @return B x n_l
   */
  public float[][] activation(int layer) {
    return copy(activations[index(layer)]);
  }

  /**
   * {@code delta[l] = grad_{z[l]} J}.
   *
   * @param layer 1..L
   * @return B x n_l
   */
  public float[][] delta(int layer) {
    return copy(deltas[index(layer)]);
  }

  /**
   * {@code dW[l] = grad_{W[l]} J = delta[l]^T a[l-1]}.
   *
   * @param layer 1..L
   * @return n_l x n_(l-1)
   */
  public float[][] weights(int layer) {
    return copy(weights[index(layer)]);
  }

  /**
   * {@code db[l] = grad_{b[l]} J = sum over rows of delta[l]}.
   *
   * @param layer 1..L
   * @return n_l
   */
  public float[] bias(int layer) {
    return biases[index(layer)].clone();
  }

  /**
   * {@code dgamma[l] = grad_{gamma[l]} J}.
   *
   * @param layer 1..L, with a normalization
   * @return n_l
   * @throws IllegalArgumentException if the layer has no normalization
   */
  public float[] gamma(int layer) {
    return ofNormalization(gammas, layer);
  }

  /**
   * {@code dbeta[l] = grad_{beta[l]} J}.
   *
   * @param layer 1..L, with a normalization
   * @return n_l
   * @throws IllegalArgumentException if the layer has no normalization
   */
  public float[] beta(int layer) {
    return ofNormalization(betas, layer);
  }

  private float[] ofNormalization(float[][] values, int layer) {
    float[] gradient = values[index(layer)];
    if (gradient == null) {
      throw new IllegalArgumentException("layer " + layer + " has no normalization");
    }
    return gradient.clone();
  }

  private int index(int layer) {
    if (layer < 1 || layer > weights.length) {
      throw new IllegalArgumentException(
          "layer must be 1.." + weights.length + ", but is " + layer);
    }
    return layer - 1;
  }

  private static float[][] copy(float[][] rows) {
    float[][] copy = rows.clone();
    for (int i = 0; i < copy.length; i++) {
      copy[i] = copy[i].clone();
    }
    return copy;
  }
}
