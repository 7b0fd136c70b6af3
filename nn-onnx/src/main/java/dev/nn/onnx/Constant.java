package dev.nn.onnx;

import com.google.protobuf.ByteString;
import dev.nn.io.MalformedFileException;
import dev.nn.onnx.proto.AttributeProto;
import dev.nn.onnx.proto.AttributeProto.AttributeType;
import dev.nn.onnx.proto.TensorProto;
import dev.nn.onnx.proto.TensorProto.DataLocation;
import dev.nn.onnx.proto.TensorProto.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * A tensor of the file whose numbers are decoded when they are asked for.
 *
 * <p>Its dimensions are checked against what the file really has before anything is made of them.
 */
final class Constant {
  private final long[] dims;
  private final int length;

  /** The numbers, in the order of the file. */
  private final IntToDoubleFunction values;

  private final Place place;

  /** What this is a transposed view of, or this. */
  private final Constant origin;

  private Constant(
      long[] dims, int length, IntToDoubleFunction values, Place place, Constant origin) {
    this.origin = origin == null ? this : origin;
    this.dims = dims;
    this.length = length;
    this.values = values;
    this.place = place;
  }

  /** What a Constant node is. */
  static Constant of(Node node) throws MalformedFileException {
    node.requireInputs(0, 0);
    Attributes attributes = node.attributes();
    AttributeProto value = attributes.single();
    Place place = node.place();
    return switch (value.getName()) {
      case "value" -> of(attributes.find("value", AttributeType.TENSOR).getT(), place);
      case "value_float" -> scalar(attributes.number("value_float", 0), place);
      case "value_int" -> scalar((double) attributes.integer("value_int", 0), place);
      case "value_floats" -> {
        attributes.find("value_floats", AttributeType.FLOATS);
        yield vector(value.getFloatsCount(), value::getFloats, place);
      }
      case "value_ints" -> {
        attributes.find("value_ints", AttributeType.INTS);
        yield vector(value.getIntsCount(), i -> (double) value.getInts(i), place);
      }
      default ->
          throw node.error(
              "attribute "
                  + Place.quoted(value.getName())
                  + ", allowed: value, value_float, value_floats, value_int, value_ints");
    };
  }

  private static Constant scalar(double value, Place place) {
    return new Constant(new long[0], 1, i -> value, place, null);
  }

  private static Constant vector(int length, IntToDoubleFunction value, Place place)
      throws MalformedFileException {
    if (length < 1) {
      throw place.error("no numbers, allowed: 1 or more");
    }
    return new Constant(new long[] {length}, length, value, place, null);
  }

  static Constant of(TensorProto tensor, Place place) throws MalformedFileException {
    if (tensor.getDataLocation() == DataLocation.EXTERNAL || tensor.getExternalDataCount() > 0) {
      throw place.error("its numbers are in another file, allowed: in the model file itself");
    }
    if (tensor.hasSegment()) {
      throw place.error("it is one segment of a tensor, allowed: whole tensors");
    }
    DataType type = DataType.forNumber(tensor.getDataType());
    IntToDoubleFunction values = null;
    int length = 0;
    if (type != null && tensor.hasRawData()) {
      int size = bytes(type);
      if (size > 0) {
        ByteString raw = tensor.getRawData();
        if (raw.size() % size != 0) {
          throw place.error(raw.size() + " bytes are no whole number of " + type);
        }
        ByteBuffer bytes = raw.asReadOnlyByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
        length = raw.size() / size;
        values = raw(type, bytes);
      }
    } else if (type != null) {
      length = typedLength(type, tensor);
      values = typed(type, tensor);
    }
    if (values == null) {
      throw place.error(
          "its type is "
              + (type == null ? tensor.getDataType() : type)
              + ", allowed: FLOAT, DOUBLE, FLOAT16, BFLOAT16, INT32, INT64, BOOL");
    }
    long[] dims = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    if (!isProduct(dims, length)) {
      throw place.error(
          "its shape is " + text(dims) + ", but the file has " + length + " numbers of it");
    }
    return new Constant(dims, length, values, place, null);
  }

  private static int bytes(DataType type) {
    return switch (type) {
      case FLOAT, INT32 -> 4;
      case DOUBLE, INT64 -> 8;
      case FLOAT16, BFLOAT16 -> 2;
      case BOOL -> 1;
      default -> 0;
    };
  }

