package dev.nn.onnx;

import static dev.nn.onnx.ModelBuilder.f;
import static dev.nn.onnx.ModelBuilder.floats;
import static dev.nn.onnx.ModelBuilder.i;
import static dev.nn.onnx.ModelBuilder.ints;
import static dev.nn.onnx.ModelBuilder.longs;
import static dev.nn.onnx.ModelBuilder.s;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.nn.Activation;
import dev.nn.Model;
import dev.nn.io.MalformedFileException;
import dev.nn.onnx.proto.GraphProto;
import dev.nn.onnx.proto.ModelProto;
import dev.nn.onnx.proto.NodeProto;
import dev.nn.onnx.proto.OperatorSetIdProto;
import dev.nn.onnx.proto.SparseTensorProto;
import dev.nn.onnx.proto.StringStringEntryProto;
import dev.nn.onnx.proto.TensorProto;
import dev.nn.onnx.proto.TensorProto.DataLocation;
import dev.nn.onnx.proto.TensorProto.DataType;
import dev.nn.spi.Backends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is refused, and what the message says. */
class RefusalTest {
  private static final String NODE_0 = "node 0 '/y' ";

  /** A layer of 3 inputs and 2 outputs, from x to z. */
  private static ModelBuilder layer() {
    return new ModelBuilder().input("x", 0, 3).weights("w", 3, 2).node("z = MatMul(x, w)");
  }

  private static ModelBuilder features() {
    return new ModelBuilder().input("x", 0, 3).weights("w", 3, 2).output("z", 0, 2);
  }

  @Test
  void operators() {
    assertRefused(
        layer().node("y = Conv(z)").output("y"),
        "node 1 '/y' (Conv): this operator is not known here, allowed: Gemm, MatMul, Add, ");
    assertRefused(
        layer().node("y = LogSoftmax(z)").output("y"), "node 1 '/y' (LogSoftmax): this operator");
    ModelProto.Builder other = layer().node("y = Relu(z)").output("y").build().toBuilder();
    other.getGraphBuilder().getNodeBuilder(1).setDomain("com.microsoft");
    assertRefused(
        other.build(),
        "node 1 '/y' (Relu): its operator is of domain 'com.microsoft', allowed: ai.onnx");
  }

