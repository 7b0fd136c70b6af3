package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;
import static dev.nn.simd.Lanes.LANES;

import dev.nn.Activation;
import dev.nn.spi.Moments;
import dev.nn.spi.Shapes;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workspace;

/**
 * A dense layer with fewer outputs than a vector has lanes, as output layers are.
 *
 * <p>Its weights stand as W, outputs x inputs, row-major: backward and update run along the inputs,
 * whole vectors of which no lane is wasted. Forward turns some rows of x so that lanes are rows; a
 * few rows, or a few inputs, are left to scalar code.
 */
final class NarrowDenseLayer extends OwnedDenseLayer {
  /** Rows of x that are turned at a time. */
  private static final int FORWARD_ROWS = 64;

  /** Inputs whose gradient is held at a time: 30 KB for 15 outputs. */
  private static final int GRADIENT_COLUMNS = 512;

  private final float[] weights;

  NarrowDenseLayer(int inputs, int outputs, Activation activation) {
    super(inputs, outputs, activation);
    this.weights = new float[outputs * inputs];
  }

  @Override
  void setWeights(float[] newWeights) {
    fromCanonical(newWeights, weights);
  }

  @Override
  void getWeights(float[] toWeights) {
    toCanonical(weights, toWeights);
  }

  @Override
  void toCanonical(float[] own, float[] canonical) {
    System.arraycopy(own, 0, canonical, 0, weights.length);
  }

  @Override
  void fromCanonical(float[] canonical, float[] own) {
    System.arraycopy(canonical, 0, own, 0, weights.length);
  }

  @Override
  public void reserve(int rows, boolean backward, Workspace caller) {
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    for (int part = 0; part < workspace.workers().threads(); part++) {
      Scratch scratch = workspace.scratch(part);
      scratch.reserveKernels();
      scratch.between(SmoothActivations.SCRATCH);
      Gemm.reserveTransposed(Math.min(rows, FORWARD_ROWS), outputs, inputs, scratch);
      scratch.gradient(outputs * gradientColumns() + outputs);
      scratch.rows(KC * LANES);
      scratch.outputRows(OutputLosses.scratchLength(outputs));
      scratch.outputRows(NarrowOutputs.scratchLength(outputs));
    }
  }

  private int gradientColumns() {
    return Math.min(inputs, GRADIENT_COLUMNS);
  }

  @Override
  void forward(
      Activation g,
      int rows,
      float[] x,
      int xOffset,
      int xStride,
      float[] a,
      int aOffset,
      int aStride,
      Workspace caller) {
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    if (workspace.partsFor((long) rows * inputs * outputs) == 1) {
      forward(g, 0, rows, x, xOffset, xStride, a, aOffset, aStride, workspace.scratch(0));
    } else {
      workspace
          .workers()
          .run(
              (part, parts) ->
                  forward(
                      g,
                      Parts.begin(rows, part, parts),
                      Parts.begin(rows, part + 1, parts),
                      x,
                      xOffset,
                      xStride,
                      a,
                      aOffset,
                      aStride,
                      workspace.scratch(part)));
    }
  }

  private void forward(
      Activation g,
      int from,
      int to,
      float[] x,
      int xOffset,
      int xStride,
      float[] a,
      int aOffset,
      int aStride,
      Scratch scratch) {
    int rows;
    for (int row = from; row < to; row += rows) {
      rows = Math.min(FORWARD_ROWS, to - row);
      int xp = xOffset + row * xStride;
      int ap = aOffset + row * aStride;
      if (rows < LANES || inputs < LANES) {
        dots(rows, x, xp, xStride, a, ap, aStride);
      } else {
        Gemm.transposedProduct(
            false, true, rows, outputs, inputs, x, xp, xStride, weights, 0, inputs, a, ap, aStride,
            scratch);
      }
      Choice.addAndActivate(g, rows, outputs, bias, 0, a, ap, aStride, scratch);
    }
  }

  private void dots(int rows, float[] x, int xp, int xStride, float[] a, int ap, int aStride) {
    for (int i = 0; i < rows; i++) {
      for (int n = 0; n < outputs; n++) {
        a[ap + i * aStride + n] = Dot.product(inputs, x, xp + i * xStride, weights, n * inputs);
      }
    }
  }

  @Override
  public void backward(
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
      Workspace caller) {
    Shapes.requireMatrix("delta", delta, deltaOffset, deltaStride, rows, outputs);
    Shapes.requireMatrix("x", x, xOffset, xStride, rows, inputs);
    Shapes.requireMatrix("d", d, dOffset, dStride, rows, inputs);
    Shapes.requireElementwise(below);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    if (workspace.partsFor((long) rows * inputs * outputs) == 1) {
      backward(
          0,
          rows,
          delta,
          deltaOffset,
          deltaStride,
          below,
          x,
          xOffset,
          xStride,
          d,
          dOffset,
          dStride,
          workspace.scratch(0));
    } else {
      workspace
          .workers()
          .run(
              (part, parts) ->
                  backward(
                      Parts.begin(rows, part, parts),
                      Parts.begin(rows, part + 1, parts),
                      delta,
                      deltaOffset,
                      deltaStride,
                      below,
                      x,
                      xOffset,
                      xStride,
                      d,
                      dOffset,
                      dStride,
                      workspace.scratch(part)));
    }
  }

