package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;

/** Block sizes of the matrix product, in the vocabulary of BLIS. */
final class Blocks {
  /**
   * Length of a chunk of the sums over k: the contract's, so that a tile sums exactly one chunk.
   */
  static final int KC = 256;

  /** Whether there are 32 vector registers; with 256 bits and less there may be 16 only. */
  private static final boolean MANY_REGISTERS = LANES >= 16;

  /**
   * Whether C2 must not know how far the rows of a packed A are apart. If it knows, JDK 25 loads
   * the elements of several rows before it multiplies the first, for which 16 registers are too
   * few: a sum that goes through memory in each step halves the speed of a tile of 6 x 2 vectors
   * (0.46 of the FMA peak; 0.99 otherwise). JDK 17 orders the loads the other way about (0.92 and
   * 0.79). (AMD EPYC Zen 3, 256 bits, 2026-11-26.)
   */
  static final boolean HIDES_ROWS = !MANY_REGISTERS && Runtime.version().feature() >= 25;

  /** Most vectors in a row of a tile whose A is read as it stands, and so in a panel of weights. */
  static final int MAX_VECTORS = MANY_REGISTERS ? 4 : 2;

  /** Most columns of such a panel, NR. */
  static final int NR = MAX_VECTORS * LANES;

  /**
   * Most rows of a tile whose A rows are apart, MR: each costs an index register. The C2 of JDK 17
   * loads the elements of all rows before it multiplies the first, so that six rows of four vectors
   * need 34 registers: with 6 rows 512 cubed reaches 0.79 of the FMA peak, with 5 rows 0.95. JDK 25
   * reaches 0.95 and 0.94. (AMD EPYC Zen 4, 2026-11-24.)
   */
  static final int MR = Runtime.version().feature() >= 25 ? 6 : 5;

  /** Most columns of a panel beside a packed A: 32 KB with KC, all or most of L1. */
  static final int PACKED_NR = 2 * LANES;

  /** Most rows of a packed A's tile of two vectors. */
  static final int PACKED_MR = MANY_REGISTERS ? 12 : 6;

  /**
   * Columns of a matrix of weights from which a copy of A in tiles pays, if it has rows enough:
   * with 256 bits a panel is so narrow that A passes once for every 16 columns, as six streams that
   * do not come out of L3 fast enough. 512 rows and 2048x2048 weights reach 0.84 of the FMA peak
   * with the copy and 0.76 without, 256 rows and 1024x1024 weights 0.83 and 0.77 (0.81 and 0.76 on
   * JDK 17), but with 512 columns both are equal (AMD EPYC Zen 3, Temurin 25, 2026-11-26). With 512
   * bits A as it stands is faster, and with 128 a tile has more rows than a vector has lanes.
   */
  static final int MIN_COLUMNS_TO_PACK_ROWS = LANES == 8 ? 1024 : Integer.MAX_VALUE;

  /** Rows of A, as it stands, that pass a panel together: 48 KB with KC. */
  static final int MC = 48;

  /** Columns of B that pass MC rows of A together: their C is 72 KB, in L2. */
  static final int NC = 384;

  /** Rows of A that are packed together: 96 KB with KC, in L2; whole tiles. */
  static final int PACKED_MC = 96;

  /** Columns of B that pass PACKED_MC rows of A together: their C is 384 KB, in L2. */
  static final int PACKED_NC = 1024;

  /** Multiply-adds below which a second thread costs more than it saves, about 4 microseconds. */
  static final long MIN_PARALLEL_WORK = 1L << 19;

  private Blocks() {}

  /** Number of blocks of a size that cover a length. */
  static int count(int length, int size) {
    return (length + size - 1) / size;
  }

  static int roundUp(int length, int multiple) {
    return count(length, multiple) * multiple;
  }

  /** Rows of one of the tiles that rows are divided into evenly, the longer ones first. */
  static int tileRows(int rows, int tile, int tiles) {
    return rows / tiles + (tile < rows % tiles ? 1 : 0);
  }

  /** Number of panels of at most {@code width} columns, whole vectors, that cover some columns. */
  static int panels(int columns, int width) {
    return count(columns, width);
  }

  /** First column of a panel when whole vectors are divided evenly. */
  static int panelBegin(int columns, int width, int panel) {
    return LANES * Parts.begin(count(columns, LANES), panel, panels(columns, width));
  }

  /** The panel that a column is in. */
  static int panelOf(int columns, int width, int column) {
    return Parts.of(count(columns, LANES), column / LANES, panels(columns, width));
  }

  /** Most rows of a tile of so many vectors whose A rows are adjacent. */
  static int adjacentRows(int vectors) {
    if (!MANY_REGISTERS) {
      return PACKED_MR;
    }
    return switch (vectors) {
      case 1, 2 -> PACKED_MR;
      case 3 -> 8;
      default -> 6;
    };
  }
}
