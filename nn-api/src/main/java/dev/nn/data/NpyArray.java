package dev.nn.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;
import java.util.StringJoiner;

/**
 * An array of NumPy's: numbers of one type in any number of dimensions, row-major, immutable.
 *
 * <p>Values keep the type that they have in their file and are converted when they are asked for.
 * Value i of the conversions is the element with the indices (.., i / d_n-1 % d_n-2, i % d_n-1):
 * the last index runs fastest. An array without dimensions is a scalar, of 1 value; one with a
 * dimension of size 0 has no values.
 *
 * <p>Safe for use by several threads. Memory: that of the file, at most 2^31-9 bytes.
 *
 * @see NpyFiles
 * @see NpzFiles
 */
public final class NpyArray {

  /** The types of values that are read and written: numbers of 1, 2, 4 or 8 bytes. */
  public enum Type {
    /** False or true, which count as 0 and 1. */
    BOOL('b', 1),
    /** Signed integers of 8 bits. */
    INT8('i', 1),
    /** Signed integers of 16 bits. */
    INT16('i', 2),
    /** Signed integers of 32 bits. */
    INT32('i', 4),
    /** Signed integers of 64 bits. */
    INT64('i', 8),
    /** Unsigned integers of 8 bits. */
    UINT8('u', 1),
    /** Unsigned integers of 16 bits. */
    UINT16('u', 2),
    /** Unsigned integers of 32 bits. */
    UINT32('u', 4),
    /** Unsigned integers of 64 bits. */
    UINT64('u', 8),
    /** Floating-point numbers of 32 bits. */
    FLOAT32('f', 4),
    /** Floating-point numbers of 64 bits. */
    FLOAT64('f', 8);

    private final char kind;
    private final int bytes;

    Type(char kind, int bytes) {
      this.kind = kind;
      this.bytes = bytes;
    }

    /**
     * The size of a value.
     *
     * @return 1, 2, 4 or 8
     */
    public int bytes() {
      return bytes;
    }

    /** What NumPy calls the type without its byte order, such as f8. */
    String code() {
      return "" + kind + bytes;
    }
  }

  /** The largest array that every JVM can allocate. */
  static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  /** As in NumPy. */
  static final int MAX_DIMENSIONS = 64;

  /** Up to here, every whole number is a double. */
  private static final double EXACT = 0x1p53;

  private final Type type;
  private final int[] shape;
  private final byte[] data;
  private final ByteBuffer values;

  /** Keeps the arrays themselves: values little-endian and row-major, as many as the shape says. */
  NpyArray(Type type, int[] shape, byte[] data) {
    this.type = type;
    this.shape = shape;
    this.data = data;
    this.values = littleEndian(data);
  }

  /**
   * An array of float32.
   *
   * @param values row-major; copied
   * @param shape the sizes of the dimensions, whose product is the number of values; none: a scalar
   * @return the array
   * @throws IllegalArgumentException if there are more than 64 dimensions, a size is negative, or
   *     the shape has another number of values, or more than 2^31-9 bytes
   */
  public static NpyArray of(float[] values, int... shape) {
    Objects.requireNonNull(values, "values");
    byte[] data = allocate(values.length, Type.FLOAT32, shape);
    ByteBuffer buffer = littleEndian(data);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return new NpyArray(Type.FLOAT32, shape.clone(), data);
  }

  /**
   * An array of float64.
   *
   * @param values row-major; copied
   * @param shape the sizes of the dimensions, whose product is the number of values; none: a scalar
   * @return the array
   * @throws IllegalArgumentException if there are more than 64 dimensions, a size is negative, or
   *     the shape has another number of values, or more than 2^31-9 bytes
   */
  public static NpyArray of(double[] values, int... shape) {
    Objects.requireNonNull(values, "values");
    byte[] data = allocate(values.length, Type.FLOAT64, shape);
    ByteBuffer buffer = littleEndian(data);
    for (double value : values) {
      buffer.putDouble(value);
    }
    return new NpyArray(Type.FLOAT64, shape.clone(), data);
  }

