package dev.nn.data;

import java.util.Arrays;

/** Integers whose number is not known beforehand. */
final class IntList {

  private int[] values = new int[1024];
  private int size;

  void add(int value) {
    if (size == values.length) {
      values = Arrays.copyOf(values, (int) Math.min(2L * size, FloatList.MAX_SIZE));
    }
    values[size++] = value;
  }

  int get(int i) {
    return values[i];
  }

  int size() {
    return size;
  }
}
