package dev.nn.reference;

import dev.nn.Activation;
import dev.nn.Loss;
import dev.nn.spi.ElementaryFunction;
import dev.nn.spi.Kernels;
import dev.nn.spi.Shapes;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workspace;

/** The stateless operations, one element after the other. */
final class ReferenceKernels implements Kernels {
  @Override
  public void matmul(
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
      Workspace workspace) {
    Shapes.requireMatrix("a", a, aOffset, aStride, transposeA ? k : m, transposeA ? m : k);
    Shapes.requireMatrix("b", b, bOffset, bStride, transposeB ? n : k, transposeB ? k : n);
    Shapes.requireMatrix("c", c, cOffset, cStride, m, n);
    Matmul.multiply(
        m,
        n,
        k,
        a,
        aOffset,
        transposeA ? 1 : aStride,
        transposeA ? aStride : 1,
        b,
        bOffset,
        transposeB ? 1 : bStride,
        transposeB ? bStride : 1,
        c,
        cOffset,
        cStride);
  }

  @Override
  public void activate(
      Activation activation,
      int rows,
      int columns,
      float[] a,
      int aOffset,
      int aStride,
      Workspace workspace) {
    Shapes.requireMatrix("a", a, aOffset, aStride, rows, columns);
    activate(activation, rows, columns, a, aOffset, aStride);
  }

  static void activate(
      Activation activation, int rows, int columns, float[] a, int aOffset, int aStride) {
    for (int i = 0; i < rows; i++) {
      int row = aOffset + i * aStride;
      if (activation == Activation.SOFTMAX) {
        Activations.softmax(columns, a, row);
      } else {
        for (int j = 0; j < columns; j++) {
          a[row + j] = Activations.value(activation, a[row + j]);
        }
      }
    }
  }

  @Override
  public void multiplyByDerivative(
      Activation activation,
      int rows,
      int columns,
      float[] a,
      int aOffset,
      int aStride,
      float[] d,
      int dOffset,
      int dStride,
      Workspace workspace) {
    Shapes.requireMatrix("a", a, aOffset, aStride, rows, columns);
    Shapes.requireMatrix("d", d, dOffset, dStride, rows, columns);
    Shapes.requireElementwise(activation);
    multiplyByDerivative(activation, rows, columns, a, aOffset, aStride, d, dOffset, dStride);
  }

