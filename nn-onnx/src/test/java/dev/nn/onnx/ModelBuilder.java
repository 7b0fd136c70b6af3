package dev.nn.onnx;

import com.google.protobuf.ByteString;
import dev.nn.onnx.proto.AttributeProto;
import dev.nn.onnx.proto.AttributeProto.AttributeType;
import dev.nn.onnx.proto.GraphProto;
import dev.nn.onnx.proto.ModelProto;
import dev.nn.onnx.proto.NodeProto;
import dev.nn.onnx.proto.OperatorSetIdProto;
import dev.nn.onnx.proto.TensorProto;
import dev.nn.onnx.proto.TensorProto.DataType;
import dev.nn.onnx.proto.TensorShapeProto;
import dev.nn.onnx.proto.TypeProto;
import dev.nn.onnx.proto.ValueInfoProto;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Puts models together as other exporters write them, node by node. */
final class ModelBuilder {
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("main_graph");
  private final Random random = new Random(1);
  private int irVersion = 8;
  private int operators = 17;

  /** Other versions of the format and of the operators. */
  ModelBuilder versions(int format, int ofOperators) {
    irVersion = format;
    operators = ofOperators;
    return this;
  }

  /** An input of floats; 0 is a dimension without size. */
  ModelBuilder input(String name, int... dims) {
    graph.addInput(value(name, dims));
    return this;
  }

  ModelBuilder output(String name, int... dims) {
    graph.addOutput(value(name, dims));
    return this;
  }

  private static ValueInfoProto value(String name, int... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    for (int dim : dims) {
      TensorShapeProto.Dimension.Builder size = TensorShapeProto.Dimension.newBuilder();
      shape.addDim(dim == 0 ? size.setDimParam("N") : size.setDimValue(dim));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(1).setShape(shape)))
        .build();
  }

  ModelBuilder tensor(TensorProto tensor) {
    graph.addInitializer(tensor);
    return this;
  }

  /** An initializer of normal values over the square root of the first dimension. */
  ModelBuilder weights(String name, int... dims) {
    int length = 1;
    for (int dim : dims) {
      length *= dim;
    }
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (random.nextGaussian() / Math.sqrt(dims[0]));
    }
    return tensor(floats(name, values, dims));
  }

  /** An initializer of values above 0, as variances are. */
  ModelBuilder positive(String name, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = 0.2f + random.nextFloat();
    }
    return tensor(floats(name, values, length));
  }

  ModelBuilder scalar(String name, float value) {
    return tensor(floats(name, new float[] {value}));
  }

  static TensorProto floats(String name, float[] values, int... dims) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.FLOAT.getNumber());
    for (int dim : dims) {
      tensor.addDims(dim);
    }
    for (float value : values) {
      tensor.addFloatData(value);
    }
    return tensor.build();
  }

  static TensorProto longs(String name, long... values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setName(name).setDataType(DataType.INT64.getNumber());
    tensor.addDims(values.length);
    for (long value : values) {
      tensor.addInt64Data(value);
    }
    return tensor.build();
  }

  /** A node, written as {@code "out = Op(in, in)"} or {@code "out, mask = Op()"}. */
  ModelBuilder node(String text, AttributeProto... attributes) {
    int equals = text.indexOf('=');
    int open = text.indexOf('(');
    NodeProto.Builder node =
        NodeProto.newBuilder()
            .setOpType(text.substring(equals + 1, open).strip())
            .setName("/" + text.substring(0, equals).strip())
            .addAllOutput(names(text.substring(0, equals)))
            .addAllInput(names(text.substring(open + 1, text.length() - 1)))
            .addAllAttribute(List.of(attributes));
    graph.addNode(node);
    return this;
  }

  private static List<String> names(String text) {
    List<String> names = new ArrayList<>();
    if (!text.isBlank()) {
      for (String name : text.split(",", -1)) {
        names.add(name.strip());
      }
    }
    return names;
  }

  ModelProto build() {
    return ModelProto.newBuilder()
        .setIrVersion(irVersion)
        .setProducerName("test")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(operators))
        .setGraph(graph)
        .build();
  }

  static AttributeProto i(String name, long value) {
    return GraphBuilder.integer(name, value);
  }

  static AttributeProto f(String name, float value) {
    return GraphBuilder.number(name, value);
  }

  static AttributeProto s(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static AttributeProto t(String name, TensorProto value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeType.TENSOR)
        .setT(value)
        .build();
  }

  static AttributeProto ints(String name, long... values) {
    AttributeProto.Builder attribute =
        AttributeProto.newBuilder().setName(name).setType(AttributeType.INTS);
    for (long value : values) {
      attribute.addInts(value);
    }
    return attribute.build();
  }
}
