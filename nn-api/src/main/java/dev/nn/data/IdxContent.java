package dev.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The dimensions and the bytes of one IDX file.
 *
 * <pre>
 * byte 0, 1    0
 * byte 2       type of the values; 0x08 = unsigned byte, the only one read here
 * byte 3       d = number of dimensions
 * byte 4 ..    d sizes, each 4 bytes, big-endian
 * then         as many values as the product of the sizes, and the end of the file
 * </pre>
 */
final class IdxContent {

  /** The largest array that every JVM can allocate. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private final int[] sizes;
  private final byte[] data;

  private IdxContent(int[] sizes, byte[] data) {
    this.sizes = sizes;
    this.data = data;
  }

  /** Reads all of a file that must have this number of dimensions. */
  static IdxContent read(Path file, int dimensions) throws IOException {
    try (InputStream in = DataFiles.open(file)) {
      return read(file, in, dimensions);
    }
  }

  private static IdxContent read(Path file, InputStream in, int dimensions) throws IOException {
    int headerBytes = headerBytes(dimensions);
    byte[] header = in.readNBytes(headerBytes);
    requireMagic(file, header, dimensions);
    if (header.length < headerBytes) {
      throw new DataFormatException(
          file, "byte " + header.length, "the file ends in a header of " + headerBytes + " bytes");
    }
    int[] sizes = sizes(file, header, dimensions);
    int bytes = Arrays.stream(sizes).reduce(1, Math::multiplyExact);

    // readNBytes grows with what it gets: a header that promises too much costs no memory
    byte[] data = in.readNBytes(bytes);
    long end = (long) headerBytes + data.length;
    if (data.length < bytes) {
      throw new DataFormatException(
          file,
          "byte " + end,
          "the file ends after %d of %d data bytes (sizes %s)"
              .formatted(data.length, bytes, Arrays.toString(sizes)));
    }
    if (in.read() >= 0) {
      throw new DataFormatException(
          file,
          "byte " + end,
          "the file goes on after the last of %d data bytes (sizes %s)"
              .formatted(bytes, Arrays.toString(sizes)));
    }
    return new IdxContent(sizes, data);
  }

  /** Size of a dimension, at least 1. */
  int size(int dimension) {
    return sizes[dimension];
  }

  /** The values themselves, as many as the product of the sizes; not a copy. */
  byte[] data() {
    return data;
  }

  /** Position of the first value. */
  static int headerBytes(int dimensions) {
    return 4 + 4 * dimensions;
  }

  private static void requireMagic(Path file, byte[] header, int dimensions) throws IOException {
    int[] magic = {0, 0, 0x08, dimensions};
    String[] meaning = {"magic", "magic", "type (0x08 = unsigned byte)", "number of dimensions"};
    for (int i = 0; i < magic.length; i++) {
      if (i == header.length) {
        throw new DataFormatException(file, "byte " + i, "the file ends in its first 4 bytes");
      }
      if (header[i] != magic[i]) {
        throw new DataFormatException(
            file,
            "byte " + i,
            "%s is 0x%02x, allowed: 0x%02x".formatted(meaning[i], header[i], magic[i]));
      }
    }
  }

  /** The sizes, each at least 1, their product at most MAX_BYTES. */
  private static int[] sizes(Path file, byte[] header, int dimensions) throws IOException {
    int[] sizes = new int[dimensions];
    long product = 1;
    for (int d = 0; d < dimensions; d++) {
      int position = headerBytes(d);
      long size = 0;
      for (int i = 0; i < 4; i++) {
        size = (size << 8) | (header[position + i] & 0xff);
      }
      long allowed = MAX_BYTES / product;
      if (size < 1 || size > allowed) {
        throw new DataFormatException(
            file,
            "byte " + position,
            "size %d of dimension %d, allowed: 1 to %d (%d data bytes in all)"
                .formatted(size, d, allowed, MAX_BYTES));
      }
      sizes[d] = (int) size;
      product *= size;
    }
    return sizes;
  }
}
