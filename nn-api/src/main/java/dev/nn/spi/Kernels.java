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
   * {@code zHat[i][j] = (z[i][j] - mean_i) r_i} in place, {@code r_i = 1 / sqrt(variance_i +
   * epsilon)}: every row to mean 0 and variance 1, for layer normalization.
   *
   * <p>Sums along a row by the 16-lane rule. NaN where the variance of a row overflows.
   *
   * @param rows may be 0
   * @param columns may be 0
   * @param z the matrix, z on entry, zHat on return
   * @param zOffset position of its first element
   * @param zStride distance between its rows
   * @param epsilon finite and greater than 0
   * @param r receives r_i of every row
   * @param rOffset position of the first
   * @param workspace scratch and threads of the caller
   */
  void normalizeRows(
      int rows,
      int columns,
      float[] z,
      int zOffset,
      int zStride,
      float epsilon,
      float[] r,
      int rOffset,
      Workspace workspace);

  /**
   * {@code d[i][j] = r_i (h[i][j] - mean_j h[i] - zHat[i][j] mean_j (h[i] zHat[i]))} in place,
   * {@code h[i][j] = d[i][j] gamma[j]}: from the gradient of {@code gamma zHat + beta} to that of
   * z, behind {@link #normalizeRows}.
   *
   * @param rows may be 0
   * @param columns may be 0
   * @param zHat the normalized rows
   * @param zHatOffset position of the first element
   * @param zHatStride distance between rows of zHat
   * @param r as {@link #normalizeRows} made it
   * @param rOffset position of the first
   * @param gamma a factor for every column
   * @param gammaOffset position of the first
   * @param d overwritten
   * @param dOffset position of its first element
   * @param dStride distance between its rows
   * @param workspace scratch and threads of the caller
   */
  void normalizeRowsBackward(
      int rows,
      int columns,
      float[] zHat,
      int zHatOffset,
      int zHatStride,
      float[] r,
      int rOffset,
      float[] gamma,
      int gammaOffset,
      float[] d,
      int dOffset,
      int dStride,
      Workspace workspace);

  /**
   * {@code zHat[i][j] = (z[i][j] - mean_j) r_j} in place, {@code r_j = 1 / sqrt(variance_j +
   * epsilon)}: every column to mean 0 and variance 1, for batch normalization.
   *
   * <p>Sums along a column in chunks of 256 rows, as {@link #columnSums} and {@link #columnDots}.
   * NaN where the variance of a column overflows.
   *
   * @param rows may be 0
   * @param columns may be 0
   * @param z the matrix, z on entry, zHat on return
   * @param zOffset position of its first element
   * @param zStride distance between its rows
   * @param epsilon finite and greater than 0
   * @param mean receives the mean of every column
   * @param meanOffset position of the first
   * @param variance receives the variance of every column, the mean square of the differences
   * @param varianceOffset position of the first
   * @param r receives r_j of every column
   * @param rOffset position of the first
   * @param workspace scratch and threads of the caller
   */
  void normalizeColumns(
      int rows,
      int columns,
      float[] z,
      int zOffset,
      int zStride,
      float epsilon,
      float[] mean,
      int meanOffset,
      float[] variance,
      int varianceOffset,
      float[] r,
      int rOffset,
      Workspace workspace);

  /**
   * {@code d[i][j] = gamma[j] r_j (d[i][j] - dbeta[j] / B - zHat[i][j] dgamma[j] / B)} in place:
   * from the gradient of {@code gamma zHat + beta} to that of z, behind {@link #normalizeColumns}.
   *
   * @param rows B, may be 0
   * @param columns may be 0
   * @param zHat the normalized columns
   * @param zHatOffset position of the first element
   * @param zHatStride distance between rows of zHat
   * @param r as {@link #normalizeColumns} made it
   * @param rOffset position of the first
   * @param gamma a factor for every column
   * @param gammaOffset position of the first
   * @param dGamma the {@link #columnDots} of d and zHat
   * @param dGammaOffset position of the first
   * @param dBeta the {@link #columnSums} of d
   * @param dBetaOffset position of the first
   * @param d overwritten
   * @param dOffset position of its first element
   * @param dStride distance between its rows
   * @param workspace scratch and threads of the caller
   */
  void normalizeColumnsBackward(
      int rows,
      int columns,
      float[] zHat,
      int zHatOffset,
      int zHatStride,
      float[] r,
      int rOffset,
      float[] gamma,
      int gammaOffset,
      float[] dGamma,
      int dGammaOffset,
      float[] dBeta,
      int dBetaOffset,
      float[] d,
      int dOffset,
      int dStride,
      Workspace workspace);

  /**
   * {@code y[i][j] = gamma[j] x[i][j] + beta[j]}, rounded once.
   *
   * @param rows may be 0
   * @param columns may be 0
   * @param x the matrix
   * @param xOffset position of its first element
   * @param xStride distance between its rows
   * @param gamma a factor for every column
   * @param gammaOffset position of the first
   * @param beta a summand for every column
   * @param betaOffset position of the first
   * @param y overwritten; may be x at the same offset and stride
   * @param yOffset position of its first element
   * @param yStride distance between its rows
   * @param workspace scratch and threads of the caller
   */
  void scaleAndShift(
      int rows,
      int columns,
      float[] x,
      int xOffset,
      int xStride,
      float[] gamma,
      int gammaOffset,
      float[] beta,
      int betaOffset,
      float[] y,
      int yOffset,
      int yStride,
      Workspace workspace);

  /**
   * {@code s[j] = sum_i x[i][j] y[i][j]}, fused in chunks of 256 rows: the gradient of gamma.
   *
   * @param rows length of the sums, may be 0 (s becomes +0)
   * @param columns number of sums, may be 0
   * @param x one matrix
   * @param xOffset position of its first element
   * @param xStride distance between its rows
   * @param y the other matrix
   * @param yOffset position of its first element
   * @param yStride distance between its rows
   * @param s overwritten
   * @param sOffset position of its first element
   * @param workspace scratch and threads of the caller
   */
  void columnDots(
      int rows,
      int columns,
      float[] x,
      int xOffset,
      int xStride,
      float[] y,
      int yOffset,
      int yStride,
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
