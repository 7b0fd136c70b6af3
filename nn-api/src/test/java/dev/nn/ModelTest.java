package dev.nn;

import static dev.nn.Activation.IDENTITY;
import static dev.nn.Activation.RELU;
import static dev.nn.Activation.SIGMOID;
import static dev.nn.Activation.SOFTMAX;
import static dev.nn.Activation.TANH;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.contract.PlainBackend;
import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.io.MalformedFileException;
import dev.nn.io.SafetensorsReader;
import dev.nn.io.SafetensorsWriter;
import dev.nn.io.TensorInfo;
import dev.nn.spi.Backend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTest {
  private static final Backend PLAIN = PlainBackend.alone();
  private static final CustomActivation SINE =
      new CustomActivation("sine", StrictMath::sin, StrictMath::cos);

  /** 3-4 tanh dropout-4 relu-2 softmax: modules 0, 3 and 5 have parameters. */
  private static final Architecture MLP =
      Architecture.input(3).dense(4, TANH).dropout(0.5).dense(4, RELU).dense(2, SOFTMAX);

  @TempDir private Path directory;

  private Path file() {
    return directory.resolve("model.safetensors");
  }

  private static Path resource(String name) throws Exception {
    return Path.of(Objects.requireNonNull(ModelTest.class.getResource("io/" + name), name).toURI());
  }

  private Model load(CustomActivation... own) throws IOException {
    return Model.load(file(), PLAIN, own);
  }

  private String refusal(CustomActivation... own) {
    return messageOf(assertThrows(MalformedFileException.class, () -> load(own)));
  }

  private String refusal(Architecture architecture) {
    return messageOf(
        assertThrows(MalformedFileException.class, () -> Model.load(file(), architecture, PLAIN)));
  }

  /** The message without the name of the file. */
  private String messageOf(MalformedFileException e) {
    String message = e.getMessage();
    assertTrue(message.startsWith(file() + ": "), message);
    return message.substring((file() + ": ").length());
  }

  private static void assertSameParameters(Network expected, Network actual) {
    for (int l = 1; l <= expected.architecture().depth(); l++) {
      assertArrayEquals(bits(expected.bias(l)), bits(actual.bias(l)));
      float[][] weights = expected.weights(l);
      for (int n = 0; n < weights.length; n++) {
        assertArrayEquals(bits(weights[n]), bits(actual.weights(l)[n]));
      }
    }
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  @Test
  void everythingComesBack() throws IOException {
    Network network = Network.initialize(MLP, 1, PLAIN);
    network.setParameters(
        1,
        new float[][] {
          {-0f, Float.MIN_VALUE, -Float.MIN_VALUE},
          {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_NORMAL},
          {0, 1, 2},
          {0.1f, 0.2f, 0.3f}
        },
        new float[] {-0f, 0, 1e-40f, -1e-40f});
    FeatureScaler scaler =
        FeatureScaler.of(new double[] {-0.0, 1 / 3.0, 1e300}, new double[] {4.9e-324, Math.PI, 1});
    List<String> names = List.of("größe \uD83D\uDE00", "\"\\\n");
    Model.of(network).withFeatureScaler(scaler).withOutputNames(names).save(file());

    Model loaded = load();

    assertEquals(MLP, loaded.network().architecture());
    assertSame(PLAIN, loaded.network().backend());
    assertSameParameters(network, loaded.network());
    assertEquals(scaler.toString(), loaded.featureScaler().orElseThrow().toString());
    assertEquals(names, loaded.outputNames());
    byte[] first = Files.readAllBytes(file());
    loaded.save(file());
    assertArrayEquals(first, Files.readAllBytes(file()));
  }

  @Test
  void scalerAndNamesMayBeMissing() throws IOException {
    Network network = Network.initialize(MLP, 1, PLAIN);
    Model.of(network).save(file());
    Model loaded = load();
    assertEquals(Optional.empty(), loaded.featureScaler());
    assertEquals(List.of(), loaded.outputNames());
    float[] x = {0.3f, -1, 2};
    assertArrayEquals(network.predict(x), loaded.predict(x));
  }

  @Test
  void predictionsScaleAsTrainingDid() throws IOException {
    float[][] raw = {{1, 20, -7}, {1.5f, 10, 3}, {1.25f, 15, 1000}};
    Dataset data = Dataset.of(raw, new float[3][2]);
    FeatureScaler scaler = FeatureScaler.standardize(data);
    Network network = Network.initialize(MLP, 3, PLAIN);
    Model.of(network).withFeatureScaler(scaler).save(file());
    Model loaded = load();
    Dataset scaled = scaler.apply(data);
    float[][] all = loaded.predict(raw);
    for (int row = 0; row < raw.length; row++) {
      float[] expected = network.predict(scaled.features(row));
      assertArrayEquals(expected, loaded.predict(raw[row]));
      assertArrayEquals(expected, all[row]);
    }
    assertEquals(1.5f, raw[1][0], "the rows given are not changed");
    assertThrows(IllegalArgumentException.class, () -> loaded.predict(new float[2]));
    assertThrows(
        IllegalArgumentException.class, () -> loaded.predict(new float[] {0, 0, Float.NaN}));
  }

  @Test
  void outputsAreInTheUnitsOfTheTargets() throws IOException {
    Architecture linear = Architecture.input(1).dense(2, IDENTITY);
    Network network = Network.initialize(linear, 3, PLAIN);
    FeatureScaler scaler = FeatureScaler.of(new double[] {100, -5}, new double[] {7, 0.1});
    Model.of(network).withTargetScaler(scaler).save(file());
    Model loaded = load();
    float[] x = {0.25f};
    float[] expected = scaler.inverse(network.predict(x));
    assertArrayEquals(expected, loaded.predict(x));
    assertArrayEquals(new float[][] {expected, expected}, loaded.predict(new float[][] {x, x}));
  }

  @Test
  void everyActivationAndInitializerHasAName() throws IOException {
    Initializer[] initializers = {
      Initializer.zeros(),
      Initializer.constant(-0.1f),
      Initializer.normal(),
      Initializer.normal(2),
      Initializer.xavier(),
      Initializer.xavierUniform(),
      Initializer.he(),
      Initializer.heUniform(),
      Initializer.lecun(),
      Initializer.lecunUniform(),
      Initializer.uniform(0.05),
      Initializer.orthogonal(Math.sqrt(2)),
      Initializer.constant(-0f)
    };
    Architecture architecture = Architecture.input(2);
    for (Activation g : Activation.values()) {
      architecture = architecture.dense(2, g == SOFTMAX ? RELU : g);
    }
    for (Initializer initializer : initializers) {
      architecture = architecture.dense(2, RELU, initializer);
    }
    architecture = architecture.dense(3, SOFTMAX, Initializer.he());
    Model.of(Network.initialize(architecture, 1, PLAIN)).save(file());
    assertEquals(architecture, load().network().architecture());
  }

  @Test
  void anInitializerOfTheApplicationIsNotKept() throws IOException {
    Architecture own =
        Architecture.input(2).dense(1, IDENTITY, (weights, outputs, inputs, random) -> {});
    Model.of(Network.initialize(own, 1, PLAIN)).save(file());
    Architecture loaded = load().network().architecture();
    String message =
        assertThrows(IllegalStateException.class, () -> Network.initialize(loaded, 1, PLAIN))
            .getMessage();
    assertTrue(message.contains("an application's own"), message);
    byte[] first = Files.readAllBytes(file());
    load().save(file());
    assertArrayEquals(first, Files.readAllBytes(file()));
    assertEquals(own, Model.load(file(), own, PLAIN).network().architecture());
  }

  @Test
  void aCustomActivationIsGivenToTheReader() throws IOException {
    Architecture architecture = Architecture.input(2).dense(3, SINE).dense(1, IDENTITY);
    Network network = Network.initialize(architecture, 1, PLAIN);
    Model.of(network).save(file());
    float[] x = {1, 2};
    assertArrayEquals(network.predict(x), load(SINE).predict(x));
    assertEquals(architecture, load(SINE).network().architecture());
    assertArrayEquals(network.predict(x), Model.load(file(), architecture, PLAIN).predict(x));
    CustomActivation other = new CustomActivation("cosine", StrictMath::cos, x1 -> 0);
    assertEquals(
        "metadata 'nn.model', byte 70: custom activation 'sine': a file has its name only, load"
            + " needs to be given it (given: [cosine])",
        refusal(other));
  }

  /** The file is written for the world: names and order are part of the format. */
  @Test
  void tensorsHaveTheNamesThatPyTorchGivesThem() throws IOException {
    Model.of(Network.initialize(MLP, 1, PLAIN)).save(file());
    try (SafetensorsReader reader = SafetensorsReader.open(file())) {
      assertEquals(
          List.of(
              "0.weight [4, 3]",
              "0.bias [4]",
              "3.weight [4, 4]",
              "3.bias [4]",
              "5.weight [2, 4]",
              "5.bias [2]"),
          reader.tensors().stream().map(t -> t.name() + " " + t.shape()).toList());
      assertEquals(
          Map.of(
              "nn.model",
              "{\"version\":1,\"inputs\":3,\"layers\":["
                  + "{\"outputs\":4,\"activation\":\"tanh\",\"initializer\":\"xavier\",\"dropout\":0.5},"
                  + "{\"outputs\":4,\"activation\":\"relu\",\"initializer\":\"he\"},"
                  + "{\"outputs\":2,\"activation\":\"softmax\",\"initializer\":\"xavier\"}]}"),
          reader.metadata());
    }
  }

  /** Between the linear module and the activation, as PyTorch has them. */
  @Test
  void normalizationsComeBackWithTheirStatistics() throws IOException {
    Architecture normalized =
        Architecture.input(3)
            .dense(4, TANH)
            .normalize(Normalization.batch(1e-3, 0.2))
            .dropout(0.5)
            .dense(2, RELU)
            .normalize(Normalization.layer(1e-4))
            .dense(2, SOFTMAX);
    Network network = Network.initialize(normalized, 1, PLAIN);
    network.setNormalization(1, new float[] {1, -2, 0.5f, -0f}, new float[] {0, 1, 2, 3});
    network.setRunningStatistics(1, new float[] {4, 5, 6, 7}, new float[] {0, 0.5f, 1, 8});
    network.setNormalization(2, new float[] {2, 3}, new float[] {-1, 1});
    Model.of(network).save(file());
    try (SafetensorsReader reader = SafetensorsReader.open(file())) {
      assertEquals(
          "0.weight 0.bias 1.weight 1.bias 1.running_mean 1.running_var 4.weight 4.bias 5.weight"
              + " 5.bias 7.weight 7.bias",
          reader.tensors().stream().map(TensorInfo::name).collect(Collectors.joining(" ")));
    }
    for (Model loaded : List.of(load(), Model.load(file(), normalized, PLAIN))) {
      Network copy = loaded.network();
      assertEquals(normalized, copy.architecture());
      assertSameParameters(network, copy);
      for (int l = 1; l <= 2; l++) {
        assertArrayEquals(bits(network.gamma(l)), bits(copy.gamma(l)));
        assertArrayEquals(bits(network.beta(l)), bits(copy.beta(l)));
      }
      assertArrayEquals(network.runningMean(1), copy.runningMean(1));
      assertArrayEquals(network.runningVariance(1), copy.runningVariance(1));
      float[] x = {1, -2, 0.5f};
      assertArrayEquals(network.predict(x), copy.predict(x));
    }
    assertTrue(refusal(MLP).startsWith("metadata: the file is a network 3-4 batch norm"));
  }

  @Test
  void pyTorchCountsTheBatchesToo() throws IOException {
    Architecture normalized =
        Architecture.input(1).dense(1, TANH).normalize(Normalization.batch()).dense(1, IDENTITY);
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .tensor("0.weight", new float[] {2}, 1, 1)
            .tensor("0.bias", new float[] {0}, 1)
            .tensor("1.weight", new float[] {3}, 1)
            .tensor("1.bias", new float[] {4}, 1)
            .tensor("1.running_mean", new float[] {5}, 1)
            .tensor("1.num_batches_tracked", new float[] {17})
            .tensor("3.weight", new float[] {1}, 1, 1)
            .tensor("3.bias", new float[] {0}, 1);
    writer.write(file());
    assertTrue(refusal(normalized).endsWith("missing: '1.running_var'; not expected: none"));
    writer.tensor("1.running_var", new float[] {-6}, 1).write(file());
    assertEquals(
        "tensor '1.running_var': element 0 is -6.0, allowed: 0 or more", refusal(normalized));
  }

  /** Written by the reference implementation, answered by NumPy in double precision. */
  @Test
  void aStateDictOfPyTorchIsReadWithItsArchitecture() throws Exception {
    Model model = Model.load(resource("sequential.safetensors"), MLP, PLAIN);
    try (SafetensorsReader answers =
        SafetensorsReader.open(resource("sequential_answers.safetensors"))) {
      float[] x = answers.read("x");
      float[] y = answers.read("y");
      float[] predicted = new float[y.length];
      model.network().predict(5, x, predicted);
      assertArrayEquals(y, predicted, 1e-6f);
    }
    String message =
        assertThrows(
                MalformedFileException.class,
                () -> Model.load(resource("sequential.safetensors"), PLAIN))
            .getMessage();
    assertTrue(
        message.endsWith(
            "metadata: there is no 'nn.model', which tells the architecture: load needs to be"
                + " given it"),
        message);
  }

  private SafetensorsWriter stateDict() {
    return new SafetensorsWriter()
        .tensor("0.weight", new float[12], 4, 3)
        .tensor("0.bias", new float[4], 4)
        .tensor("3.weight", new float[16], 4, 4)
        .tensor("3.bias", new float[4], 4);
  }

  @Test
  void tensorsMustBeThoseOfTheArchitecture() throws IOException {
    stateDict()
        .tensor("5.weight", new float[8], 2, 4)
        .tensor("5.bias", new float[2], 2)
        .write(file());
    assertEquals(MLP, Model.load(file(), MLP, PLAIN).network().architecture());

    stateDict()
        .tensor("4.weight", new float[8], 2, 4)
        .tensor("5.bias", new float[2], 2)
        .write(file());
    assertEquals(
        "tensors: 3-4 tanh dropout 0.5-4 relu-2 softmax: missing: '5.weight'; not expected:"
            + " '4.weight'",
        refusal(MLP));

    stateDict()
        .tensor("5.weight", new float[8], 4, 2)
        .tensor("5.bias", new float[3], 3)
        .write(file());
    assertEquals(
        "tensor '5.weight': its shape is [4, 2], but 3-4 tanh dropout 0.5-4 relu-2 softmax needs"
            + " [2, 4]",
        refusal(MLP));

    stateDict().tensor("5.weight", new float[8], 8).tensor("5.bias", new float[2], 2).write(file());
    assertTrue(refusal(MLP).startsWith("tensor '5.weight': its shape is [8], but"), refusal(MLP));

    SafetensorsWriter many = new SafetensorsWriter();
    for (int i = 0; i < 7; i++) {
      many.tensor("fc" + i, new float[1]);
    }
    many.write(file());
    assertEquals(
        "tensors: 3-4 tanh dropout 0.5-4 relu-2 softmax: missing: '0.weight', '0.bias',"
            + " '3.weight', '3.bias', '5.weight' and 1 more; not expected: 'fc0', 'fc1', 'fc2',"
            + " 'fc3', 'fc4' and 2 more",
        refusal(MLP));
  }

  @Test
  void elementsMustBeFloats() throws IOException {
    String header =
        """
        {"0.weight":{"dtype":"I64","shape":[1,1],"data_offsets":[0,8]},
         "0.bias":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}""";
    byte[] content = Arrays.copyOf(new byte[] {(byte) header.length()}, 8 + header.length() + 16);
    System.arraycopy(header.getBytes(StandardCharsets.UTF_8), 0, content, 8, header.length());
    Files.write(file(), content);
    assertEquals(
        "tensor '0.weight': its type is I64, needed: floats",
        refusal(Architecture.input(1).dense(1, IDENTITY)));
  }

  @Test
  void parametersAreFinite() throws IOException {
    Architecture one = Architecture.input(2).dense(1, IDENTITY);
    new SafetensorsWriter()
        .tensor("0.weight", new float[] {1, Float.NaN}, 1, 2)
        .tensor("0.bias", new float[1], 1)
        .write(file());
    assertEquals("tensor '0.weight': element 1 is NaN, allowed: finite", refusal(one));
    new SafetensorsWriter()
        .tensor("0.weight", new float[] {1, 1}, 1, 2)
        .tensor("0.bias", new float[] {Float.NEGATIVE_INFINITY}, 1)
        .write(file());
    assertEquals("tensor '0.bias': element 0 is -Infinity, allowed: finite", refusal(one));
    byte[] before = Files.readAllBytes(file());
    Network network = Network.initialize(one, 1, PLAIN);
    network.layer(1).setParameters(new float[] {0, Float.NaN}, new float[1]);
    assertEquals(
        "weights of layer 1 must be finite, but row 0, column 1 is NaN",
        assertThrows(IllegalArgumentException.class, () -> Model.of(network).save(file()))
            .getMessage());
    assertArrayEquals(before, Files.readAllBytes(file()));
  }

  @Test
  void anArchitectureThatIsGivenMustAgreeWithTheFile() throws IOException {
    Architecture saved = Architecture.input(2).dense(3, TANH).dense(1, SIGMOID);
    FeatureScaler scaler = FeatureScaler.of(new double[2], new double[] {1, 2});
    Model.of(Network.initialize(saved, 1, PLAIN)).withFeatureScaler(scaler).save(file());
    Architecture sameButInitial =
        Architecture.input(2).dense(3, TANH, Initializer.he()).dense(1, SIGMOID);
    Model loaded = Model.load(file(), sameButInitial, PLAIN);
    assertEquals(sameButInitial, loaded.network().architecture());
    assertTrue(loaded.featureScaler().isPresent());
    assertEquals(
        "metadata: the file is a network 2-3 tanh-1 sigmoid, but the one given is"
            + " 2-3 relu-1 sigmoid",
        refusal(Architecture.input(2).dense(3, RELU).dense(1, SIGMOID)));
    CustomActivation likeTanh = new CustomActivation("TANH", StrictMath::tanh, x -> 0);
    assertEquals(
        "metadata: the file is a network 2-3 tanh-1 sigmoid, but the one given is"
            + " 2-3 tanh-1 sigmoid",
        refusal(Architecture.input(2).dense(3, likeTanh).dense(1, SIGMOID)));
    assertThrows(
        IllegalArgumentException.class, () -> Model.load(file(), Architecture.input(2), PLAIN));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{} | byte 0: expected the version, as the first key",
        "{\"inputs\":1} | byte 1: expected the version, as the first key",
        "{\"version\":2,\"new\":{}} | byte 11: version 2, known: 1",
        "{\"version\":\"1\"} | byte 11: '\"', expected an integer of 0 or more",
        "{\"version\":1} | there is no 'inputs' in the object that ends here",
        "{\"version\":1,\"inputs\":1} | there is no 'layers' in the object that ends here",
        "{\"version\":1,\"inputs\":0} | byte 22: size 0, allowed: 1 to 2147483647",
        "{\"version\":1,\"inputs\":2147483648} | byte 22: size 2147483648, allowed: 1 to 2147483647",
        "{\"version\":1,\"inputs\":1,\"layers\":[]} | architecture has no layers",
        "{\"version\":1,\"depth\":1} | byte 13: 'depth', known: inputs, layers, feature_scaler",
        "{\"version\":1,\"version\":1} | byte 13: 'version', known: inputs, layers, feature_scaler",
        "{\"version\":1,\"inputs\":1,\"inputs\":1} | key 'inputs' for the second time",
        "{\"version\":1,\"inputs\":1,\"layers\":[LAYER]}x | expected nothing but blanks after",
        "{\"version\":1,\"inputs\":1,\"layers\":[LAYER],\"layers\":[]} | 'layers' for the second",
        "LAYERS{\"outputs\":1,\"activation\":\"swish\"}] | 'swish', known: identity, sigmoid, tanh,",
        "LAYERS{\"outputs\":1,\"activation\":\"RELU\"}] | 'RELU', known: identity, sigmoid, tanh,",
        "LAYERS{\"outputs\":1,\"activation\":{}}] | expected 'custom' and the name of an activation",
        "LAYERS{\"outputs\":1,\"activation\":{\"custom\":\"sine\",\"x\":1}}] | expected the end of",
        "LAYERS{\"outputs\":1,\"activation\":\"relu\",\"initializer\":\"best\"}] | initializer 'best'"
            + ", known: xavier, xavier_uniform, he, he_uniform, lecun, lecun_uniform, custom; with",
        "LAYERS{\"outputs\":1,\"activation\":\"relu\",\"initializer\":\"normal\"}] | initializer 'no",
        "LAYERS{\"outputs\":1,\"activation\":\"relu\",\"initializer\":{\"he\":1}}] | initializer 'he",
        "LAYERS{\"outputs\":1,\"activation\":\"relu\",\"initializer\":{}}] | expected the name of an",
        "LAYERS{\"outputs\":1,\"activation\":\"relu\",\"initializer\":{\"normal\":-1}}] | standardDe",
        "LAYERS{\"outputs\":1,\"activation\":\"relu\",\"initializer\":{\"normal\":1,\"he\":1}}] | ex",
        "LAYERS{\"activation\":\"relu\",\"initializer\":\"he\"}] | there is no 'outputs' in the obj",
        "LAYERS{\"outputs\":1,\"initializer\":\"he\"}] | there is no 'activation' in the object",
        "LAYERS{\"outputs\":1,\"activation\":\"relu\"}] | there is no 'initializer' in the object",
        "LAYERS{\"outputs\":1,\"outputs\":1}] | key 'outputs' for the second time",
        "LAYERS{\"outputs\":1,\"units\":1}] | 'units', known: outputs, activation, initializer, no",
        "LAYERS{\"outputs\":1,\"activation\":\"softmax\",\"initializer\":\"he\"}]} | a softmax of on",
        "LAYERS{\"outputs\":1,\"activation\":\"relu\",\"initializer\":\"he\",\"dropout\":1}]} | dropo",
        "LAYERS{\"outputs\":1,\"activation\":\"relu\",\"initializer\":\"he\",\"dropout\":0.1}]} | laye",
        "LAYERS{\"normalization\":{\"kind\":\"group\"}}] | 'group', known: layer, batch",
        "LAYERS{\"normalization\":{\"kind\":\"layer\"}}] | there is no 'epsilon' in the object",
        "LAYERS{\"normalization\":{\"kind\":\"batch\",\"epsilon\":1}}] | there is no 'momentum' in",
        "LAYERS{\"normalization\":{\"kind\":\"layer\",\"epsilon\":1,\"momentum\":1}}] | a momentum",
        "LAYERS{\"normalization\":{\"kind\":\"layer\",\"epsilon\":0}}] | epsilon must be finite and",
        "LAYERS{\"normalization\":{\"groups\":2}}] | 'groups', known: kind, epsilon, momentum",
        "LAYERSLAYER,LAYER],\"feature_scaler\":{\"shift\":[0]}} | there is no 'scale' in the object",
        "LAYERSLAYER],\"feature_scaler\":{\"scale\":[1]}} | there is no 'shift' in the object",
        "LAYERSLAYER],\"feature_scaler\":{\"shift\":[0],\"scale\":[0]}} | column 0: scale = 0.0, allowed:",
        "LAYERSLAYER],\"feature_scaler\":{\"shift\":[0,0],\"scale\":[1]}} | 2 shifts and 1 scales, expected",
        "LAYERSLAYER],\"feature_scaler\":{\"shift\":[0,0],\"scale\":[1,1]}} | the feature scaler is for 2, but",
        "LAYERSLAYER],\"feature_scaler\":{\"shift\":[1e999]}} | a number beyond the largest double",
        "LAYERSLAYER],\"feature_scaler\":{\"shift\":[0],\"scale\":[1],\"mean\":1}} | 'mean', known: shift,",
        "LAYERSLAYER],\"output_names\":[\"a\",\"b\"]} | the list of output names is for 2, but the",
        "LAYERSLAYER],\"target_scaler\":{\"shift\":[0,0],\"scale\":[1,1]}} | the target scaler is f",
        "LAYERSLAYER],\"target_scaler\":{},\"target_scaler\":{}} | there is no 'shift' in the object",
        "LAYERSLAYER],\"output_names\":[],\"output_names\":[]} | key 'output_names' for the second",
        "LAYERSLAYER],\"output_names\":[1]} | '1', expected a string",
      })
  void whatAModelIsIsCheckedKeyByKey(String text, String expected) throws IOException {
    String layer = "{\"outputs\":1,\"activation\":\"sigmoid\",\"initializer\":\"he\"}";
    String json =
        text.replace("LAYERS", "{\"version\":1,\"inputs\":1,\"layers\":[").replace("LAYER", layer);
    new SafetensorsWriter()
        .metadata("nn.model", json)
        .tensor("0.weight", new float[1], 1, 1)
        .tensor("0.bias", new float[1], 1)
        .write(file());
    String message = refusal(SINE);
    assertTrue(message.startsWith("metadata 'nn.model'"), message);
    assertTrue(message.contains(expected), message);
  }

  /** It says that it is large, and has no tensors to show for it. */
  @Test
  void aSmallFileDoesNotMakeALargeNetwork() throws IOException {
    new SafetensorsWriter()
        .metadata(
            "nn.model",
            "{\"version\":1,\"inputs\":46000,\"layers\":[{\"outputs\":46000,\"activation\":\"relu\","
                + "\"initializer\":\"he\"}]}")
        .tensor("0.weight", new float[1], 1, 1)
        .tensor("0.bias", new float[1], 1)
        .write(file());
    assertEquals(
        "tensor '0.weight': its shape is [1, 1], but 46000-46000 relu needs [46000, 46000]",
        refusal());
  }

  @Test
  void scalerAndNamesMustFitTheNetwork() {
    Model model = Model.of(Network.initialize(MLP, 1, PLAIN));
    FeatureScaler two = FeatureScaler.of(new double[2], new double[] {1, 1});
    FeatureScaler three = FeatureScaler.of(new double[3], new double[] {1, 1, 1});
    assertEquals(
        "the feature scaler is for 2, but the network has 3 inputs",
        assertThrows(IllegalArgumentException.class, () -> model.withFeatureScaler(two))
            .getMessage());
    assertEquals(
        "the target scaler is for 3, but the network has 2 outputs",
        assertThrows(IllegalArgumentException.class, () -> model.withTargetScaler(three))
            .getMessage());
    assertEquals(
        "the list of output names is for 3, but the network has 2 outputs",
        assertThrows(
                IllegalArgumentException.class, () -> model.withOutputNames(List.of("a", "b", "c")))
            .getMessage());
    assertEquals(List.of("a", "b"), model.withOutputNames(List.of("a", "b")).outputNames());
  }

  @Test
  void aFailedSaveLeavesTheOldFile() throws IOException {
    Model model = Model.of(Network.initialize(MLP, 1, PLAIN));
    model.save(file());
    byte[] before = Files.readAllBytes(file());
    Model half = model.withOutputNames(List.of("\ud83d", "x"));
    assertThrows(IllegalArgumentException.class, () -> half.save(file()));
    assertArrayEquals(before, Files.readAllBytes(file()));
    assertFalse(Files.exists(directory.resolve("none")));
    assertThrows(IOException.class, () -> model.save(directory.resolve("none/model")));
  }

  @Test
  void orderOfTensorsInTheFileDoesNotMatter() throws IOException {
    Network network = Network.initialize(Architecture.input(1).dense(1, IDENTITY), 1, PLAIN);
    new SafetensorsWriter()
        .tensor("0.bias", network.bias(1), 1)
        .tensor("0.weight", network.weights(1)[0], 1, 1)
        .write(file());
    try (SafetensorsReader reader = SafetensorsReader.open(file())) {
      assertEquals(
          List.of("0.bias", "0.weight"), reader.tensors().stream().map(TensorInfo::name).toList());
    }
    assertSameParameters(network, Model.load(file(), network.architecture(), PLAIN).network());
  }
}
