package dev.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** One NumPy array as a stream of bytes, from its magic number to its last value. */
final class NpyStream {

  private NpyStream() {}

  /** Reads an array, which must end with the stream. */
  static NpyArray read(NpyPlace place, InputStream in) throws IOException {
    NpyHeader header = NpyHeader.read(place, in);
    int size = header.type().bytes();
    int bytes = size * Arrays.stream(header.shape()).reduce(1, (a, b) -> a * b);

    // readNBytes grows with what it gets: a header that promises too much costs no memory
    byte[] data = in.readNBytes(bytes);
    if (data.length < bytes) {
      throw place.error(
          header.bytes() + (long) data.length,
          "the file ends after %d of %d data bytes (shape %s)"
              .formatted(data.length, bytes, NpyArray.text(header.shape())));
    }
    if (in.read() >= 0) {
      throw place.error(
          header.bytes() + (long) bytes,
          "the file goes on after the last of %d data bytes (shape %s)"
              .formatted(bytes, NpyArray.text(header.shape())));
    }
    if (header.type() == NpyArray.Type.BOOL) {
      requireTruths(place, header.bytes(), data);
    }
    if (header.bigEndian()) {
      reverse(data, size);
    }
    byte[] rowMajor = header.fortranOrder() ? transposed(data, size, header.shape()) : data;
    return new NpyArray(header.type(), header.shape(), rowMajor);
  }

  /** Writes what NumPy 2 writes. */
  static void write(OutputStream out, NpyArray array) throws IOException {
    out.write(NpyHeader.write(array));
    out.write(array.data());
  }

  private static void requireTruths(NpyPlace place, int start, byte[] data) throws IOException {
    for (int i = 0; i < data.length; i++) {
      if (data[i] != 0 && data[i] != 1) {
        throw place.error(
            start + (long) i,
            "0x%02x for a truth value, allowed: 0x00 and 0x01".formatted(data[i]));
      }
    }
  }

  private static void reverse(byte[] data, int size) {
    for (int from = 0; from < data.length; from += size) {
      for (int i = from, j = from + size - 1; i < j; i++, j--) {
        byte swapped = data[i];
        data[i] = data[j];
        data[j] = swapped;
      }
    }
  }

  /** From the order in which the first index runs fastest to that in which the last one does. */
  private static byte[] transposed(byte[] data, int size, int[] shape) {
    byte[] rowMajor = new byte[data.length];
    int[] index = new int[shape.length];
    int[] stride = new int[shape.length];
    for (int d = 0, product = size; d < shape.length; product *= shape[d++]) {
      stride[d] = product;
    }
    for (int to = 0, from = 0; to < data.length; to += size) {
      System.arraycopy(data, from, rowMajor, to, size);
      for (int d = shape.length - 1; d >= 0; d--) {
        from += stride[d];
        if (++index[d] < shape[d]) {
          break;
        }
        from -= stride[d] * shape[d];
        index[d] = 0;
      }
    }
    return rowMajor;
  }
}
