package dev.nn.io;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Reads the tensors of a safetensors file, one at a time, straight into arrays.
 *
 * <p>Opening checks all that the header says, down to the last byte of the file, before anything is
 * allocated for a tensor; docs/file-formats.md has the rules. The file need not be trusted: what is
 * wrong with it is a {@link MalformedFileException}, and memory is used in proportion to its length
 * only. Whoever changes the file meanwhile gets that exception or other values into the arrays.
 *
 * <pre>{@code
 * try (SafetensorsReader file = SafetensorsReader.open(Path.of("model.safetensors"))) {
 *   List<TensorInfo> tensors = file.tensors();
 *   float[] bias = file.read("0.bias");
 * }
 * }</pre>
 *
 * <p>For one thread at a time.
 */
public final class SafetensorsReader implements Closeable {
  /** Bytes on the way from the file to an array: small enough for the cache of a core. */
  private static final int BLOCK = 1 << 18;

  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final Path file;
  private final SeekableByteChannel channel;
  private final SafetensorsHeader header;
  private ByteBuffer block = ByteBuffer.allocate(0);

  private SafetensorsReader(Path file, SeekableByteChannel channel, SafetensorsHeader header) {
    this.file = file;
    this.channel = channel;
    this.header = header;
  }

  /**
   * Opens a file and reads its header.
   *
   * @param file in any file system
   * @return its reader, to be closed
   * @throws MalformedFileException if the content is not what the format allows
   * @throws IOException if the file cannot be read
   */
  public static SafetensorsReader open(Path file) throws IOException {
    if (Files.isDirectory(Objects.requireNonNull(file, "file"))) {
      // some systems open it all the same, and then fail without its name
      throw new FileSystemException(file.toString(), null, "is a directory");
    }
    return open(file, Files.newByteChannel(file));
  }

