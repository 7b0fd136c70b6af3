package dev.nn.contract;

import dev.nn.Activation;
import dev.nn.Loss;
import dev.nn.Philox;
import dev.nn.spi.Backend;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.ElementaryFunction;
import dev.nn.spi.Kernels;
import dev.nn.spi.Moments;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.function.IntUnaryOperator;

/**
 * The numeric contract restated in its plainest form, to check the reference backend with.
 *
 * <p>It shares no code and no way of indexing with any backend: every operand is first read into
 * rows of its own, every result is one {@link #dot}, {@link #plainSum} or {@link #lanes16}. The
 * five elementary functions come from outside, because their accuracy is tested apart from what is
 * built on them. It checks no arguments.
 */
public final class PlainBackend implements Backend {
  private static final int CHUNK = 256;
  private static final int LANES = 16;

  private final Elementary elementary;

  /** One of the elementary functions at one argument. */
  @FunctionalInterface
  private interface Elementary {
    float at(ElementaryFunction function, float x);
  }

  private PlainBackend(Elementary elementary) {
    this.elementary = elementary;
  }

  /** A restatement on the elementary functions of another backend. */
  public static PlainBackend on(Backend other) {
    Workspace workspace = other.workspace(Workers.caller());
    return new PlainBackend(
        (function, x) -> {
          float[] value = {x};
          other.kernels().apply(function, 1, value, 0, value, 0, workspace);
          return value[0];
        });
  }

  /** A restatement on correctly rounded elementary functions, for tests without any backend. */
  public static PlainBackend alone() {
    return new PlainBackend((function, x) -> (float) Accuracy.exact(function, x));
  }

  @Override
  public String id() {
    return "plain";
  }

  @Override
  public String description() {
    return "the contract restated";
  }

  @Override
  public Kernels kernels() {
    return new PlainKernels();
  }

  @Override
  public DenseLayer dense(int inputs, int outputs, Activation activation) {
    return new PlainLayer(inputs, outputs, activation);
  }

  @Override
  public Workspace workspace(Workers workers) {
    return () -> workers;
  }

  /** {@code sum_k x[k] y[k]} by the 256-chunk rule. */
  static float dot(float[] x, float[] y) {
    float total = 0;
    for (int chunk = 0; chunk * CHUNK < x.length; chunk++) {
      float s = 0;
      for (int k = chunk * CHUNK; k < x.length && k < (chunk + 1) * CHUNK; k++) {
        s = Math.fma(x[k], y[k], s);
      }
      total = chunk == 0 ? s : total + s;
    }
    return total;
  }

  /** {@code sum_k x[k]} by the 256-chunk rule, with plain additions. */
  static float plainSum(float[] x) {
    float total = 0;
    for (int chunk = 0; chunk * CHUNK < x.length; chunk++) {
      float s = 0;
      for (int k = chunk * CHUNK; k < x.length && k < (chunk + 1) * CHUNK; k++) {
        s += x[k];
      }
      total = chunk == 0 ? s : total + s;
    }
    return total;
  }

  /** What element j makes of the partial sum of its lane. */
  @FunctionalInterface
  interface LaneStep {
    float add(float partial, int j);
  }

  /** A sum of n elements by the 16-lane rule. */
  static float lanes16(int n, LaneStep step) {
    float[] lane = new float[LANES];
    for (int l = 0; l < LANES; l++) {
      for (int j = l; j < n; j += LANES) {
        lane[l] = step.add(lane[l], j);
      }
    }
    float[] eight = pairs(lane);
    float[] four = pairs(eight);
    float[] two = pairs(four);
    return two[0] + two[1];
  }

  private static float[] pairs(float[] lane) {
    float[] half = new float[lane.length / 2];
    for (int i = 0; i < half.length; i++) {
      half[i] = lane[i] + lane[i + half.length];
    }
    return half;
  }

  /** The greatest element; NaN if any is, -inf if there is none, +0 rather than -0. */
  static float greatest(float[] x) {
    float max = Float.NEGATIVE_INFINITY;
    for (float value : x) {
      if (Float.isNaN(value)) {
        return Float.NaN;
      }
      if (value > max || (value == max && Float.floatToRawIntBits(max) == 0x8000_0000)) {
        max = value;
      }
    }
    return max;
  }

