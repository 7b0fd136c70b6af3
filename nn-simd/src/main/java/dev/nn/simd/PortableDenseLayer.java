package dev.nn.simd;

import static dev.nn.simd.Reductions.ROW_LANES;

import dev.nn.Activation;
import dev.nn.spi.Kernels;
import dev.nn.spi.Moments;
import dev.nn.spi.Shapes;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workspace;
import java.util.Arrays;

/**
 * A dense layer whose products run along rows.
 *
 * <p>Its weights stand as the rows of W^T, one array for each input, which forward and update run
 * along; backward runs along a copy of the rows of W, which is renewed when it is first needed
 * after a change.
 */
final class PortableDenseLayer extends OwnedDenseLayer {
  /** Multiply-adds in the time of one weight that is changed. */
  private static final int WORK_OF_WEIGHT = 16;

  private final Kernels elementwise;

  /** Columns of W^T that are filled at a time: a line of the cache in each row. */
  private static final int COLUMNS = 16;

  /** {@code W[n][k]} at {@code [k][n]}. */
  private final float[][] weights;

  /** {@code W[n][k]} at {@code [n][k]}; null until it is needed. */
  private float[][] transposed;

  private volatile boolean transposedIsCurrent;

  PortableDenseLayer(int inputs, int outputs, Activation activation, Kernels elementwise) {
    super(inputs, outputs, activation);
    this.elementwise = elementwise;
    this.weights = new float[inputs][outputs];
  }

  @Override
  void setWeights(float[] newWeights) {
    for (int first = 0; first < outputs; first += COLUMNS) {
      int end = Math.min(first + COLUMNS, outputs);
      for (int k = 0; k < inputs; k++) {
        float[] row = weights[k];
        for (int n = first; n < end; n++) {
          row[n] = newWeights[n * inputs + k];
        }
      }
    }
    transposedIsCurrent = false;
  }

  @Override
  void getWeights(float[] toWeights) {
    for (int k = 0; k < inputs; k++) {
      for (int n = 0; n < outputs; n++) {
        toWeights[n * inputs + k] = weights[k][n];
      }
    }
  }

  @Override
  void toCanonical(float[] own, float[] canonical) {
    for (int k = 0; k < inputs; k++) {
      for (int n = 0; n < outputs; n++) {
        canonical[n * inputs + k] = own[k * outputs + n];
      }
    }
  }

  @Override
  void fromCanonical(float[] canonical, float[] own) {
    for (int k = 0; k < inputs; k++) {
      for (int n = 0; n < outputs; n++) {
        own[k * outputs + n] = canonical[n * inputs + k];
      }
    }
  }

  @Override
  public void reserve(int rows, boolean backward, Workspace caller) {
    PortableWorkspace workspace = PortableWorkspace.of(caller);
    if (backward) {
      allocateTransposed();
    }
    for (int part = 0; part < workspace.workers().threads(); part++) {
      workspace.sums(part).reserve(backward ? Math.max(inputs, outputs) : outputs);
    }
    workspace.sums(0).deltas(rows + 1, outputs);
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
    PortableWorkspace workspace = PortableWorkspace.of(caller);
    if (workspace.divides((long) rows * inputs * outputs)) {
      workspace
          .workers()
          .run(
              (part, parts) ->
                  forward(
                      g, part, parts, rows, x, xOffset, xStride, a, aOffset, aStride, workspace));
    } else {
      forward(g, 0, 1, rows, x, xOffset, xStride, a, aOffset, aStride, workspace);
    }
  }

  private void forward(
      Activation g,
      int part,
      int parts,
      int rows,
      float[] x,
      int xOffset,
      int xStride,
      float[] a,
      int aOffset,
      int aStride,
      PortableWorkspace workspace) {
    RowSums sums = workspace.sums(part);
    int end = Parts.begin(rows, part + 1, parts);
    for (int row = Parts.begin(rows, part, parts); row < end; row += RowSums.ROWS) {
      int count = Math.min(RowSums.ROWS, end - row);
      int from = xOffset + row * xStride;
      int to = aOffset + row * aStride;
      float[][] z = sums.product(count, outputs, inputs, x, from, xStride, 1, weights);
      for (int i = 0; i < count; i++) {
        addBias(z[i]);
        System.arraycopy(z[i], 0, a, to + i * aStride, outputs);
      }
      elementwise.activate(g, count, outputs, a, to, aStride, workspace.elementwise(part));
    }
  }

