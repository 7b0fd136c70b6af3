package dev.nn.data;

import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;

/** A file that is in memory. */
final class BytesChannel implements SeekableByteChannel {

  private final byte[] content;
  private long position;
  private boolean open = true;

  BytesChannel(byte[] content) {
    this.content = content;
  }

  @Override
  public int read(ByteBuffer buffer) {
    if (position >= content.length) {
      return -1;
    }
    int count = (int) Math.min(buffer.remaining(), content.length - position);
    buffer.put(content, (int) position, count);
    position += count;
    return count;
  }

  @Override
  public int write(ByteBuffer buffer) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) {
    if (newPosition < 0) {
      throw new IllegalArgumentException("position " + newPosition);
    }
    position = newPosition;
    return this;
  }

  @Override
  public long size() {
    return content.length;
  }

  @Override
  public SeekableByteChannel truncate(long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() {
    open = false;
  }
}