  private float value(Activation g, float z) {
    return switch (g) {
      case IDENTITY -> z;
      case SIGMOID -> elementary.at(ElementaryFunction.SIGMOID, z);
      case TANH -> elementary.at(ElementaryFunction.TANH, z);
      case RELU -> z < 0 ? 0f : z;
      case LEAKY_RELU -> z < 0 ? 0.01f * z : z;
      case ELU -> z < 0 ? elementary.at(ElementaryFunction.EXPM1, z) : z;
      case SELU ->
          z < 0 ? 0x1.c212ccp0f * elementary.at(ElementaryFunction.EXPM1, z) : 0x1.0cfabep0f * z;
      case SOFTPLUS -> {
        float e = elementary.at(ElementaryFunction.EXP, -Math.abs(z));
        yield (z < 0 ? 0f : z) + elementary.at(ElementaryFunction.LOG1P, e);
      }
      case SILU -> z * elementary.at(ElementaryFunction.SIGMOID, z);
      case GELU -> 0.5f * z * (1f + elementary.at(ElementaryFunction.ERF, z * 0x1.6a09e6p-1f));
      case GELU_TANH -> 0.5f * z * (1f + tanhOfCubic(z));
      case SOFTMAX -> throw new AssertionError("softmax of one element");
    };
  }

  private float tanhOfCubic(float z) {
    return elementary.at(
        ElementaryFunction.TANH, z * Math.fma(z * z, 0x1.2444f2p-5f, 0x1.988454p-1f));
  }

  /** {@code g'} from a, or from z where it needs that. */
  private float derivative(Activation g, float a) {
    return switch (g) {
      case IDENTITY -> 1f;
      case SIGMOID -> a * (1f - a);
      case TANH -> Math.fma(-a, a, 1f);
      case RELU -> a > 0 ? 1f : 0f;
      case LEAKY_RELU -> a > 0 ? 1f : 0.01f;
      case ELU -> a > 0 ? 1f : a + 1f;
      case SELU -> a > 0 ? 0x1.0cfabep0f : a + 0x1.c212ccp0f;
      case SOFTPLUS -> -elementary.at(ElementaryFunction.EXPM1, -a);
      case SILU -> {
        float s = elementary.at(ElementaryFunction.SIGMOID, a);
        yield Math.fma(a * (1f - s), s, s);
      }
      case GELU -> {
        float erf = elementary.at(ElementaryFunction.ERF, a * 0x1.6a09e6p-1f);
        float e = elementary.at(ElementaryFunction.EXP, -0.5f * a * a);
        yield Math.fma(a, e * 0x1.988454p-2f, Math.fma(0.5f, erf, 0.5f));
      }
      case GELU_TANH -> {
        float y = a > 10 ? 10f : a < -10 ? -10f : a;
        float t = tanhOfCubic(y);
        float slope = 0.5f * y * Math.fma(-t, t, 1f);
        float inner = Math.fma(y * y, 0x1.b6676cp-4f, 0x1.988454p-1f);
        yield Math.fma(slope, inner, Math.fma(0.5f, t, 0.5f));
      }
      case SOFTMAX -> throw new AssertionError("derivative of softmax");
    };
  }

  /** {@code g(z)} of a row. */
  private float[] activated(Activation g, float[] z) {
    float[] a = new float[z.length];
    if (g == Activation.SOFTMAX) {
      float[] e = exponentials(z);
      float sum = lanes16(e.length, (partial, j) -> partial + e[j]);
      for (int j = 0; j < a.length; j++) {
        a[j] = e[j] / sum;
      }
    } else {
      for (int j = 0; j < a.length; j++) {
        a[j] = value(g, z[j]);
      }
    }
    return a;
  }

  /** {@code e^(z_j - max z)}. */
  private float[] exponentials(float[] z) {
    float max = greatest(z);
    float[] e = new float[z.length];
    for (int j = 0; j < e.length; j++) {
      e[j] = elementary.at(ElementaryFunction.EXP, z[j] - max);
    }
    return e;
  }

