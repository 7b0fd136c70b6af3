package dev.nn.data;

import java.util.Arrays;

/** Floats whose number is not known beforehand. */
final class FloatList {

  /** The longest array that every JVM can allocate. */
  static final int MAX_SIZE = Integer.MAX_VALUE - 8;

  private float[] values = new float[1024];
  private int size;

  void add(float value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, (int) Math.min(2L * size, MAX_SIZE));
    }
    values[size++] = value;
  }

  float get(int i) {
    return values[i];
  }

  int size() {
    return size;
  }

  float[] toArray() {
    return Arrays.copyOf(values, size);
  }
}
