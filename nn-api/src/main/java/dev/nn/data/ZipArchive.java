package dev.nn.data;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * The entries of a zip file, as its directory tells them; all numbers little-endian.
 *
 * <pre>
 * entry       50 4b 03 04 ...   method and name as in the directory, then the data
 * directory   50 4b 01 02 ...   for each entry: method, check sum, sizes, position, name
 * zip64       50 4b 06 06 ...   and 50 4b 06 07 ..., where a number below has no room
 * end         50 4b 05 06 ...   number of entries, size and position of the directory: 22 bytes
 * </pre>
 *
 * <p>The end must be that of the file, entries must stand in the order of the directory and may not
 * share a byte. {@code java.util.zip} unpacks, but does not read the structure: what it takes and
 * what it says differ from one release of Java to the next.
 */
final class ZipArchive implements Closeable {

  static final int MAX_ENTRIES = 10_000;

  /** What may be unpacked of an archive of any size. */
  private static final long FREE_BYTES = 64L << 20;

  /** What may be unpacked of each byte of an archive, besides. */
  private static final long MAX_RATIO = 200;

  private static final int ENTRY = 0x04034b50;
  private static final int ENTRY_BYTES = 30;
  private static final int DIRECTORY = 0x02014b50;
  private static final int DIRECTORY_BYTES = 46;
  private static final int ZIP64_END = 0x06064b50;
  private static final int ZIP64_END_BYTES = 56;
  private static final int ZIP64_LOCATOR = 0x07064b50;
  private static final int ZIP64_LOCATOR_BYTES = 20;
  private static final int END = 0x06054b50;
  private static final int END_BYTES = 22;

  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  private static final int ENCRYPTED = 1;

  /** How well it was deflated; sizes stand behind the data, too; the name is UTF-8. */
  private static final int ALLOWED_FLAGS = 0x0002 | 0x0004 | 0x0008 | 0x0800;

  /** Stands for a number that is in the zip64 field of the entry. */
  private static final long NO_ROOM = 0xffff_ffffL;

  private final Path file;
  private final SeekableByteChannel channel;
  private final long length;

  /** One entry: crc of the unpacked data, sizes of both, and where its own header stands. */
  record Entry(
      String name, int flags, int method, long crc, long packedSize, long size, long position) {}

  ZipArchive(Path file, SeekableByteChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    this.length = channel.size();
  }

  /** All entries in their order, with sizes that are allowed. */
  List<Entry> entries() throws IOException {
    long endPosition = length - END_BYTES;
    ByteBuffer end = endPosition < 0 ? null : read(endPosition, END_BYTES);
    if (end == null || end.getInt(0) != END) {
      throw error(length, "the file ends without the end of a zip directory");
    }
    long count = end.getChar(10);
    long bytes = unsigned(end.getInt(12));
    long position = unsigned(end.getInt(16));
    boolean oneDisk = end.getInt(4) == 0 && end.getChar(8) == count;
    if (end.getChar(20) != 0) {
      throw error(endPosition + 20, "a comment, allowed: none");
    }
    long locatorPosition = endPosition - ZIP64_LOCATOR_BYTES;
    if (locatorPosition >= 0 && read(locatorPosition, 4).getInt(0) == ZIP64_LOCATOR) {
      endPosition = zip64End(locatorPosition);
      end = read(endPosition, ZIP64_END_BYTES);
      count = end.getLong(32);
      bytes = end.getLong(40);
      position = end.getLong(48);
      oneDisk = end.getLong(16) == 0 && end.getLong(24) == count;
    }
    if (!oneDisk) {
      throw error(endPosition, "an archive of several parts, allowed: one");
    }
    if (count < 0 || count > MAX_ENTRIES) {
      throw error(
          endPosition,
          "%s entries, allowed: at most %d".formatted(Long.toUnsignedString(count), MAX_ENTRIES));
    }
    if (position < 0 || bytes < 0 || position > endPosition || position + bytes != endPosition) {
      throw error(endPosition, "the directory does not end where its end begins");
    }
    return entries((int) count, position, endPosition);
  }