  private float rowLoss(Loss loss, float[] z, float[] a, float[] y) {
    return switch (loss) {
      case SQUARED_ERROR ->
          0.5f * lanes16(z.length, (partial, j) -> Math.fma(a[j] - y[j], a[j] - y[j], partial));
      case HUBER ->
          lanes16(
              z.length,
              (partial, j) -> {
                float e = a[j] - y[j];
                return Math.fma(clipped(e), Math.fma(-0.5f, clipped(e), e), partial);
              });
      case LOG_LOSS ->
          lanes16(
              z.length,
              (partial, j) -> {
                float e = elementary.at(ElementaryFunction.EXP, -Math.abs(z[j]));
                float linear = Math.fma(-y[j], z[j], z[j] < 0 ? 0f : z[j]);
                return partial + (linear + elementary.at(ElementaryFunction.LOG1P, e));
              });
      case CROSS_ENTROPY -> {
        float[] e = exponentials(z);
        float max = greatest(z);
        float sum = lanes16(e.length, (partial, j) -> partial + e[j]);
        float logSum = elementary.at(ElementaryFunction.LOG, sum);
        yield lanes16(
            z.length,
            (partial, j) -> y[j] == 0 ? partial : Math.fma(y[j], logSum - (z[j] - max), partial));
      }
    };
  }

  private static float clipped(float error) {
    return error > 1 ? 1f : error < -1 ? -1f : error;
  }

  private float[] outputDelta(
      Loss loss, Activation g, float[] z, float[] a, float[] y, float scale) {
    float[] delta = new float[a.length];
    for (int j = 0; j < delta.length; j++) {
      float error = a[j] - y[j];
      float scaled = (loss == Loss.HUBER ? clipped(error) : error) * scale;
      delta[j] =
          loss == Loss.SQUARED_ERROR || loss == Loss.HUBER
              ? scaled * derivative(g, g.needsPreactivation() ? z[j] : a[j])
              : scaled;
    }
    return delta;
  }

  /** Parameter j after a step; its moments, at {@code moments[i][j]}, are changed. */
  private static float updated(
      UpdateRule rule, long step, float w, float g, float[][] moments, int j) {
    if (rule instanceof UpdateRule.Adjusted adjusted) {
      float limit = adjusted.clip();
      float clipped = Float.isNaN(g) ? g : Math.max(-limit, Math.min(limit, g));
      float penalty = w == 0 || Float.isNaN(w) ? 0f : Math.copySign(adjusted.l1(), w);
      float adjustedGradient = adjusted.l1() > 0 ? clipped + penalty : clipped;
      return updated(adjusted.rule(), step, w, adjustedGradient, moments, j);
    }
    float regularized = rule.l2() == 0 ? g : Math.fma(rule.l2(), w, g);
    if (rule instanceof UpdateRule.Adam adam) {
      return w
          - adamsChange(
              adam.learningRate(),
              adam.beta1(),
              adam.beta2(),
              adam.epsilon(),
              step,
              regularized,
              moments,
              j);
    }
    if (rule instanceof UpdateRule.AdamW adamW) {
      float decay = (float) (adamW.learningRate() * adamW.decay());
      float decayed = decay == 0 ? w : Math.fma(-decay, w, w);
      return decayed
          - adamsChange(
              adamW.learningRate(),
              adamW.beta1(),
              adamW.beta2(),
              adamW.epsilon(),
              step,
              regularized,
              moments,
              j);
    }
    if (rule instanceof UpdateRule.RmsProp rmsProp) {
      float scaled = (float) (1 - rmsProp.rho()) * regularized;
      float v = Math.fma((float) rmsProp.rho(), moments[0][j], scaled * regularized);
      moments[0][j] = v;
      return w - rmsProp.learningRate() * regularized / (root(v) + rmsProp.epsilon());
    }
    if (rule instanceof UpdateRule.Adagrad adagrad) {
      float v = Math.fma(regularized, regularized, moments[0][j]);
      moments[0][j] = v;
      return w - adagrad.learningRate() * regularized / (root(v) + adagrad.epsilon());
    }
    if (rule instanceof UpdateRule.Nesterov nesterov) {
      float v = Math.fma(nesterov.momentum(), moments[0][j], regularized);
      moments[0][j] = v;
      float ahead = Math.fma(nesterov.momentum(), v, regularized);
      return Math.fma(-nesterov.learningRate(), ahead, w);
    }
    if (rule instanceof UpdateRule.Momentum momentum) {
      float v = Math.fma(momentum.momentum(), moments[0][j], regularized);
      moments[0][j] = v;
      return Math.fma(-momentum.learningRate(), v, w);
    }
    return Math.fma(-((UpdateRule.GradientDescent) rule).learningRate(), regularized, w);
  }