  @Test
  void settingsOfOperators() {
    assertRefused(
        layer().node("y = LeakyRelu(z)", f("alpha", 0.2f)).output("y"),
        "node 1 '/y' (LeakyRelu): alpha = 0.2, allowed: 0.01");
    assertRefused(
        layer().node("y = LeakyRelu(z)", f("alpha", Float.NaN)).output("y"),
        "node 1 '/y' (LeakyRelu): alpha = NaN, allowed: 0.01");
    assertRefused(
        layer().node("y = Elu(z)", i("alpha", 1)).output("y"),
        "node 1 '/y' (Elu): attribute alpha is of type INT, allowed: FLOAT");
    assertRefused(
        layer().node("y = Relu(z)", i("limit", 6)).output("y"),
        "node 1 '/y' (Relu): attribute 'limit', allowed: none");
    assertRefused(
        layer().node("y = Relu(z)", i("a", 6), i("a", 6)).output("y"),
        "node 1 '/y' (Relu): attribute 'a' is there twice");
    assertRefused(
        layer().node("y = Softmax(z)", i("axis", 0)).output("y"),
        "node 1 '/y' (Softmax): axis = 0, allowed: 1, -1");
    assertRefused(
        layer().weights("g", 2).node("y = LayerNormalization(z, g)", i("axis", 0)).output("y"),
        "node 1 '/y' (LayerNormalization): axis = 0, allowed: 1, -1");
    assertRefused(
        layer().weights("g", 2).node("y = LayerNormalization(z, g)", f("epsilon", 0)).output("y"),
        "node 1 '/y' (LayerNormalization): epsilon = 0.0, allowed: finite and above 0");
    assertRefused(
        layer().weights("g", 2).node("y = LayerNormalization(z, g)").output("y"),
        "layer 1 is the last one and has a layer norm");
    assertRefused(
        layer()
            .weights("g", 2)
            .node("n = LayerNormalization(z, g)")
            .node("y = LayerNormalization(n, g)")
            .output("y"),
        "node 2 '/y' (LayerNormalization): it is not the only one that takes the sums of a layer");
    assertRefused(
        layer()
            .weights("g", 2)
            .node("n = LayerNormalization(z, g)")
            .node("y = Add(n, g)")
            .output("y"),
        "node 2 '/y' (Add): a constant of shape");
    assertRefused(
        layer().node("y = Gelu(z)", s("approximate", "quick")).output("y"),
        "node 1 '/y' (Gelu): approximate is not allowed, allowed: none, tanh");
    assertRefused(
        features().node("z = Gemm(x, w)", i("transA", 1)),
        "node 0 '/z' (Gemm): transA = 1, allowed: 0");
    assertRefused(
        features().node("z = Gemm(x, w)", i("transB", 2)),
        "node 0 '/z' (Gemm): transB = 2, allowed: 0, 1");
    assertRefused(
        layer().node("y = Flatten(z)", i("axis", 0)).output("y"),
        "node 1 '/y' (Flatten): axis = 0, allowed: 1");
    assertRefused(
        layer().node("y = Cast(z)", i("to", DataType.INT64_VALUE)).output("y"),
        "node 1 '/y' (Cast): a cast to INT64, allowed: to FLOAT, DOUBLE");
    assertRefused(
        layer().tensor(longs("shape", 1, -1)).node("y = Reshape(z, shape)").output("y"),
        "node 1 '/y' (Reshape): its shape does not keep the rows");
    assertRefused(
        layer().tensor(longs("shape", -1, 3)).node("y = Reshape(z, shape)").output("y"),
        "node 1 '/y' (Reshape): its shape does not keep the rows");
    assertRefused(
        layer().scalar("training", 1).node("y = Dropout(z, , training)").output("y"),
        "node 1 '/y' (Dropout): it is in training mode");
    assertRefused(
        features().node("v = Transpose(w)", ints("perm", 0, 1)).node("z = MatMul(x, v)"),
        "node 0 '/v' (Transpose): perm is not allowed, allowed: [1, 0]");
    assertRefused(
        layer().scalar("e", 4).node("y = Pow(z, e)").output("y"),
        "node 1 '/y' (Pow): its exponent is not allowed, allowed: 2, 3");
    assertRefused(
        features().node("c = Constant()").node("z = MatMul(x, w)"),
        "node 0 '/c' (Constant): 0 attributes, allowed: 1");
    assertRefused(
        features().node("c = Constant()", s("value_string", "")).node("z = MatMul(x, w)"),
        "node 0 '/c' (Constant): attribute 'value_string', allowed: value, value_float");
    assertRefused(
        features().node("c = Constant()", ints("value_ints")).node("z = MatMul(x, w)"),
        "node 0 '/c' (Constant): no numbers, allowed: 1 or more");
  }

  @Test
  void numbersOfInputsAndOutputs() {
    assertRefused(
        layer().node("y = Relu(z, z)").output("y"), "node 1 '/y' (Relu): 2 inputs, allowed: 1");
    assertRefused(features().node("z = Gemm(x)"), "node 0 '/z' (Gemm): 1 inputs, allowed: 2 to 3");
    assertRefused(
        layer().node("y, q = Relu(z)").output("y"), "node 1 '/y, q' (Relu): 2 outputs, allowed: 1");
    ModelProto.Builder none = layer().output("z").build().toBuilder();
    none.getGraphBuilder().getNodeBuilder(0).clearOutput();
    assertRefused(none.build(), "node 0 '/z' (MatMul): it has no output");
  }

  @Test
  void names() {
    assertRefused(
        layer().node("y = Relu(v)").output("y"),
        "node 1 '/y' (Relu): input 'v' has not been computed before");
    assertRefused(
        features().node("z = Gemm(x, v)"),
        "node 0 '/z' (Gemm): input 'v' has not been computed before");
    assertRefused(
        layer().node("z = Relu(z)").output("z"), "node 1 '/z' (Relu): value 'z' is there twice");
    assertRefused(
        layer().weights("w", 3, 2).output("z"), "initializer 'w': value 'w' is there twice");
    assertRefused(layer().weights("", 3, 2).output("z"), "initializer '': a value without name");
    assertRefused(layer().output("y"), "output 'y': no node computes it from the input");
    assertRefused(layer().output("w"), "output 'w': no node computes it from the input");
    assertRefused(
        features().node("z = MatMul(w, x)"),
        "node 0 '/z' (MatMul): input 'w' is a constant, allowed here: what is computed");
    assertRefused(
        features().node("z = MatMul(x, x)"),
        "node 0 '/z' (MatMul): input 'x' is computed, allowed here: a constant");
  }