  /** Position of the end record with room for large numbers, which stands before its locator. */
  private long zip64End(long locatorPosition) throws IOException {
    long endPosition = locatorPosition - ZIP64_END_BYTES;
    if (endPosition < 0) {
      throw error(0, "a zip64 archive without its end records");
    }
    ByteBuffer locator = read(locatorPosition, ZIP64_LOCATOR_BYTES);
    ByteBuffer end = read(endPosition, ZIP64_END_BYTES);
    if (locator.getInt(4) != 0
        || locator.getLong(8) != endPosition
        || locator.getInt(16) != 1
        || end.getInt(0) != ZIP64_END
        || end.getLong(4) != ZIP64_END_BYTES - 12) {
      throw error(endPosition, "a zip64 archive without its end records");
    }
    return endPosition;
  }

  private List<Entry> entries(int count, long directory, long end) throws IOException {
    List<Entry> entries = new ArrayList<>();
    long position = directory;
    long free = 0; // the first byte that no entry before has
    long total = 0;
    for (int i = 0; i < count; i++) {
      if (end - position < DIRECTORY_BYTES) {
        throw error(position, "the directory ends after %d of %d entries".formatted(i, count));
      }
      ByteBuffer fixed = read(position, DIRECTORY_BYTES);
      int nameBytes = fixed.getChar(28);
      int extraBytes = fixed.getChar(30);
      long next = position + DIRECTORY_BYTES + nameBytes + extraBytes + fixed.getChar(32);
      if (fixed.getInt(0) != DIRECTORY || next > end) {
        throw error(position, "this is no entry of a zip directory");
      }
      ByteBuffer variable = read(position + DIRECTORY_BYTES, nameBytes + extraBytes);
      byte[] name = new byte[nameBytes];
      variable.get(name);
      Entry entry = entry(position, fixed, name, variable);
      total += entry.size();
      free = dataPosition(entry, free, name, directory) + entry.packedSize();
      if (total > FREE_BYTES + MAX_RATIO * length) {
        throw error(
            position,
            "entry %s: %d bytes unpack to more than %d: no data are so alike"
                .formatted(CsvRow.quote(entry.name()), length, total));
      }
      entries.add(entry);
      position = next;
    }
    if (position != end) {
      throw error(position, "the directory goes on after the last of " + count + " entries");
    }
    return entries;
  }

