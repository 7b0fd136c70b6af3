package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;

import dev.nn.Activation;
import dev.nn.Loss;
import dev.nn.spi.UpdateRule;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Short calls of kernels that only bring them nearer to C2, on operands that are zero. */
final class Rehearsal {
  /** Most k of a call of a tile, once C1 has compiled it. */
  static final int K = 24;

  /** Calls of C1's code of a tile after which C2 has been asked: 600, and 15,000 with loops. */
  static final int CALLS_OF_TILE = 700;

  /** The same of an operation. */
  static final int CALLS_OF_OPERATION = 1000;

  /** Vectors of a call of an operation, and at most its columns where rows are lanes. */
  private static final int VECTORS = 16;

  /** The same, and k, for the interpreter. */
  private static final int INTERPRETED = 2;

  /** Tiles to each side of a transposition. */
  private static final int TRANSPOSED = 3;

  private static final float L2 = 0.5f;

  /**
   * One rule for each operation that updates. The decay is so small that parameters stay as they
   * are: less of them each time would in the end be subnormal, and slow.
   */
  private static final List<UpdateRule> RULES =
      List.of(
          new UpdateRule.GradientDescent(0, L2),
          new UpdateRule.Momentum(0, 0, L2),
          new UpdateRule.Nesterov(0, 0, L2),
          new UpdateRule.Adagrad(0, 1, L2),
          new UpdateRule.RmsProp(0, 0, 1, L2),
          new UpdateRule.Adam(0, 0, 0, 1, L2),
          new UpdateRule.AdamW(1e-9, 0, 0, 1, 1, L2));

  private final float[] operands = new float[operands()];
  private final float[] results = new float[operands.length];
  private final float[] rowLoss = new float[LANES];
  private final float[][] moments = {new float[VECTORS * LANES], new float[VECTORS * LANES]};
  private final Scratch scratch = new Scratch(CompiledKernels.Use.ALWAYS, null);
  private final Map<Operation, Updates> updates = new EnumMap<>(Operation.class);

  Rehearsal() {
    scratch.packedA(operands.length);
    scratch.rows(operands.length);
    scratch.outputRows(operands.length);
    scratch.between(SmoothActivations.SCRATCH);
    for (UpdateRule rule : RULES) {
      Updates update = new Updates();
      update.begin(rule, 1);
      updates.put(update.operation(), update);
    }
  }

  private static int operands() {
    int tile = (2 * Blocks.PACKED_MR + K + 1) * (Blocks.NR + 1);
    int transposed = TRANSPOSED * LANES * TRANSPOSED * LANES;
    int columnSums = Blocks.KC * LANES;
    int outputs = 6 * VECTORS * Math.max(LANES, Reductions.ROW_LANES);
    return Math.max(Math.max(tile, transposed), Math.max(columnSums, outputs));
  }

  /**
   * One call of a micro-kernel.
   *
   * @param c1 whether C1 has compiled it
   * @return its k
   */
  int run(boolean apart, int number, boolean c1) {
    int kc = c1 ? K : INTERPRETED;
    int rows = TileNumber.rows(number);
    int width = TileNumber.vectors(number) * LANES;
    boolean packed = TileNumber.isPacked(number);
    int as = packed ? rows : rows + 1;
    int bs = packed ? width : width + 1;
    int b = Blocks.PACKED_MR * (Blocks.NR + 1);
    int c = b + K * (Blocks.NR + 1);
    int last = width - LANES;
    float[] all = operands;
    if (apart) {
      RowTiles.tile(number, kc, all, 0, kc, all, b, bs, last, all, c, width, all, c, width);
    } else {
      ColumnTiles.tile(number, kc, all, 0, as, all, b, bs, last, all, c, width, all, c, width);
    }
    return kc;
  }

