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
  private static final float L1 = 0.5f;

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
  private final float[] scale = new float[LANES];
  private final float[] rowLoss = new float[LANES];
  private final float[][] moments = {new float[VECTORS * LANES], new float[VECTORS * LANES]};
  private final Scratch scratch = new Scratch(CompiledKernels.Use.ALWAYS, null);

  /** What an operation is chosen for: of several activations the first. */
  private final Map<Operation, Activation> activations = new EnumMap<>(Operation.class);

  private final Map<Operation, Activation> derivatives = new EnumMap<>(Operation.class);
  private final Map<Operation, Loss> lossesOfRows = new EnumMap<>(Operation.class);
  private final Map<Operation, Loss> lossesOfBlocks = new EnumMap<>(Operation.class);
  private final Map<Operation, Updates> updates = new EnumMap<>(Operation.class);
  private final Updates adjusting = new Updates();

  Rehearsal() {
    scratch.packedA(operands.length);
    scratch.rows(operands.length);
    scratch.outputRows(operands.length);
    scratch.between(SmoothActivations.SCRATCH);
    for (Activation g : Activation.values()) {
      if (g != Activation.IDENTITY && g != Activation.SOFTMAX) { // nothing, and two forms
        activations.putIfAbsent(Choice.activation(g, 1, LANES), g);
        derivatives.putIfAbsent(Choice.derivative(g), g);
      }
    }
    for (Loss loss : Loss.values()) {
      lossesOfRows.put(Choice.loss(loss, false), loss);
      lossesOfBlocks.put(Choice.loss(loss, true), loss);
    }
    for (UpdateRule rule : RULES) {
      Updates update = new Updates();
      update.begin(rule, 1);
      updates.put(update.operation(), update);
    }
    adjusting.begin(new UpdateRule.Adjusted(RULES.get(0), 1, L1), 1);
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
      case SOFTMAX_OF_ROW -> OutputLosses.softmax(length, y, 0, scratch);
      case SOFTMAX_OF_BLOCK -> NarrowOutputs.softmax(LANES, n, y, 0, n, scratch);
      case DROPOUT -> {
        int groups = (length - 1) / Dropout.GROUP + 1;
        Dropout.drop(0.5, 0, 0, 0, groups * Dropout.GROUP, y, 0, scratch);
        return groups * Dropout.GROUP / LANES;
      }
      case ADJUST -> {
        // As of weights and as of biases.
        adjusting.adjust(true, length, x, 0, x, 0, y);
        adjusting.adjust(false, length, x, 0, x, 0, y);
        return 2 * n;
      }
      case NORMS -> {
        int row = Blocks.roundUp(length, Reductions.ROW_LANES);
        Norms.addSquares(length, x, 0, y);
        Norms.multiply(length, x, y, 0);
        Norms.squaresOfRow(row, x, 0, y);
        return 2 * n + row / LANES;
      }
      case NORMALIZE_ROWS -> Normalizations.rows(1, length, y, 0, length, 1, rowLoss, 0, scratch);
      case NORMALIZE_ROWS_BACKWARD ->
          Normalizations.rowsBackward(
              1, length, x, 0, length, rowLoss, 0, x, 0, y, 0, length, scratch);
      case NORMALIZE_COLUMNS -> {
        int width = LANES + 1;
        Normalizations.columns(
            n,
            width,
            y,
            0,
            width,
            1,
            y,
            n * width,
            y,
            (n + 1) * width,
            y,
            (n + 2) * width,
            scratch);
        return 2 * n;
      }
      case NORMALIZE_COLUMNS_BACKWARD -> {
        int width = LANES + 1;
        Normalizations.columnsBackward(
            n, width, x, 0, width, x, 0, x, 0, x, 0, x, 0, y, 0, width, scratch);
        return 2 * n;
      }
      case SCALE_AND_SHIFT ->
          Normalizations.scaleAndShift(1, length, x, 0, length, x, 0, x, 0, y, 0, length);
      case COLUMN_DOTS -> {
        Reductions.columnDots(n, LANES + 1, x, 0, LANES + 1, x, 0, LANES + 1, y, 0, scratch);
        return 2 * n;
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
        // Two whole vectors, and one that is not.
        Packing.copy(n, 3 * LANES - 1, 3 * LANES, x, 0, 3 * LANES, y, 0, scratch);
        return 3 * n;
      }
      case TILES -> {
        int m = Blocks.PACKED_MR;
        Packing.tiles(2 * m, n, m, x, 0, 2 * m, y, 0, scratch);
        return 2 * n;
      }
      default -> {
        return runChosen(operation, n);
      }
    }
    return n;
  }

  /** One call of what {@link Choice} or {@link Updates} choose an operation for. */
  private int runChosen(Operation operation, int n) {
    int length = n * LANES;
    if (activations.containsKey(operation)) {
      Elementwise.activate(activations.get(operation), length, results, 0, scratch);
    } else if (derivatives.containsKey(operation)) {
      Activation g = derivatives.get(operation);
      Elementwise.multiplyByDerivative(g, length, operands, 0, results, 0, scratch);
    } else if (lossesOfRows.containsKey(operation)) {
      lossOfRow(lossesOfRows.get(operation), length);
    } else if (lossesOfBlocks.containsKey(operation)) {
      losses(lossesOfBlocks.get(operation), n);
    } else {
      return update(updates.get(operation), length);
    }
    return n;
  }

  /** The first activation that a loss accepts. */
  private static Activation output(Loss loss) {
    for (Activation g : Activation.values()) {
      if (loss.accepts(g)) {
        return g;
      }
    }
    throw new AssertionError(loss);
  }

  private void lossOfRow(Loss loss, int length) {
    float[] y = operands;
    Activation g = output(loss);
    OutputLosses.row(loss, g, length, results, 0, y, 0, 1, results, length, scratch);
  }

  private void losses(Loss loss, int n) {
    float[] y = operands;
    float[] all = results;
    Activation g = output(loss);
    int delta = n * LANES;
    NarrowOutputs.losses(
        loss, g, LANES, n, all, 0, n, y, 0, n, scale, all, delta, n, rowLoss, scratch);
  }

  /** As of weights and as of biases: with L2 and without. */
  private int update(Updates rule, int length) {
    rule.apply(false, length, results, 0, operands, 0, moments, 0, scratch);
    rule.apply(true, length, results, 0, operands, 0, moments, 0, scratch);
    return 2 * (length / LANES);
  }
}