  private Entry entry(long position, ByteBuffer fixed, byte[] nameBytes, ByteBuffer extra)
      throws IOException {
    String name;
    try {
      name = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(nameBytes)).toString();
    } catch (CharacterCodingException e) {
      throw error(position + DIRECTORY_BYTES, "the name of an entry is not UTF-8");
    }
    String place = "entry " + CsvRow.quote(name) + ": ";
    int flags = fixed.getChar(8);
    int method = fixed.getChar(10);
    if ((flags & ENCRYPTED) != 0) {
      throw error(position + 8, place + "it is encrypted");
    }
    if ((flags & ~ALLOWED_FLAGS) != 0) {
      throw error(
          position + 8,
          "%sflags 0x%04x, allowed: of 0x%04x".formatted(place, flags, ALLOWED_FLAGS));
    }
    if (method != STORED && method != DEFLATED) {
      throw error(
          position + 10,
          "%smethod %d, allowed: 0 (stored) and 8 (deflated)".formatted(place, method));
    }
    long[] large = {
      unsigned(fixed.getInt(24)), unsigned(fixed.getInt(20)), unsigned(fixed.getInt(42))
    };
    fillIn(large, extra);
    long size = large[0];
    long packedSize = large[1];
    if (size < 0 || packedSize < 0 || (method == STORED && packedSize != size)) {
      throw error(position + 20, place + "%d bytes, %d unpacked".formatted(packedSize, size));
    }
    if (size > NpyArray.MAX_BYTES) {
      throw error(
          position + 24,
          place + "%d bytes unpacked, allowed: at most %d".formatted(size, NpyArray.MAX_BYTES));
    }
    return new Entry(name, flags, method, unsigned(fixed.getInt(16)), packedSize, size, large[2]);
  }

  /** Takes numbers that have no room from the extra field 1, where they stand in this order. */
  private static void fillIn(long[] large, ByteBuffer extra) {
    while (extra.remaining() >= 4) {
      int id = extra.getChar();
      int bytes = extra.getChar();
      int end = extra.position() + Math.min(bytes, extra.remaining());
      if (id == 1) {
        for (int i = 0; i < large.length; i++) {
          if (large[i] == NO_ROOM && extra.position() + 8 <= end) {
            large[i] = extra.getLong();
          }
        }
        return;
      }
      extra.position(end);
    }
  }

  /** Where the data of an entry begin, behind a header that must say what the directory says. */
  private long dataPosition(Entry entry, long free, byte[] name, long directory)
      throws IOException {
    String place = "entry " + CsvRow.quote(entry.name()) + ": ";
    long position = entry.position();
    if (position < free || position > directory - ENTRY_BYTES) {
      throw error(
          position,
          "%sallowed positions: %d to %d".formatted(place, free, directory - ENTRY_BYTES));
    }
    ByteBuffer header = read(position, ENTRY_BYTES);
    if (header.getInt(0) != ENTRY
        || header.getChar(6) != entry.flags()
        || header.getChar(8) != entry.method()
        || header.getChar(26) != name.length) {
      throw error(position, place + "its header is not what the directory says");
    }
    long data = position + ENTRY_BYTES + name.length + header.getChar(28);
    if (data > directory || entry.packedSize() > directory - data) {
      throw error(position, place + "its data reach into the directory");
    }
    if (!read(position + ENTRY_BYTES, name.length).equals(ByteBuffer.wrap(name))) {
      throw error(position + ENTRY_BYTES, place + "it has another name than in the directory");
    }
    return data;
  }

  /** The unpacked data of an entry, which must have the size and the check sum that it says. */
  InputStream open(Entry entry) throws IOException {
    ByteBuffer header = read(entry.position(), ENTRY_BYTES);
    long data = entry.position() + ENTRY_BYTES + header.getChar(26) + header.getChar(28);
    return new Unpacked(entry, new Packed(data, entry.packedSize()));
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  DataFormatException error(long position, String problem) {
    return new DataFormatException(file, "byte " + position, problem);
  }

  private ByteBuffer read(long position, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    channel.position(position);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw error(position + buffer.position(), "the file has become shorter");
      }
    }
    return buffer.flip();
  }

  private static long unsigned(int value) {
    return value & 0xffff_ffffL;
  }

  /** A part of the file. */
  private final class Packed extends InputStream {

    private final byte[] one = new byte[1];
    private long position;
    private long remaining;

    Packed(long position, long size) {
      this.position = position;
      this.remaining = size;
    }

    @Override
    public int read() throws IOException {
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int count) throws IOException {
      if (remaining == 0) {
        return count == 0 ? 0 : -1;
      }
      channel.position(position);
      int read = channel.read(ByteBuffer.wrap(buffer, offset, (int) Math.min(count, remaining)));
      if (read < 0) {
        throw error(position, "the file has become shorter");
      }
      position += read;
      remaining -= read;
      return read;
    }
  }

  /** What an entry unpacks to: its size and check sum are looked at where it ends. */
  private final class Unpacked extends InputStream {

    private final Entry entry;
    private final Packed packed;
    private final Inflater inflater = new Inflater(true);
    private final InputStream in;
    private final CRC32 crc = new CRC32();
    private final byte[] one = new byte[1];
    private long total;

    Unpacked(Entry entry, Packed packed) {
      this.entry = entry;
      this.packed = packed;
      in = entry.method() == STORED ? packed : new InflaterInputStream(packed, inflater, 1 << 13);
    }

    @Override
    public int read() throws IOException {
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int count) throws IOException {
      int read;
      try {
        read = in.read(buffer, offset, count);
      } catch (ZipException | EOFException e) {
        throw new DataFormatException(file, place(), "damaged deflate data: " + e.getMessage(), e);
      }
      if (read > 0) {
        crc.update(buffer, offset, read);
        total += read;
      }
      if (total > entry.size() || (read < 0 && total < entry.size())) {
        throw problem(
            "%s than %d bytes unpacked, as its size says"
                .formatted(read < 0 ? "fewer" : "more", entry.size()));
      }
      if (read < 0) {
        if (packed.remaining + inflater.getRemaining() > 0) {
          throw problem("its data go on after their end");
        }
        if (crc.getValue() != entry.crc()) {
          throw problem("check sum 0x%08x, expected 0x%08x".formatted(crc.getValue(), entry.crc()));
        }
      }
      return read;
    }

    private String place() {
      return "entry " + CsvRow.quote(entry.name());
    }

    private DataFormatException problem(String problem) {
      return new DataFormatException(file, place(), problem);
    }

    @Override
    public void close() {
      inflater.end();
    }
  }
}