  /**
   * An array of int32.
   *
   * @param values row-major; copied
   * @param shape the sizes of the dimensions, whose product is the number of values; none: a scalar
   * @return the array
   * @throws IllegalArgumentException if there are more than 64 dimensions, a size is negative, or
   *     the shape has another number of values, or more than 2^31-9 bytes
   */
  public static NpyArray of(int[] values, int... shape) {
    Objects.requireNonNull(values, "values");
    byte[] data = allocate(values.length, Type.INT32, shape);
    ByteBuffer buffer = littleEndian(data);
    for (int value : values) {
      buffer.putInt(value);
    }
    return new NpyArray(Type.INT32, shape.clone(), data);
  }

  /**
   * An array of int64.
   *
   * @param values row-major; copied
   * @param shape the sizes of the dimensions, whose product is the number of values; none: a scalar
   * @return the array
   * @throws IllegalArgumentException if there are more than 64 dimensions, a size is negative, or
   *     the shape has another number of values, or more than 2^31-9 bytes
   */
  public static NpyArray of(long[] values, int... shape) {
    Objects.requireNonNull(values, "values");
    byte[] data = allocate(values.length, Type.INT64, shape);
    ByteBuffer buffer = littleEndian(data);
    for (long value : values) {
      buffer.putLong(value);
    }
    return new NpyArray(Type.INT64, shape.clone(), data);
  }

  private static byte[] allocate(int values, Type type, int[] shape) {
    Objects.requireNonNull(shape, "shape");
    if (shape.length > MAX_DIMENSIONS) {
      throw new IllegalArgumentException(
          shape.length + " dimensions, allowed: at most " + MAX_DIMENSIONS);
    }
    long size = Arrays.stream(shape).anyMatch(d -> d == 0) ? 0 : 1;
    for (int d : shape) {
      if (d < 0) {
        throw new IllegalArgumentException(
            "shape " + text(shape) + ": size " + d + ", allowed: 0 or more");
      }
      size = size > MAX_BYTES ? size : size * d;
    }
    if (size != values) {
      throw new IllegalArgumentException(
          "%d values, but the shape %s".formatted(values, text(shape)));
    }
    if (size > MAX_BYTES / type.bytes) {
      throw new IllegalArgumentException(
          "%d values of %d bytes, allowed: at most %d bytes"
              .formatted(values, type.bytes, MAX_BYTES));
    }
    return new byte[values * type.bytes];
  }

  private static ByteBuffer littleEndian(byte[] data) {
    return ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * The type of the values.
   *
   * @return the type in the file, or of the array that this one was made of
   */
  public Type type() {
    return type;
  }

  /**
   * The sizes of the dimensions, the first index first.
   *
   * @return a copy; empty for a scalar
   */
  public int[] shape() {
    return shape.clone();
  }

  /**
   * The number of values: the product of the sizes.
   *
   * @return 0 or more
   */
  public int size() {
    return data.length / type.bytes;
  }

  /**
   * float[i] = value i, rounded to float32: a number beyond the largest float becomes infinite.
   *
   * @return a new array of length size, row-major
   */
  public float[] floats() {
    float[] floats = new float[size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] =
          switch (type) {
            case FLOAT32 -> values.getFloat(4 * i);
            case INT64 -> values.getLong(8 * i);
            case UINT64 -> {
              long bits = values.getLong(8 * i);
              yield bits < 0 ? 2f * half(bits) : bits;
            }
            default -> (float) value(i);
          };
    }
    return floats;
  }

  /**
   * double[i] = value i, of 64-bit integers rounded to float64, of all other types exact.
   *
   * @return a new array of length size, row-major
   */
  public double[] doubles() {
    double[] doubles = new double[size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = value(i);
    }
    return doubles;
  }

