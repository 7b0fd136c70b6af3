package dev.nn.simd;

/** How the rows of A lie in memory, and what its position {@code ap} and step {@code as} mean. */
enum Rows {
  /** {@code A[i][k]} at {@code ap + i as + k}: row-major. */
  APART,

  /** {@code A[i][k]} at {@code ap + i + k as}: a transposed row-major matrix. */
  ADJACENT,

  /**
   * Packed tiles one after the other, each with its rows adjacent: {@code A[i][k]} of the tile of r
   * rows that begins with row t at {@code ap + t as + k r + i - t}.
   */
  TILES
}
