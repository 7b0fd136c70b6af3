package dev.nn.simd;

import static dev.nn.simd.Species.LANES;

import java.util.Arrays;

/**
 * Which micro-kernels C2 has compiled, as far as one caller knows, and what brings the others
 * there.
 *
 * <p>Before that a kernel is a thousand times slower than scalar code, since each vector is an
 * object. So a kernel without code of its own first gets calls with short sums, a slice of a
 * millisecond each time that it is asked for, until C2 must have been asked to compile it. They are
 * few loops: a call with 256 k would have C2 compile its loop first, for as long, and to no use
 * afterwards. Then one short call a time shows whether the code is there: compiled ones take a
 * tenth of a microsecond, others ten or more.
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

  /** Kernels have numbers below this. */
  private static final int NUMBERS = 512;

  private static final int MAX_ROWS = 12;

  /** Calls after which the interpreter has handed over to C1, with room for its delay. */
  private static final int INTERPRETED_CALLS = 300;

  private static final int INTERPRETED_K = 2;

  /** Calls after which C2 has been asked: 600 and 15,000 loops, counted by C1's code. */
  private static final int CALLS = 1100;

  private static final int K = 24;

  private static final long SLICE_NANOS = 1_000_000;

  /** Tiles of a shape that take plain loops after the call that loads the classes of vectors. */
  private static final int PAUSE = 64;

  /** Most tiles of a shape between two looks at a kernel that C2 is to compile. */
  private static final int MAX_PAUSE = 1 << 12;

  /** More than compiled code needs for INTERPRETED_K k on the slowest processor, and C1's takes. */
  private static final long MAX_NANOS = 1000;

  private final Use use;
  private final boolean[] compiledRowTiles = new boolean[NUMBERS];
  private final boolean[] compiledColumnTiles = new boolean[NUMBERS];

  /** Calls of each kernel by this class; column tiles after row tiles. */
  private int[] calls;

  /** Tiles of each kernel until its next slice. */
  private int[] pauses;

  /** Operands of these calls; null until a kernel is found that is not compiled. */
  private float[] operands;

  CompiledTiles(Use use) {
    this.use = use;
    Arrays.fill(compiledRowTiles, use == Use.ALWAYS);
    Arrays.fill(compiledColumnTiles, use == Use.ALWAYS);
  }

  /**
   * Whether a kernel should be used. What is not compiled is warmed for a millisecond first.
   *
   * @param apart a kernel of RowTiles, otherwise of ColumnTiles
   */
  boolean has(boolean apart, int number) {
    return (apart ? compiledRowTiles : compiledColumnTiles)[number] || warm(apart, number);
  }

  private boolean warm(boolean apart, int number) {
    if (use == Use.NEVER) {
      return false;
    }
    reserve();
    int index = apart ? number : NUMBERS + number;
    if (pauses[index] > 0) {
      pauses[index]--;
      return false;
    }
    long begin = System.nanoTime();
    do {
      boolean interpreted = calls[index] < INTERPRETED_CALLS || calls[index] >= CALLS;
      long clock = System.nanoTime();
      long start = System.nanoTime();
      run(apart, number, interpreted ? INTERPRETED_K : K);
      long nanos = System.nanoTime() - start;
      calls[index]++;
      if (nanos - (start - clock) <= MAX_NANOS) {
        (apart ? compiledRowTiles : compiledColumnTiles)[number] = true;
        return true;
      }
    } while (calls[index] < CALLS && System.nanoTime() - begin < SLICE_NANOS);
    if (calls[index] >= CALLS) {
      pauses[index] = Math.min(MAX_PAUSE, calls[index] - CALLS);
    } else if (System.nanoTime() - begin > 4 * SLICE_NANOS) {
      pauses[index] = PAUSE;
    }
    return false;
  }

  /** Allocates what is needed until all kernels are compiled. */
  void reserve() {
    if (operands == null && use == Use.COMPILED) {
      calls = new int[2 * NUMBERS];
      pauses = new int[2 * NUMBERS];
      operands = new float[(2 * MAX_ROWS + K + 1) * (Blocks.NR + 1)];
    }
  }

  /** One call for operands of which only the steps matter, all zero. */
  void run(boolean apart, int number, int kc) {
    int rows = number & 15;
    int vectors = number >> 4 & 7;
    int width = vectors * LANES;
    boolean packed = number >= 1 << 8;
    int as = packed ? rows : rows + 1;
    int bs = packed ? width : width + 1;
    int b = MAX_ROWS * (Blocks.NR + 1);
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
