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

  Gradients(
      double cost,
      float[][][] activations,
      float[][][] deltas,
      float[][][] weights,
      float[][] biases) {
    this.cost = cost;
    this.activations = activations;
    this.deltas = deltas;
    this.weights = weights;
    this.biases = biases;
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
