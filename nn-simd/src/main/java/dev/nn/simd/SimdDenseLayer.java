package dev.nn.simd;

import static dev.nn.simd.Blocks.KC;
import static dev.nn.simd.Blocks.MR;
import static dev.nn.simd.Blocks.PACKED_MR;
import static dev.nn.simd.Blocks.PACKED_NR;
import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Reductions.ROW_LANES;

import dev.nn.Activation;
import dev.nn.spi.Moments;
import dev.nn.spi.Shapes;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workspace;
import java.util.Arrays;

/**
 * A dense layer whose weights live in panels.
 *
 * <p>{@code weights} is W^T, inputs x outputs: what forward reads, and what the update changes in
 * place. Backward needs W, outputs x inputs: made anew when weights were set since, and renewed by
 * the update, block by block.
 */
final class SimdDenseLayer extends OwnedDenseLayer {
  /**
   * Rows that pass all weights together. With 48 rows, weights that are not in L2 are read too
   * often: 512 rows and 2048x2048 weights reach 0.88 of the FMA peak in forward and backward, with
   * 96 rows 0.89, with 192 and 384 rows 0.93. Smaller layers do not mind. (AMD EPYC Zen 4, Temurin
   * 25, 2026-11-24.)
   */
  private static final int BLOCK_ROWS = 192;

  /** Inputs whose gradient is held at a time, whole tiles of 6 and of 12. */
  private static final int GRADIENT_ROWS = 48;

  /**
   * Elements of delta that an update reads as they stand: with 128 rows the update of 784x256
   * weights takes 482 microseconds where copies in panels take 525, that of 256x128 weights 78 for
   * 88; with 256 rows and 784x1024 weights copies win, 4.28 for 4.52 ms (AMD EPYC Zen 4, Temurin
   * 25, 2026-11-24). With 256 bits copies win from 64 rows of 64 outputs on: 128 rows and 784x256
   * weights 802 for 1,120 microseconds (AMD EPYC Zen 3, Temurin 25, 2026-11-26).
   */
  private static final int MAX_DELTA_AS_IT_STANDS = LANES >= 16 ? 1 << 16 : 1 << 11;

  /** Elements of delta that stay in L2 while inputs pass: 256 KB. */
  private static final int DELTA_IN_L2 = 1 << 16;

  /** Multiply-adds in the time of one weight of an update whose gradient is at hand. */
  private static final int WORK_OF_UPDATE = 16;

  /** The same of a limit of norms. */
  private static final int WORK_OF_NORMS = 8;

  /** Elements of x that are copied at a time, unless a block of inputs has more: 1 MB. */
  private static final int PACKED_X = 1 << 18;

  private final PanelMatrix weights;

  /**
   * W for backward; null until backward calls are expected. Allocated, and made current by backward
   * calls, under the lock of this; an update has the layer for itself.
   */
  private PanelMatrix transposed;

  private volatile boolean transposedIsCurrent;

  SimdDenseLayer(int inputs, int outputs, Activation activation) {
    super(inputs, outputs, activation);
    this.weights = new PanelMatrix(inputs, outputs);
  }

  @Override
  void setWeights(float[] newWeights) {
    fromCanonical(newWeights, weights.values);
    transposedIsCurrent = false;
  }

  @Override
  void getWeights(float[] toWeights) {
    toCanonical(weights.values, toWeights);
  }

  @Override
  void toCanonical(float[] own, float[] canonical) {
    weights.toTranspose(own, canonical);
  }

  @Override
  void fromCanonical(float[] canonical, float[] own) {
    weights.fromTranspose(canonical, own);
  }

  @Override
  public void reserve(int rows, boolean backward, Workspace caller) {
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    for (int part = 0; part < workspace.workers().threads(); part++) {
      reserve(rows, workspace.scratch(part));
      if (backward) {
        allocateTransposed();
        transposed.reserve(Math.min(rows, BLOCK_ROWS), workspace.scratch(part));
      }
    }
  }

  /** The scratch of one thread, as the methods below ask for it. */
  private void reserve(int rows, Scratch scratch) {
    scratch.reserveKernels();
    scratch.between(SmoothActivations.SCRATCH);
    packedDelta(rows, scratch);
    packedX(rows, scratch);
    weights.reserve(Math.min(rows, BLOCK_ROWS), scratch);
    scratch.narrow(BLOCK_ROWS * LANES);
    scratch.gradient(GRADIENT_ROWS * Blocks.roundUp(outputs, LANES));
    scratch.rows(Math.max(KC * LANES, Blocks.roundUp(outputs, ROW_LANES) + ROW_LANES));
    scratch.outputRows(OutputLosses.scratchLength(outputs));
    scratch.outputRows(NarrowOutputs.scratchLength(outputs));
  }