  private void addBias(float[] z) {
    for (int n = 0; n < outputs; n++) {
      z[n] += bias[n];
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
    PortableWorkspace workspace = PortableWorkspace.of(caller);
    bringTransposedUpToDate();
    workspace.run(
        (long) rows * inputs * outputs,
        (part, parts) -> {
          int end = Parts.begin(rows, part + 1, parts);
          for (int row = Parts.begin(rows, part, parts); row < end; row += RowSums.ROWS) {
            int count = Math.min(RowSums.ROWS, end - row);
            int from = deltaOffset + row * deltaStride;
            int to = dOffset + row * dStride;
            float[][] sums =
                workspace
                    .sums(part)
                    .product(count, inputs, outputs, delta, from, deltaStride, 1, transposed);
            for (int i = 0; i < count; i++) {
              System.arraycopy(sums[i], 0, d, to + i * dStride, inputs);
            }
            int xRow = xOffset + row * xStride;
            elementwise.multiplyByDerivative(
                below,
                count,
                inputs,
                x,
                xRow,
                xStride,
                d,
                to,
                dStride,
                workspace.elementwise(part));
          }
        });
  }

  private synchronized void allocateTransposed() {
    if (transposed == null) {
      transposed = new float[outputs][inputs];
    }
  }

  /** Several callers may find it out of date at once; one of them makes it anew. */
  private void bringTransposedUpToDate() {
    if (transposedIsCurrent) {
      return;
    }
    synchronized (this) {
      allocateTransposed();
      if (!transposedIsCurrent) {
        for (int k = 0; k < inputs; k++) {
          for (int n = 0; n < outputs; n++) {
            transposed[n][k] = weights[k][n];
          }
        }
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
    PortableWorkspace workspace = PortableWorkspace.of(caller);
    gradientRows(
        rows,
        delta,
        deltaOffset,
        deltaStride,
        x,
        xOffset,
        xStride,
        workspace,
        (part, k, gradient) -> {
          for (int n = 0; n < outputs; n++) {
            weightGradient[n * inputs + k] = gradient[n];
          }
        });
    elementwise.columnSums(
        rows, outputs, delta, deltaOffset, deltaStride, biasGradient, 0, workspace.elementwise(0));
  }

  /** What is done with the gradient of one input's weights. */
  private interface GradientRow {
    void accept(int part, int k, float[] gradient);
  }

  /** {@code dW^T[k] = sum_b x[b][k] delta[b]}, row by row. */
  private void gradientRows(
      int rows,
      float[] delta,
      int deltaOffset,
      int deltaStride,
      float[] x,
      int xOffset,
      int xStride,
      PortableWorkspace workspace,
      GradientRow consumer) {
    float[][] deltas = workspace.sums(0).deltas(rows + 1, outputs);
    for (int b = 0; b < rows; b++) {
      System.arraycopy(delta, deltaOffset + b * deltaStride, deltas[b], 0, outputs);
    }
    workspace.run(
        (long) rows * inputs * outputs,
        (part, parts) -> {
          int end = Parts.begin(inputs, part + 1, parts);
          for (int k = Parts.begin(inputs, part, parts); k < end; k += RowSums.ROWS) {
            int count = Math.min(RowSums.ROWS, end - k);
            float[][] gradients =
                workspace
                    .sums(part)
                    .product(count, outputs, rows, x, xOffset + k, 1, xStride, deltas);
            for (int i = 0; i < count; i++) {
              consumer.accept(part, k + i, gradients[i]);
            }
          }
        });
  }

  @Override
  public Moments moments(UpdateRule rule) {
    return new Moments(rule.moments(), Math.multiplyExact(inputs, outputs), outputs);
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
    moments.requireFits(rule, inputs * outputs, outputs);
    PortableWorkspace workspace = PortableWorkspace.of(caller);
    float[] biasGradient = workspace.sums(0).deltas(rows + 1, outputs)[rows];
    long step = moments.nextStep();
    transposedIsCurrent = false;
    gradientRows(
        rows,
        delta,
        deltaOffset,
        deltaStride,
        x,
        xOffset,
        xStride,
        workspace,
        (part, k, gradient) ->
            elementwise.update(
                rule,
                step,
                outputs,
                weights[k],
                0,
                gradient,
                0,
                moments.weights(),
                k * outputs,
                workspace.elementwise(part)));
    elementwise.columnSums(
        rows, outputs, delta, deltaOffset, deltaStride, biasGradient, 0, workspace.elementwise(0));
    elementwise.update(
        rule.forBias(),
        step,
        outputs,
        bias,
        0,
        biasGradient,
        0,
        moments.bias(),
        0,
        workspace.elementwise(0));
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
    moments.requireFits(rule, inputs * outputs, outputs);
    PortableWorkspace workspace = PortableWorkspace.of(caller);
    for (int part = 0; part < workspace.workers().threads(); part++) {
      workspace.sums(part).reserve(outputs); // what can fail, before anything changes
    }
    long step = moments.nextStep();
    transposedIsCurrent = false;
    workspace.run(
        (long) inputs * outputs * WORK_OF_WEIGHT,
        (part, parts) -> {
          int end = Parts.begin(inputs, part + 1, parts);
          for (int k = Parts.begin(inputs, part, parts); k < end; k += RowSums.ROWS) {
            int count = Math.min(RowSums.ROWS, end - k);
            float[][] gradients = workspace.sums(part).rows(outputs);
            turn(k, count, weightGradient, gradients);
            for (int i = 0; i < count; i++) {
              elementwise.update(
                  rule,
                  step,
                  outputs,
                  weights[k + i],
                  0,
                  gradients[i],
                  0,
                  moments.weights(),
                  (k + i) * outputs,
                  workspace.elementwise(part));
            }
          }
        });
    elementwise.update(
        rule.forBias(),
        step,
        outputs,
        bias,
        0,
        biasGradient,
        0,
        moments.bias(),
        0,
        workspace.elementwise(0));
  }

  /** {@code to[i][n] = from[n][k + i]}, from being canonical. */
  private void turn(int k, int count, float[] from, float[][] to) {
    for (int n = 0; n < outputs; n++) {
      for (int i = 0; i < count; i++) {
        to[i][n] = from[n * inputs + k + i];
      }
    }
  }

  @Override
  public void limitNorms(float maxNorm, Workspace caller) {
    Shapes.requireMaxNorm(maxNorm);
    PortableWorkspace workspace = PortableWorkspace.of(caller);
    for (int part = 0; part < workspace.workers().threads(); part++) {
      workspace.sums(part).reserve(outputs); // what can fail, before anything changes
    }
    transposedIsCurrent = false;
    workspace.run(
        (long) inputs * outputs * WORK_OF_WEIGHT,
        (part, parts) ->
            limitNorms(
                maxNorm,
                Parts.begin(outputs, part, parts),
                Parts.begin(outputs, part + 1, parts),
                workspace.sums(part).rows(outputs)));
  }

  /** The norms of the weights into the outputs from first to end; a row of sums for each lane. */
  private void limitNorms(float maxNorm, int first, int end, float[][] sums) {
    for (int lane = 0; lane < ROW_LANES; lane++) {
      Arrays.fill(sums[lane], first, end, 0f);
    }
    for (int k = 0; k < inputs; k++) {
      addSquares(first, end, weights[k], sums[k % ROW_LANES]);
    }
    for (int half = ROW_LANES / 2; half >= 1; half /= 2) {
      for (int lane = 0; lane < half; lane++) {
        add(first, end, sums[lane + half], sums[lane]);
      }
    }
    if (normFactors(maxNorm, first, end, sums[0])) {
      for (int k = 0; k < inputs; k++) {
        multiply(first, end, sums[0], weights[k]);
      }
    }
  }

  private static void addSquares(int first, int end, float[] w, float[] sums) {
    for (int n = first; n < end; n++) {
      sums[n] = Math.fma(w[n], w[n], sums[n]);
    }
  }

  private static void add(int first, int end, float[] terms, float[] sums) {
    for (int n = first; n < end; n++) {
      sums[n] += terms[n];
    }
  }

  private static void multiply(int first, int end, float[] factors, float[] w) {
    for (int n = first; n < end; n++) {
      w[n] *= factors[n];
    }
  }
}