  private static IntToDoubleFunction raw(DataType type, ByteBuffer bytes) {
    return switch (type) {
      case FLOAT -> i -> bytes.getFloat(4 * i);
      case DOUBLE -> i -> bytes.getDouble(8 * i);
      case FLOAT16 -> i -> HalfPrecision.toFloat(bytes.getShort(2 * i));
      case BFLOAT16 -> i -> HalfPrecision.brainToFloat(bytes.getShort(2 * i));
      case INT32 -> i -> bytes.getInt(4 * i);
      case INT64 -> i -> (double) bytes.getLong(8 * i);
      case BOOL -> bytes::get;
      default -> null;
    };
  }

  private static int typedLength(DataType type, TensorProto tensor) {
    return switch (type) {
      case FLOAT -> tensor.getFloatDataCount();
      case DOUBLE -> tensor.getDoubleDataCount();
      case FLOAT16, BFLOAT16, INT32, BOOL -> tensor.getInt32DataCount();
      case INT64 -> tensor.getInt64DataCount();
      default -> 0;
    };
  }

  private static IntToDoubleFunction typed(DataType type, TensorProto tensor) {
    return switch (type) {
      case FLOAT -> tensor::getFloatData;
      case DOUBLE -> tensor::getDoubleData;
      case FLOAT16 -> i -> HalfPrecision.toFloat((short) tensor.getInt32Data(i));
      case BFLOAT16 -> i -> HalfPrecision.brainToFloat((short) tensor.getInt32Data(i));
      case INT32, BOOL -> tensor::getInt32Data;
      case INT64 -> i -> (double) tensor.getInt64Data(i);
      default -> null;
    };
  }

  private static boolean isProduct(long[] dims, long length) {
    long left = length;
    for (long dim : dims) {
      if (dim < 1 || left % dim != 0) {
        return false;
      }
      left /= dim;
    }
    return left == 1;
  }

  int length() {
    return length;
  }

  boolean isScalar() {
    return length == 1 && dims.length <= 2;
  }

  /** A number of any type. */
  double scalar() {
    return values.applyAsDouble(0);
  }

  double get(int index) {
    return values.applyAsDouble(index);
  }

  /** What adding this to rows adds to a column: the only number, or that of the column. */
  double ofColumn(int column) {
    return values.applyAsDouble(length == 1 ? 0 : column);
  }

  /** Whether adding this to rows of the given width adds one number to each column. */
  boolean isRow(int width) {
    return length == width
        && dims.length >= 1
        && dims.length <= 2
        && dims[dims.length - 1] == width;
  }

  /** A matrix of rows of rows, or of columns, as W[n][k]. */
  float[] matrix(boolean transposed) {
    int rows = (int) dims[0];
    int columns = (int) dims[1];
    float[] w = new float[length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        w[transposed ? j * rows + i : i * columns + j] =
            (float) values.applyAsDouble(i * columns + j);
      }
    }
    return w;
  }

  /** Refuses everything but matrices. */
  void requireMatrix() throws MalformedFileException {
    if (dims.length != 2) {
      throw place.error("its shape is " + shape() + ", allowed here: a matrix");
    }
  }

  /** What a Transpose node makes of this matrix. */
  Constant transposed(Node node) throws MalformedFileException {
    requireMatrix();
    List<Long> swap = List.of(1L, 0L);
    node.attributes().requireOnly("perm");
    if (!node.attributes().integers("perm", swap).equals(swap)) {
      throw node.error("perm is not allowed, allowed: [1, 0]");
    }
    int rows = rows();
    int columns = columns();
    return new Constant(
        new long[] {columns, rows},
        length,
        i -> values.applyAsDouble(i % rows * columns + i / rows),
        place,
        origin);
  }

  /** The tensor of the file, of which there is one object. */
  Constant origin() {
    return origin;
  }

  int rows() {
    return (int) dims[0];
  }

  int columns() {
    return (int) dims[1];
  }

  String shape() {
    return text(dims);
  }

  private static String text(long[] dims) {
    return dims.length <= 8 ? Arrays.toString(dims) : dims.length + " dimensions";
  }
}
