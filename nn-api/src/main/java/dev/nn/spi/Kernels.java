package dev.nn.spi;

import dev.nn.Activation;
import dev.nn.Loss;

/**
 * The stateless operations of a backend, on row-major matrices.
 *
 * <p>A matrix is given as array, offset of its first element and stride, the distance between rows.
 * Exactly the elements of an output are written, nothing between or beside them. Outputs may not
 * overlap inputs unless a method says so. Every method checks its shapes first and then either
 * completes or has written nothing.
 *
 * <p>There are no default methods: a backend implements every operation itself.
 */
public interface Kernels {
  /**
   * {@code C[i][j] = sum_k op(A)[i][k] op(B)[k][j]}, summed in chunks of 256 consecutive k.
   *
   * <p>op(A) is m x k, op(B) is k x n, C is m x n; a transposed A is stored k x m, a transposed B n
   * x k. For k = 0 C becomes +0.
   *
   * @param transposeA whether op(A) is the transpose of what is stored
   * @param transposeB whether op(B) is the transpose of what is stored
   * @param m rows of C, may be 0
   * @param n columns of C, may be 0
   * @param k length of the sums, may be 0
   * @param a A
   * @param aOffset position of its first element
   * @param aStride distance between its stored rows
   * @param b B
   * @param bOffset position of its first element
   * @param bStride distance between its stored rows
   * @param c C, overwritten
   * @param cOffset position of its first element
   * @param cStride distance between its rows
   * @param workspace scratch and threads of the caller
   */
  void matmul(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int aStride,
      float[] b,
      int bOffset,
      int bStride,
      float[] c,
      int cOffset,
      int cStride,
      Workspace workspace);

  /**
   * {@code a[i][j] = g(a[i][j])} in place; softmax row by row.
   *
   * @param activation g
   * @param rows may be 0
   * @param columns may be 0
   * @param a the matrix, z on entry, g(z) on return
   * @param aOffset position of its first element
   * @param aStride distance between its rows
   * @param workspace scratch and threads of the caller
   */
  void activate(
      Activation activation,
      int rows,
      int columns,
      float[] a,
      int aOffset,
      int aStride,
      Workspace workspace);

  /**
   * {@code d[i][j] = d[i][j] * g'} in place, the derivative in terms of the output a, or of z where
   * {@link Activation#needsPreactivation}.
   *
   * @param activation g, not softmax
   * @param rows may be 0
   * @param columns may be 0
   * @param a outputs of the activation, or its arguments z where g' needs them
   * @param aOffset position of its first element
   * @param aStride distance between its rows
   * @param d overwritten
   * @param dOffset position of its first element
   * @param dStride distance between its rows
   * @param workspace scratch and threads of the caller
   */
  void multiplyByDerivative(
      Activation activation,
      int rows,
      int columns,
      float[] a,
      int aOffset,
      int aStride,
      float[] d,
      int dOffset,
      int dStride,
      Workspace workspace);

  /**
   * {@code y[i] = f(x[i])} for one of the elementary functions of the numeric contract.
   *
   * @param function f
   * @param length number of elements, may be 0
   * @param x arguments
   * @param xOffset position of the first argument
   * @param y values, overwritten; may be x at the same offset
   * @param yOffset position of the first value
   * @param workspace scratch and threads of the caller
   */
  void apply(
      ElementaryFunction function,
      int length,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      Workspace workspace);

  /**
   * {@code sum_j x[j]} by the 16-lane rule; +0 for no elements.
   *
   * @param length number of elements, may be 0
   * @param x the elements
   * @param xOffset position of the first
   * @param workspace scratch and threads of the caller
   * @return the sum
   */
  float sum(int length, float[] x, int xOffset, Workspace workspace);

  /**
   * {@code max_j x[j]}, NaN if any element is; negative infinity for no elements.
   *
   * @param length number of elements, may be 0
   * @param x the elements
   * @param xOffset position of the first
   * @param workspace scratch and threads of the caller
   * @return the greatest element
   */
  float max(int length, float[] x, int xOffset, Workspace workspace);

  /**
   * {@code s[j] = sum_i x[i][j]}, plain additions in chunks of 256 rows: the bias gradient.
   *
   * @param rows length of the sums, may be 0 (s becomes +0)
   * @param columns number of sums, may be 0
   * @param x the matrix
   * @param xOffset position of its first element
   * @param xStride distance between its rows
   * @param s overwritten
   * @param sOffset position of its first element
   * @param workspace scratch and threads of the caller
   */
  void columnSums(
      int rows,
      int columns,
      float[] x,
      int xOffset,
      int xStride,
      float[] s,
      int sOffset,
      Workspace workspace);

  /**
   * Step 1 of backpropagation: output {@code yHat = g(z)}, {@code delta_b = grad_z L_b * scale_b}
   * and the loss {@code L_b} of every row b, in one pass.
   *
   * <p>All matrices are rows x columns. The pair must satisfy {@link Loss#accepts}.
   *
   * @param loss L
   * @param output g of the last layer
   * @param rows B, may be 0
   * @param columns N
   * @param za logits z on entry, outputs g(z) on return
   * @param zaOffset position of its first element
   * @param zaStride distance between its rows
   * @param y targets
   * @param yOffset position of the first target
   * @param yStride distance between rows of targets
   * @param scale the share of row b in the mean at index b, 1 / B where all rows count the same
   * @param delta overwritten
   * @param deltaOffset position of its first element
   * @param deltaStride distance between its rows
   * @param rowLoss receives the loss of row b, not scaled, at index b
   * @param workspace scratch and threads of the caller
   */
  void outputLoss(
      Loss loss,
      Activation output,
      int rows,
      int columns,
      float[] za,
      int zaOffset,
      int zaStride,
      float[] y,
      int yOffset,
      int yStride,
      float[] scale,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      float[] rowLoss,
      Workspace workspace);

  /**
   * {@code a[i] = a[i] m[i]} in place, {@code m[i]} being +0 with probability p and {@code 1 / (1 -
   * p)} otherwise: inverted dropout, of activations and, by the same call, of their deltas.
   *
   * <p>Element i, {@code i = 64 q + 16 w + 2 j + h} with j below 8 and h below 2, belongs to word w
   * of block {@code 16 q + 8 h + j} of the {@link dev.nn.Philox} of the seed, {@link
   * dev.nn.Philox#DROPOUT} and the stream. It is kept, with the factor {@code (float) (1 / (1 -
   * p))}, where that word, unsigned, is at least {@code floor(2^32 p)}.
   *
   * @param rate p, at least 0 and below 1
   * @param seed of the generator
   * @param stream of the generator
   * @param length number of elements, may be 0
   * @param a the elements, overwritten
   * @param aOffset position of the first
   * @param workspace scratch and threads of the caller
   */
  void dropout(
      double rate, long seed, long stream, int length, float[] a, int aOffset, Workspace workspace);

  /**
   * {@code w[i] = rule(w[i], g[i])} in place, as are the moments.
   *
   * @param rule how a parameter changes by its gradient
   * @param step number of the step, from 1
   * @param length number of parameters, may be 0
   * @param w parameters, overwritten
   * @param wOffset position of the first
   * @param g gradient
   * @param gOffset position of the first
   * @param moments arrays of what the rule remembers of each parameter
   * @param momentsOffset position of the first in each of them
   * @param workspace scratch and threads of the caller
   */
  void update(
      UpdateRule rule,
      long step,
      int length,
      float[] w,
      int wOffset,
      float[] g,
      int gOffset,
      float[][] moments,
      int momentsOffset,
      Workspace workspace);
}
