package dev.nn.simd;

import static dev.nn.simd.Species.LANES;

/** Block sizes of the matrix product, in the vocabulary of BLIS. */
final class Blocks {
  /**
   * Length of a chunk of the sums over k: the contract's, so that a tile sums exactly one chunk.
   */
  static final int KC = 256;

  /**
   * Most vectors in a row of a micro-tile, and so in a panel. With 512 bits there are 32 registers:
   * 6 x 4 vectors and their operands. With 256 bits there may be 16 only: 6 x 2.
   */
  static final int MAX_VECTORS = LANES >= 16 ? 4 : 2;

  /** Most columns of a panel, NR. */
  static final int NR = MAX_VECTORS * LANES;

  /** Most rows of a micro-tile, MR. */
  static final int MR = 6;

  /** Rows of A that pass a panel together: 96 KB with KC. */
  static final int MC = 96;

  /** Columns of B that are packed together: 512 KB with KC, half of L2. */
  static final int NC = 512;

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

  /** First unit of a part when units are divided evenly; part == parts gives the end. */
  static int begin(int units, int part, int parts) {
    return (int) ((long) units * part / parts);
  }

  /** Number of panels that so many columns are divided into, as evenly as whole vectors allow. */
  static int panels(int columns) {
    return count(columns, NR);
  }

  /** First column of a panel; that of the one after the last is the width of all panels. */
  static int panelBegin(int columns, int panel) {
    return LANES * begin(count(columns, LANES), panel, panels(columns));
  }
}