  static void multiplyByDerivative(
      Activation activation,
      int rows,
      int columns,
      float[] a,
      int aOffset,
      int aStride,
      float[] d,
      int dOffset,
      int dStride) {
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        d[dOffset + i * dStride + j] *=
            Activations.derivative(activation, a[aOffset + i * aStride + j]);
      }
    }
  }

  @Override
  public void apply(
      ElementaryFunction function,
      int length,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      Workspace workspace) {
    Shapes.requireVector("x", x, xOffset, length);
    Shapes.requireVector("y", y, yOffset, length);
    for (int i = 0; i < length; i++) {
      float value = x[xOffset + i];
      y[yOffset + i] =
          switch (function) {
            case EXP -> Elementary.exp(value);
            case EXPM1 -> Elementary.expm1(value);
            case LOG -> Elementary.log(value);
            case LOG1P -> Elementary.log1p(value);
            case TANH -> Elementary.tanh(value);
            case SIGMOID -> Elementary.sigmoid(value);
            case ERF -> Elementary.erf(value);
          };
    }
  }

  @Override
  public float sum(int length, float[] x, int xOffset, Workspace workspace) {
    Shapes.requireVector("x", x, xOffset, length);
    return Reductions.sum(length, x, xOffset);
  }

  @Override
  public float max(int length, float[] x, int xOffset, Workspace workspace) {
    Shapes.requireVector("x", x, xOffset, length);
    return Reductions.max(length, x, xOffset);
  }

  @Override
  public void columnSums(
      int rows,
      int columns,
      float[] x,
      int xOffset,
      int xStride,
      float[] s,
      int sOffset,
      Workspace workspace) {
    Shapes.requireMatrix("x", x, xOffset, xStride, rows, columns);
    Shapes.requireVector("s", s, sOffset, columns);
    for (int j = 0; j < columns; j++) {
      s[sOffset + j] = Reductions.columnSum(rows, x, xOffset + j, xStride);
    }
  }

  @Override
  public void normalizeRows(
      int rows,
      int columns,
      float[] z,
      int zOffset,
      int zStride,
      float epsilon,
      float[] r,
      int rOffset,
      Workspace workspace) {
    Shapes.requireMatrix("z", z, zOffset, zStride, rows, columns);
    Shapes.requireVector("r", r, rOffset, rows);
    Shapes.requireEpsilon(epsilon);
    for (int i = 0; i < rows; i++) {
      r[rOffset + i] = Normalizations.row(columns, z, zOffset + i * zStride, epsilon);
    }
  }

  @Override
  public void normalizeRowsBackward(
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
      Workspace workspace) {
    Shapes.requireMatrix("zHat", zHat, zHatOffset, zHatStride, rows, columns);
    Shapes.requireVector("r", r, rOffset, rows);
    Shapes.requireVector("gamma", gamma, gammaOffset, columns);
    Shapes.requireMatrix("d", d, dOffset, dStride, rows, columns);
    for (int i = 0; i < rows; i++) {
      Normalizations.rowBackward(
          columns,
          zHat,
          zHatOffset + i * zHatStride,
          r[rOffset + i],
          gamma,
          gammaOffset,
          d,
          dOffset + i * dStride);
    }
  }

  @Override
  public void normalizeColumns(
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
      Workspace workspace) {
    Shapes.requireMatrix("z", z, zOffset, zStride, rows, columns);
    Shapes.requireVector("mean", mean, meanOffset, columns);
    Shapes.requireVector("variance", variance, varianceOffset, columns);
    Shapes.requireVector("r", r, rOffset, columns);
    Shapes.requireEpsilon(epsilon);
    for (int j = 0; j < columns; j++) {
      Normalizations.column(
          rows,
          z,
          zOffset + j,
          zStride,
          epsilon,
          mean,
          meanOffset + j,
          variance,
          varianceOffset + j,
          r,
          rOffset + j);
    }
  }

  @Override
  public void normalizeColumnsBackward(
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
      Workspace workspace) {
    Shapes.requireMatrix("zHat", zHat, zHatOffset, zHatStride, rows, columns);
    Shapes.requireVector("r", r, rOffset, columns);
    Shapes.requireVector("gamma", gamma, gammaOffset, columns);
    Shapes.requireVector("dGamma", dGamma, dGammaOffset, columns);
    Shapes.requireVector("dBeta", dBeta, dBetaOffset, columns);
    Shapes.requireMatrix("d", d, dOffset, dStride, rows, columns);
    for (int j = 0; j < columns; j++) {
      Normalizations.columnBackward(
          rows,
          zHat,
          zHatOffset + j,
          zHatStride,
          r[rOffset + j],
          gamma[gammaOffset + j],
          dGamma[dGammaOffset + j],
          dBeta[dBetaOffset + j],
          d,
          dOffset + j,
          dStride);
    }
  }

  @Override
  public void scaleAndShift(
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
      Workspace workspace) {
    Shapes.requireMatrix("x", x, xOffset, xStride, rows, columns);
    Shapes.requireVector("gamma", gamma, gammaOffset, columns);
    Shapes.requireVector("beta", beta, betaOffset, columns);
    Shapes.requireMatrix("y", y, yOffset, yStride, rows, columns);
    for (int i = 0; i < rows; i++) {
      Normalizations.scaleAndShift(
          columns,
          x,
          xOffset + i * xStride,
          gamma,
          gammaOffset,
          beta,
          betaOffset,
          y,
          yOffset + i * yStride);
    }
  }

  @Override
  public void columnDots(
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
      Workspace workspace) {
    Shapes.requireMatrix("x", x, xOffset, xStride, rows, columns);
    Shapes.requireMatrix("y", y, yOffset, yStride, rows, columns);
    Shapes.requireVector("s", s, sOffset, columns);
    for (int j = 0; j < columns; j++) {
      s[sOffset + j] = Matmul.sumOfProducts(rows, x, xOffset + j, xStride, y, yOffset + j, yStride);
    }
  }

  @Override
  public void outputLoss(
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
      Workspace workspace) {
    Shapes.requireMatrix("za", za, zaOffset, zaStride, rows, columns);
    Shapes.requireMatrix("y", y, yOffset, yStride, rows, columns);
    Shapes.requireMatrix("delta", delta, deltaOffset, deltaStride, rows, columns);
    Shapes.requireVector("scale", scale, 0, rows);
    Shapes.requireVector("rowLoss", rowLoss, 0, rows);
    loss.requireAccepts(output);
    for (int i = 0; i < rows; i++) {
      rowLoss[i] =
          Losses.row(
              loss,
              output,
              columns,
              za,
              zaOffset + i * zaStride,
              y,
              yOffset + i * yStride,
              scale[i],
              delta,
              deltaOffset + i * deltaStride);
    }
  }

  @Override
  public void dropout(
      double rate,
      long seed,
      long stream,
      int length,
      float[] a,
      int aOffset,
      Workspace workspace) {
    Shapes.requireDropout(rate, length, a, aOffset);
    Dropout.drop(rate, seed, stream, length, a, aOffset);
  }

  @Override
  public void update(
      UpdateRule rule,
      long step,
      int length,
      float[] w,
      int wOffset,
      float[] g,
      int gOffset,
      float[][] moments,
      int momentsOffset,
      Workspace workspace) {
    Shapes.requireUpdate(rule, step, length, w, wOffset, g, gOffset, moments, momentsOffset);
    Updates.update(rule, step, length, w, wOffset, g, gOffset, moments, momentsOffset);
  }
}
