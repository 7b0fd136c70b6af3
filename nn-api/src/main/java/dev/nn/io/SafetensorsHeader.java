package dev.nn.io;

import dev.nn.json.JsonException;
import dev.nn.json.JsonReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The first bytes of a safetensors file, and what they promise of the others.
 *
 * <pre>
 * byte 0 .. 7     N, little-endian
 * byte 8 .. 7+N   JSON: {"name":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},
 *                        "__metadata__":{"key":"value"}}
 * then            the data of all tensors, without gaps, and the end of the file
 * </pre>
 *
 * @param dataStart position of the first byte of data
 * @param tensors by name, in the order of their data; unmodifiable
 * @param metadata in the order of the file; unmodifiable
 */
record SafetensorsHeader(
    long dataStart, Map<String, TensorInfo> tensors, Map<String, String> metadata) {

  static final String METADATA = "__metadata__";

  /** Bytes of N. */
  static final int LENGTH_BYTES = 8;

  /** The largest N of the format. */
  static final long MAX_BYTES = 100_000_000;

  /** A header may have this part of the heap: in memory it is up to ten times as long. */
  private static final int PART_OF_HEAP = 32;

  /** Reads and checks the header of a file. */
  static SafetensorsHeader read(Path file, SeekableByteChannel channel) throws IOException {
    long size = channel.size();
    byte[] text = text(file, channel, size);
    try {
      Parser parser = new Parser(text);
      parser.parse();
      long dataStart = (long) LENGTH_BYTES + text.length;
      Map<String, TensorInfo> ordered = inOrder(file, parser.tensors, dataStart, size);
      return new SafetensorsHeader(
          dataStart,
          Collections.unmodifiableMap(ordered),
          Collections.unmodifiableMap(parser.metadata));
    } catch (JsonException e) {
      throw new MalformedFileException(
          file, "byte " + (LENGTH_BYTES + e.position()), e.getMessage(), e);
    }
  }

  private static byte[] text(Path file, SeekableByteChannel channel, long size) throws IOException {
    if (size < LENGTH_BYTES) {
      throw new MalformedFileException(
          file, "byte " + size, "the file ends in its first 8 bytes, the length of the header");
    }
    ByteBuffer start = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    fill(file, channel, 0, start);
    long length = start.getLong(0);
    if (length < 0 || length > MAX_BYTES) {
      throw new MalformedFileException(
          file,
          "byte 0",
          "a header of %s bytes, allowed: at most %d"
              .formatted(Long.toUnsignedString(length), MAX_BYTES));
    }
    if (length > size - LENGTH_BYTES) {
      throw new MalformedFileException(
          file,
          "byte 0",
          "a header of %d bytes, but the file has only %d more"
              .formatted(length, size - LENGTH_BYTES));
    }
    long affordable = Runtime.getRuntime().maxMemory() / PART_OF_HEAP;
    if (length > affordable) {
      throw new MalformedFileException(
          file,
          "byte 0",
          "a header of %d bytes, allowed: at most %d, 1/%d of the heap of this JVM (see java -Xmx)"
              .formatted(length, affordable, PART_OF_HEAP));
    }
    byte[] text = new byte[(int) length];
    fill(file, channel, LENGTH_BYTES, ByteBuffer.wrap(text));
    if (length == 0 || text[0] != '{') {
      throw new MalformedFileException(file, "byte 8", "the header does not begin with '{'");
    }
    return text;
  }

  /** Fills the rest of a buffer from a position of the file. */
  static void fill(Path file, SeekableByteChannel channel, long position, ByteBuffer buffer)
      throws IOException {
    channel.position(position);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new MalformedFileException(
            file,
            "byte " + channel.position(),
            "the file ends here, but was longer when it was opened");
      }
    }
  }

  /** How messages name a tensor. */
  static String place(String tensor) {
    return "tensor " + JsonReader.quote(tensor);
  }

  /** Sorts tensors by their data, which must be all there is, each byte of it once. */
  private static Map<String, TensorInfo> inOrder(
      Path file, Map<String, TensorInfo> found, long dataStart, long size)
      throws MalformedFileException {
    long dataBytes = size - dataStart;
    List<TensorInfo> tensors = new ArrayList<>(found.values());
    tensors.sort(Comparator.comparingLong(TensorInfo::begin).thenComparing(TensorInfo::bytes));
    Map<String, TensorInfo> ordered = new LinkedHashMap<>();
    long end = 0;
    for (TensorInfo tensor : tensors) {
      if (tensor.begin() != end) {
        throw new MalformedFileException(
            file,
            place(tensor.name()),
            "its data begin at %d, but those before end at %d: no gaps, no overlaps are allowed"
                .formatted(tensor.begin(), end));
      }
      end += tensor.bytes();
      if (end > dataBytes) {
        throw new MalformedFileException(
            file,
            place(tensor.name()),
            "its data end at %d, but the file has %d bytes of data".formatted(end, dataBytes));
      }
      ordered.put(tensor.name(), tensor);
    }
    if (end < dataBytes) {
      throw new MalformedFileException(
          file,
          "byte " + (dataStart + end),
          "the data of all tensors end at %d, but the file has %d bytes of data"
              .formatted(end, dataBytes));
    }
    return ordered;
  }

  /** The JSON of a header. */
  private static final class Parser {
    private final JsonReader json;
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private Map<String, String> metadata;

    Parser(byte[] text) {
      json = new JsonReader(text);
    }

    void parse() throws JsonException {
      json.openObject();
      for (String name = json.nextKey(); name != null; name = json.nextKey()) {
        if (name.equals(METADATA)) {
          json.requireFirst(metadata, name);
          metadata = metadata();
        } else {
          json.requireFirst(tensors.get(name), name);
          tensors.put(name, tensor(name));
        }
      }
      json.end();
      metadata = metadata == null ? Map.of() : metadata;
    }

    private Map<String, String> metadata() throws JsonException {
      Map<String, String> entries = new LinkedHashMap<>();
      json.openObject();
      for (String key = json.nextKey(); key != null; key = json.nextKey()) {
        json.requireFirst(entries.get(key), key);
        entries.put(key, json.string());
      }
      return entries;
    }

    private TensorInfo tensor(String name) throws JsonException {
      int position = json.tokenStart();
      DType dtype = null;
      List<Long> shape = null;
      List<Long> offsets = null;
      json.openObject();
      for (String key = json.nextKey(); key != null; key = json.nextKey()) {
        switch (key) {
          case "dtype" -> {
            json.requireFirst(dtype, key);
            dtype = dtype();
          }
          case "shape" -> {
            json.requireFirst(shape, key);
            shape = naturals();
          }
          case "data_offsets" -> {
            json.requireFirst(offsets, key);
            offsets = naturals();
          }
          default ->
              throw json.error(
                  JsonReader.quote(key) + " of a tensor, allowed: dtype, shape, data_offsets");
        }
      }
      if (dtype == null || shape == null || offsets == null) {
        throw new JsonException(position, place(name) + " needs dtype, shape and data_offsets");
      }
      return tensor(position, name, dtype, shape, offsets);
    }

    private static TensorInfo tensor(
        int position, String name, DType dtype, List<Long> shape, List<Long> offsets)
        throws JsonException {
      if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
        throw new JsonException(
            position, place(name) + ": data_offsets must be begin and end, begin not above end");
      }
      long begin = offsets.get(0);
      long bytes = offsets.get(1) - begin;
      long bits = dtype.bits();
      try {
        long elements = 1;
        for (long size : shape) {
          elements = Math.multiplyExact(elements, size);
        }
        bits = Math.multiplyExact(bits, elements);
      } catch (ArithmeticException e) {
        throw new JsonException(position, place(name) + ": its size is beyond 2^63 bits");
      }
      if (bits % Byte.SIZE != 0) {
        throw new JsonException(
            position, place(name) + ": its size, %d bits, is no number of bytes".formatted(bits));
      }
      if (bits / Byte.SIZE != bytes) {
        throw new JsonException(
            position,
            place(name)
                + ": data_offsets leave room for %d bytes, but dtype and shape need %d"
                    .formatted(bytes, bits / Byte.SIZE));
      }
      return new TensorInfo(name, dtype, shape, begin, bytes);
    }

    private DType dtype() throws JsonException {
      String name = json.string();
      for (DType dtype : DType.values()) {
        if (dtype.name().equals(name)) {
          return dtype;
        }
      }
      throw json.error(
          "dtype %s, allowed: %s"
              .formatted(JsonReader.quote(name), Arrays.toString(DType.values())));
    }

    private List<Long> naturals() throws JsonException {
      List<Long> values = new ArrayList<>(4);
      json.openArray();
      while (json.nextElement()) {
        values.add(json.natural());
      }
      return values;
    }
  }
}