  @Test
  void shapes() {
    assertRefused(
        features().weights("v", 4, 2).node("z = MatMul(x, v)"),
        "node 0 '/z' (MatMul): it takes 4 inputs, but there are 3");
    assertRefused(
        layer().weights("v", 3, 2).node("y = MatMul(z, v)").output("y"),
        "node 1 '/y' (MatMul): it takes 3 inputs, but there are 2");
    assertRefused(
        features().weights("v", 3).node("z = MatMul(x, v)"),
        "initializer 'v': its shape is [3], allowed here: a matrix");
    assertRefused(
        layer().weights("v", 3).node("y = Add(z, v)").output("y"),
        "node 1 '/y' (Add): the constant has shape [3], allowed: one number, or one for each of 2");
    assertRefused(
        layer().weights("v", 2, 1).node("y = Add(z, v)").output("y"),
        "node 1 '/y' (Add): the constant has shape [2, 1], allowed: one number");
    assertRefused(
        features().weights("c", 3).node("z = Gemm(x, w, c)"),
        "node 0 '/z' (Gemm): C has shape [3], allowed: one number, or one for each of 2 outputs");
    assertRefused(
        new ModelBuilder().input("x", 5).weights("w", 5, 2).node("z = MatMul(x, w)").output("z"),
        "input 'x': 1 dimensions, allowed: 2 or more");
    assertRefused(
        new ModelBuilder()
            .input("x", 0, 2, 3)
            .weights("w", 3, 2)
            .node("z = MatMul(x, w)")
            .output("z"),
        "node 0 '/z' (MatMul): its first input is no matrix: a Flatten must come before");
    assertRefused(
        new ModelBuilder().input("x", 0, -3).weights("w", 3, 2).output("z"),
        "input 'x': a dimension of -3, allowed: 1 or more");
    assertRefused(
        new ModelBuilder().input("x", 0, 65536, 65536).weights("w", 3, 2).output("z"),
        "input 'x': a dimension of 65536, allowed: 1 or more, as fits");
  }

  @Test
  void whatIsNoChain() {
    assertRefused(
        layer()
            .node("a = Relu(z)")
            .weights("v", 2, 2)
            .node("u = MatMul(a, v)")
            .node("y = Add(u, a)")
            .output("y"),
        "node 3 '/y' (Add): it takes a value of layer 1 behind layer 2, allowed: layers in a chain");
    assertRefused(
        layer().weights("v", 3, 2).node("y = MatMul(x, v)").output("y"),
        "node 1 '/y' (MatMul): it takes a value of layer 0 behind layer 1");
    assertRefused(
        layer().node("a = Relu(z)").node("y = Tanh(a)").output("y"),
        "node 2 '/y' (Tanh): it is applied to an activation: a layer has one");
    assertRefused(features().node("y = Tanh(x)"), NODE_0 + "(Tanh): it is applied to the features");
    assertRefused(features().node("y = Relu(x)"), NODE_0 + "(Relu): it is applied to the features");
    assertRefused(
        new ModelBuilder().input("x", 0, 3).scalar("c", 1).node("y = Sub(x, c)").output("y"),
        "output 'y': there is no layer, expected: Gemm or MatMul");
    assertRefused(
        layer().node("y = MatMul(z, w)").output("y"),
        "node 1 '/y' (MatMul): its weights are those of another layer, too");
    assertRefused(
        layer().node("v = Transpose(w)").node("y = MatMul(z, v)").output("y"),
        "node 2 '/y' (MatMul): its weights are those of another layer, too");
    assertRefused(
        layer().node("y = Softmax(z)").weights("v", 2, 2).node("u = MatMul(y, v)").output("u"),
        "layer 1 of 2 is a softmax: it can only be the last one");
    assertRefused(layer().input("x2", 0, 3).output("z"), "2 inputs, allowed: 1");
    assertRefused(layer().output("z").output("z"), "2 outputs, allowed: 1");
  }

  @Test
  void whatIsNoActivation() {
    assertRefused(
        layer().node("s = Sigmoid(z)").node("y = Mul(s, s)").output("y"),
        "node 2 '/y' (Mul): it is part of no activation of this library");
    assertRefused(
        layer().node("e = Erf(z)").node("s = Sigmoid(e)").output("s"),
        "node 2 '/s' (Sigmoid): it is part of no activation of this library");
    assertRefused(
        layer()
            .scalar("c", 1.702f)
            .node("u = Mul(z, c)")
            .node("v = Identity(z)")
            .node("s = Sigmoid(u)")
            .node("y = Mul(v, s)")
            .output("y"),
        "output 'y': the nodes before it compute no activation of this library of layer 1");
    assertRefused(
        layer().node("y = Mul(z, z)").weights("v", 2, 2).node("u = MatMul(y, v)").output("u"),
        "node 2 '/u' (MatMul): the nodes before it compute no activation of this library of layer");
    assertRefused(
        layer().node("q = Mul(z, z)").node("y = Relu(q)").output("y"),
        "node 2 '/y' (Relu): it is not applied to the sums of a layer");
    assertRefused(
        layer().scalar("c", 1).node("y = Div(c, z)").output("y"),
        "node 1 '/y' (Div): it divides a constant, allowed: to divide by one");
    assertRefused(
        layer().node("s = Sigmoid(z)").weights("v", 2).node("y = Mul(s, v)").output("y"),
        "node 2 '/y' (Mul): a constant of shape [2], allowed here: a single number");
    assertRefused(
        layer()
            .positive("v", 2)
            .node("a = Relu(z)")
            .node("y = BatchNormalization(a, v, v, v, v)")
            .output("y"),
        "node 2 '/y' (BatchNormalization): it is not the only one that takes the sums of a layer");
  }

