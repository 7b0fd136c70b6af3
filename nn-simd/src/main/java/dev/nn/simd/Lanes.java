package dev.nn.simd;

import jdk.incubator.vector.VectorShape;

/** The number of lanes of all vectors, known before the classes of vectors are loaded. */
final class Lanes {
  /** Floats in the widest vector of the machine, up to 512 bits. */
  static final int LANES = Math.min(512, VectorShape.preferredShape().vectorBitSize()) / Float.SIZE;

  private Lanes() {}
}
