package dev.nn.io;

import java.util.List;

/**
 * What a file says of one tensor.
 *
 * @param name unique in the file
 * @param dtype type of the elements
 * @param shape sizes of its dimensions, each at least 0; empty for a scalar
 * @param begin its first byte, counted from the end of the header
 * @param bytes length of its data: the product of the sizes times the bits of an element over 8
 */
public record TensorInfo(String name, DType dtype, List<Long> shape, long begin, long bytes) {
  /** Copies the shape. */
  public TensorInfo {
    shape = List.copyOf(shape);
  }

  /**
   * The product of the sizes; 1 for a scalar.
   *
   * @return number of elements
   */
  public long elements() {
    long elements = 1;
    for (long size : shape) {
      elements *= size;
    }
    return elements;
  }
}
