package dev.nn.spi;

import dev.nn.Activation;

/**
 * {@code a = g(x W^T + b)}: a dense layer that owns its parameters, in whatever layout its backend
 * likes.
 *
 * <p>Shapes: B rows in the batch, K inputs, N outputs; W is N x K, b has N elements. Matrices are
 * given as array, offset of the first element and stride, the distance between rows: {@code
 * x[b][k]} stands at {@code xOffset + b * xStride + k}. Exactly the rows x columns of an output are
 * written, nothing between or beside them. Unless a method says otherwise its outputs may not
 * overlap its inputs.
 *
 * <p>Any number of threads may call {@link #forward} and {@link #preactivation} at once, each with
 * its own workspace, as long as none changes the parameters.
 *
 * <p>Shapes are checked where rows and arrays come in; a mismatch is an {@link
 * IllegalArgumentException} or an {@link IndexOutOfBoundsException} before anything is written.
 */
public interface DenseLayer {
  /**
   * K.
   *
   * @return number of inputs
   */
  int inputs();

  /**
   * N.
   *
   * @return number of outputs
   */
  int outputs();

  /**
   * g.
   *
   * @return the activation
   */
  Activation activation();

  /**
   * Replaces all parameters.
   *
   * @param weights canonical {@code W[n][k]} at {@code n * K + k}; copied
   * @param bias {@code b[n]}; copied
   */
  void setParameters(float[] weights, float[] bias);

  /**
   * Copies all parameters out.
   *
   * @param weights receives canonical {@code W[n][k]} at {@code n * K + k}
   * @param bias receives {@code b[n]}
   */
  void getParameters(float[] weights, float[] bias);

  /**
   * Allocates what calls with up to so many rows will need, so that they allocate nothing and
   * cannot run out of memory halfway.
   *
   * @param rows the largest batch
   * @param backward whether {@link #backward} will be called
   * @param workspace of the later calls
   * @throws IllegalArgumentException if so many rows do not fit the arrays of this backend
   */
  void reserve(int rows, boolean backward, Workspace workspace);

  /**
   * {@code a[b][n] = g((sum_k x[b][k] W[n][k]) + b[n])}, softmax row by row.
   *
   * <p>x is B x K, a is B x N.
   *
   * @param rows B, may be 0
   * @param x inputs
   * @param xOffset position of x[0][0]
   * @param xStride distance between rows of x, at least K
   * @param a outputs, overwritten
   * @param aOffset position of a[0][0]
   * @param aStride distance between rows of a, at least N
   * @param workspace scratch and threads of the caller
   */
  void forward(
      int rows,
      float[] x,
      int xOffset,
      int xStride,
      float[] a,
      int aOffset,
      int aStride,
      Workspace workspace);

  /**
   * {@code z[b][n] = (sum_k x[b][k] W[n][k]) + b[n]}: {@link #forward} without the activation.
   *
   * <p>Losses are computed from these logits; see {@link Kernels#outputLoss}.
   *
   * @param rows B, may be 0
   * @param x inputs, B x K
   * @param xOffset position of x[0][0]
   * @param xStride distance between rows of x, at least K
   * @param z logits, B x N, overwritten
   * @param zOffset position of z[0][0]
   * @param zStride distance between rows of z, at least N
   * @param workspace scratch and threads of the caller
   */
  void preactivation(
      int rows,
      float[] x,
      int xOffset,
      int xStride,
      float[] z,
      int zOffset,
      int zStride,
      Workspace workspace);

  /**
   * {@code d[b][k] = (sum_n delta[b][n] W[n][k]) * g'(x[b][k])}: step 2 of backpropagation, the
   * delta of the layer below.
   *
   * <p>delta is B x N, x and d are B x K. x is what g' is written in: this layer's input, which is
   * the output of the layer below, or that layer's z where {@link Activation#needsPreactivation}.
   *
   * @param rows B, may be 0
   * @param delta gradient with respect to this layer's z
   * @param deltaOffset position of delta[0][0]
   * @param deltaStride distance between rows of delta
   * @param below activation g of the layer below, not softmax
   * @param x output of the layer below, or its z
   * @param xOffset position of x[0][0]
   * @param xStride distance between rows of x
   * @param d overwritten
   * @param dOffset position of d[0][0]
   * @param dStride distance between rows of d
   * @param workspace scratch and threads of the caller
   */
  void backward(
      int rows,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      Activation below,
      float[] x,
      int xOffset,
      int xStride,
      float[] d,
      int dOffset,
      int dStride,
      Workspace workspace);

