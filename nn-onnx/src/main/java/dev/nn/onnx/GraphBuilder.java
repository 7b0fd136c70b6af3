package dev.nn.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.nn.onnx.proto.AttributeProto;
import dev.nn.onnx.proto.GraphProto;
import dev.nn.onnx.proto.NodeProto;
import dev.nn.onnx.proto.TensorProto;
import dev.nn.onnx.proto.TensorProto.DataType;
import dev.nn.onnx.proto.TensorShapeProto;
import dev.nn.onnx.proto.TypeProto;
import dev.nn.onnx.proto.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Puts a graph together, each node after those that it takes values of. */
final class GraphBuilder {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("network");
  private final Set<String> scalars = new HashSet<>();

  /**
   * Adds an operator of one output.
   *
   * @return the name of the output
   */
  String add(String operator, List<String> inputs, String output, AttributeProto... attributes) {
    graph.addNode(
        NodeProto.newBuilder()
            .setName(output + "_" + operator.toLowerCase(Locale.ROOT))
            .setOpType(operator)
            .addAllInput(inputs)
            .addOutput(output)
            .addAllAttribute(List.of(attributes)));
    return output;
  }

  /** A matrix of floats; the name again. */
  String constant(String name, float[][] rows) {
    ByteBuffer bytes = littleEndian((long) rows.length * rows[0].length * Float.BYTES);
    for (float[] row : rows) {
      putAll(bytes, row);
    }
    return initializer(name, DataType.FLOAT, bytes, rows.length, rows[0].length);
  }

  /** A vector of floats; the name again. */
  String constant(String name, float[] values) {
    ByteBuffer bytes = littleEndian((long) values.length * Float.BYTES);
    putAll(bytes, values);
    return initializer(name, DataType.FLOAT, bytes, values.length);
  }

  /** A vector of doubles; the name again. */
  String constant(String name, double[] values) {
    ByteBuffer bytes = littleEndian((long) values.length * Double.BYTES);
    for (double value : values) {
      bytes.putDouble(value);
    }
    return initializer(name, DataType.DOUBLE, bytes, values.length);
  }

  /** A number that nodes share; the name again. */
  String scalar(String name, float value) {
    return scalars.add(name)
        ? initializer(name, DataType.FLOAT, littleEndian(Float.BYTES).putFloat(value))
        : name;
  }

  private static ByteBuffer littleEndian(long length) {
    return ByteBuffer.allocate(Math.toIntExact(length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void putAll(ByteBuffer bytes, float[] values) {
    bytes.asFloatBuffer().put(values);
    bytes.position(bytes.position() + values.length * Float.BYTES);
  }

  private String initializer(String name, DataType type, ByteBuffer bytes, long... dims) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName(name)
            .setDataType(type.getNumber())
            .setRawData(whole(bytes));
    for (long dim : dims) {
      tensor.addDims(dim);
    }
    graph.addInitializer(tensor);
    return name;
  }

  private static ByteString whole(ByteBuffer bytes) {
    return UnsafeByteOperations.unsafeWrap(bytes.flip());
  }

  /**
   * The finished graph.
   *
   * @param last name of the value that becomes the output
   */
  GraphProto build(int inputs, String last, int outputs) {
    int end = graph.getNodeCount() - 1;
    NodeProto.Builder node = graph.getNodeBuilder(end);
    if (!node.getOutput(0).equals(last)) {
      throw new AssertionError(last + " is not the output of the last node");
    }
    node.setOutput(0, Format.OUTPUT);
    return graph
        .addInput(matrix(Format.INPUT, inputs))
        .addOutput(matrix(Format.OUTPUT, outputs))
        .build();
  }

  private static ValueInfoProto matrix(String name, int columns) {
    TensorShapeProto shape =
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("batch"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(columns))
            .build();
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(DataType.FLOAT.getNumber())
                        .setShape(shape)))
        .build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto number(String name, float value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF(value)
        .build();
  }

  static AttributeProto type(String name, DataType value) {
    return integer(name, value.getNumber());
  }
}
