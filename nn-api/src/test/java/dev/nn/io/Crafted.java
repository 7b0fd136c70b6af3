package dev.nn.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Safetensors files made of a header and data, right or wrong, that need not be on a disk. */
public final class Crafted {
  /** What messages call a file that is in memory. */
  static final Path NAME = Path.of("crafted");

  private Crafted() {}

  /** The header with its length, and zeros. */
  public static byte[] file(String header, int dataBytes) {
    return file(header, new byte[dataBytes]);
  }

  /** The header with its length, and data. */
  static byte[] file(String header, byte[] data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return file(text.length, text, data);
  }

  /** Any length, any header, and data. */
  static byte[] file(long length, byte[] header, byte[] data) {
    return ByteBuffer.allocate(8 + header.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(length)
        .put(header)
        .put(data)
        .array();
  }

  public static SafetensorsReader open(byte[] content) throws IOException {
    return SafetensorsReader.open(NAME, new Memory(content, content.length));
  }

  /** A file that begins with the content, and goes on with zeros up to its size. */
  static SafetensorsReader open(byte[] content, long size) throws IOException {
    return SafetensorsReader.open(NAME, new Memory(content, size));
  }

  /** A file in memory. */
  static final class Memory implements SeekableByteChannel {
    private final byte[] content;
    private final long size;
    private long position;
    private boolean open = true;

    Memory(byte[] content, long size) {
      this.content = content;
      this.size = size;
    }

    @Override
    public int read(ByteBuffer to) {
      if (position >= size) {
        return -1;
      }
      int count = (int) Math.min(to.remaining(), size - position);
      int known = (int) Math.max(0, Math.min(count, content.length - position));
      if (known > 0) {
        to.put(content, (int) position, known);
      }
      to.put(new byte[count - known]);
      position += count;
      return count;
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public long position() {
      return position;
    }

    @Override
    public SeekableByteChannel position(long to) {
      position = to;
      return this;
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
    }

    @Override
    public int write(ByteBuffer from) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SeekableByteChannel truncate(long to) {
      throw new UnsupportedOperationException();
    }
  }
}
