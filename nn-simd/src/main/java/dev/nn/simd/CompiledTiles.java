package dev.nn.simd;

import static dev.nn.simd.Species.LANES;

import java.util.Arrays;

/**
 * Which micro-kernels C2 has compiled, as far as one caller knows, and what brings the others
 * there.
 *
 * <p>Before that a kernel is a thousand times slower than plain loops, since each vector is an
 * object, so its tiles are left to {@link PlainTile}. Meanwhile the kernel gets short calls, until
 * C2 must have been asked to compile it. They have few loops: a call with 256 k would have C2
 * compile its loop first, for as long, and to no use afterwards. Then one short call now and then
 * shows whether the code is there: compiled ones take a tenth of a microsecond, others ten or more.
 *
 * <p>The time for this is earned by tiles that took plain loops, some fifteen times theirs: a shape
 * that occurs often is soon compiled, and one that hardly occurs costs hardly anything. Other
 * shares (eight, thirty, hundreds) made no difference to the first 1,500 steps of 784-256-128-10
 * that exceeds the noise, 10 %: C2, busy with the Vector API's own methods, decides when kernels
 * are ready.
 */
final class CompiledTiles {
  /** When kernels are used. */
  enum Use {
    /** As soon as they are compiled. */
    COMPILED,

    /** Always, compiled or not. */
    ALWAYS,

    /** Never. */
    NEVER
  }

  /** Most k of a call, once C1 has compiled the kernel; the interpreter gets INTERPRETED_K. */
  static final int K = 24;

  private static final int INTERPRETED_K = 2;

  /** Calls between two looks at the clock, which may cost as much as one on some machines. */
  private static final int TOGETHER = 4;

  /** The interpreter takes 800 ns and more for a vector of products, C1's code 20 to 200. */
  private static final long MAX_C1_NANOS = 400;

  /** C2's code takes 1 ns or less for a vector of products, on slow processors a few. */
  private static final long MAX_C2_NANOS = 5;

  /** A call is as much as so many vectors of products. */
  private static final long CALL_IN_VECTORS = 100;

  /** Calls of C1's code after which C2 has been asked: 600, and 15,000 with their loops. */
  private static final int CALLS = 700;

  /** Most time at once: a prediction should not wait for more. */
  private static final long SLICE_NANOS = 1_000_000;

  /** What a kernel owes at first, so that the first predictions need no class of vectors. */
  private static final long DEBT_NANOS = 1_000_000;

  /** Some fifteen times what plain loops take for a vector of products. */
  private static final int EARNED_NANOS = 20;

  /**
   * The same while C2 is at work, in vectors for a nanosecond: a third of what plain loops take.
   */
  private static final int VECTORS_FOR_NANO = 2;

  private final Use use;
  private final boolean[] compiledRowTiles = new boolean[TileNumber.COUNT];
  private final boolean[] compiledColumnTiles = new boolean[TileNumber.COUNT];

  /** Whether C1 has compiled a kernel, column tiles after row tiles; null until one is needed. */
  private boolean[] c1;

  /** Calls of C1's code of each kernel by this class. */
  private int[] calls;

  /** Time that each kernel may still spend. */
  private long[] nanos;

  /** Operands of these calls. */
  private float[] operands;

  CompiledTiles(Use use) {
    this.use = use;
    Arrays.fill(compiledRowTiles, use == Use.ALWAYS);
    Arrays.fill(compiledColumnTiles, use == Use.ALWAYS);
  }

  /**
   * Whether a kernel should be used for a tile. One that is not compiled is brought nearer to it.
   *
   * @param apart a kernel of RowTiles, otherwise of ColumnTiles
   * @param kc of the tile
   */
  boolean has(boolean apart, int number, int kc) {
    return (apart ? compiledRowTiles : compiledColumnTiles)[number] || warm(apart, number, kc);
  }

  private boolean warm(boolean apart, int number, int kc) {
    if (use == Use.NEVER) {
      return false;
    }
    reserve();
    int index = apart ? number : TileNumber.COUNT + number;
    int rows = TileNumber.rows(number);
    int vectors = TileNumber.vectors(number);
    int products = rows * vectors * kc;
    nanos[index] += calls[index] < CALLS ? products * EARNED_NANOS : products / VECTORS_FOR_NANO;
    long most = Math.min(nanos[index], SLICE_NANOS);
    long spent = 0;
    while (spent < most) {
      int together = c1[index] ? TOGETHER : 1;
      int callK = c1[index] ? K : INTERPRETED_K;
      long start = System.nanoTime();
      for (int call = 0; call < together; call++) {
        run(apart, number, callK);
      }
      long time = System.nanoTime() - start;
      spent += time;
      long vectorsOfProducts = (long) together * callK * rows * vectors;
      if (!c1[index]) {
        c1[index] = time < MAX_C1_NANOS * vectorsOfProducts;
      } else if (time <= MAX_C2_NANOS * (vectorsOfProducts + together * CALL_IN_VECTORS)) {
        (apart ? compiledRowTiles : compiledColumnTiles)[number] = true;
        return true;
      } else {
        calls[index] += together;
        if (calls[index] > CALLS) {
          break; // one look at a time
        }
      }
    }
    nanos[index] -= spent;
    return false;
  }

  /** Allocates what is needed until all kernels are compiled. */
  void reserve() {
    if (operands == null && use == Use.COMPILED) {
      c1 = new boolean[2 * TileNumber.COUNT];
      calls = new int[2 * TileNumber.COUNT];
      nanos = new long[2 * TileNumber.COUNT];
      Arrays.fill(nanos, -DEBT_NANOS);
      operands = new float[(2 * Blocks.PACKED_MR + K + 1) * (Blocks.NR + 1)];
    }
  }

  /** One call for operands of which only the steps matter, all zero. */
  void run(boolean apart, int number, int kc) {
    int rows = TileNumber.rows(number);
    int width = TileNumber.vectors(number) * LANES;
    boolean packed = TileNumber.isPacked(number);
    int as = packed ? rows : rows + 1;
    int bs = packed ? width : width + 1;
    int b = Blocks.PACKED_MR * (Blocks.NR + 1);
    int c = b + K * (Blocks.NR + 1);
    if (apart) {
      RowTiles.tile(
          number,
          kc,
          operands,
          0,
          kc,
          operands,
          b,
          bs,
          width - LANES,
          operands,
          c,
          width,
          operands,
          c,
          width);
    } else {
      ColumnTiles.tile(
          number,
          kc,
          operands,
          0,
          as,
          operands,
          b,
          bs,
          width - LANES,
          operands,
          c,
          width,
          operands,
          c,
          width);
    }
  }
}
