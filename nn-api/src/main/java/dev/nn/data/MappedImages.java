package dev.nn.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The bytes of an IDX file of images, mapped into memory in segments of whole images.
 *
 * <p>A mapping outlives its file's end: what is read behind it is anything (zeros in the last page,
 * whatever a register held elsewhere), and the fault of the memory becomes an {@link InternalError}
 * some time later. So a reader asks {@link #requireWhole} after as well as before, and must not use
 * a byte as an index. The length comes from a {@link RandomAccessFile}, because a channel closes
 * itself when the thread that asks it is interrupted.
 */
final class MappedImages implements Closeable {

  private static final int HEADER_BYTES = IdxHeader.bytes(IdxHeader.IMAGE_DIMENSIONS);

  private final Path path;
  private final RandomAccessFile file;
  private final int images;
  private final int pixels;
  private final long length;
  private final int imagesOfSegment;

  /** Null when closed: nothing but the collector can undo a mapping. */
  private volatile ByteBuffer[] segments;

  private MappedImages(Path path, RandomAccessFile file, int segmentBytes) throws IOException {
    this.path = path;
    this.file = file;
    byte[] header = new byte[(int) Math.min(HEADER_BYTES, file.length())];
    file.readFully(header);
    requireUnpacked(path, header);
    int[] sizes = IdxHeader.sizesOfImages(path, header);
    images = sizes[0];
    pixels = sizes[1] * sizes[2];
    long dataBytes = (long) images * pixels;
    IdxHeader.requireEnd(path, HEADER_BYTES, file.length() - HEADER_BYTES, dataBytes, sizes);
    length = HEADER_BYTES + dataBytes;
    imagesOfSegment = Math.max(1, segmentBytes / pixels);
    segments = map();
  }

  /**
   * Maps a file.
   *
   * @param segmentBytes most bytes of a segment, unless an image is larger
   */
  static MappedImages open(Path path, int segmentBytes) throws IOException {
    if (Files.isDirectory(path)) {
      throw new FileSystemException(path.toString(), null, "is a directory");
    }
    // the exceptions of java.nio.file, where those of java.io say less
    path.getFileSystem().provider().checkAccess(path, AccessMode.READ);
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
    try {
      return new MappedImages(path, file, segmentBytes);
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private static void requireUnpacked(Path path, byte[] header) throws IOException {
    if (header.length >= 2 && header[0] == 0x1f && header[1] == (byte) 0x8b) {
      throw new DataFormatException(
          path,
          "byte 0",
          "the file is packed with gzip and cannot be mapped: decompress it first (gunzip)");
    }
  }

  private ByteBuffer[] map() throws IOException {
    ByteBuffer[] mapped = new ByteBuffer[(images - 1) / imagesOfSegment + 1];
    for (int s = 0; s < mapped.length; s++) {
      long first = (long) s * imagesOfSegment;
      long count = Math.min(imagesOfSegment, images - first);
      mapped[s] =
          file.getChannel().map(MapMode.READ_ONLY, HEADER_BYTES + first * pixels, count * pixels);
    }
    return mapped;
  }

  Path path() {
    return path;
  }

  int images() {
    return images;
  }

  int pixels() {
    return pixels;
  }

  /** to[offset + k] = pixel k of the image / 255. */
  void copy(int image, float[] to, int offset) {
    ByteBuffer segment = requireOpen()[image / imagesOfSegment];
    int start = image % imagesOfSegment * pixels;
    for (int k = 0; k < pixels; k++) {
      to[offset + k] = (segment.get(start + k) & 0xff) / 255f;
    }
  }

  /** The segments, unless this is closed. */
  ByteBuffer[] requireOpen() {
    ByteBuffer[] open = segments;
    if (open == null) {
      throw new IllegalStateException(path + " is closed");
    }
    return open;
  }

  /** Throws if the file has become shorter since it was opened. */
  void requireWhole() {
    requireOpen();
    long found;
    try {
      found = file.length();
    } catch (IOException e) {
      requireOpen(); // closed meanwhile
      throw new UncheckedIOException(path + " cannot be read any more", e);
    }
    if (found < length) {
      receivePendingError();
      DataFormatException cut =
          new DataFormatException(
              path,
              "byte " + found,
              "the file ends, but had " + length + " bytes when it was opened");
      throw new UncheckedIOException(cut.getMessage(), cut);
    }
  }

  /**
   * Lets a fault of the memory that has happened become an error here, not somewhere later: the JVM
   * throws it at the end of its next call into its own runtime, and an array of several dimensions
   * always is such a call.
   *
   * @return the array, of no use
   */
  private static byte[][] receivePendingError() {
    return new byte[Long.BYTES][1];
  }

  @Override
  public void close() throws IOException {
    segments = null;
    file.close();
  }
}
