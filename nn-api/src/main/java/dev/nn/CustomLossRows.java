package dev.nn;

import java.util.Arrays;

/**
 * {@code delta = grad_yHat L * s} by a {@link CustomLoss}, row by row: what is between the floats
 * of a batch and its doubles. Elementwise activations still have to multiply delta by g'.
 */
final class CustomLossRows {
  private final CustomLoss.RowFunction function;

  /** Whether outputs are softmax, whose Jacobian matrix has more than its diagonal. */
  private final boolean softmax;

  private final double[] yHat;
  private final double[] y;
  private final double[] gradient;

  CustomLossRows(CustomLoss loss, ActivationFunction output, int outputs) {
    this.function = loss.function();
    this.softmax = output == Activation.SOFTMAX;
    this.yHat = new double[outputs];
    this.y = new double[outputs];
    this.gradient = new double[outputs];
  }

  /**
   * Loss and delta of the rows of a batch.
   *
   * @param a outputs, rows without gaps
   * @param targets of the same shape
   * @param scale s of each row
   * @param delta overwritten
   * @param rowLoss overwritten
   */
  void run(int rows, float[] a, float[] targets, float[] scale, float[] delta, float[] rowLoss) {
    int outputs = yHat.length;
    for (int row = 0; row < rows; row++) {
      int from = row * outputs;
      for (int j = 0; j < outputs; j++) {
        yHat[j] = a[from + j];
        y[j] = targets[from + j];
      }
      Arrays.fill(gradient, Double.NaN);
      rowLoss[row] = (float) function.loss(yHat, y, gradient);
      if (softmax) {
        multiplyByJacobian(a, from);
      }
      for (int j = 0; j < outputs; j++) {
        delta[from + j] = (float) (gradient[j] * scale[row]);
      }
    }
  }

  /**
   * {@code gradient_j = yHat_j (gradient_j - sum_i gradient_i yHat_i)}, softmax having {@code
   * dyHat_i/dz_j = yHat_i ((i = j) - yHat_j)}. The outputs are read from where the function cannot
   * have changed them.
   */
  private void multiplyByJacobian(float[] a, int from) {
    double mean = 0;
    for (int i = 0; i < gradient.length; i++) {
      mean += gradient[i] * a[from + i];
    }
    for (int j = 0; j < gradient.length; j++) {
      gradient[j] = a[from + j] * (gradient[j] - mean);
    }
  }
}
