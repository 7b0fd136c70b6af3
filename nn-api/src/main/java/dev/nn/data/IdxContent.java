package dev.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;

/** The dimensions and the bytes of one IDX file, all of them in memory. */
final class IdxContent {

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

  /** As the other {@code read}, from the unpacked content. */
  static IdxContent read(Path file, InputStream in, int dimensions) throws IOException {
    int headerBytes = IdxHeader.bytes(dimensions);
    int[] sizes = IdxHeader.sizes(file, in.readNBytes(headerBytes), dimensions);
    int bytes = Arrays.stream(sizes).reduce(1, Math::multiplyExact);

    // readNBytes grows with what it gets: a header that promises too much costs no memory
    byte[] data = in.readNBytes(bytes);
    long found = data.length < bytes || in.read() < 0 ? data.length : bytes + 1L;
    IdxHeader.requireEnd(file, headerBytes, found, bytes, sizes);
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
}
