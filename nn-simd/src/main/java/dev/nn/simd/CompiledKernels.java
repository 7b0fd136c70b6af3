package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;

import java.util.Arrays;

/**
 * Which vector code C2 has compiled, and what brings the rest there: micro-kernels and {@link
 * Operation}s, called kernels here.
 *
 * <p>Before that a kernel is a hundred to a thousand times slower than plain loops, since each
 * vector is an object, so its work is left to {@link PlainTile} or a scalar backend. Meanwhile the
 * kernel gets short calls, until C2 must have been asked to compile it. They have few loops: a call
 * with 256 k would have C2 compile its loop first, for as long, and to no use afterwards. Then one
 * short call now and then shows whether the code is there: compiled ones take a tenth of a
 * microsecond, others ten or more.
 *
 * <p>The time for this is earned by work that took plain loops, some four times its own: what
 * occurs often is soon compiled, and what hardly occurs costs hardly anything. A larger share only
 * spends what plain steps would have used: C2, busy with the Vector API's own methods, decides when
 * kernels are ready. Ten steps of 784-256-128-10 with batches of 128 from a fresh JVM take 0.28 s
 * with a share of one and a half, 0.38 with four, 0.60 with fifteen, and 1,500 steps 3.0 to 3.4 s
 * with any; 20,000 steps of 16-32-16-1 with 32 rows 1.13, 1.33 and 1.69 s. (AMD EPYC Zen 4, Temurin
 * 25, 2026-11-24.)
 *
 * <p>What is compiled is so for the whole JVM; what one caller finds out, all know.
 */
final class CompiledKernels {
  /** When kernels are used. */
  enum Use {
    /** As soon as they are compiled. */
    COMPILED,

    /** Always, compiled or not. */
    ALWAYS,

    /** Never. */
    NEVER
  }

  /** Kernels are numbered: row tiles, column tiles, operations. */
  private static final int COLUMN_TILES = TileNumber.COUNT;

  private static final int OPERATIONS = 2 * TileNumber.COUNT;
  private static final Operation[] ALL_OPERATIONS = Operation.values();
  private static final int COUNT = OPERATIONS + ALL_OPERATIONS.length;

  /**
   * What is known to be compiled. Threads read and write it as they please: an element changes
   * once, and who sees that late takes plain loops a little longer.
   */
  private static final boolean[] COMPILED = new boolean[COUNT];

  /** The interpreter takes 800 ns and more for an operation on a vector, C1's code 20 to 200. */
  private static final long MAX_C1_NANOS = 400;

  /** C2's code takes 1 ns or less for an operation on a vector, on slow processors a few. */
  private static final long MAX_C2_NANOS = 5;

  /** A call is as much as so many operations on vectors. */
  private static final long CALL_IN_VECTORS = 100;

  /** What a call of plain loops takes besides, in operations on vectors. */
  private static final int PLAIN_CALL_IN_VECTORS = 40;

  /** Most time at once: a prediction should not wait for more. */
  private static final long SLICE_NANOS = 1_000_000;

  /** What a kernel owes at first, so that the first predictions need no class of vectors. */
  private static final long DEBT_NANOS = 1_000_000;

  /** Some four times what plain loops take for a vector of products. */
  private static final int EARNED_NANOS = 5;

  /**
   * The same while C2 is at work, in vectors for a nanosecond: a third of what plain loops take.
   */
  private static final int VECTORS_FOR_NANO = 2;

  /** Whether the classes of vectors are loaded, which takes as long as twenty slices. */
  private static boolean loaded;

  private final Use use;
  private final boolean[] usable;

  /** Whether C1 has compiled a kernel; null until one is needed. */
  private boolean[] c1;

  /** Calls of C1's code of each kernel by this object. */
  private int[] calls;

  /** Time that each kernel may still spend. */
  private long[] nanos;

  /** When the next one may: after a call that loaded many classes, it is someone else's turn. */
  private long notBefore;

