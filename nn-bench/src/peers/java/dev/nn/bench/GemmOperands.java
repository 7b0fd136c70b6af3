package dev.nn.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * A matrix product to be computed: random operands and space for the result, on the heap and, for
 * native code, off it and aligned to cache lines.
 */
final class GemmOperands {
  private static final int CACHE_LINE = 64;

  final GemmShape shape;
  final Layout layout;
  final float[] a;
  final float[] b;
  final float[] c;
  final FloatBuffer nativeA;
  final FloatBuffer nativeB;
  final FloatBuffer nativeC;

  GemmOperands(GemmShape shape, Layout layout) {
    this.shape = shape;
    this.layout = layout;
    a = RandomFloats.uniform(Math.multiplyExact(shape.m(), shape.k()), 1);
    b = RandomFloats.uniform(Math.multiplyExact(shape.k(), shape.n()), 2);
    c = new float[Math.multiplyExact(shape.m(), shape.n())];
    nativeA = offHeap(a.length).put(0, a);
    nativeB = offHeap(b.length).put(0, b);
    nativeC = offHeap(c.length);
  }

  /** Fills the space for C with NaN. */
  void clear() {
    Arrays.fill(c, Float.NaN);
    nativeC.put(0, c);
  }

  /** C as the heap has it, or native memory. */
  float[] result(boolean fromNative) {
    float[] result = c.clone();
    if (fromNative) {
      nativeC.get(0, result);
    }
    return result;
  }

  int strideOfA() {
    return layout.strideOfA(shape);
  }

  int strideOfB() {
    return layout.strideOfB(shape);
  }

  private static FloatBuffer offHeap(int length) {
    // an aligned slice ends on a cache line as well
    return ByteBuffer.allocateDirect(Math.multiplyExact(length, Float.BYTES) + 2 * CACHE_LINE)
        .alignedSlice(CACHE_LINE)
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer()
        .limit(length);
  }
}