  private void backward(
      int from,
      int to,
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
      Scratch scratch) {
    int dp = dOffset + from * dStride;
    int deltaRow = deltaOffset + from * deltaStride;
    int rows = to - from;
    if (inputs < LANES) {
      Dot.products(
          rows,
          inputs,
          outputs,
          delta,
          deltaRow,
          deltaStride,
          1,
          weights,
          0,
          inputs,
          d,
          dp,
          dStride);
    } else {
      Gemm.product(
          Rows.APART,
          false,
          rows,
          inputs,
          outputs,
          delta,
          deltaRow,
          deltaStride,
          weights,
          0,
          inputs,
          d,
          dp,
          dStride,
          scratch);
    }
    int xp = xOffset + from * xStride;
    Choice.multiplyByDerivative(below, rows, inputs, x, xp, xStride, d, dp, dStride, scratch);
  }

  @Override
  public void gradient(
      int rows,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      float[] x,
      int xOffset,
      int xStride,
      float[] weightGradient,
      float[] biasGradient,
      Workspace caller) {
    Shapes.requireMatrix("delta", delta, deltaOffset, deltaStride, rows, outputs);
    Shapes.requireMatrix("x", x, xOffset, xStride, rows, inputs);
    Shapes.requireLength("weightGradient", weightGradient, weights.length);
    Shapes.requireLength("biasGradient", biasGradient, outputs);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    Gemm.multiply(
        true,
        false,
        outputs,
        inputs,
        rows,
        delta,
        deltaOffset,
        deltaStride,
        x,
        xOffset,
        xStride,
        weightGradient,
        0,
        inputs,
        workspace);
    Choice.columnSums(
        rows, outputs, delta, deltaOffset, deltaStride, biasGradient, 0, workspace.scratch(0));
  }

  @Override
  public Moments moments(UpdateRule rule) {
    return new Moments(rule.moments(), weights.length, outputs);
  }

  @Override
  public void update(
      int rows,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      float[] x,
      int xOffset,
      int xStride,
      UpdateRule rule,
      Moments moments,
      Workspace caller) {
    Shapes.requireMatrix("delta", delta, deltaOffset, deltaStride, rows, outputs);
    Shapes.requireMatrix("x", x, xOffset, xStride, rows, inputs);
    Shapes.requireRows(rows);
    moments.requireFits(rule, weights.length, outputs);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    reserve(rows, false, workspace); // what can fail, before anything changes
    Updates updates = workspace.updates();
    updates.begin(rule, moments.nextStep());
    if (workspace.partsFor((long) rows * inputs * outputs) == 1) {
      updateWeights(
          0,
          inputs,
          rows,
          delta,
          deltaOffset,
          deltaStride,
          x,
          xOffset,
          xStride,
          updates,
          moments.weights(),
          workspace.scratch(0));
    } else {
      workspace
          .workers()
          .run(
              (part, parts) ->
                  updateWeights(
                      inputBegin(part, parts),
                      inputBegin(part + 1, parts),
                      rows,
                      delta,
                      deltaOffset,
                      deltaStride,
                      x,
                      xOffset,
                      xStride,
                      updates,
                      moments.weights(),
                      workspace.scratch(part)));
    }
    Scratch scratch = workspace.scratch(0);
    float[] gradient = scratch.gradient(outputs);
    Choice.columnSums(rows, outputs, delta, deltaOffset, deltaStride, gradient, 0, scratch);
    updates.apply(false, outputs, bias, 0, gradient, 0, moments.bias(), 0, scratch);
  }

  @Override
  public void update(
      float[] weightGradient,
      float[] biasGradient,
      UpdateRule rule,
      Moments moments,
      Workspace caller) {
    Shapes.requireLength("weightGradient", weightGradient, weights.length);
    Shapes.requireLength("biasGradient", biasGradient, outputs);
    moments.requireFits(rule, weights.length, outputs);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    reserve(0, false, workspace); // what can fail, before anything changes
    Updates updates = workspace.updates();
    updates.begin(rule, moments.nextStep());
    Scratch scratch = workspace.scratch(0);
    updates.apply(
        true, weights.length, weights, 0, weightGradient, 0, moments.weights(), 0, scratch);
    updates.apply(false, outputs, bias, 0, biasGradient, 0, moments.bias(), 0, scratch);
  }

  @Override
  public void limitNorms(float maxNorm, Workspace caller) {
    Shapes.requireMaxNorm(maxNorm);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    reserve(0, false, workspace); // what can fail, before anything changes
    for (int n = 0; n < outputs; n++) {
      Norms.limitRow(maxNorm, inputs, weights, n * inputs, workspace.scratch(0));
    }
  }

  /** The weights from some inputs: blocks of {@code dW = delta^T x}, each applied at once. */
  private void updateWeights(
      int from,
      int to,
      int rows,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      float[] x,
      int xOffset,
      int xStride,
      Updates updates,
      float[][] moments,
      Scratch scratch) {
    float[] gradient = scratch.gradient(outputs * gradientColumns());
    int columns;
    for (int k = from; k < to; k += columns) {
      columns = Math.min(GRADIENT_COLUMNS, to - k);
      int xp = xOffset + k;
      if (columns < LANES) {
        Dot.products(
            outputs,
            columns,
            rows,
            delta,
            deltaOffset,
            1,
            deltaStride,
            x,
            xp,
            xStride,
            gradient,
            0,
            columns);
      } else {
        Gemm.product(
            Rows.ADJACENT,
            false,
            outputs,
            columns,
            rows,
            delta,
            deltaOffset,
            deltaStride,
            x,
            xp,
            xStride,
            gradient,
            0,
            columns,
            scratch);
      }
      if (columns == inputs) {
        updates.apply(true, weights.length, weights, 0, gradient, 0, moments, 0, scratch);
      } else {
        for (int n = 0; n < outputs; n++) {
          int at = n * inputs + k;
          updates.apply(true, columns, weights, at, gradient, n * columns, moments, at, scratch);
        }
      }
    }
  }
}
