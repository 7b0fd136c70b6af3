package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;

import dev.nn.Activation;
import dev.nn.Loss;
import dev.nn.spi.ElementaryFunction;
import dev.nn.spi.Kernels;
import dev.nn.spi.Shapes;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workspace;

/** Matrix products on {@link RowSums}; everything else is another backend's. */
final class PortableKernels implements Kernels {
  private final Kernels elementwise;

  PortableKernels(Kernels elementwise) {
    this.elementwise = elementwise;
  }

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
      Workspace caller) {
    Shapes.requireMatrix("a", a, aOffset, aStride, transposeA ? k : m, transposeA ? m : k);
    Shapes.requireMatrix("b", b, bOffset, bStride, transposeB ? n : k, transposeB ? k : n);
    Shapes.requireMatrix("c", c, cOffset, cStride, m, n);
    PortableWorkspace workspace = PortableWorkspace.of(caller);
    int ai = transposeA ? 1 : aStride;
    int ak = transposeA ? aStride : 1;
    int bk = transposeB ? 1 : bStride;
    int bj = transposeB ? bStride : 1;
    workspace.run(
        (long) m * n * k,
        (part, parts) -> {
          RowSums sums = workspace.sums(part);
          boolean rows = m >= n;
          int i = rows ? Parts.begin(m, part, parts) : 0;
          int iEnd = rows ? Parts.begin(m, part + 1, parts) : m;
          int j = rows ? 0 : Parts.begin(n, part, parts);
          int jEnd = rows ? n : Parts.begin(n, part + 1, parts);
          for (int first = j; first < jEnd; first += RowSums.COLUMNS) {
            int columns = Math.min(RowSums.COLUMNS, jEnd - first);
            int to = cOffset + i * cStride + first;
            int from = aOffset + i * ai;
            int at = bOffset + first * bj;
            columns(iEnd - i, columns, k, a, from, ai, ak, b, at, bk, bj, c, to, cStride, sums);
          }
        });
  }

  /** Some columns of C, chunk by chunk: the rows of B that a chunk needs are copied first. */
  private static void columns(
      int m,
      int n,
      int k,
      float[] a,
      int ap,
      int ai,
      int ak,
      float[] b,
      int bp,
      int bk,
      int bj,
      float[] c,
      int cp,
      int cs,
      RowSums sums) {
    float[][] rows = sums.copies(Math.min(k, KC), n);
    for (int p = 0; p < Math.max(1, k); p += KC) {
      int kc = Math.min(KC, k - p);
      for (int q = 0; q < kc; q++) {
        copy(n, b, bp + (p + q) * bk, bj, rows[q]);
      }
      for (int i = 0; i < m; i += RowSums.ROWS) {
        int count = Math.min(RowSums.ROWS, m - i);
        float[][] s = sums.product(count, n, kc, a, ap + i * ai + p * ak, ai, ak, rows);
        for (int r = 0; r < count; r++) {
          RowSums.store(n, s[r], c, cp + (i + r) * cs, p > 0);
        }
      }
    }
  }

  private static void copy(int n, float[] from, int at, int step, float[] to) {
    if (step == 1) {
      System.arraycopy(from, at, to, 0, n);
      return;
    }
    for (int j = 0; j < n; j++) {
      to[j] = from[at + j * step];
    }
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
    elementwise.activate(activation, rows, columns, a, aOffset, aStride, of(workspace));
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
    elementwise.multiplyByDerivative(
        activation, rows, columns, a, aOffset, aStride, d, dOffset, dStride, of(workspace));
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
    elementwise.apply(function, length, x, xOffset, y, yOffset, of(workspace));
  }

  @Override
  public float sum(int length, float[] x, int xOffset, Workspace workspace) {
    return elementwise.sum(length, x, xOffset, of(workspace));
  }

  @Override
  public float max(int length, float[] x, int xOffset, Workspace workspace) {
    return elementwise.max(length, x, xOffset, of(workspace));
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
    elementwise.columnSums(rows, columns, x, xOffset, xStride, s, sOffset, of(workspace));
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
    elementwise.normalizeRows(
        rows, columns, z, zOffset, zStride, epsilon, r, rOffset, of(workspace));
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
    elementwise.normalizeRowsBackward(
        rows,
        columns,
        zHat,
        zHatOffset,
        zHatStride,
        r,
        rOffset,
        gamma,
        gammaOffset,
        d,
        dOffset,
        dStride,
        of(workspace));
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
    elementwise.normalizeColumns(
        rows,
        columns,
        z,
        zOffset,
        zStride,
        epsilon,
        mean,
        meanOffset,
        variance,
        varianceOffset,
        r,
        rOffset,
        of(workspace));
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
    elementwise.normalizeColumnsBackward(
        rows,
        columns,
        zHat,
        zHatOffset,
        zHatStride,
        r,
        rOffset,
        gamma,
        gammaOffset,
        dGamma,
        dGammaOffset,
        dBeta,
        dBetaOffset,
        d,
        dOffset,
        dStride,
        of(workspace));
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
    elementwise.scaleAndShift(
        rows,
        columns,
        x,
        xOffset,
        xStride,
        gamma,
        gammaOffset,
        beta,
        betaOffset,
        y,
        yOffset,
        yStride,
        of(workspace));
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
    elementwise.columnDots(
        rows, columns, x, xOffset, xStride, y, yOffset, yStride, s, sOffset, of(workspace));
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
    elementwise.outputLoss(
        loss,
        output,
        rows,
        columns,
        za,
        zaOffset,
        zaStride,
        y,
        yOffset,
        yStride,
        scale,
        delta,
        deltaOffset,
        deltaStride,
        rowLoss,
        of(workspace));
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
    elementwise.dropout(rate, seed, stream, length, a, aOffset, of(workspace));
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
    elementwise.update(
        rule, step, length, w, wOffset, g, gOffset, moments, momentsOffset, of(workspace));
  }

  private static Workspace of(Workspace workspace) {
    return PortableWorkspace.of(workspace).elementwise(0);
  }
}
