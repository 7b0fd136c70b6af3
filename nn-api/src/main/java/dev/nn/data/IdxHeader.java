package dev.nn.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The first bytes of an IDX file, and what they promise of the others.
 *
 * <pre>
 * byte 0, 1    0
 * byte 2       type of the values; 0x08 = unsigned byte, the only one read here
 * byte 3       d = number of dimensions
 * byte 4 ..    d sizes, each 4 bytes, big-endian
 * then         as many values as the product of the sizes, and the end of the file
 * </pre>
 */
final class IdxHeader {

  /** Of a file of images: images x height x width. */
  static final int IMAGE_DIMENSIONS = 3;

  /** Of a file of labels. */
  static final int LABEL_DIMENSIONS = 1;

  /** The largest array that every JVM can allocate. */
  static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private IdxHeader() {}

  /** Position of the first value. */
  static int bytes(int dimensions) {
    return 4 + 4 * dimensions;
  }

  /** The sizes in a file of which one array shall hold all values: each at least 1. */
  static int[] sizes(Path file, byte[] header, int dimensions) throws IOException {
    requireMagic(file, header, dimensions);
    int[] sizes = new int[dimensions];
    readSizes(file, header, sizes, 0, "data bytes in all");
    return sizes;
  }

  /** The sizes in a file of images of which an array shall hold one: each at least 1. */
  static int[] sizesOfImages(Path file, byte[] header) throws IOException {
    requireMagic(file, header, IMAGE_DIMENSIONS);
    int[] sizes = new int[IMAGE_DIMENSIONS];
    sizes[0] = size(file, header, 0, Integer.MAX_VALUE, "");
    readSizes(file, header, sizes, 1, "data bytes in an image");
    return sizes;
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
    if (header.length < bytes(dimensions)) {
      throw new DataFormatException(
          file,
          "byte " + header.length,
          "the file ends in a header of " + bytes(dimensions) + " bytes");
    }
  }

  /** The sizes from a dimension on, their product at most MAX_BYTES. */
  private static void readSizes(Path file, byte[] header, int[] sizes, int first, String what)
      throws IOException {
    int allowed = MAX_BYTES;
    for (int d = first; d < sizes.length; d++) {
      sizes[d] = size(file, header, d, allowed, " (%d %s)".formatted(MAX_BYTES, what));
      allowed /= sizes[d];
    }
  }

  private static int size(Path file, byte[] header, int dimension, int allowed, String why)
      throws IOException {
    int position = bytes(dimension);
    long size = 0;
    for (int i = 0; i < 4; i++) {
      size = (size << 8) | (header[position + i] & 0xff);
    }
    if (size < 1 || size > allowed) {
      throw new DataFormatException(
          file,
          "byte " + position,
          "size %d of dimension %d, allowed: 1 to %d%s".formatted(size, dimension, allowed, why));
    }
    return (int) size;
  }

  /** The file must have as many data bytes as its sizes promise. */
  static void requireEnd(Path file, int headerBytes, long found, long promised, int[] sizes)
      throws IOException {
    if (found < promised) {
      throw new DataFormatException(
          file,
          "byte " + (headerBytes + found),
          "the file ends after %d of %d data bytes (sizes %s)"
              .formatted(found, promised, Arrays.toString(sizes)));
    }
    if (found > promised) {
      throw new DataFormatException(
          file,
          "byte " + (headerBytes + promised),
          "the file goes on after the last of %d data bytes (sizes %s)"
              .formatted(promised, Arrays.toString(sizes)));
    }
  }

  /** There must be a label for each image. */
  static void requireSameRows(Path labelFile, int labels, Path imageFile, int images)
      throws IOException {
    if (labels != images) {
      throw new DataFormatException(
          labelFile, "byte 4", labels + " labels for " + images + " images in " + imageFile);
    }
  }
}