  @Test
  void scalers() {
    assertRefused(
        features().scalar("c", -2).node("u = Div(x, c)").node("z = MatMul(u, w)"),
        "column 0: scale = -2.0, allowed: finite and above 0");
    assertRefused(
        features().scalar("c", 0).node("u = Mul(x, c)").node("z = MatMul(u, w)"),
        "column 0: scale = Infinity, allowed: finite and above 0");
    assertRefused(
        features().scalar("c", 1).node("u = Sub(c, x)").node("z = MatMul(u, w)"),
        "node 0 '/u' (Sub): it subtracts from a constant, allowed: to subtract one");
    assertRefused(
        features().weights("c", 2).node("u = Sub(x, c)").node("z = MatMul(u, w)"),
        "node 1 '/z' (MatMul): it takes 3 inputs, but 2 are scaled");
    assertRefused(
        features().scalar("c", 1).node("u = Sub(x, c)").node("v = Sub(x, c)"),
        "node 0 '/u' (Sub): other nodes take the features, too; allowed: one");
  }

  @Test
  void tensors() {
    TensorProto w = floats("w", new float[6], 3, 2);
    assertRefused(
        w.toBuilder().setDataLocation(DataLocation.EXTERNAL).build(),
        "initializer 'w': its numbers are in another file, allowed: in the model file itself");
    assertRefused(
        w.toBuilder()
            .addExternalData(StringStringEntryProto.newBuilder().setKey("location"))
            .build(),
        "initializer 'w': its numbers are in another file");
    assertRefused(
        w.toBuilder().setSegment(TensorProto.Segment.getDefaultInstance()).build(),
        "initializer 'w': it is one segment of a tensor");
    assertRefused(
        w.toBuilder().setDataType(DataType.STRING_VALUE).build(),
        "initializer 'w': its type is STRING, allowed: FLOAT, DOUBLE, FLOAT16");
    assertRefused(
        w.toBuilder().setDataType(23).build(), "initializer 'w': its type is 23, allowed: FLOAT");
    assertRefused(
        w.toBuilder().setDims(0, 4).build(),
        "initializer 'w': its shape is [4, 2], but the file has 6 numbers of it");
    assertRefused(
        w.toBuilder().setDims(0, 1L << 62).setDims(1, 4).build(),
        "initializer 'w': its shape is [4611686018427387904, 4], but the file has 6 numbers");
    assertRefused(
        w.toBuilder().setDims(0, -3).setDims(1, -2).build(),
        "initializer 'w': its shape is [-3, -2], but the file has 6 numbers of it");
    assertRefused(
        w.toBuilder().clearFloatData().setDims(0, 0).build(),
        "initializer 'w': its shape is [0, 2], but the file has 0 numbers of it");
    assertRefused(
        w.toBuilder().setRawData(ByteString.copyFrom(new byte[23])).build(),
        "initializer 'w': 23 bytes are no whole number of FLOAT");
    assertRefused(
        w.toBuilder().setFloatData(3, Float.NaN).build(),
        "layer 1: weights must be finite, but row 1, column 1 is NaN");
  }

  private static void assertRefused(TensorProto w, String message) {
    assertRefused(
        new ModelBuilder().input("x", 0, 3).tensor(w).node("z = MatMul(x, w)").output("z"),
        message);
  }

