package dev.nn.simd;

import dev.nn.spi.Backend;
import dev.nn.spi.Kernels;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;

/** Buffers of one thread; each grows to what is asked for and is then reused. */
final class Scratch {
  /** The kernels that this thread may use. */
  final CompiledKernels compiled;

  /** What does operations whose vector code is not compiled; null if there is no such backend. */
  final Kernels scalar;

  final Workspace scalarWorkspace;

  /** What tiles need whose kernels are not compiled; empty until then. */
  final RowSums plain = new RowSums();

  /** Random words of dropout. */
  final long[] words = new long[Dropout.GROUPS * Dropout.GROUP];

  /** The keys of their rounds, two vectors each. */
  final long[] keys = new long[Dropout.ROUNDS * Lanes.LANES];

  private float[] packedA = {};
  private float[] packedB = {};
  private float[] transposedC = {};
  private float[] narrow = {};
  private float[] gradient = {};
  private float[] rows = {};
  private float[] outputRows = {};
  private float[] between = {};
  private float[] adjusted = {};

  Scratch(CompiledKernels.Use use, Backend scalar) {
    this.compiled = new CompiledKernels(use);
    this.scalar = scalar == null ? null : scalar.kernels();
    this.scalarWorkspace = scalar == null ? null : scalar.workspace(Workers.caller());
  }

  /** Allocates what is needed while kernels are not compiled, and what has one size. */
  void reserveKernels() {
    compiled.reserve();
    plain.copies(Blocks.KC, Blocks.NR);
    plain.reserve(Blocks.NR);
    adjusted(Updates.BLOCK);
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

  /** The gradient of some inputs' weights of some panels. */
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

  /** What arises between the steps of an activation. */
  float[] between(int length) {
    between = atLeast(length, between);
    return between;
  }

  /** Some of a gradient, clipped and with the L1 term. */
  float[] adjusted(int length) {
    adjusted = atLeast(length, adjusted);
    return adjusted;
  }

  private static float[] atLeast(int length, float[] buffer) {
    return buffer.length >= length ? buffer : new float[length];
  }
}