  private float[] packedDelta(int rows, Scratch scratch) {
    return scratch.packedB(requireFits(rows, Blocks.roundUp(outputs, LANES), "outputs", outputs));
  }

  private float[] packedX(int rows, Scratch scratch) {
    return scratch.packedA(
        requireFits(rows, Math.min(inputs, inputsToPack(rows)), "inputs", inputs));
  }

  /** Inputs that are copied at a time, whole blocks. */
  private int inputsToPack(int rows) {
    int most = Math.min(PACKED_X / Math.max(1, rows), inputs + GRADIENT_ROWS - 1);
    return GRADIENT_ROWS * Math.max(1, most / GRADIENT_ROWS);
  }

  private static int requireFits(int rows, int columns, String what, int number) {
    if ((long) rows * columns > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalArgumentException(
          "a batch of "
              + rows
              + " rows is too large for a layer of "
              + number
              + " "
              + what
              + ": at most "
              + (Integer.MAX_VALUE - Long.BYTES) / columns);
    }
    return rows * columns;
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
    int panelCount = weights.panels();
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
                      Parts.begin(rows, part, all),
                      Parts.begin(rows, part + 1, all),
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
                      Parts.begin(panelCount, part, all),
                      Parts.begin(panelCount, part + 1, all),
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
    int column = weights.begin(first);
    int columns = Math.min(weights.begin(last), outputs) - column;
    for (int row = from; row < to && columns > 0; row += BLOCK_ROWS) {
      int rows = Math.min(BLOCK_ROWS, to - row);
      int xRow = xOffset + row * xStride;
      int aRow = aOffset + row * aStride;
      weights.multiply(first, last, rows, x, xRow, xStride, a, aRow, aStride, scratch);
      Choice.addAndActivate(g, rows, columns, bias, column, a, aRow + column, aStride, scratch);
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
    bringTransposedUpToDate(workspace.scratch(0));
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
    for (int row = from; row < to; row += BLOCK_ROWS) {
      int rows = Math.min(BLOCK_ROWS, to - row);
      int dRow = dOffset + row * dStride;
      int deltaRow = deltaOffset + row * deltaStride;
      transposed.multiply(
          0, transposed.panels(), rows, delta, deltaRow, deltaStride, d, dRow, dStride, scratch);
      int xRow = xOffset + row * xStride;
      Choice.multiplyByDerivative(below, rows, inputs, x, xRow, xStride, d, dRow, dStride, scratch);
    }
  }

  private synchronized void allocateTransposed() {
    if (transposed == null) {
      transposed = new PanelMatrix(outputs, inputs);
    }
  }

  /** Several callers may find it out of date at once; one of them makes it anew. */
  private void bringTransposedUpToDate(Scratch scratch) {
    if (transposedIsCurrent) {
      return;
    }
    synchronized (this) {
      allocateTransposed();
      if (!transposedIsCurrent) {
        transposed.setTransposeOf(weights, scratch);
        transposedIsCurrent = true;
      }
    }
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
    Shapes.requireLength("weightGradient", weightGradient, (long) outputs * inputs);
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
    return new Moments(rule.moments(), weights.values.length, outputs);
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
    moments.requireFits(rule, weights.values.length, bias.length);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    reserve(rows, false, workspace); // what can fail, before anything changes
    Updates updates = workspace.updates();
    updates.begin(rule, moments.nextStep());
    boolean backwardWillFollow = transposed != null;
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
    transposedIsCurrent = backwardWillFollow;
    Scratch scratch = workspace.scratch(0);
    float[] gradient = scratch.gradient(outputs);
    Choice.columnSums(rows, outputs, delta, deltaOffset, deltaStride, gradient, 0, scratch);
    updates.apply(false, outputs, bias, 0, gradient, 0, moments.bias(), 0, scratch);
  }

  /**
   * The weights from some inputs: {@code dW^T = x^T delta} block by block, each applied by the rule
   * while it is in the cache.
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
      Updates updates,
      float[][] moments,
      Scratch scratch) {
    if (rows <= KC && outputs % LANES == 0 && rows * outputs <= MAX_DELTA_AS_IT_STANDS) {
      for (int k = from; k < to; k += GRADIENT_ROWS) {
        int count = Math.min(GRADIENT_ROWS, to - k);
        for (int p = 0; p < weights.panels(); p++) {
          gradientOfPanel(
              p, count, rows, x, xOffset + k, xStride, delta, deltaOffset, deltaStride, scratch);
          update(p, k, count, 0, updates, moments, scratch);
        }
      }
      return;
    }
    float[] packedDelta = packDelta(rows, delta, deltaOffset, deltaStride, scratch);
    int group = (int) Math.max(1, DELTA_IN_L2 / ((long) rows * Blocks.NR));
    int segment = inputsToPack(rows);
    for (int s = from; s < to; s += segment) {
      int end = Math.min(to, s + segment);
      float[] packedX = packX(s, end, rows, x, xOffset, xStride, scratch);
      for (int first = 0; first < weights.panels(); first += group) {
        int last = Math.min(weights.panels(), first + group);
        for (int k = s; k < end; k += GRADIENT_ROWS) {
          int count = Math.min(GRADIENT_ROWS, end - k);
          int at = (k - s) * rows;
          gradientOfPanels(first, last, count, rows, packedX, at, packedDelta, scratch);
          for (int p = first; p < last; p++) {
            int position = (weights.begin(p) - weights.begin(first)) * GRADIENT_ROWS;
            update(p, k, count, position, updates, moments, scratch);
          }
        }
      }
    }
  }

  @Override
  public void update(
      float[] weightGradient,
      float[] biasGradient,
      UpdateRule rule,
      Moments moments,
      Workspace caller) {
    Shapes.requireLength("weightGradient", weightGradient, (long) outputs * inputs);
    Shapes.requireLength("biasGradient", biasGradient, outputs);
    moments.requireFits(rule, weights.values.length, bias.length);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    reserve(0, false, workspace); // what can fail, before anything changes
    Updates updates = workspace.updates();
    updates.begin(rule, moments.nextStep());
    boolean backwardWillFollow = transposed != null;
    transposedIsCurrent = false;
    if (workspace.partsFor((long) inputs * outputs * WORK_OF_UPDATE) == 1) {
      updateWeights(0, inputs, weightGradient, updates, moments.weights(), workspace.scratch(0));
    } else {
      workspace
          .workers()
          .run(
              (part, parts) ->
                  updateWeights(
                      inputBegin(part, parts),
                      inputBegin(part + 1, parts),
                      weightGradient,
                      updates,
                      moments.weights(),
                      workspace.scratch(part)));
    }
    transposedIsCurrent = backwardWillFollow;
    updates.apply(
        false, outputs, bias, 0, biasGradient, 0, moments.bias(), 0, workspace.scratch(0));
  }

  /** The weights from some inputs, by a canonical gradient that is turned block by block. */
  private void updateWeights(
      int from,
      int to,
      float[] weightGradient,
      Updates updates,
      float[][] moments,
      Scratch scratch) {
    for (int k = from; k < to; k += GRADIENT_ROWS) {
      int count = Math.min(GRADIENT_ROWS, to - k);
      for (int p = 0; p < weights.panels(); p++) {
        int width = weights.width(p);
        int valid = weights.valid(p);
        float[] gradient = scratch.gradient(GRADIENT_ROWS * width);
        if (valid < width) {
          Arrays.fill(gradient, 0, count * width, 0f);
        }
        int at = weights.begin(p) * inputs + k;
        Packing.transpose(count, valid, weightGradient, at, inputs, gradient, 0, width, scratch);
        update(p, k, count, 0, updates, moments, scratch);
      }
    }
  }

  @Override
  public void limitNorms(float maxNorm, Workspace caller) {
    Shapes.requireMaxNorm(maxNorm);
    SimdWorkspace workspace = SimdWorkspace.of(caller);
    reserve(0, false, workspace); // what can fail, before anything changes
    int panelCount = weights.panels();
    if (workspace.partsFor((long) inputs * outputs * WORK_OF_NORMS) == 1) {
      limitNorms(maxNorm, 0, panelCount, workspace.scratch(0));
    } else {
      workspace
          .workers()
          .run(
              (part, parts) ->
                  limitNorms(
                      maxNorm,
                      Parts.begin(panelCount, part, parts),
                      Parts.begin(panelCount, part + 1, parts),
                      workspace.scratch(part)));
    }
  }

  /** Limits the norms of some panels, and renews W of those that change. */
  private void limitNorms(float maxNorm, int first, int last, Scratch scratch) {
    for (int p = first; p < last; p++) {
      int position = weights.position(p, 0);
      int width = weights.width(p);
      if (Norms.limitColumns(maxNorm, inputs, width, weights.values, position, scratch)
          && transposedIsCurrent) {
        transposed.setTransposeOf(weights, p, 0, inputs, scratch);
      }
    }
  }

  /** Applies the gradient of count inputs' weights of one panel, from k, and renews W of them. */
  private void update(
      int p,
      int k,
      int count,
      int gradientPosition,
      Updates updates,
      float[][] moments,
      Scratch scratch) {
    int length = count * weights.width(p);
    int position = weights.position(p, k);
    float[] gradient = scratch.gradient(length);
    updates.apply(
        true,
        length,
        weights.values,
        position,
        gradient,
        gradientPosition,
        moments,
        position,
        scratch);
    if (transposed != null) {
      transposed.setTransposeOf(weights, p, k, count, scratch);
    }
  }

  /** The gradient of one panel from x and delta as they stand, at the start of its buffer. */
  private void gradientOfPanel(
      int p,
      int count,
      int rows,
      float[] x,
      int xp,
      int xStride,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      Scratch scratch) {
    int width = weights.width(p);
    Product.panel(
        Rows.ADJACENT,
        count,
        rows,
        x,
        xp,
        xStride,
        delta,
        deltaOffset + weights.begin(p),
        deltaStride,
        width,
        scratch.gradient(GRADIENT_ROWS * width),
        0,
        width,
        false,
        scratch);
  }

  /** Some inputs of all rows in tiles: block by block of inputs, each chunk by chunk of rows. */
  private float[] packX(
      int from, int to, int rows, float[] x, int xOffset, int xStride, Scratch scratch) {
    float[] packed = packedX(rows, scratch);
    for (int k = from; k < to; k += GRADIENT_ROWS) {
      int count = Math.min(GRADIENT_ROWS, to - k);
      for (int b = 0; b < rows; b += KC) {
        int kc = Math.min(KC, rows - b);
        int source = xOffset + k + b * xStride;
        int target = (k - from) * rows + b * count;
        Packing.tiles(count, kc, PACKED_MR, x, source, xStride, packed, target, scratch);
      }
    }
    return packed;
  }

  /** All of delta in panels of two vectors, which divide the panels of the weights. */
  private float[] packDelta(
      int rows, float[] delta, int deltaOffset, int deltaStride, Scratch scratch) {
    float[] packed = packedDelta(rows, scratch);
    for (int p = 0; p < weights.panels(); p++) {
      for (int n = weights.begin(p); n < weights.begin(p + 1); n += PACKED_NR) {
        int width = Math.min(PACKED_NR, weights.begin(p + 1) - n);
        int valid = Math.min(width, outputs - n);
        Packing.copy(
            rows, valid, width, delta, deltaOffset + n, deltaStride, packed, n * rows, scratch);
      }
    }
    return packed;
  }

  /**
   * {@code gradient = x^T delta} of some panels, from x in tiles and delta in panels, in the layout
   * of the weights: for each panel count rows of its width.
   */
  private void gradientOfPanels(
      int first,
      int last,
      int count,
      int rows,
      float[] packedX,
      int xp,
      float[] packedDelta,
      Scratch scratch) {
    int columns = weights.begin(last) - weights.begin(first);
    float[] gradient = scratch.gradient(GRADIENT_ROWS * columns);
    for (int b = 0; b < rows; b += KC) {
      int kc = Math.min(KC, rows - b);
      for (int p = first; p < last; p++) {
        int begin = weights.begin(p);
        int stride = weights.width(p);
        int to = (begin - weights.begin(first)) * GRADIENT_ROWS;
        for (int n = begin; n < begin + stride; n += PACKED_NR) {
          int width = Math.min(PACKED_NR, begin + stride - n);
          Product.panel(
              Rows.TILES,
              count,
              kc,
              packedX,
              xp + b * count,
              kc,
              packedDelta,
              n * rows + b * width,
              width,
              width,
              gradient,
              to + n - begin,
              stride,
              b > 0,
              scratch);
        }
      }
    }
  }
}
