package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;

import dev.nn.Activation;
import dev.nn.Loss;
import dev.nn.spi.ElementaryFunction;
import dev.nn.spi.Kernels;
import dev.nn.spi.Shapes;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workspace;

/**
 * The stateless operations: shapes checked here, arithmetic in the classes that they are named for.
 */
final class SimdKernels implements Kernels {
  /** Multiply-adds in the time of one element of an activation, some 0.2 ns. */
  private static final int WORK_OF_ACTIVATION = 16;

  /** The same for a sum or a multiplication that every element takes part in once. */
  private static final int WORK_OF_PASS = 4;

  /** The same for dropout. */
  private static final int WORK_OF_DROPOUT = 32;

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
    Gemm.multiply(
        transposeA,
        transposeB,
        m,
        n,
        k,
        a,
        aOffset,
        aStride,
        b,
        bOffset,
        bStride,
        c,
        cOffset,
        cStride,
        SimdWorkspace.of(workspace));
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
    SimdWorkspace simd = SimdWorkspace.of(workspace);
    if (simd.partsFor((long) rows * columns * WORK_OF_ACTIVATION) == 1) {
      Choice.activate(activation, rows, columns, a, aOffset, aStride, simd.scratch(0));
      return;
    }
    simd.workers()
        .run(
            (part, parts) -> {
              int first = Parts.begin(rows, part, parts);
              int count = Parts.begin(rows, part + 1, parts) - first;
              int at = aOffset + first * aStride;
              Choice.activate(activation, count, columns, a, at, aStride, simd.scratch(part));
            });
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
    Scratch scratch = SimdWorkspace.of(workspace).scratch(0);
    Choice.multiplyByDerivative(
        activation, rows, columns, a, aOffset, aStride, d, dOffset, dStride, scratch);
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
    Elementwise.apply(
        function, length, x, xOffset, y, yOffset, SimdWorkspace.of(workspace).scratch(0));
  }

  @Override
  public float sum(int length, float[] x, int xOffset, Workspace workspace) {
    Shapes.requireVector("x", x, xOffset, length);
    return Reductions.sum(length, x, xOffset, SimdWorkspace.of(workspace).scratch(0));
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
    Choice.columnSums(
        rows, columns, x, xOffset, xStride, s, sOffset, SimdWorkspace.of(workspace).scratch(0));
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
    SimdWorkspace simd = SimdWorkspace.of(workspace);
    if (simd.partsFor((long) rows * columns * WORK_OF_ACTIVATION) == 1) {
      Choice.normalizeRows(
          rows, columns, z, zOffset, zStride, epsilon, r, rOffset, simd.scratch(0));
      return;
    }
    simd.workers()
        .run(
            (part, parts) -> {
              int first = Parts.begin(rows, part, parts);
              int count = Parts.begin(rows, part + 1, parts) - first;
              Choice.normalizeRows(
                  count,
                  columns,
                  z,
                  zOffset + first * zStride,
                  zStride,
                  epsilon,
                  r,
                  rOffset + first,
                  simd.scratch(part));
            });
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
    SimdWorkspace simd = SimdWorkspace.of(workspace);
    if (simd.partsFor((long) rows * columns * WORK_OF_ACTIVATION) == 1) {
      Choice.normalizeRowsBackward(
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
          simd.scratch(0));
      return;
    }
    simd.workers()
        .run(
            (part, parts) -> {
              int first = Parts.begin(rows, part, parts);
              int count = Parts.begin(rows, part + 1, parts) - first;
              Choice.normalizeRowsBackward(
                  count,
                  columns,
                  zHat,
                  zHatOffset + first * zHatStride,
                  zHatStride,
                  r,
                  rOffset + first,
                  gamma,
                  gammaOffset,
                  d,
                  dOffset + first * dStride,
                  dStride,
                  simd.scratch(part));
            });
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
    SimdWorkspace simd = SimdWorkspace.of(workspace);
    if (simd.partsFor((long) rows * columns * WORK_OF_ACTIVATION) == 1) {
      Choice.normalizeColumns(
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
          simd.scratch(0));
      return;
    }
    simd.workers()
        .run(
            (part, parts) -> {
              int first = columnBegin(columns, part, parts);
              Choice.normalizeColumns(
                  rows,
                  columnBegin(columns, part + 1, parts) - first,
                  z,
                  zOffset + first,
                  zStride,
                  epsilon,
                  mean,
                  meanOffset + first,
                  variance,
                  varianceOffset + first,
                  r,
                  rOffset + first,
                  simd.scratch(part));
            });
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
    SimdWorkspace simd = SimdWorkspace.of(workspace);
    if (simd.partsFor((long) rows * columns * WORK_OF_PASS) == 1) {
      Choice.normalizeColumnsBackward(
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
          simd.scratch(0));
      return;
    }
    simd.workers()
        .run(
            (part, parts) -> {
              int first = columnBegin(columns, part, parts);
              Choice.normalizeColumnsBackward(
                  rows,
                  columnBegin(columns, part + 1, parts) - first,
                  zHat,
                  zHatOffset + first,
                  zHatStride,
                  r,
                  rOffset + first,
                  gamma,
                  gammaOffset + first,
                  dGamma,
                  dGammaOffset + first,
                  dBeta,
                  dBetaOffset + first,
                  d,
                  dOffset + first,
                  dStride,
                  simd.scratch(part));
            });
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
    SimdWorkspace simd = SimdWorkspace.of(workspace);
    if (simd.partsFor((long) rows * columns * WORK_OF_PASS) == 1) {
      Choice.scaleAndShift(
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
          simd.scratch(0));
      return;
    }
    simd.workers()
        .run(
            (part, parts) -> {
              int first = Parts.begin(rows, part, parts);
              int count = Parts.begin(rows, part + 1, parts) - first;
              Choice.scaleAndShift(
                  count,
                  columns,
                  x,
                  xOffset + first * xStride,
                  xStride,
                  gamma,
                  gammaOffset,
                  beta,
                  betaOffset,
                  y,
                  yOffset + first * yStride,
                  yStride,
                  simd.scratch(part));
            });
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
    SimdWorkspace simd = SimdWorkspace.of(workspace);
    if (simd.partsFor((long) rows * columns * WORK_OF_PASS) == 1) {
      Choice.columnDots(
          rows, columns, x, xOffset, xStride, y, yOffset, yStride, s, sOffset, simd.scratch(0));
      return;
    }
    simd.workers()
        .run(
            (part, parts) -> {
              int first = columnBegin(columns, part, parts);
              Choice.columnDots(
                  rows,
                  columnBegin(columns, part + 1, parts) - first,
                  x,
                  xOffset + first,
                  xStride,
                  y,
                  yOffset + first,
                  yStride,
                  s,
                  sOffset + first,
                  simd.scratch(part));
            });
  }

  /** First column of a part, whole vectors but for the end of all. */
  private static int columnBegin(int columns, int part, int parts) {
    return Math.min(columns, LANES * Parts.begin(Blocks.count(columns, LANES), part, parts));
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
    Choice.outputLoss(
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
        SimdWorkspace.of(workspace).scratch(0));
  }

  @Override
  public void dropout(
      double rate, long seed, long stream, int length, float[] a, int aOffset, Workspace caller) {
    Shapes.requireDropout(rate, length, a, aOffset);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    Scratch own = workspace.scratch(0);
    if (!Choice.isCompiled(Operation.DROPOUT, length, own)) {
      own.scalar.dropout(rate, seed, stream, length, a, aOffset, own.scalarWorkspace);
      return;
    }
    if (workspace.partsFor((long) length * WORK_OF_DROPOUT) == 1) {
      Dropout.drop(rate, seed, stream, 0, length, a, aOffset, own);
      return;
    }
    int groups = length / Dropout.GROUP;
    workspace
        .workers()
        .run(
            (part, parts) -> {
              int from = Parts.begin(groups, part, parts) * Dropout.GROUP;
              int end = Parts.begin(groups, part + 1, parts) * Dropout.GROUP;
              Dropout.drop(
                  rate,
                  seed,
                  stream,
                  from,
                  part + 1 == parts ? length : end,
                  a,
                  aOffset,
                  workspace.scratch(part));
            });
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
      Workspace caller) {
    Shapes.requireUpdate(rule, step, length, w, wOffset, g, gOffset, moments, momentsOffset);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    Updates updates = workspace.updates();
    updates.begin(rule, step);
    updates.apply(
        true, length, w, wOffset, g, gOffset, moments, momentsOffset, workspace.scratch(0));
  }
}
