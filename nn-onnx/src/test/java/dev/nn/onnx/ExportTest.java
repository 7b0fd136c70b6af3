package dev.nn.onnx;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.CustomActivation;
import dev.nn.Model;
import dev.nn.Network;
import dev.nn.Normalization;
import dev.nn.data.FeatureScaler;
import dev.nn.onnx.proto.ModelProto;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is a valid model, and ONNX Runtime computes the same function. */
class ExportTest {
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOFTMAX")
  void everyHiddenActivation(Activation g) {
    assertSameFunction(Networks.random(1, g, Activation.IDENTITY, 7, 33, 20, 5), 64);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void everyOutputActivation(Activation g) {
    assertSameFunction(Networks.random(2, Activation.TANH, g, 9, 16, 6), 64);
    assertSameFunction(Networks.random(3, Activation.TANH, g, 4, 3), 17);
  }

  /** Far out on both sides, where cancellation or overflow would show. */
  @ParameterizedTest
  @EnumSource(Activation.class)
  void largeArguments(Activation g) {
    Network network = Network.initialize(Architecture.input(2).dense(2, g), 1);
    network.setParameters(1, new float[][] {{1, 0}, {0, 1}}, new float[] {0, 0});
    float[][] x = new float[201][2];
    for (int i = 0; i < x.length; i++) {
      x[i][0] = i - 100;
      x[i][1] = (100 - i) * 0.1f;
    }
    ModelProto model = OnnxWriter.model(Model.of(network));
    float[][] expected = network.predict(x);
    float[][] actual = OnnxRuntime.predict(model, x);
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < 2; j++) {
        double allowed = 1e-6 * Math.max(1, Math.abs(expected[i][j]));
        assertEquals(expected[i][j], actual[i][j], allowed, g + " of " + x[i][j]);
      }
    }
  }

  /** Layer normalizations are operators of their own, those of batches are in the weights. */
  @Test
  void normalizations() {
    Architecture architecture =
        Architecture.input(7)
            .dense(33, Activation.GELU)
            .normalize(Normalization.layer(0.01))
            .dense(20, Activation.RELU)
            .normalize(Normalization.batch())
            .dense(12, Activation.IDENTITY)
            .normalize(Normalization.layer())
            .dense(4, Activation.SOFTMAX);
    Network network = Networks.withBiases(Network.initialize(architecture, 1), 1);
    float[][] vectors = Networks.rows(2, 2, 33);
    network.setNormalization(1, vectors[0], vectors[1]);
    float[][] ofBatch = Networks.rows(3, 4, 20);
    network.setNormalization(2, ofBatch[0], ofBatch[1]);
    for (int n = 0; n < 20; n++) {
      ofBatch[3][n] *= ofBatch[3][n];
    }
    network.setRunningStatistics(2, ofBatch[2], ofBatch[3]);
    assertSameFunction(network, 64);
    List<String> operators =
        OnnxWriter.model(Model.of(network)).getGraph().getNodeList().stream()
            .map(node -> node.getOpType())
            .filter(type -> type.equals("Gemm") || type.endsWith("Normalization"))
            .toList();
    assertEquals(
        List.of("Gemm", "LayerNormalization", "Gemm", "Gemm", "LayerNormalization", "Gemm"),
        operators);
  }

  static Stream<int[]> shapes() {
    return Stream.of(
        new int[] {1, 1},
        new int[] {1, 1, 1},
        new int[] {3, 1, 2},
        new int[] {784, 128, 64, 10},
        new int[] {2, 1000, 3},
        new int[] {1500, 2},
        new int[] {17, 31, 257, 8, 5, 13, 4});
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void everyShapeAndBatch(int[] widths) {
    Network network = Networks.random(4, Activation.GELU, Activation.SIGMOID, widths);
    for (int batch : new int[] {1, 2, 16, 65}) {
      assertSameFunction(network, batch);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void scalerBeforeTheFirstLayer(int[] widths) {
    Network network = Networks.random(5, Activation.RELU, Activation.IDENTITY, widths);
    FeatureScaler scaler = Networks.scaler(6, widths[0]);
    float[][] x = Networks.unscaled(scaler, Networks.rows(7, 33, widths[0]));
    ModelProto model = OnnxWriter.model(Model.of(network).withFeatureScaler(scaler));
    OnnxChecker.check(model);
    OnnxRuntime.assertClose(
        network.predict(Networks.scaled(scaler, x)),
        OnnxRuntime.predict(model, x),
        network.toString());
  }

  /** An identity matrix passes on what the scaler made, and sums with zeros are exact. */
  @Test
  void scalerHasTheSameBits() {
    int n = 200;
    Network network = Network.initialize(Architecture.input(n).dense(n, Activation.IDENTITY), 1);
    float[][] identity = new float[n][n];
    for (int i = 0; i < n; i++) {
      identity[i][i] = 1;
    }
    network.setParameters(1, identity, new float[n]);
    FeatureScaler scaler = Networks.scaler(8, n);
    float[][] x = Networks.unscaled(scaler, Networks.rows(9, 50, n));
    float[][] actual =
        OnnxRuntime.predict(OnnxWriter.model(Model.of(network).withFeatureScaler(scaler)), x);
    for (int i = 0; i < x.length; i++) {
      assertArrayEquals(scaler.apply(x[i]), actual[i], "row " + i);
    }
  }

  @Test
  void dropoutIsLeftOut() {
    Architecture plain =
        Architecture.input(5).dense(8, Activation.RELU).dense(3, Activation.SOFTMAX);
    Architecture dropping =
        Architecture.input(5).dense(8, Activation.RELU).dropout(0.5).dense(3, Activation.SOFTMAX);
    assertEquals(
        OnnxWriter.model(Model.of(Network.initialize(plain, 3))),
        OnnxWriter.model(Model.of(Network.initialize(dropping, 3))));
  }

  @Test
  void customActivationIsRefused(@TempDir Path folder) {
    CustomActivation sine = new CustomActivation("sine", StrictMath::sin, StrictMath::cos);
    Network network =
        Network.initialize(Architecture.input(2).dense(4, sine).dense(1, Activation.IDENTITY), 1);
    Path file = folder.resolve("model.onnx");
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> OnnxFiles.write(Model.of(network), file));
    assertTrue(
        refused.getMessage().startsWith("layer 1 has the custom activation sine: ONNX has no"),
        refused.getMessage());
    assertFalse(Files.exists(file));
  }

  /** Back to the units of the targets, at the end of the file. */
  @Test
  void scalersBeforeAndBehind() {
    Network network = Networks.random(5, Activation.TANH, Activation.SIGMOID, 4, 9, 3);
    Model model =
        Model.of(network)
            .withFeatureScaler(Networks.scaler(6, 4))
            .withTargetScaler(Networks.scaler(7, 3));
    float[][] x = Networks.unscaled(Networks.scaler(6, 4), Networks.rows(8, 30, 4));
    ModelProto file = OnnxWriter.model(model);
    OnnxChecker.check(file);
    OnnxRuntime.assertClose(model.predict(x), OnnxRuntime.predict(file, x), "scalers");
  }

  /** The file as a program sees it that knows nothing of this library. */
  @Test
  void namesShapesAndMetadata(@TempDir Path folder) throws IOException, OrtException {
    Path file = folder.resolve("model.onnx");
    Model model = Model.of(Networks.random(1, Activation.RELU, Activation.SOFTMAX, 4, 6, 3));
    OnnxFiles.write(model.withOutputNames(List.of("setosa", "versicolor", "virginica")), file);
    try (OrtSession.SessionOptions options = OnnxRuntime.options();
        OrtSession session =
            OrtEnvironment.getEnvironment().createSession(file.toString(), options)) {
      assertEquals(1, session.getInputInfo().size());
      assertEquals(1, session.getOutputInfo().size());
      TensorInfo input = (TensorInfo) session.getInputInfo().get("input").getInfo();
      TensorInfo output = (TensorInfo) session.getOutputInfo().get("output").getInfo();
      assertArrayEquals(new long[] {-1, 4}, input.getShape());
      assertArrayEquals(new long[] {-1, 3}, output.getShape());
      assertEquals("dev.nn", session.getMetadata().getProducerName());
      assertEquals(
          Map.of("output.0", "setosa", "output.1", "versicolor", "output.2", "virginica"),
          session.getMetadata().getCustomMetadata());
    }
  }

  @Test
  void versionIsThatOfTheBuild() {
    String version = Version.current();
    assertTrue(version.matches("\\w[\\w.-]*"), version);
  }

  @Test
  void fileAppearsWholeOrNotAtAll(@TempDir Path folder) throws IOException {
    Model model = Model.of(Networks.random(1, Activation.SELU, Activation.SOFTMAX, 4, 6, 3));
    Path file = folder.resolve("model.onnx");
    Files.writeString(file, "what was there before");
    OnnxFiles.write(model, file);
    assertArrayEquals(OnnxWriter.model(model).toByteArray(), Files.readAllBytes(file));
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(List.of(file), files.toList());
    }
    assertThrows(
        NoSuchFileException.class,
        () -> OnnxFiles.write(model, folder.resolve("none").resolve("m.onnx")));
  }

  private static void assertSameFunction(Network network, int batch) {
    ModelProto model = OnnxWriter.model(Model.of(network));
    OnnxChecker.check(model);
    float[][] x = Networks.rows(batch, batch, network.architecture().inputs());
    OnnxRuntime.assertClose(
        network.predict(x), OnnxRuntime.predict(model, x), network + ", batch " + batch);
  }
}
