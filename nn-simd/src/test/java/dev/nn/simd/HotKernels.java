package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;

import com.sun.management.ThreadMXBean;
import dev.nn.Activation;
import dev.nn.Loss;
import dev.nn.spi.ElementaryFunction;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/** Runs every kernel until the compilers have done their best, for {@link CompilationTest}. */
final class HotKernels {
  static final List<Class<?>> GENERATED =
      List.of(RowTiles.class, ColumnTiles.class, StreamTiles.class, TransposeTile.class);

  /** In the line of a kernel that allocates. */
  static final String BYTES = "bytes allocated by";

  private static final int KC = 64;
  private static final int ROUNDS = 500;

  /** Enough for the last tier. */
  private static final int MIN_CALLS = 20_000;

  private static final long PATIENCE_NANOS = 3_000_000_000L;
  private static final int MAX_ROWS = 12;
  private static final int MAX_VECTORS = 4;

  private final ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final float[] a = new float[KC * 64];
  private final float[] b = new float[KC * 8 * LANES];
  private final float[] c = new float[MAX_ROWS * 8 * LANES];

  private HotKernels() {}

  public static void main(String[] arguments) {
    HotKernels kernels = new HotKernels();
    kernels.stream();
    kernels.transpose();
    for (int vectors = 1; vectors <= MAX_VECTORS; vectors++) {
      for (int rows = 1; rows <= MAX_ROWS; rows++) {
        kernels.tiles(rows, vectors);
      }
    }
    kernels.products();
    kernels.others();
  }

