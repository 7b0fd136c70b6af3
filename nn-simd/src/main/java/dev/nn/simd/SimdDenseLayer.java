package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;
import static dev.nn.simd.Blocks.MC;
import static dev.nn.simd.Blocks.MR;
import static dev.nn.simd.Blocks.NR;

import dev.nn.Activation;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Shapes;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workspace;

/**
 * A dense layer whose weights live in packed panels.
 *
 * <p>{@code panels[p][k][j] = W[p NR + j][k]}, filled up with zeros: what forward reads, and what
 * the update changes in place. Backward needs the transpose, {@code transposed[q][n][j] = W[n][q NR
 * + j]}, which is made anew when the weights have changed since.
 */
final class SimdDenseLayer implements DenseLayer {
  private final int inputs;
  private final int outputs;
  private final Activation activation;
  private final float[] panels;

  /** b, filled up with zeros to whole panels. */
  private final float[] bias;

  private float[] transposed = {};
  private boolean transposedIsCurrent;

  SimdDenseLayer(int inputs, int outputs, Activation activation) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.activation = activation;
    this.panels = new float[Math.multiplyExact(Blocks.roundUp(outputs, NR), inputs)];
    this.bias = new float[Blocks.roundUp(outputs, NR)];
  }

  @Override
  public int inputs() {
    return inputs;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public Activation activation() {
    return activation;
  }

  @Override
  public void setParameters(float[] weights, float[] newBias) {
    Shapes.requireLength("weights", weights, outputs * inputs);
    Shapes.requireLength("bias", newBias, outputs);
    for (int n = 0; n < outputs; n += NR) {
      Packing.transpose(
          inputs, Math.min(NR, outputs - n), NR, weights, n * inputs, inputs, panels, n * inputs);
    }
    System.arraycopy(newBias, 0, bias, 0, outputs);
    transposedIsCurrent = false;
  }

  @Override
  public void getParameters(float[] weights, float[] newBias) {
    Shapes.requireLength("weights", weights, outputs * inputs);
    Shapes.requireLength("bias", newBias, outputs);
    for (int n = 0; n < outputs; n++) {
      int column = n / NR * NR * inputs + n % NR;
      for (int k = 0; k < inputs; k++) {
        weights[n * inputs + k] = panels[column + k * NR];
      }
    }
    System.arraycopy(bias, 0, newBias, 0, outputs);
  }

  @Override
  public void forward(
      int rows,
      float[] x,
      int xOffset,
      int xStride,
      float[] a,
      int aOffset,
      int aStride,
      Workspace workspace) {
    forward(activation, rows, x, xOffset, xStride, a, aOffset, aStride, workspace);
  }

  @Override
  public void preactivation(
      int rows,
      float[] x,
      int xOffset,
      int xStride,
      float[] z,
      int zOffset,
      int zStride,
      Workspace workspace) {
    forward(Activation.IDENTITY, rows, x, xOffset, xStride, z, zOffset, zStride, workspace);
  }

  private void forward(
      Activation g,
      int rows,
      float[] x,
      int xOffset,
      int xStride,
      float[] a,
      int aOffset,
      int aStride,
      Workspace caller) {
    Shapes.requireMatrix("x", x, xOffset, xStride, rows, inputs);
    Shapes.requireMatrix("a", a, aOffset, aStride, rows, outputs);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    int panelCount = Blocks.count(outputs, NR);
    int parts = workspace.partsFor((long) rows * inputs * outputs);
    boolean byRows = g == Activation.SOFTMAX || rows >= MR * parts;
    if (parts == 1) {
      forward(
          g,
          0,
          rows,
          0,
          panelCount,
          x,
          xOffset,
          xStride,
          a,
          aOffset,
          aStride,
          workspace.scratch(0));
    } else if (byRows) {
      workspace
          .workers()
          .run(
              (part, all) ->
                  forward(
                      g,
                      Blocks.begin(rows, part, all),
                      Blocks.begin(rows, part + 1, all),
                      0,
                      panelCount,
                      x,
                      xOffset,
                      xStride,
                      a,
                      aOffset,
                      aStride,
                      workspace.scratch(part)));
    } else {
      workspace
          .workers()
          .run(
              (part, all) ->
                  forward(
                      g,
                      0,
                      rows,
                      Blocks.begin(panelCount, part, all),
                      Blocks.begin(panelCount, part + 1, all),
                      x,
                      xOffset,
                      xStride,
                      a,
                      aOffset,
                      aStride,
                      workspace.scratch(part)));
    }
  }

  /** Rows from..to of the panels first..last: product, bias and activation block by block. */
  private void forward(
      Activation g,
      int from,
      int to,
      int first,
      int last,
      float[] x,
      int xOffset,
      int xStride,
      float[] a,
      int aOffset,
      int aStride,
      Scratch scratch) {
    int column = first * NR;
    int columns = Math.min(last * NR, outputs) - column;
    for (int row = from; row < to && columns > 0; row += MC) {
      int rows = Math.min(MC, to - row);
      int xRow = xOffset + row * xStride;
      int aRow = aOffset + row * aStride;
      for (int p = first; p < last; p++) {
        product(
            rows,
            inputs,
            x,
            xRow,
            xStride,
            panels,
            p * NR * inputs,
            Math.min(NR, outputs - p * NR),
            a,
            aRow + p * NR,
            aStride,
            scratch);
      }
      for (int i = 0; i < rows; i++) {
        int segment = aRow + i * aStride + column;
        Elementwise.add(columns, bias, column, a, segment, scratch);
        Elementwise.activate(g, columns, a, segment, scratch);
      }
    }
  }

  /** {@code C = A panel} for some rows of A and the valid columns of one panel of k rows. */
  private static void product(
      int rows,
      int k,
      float[] a,
      int ap,
      int as,
      float[] panels,
      int panel,
      int columns,
      float[] c,
      int cp,
      int cs,
      Scratch scratch) {
    int tiles = Blocks.count(rows, MR);
    boolean whole = columns == NR;
    for (int p = 0; p < k && whole; p += KC) {
      int kc = Math.min(KC, k - p);
      for (int t = 0; t < tiles; t++) {
        int i = Blocks.begin(rows, t, tiles);
        int tileRows = Blocks.begin(rows, t + 1, tiles) - i;
        RowTiles.tile(
            tileRows,
            kc,
            a,
            ap + i * as + p,
            as,
            panels,
            panel + p * NR,
            NR,
            c,
            cp + i * cs,
            cs,
            p > 0);
      }
    }
    for (int t = 0; t < tiles && !whole; t++) {
      int i = Blocks.begin(rows, t, tiles);
      int tileRows = Blocks.begin(rows, t + 1, tiles) - i;
      float[] edge = scratch.tile;
      for (int p = 0; p < k; p += KC) {
        RowTiles.tile(
            tileRows,
            Math.min(KC, k - p),
            a,
            ap + i * as + p,
            as,
            panels,
            panel + p * NR,
            NR,
            edge,
            0,
            NR,
            p > 0);
      }
      for (int r = 0; r < tileRows; r++) {
        System.arraycopy(edge, r * NR, c, cp + (i + r) * cs, columns);
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
    Elementwise.requireElementwise(below);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    transposePanels();
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
                      Blocks.begin(rows, part, parts),
                      Blocks.begin(rows, part + 1, parts),
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
    for (int row = from; row < to; row += MC) {
      int rows = Math.min(MC, to - row);
      int dRow = dOffset + row * dStride;
      for (int k = 0; k < inputs; k += NR) {
        product(
            rows,
            outputs,
            delta,
            deltaOffset + row * deltaStride,
            deltaStride,
            transposed,
            k * outputs,
            Math.min(NR, inputs - k),
            d,
            dRow + k,
            dStride,
            scratch);
      }
      for (int i = 0; i < rows; i++) {
        Elementwise.multiplyByDerivative(
            below, inputs, x, xOffset + (row + i) * xStride, d, dRow + i * dStride, scratch);
      }
    }
  }

  /** Brings the transpose up to date, NR x NR elements at a time. */
  private void transposePanels() {
    if (transposedIsCurrent) {
      return;
    }
    int length = Math.multiplyExact(Blocks.roundUp(inputs, NR), outputs);
    if (transposed.length != length) {
      transposed = new float[length];
    }
    for (int n = 0; n < outputs; n += NR) {
      for (int k = 0; k < inputs; k += NR) {
        Packing.transpose(
            Math.min(NR, outputs - n),
            Math.min(NR, inputs - k),
            NR,
            panels,
            n * inputs + k * NR,
            NR,
            transposed,
            k * outputs + n * NR);
      }
    }
    transposedIsCurrent = true;
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
    Shapes.requireLength("weightGradient", weightGradient, outputs * inputs);
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
    Reductions.columnSums(
        rows, outputs, delta, deltaOffset, deltaStride, biasGradient, 0, workspace.scratch(0));
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
      Workspace caller) {
    Shapes.requireMatrix("delta", delta, deltaOffset, deltaStride, rows, outputs);
    Shapes.requireMatrix("x", x, xOffset, xStride, rows, inputs);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    transposedIsCurrent = false;
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
          rule,
          workspace.scratch(0));
    } else {
      workspace
          .workers()
          .run(
              (part, parts) ->
                  updateWeights(
                      Blocks.begin(inputs, part, parts),
                      Blocks.begin(inputs, part + 1, parts),
                      rows,
                      delta,
                      deltaOffset,
                      deltaStride,
                      x,
                      xOffset,
                      xStride,
                      rule,
                      workspace.scratch(part)));
    }
    Scratch scratch = workspace.scratch(0);
    float[] gradient = scratch.packedB(bias.length);
    Reductions.columnSums(rows, outputs, delta, deltaOffset, deltaStride, gradient, 0, scratch);
    java.util.Arrays.fill(gradient, outputs, bias.length, 0f);
    Elementwise.update(rule.forBias(), bias.length, bias, 0, gradient, 0, scratch);
  }

  /**
   * The weights from some inputs: tiles of {@code dW^T = x^T delta}, each applied by the rule while
   * it is in L1.
   */
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
      UpdateRule rule,
      Scratch scratch) {
    float[] packedDelta = scratch.packedB(rows * NR);
    for (int k = from; k < to; k += MC) {
      int kc = Math.min(MC, to - k);
      float[] packedX = Gemm.packA(true, rows, kc, x, xOffset + k, xStride, scratch);
      int tiles = Blocks.count(kc, MR);
      for (int n = 0; n < outputs; n += NR) {
        int columns = Math.min(NR, outputs - n);
        Packing.copy(rows, columns, NR, delta, deltaOffset + n, deltaStride, packedDelta, 0);
        for (int t = 0; t < tiles; t++) {
          int i = Blocks.begin(kc, t, tiles);
          int tileRows = Blocks.begin(kc, t + 1, tiles) - i;
          for (int b = 0; b < rows; b += KC) {
            ColumnTiles.tile(
                tileRows,
                Math.min(KC, rows - b),
                packedX,
                i * rows + b * tileRows,
                tileRows,
                packedDelta,
                b * NR,
                NR,
                scratch.tile,
                0,
                NR,
                b > 0);
          }
          Elementwise.update(
              rule, tileRows * NR, panels, n * inputs + (k + i) * NR, scratch.tile, 0, scratch);
        }
      }
    }
  }
}
