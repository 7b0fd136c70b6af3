package dev.nn.simd;

/** Block sizes of the packed matrix product, in the vocabulary of BLIS. */
final class Blocks {
  /** Length of a chunk of the sums over k: the contract's, so a tile sums exactly one chunk. */
  static final int KC = 256;

  /** Columns of a micro-tile and of a packed panel: two vectors. */
  static final int NR = 2 * Species.LANES;

  /**
   * Most rows of a micro-tile. 8 x 2 vectors leave 13 of 32 registers to the operands; machines
   * with 256 bits have 16 registers, where 6 x 2 is what fits.
   */
  static final int MR = Species.LANES >= 16 ? 8 : 6;

  /** Rows of A that are packed together, a multiple of every MR: 96 KB with KC, inside L2. */
  static final int MC = 96;

  /** Columns of B that are packed together, a multiple of every NR: 512 KB with KC, half of L2. */
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
}