  /** Runs a kernel until it allocates nothing, which it should when the compilers are done. */
  private void heat(String name, Runnable kernel) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    long bytes;
    int calls = 0;
    do {
      long before = thread.getCurrentThreadAllocatedBytes();
      for (int round = 0; round < ROUNDS; round++) {
        kernel.run();
      }
      bytes = thread.getCurrentThreadAllocatedBytes() - before;
      calls += ROUNDS;
    } while ((bytes >= ROUNDS || calls < MIN_CALLS) && System.nanoTime() < deadline);
    if (bytes >= ROUNDS) {
      System.out.println(bytes / ROUNDS + " " + BYTES + " " + name);
    }
  }

  private void tiles(int rows, int vectors) {
    int width = vectors * LANES;
    int last = width - LANES;
    for (int bs : new int[] {width, width + 1}) {
      String tile = rows + "x" + vectors + ", rows of B apart by " + bs;
      if (rows <= 6) {
        int number = RowTiles.number(rows, vectors, KC, bs);
        heat(
            "RowTiles " + tile,
            () -> RowTiles.tile(number, KC, a, 0, KC, b, 0, bs, last, c, 0, width, c, 0, width));
      }
      if (rows * vectors <= 24) {
        for (int as : new int[] {rows, rows + 1}) {
          int number = ColumnTiles.number(rows, vectors, as, bs);
          heat(
              "ColumnTiles " + tile + ", columns of A by " + as,
              () ->
                  ColumnTiles.tile(number, KC, a, 0, as, b, 0, bs, last, c, 0, width, c, 0, width));
        }
      }
    }
  }

  private void stream() {
    int length = 4 * LANES;
    heat(
        "StreamTiles",
        () -> {
          StreamTiles.rows4x4(length, a, 0, 8, 1, b, 0, length, c, 0, length);
          StreamTiles.rows2x8(length, a, 0, 8, 1, b, 0, length, c, 0, length);
          StreamTiles.rows1x8(length, a, 0, 8, 1, b, 0, length, c, 0, length);
          StreamTiles.rows1x1(length, a, 0, 8, 1, b, 0, length, c, 0, length);
        });
  }

  private void transpose() {
    heat("TransposeTile", () -> TransposeTile.transpose(a, 0, LANES, b, 0, LANES));
  }

  /** Products of the kinds between which the backend chooses, odd in every direction. */
  private void products() {
    SimdKernels kernels = new SimdKernels();
    Workspace workspace =
        new SimdBackend(CompiledKernels.Use.ALWAYS, null).workspace(Workers.caller());
    int[][] shapes = {{37, 150, 33}, {5, 3, 300}, {40, 3, 70}, {3, 1030, 140}, {2, 33, 270}};
    float[] x = new float[150_000];
    float[] y = new float[150_000];
    float[] z = new float[10_000];
    for (int[] shape : shapes) {
      int m = shape[0];
      int n = shape[1];
      int k = shape[2];
      for (int layout = 0; layout < 4; layout++) {
        boolean ta = layout % 2 == 1;
        boolean tb = layout / 2 == 1;
        heat(
            (ta ? "T" : "N") + (tb ? "T " : "N ") + m + "x" + n + "x" + k,
            () ->
                kernels.matmul(
                    ta, tb, m, n, k, x, 0, ta ? m : k, y, 0, tb ? k : n, z, 0, n, workspace));
      }
    }
  }

  /** Rows and columns that are whole vectors, and some that are not. */
  private void normalizations(SimdKernels kernels, Workspace workspace) {
    float[] x = new float[3 * (Reductions.ROW_LANES + 1)];
    float[] y = x.clone();
    float[] r = new float[3];
    float[] s = new float[Reductions.ROW_LANES + 1];
    for (int columns : new int[] {Reductions.ROW_LANES, Reductions.ROW_LANES + 1}) {
      heat(
          "normalizeRows " + columns,
          () -> kernels.normalizeRows(3, columns, y, 0, columns, 1, r, 0, workspace));
      heat(
          "normalizeRowsBackward " + columns,
          () ->
              kernels.normalizeRowsBackward(
                  3, columns, x, 0, columns, r, 0, x, 0, y, 0, columns, workspace));
      heat(
          "scaleAndShift " + columns,
          () ->
              kernels.scaleAndShift(
                  3, columns, x, 0, columns, x, 0, x, 0, y, 0, columns, workspace));
      heat(
          "columnDots " + columns,
          () -> kernels.columnDots(3, columns, x, 0, columns, x, 0, columns, y, 0, workspace));
      heat(
          "normalizeColumns " + columns,
          () ->
              kernels.normalizeColumns(3, columns, y, 0, columns, 1, s, 0, s, 0, s, 0, workspace));
      heat(
          "normalizeColumnsBackward " + columns,
          () ->
              kernels.normalizeColumnsBackward(
                  3, columns, x, 0, columns, s, 0, s, 0, s, 0, s, 0, y, 0, columns, workspace));
    }
  }

  /** What else has loops over vectors, through the door that callers use. */
  private void others() {
    SimdKernels kernels = new SimdKernels();
    Workspace workspace =
        new SimdBackend(CompiledKernels.Use.ALWAYS, null).workspace(Workers.caller());
    int columns = 3 * LANES;
    for (ElementaryFunction function : ElementaryFunction.values()) {
      heat(function.toString(), () -> kernels.apply(function, columns, a, 0, b, 0, workspace));
    }
    for (Activation activation : Activation.values()) {
      heat(
          "activate " + activation,
          () -> kernels.activate(activation, 1, columns, b, 0, columns, workspace));
      if (activation != Activation.SOFTMAX) {
        heat(
            "multiplyByDerivative " + activation,
            () ->
                kernels.multiplyByDerivative(
                    activation, 1, columns, b, 0, columns, c, 0, columns, workspace));
      }
    }
    float[] scale = {1};
    float[] rowLoss = new float[1];
    heat(
        "outputLoss",
        () ->
            kernels.outputLoss(
                Loss.CROSS_ENTROPY,
                Activation.SOFTMAX,
                1,
                columns,
                a,
                0,
                columns,
                b,
                0,
                columns,
                scale,
                c,
                0,
                columns,
                rowLoss,
                workspace));
    normalizations(kernels, workspace);
    heat("dropout", () -> kernels.dropout(0.5, 1, 2, 3 * Dropout.GROUP, c, 0, workspace));
    heat("columnSums", () -> kernels.columnSums(4, columns, a, 0, columns, c, 0, workspace));
    List<UpdateRule> rules =
        List.of(
            new UpdateRule.GradientDescent(0.1f, 0.1f),
            new UpdateRule.Momentum(0.1f, 0.1f, 0.1f),
            new UpdateRule.Nesterov(0.1f, 0.1f, 0.1f),
            new UpdateRule.Adagrad(0.1f, 1e-8f, 0.1f),
            new UpdateRule.RmsProp(0.1f, 0.9, 1e-8f, 0.1f),
            new UpdateRule.Adam(0.1, 0.9, 0.99, 1e-8, 0.1f),
            new UpdateRule.AdamW(0.1, 0.9, 0.99, 1e-8, 0.1, 0.1f),
            new UpdateRule.Adjusted(new UpdateRule.GradientDescent(0.1f, 0.1f), 0.5f, 0.1f));
    for (UpdateRule rule : rules) {
      float[][] moments = new float[rule.moments()][columns];
      heat(
          "update by " + rule,
          () -> kernels.update(rule, 1, columns, a, 0, b, 0, moments, 0, workspace));
    }
    Scratch scratch = ((SimdWorkspace) workspace).scratch(0);
    Arrays.fill(a, 1);
    heat("limitColumns", () -> Norms.limitColumns(1, 20, columns, a, 0, scratch));
    heat("multiply", () -> Norms.multiply(columns, b, c, 0));
    heat("limitRow", () -> Norms.limitRow(1, 20, a, 0, scratch));
  }
}
