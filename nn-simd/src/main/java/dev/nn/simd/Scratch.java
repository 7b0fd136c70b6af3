package dev.nn.simd;

/** Buffers of one thread; each grows to what is asked for and is then reused. */
final class Scratch {
  /** The kernels that this thread may use. */
  final CompiledTiles compiled;

  /** What tiles need whose kernels are not compiled; empty until then. */
  final RowSums plain = new RowSums();

  private float[] packedA = {};
  private float[] packedB = {};
  private float[] transposedC = {};
  private float[] narrow = {};
  private float[] gradient = {};
  private float[] rows = {};
  private float[] outputRows = {};

  Scratch(CompiledTiles.Use use) {
    this.compiled = new CompiledTiles(use);
  }

  /** Allocates what tiles need whose kernels are not compiled. */
  void reserveTiles() {
    compiled.reserve();
    plain.copies(Blocks.KC, Blocks.NR);
    plain.reserve(Blocks.NR);
  }

  float[] packedA(int length) {
    packedA = atLeast(length, packedA);
    return packedA;
  }

  float[] packedB(int length) {
    packedB = atLeast(length, packedB);
    return packedB;
  }

  /** Some columns of C, transposed, or the sums of a few rows of C. */
  float[] transposedC(int length) {
    transposedC = atLeast(length, transposedC);
    return transposedC;
  }

  /** Rows of one vector each, of a C that is narrower. */
  float[] narrow(int length) {
    narrow = atLeast(length, narrow);
    return narrow;
  }

  /** The gradient of some inputs' weights of one panel. */
  float[] gradient(int length) {
    gradient = atLeast(length, gradient);
    return gradient;
  }

  /** Padded copies of a row's targets, outputs and delta. */
  float[] outputRows(int length) {
    outputRows = atLeast(length, outputRows);
    return outputRows;
  }

  /** A few padded rows, for ends that fill no vector and for softmax. */
  float[] rows(int length) {
    rows = atLeast(length, rows);
    return rows;
  }

  private static float[] atLeast(int length, float[] buffer) {
    return buffer.length >= length ? buffer : new float[length];
  }
}