  /**
   * long[i] = value i, which must be a whole number.
   *
   * @return a new array of length size, row-major
   * @throws ArithmeticException if a value is no whole number, or has no long: above 2^63-1, or, as
   *     a floating-point number, beyond 2^53
   */
  public long[] longs() {
    long[] longs = new long[size()];
    for (int i = 0; i < longs.length; i++) {
      if (type == Type.INT64) {
        longs[i] = values.getLong(8 * i);
      } else if (type == Type.UINT64) {
        longs[i] = values.getLong(8 * i);
        if (longs[i] < 0) {
          throw new ArithmeticException(
              "value %d: %s, allowed: at most %d"
                  .formatted(i, Long.toUnsignedString(longs[i]), Long.MAX_VALUE));
        }
      } else {
        double value = value(i);
        if (value != Math.rint(value) || Math.abs(value) > EXACT) {
          throw new ArithmeticException(
              "value %d: %s, allowed: whole numbers up to 2^53".formatted(i, value));
        }
        longs[i] = (long) value;
      }
    }
    return longs;
  }

  private double value(int i) {
    return switch (type) {
      case BOOL, UINT8 -> data[i] & 0xff;
      case INT8 -> data[i];
      case INT16 -> values.getShort(2 * i);
      case UINT16 -> values.getChar(2 * i);
      case INT32 -> values.getInt(4 * i);
      case UINT32 -> values.getInt(4 * i) & 0xffff_ffffL;
      case INT64 -> values.getLong(8 * i);
      case UINT64 -> {
        long bits = values.getLong(8 * i);
        yield bits < 0 ? 2.0 * half(bits) : bits;
      }
      case FLOAT32 -> values.getFloat(4 * i);
      case FLOAT64 -> values.getDouble(8 * i);
    };
  }

  /** Half of an unsigned number, the lost bit kept where it still decides the rounding. */
  private static long half(long bits) {
    return (bits >>> 1) | (bits & 1);
  }

  /** The values, little-endian and row-major; not a copy. */
  byte[] data() {
    return data;
  }

  /** The first size, of an array with this many dimensions at least. */
  int rows(String name, int dimensions, String expected) {
    if (shape.length < dimensions) {
      throw new IllegalArgumentException(
          "%s has the shape %s, allowed: %s".formatted(name, text(shape), expected));
    }
    return shape[0];
  }

  /** The number of values in a row; 0 if there are no rows. */
  int width() {
    return shape[0] == 0 ? 0 : size() / shape[0];
  }

  /** One label for each row, in 0 .. classes-1. */
  int[] labels(int classes) {
    if (size() != shape[0]) {
      throw new IllegalArgumentException(
          "labels has the shape %s, allowed: rows, or rows x 1".formatted(text(shape)));
    }
    long[] longs;
    try {
      longs = longs();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("labels, " + e.getMessage(), e);
    }
    int[] labels = new int[longs.length];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = (int) Math.max(-1, Math.min(longs[i], Integer.MAX_VALUE));
    }
    OneHot.requireLabels(labels, classes);
    return labels;
  }

  /** The shape as Python writes it: (), (3,), (3, 4). */
  static String text(int[] shape) {
    StringJoiner text = new StringJoiner(", ", "(", shape.length == 1 ? ",)" : ")");
    for (int size : shape) {
      text.add(Integer.toString(size));
    }
    return text.toString();
  }

  /** Whether the other array has the same type, the same shape and the same bits. */
  @Override
  public boolean equals(Object other) {
    return other instanceof NpyArray array
        && type == array.type
        && Arrays.equals(shape, array.shape)
        && Arrays.equals(data, array.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(type, Arrays.hashCode(shape), Arrays.hashCode(data));
  }

  /**
   * Type and shape.
   *
   * @return such as {@code NpyArray[FLOAT32, (150, 4)]}
   */
  @Override
  public String toString() {
    return "NpyArray[%s, %s]".formatted(type, text(shape));
  }
}
