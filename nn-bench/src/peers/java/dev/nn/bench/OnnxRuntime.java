package dev.nn.bench;

import ai.onnx.proto.OnnxMl;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.ByteString;
import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Map;

/**
 * ONNX Runtime: a model of its own for each network and batch, made in memory.
 *
 * <p>The model is written with the classes that protoc makes of ONNX's own definition, as Tribuo
 * publishes them: they are checked by the compiler where fields written by number would not be, and
 * bring only protobuf with them. Sizes of batches are fixed, and input and output are tensors in
 * native memory that all calls use.
 */
final class OnnxRuntime {
  /** Version of the format, and of the operators: the least that has all that is used here. */
  private static final int FORMAT = 8;

  private static final int OPERATORS = 13;

  private static final String INPUT = "a0";

  private static int threads;

  private OnnxRuntime() {}

  static String open(int threadsToUse) {
    threads = threadsToUse;
    return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion() + ", threads " + threads;
  }

  static StepPeer.Prediction prediction(Network network, int rows, float[] x) {
    Architecture architecture = network.architecture();
    FloatBuffer input = offHeap(x.length).put(0, x);
    FloatBuffer output = offHeap(rows * architecture.outputs());
    try {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      OrtSession session = environment.createSession(model(network, rows).toByteArray(), options);
      Map<String, OnnxTensor> inputs =
          Map.of(INPUT, tensor(environment, input, rows, architecture.inputs()));
      Map<String, OnnxTensor> outputs =
          Map.of(
              activationOf(architecture.depth()),
              tensor(environment, output, rows, architecture.outputs()));
      return new StepPeer.Prediction() {
        @Override
        public void predict() {
          run(session, inputs, outputs);
        }

        @Override
        public float[] predictForOutputs() {
          predict();
          float[] result = new float[output.limit()];
          output.get(0, result);
          return result;
        }
      };
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void run(
      OrtSession session, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    try (OrtSession.Result result = session.run(inputs, outputs)) {
      if (result.size() != outputs.size()) {
        throw new IllegalStateException("the model has " + result.size() + " outputs");
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OnnxTensor tensor(
      OrtEnvironment environment, FloatBuffer values, int rows, int columns) throws OrtException {
    return OnnxTensor.createTensor(environment, values, new long[] {rows, columns});
  }

  private static OnnxMl.ModelProto model(Network network, int rows) {
    Architecture architecture = network.architecture();
    int depth = architecture.depth();
    OnnxMl.GraphProto.Builder graph =
        OnnxMl.GraphProto.newBuilder()
            .setName("network")
            .addInput(matrix(INPUT, rows, architecture.inputs()))
            .addOutput(matrix(activationOf(depth), rows, architecture.outputs()));
    for (int l = 1; l <= depth; l++) {
      addLayer(graph, network, l);
    }
    return OnnxMl.ModelProto.newBuilder()
        .setIrVersion(FORMAT)
        .addOpsetImport(OnnxMl.OperatorSetIdProto.newBuilder().setVersion(OPERATORS))
        .setGraph(graph)
        .build();
  }

  /** {@code z[l] = a[l-1] W[l]^T + b[l]}, {@code a[l] = g(z[l])}. */
  private static void addLayer(OnnxMl.GraphProto.Builder graph, Network network, int l) {
    String weights = "W" + l;
    String bias = "b" + l;
    String preactivation = "z" + l;
    Activation activation = (Activation) network.architecture().layers().get(l - 1).activation();
    OnnxMl.NodeProto.Builder nonlinear =
        OnnxMl.NodeProto.newBuilder()
            .setOpType(operator(activation))
            .addInput(preactivation)
            .addOutput(activationOf(l));
    if (activation == Activation.SOFTMAX) {
      nonlinear.addAttribute(integer("axis", 1));
    }
    graph
        .addInitializer(parameters(weights, network.weights(l)))
        .addInitializer(parameters(bias, new float[][] {network.bias(l)}))
        .addNode(
            OnnxMl.NodeProto.newBuilder()
                .setOpType("Gemm")
                .addInput(activationOf(l - 1))
                .addInput(weights)
                .addInput(bias)
                .addAttribute(integer("transB", 1))
                .addOutput(preactivation))
        .addNode(nonlinear);
  }

  private static String activationOf(int l) {
    return "a" + l;
  }

  private static String operator(Activation activation) {
    return switch (activation) {
      case IDENTITY -> "Identity";
      case SIGMOID -> "Sigmoid";
      case TANH -> "Tanh";
      case RELU -> "Relu";
      case SOFTMAX -> "Softmax";
      default -> throw new IllegalArgumentException(activation + " is in none of the networks");
    };
  }

  private static OnnxMl.AttributeProto integer(String name, long value) {
    return OnnxMl.AttributeProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  private static OnnxMl.TensorProto parameters(String name, float[][] rows) {
    ByteBuffer bytes =
        ByteBuffer.allocate(rows.length * rows[0].length * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN); // as the format prescribes
    for (float[] row : rows) {
      bytes.asFloatBuffer().put(row);
      bytes.position(bytes.position() + row.length * Float.BYTES);
    }
    return OnnxMl.TensorProto.newBuilder()
        .setName(name)
        .setDataType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
        .addDims(rows.length)
        .addDims(rows[0].length)
        .setRawData(ByteString.copyFrom(bytes.flip()))
        .build();
  }

  private static OnnxMl.ValueInfoProto matrix(String name, long rows, long columns) {
    OnnxMl.TensorShapeProto shape =
        OnnxMl.TensorShapeProto.newBuilder()
            .addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(rows))
            .addDim(OnnxMl.TensorShapeProto.Dimension.newBuilder().setDimValue(columns))
            .build();
    OnnxMl.TypeProto.Tensor type =
        OnnxMl.TypeProto.Tensor.newBuilder()
            .setElemType(OnnxMl.TensorProto.DataType.FLOAT.getNumber())
            .setShape(shape)
            .build();
    return OnnxMl.ValueInfoProto.newBuilder()
        .setName(name)
        .setType(OnnxMl.TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  private static FloatBuffer offHeap(int length) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(length, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