  /** Reads from a channel, which the reader closes; the path is for messages. */
  static SafetensorsReader open(Path file, SeekableByteChannel channel) throws IOException {
    try {
      return new SafetensorsReader(file, channel, SafetensorsHeader.read(file, channel));
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /**
   * What is read.
   *
   * @return the file
   */
  public Path file() {
    return file;
  }

  /**
   * All tensors.
   *
   * @return in the order of their data; unmodifiable
   */
  public List<TensorInfo> tensors() {
    return new ArrayList<>(header.tensors().values());
  }

  /**
   * One tensor.
   *
   * @param name of the tensor
   * @return empty if there is none of that name
   */
  public Optional<TensorInfo> tensor(String name) {
    return Optional.ofNullable(header.tensors().get(Objects.requireNonNull(name, "name")));
  }

  /**
   * One tensor that must be there.
   *
   * @param name of the tensor
   * @param shape that it must have; none for a scalar
   * @return the tensor
   * @throws MalformedFileException if there is none of that name, or its shape is another
   */
  public TensorInfo require(String name, int... shape) throws MalformedFileException {
    List<Long> needed = Arrays.stream(shape).asLongStream().boxed().toList();
    Optional<TensorInfo> tensor = tensor(name);
    if (tensor.isEmpty()) {
      throw error(name, "is missing, needed with the shape " + needed);
    }
    if (!tensor.get().shape().equals(needed)) {
      throw error(name, "its shape is " + tensor.get().shape() + ", needed: " + needed);
    }
    return tensor.get();
  }

  /**
   * A problem with a tensor.
   *
   * @param name of the tensor
   * @param problem what was found and what is allowed
   * @return to be thrown
   */
  public MalformedFileException error(String name, String problem) {
    return new MalformedFileException(file, SafetensorsHeader.place(name), problem);
  }

  /**
   * Texts beside the tensors, the entry {@code __metadata__} of the header.
   *
   * @return in the order of the file; unmodifiable
   */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /**
   * All elements of a tensor in a new array.
   *
   * @param name of the tensor
   * @return row-major; F32, F16 and BF16 are exact, F64 is rounded to the nearest float
   * @throws IllegalArgumentException if there is no tensor of that name
   * @throws MalformedFileException if its elements are none of those, or more than an array has, or
   *     the file has become shorter
   * @throws IOException if the file cannot be read
   */
  public float[] read(String name) throws IOException {
    TensorInfo tensor = readable(name);
    float[] values = new float[length(tensor)];
    read(tensor, values);
    return values;
  }

  /**
   * As {@link #read(String)}, into an array of the caller.
   *
   * @param name of the tensor
   * @param values receives all elements, row-major; of their number
   * @throws IllegalArgumentException if there is no tensor of that name, or it has another number
   *     of elements; nothing is written
   * @throws MalformedFileException if its elements are of a type that is not read, or the file has
   *     become shorter
   * @throws IOException if the file cannot be read
   */
  public void read(String name, float[] values) throws IOException {
    Objects.requireNonNull(values, "values");
    TensorInfo tensor = readable(name);
    if (values.length != tensor.elements()) {
      throw new IllegalArgumentException(
          "values has %d elements, but tensor '%s' has %d"
              .formatted(values.length, name, tensor.elements()));
    }
    read(tensor, values);
  }

  /**
   * All elements of a tensor in a new array of doubles.
   *
   * @param name of the tensor
   * @return row-major; every element is exact
   * @throws IllegalArgumentException if there is no tensor of that name
   * @throws MalformedFileException if its elements are not F64, F32, F16 or BF16, or more than an
   *     array has, or the file has become shorter
   * @throws IOException if the file cannot be read
   */
  public double[] readDoubles(String name) throws IOException {
    TensorInfo tensor = readable(name);
    double[] values = new double[length(tensor)];
    if (tensor.dtype() == DType.F64) {
      blocks(
          tensor, values.length, (done, count) -> block.asDoubleBuffer().get(values, done, count));
    } else {
      float[] floats = new float[values.length];
      read(tensor, floats);
      for (int i = 0; i < values.length; i++) {
        values[i] = floats[i];
      }
    }
    return values;
  }

  private int length(TensorInfo tensor) throws MalformedFileException {
    if (tensor.elements() > LARGEST_ARRAY) {
      throw error(
          tensor.name(),
          "%d elements, but an array has at most %d".formatted(tensor.elements(), LARGEST_ARRAY));
    }
    return (int) tensor.elements();
  }

  private TensorInfo readable(String name) throws IOException {
    TensorInfo tensor =
        tensor(name)
            .orElseThrow(() -> new IllegalArgumentException("no tensor '" + name + "' in " + file));
    if (!tensor.dtype().isReadable()) {
      throw error(name, tensor.dtype() + " is not read, only F64, F32, F16 and BF16 are");
    }
    return tensor;
  }

  private void read(TensorInfo tensor, float[] values) throws IOException {
    blocks(
        tensor,
        values.length,
        (done, count) -> convert(tensor.dtype(), block, values, done, count));
  }

  /** Takes over the elements of a block. */
  private interface Converter {
    void convert(int done, int count);
  }

  /** Lets all elements of a tensor pass the block. */
  private void blocks(TensorInfo tensor, int length, Converter converter) throws IOException {
    int size = tensor.dtype().bits() / Byte.SIZE;
    long begin = header.dataStart() + tensor.begin();
    if (block.capacity() == 0) {
      long data = channel.size() - header.dataStart();
      block = ByteBuffer.allocate((int) Math.max(8, Math.min(BLOCK, data)));
      block.order(ByteOrder.LITTLE_ENDIAN);
    }
    int most = block.capacity() / size;
    for (int done = 0; done < length; done += most) {
      int count = Math.min(most, length - done);
      block.clear().limit(count * size);
      SafetensorsHeader.fill(file, channel, begin + (long) done * size, block);
      block.flip();
      converter.convert(done, count);
    }
  }

  /** {@code values[from + i] = the i-th element of the block}. */
  private static void convert(DType dtype, ByteBuffer block, float[] values, int from, int count) {
    switch (dtype) {
      case F32 -> block.asFloatBuffer().get(values, from, count);
      case F64 -> {
        for (int i = 0; i < count; i++) {
          values[from + i] = (float) block.getDouble(i * Double.BYTES);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          values[from + i] = binary16(block.getShort(i * Short.BYTES));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          values[from + i] = Float.intBitsToFloat(block.getShort(i * Short.BYTES) << 16);
        }
      }
      default -> throw new AssertionError(dtype);
    }
  }

  /** The value of an IEEE 754 binary16: sign, 5 bits of exponent (bias 15), 10 of fraction. */
  static float binary16(short half) {
    int magnitude = half & 0x7fff;
    float value;
    if (magnitude < 0x400) {
      value = magnitude * 0x1p-24f; // zero and subnormal
    } else if (magnitude < 0x7c00) {
      value = Float.intBitsToFloat((magnitude << 13) + (112 << 23));
    } else {
      value = Float.intBitsToFloat(magnitude << 13 | 0x7f800000); // infinity and NaN
    }
    return half < 0 ? -value : value;
  }

  /** Closes the file. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