  @Test
  void models() {
    ModelProto model = layer().output("z").build();
    assertRefused(
        ModelProto.getDefaultInstance(),
        "no ONNX model: it does not tell the version of its operators");
    assertRefused(model.toBuilder().clearGraph().build(), "no ONNX model: it has no graph");
    assertRefused(
        model.toBuilder().setOpsetImport(0, OperatorSetIdProto.newBuilder().setVersion(6)).build(),
        "its operators are of version 6, allowed: 7 and later");
    assertRefused(
        model.toBuilder()
            .setGraph(
                model.getGraph().toBuilder()
                    .addSparseInitializer(SparseTensorProto.getDefaultInstance()))
            .build(),
        "it has sparse initializers, allowed: dense ones");
    assertRefused(
        model.toBuilder()
            .addMetadataProps(StringStringEntryProto.newBuilder().setKey("output.0").setValue("a"))
            .build(),
        "the list of output names is for 1, but the network has 2 outputs");
  }

  @Test
  void bytes() throws IOException {
    assertRefused("hello, world".getBytes(StandardCharsets.UTF_8), "no ONNX model, or damaged: ");
    byte[] model = layer().output("z").build().toByteArray();
    for (int length = 0; length < model.length; length++) {
      byte[] cut = Arrays.copyOf(model, length);
      assertThrows(MalformedFileException.class, () -> read(cut), "cut to " + length);
    }
  }

  /** A length of 2 GiB in a file of some bytes, at every depth. */
  @Test
  void lyingLengths() throws IOException {
    int[][] paths = {{7}, {7, 1}, {7, 5}, {7, 5, 9}, {7, 5, 4}, {7, 5, 1}, {7, 1, 5}, {7, 1, 5, 8}};
    for (int[] path : paths) {
      for (int length : new int[] {1 << 20, Integer.MAX_VALUE, -1}) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int field : path) {
          out.writeTag(field, 2);
          out.writeUInt32NoTag(length);
        }
        out.writeRawBytes(new byte[20]);
        out.flush();
        assertRefused(bytes.toByteArray(), "no ONNX model, or damaged: ");
      }
    }
  }

  /** Empty messages take two bytes in a file, and many times that in memory. */
  @Test
  void manyFields() throws IOException {
    GraphProto.Builder graph = GraphProto.newBuilder();
    for (int n = 0; n < WireLimits.MOST_FIELDS - 1; n++) {
      graph.addNode(NodeProto.getDefaultInstance());
    }
    ModelProto allowed = ModelProto.newBuilder().setGraph(graph).build();
    assertRefused(allowed, "no ONNX model: it does not tell the version");
    ModelProto more =
        ModelProto.newBuilder().setGraph(graph.addNode(NodeProto.getDefaultInstance())).build();
    assertRefused(more, "no ONNX model, or damaged: more than 100000 fields");
    TensorProto.Builder tensor = TensorProto.newBuilder();
    for (int n = 0; n < WireLimits.MOST_FIELDS; n++) {
      tensor.addDims(1);
    }
    assertRefused(
        ModelProto.newBuilder().setGraph(GraphProto.newBuilder().addInitializer(tensor)).build(),
        "no ONNX model, or damaged: more than 100000 fields");
  }

  @Test
  void groups() throws IOException {
    assertRefused(new byte[] {(3 << 3) | 3, (3 << 3) | 4}, "no ONNX model, or damaged: a group");
  }

  @Test
  void filesThatCannotBeRead(@TempDir Path folder) {
    assertThrows(NoSuchFileException.class, () -> OnnxFiles.read(folder.resolve("none.onnx")));
    FileSystemException directory =
        assertThrows(FileSystemException.class, () -> OnnxFiles.read(folder));
    assertTrue(directory.getMessage().endsWith("is a directory"), directory.getMessage());
  }

  @Test
  void messageStartsWithTheFile(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("model.onnx");
    OnnxFiles.write(Model.of(Networks.random(1, Activation.RELU, Activation.RELU, 2, 2)), file);
    Files.write(file, new byte[] {1}, StandardOpenOption.APPEND);
    MalformedFileException refused =
        assertThrows(MalformedFileException.class, () -> OnnxFiles.read(file));
    assertTrue(refused.getMessage().startsWith(file + ": model: no ONNX model, or damaged: "));
  }

  private static void assertRefused(ModelBuilder model, String message) {
    assertRefused(model.build(), message);
  }

  private static void assertRefused(ModelProto model, String message) {
    assertRefused(model.toByteArray(), message);
  }

  private static void assertRefused(byte[] model, String message) {
    MalformedFileException refused = assertThrows(MalformedFileException.class, () -> read(model));
    String said = refused.getMessage().replaceFirst("^test.onnx: (model: )?", "");
    assertEquals(message, said.substring(0, Math.min(message.length(), said.length())));
  }

  private static Model read(byte[] model) throws IOException {
    return OnnxReader.read(Path.of("test.onnx"), model, Backends.byDefault());
  }
}