  /**
   * One call of an operation, or of each of its forms.
   *
   * @param c1 whether C1 has compiled it
   * @return vectors of elements
   */
  int run(Operation operation, boolean c1) {
    int n = c1 ? VECTORS : INTERPRETED;
    int length = n * LANES;
    float[] x = operands;
    float[] y = results;
    switch (operation) {
      case ADD_BIAS -> {
        Elementwise.addAndActivate(Activation.RELU, 1, length, x, 0, y, 0, length, scratch);
        Elementwise.addAndActivate(Activation.IDENTITY, 1, length, x, 0, y, 0, length, scratch);
        return 2 * n;
      }
      case EXP -> VectorElementary.exp(x, 0, y, 0, length);
      case RELU -> activate(Activation.RELU, length);
      case SIGMOID -> activate(Activation.SIGMOID, length);
      case TANH -> activate(Activation.TANH, length);
      case LEAKY_RELU -> activate(Activation.LEAKY_RELU, length);
      case ELU -> activate(Activation.ELU, length);
      case SELU -> activate(Activation.SELU, length);
      case SOFTPLUS -> activate(Activation.SOFTPLUS, length);
      case SILU -> activate(Activation.SILU, length);
      case GELU -> activate(Activation.GELU, length);
      case GELU_TANH -> activate(Activation.GELU_TANH, length);
      case SOFTMAX_OF_ROW -> OutputLosses.softmax(length, y, 0, scratch);
      case SOFTMAX_OF_BLOCK -> NarrowOutputs.softmax(LANES, n, y, 0, n, scratch);
      case RELU_DERIVATIVE -> derivative(Activation.RELU, length);
      case SIGMOID_DERIVATIVE -> derivative(Activation.SIGMOID, length);
      case TANH_DERIVATIVE -> derivative(Activation.TANH, length);
      case ELU_DERIVATIVE -> derivative(Activation.ELU, length);
      case SOFTPLUS_DERIVATIVE -> derivative(Activation.SOFTPLUS, length);
      case SILU_DERIVATIVE -> derivative(Activation.SILU, length);
      case GELU_DERIVATIVE -> derivative(Activation.GELU, length);
      case GELU_TANH_DERIVATIVE -> derivative(Activation.GELU_TANH, length);
      case SQUARED_ERROR_OF_ROW -> lossOfRow(Loss.SQUARED_ERROR, Activation.IDENTITY, length);
      case SQUARED_ERROR_OF_BLOCK -> losses(Loss.SQUARED_ERROR, Activation.IDENTITY, n);
      case HUBER_OF_ROW -> lossOfRow(Loss.HUBER, Activation.IDENTITY, length);
      case HUBER_OF_BLOCK -> losses(Loss.HUBER, Activation.IDENTITY, n);
      case LOG_LOSS_OF_ROW -> lossOfRow(Loss.LOG_LOSS, Activation.SIGMOID, length);
      case LOG_LOSS_OF_BLOCK -> losses(Loss.LOG_LOSS, Activation.SIGMOID, n);
      case CROSS_ENTROPY_OF_ROW -> lossOfRow(Loss.CROSS_ENTROPY, Activation.SOFTMAX, length);
      case CROSS_ENTROPY_OF_BLOCK -> losses(Loss.CROSS_ENTROPY, Activation.SOFTMAX, n);
      case GRADIENT_DESCENT, MOMENTUM, NESTEROV, ADAGRAD, RMS_PROP, ADAM, ADAM_W -> {
        return update(updates.get(operation), length);
      }
      case COLUMN_SUMS -> {
        // A whole vector, and one that is not.
        Reductions.columnSums(n, LANES + 1, x, 0, LANES + 1, y, 0, scratch);
        return 2 * n;
      }
      case TRANSPOSE -> {
        int side = TRANSPOSED * LANES;
        Packing.transpose(side, side, x, 0, side, y, 0, side, scratch);
        return TRANSPOSED * side;
      }
      case COPY -> {
        Packing.copy(3 * n, LANES, LANES, x, 0, LANES, y, 0, scratch);
        return 3 * n;
      }
      case TILES -> {
        int m = Blocks.PACKED_MR;
        Packing.tiles(2 * m, n, m, x, 0, 2 * m, y, 0, scratch);
        return 2 * n;
      }
    }
    return n;
  }

  private void activate(Activation g, int length) {
    Elementwise.activate(g, length, results, 0, scratch);
  }

  private void derivative(Activation g, int length) {
    Elementwise.multiplyByDerivative(g, length, operands, 0, results, 0, scratch);
  }

  private void lossOfRow(Loss loss, Activation g, int length) {
    float[] y = operands;
    OutputLosses.row(loss, g, length, results, 0, y, 0, 1, results, length, scratch);
  }

  private void losses(Loss loss, Activation g, int n) {
    float[] y = operands;
    float[] all = results;
    int delta = n * LANES;
    NarrowOutputs.losses(loss, g, LANES, n, all, 0, n, y, 0, n, 1, all, delta, n, rowLoss, scratch);
  }

  /** As of weights and as of biases: with L2 and without. */
  private int update(Updates rule, int length) {
    rule.apply(false, length, results, 0, operands, 0, moments, 0, scratch);
    rule.apply(true, length, results, 0, operands, 0, moments, 0, scratch);
    return 2 * (length / LANES);
  }
}
