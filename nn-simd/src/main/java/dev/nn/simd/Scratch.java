package dev.nn.simd;

/** Buffers of one thread; each grows to what is asked for and is then reused. */
final class Scratch {
  /** A micro-tile at an edge, or a tile of a gradient: rows of NR. */
  final float[] tile = new float[8 * Blocks.NR];

  private float[] packedA = {};
  private float[] packedB = {};
  private float[] rows = {};
  private float[] outputRows = {};

  float[] packedA(int length) {
    return packedA.length >= length ? packedA : (packedA = new float[length]);
  }

  float[] packedB(int length) {
    return packedB.length >= length ? packedB : (packedB = new float[length]);
  }

  /** Padded copies of a row's targets, outputs and delta. */
  float[] outputRows(int length) {
    return outputRows.length >= length ? outputRows : (outputRows = new float[length]);
  }

  /** A few padded rows, for ends that fill no vector and for softmax. */
  float[] rows(int length) {
    return rows.length >= length ? rows : (rows = new float[length]);
  }
}
