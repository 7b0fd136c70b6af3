package dev.nn.simd;

/** The number of a micro-kernel: its rows, its vectors, and whether its operands are packed. */
final class TileNumber {
  /** Numbers are below this. */
  static final int COUNT = 1 << 8;

  private static final int PACKED = 1 << 7;

  private TileNumber() {}

  /** The number of a kernel of up to 15 rows and 7 vectors. */
  static int of(int rows, int vectors, boolean packed) {
    return rows + (vectors << 4) + (packed ? PACKED : 0);
  }

  static int rows(int number) {
    return number & 15;
  }

  static int vectors(int number) {
    return number >> 4 & 7;
  }

  static boolean isPacked(int number) {
    return number >= PACKED;
  }
}