  /** What Adam subtracts from parameter j; its moments are changed. */
  private static float adamsChange(
      double rate,
      double beta1,
      double beta2,
      double epsilon,
      long step,
      float gradient,
      float[][] moments,
      int j) {
    float m = Math.fma((float) beta1, moments[0][j], (float) (1 - beta1) * gradient);
    float scaled = (float) (1 - beta2) * gradient;
    float v = Math.fma((float) beta2, moments[1][j], scaled * gradient);
    moments[0][j] = m;
    moments[1][j] = v;
    double correction = Math.sqrt(1 - StrictMath.pow(beta2, (double) step));
    float alpha = (float) (rate * correction / (1 - StrictMath.pow(beta1, (double) step)));
    return alpha * m / (root(v) + (float) (epsilon * correction));
  }

  /** {@code 1 / sqrt(variance + epsilon)}, but NaN where that is infinite. */
  private static float inverseDeviation(float variance, float epsilon) {
    float sum = variance + epsilon;
    return Float.isInfinite(sum) ? Float.NaN : 1f / root(sum);
  }

  private static float root(float v) {
    return (float) Math.sqrt(v);
  }

  /** Element i of a row stands at {@code position(i)}. */
  private static float[] read(int length, float[] array, IntUnaryOperator position) {
    float[] row = new float[length];
    for (int i = 0; i < length; i++) {
      row[i] = array[position.applyAsInt(i)];
    }
    return row;
  }

  private static float[] row(int length, float[] array, int offset, int stride, int row) {
    return read(length, array, i -> offset + row * stride + i);
  }

  private static float[] column(int length, float[] array, int offset, int stride, int column) {
    return read(length, array, i -> offset + i * stride + column);
  }

  private static void write(float[] row, float[] array, int position) {
    System.arraycopy(row, 0, array, position, row.length);
  }

