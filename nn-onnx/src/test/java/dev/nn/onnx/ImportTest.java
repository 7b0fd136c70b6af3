package dev.nn.onnx;

import static dev.nn.onnx.ModelBuilder.f;
import static dev.nn.onnx.ModelBuilder.i;
import static dev.nn.onnx.ModelBuilder.ints;
import static dev.nn.onnx.ModelBuilder.longs;
import static dev.nn.onnx.ModelBuilder.s;
import static dev.nn.onnx.ModelBuilder.t;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.ByteString;
import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Model;
import dev.nn.Network;
import dev.nn.Normalization;
import dev.nn.data.FeatureScaler;
import dev.nn.onnx.proto.ModelProto;
import dev.nn.onnx.proto.TensorProto;
import dev.nn.onnx.proto.TensorProto.DataType;
import dev.nn.spi.Backends;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is read back has the same bits, and what other exporters write computes here what ONNX
 * Runtime computes of it.
 */
class ImportTest {
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOFTMAX")
  void everyHiddenActivationComesBack(Activation g, @TempDir Path folder) throws IOException {
    assertComesBack(Model.of(Networks.random(1, g, Activation.SOFTMAX, 7, 33, 20, 5)), folder);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void everyOutputActivationComesBack(Activation g, @TempDir Path folder) throws IOException {
    assertComesBack(Model.of(Networks.random(2, Activation.IDENTITY, g, 3, 4, 2)), folder);
  }

  @Test
  void scalerAndNamesComeBack(@TempDir Path folder) throws IOException {
    Model model =
        Model.of(Networks.random(3, Activation.RELU, Activation.SIGMOID, 9, 1, 1))
            .withFeatureScaler(Networks.scaler(4, 9))
            .withOutputNames(List.of("ja, ß"));
    assertComesBack(model, folder);
  }

  @Test
  void scalerOfOneFeatureComesBack(@TempDir Path folder) throws IOException {
    Model model = Model.of(Networks.random(3, Activation.RELU, Activation.SELU, 1, 2));
    assertComesBack(model.withFeatureScaler(Networks.scaler(4, 1)), folder);
  }

  @Test
  void layerNormalizationsComeBack(@TempDir Path folder) throws IOException {
    Network network =
        Networks.withBiases(
            Network.initialize(
                Architecture.input(7)
                    .dense(9, Activation.GELU)
                    .normalize(Normalization.layer(0.01))
                    .dense(6, Activation.IDENTITY)
                    .normalize(Normalization.layer())
                    .dense(4, Activation.RELU)
                    .dense(3, Activation.SOFTMAX),
                1),
            1);
    float[][] vectors = Networks.rows(2, 2, 9);
    network.setNormalization(1, vectors[0], vectors[1]);
    assertComesBack(Model.of(network), folder);
    Network read = OnnxFiles.read(folder.resolve("model.onnx")).network();
    assertArrayEquals(vectors[0], read.gamma(1));
    assertArrayEquals(vectors[1], read.beta(1));
  }

  /** As others may write it: without beta, with the epsilon of the format, axis 1 of 2. */
  @Test
  void layerNormalizationWithoutBeta() throws IOException {
    ModelProto model =
        new ModelBuilder()
            .versions(8, 17)
            .input("x", 0, 4)
            .weights("w", 4, 3)
            .node("z = MatMul(x, w)")
            .weights("gamma", 3)
            .node("n = LayerNormalization(z, gamma)", i("axis", 1), i("stash_type", 1))
            .node("a = Tanh(n)")
            .weights("v", 3, 2)
            .node("y = MatMul(a, v)")
            .output("y")
            .build();
    assertSame(model, "4-3 layer norm tanh-2 identity");
  }

  /** As factors and summands of a layer without activation: the same function, but for rounding. */
  @Test
  void targetScalerBecomesPartOfTheLastLayer(@TempDir Path folder) throws IOException {
    Model model =
        Model.of(Networks.random(3, Activation.RELU, Activation.IDENTITY, 5, 7, 2))
            .withTargetScaler(Networks.scaler(4, 2));
    Path file = folder.resolve("model.onnx");
    OnnxFiles.write(model, file);
    Model read = OnnxFiles.read(file);
    float[][] x = Networks.rows(1, 20, 5);
    OnnxRuntime.assertClose(model.predict(x), read.predict(x), "target scaler");
  }

  private static void assertComesBack(Model model, Path folder) throws IOException {
    Path file = folder.resolve("model.onnx");
    OnnxFiles.write(model, file);
    Model read = OnnxFiles.read(file);
    assertEqual(model.network(), read.network());
    assertEquals(model.outputNames(), read.outputNames());
    assertEquals(
        model.featureScaler().map(FeatureScaler::toString),
        read.featureScaler().map(FeatureScaler::toString));
  }

  private static void assertEqual(Network expected, Network actual) {
    assertEquals(expected.architecture(), actual.architecture());
    for (int l = 1; l <= expected.architecture().depth(); l++) {
      assertArrayEquals(expected.weights(l), actual.weights(l));
      assertArrayEquals(expected.bias(l), actual.bias(l));
    }
    float[][] x = Networks.rows(1, 20, expected.architecture().inputs());
    assertArrayEquals(expected.predict(x), actual.predict(x));
  }

  /** As torch.onnx writes a torch.nn.Sequential, by tracing. */
  @Test
  void pytorchSequential() throws IOException {
    ModelProto model =
        new ModelBuilder()
            .versions(7, 14)
            .input("onnx::Flatten_0", 0, 1, 4, 5)
            .node("/0/Flatten_output_0 = Flatten(onnx::Flatten_0)", i("axis", 1))
            .weights("1.weight", 12, 20)
            .weights("1.bias", 12)
            .node(
                "/1/Gemm_output_0 = Gemm(/0/Flatten_output_0, 1.weight, 1.bias)",
                f("alpha", 1),
                f("beta", 1),
                i("transB", 1))
            .weights("2.weight", 12)
            .weights("2.bias", 12)
            .weights("2.running_mean", 12)
            .positive("2.running_var", 12)
            .node(
                "bn = BatchNormalization(/1/Gemm_output_0, 2.weight, 2.bias, 2.running_mean,"
                    + " 2.running_var)",
                f("epsilon", 1e-3f),
                f("momentum", 0.9f),
                i("training_mode", 0))
            .node("/3/LeakyRelu_output_0 = LeakyRelu(bn)", f("alpha", 0.01f))
            .node("dropped, mask = Dropout(/3/LeakyRelu_output_0)")
            .weights("4.weight", 3, 12)
            .node("z2 = Gemm(dropped, 4.weight)", f("alpha", 1), i("transB", 1))
            .node("24 = Softmax(z2)", i("axis", 1))
            .output("24", 0, 3)
            .build();
    Network network = read(model).network();
    assertEquals("20-12 leaky_relu-3 softmax", network.architecture().toString());
    float[][] x = Networks.rows(1, 8, 20);
    float[][][][] images = new float[x.length][1][4][5];
    for (int r = 0; r < x.length; r++) {
      for (int k = 0; k < 20; k++) {
        images[r][0][k / 5][k % 5] = x[r][k];
      }
    }
    OnnxRuntime.assertClose(
        OnnxRuntime.predict(model.toByteArray(), images), network.predict(x), "Sequential");
  }

  /**
   * Linear on inputs of more dimensions, or by functions: a transposed constant, the bias first.
   */
  @Test
  void pytorchMatMul() throws IOException {
    ModelBuilder model =
        new ModelBuilder()
            .input("x", 0, 6)
            .weights("weight", 4, 6)
            .weights("bias", 4)
            .node("shared = Identity(bias)")
            .node("turned = Transpose(weight)", ints("perm", 1, 0))
            .node("product = MatMul(x, turned)")
            .node("sum = Add(shared, product)")
            .node("y = Elu(sum)")
            .output("y", 0, 4);
    assertSame(model.build(), "6-4 elu");
  }

  /** tf2onnx of a Keras model: MatMul and Add, the normalisation as a factor and a summand. */
  @Test
  void kerasDense() throws IOException {
    ModelBuilder model =
        new ModelBuilder()
            .versions(8, 15)
            .input("dense_input", 0, 6)
            .weights("dense/kernel", 6, 10)
            .weights("dense/bias", 10)
            .node("dense/MatMul:0 = MatMul(dense_input, dense/kernel)")
            .node("dense/BiasAdd:0 = Add(dense/MatMul:0, dense/bias)")
            .positive("scale", 10)
            .weights("shift", 1, 10)
            .node("norm/mul:0 = Mul(dense/BiasAdd:0, scale)")
            .node("norm/add:0 = Add(norm/mul:0, shift)")
            .node("dense/Selu:0 = Selu(norm/add:0)")
            .tensor(longs("shape", -1, 10))
            .node("reshaped = Reshape(dense/Selu:0, shape)")
            .weights("dense_1/kernel", 10, 1)
            .weights("dense_1/bias", 1)
            .node("dense_1/MatMul:0 = MatMul(reshaped, dense_1/kernel)")
            .node("dense_1/BiasAdd:0 = Add(dense_1/MatMul:0, dense_1/bias)")
            .node("dense_1 = Sigmoid(dense_1/BiasAdd:0)")
            .node("Identity:0 = Identity(dense_1)")
            .output("Identity:0", 0, 1);
    assertSame(model.build(), "6-10 selu-1 sigmoid");
  }

  /** The operators of one activation, from z to a, as exporters write them. */
  static Stream<List<String>> composed() {
    return Stream.of(
        List.of("SILU", "s = Sigmoid(z)", "a = Mul(z, s)"),
        List.of("SILU", "s = Sigmoid(z)", "a = Mul(s, z)"),
        List.of(
            "GELU",
            "u = Div(z, sqrt2)",
            "e = Erf(u)",
            "t = Add(e, one)",
            "v = Mul(z, t)",
            "a = Mul(v, half)"),
        List.of(
            "GELU",
            "h = Mul(half, z)",
            "u = Mul(z, rsqrt2)",
            "e = Erf(u)",
            "t = Add(one, e)",
            "a = Mul(h, t)"),
        List.of(
            "GELU",
            "u = Div(z, sqrt2)",
            "e = Erf(u)",
            "g = Mul(e, half)",
            "t = Add(g, half)",
            "a = Mul(t, z)"),
        List.of(
            "GELU",
            "u = Mul(rsqrt2, z)",
            "e = Erf(u)",
            "v = Mul(e, z)",
            "t = Add(v, z)",
            "a = Mul(t, half)"),
        List.of(
            "GELU_TANH",
            "q = Mul(z, z)",
            "c = Mul(z, q)",
            "p = Mul(k, c)",
            "i = Add(z, p)",
            "u = Mul(b, i)",
            "e = Tanh(u)",
            "t = Add(e, one)",
            "h = Mul(half, z)",
            "a = Mul(h, t)"),
        List.of(
            "GELU_TANH",
            "c = Pow(z, three)",
            "p = Mul(c, k)",
            "i = Add(p, z)",
            "u = Mul(i, b)",
            "e = Tanh(u)",
            "t = Add(one, e)",
            "v = Mul(t, z)",
            "a = Mul(v, half)"),
        List.of(
            "GELU_TANH",
            "q = Pow(z, two)",
            "p = Mul(q, k)",
            "i = Add(p, one)",
            "w = Mul(z, b)",
            "u = Mul(w, i)",
            "e = Tanh(u)",
            "n = Sub(minus_one, e)",
            "v = Mul(n, z)",
            "a = Div(v, minus_two)"),
        List.of("TANH", "a = Tanh(z)"),
        List.of("SOFTPLUS", "a = Softplus(z)"));
  }

  @ParameterizedTest
  @MethodSource("composed")
  void composedActivations(List<String> operators) throws IOException {
    for (boolean constants : new boolean[] {false, true}) {
      for (int width : new int[] {1, 5}) {
        ModelBuilder model = new ModelBuilder().input("x", 0, 6);
        scalar(model, constants, "sqrt2", (float) Math.sqrt(2));
        scalar(model, constants, "rsqrt2", (float) Math.sqrt(0.5));
        scalar(model, constants, "one", 1);
        scalar(model, constants, "minus_one", -1);
        scalar(model, constants, "half", 0.5f);
        scalar(model, constants, "two", 2);
        scalar(model, constants, "minus_two", -2);
        scalar(model, constants, "three", 3);
        scalar(model, constants, "k", 0.044715f);
        scalar(model, constants, "b", (float) Math.sqrt(2 / Math.PI));
        model
            .weights("kernel", 6, width)
            .weights("bias", width)
            .node("product = MatMul(x, kernel)")
            .node("z = Add(product, bias)");
        operators.subList(1, operators.size()).forEach(model::node);
        model.output("a", 0, width);
        assertSame(model.build(), "6-" + width + " " + operators.get(0).toLowerCase(Locale.ROOT));
      }
    }
  }

  private static void scalar(ModelBuilder model, boolean asNode, String name, float value) {
    if (asNode) {
      model.node(name + " = Constant()", t("value", ModelBuilder.floats("", new float[] {value})));
    } else {
      model.scalar(name, value);
    }
  }

  @ParameterizedTest
  @CsvSource({"none, gelu", "tanh, gelu_tanh"})
  void geluAsOneOperator(String form, String activation) throws IOException {
    ModelBuilder model =
        new ModelBuilder()
            .versions(9, 20)
            .input("x", 0, 6)
            .weights("w", 4, 6)
            .node("z = Gemm(x, w)", i("transB", 1), f("alpha", 0.5f))
            .node("y = Gelu(z)", s("approximate", form))
            .output("y", 0, 4);
    assertSame(model.build(), "6-4 " + activation);
  }

  /** Factors of Gemm, and a C that is one number for all outputs. */
  @Test
  void gemmWithFactors() throws IOException {
    ModelBuilder model =
        new ModelBuilder()
            .input("x", 0, 6)
            .weights("w", 6, 4)
            .scalar("c", 0.7f)
            .node("z = Gemm(x, w, c)", f("alpha", -2.5f), f("beta", 3))
            .node("y = Softplus(z)")
            .output("y", 0, 4);
    assertSame(model.build(), "6-4 softplus");
  }

  /** What stands before the first layer becomes the scaler, also where it is written otherwise. */
  @Test
  void otherScalers() throws IOException {
    ModelProto model =
        new ModelBuilder()
            .input("x", 0, 3)
            .tensor(ModelBuilder.floats("shift", new float[] {1, -2, 3}, 1, 3))
            .tensor(ModelBuilder.floats("factor", new float[] {0.5f, 4, 0.125f}, 3))
            .scalar("more", 0.25f)
            .node("shifted = Add(shift, x)")
            .node("scaled = Mul(shifted, factor)")
            .node("moved = Sub(scaled, more)")
            .weights("w", 3, 4)
            .node("y = MatMul(moved, w)")
            .output("y", 0, 4)
            .build();
    Model read = read(model);
    FeatureScaler scaler = read.featureScaler().orElseThrow();
    assertArrayEquals(new double[] {2, 0.25, 8}, scaler.scale());
    assertArrayEquals(new double[] {-0.5, 2.0625, -1}, scaler.shift());
    float[][] x = Networks.rows(3, 20, 3);
    OnnxRuntime.assertClose(
        OnnxRuntime.predict(model, x),
        read.network().predict(Networks.scaled(scaler, x)),
        "scaler");
  }

  /** Weights of other types, as bytes and as lists, have their values as floats. */
  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16"})
  void typesOfNumbers(DataType type) throws IOException {
    float[] values = {1, -0.5f, 0x1.8p-3f, 0x1p-14f, -96, 0};
    for (boolean raw : new boolean[] {true, false}) {
      ModelProto model =
          new ModelBuilder()
              .input("x", 0, 3)
              .tensor(tensor(type, raw, values))
              .node("y = Gemm(x, w)", i("transB", 1))
              .output("y", 0, 2)
              .build();
      float[][] weights = read(model).network().weights(1);
      assertArrayEquals(new float[] {1, -0.5f, 0x1.8p-3f}, weights[0]);
      assertArrayEquals(new float[] {0x1p-14f, -96, 0}, weights[1]);
    }
  }

  private static TensorProto tensor(DataType type, boolean raw, float[] values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(type.getNumber())
            .addDims(2)
            .addDims(values.length / 2);
    ByteBuffer bytes = ByteBuffer.allocate(values.length * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      switch (type) {
        case FLOAT -> {
          tensor.addFloatData(value);
          bytes.putFloat(value);
        }
        case DOUBLE -> {
          tensor.addDoubleData(value);
          bytes.putDouble(value);
        }
        case FLOAT16 -> {
          tensor.addInt32Data(half(value) & 0xffff);
          bytes.putShort(half(value));
        }
        default -> {
          short upper = (short) (Float.floatToIntBits(value) >>> 16);
          tensor.addInt32Data(upper & 0xffff);
          bytes.putShort(upper);
        }
      }
    }
    if (raw) {
      tensor.clearFloatData().clearDoubleData().clearInt32Data();
      tensor.setRawData(ByteString.copyFrom(bytes.flip()));
    }
    return tensor.build();
  }

  /** Of a number that binary16 has as a normal one, or of 0. */
  private static short half(float value) {
    if (value == 0) {
      return 0;
    }
    int bits = Float.floatToIntBits(value);
    int sign = bits >>> 16 & 0x8000;
    int exponent = ((bits >>> 23 & 0xff) - 112) << 10;
    return (short) (sign | exponent | (bits >>> 13 & 0x3ff));
  }

  /** All 65,536 halves against the definition. */
  @Test
  void everyHalf() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 31;
      int fraction = bits & 1023;
      double magnitude =
          exponent == 0
              ? fraction * Math.pow(2, -24)
              : exponent < 31
                  ? (1 + fraction / 1024.0) * Math.pow(2, exponent - 15)
                  : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      float expected = (float) (bits >> 15 == 0 ? magnitude : -magnitude);
      assertEquals(expected, HalfPrecision.toFloat((short) bits), "bits " + bits);
    }
  }

  private static void assertSame(ModelProto model, String architecture) throws IOException {
    Model read = read(model);
    assertEquals(architecture, read.network().architecture().toString());
    assertEquals(new ArrayList<>(), read.featureScaler().stream().toList());
    float[][] x = Networks.rows(2, 30, read.network().architecture().inputs());
    OnnxRuntime.assertClose(
        OnnxRuntime.predict(model, x), read.network().predict(x), model.getGraph().toString());
  }

  static Model read(ModelProto model) throws IOException {
    return OnnxReader.read(Path.of("test.onnx"), model.toByteArray(), Backends.byDefault());
  }
}
