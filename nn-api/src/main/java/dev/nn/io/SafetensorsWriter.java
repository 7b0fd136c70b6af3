package dev.nn.io;

import dev.nn.json.JsonReader;
import dev.nn.json.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Writes tensors of floats and doubles as a safetensors file: collect them, then {@link #write}.
 *
 * <p>The same calls give the same bytes on every machine: metadata and tensors stand in the order
 * in which they were added, elements are F32 or F64, data begin at a multiple of 8 bytes.
 *
 * <pre>{@code
 * new SafetensorsWriter()
 *     .metadata("author", "me")
 *     .tensor("0.weight", weights, 128, 64)
 *     .tensor("0.bias", bias, 128)
 *     .write(Path.of("layer.safetensors"));
 * }</pre>
 */
public final class SafetensorsWriter {
  private static final int BLOCK = 1 << 18;

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /** Values are those of an array of floats or doubles. */
  private record Tensor(DType dtype, List<Integer> shape, int elements, Supplier<?> values) {
    long bytes() {
      return (long) dtype.bits() / Byte.SIZE * elements;
    }
  }

  /** Makes a writer of a file without tensors. */
  public SafetensorsWriter() {}

  /**
   * Adds a text.
   *
   * @param key given once
   * @param value any text
   * @return this
   * @throws IllegalArgumentException if the key was given before, or a text cannot be UTF-8
   */
  public SafetensorsWriter metadata(String key, String value) {
    requireText("key", key);
    requireText("value of " + JsonReader.quote(key), value);
    if (metadata.putIfAbsent(key, value) != null) {
      throw new IllegalArgumentException("key " + JsonReader.quote(key) + " was given before");
    }
    return this;
  }

  /**
   * Adds a tensor.
   *
   * @param name given once
   * @param values row-major, as many as the product of the shape; read when the file is written
   * @param shape sizes of the dimensions, each at least 0; none for a scalar
   * @return this
   * @throws IllegalArgumentException if the name was given before, is {@code __metadata__} or
   *     cannot be UTF-8, or the shape does not fit the values
   */
  public SafetensorsWriter tensor(String name, float[] values, int... shape) {
    Objects.requireNonNull(values, "values");
    tensor(name, () -> values, shape);
    Tensor tensor = tensors.get(name);
    if (values.length != tensor.elements()) {
      tensors.remove(name);
      throw wrongLength(name, tensor, values.length);
    }
    return this;
  }

  /**
   * Adds a tensor whose elements are asked for when the file is written, and let go of then, so
   * that never more than one need be in memory.
   *
   * @param name given once
   * @param values called once by each {@link #write}; row-major, as many as the product of the
   *     shape
   * @param shape sizes of the dimensions, each at least 0; none for a scalar
   * @return this
   * @throws IllegalArgumentException if the name was given before, is {@code __metadata__} or
   *     cannot be UTF-8, or the shape does not fit an array
   */
  public SafetensorsWriter tensor(String name, Supplier<float[]> values, int... shape) {
    return tensor(DType.F32, name, values, shape);
  }

  /**
   * Adds a tensor of doubles, whose elements are asked for when the file is written.
   *
   * @param name given once
   * @param values called once by each {@link #write}; row-major, as many as the product of the
   *     shape
   * @param shape sizes of the dimensions, each at least 0; none for a scalar
   * @return this
   * @throws IllegalArgumentException if the name was given before, is {@code __metadata__} or
   *     cannot be UTF-8, or the shape does not fit an array
   */
  public SafetensorsWriter doubles(String name, Supplier<double[]> values, int... shape) {
    return tensor(DType.F64, name, values, shape);
  }

  private SafetensorsWriter tensor(DType dtype, String name, Supplier<?> values, int... shape) {
    requireText("name", name);
    Objects.requireNonNull(values, "values");
    int elements = 1;
    for (int size : shape) {
      if (size < 0 || (long) elements * size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "tensor %s: sizes must not be negative, and their product at most 2^31 - 1"
                .formatted(JsonReader.quote(name)));
      }
      elements *= size;
    }
    if (name.equals(SafetensorsHeader.METADATA) || tensors.containsKey(name)) {
      throw new IllegalArgumentException(
          "tensor " + JsonReader.quote(name) + ": the name was given before, or is reserved");
    }
    tensors.put(name, new Tensor(dtype, Arrays.stream(shape).boxed().toList(), elements, values));
    return this;
  }

  /** Refuses halves of surrogate pairs, which UTF-8 does not have. */
  private static void requireText(String what, String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(Objects.requireNonNull(text, what))) {
      throw new IllegalArgumentException(what + " has half a surrogate pair");
    }
  }

  private static IllegalArgumentException wrongLength(String name, Tensor tensor, int length) {
    return new IllegalArgumentException(
        "tensor %s: %d values, but a shape of %d"
            .formatted(JsonReader.quote(name), length, tensor.elements()));
  }

  /**
   * Writes all tensors; see {@link AtomicFile}.
   *
   * @param file created or replaced
   * @throws IllegalArgumentException if the header would be longer than the format allows, or a
   *     supplier gives another number of values than its shape
   * @throws IOException if it cannot be written; nothing has changed then, as with every other
   *     exception
   */
  public void write(Path file) throws IOException {
    AtomicFile.write(file, this::writeTo);
  }

  /**
   * Writes all tensors to a stream.
   *
   * @param out receives each block at once, in order, before the next values are asked for; not
   *     closed
   * @throws IllegalArgumentException if the header would be longer than the format allows, or a
   *     supplier gives another number of values than its shape; bytes may have been written
   * @throws IOException if it cannot be written
   */
  public void writeTo(OutputStream out) throws IOException {
    out.write(header());
    byte[] block = new byte[BLOCK];
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      Object values = tensor.values().get();
      int length = Array.getLength(values);
      if (length != tensor.elements()) {
        throw wrongLength(entry.getKey(), tensor, length);
      }
      write(tensor.dtype(), values, length, block, out);
    }
  }

  private static void write(DType dtype, Object values, int length, byte[] block, OutputStream out)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
    int size = dtype.bits() / Byte.SIZE;
    int most = BLOCK / size;
    for (int done = 0; done < length; done += most) {
      int count = Math.min(most, length - done);
      if (dtype == DType.F32) {
        buffer.asFloatBuffer().put((float[]) values, done, count);
      } else {
        buffer.asDoubleBuffer().put((double[]) values, done, count);
      }
      out.write(block, 0, count * size);
    }
  }

  /** Length and JSON, padded to a multiple of 8 bytes. */
  private byte[] header() {
    JsonWriter json = new JsonWriter().openObject();
    if (!metadata.isEmpty()) {
      json.key(SafetensorsHeader.METADATA).openObject();
      metadata.forEach((key, value) -> json.key(key).value(value));
      json.closeObject();
    }
    long begin = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      Tensor tensor = entry.getValue();
      long end = begin + tensor.bytes();
      json.key(entry.getKey()).openObject();
      json.key("dtype").value(tensor.dtype().name()).key("shape").openArray();
      for (int size : tensor.shape()) {
        json.value(size);
      }
      json.closeArray().key("data_offsets").openArray().value(begin).value(end).closeArray();
      json.closeObject();
      begin = end;
    }
    byte[] text = json.closeObject().toString().getBytes(StandardCharsets.UTF_8);
    int start = SafetensorsHeader.LENGTH_BYTES;
    int length = (text.length + 7) & -8;
    if (length > SafetensorsHeader.MAX_BYTES) {
      throw new IllegalArgumentException(
          "a header of %d bytes, allowed: at most %d"
              .formatted(length, SafetensorsHeader.MAX_BYTES));
    }
    byte[] header = new byte[start + length];
    ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN).putLong(length).put(text);
    Arrays.fill(header, start + text.length, header.length, (byte) ' ');
    return header;
  }
}