  private Rehearsal rehearsal;

  CompiledKernels(Use use) {
    this.use = use;
    this.usable = use == Use.COMPILED ? COMPILED : new boolean[COUNT];
    if (use == Use.ALWAYS) {
      Arrays.fill(usable, true);
    }
  }

  /**
   * Whether a micro-kernel should be used for a tile. One that is not compiled is brought nearer to
   * it.
   *
   * @param apart a kernel of RowTiles, otherwise of ColumnTiles
   * @param kc of the tile
   */
  boolean has(boolean apart, int number, int kc) {
    int kernel = apart ? number : COLUMN_TILES + number;
    return usable[kernel]
        || warm(kernel, (long) kc * TileNumber.vectors(number) * TileNumber.rows(number));
  }

  /**
   * Whether the vector code of an operation should be used. One that is not compiled is brought
   * nearer to it.
   *
   * @param elements that it is about to be done with
   */
  @SuppressWarnings("EnumOrdinal") // arrays of this run only
  boolean has(Operation operation, int elements) {
    int kernel = OPERATIONS + operation.ordinal();
    return usable[kernel]
        || ((operation.part() == null || has(operation.part(), elements))
            && warm(kernel, operation.vectors() * (1L + elements / LANES)));
  }

  /**
   * Spends what a kernel has earned on calls of it.
   *
   * @param work operations on vectors that the caller wants of it
   * @return whether it is compiled
   */
  private boolean warm(int kernel, long work) {
    if (use == Use.NEVER) {
      return false;
    }
    reserve();
    Operation operation = kernel < OPERATIONS ? null : ALL_OPERATIONS[kernel - OPERATIONS];
    int number = kernel % TileNumber.COUNT;
    int vectors =
        operation != null
            ? operation.vectors()
            : TileNumber.vectors(number) * TileNumber.rows(number);
    int enough = operation != null ? Rehearsal.CALLS_OF_OPERATION : Rehearsal.CALLS_OF_TILE;
    long all = work + PLAIN_CALL_IN_VECTORS;
    nanos[kernel] += calls[kernel] < enough ? all * EARNED_NANOS : all / VECTORS_FOR_NANO;
    long most = Math.min(nanos[kernel], SLICE_NANOS);
    long begin = most > 0 ? System.nanoTime() : 0;
    if (most <= 0 || begin - notBefore < 0) {
      return false;
    }
    if (!loaded) {
      Species.load();
      loaded = true;
      rest(System.nanoTime() - begin);
      return false;
    }
    long spent = 0;
    while (spent < most) {
      long start = System.nanoTime();
      int loops =
          operation != null
              ? rehearsal.run(operation, c1[kernel])
              : rehearsal.run(kernel < COLUMN_TILES, number, c1[kernel]);
      long time = System.nanoTime() - start;
      spent += time;
      long done = (long) loops * vectors;
      if (c1[kernel] && time <= MAX_C2_NANOS * (done + CALL_IN_VECTORS)) {
        usable[kernel] = true;
        return true;
      }
      if (c1[kernel] && ++calls[kernel] > enough) {
        break; // one look at a time
      }
      c1[kernel] = time < MAX_C1_NANOS * done; // compiled code may become invalid, too
    }
    nanos[kernel] -= spent;
    if (spent > 2 * SLICE_NANOS) {
      rest(spent);
    }
    return false;
  }

  private void rest(long time) {
    notBefore = System.nanoTime() + time;
  }

  /** Allocates what is needed until all kernels are compiled. */
  void reserve() {
    if (rehearsal == null && use == Use.COMPILED) {
      c1 = new boolean[COUNT];
      calls = new int[COUNT];
      nanos = new long[COUNT];
      Arrays.fill(nanos, -DEBT_NANOS);
      notBefore = System.nanoTime();
      rehearsal = new Rehearsal();
    }
  }
}