  private final class PlainKernels implements Kernels {
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
      float[][] columns = new float[n][];
      for (int j = 0; j < n; j++) {
        columns[j] =
            transposeB ? row(k, b, bOffset, bStride, j) : column(k, b, bOffset, bStride, j);
      }
      for (int i = 0; i < m; i++) {
        float[] left =
            transposeA ? column(k, a, aOffset, aStride, i) : row(k, a, aOffset, aStride, i);
        for (int j = 0; j < n; j++) {
          c[cOffset + i * cStride + j] = dot(left, columns[j]);
        }
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
      for (int i = 0; i < rows; i++) {
        write(
            activated(activation, row(columns, a, aOffset, aStride, i)), a, aOffset + i * aStride);
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
      for (int i = 0; i < rows; i++) {
        float[] outputs = row(columns, a, aOffset, aStride, i);
        float[] deltas = row(columns, d, dOffset, dStride, i);
        for (int j = 0; j < columns; j++) {
          deltas[j] = deltas[j] * derivative(activation, outputs[j]);
        }
        write(deltas, d, dOffset + i * dStride);
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
      for (int i = 0; i < length; i++) {
        y[yOffset + i] = elementary.at(function, x[xOffset + i]);
      }
    }

    @Override
    public float sum(int length, float[] x, int xOffset, Workspace workspace) {
      return lanes16(length, (partial, j) -> partial + x[xOffset + j]);
    }

    @Override
    public float max(int length, float[] x, int xOffset, Workspace workspace) {
      return greatest(row(length, x, xOffset, length, 0));
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
      for (int j = 0; j < columns; j++) {
        s[sOffset + j] = plainSum(column(rows, x, xOffset, xStride, j));
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
      for (int i = 0; i < rows; i++) {
        float[] row = row(columns, z, zOffset, zStride, i);
        float mean = lanes16(columns, (partial, j) -> partial + row[j]) / columns;
        float[] d = new float[columns];
        for (int j = 0; j < columns; j++) {
          d[j] = row[j] - mean;
        }
        float variance = lanes16(columns, (partial, j) -> Math.fma(d[j], d[j], partial)) / columns;
        float inverse = inverseDeviation(variance, epsilon);
        for (int j = 0; j < columns; j++) {
          d[j] = d[j] * inverse;
        }
        write(d, z, zOffset + i * zStride);
        r[rOffset + i] = inverse;
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
      for (int i = 0; i < rows; i++) {
        float[] normalized = row(columns, zHat, zHatOffset, zHatStride, i);
        float[] h = row(columns, d, dOffset, dStride, i);
        for (int j = 0; j < columns; j++) {
          h[j] = h[j] * gamma[gammaOffset + j];
        }
        float p = lanes16(columns, (partial, j) -> partial + h[j]) / columns;
        float q = lanes16(columns, (partial, j) -> Math.fma(h[j], normalized[j], partial));
        q = q / columns;
        float[] result = new float[columns];
        for (int j = 0; j < columns; j++) {
          result[j] = Math.fma(-normalized[j], q, h[j] - p) * r[rOffset + i];
        }
        write(result, d, dOffset + i * dStride);
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
      for (int j = 0; j < columns; j++) {
        float[] d = column(rows, z, zOffset, zStride, j);
        float center = plainSum(d) / rows;
        for (int i = 0; i < rows; i++) {
          d[i] = d[i] - center;
        }
        float spread = dot(d, d) / rows;
        float inverse = inverseDeviation(spread, epsilon);
        for (int i = 0; i < rows; i++) {
          z[zOffset + i * zStride + j] = d[i] * inverse;
        }
        mean[meanOffset + j] = center;
        variance[varianceOffset + j] = spread;
        r[rOffset + j] = inverse;
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
      for (int i = 0; i < rows; i++) {
        float[] normalized = row(columns, zHat, zHatOffset, zHatStride, i);
        float[] result = row(columns, d, dOffset, dStride, i);
        for (int j = 0; j < columns; j++) {
          float difference = result[j] - dBeta[dBetaOffset + j] / rows;
          float inner = Math.fma(normalized[j], -(dGamma[dGammaOffset + j] / rows), difference);
          result[j] = inner * (gamma[gammaOffset + j] * r[rOffset + j]);
        }
        write(result, d, dOffset + i * dStride);
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
      for (int i = 0; i < rows; i++) {
        float[] row = row(columns, x, xOffset, xStride, i);
        for (int j = 0; j < columns; j++) {
          row[j] = Math.fma(row[j], gamma[gammaOffset + j], beta[betaOffset + j]);
        }
        write(row, y, yOffset + i * yStride);
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
      for (int j = 0; j < columns; j++) {
        s[sOffset + j] =
            dot(column(rows, x, xOffset, xStride, j), column(rows, y, yOffset, yStride, j));
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
      for (int i = 0; i < rows; i++) {
        float[] z = row(columns, za, zaOffset, zaStride, i);
        float[] targets = row(columns, y, yOffset, yStride, i);
        float[] a = activated(output, z);
        rowLoss[i] = rowLoss(loss, z, a, targets);
        write(
            outputDelta(loss, output, z, a, targets, scale[i]),
            delta,
            deltaOffset + i * deltaStride);
        write(a, za, zaOffset + i * zaStride);
      }
    }

    @Override
    public void dropout(
        double rate, long seed, long stream, int length, float[] a, int ao, Workspace workspace) {
      Philox random = new Philox(seed, Philox.DROPOUT, stream);
      int[] words = new int[4];
      for (int i = 0; i < length; i++) {
        int lane = i % 16;
        random.words(i / 64 * 16 + (lane % 2) * 8 + lane / 2, words);
        double unit = Integer.toUnsignedLong(words[i / 16 % 4]) * 0x1p-32;
        a[ao + i] *= (float) (unit + 0x1p-32 <= rate ? 0 : 1 / (1 - rate));
      }
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
      for (int i = 0; i < length; i++) {
        int at = momentsOffset + i;
        w[wOffset + i] = updated(rule, step, w[wOffset + i], g[gOffset + i], moments, at);
      }
    }
  }

  private final class PlainLayer implements DenseLayer {
    private final Activation activation;
    private final float[][] weights;
    private final float[] bias;

    PlainLayer(int inputs, int outputs, Activation activation) {
      this.activation = activation;
      this.weights = new float[outputs][inputs];
      this.bias = new float[outputs];
    }

    @Override
    public int inputs() {
      return weights[0].length;
    }

    @Override
    public int outputs() {
      return bias.length;
    }

    @Override
    public Activation activation() {
      return activation;
    }

    @Override
    public void setParameters(float[] newWeights, float[] newBias) {
      for (int n = 0; n < outputs(); n++) {
        weights[n] = row(inputs(), newWeights, 0, inputs(), n);
        bias[n] = newBias[n];
      }
    }

    @Override
    public void getParameters(float[] toWeights, float[] toBias) {
      for (int n = 0; n < outputs(); n++) {
        write(weights[n], toWeights, n * inputs());
        toBias[n] = bias[n];
      }
    }

    @Override
    public void reserve(int rows, boolean backward, Workspace workspace) {}

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
      for (int i = 0; i < rows; i++) {
        float[] z = logits(row(inputs(), x, xOffset, xStride, i));
        write(activated(activation, z), a, aOffset + i * aStride);
      }
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
      for (int i = 0; i < rows; i++) {
        write(logits(row(inputs(), x, xOffset, xStride, i)), z, zOffset + i * zStride);
      }
    }

    private float[] logits(float[] x) {
      float[] z = new float[outputs()];
      for (int n = 0; n < z.length; n++) {
        z[n] = dot(x, weights[n]) + bias[n];
      }
      return z;
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
        Workspace workspace) {
      for (int i = 0; i < rows; i++) {
        float[] above = row(outputs(), delta, deltaOffset, deltaStride, i);
        float[] outputsBelow = row(inputs(), x, xOffset, xStride, i);
        float[] result = new float[inputs()];
        for (int k = 0; k < result.length; k++) {
          int from = k;
          float[] column = new float[outputs()];
          for (int n = 0; n < column.length; n++) {
            column[n] = weights[n][from];
          }
          result[k] = dot(above, column) * derivative(below, outputsBelow[k]);
        }
        write(result, d, dOffset + i * dStride);
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
        Workspace workspace) {
      for (int n = 0; n < outputs(); n++) {
        float[] deltas = column(rows, delta, deltaOffset, deltaStride, n);
        for (int k = 0; k < inputs(); k++) {
          weightGradient[n * inputs() + k] = dot(deltas, column(rows, x, xOffset, xStride, k));
        }
        biasGradient[n] = plainSum(deltas);
      }
    }

    @Override
    public Moments moments(UpdateRule rule) {
      return new Moments(rule.moments(), inputs() * outputs(), outputs());
    }

    @Override
    public void getMoments(Moments moments, int moment, float[] toWeights, float[] toBias) {
      write(moments.weights()[moment], toWeights, 0);
      write(moments.bias()[moment], toBias, 0);
    }

    @Override
    public void setMoments(Moments moments, int moment, float[] newWeights, float[] newBias) {
      write(newWeights, moments.weights()[moment], 0);
      write(newBias, moments.bias()[moment], 0);
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
        Workspace workspace) {
      float[] dw = new float[outputs() * inputs()];
      float[] db = new float[outputs()];
      gradient(rows, delta, deltaOffset, deltaStride, x, xOffset, xStride, dw, db, workspace);
      update(dw, db, rule, moments, workspace);
    }

    @Override
    public void update(
        float[] dw, float[] db, UpdateRule rule, Moments moments, Workspace workspace) {
      long step = moments.nextStep();
      for (int n = 0; n < outputs(); n++) {
        for (int k = 0; k < inputs(); k++) {
          int at = n * inputs() + k;
          weights[n][k] = updated(rule, step, weights[n][k], dw[at], moments.weights(), at);
        }
        bias[n] = updated(rule.forBias(), step, bias[n], db[n], moments.bias(), n);
      }
    }

    @Override
    public void limitNorms(float maxNorm, Workspace workspace) {
      for (float[] row : weights) {
        float squares = lanes16(row.length, (partial, k) -> Math.fma(row[k], row[k], partial));
        if (root(squares) > maxNorm) {
          float factor = Float.isInfinite(squares) ? Float.NaN : maxNorm / root(squares);
          for (int k = 0; k < row.length; k++) {
            row[k] = row[k] * factor;
          }
        }
      }
    }
  }
}