  /**
   * {@code dW[n][k] = sum_b delta[b][n] x[b][k]}, {@code db[n] = sum_b delta[b][n]}: step 3, the
   * gradient.
   *
   * @param rows B, may be 0 (the gradient is then zero)
   * @param delta gradient with respect to this layer's z, B x N
   * @param deltaOffset position of delta[0][0]
   * @param deltaStride distance between rows of delta
   * @param x this layer's input, B x K
   * @param xOffset position of x[0][0]
   * @param xStride distance between rows of x
   * @param weightGradient receives {@code dW[n][k]} at {@code n * K + k}, overwritten
   * @param biasGradient receives {@code db[n]}, overwritten
   * @param workspace scratch and threads of the caller
   */
  void gradient(
      int rows,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      float[] x,
      int xOffset,
      int xStride,
      float[] weightGradient,
      float[] biasGradient,
      Workspace workspace);

  /**
   * What a rule will remember of this layer.
   *
   * @param rule the rule
   * @return zero moments, before the first step
   */
  Moments moments(UpdateRule rule);

  /**
   * Copies moments out, in the order of {@link #getParameters}.
   *
   * @param moments of this layer
   * @param moment which one of each parameter, from 0
   * @param weights receives those of {@code W[n][k]} at {@code n * K + k}
   * @param bias receives those of {@code b[n]}
   * @throws IllegalArgumentException if a length differs; nothing is written
   */
  void getMoments(Moments moments, int moment, float[] weights, float[] bias);

  /**
   * Replaces moments by copies, in the order of {@link #setParameters}.
   *
   * @param moments of this layer
   * @param moment which one of each parameter, from 0
   * @param weights those of {@code W[n][k]} at {@code n * K + k}
   * @param bias those of {@code b[n]}
   * @throws IllegalArgumentException if a length differs; nothing is changed
   */
  void setMoments(Moments moments, int moment, float[] weights, float[] bias);

  /**
   * Step 3 and the update in one pass: the gradient of {@link #gradient}, applied by the rule to
   * the parameters of this layer.
   *
   * @param rows B, at least 1
   * @param delta gradient with respect to this layer's z, B x N
   * @param deltaOffset position of delta[0][0]
   * @param deltaStride distance between rows of delta
   * @param x this layer's input, B x K
   * @param xOffset position of x[0][0]
   * @param xStride distance between rows of x
   * @param rule how a parameter changes by its gradient
   * @param moments what the rule remembers, as {@link #moments} made them for this layer or one of
   *     its backend and shape; the call is their next step
   * @param workspace scratch and threads of the caller
   */
  void update(
      int rows,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      float[] x,
      int xOffset,
      int xStride,
      UpdateRule rule,
      Moments moments,
      Workspace workspace);

  /**
   * The update alone: a gradient that is at hand, applied by the rule to the parameters of this
   * layer. With the gradient of {@link #gradient} it is the other {@code update}, bit for bit.
   *
   * @param weightGradient canonical {@code dW[n][k]} at {@code n * K + k}
   * @param biasGradient {@code db[n]}
   * @param rule how a parameter changes by its gradient
   * @param moments what the rule remembers, as {@link #moments} made them for this layer or one of
   *     its backend and shape; the call is their next step
   * @param workspace scratch and threads of the caller
   */
  void update(
      float[] weightGradient,
      float[] biasGradient,
      UpdateRule rule,
      Moments moments,
      Workspace workspace);

  /**
   * {@code W[n] = W[n] min(1, maxNorm / ||W[n]||)}: no row of W, the weights into one output, is
   * longer than a limit afterwards. Biases stay.
   *
   * <p>In full: {@code s = sum_k W[n][k]^2} by the 16-lane rule, with {@code lane = fma(W[n][k],
   * W[n][k], lane)}, {@code r = sqrt(s)}; where {@code r > maxNorm} each weight of the row is
   * multiplied by {@code f = maxNorm / r}, or by NaN if s is infinite, so that an overflow is not
   * hidden. A row with a NaN stays as it is.
   *
   * @param maxNorm greatest Euclidean norm of a row, finite and greater than 0
   * @param workspace scratch and threads of the caller
   * @throws IllegalArgumentException if maxNorm is not allowed; nothing is changed
   */
  void limitNorms(float maxNorm, Workspace workspace);
}
