package dev.nn.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Opens data files, unpacked on the way if their first two bytes are those of gzip; writes them.
 */
final class DataFiles {

  private static final int GZIP_MAGIC = 0x1f8b;

  private DataFiles() {}

  static InputStream open(Path file) throws IOException {
    return unpacked(file, openPlain(file));
  }

  /** The content of a file that has been opened, which is closed after a failure. */
  static InputStream unpacked(Path file, InputStream in) throws IOException {
    try {
      in.mark(2);
      boolean packed = (in.read() << 8 | in.read()) == GZIP_MAGIC;
      in.reset();
      return packed ? new Unpacked(file, in) : in;
    } catch (IOException | RuntimeException | Error e) {
      in.close();
      throw e;
    }
  }

  /** As {@link #open}, but never unpacked. */
  static InputStream openPlain(Path file) throws IOException {
    requireNoDirectory(file);
    return new BufferedInputStream(Files.newInputStream(file), 1 << 16);
  }

  /** A file that is not read from front to back. */
  static SeekableByteChannel openChannel(Path file) throws IOException {
    requireNoDirectory(file);
    return Files.newByteChannel(file);
  }

  private static void requireNoDirectory(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      // some systems open it all the same, and then fail without its name
      throw new FileSystemException(file.toString(), null, "is a directory");
    }
  }

  /** Reports damage with the name of the file and the number of bytes unpacked before it. */
  private static final class Unpacked extends FilterInputStream {

    private final Path file;
    private long position;

    Unpacked(Path file, InputStream packed) throws IOException {
      super(null);
      this.file = file;
      try {
        in = new GZIPInputStream(packed, 1 << 16);
      } catch (ZipException | EOFException e) {
        throw damaged(e);
      }
    }

    @Override
    public int read() throws IOException {
      try {
        int value = in.read();
        position += value < 0 ? 0 : 1;
        return value;
      } catch (ZipException | EOFException e) {
        throw damaged(e);
      }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        int count = in.read(buffer, offset, length);
        position += Math.max(count, 0);
        return count;
      } catch (ZipException | EOFException e) {
        throw damaged(e);
      }
    }

    private DataFormatException damaged(IOException e) {
      return new DataFormatException(
          file, "unpacked byte " + position, "damaged gzip data: " + e.getMessage(), e);
    }
  }
}
