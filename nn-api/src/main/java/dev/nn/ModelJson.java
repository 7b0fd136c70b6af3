package dev.nn;

import dev.nn.data.FeatureScaler;
import dev.nn.io.MalformedFileException;
import dev.nn.json.JsonException;
import dev.nn.json.JsonReader;
import dev.nn.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * What a model is besides its parameters, as JSON.
 *
 * <pre>
 * {"version":1,"inputs":2,
 *  "layers":[{"outputs":8,"activation":"relu","initializer":"he",
 *             "normalization":{"kind":"batch","epsilon":1e-5,"momentum":0.1},"dropout":0.2},
 *            {"outputs":3,"activation":"softmax","initializer":"xavier"}],
 *  "feature_scaler":{"shift":[0.5,1.25],"scale":[2,1]},
 *  "target_scaler":{"shift":[0,0,0],"scale":[1,1,1]},
 *  "output_names":["no","maybe","yes"]}
 * </pre>
 *
 * <p>normalization, dropout, the scalers and the names may be left out. An activation of the
 * application is {@code {"custom":"its name"}}, an initializer with a figure {@code
 * {"normal":0.01}}. The version comes first; whatever this version does not know is refused.
 */
final class ModelJson {
  private static final int VERSION = 1;

  private static final String KEYS = "inputs, layers, feature_scaler, target_scaler, output_names";

  private static final String CUSTOM = "custom";
  private static final String LAYER = "layer";
  private static final String BATCH = "batch";

  private final JsonReader json;
  private final List<CustomActivation> own;

  private ModelJson(JsonReader json, List<CustomActivation> own) {
    this.json = json;
    this.own = own;
  }

  /** What the text says; all of it fits together. */
  record Parts(
      Architecture architecture,
      Optional<FeatureScaler> featureScaler,
      Optional<FeatureScaler> targetScaler,
      List<String> outputNames) {
    Parts {
      architecture.requireWhole();
      Model.requireFits(architecture, featureScaler, targetScaler, outputNames);
    }

    /** An architecture alone. */
    Parts(Architecture architecture) {
      this(architecture, Optional.empty(), Optional.empty(), List.of());
    }
  }

  static String write(Model model) {
    Architecture architecture = model.network().architecture();
    JsonWriter json = new JsonWriter().openObject();
    json.key("version").value(VERSION).key("inputs").value(architecture.inputs());
    json.key("layers").openArray();
    for (Architecture.Dense layer : architecture.layers()) {
      write(layer, json);
    }
    json.closeArray();
    model.featureScaler().ifPresent(scaler -> write(scaler, json.key("feature_scaler")));
    model.targetScaler().ifPresent(scaler -> write(scaler, json.key("target_scaler")));
    if (!model.outputNames().isEmpty()) {
      json.key("output_names").openArray();
      model.outputNames().forEach(json::value);
      json.closeArray();
    }
    return json.closeObject().toString();
  }

  private static void write(Architecture.Dense layer, JsonWriter json) {
    json.openObject().key("outputs").value(layer.outputs()).key("activation");
    if (layer.activation() instanceof Activation known) {
      json.value(name(known));
    } else {
      json.openObject().key(CUSTOM).value(layer.activation().toString()).closeObject();
    }
    InitializerJson.write(layer.initializer(), json.key("initializer"));
    layer.normalization().ifPresent(normalization -> write(normalization, json));
    if (layer.dropout() > 0) {
      json.key("dropout").value(layer.dropout());
    }
    json.closeObject();
  }

  private static void write(Normalization normalization, JsonWriter json) {
    boolean batch = normalization instanceof Normalization.Batch;
    json.key("normalization").openObject().key("kind").value(batch ? BATCH : LAYER);
    json.key("epsilon").value(normalization.epsilon());
    if (normalization instanceof Normalization.Batch ofBatches) {
      json.key("momentum").value(ofBatches.momentum());
    }
    json.closeObject();
  }

  private static void write(FeatureScaler scaler, JsonWriter json) {
    json.openObject().key("shift");
    write(scaler.shift(), json);
    json.key("scale");
    write(scaler.scale(), json);
    json.closeObject();
  }

  private static void write(double[] values, JsonWriter json) {
    json.openArray();
    for (double value : values) {
      json.value(value);
    }
    json.closeArray();
  }

  static Parts read(Path file, String text, List<CustomActivation> own)
      throws MalformedFileException {
    JsonReader json = new JsonReader(text.getBytes(StandardCharsets.UTF_8));
    try {
      return new ModelJson(json, own).read();
    } catch (JsonException e) {
      String place = "metadata '%s', byte %d".formatted(ModelFile.KEY, e.position());
      throw new MalformedFileException(file, place, e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      // of the architecture, the scaler and the model, which check what they are made of
      String place = "metadata '%s'".formatted(ModelFile.KEY);
      throw new MalformedFileException(file, place, e.getMessage(), e);
    }
  }

  private Parts read() throws JsonException {
    json.openObject();
    json.requireVersion(VERSION);
    Integer inputs = null;
    List<Architecture.Dense> layers = null;
    FeatureScaler featureScaler = null;
    FeatureScaler targetScaler = null;
    List<String> outputNames = null;
    for (String key = json.nextKey(); key != null; key = json.nextKey()) {
      switch (key) {
        case "inputs" -> {
          json.requireFirst(inputs, key);
          inputs = size();
        }
        case "layers" -> {
          json.requireFirst(layers, key);
          layers = layers();
        }
        case "feature_scaler" -> {
          json.requireFirst(featureScaler, key);
          featureScaler = scaler();
        }
        case "target_scaler" -> {
          json.requireFirst(targetScaler, key);
          targetScaler = scaler();
        }
        case "output_names" -> {
          json.requireFirst(outputNames, key);
          outputNames = strings();
        }
        default -> throw unknown(key, KEYS);
      }
    }
    json.end();
    require(inputs, "inputs");
    require(layers, "layers");
    return new Parts(
        new Architecture(inputs, layers),
        Optional.ofNullable(featureScaler),
        Optional.ofNullable(targetScaler),
        outputNames == null ? List.of() : outputNames);
  }

  private List<Architecture.Dense> layers() throws JsonException {
    List<Architecture.Dense> layers = new ArrayList<>();
    json.openArray();
    while (json.nextElement()) {
      layers.add(layer());
    }
    return layers;
  }

  private Architecture.Dense layer() throws JsonException {
    Integer outputs = null;
    ActivationFunction activation = null;
    Initializer initializer = null;
    Normalization normalization = null;
    Double dropout = null;
    json.openObject();
    for (String key = json.nextKey(); key != null; key = json.nextKey()) {
      switch (key) {
        case "outputs" -> {
          json.requireFirst(outputs, key);
          outputs = size();
        }
        case "activation" -> {
          json.requireFirst(activation, key);
          activation = activation();
        }
        case "initializer" -> {
          json.requireFirst(initializer, key);
          initializer = InitializerJson.read(json);
        }
        case "normalization" -> {
          json.requireFirst(normalization, key);
          normalization = normalization();
        }
        case "dropout" -> {
          json.requireFirst(dropout, key);
          dropout = json.number();
        }
        default -> throw unknown(key, "outputs, activation, initializer, normalization, dropout");
      }
    }
    require(outputs, "outputs");
    require(activation, "activation");
    require(initializer, "initializer");
    return new Architecture.Dense(
        outputs,
        activation,
        initializer,
        Optional.ofNullable(normalization),
        dropout == null ? 0 : dropout);
  }

  private Normalization normalization() throws JsonException {
    String kind = null;
    Double epsilon = null;
    Double momentum = null;
    json.openObject();
    for (String key = json.nextKey(); key != null; key = json.nextKey()) {
      switch (key) {
        case "kind" -> {
          json.requireFirst(kind, key);
          kind = json.string();
          if (!kind.equals(LAYER) && !kind.equals(BATCH)) {
            throw unknown(kind, LAYER + ", " + BATCH);
          }
        }
        case "epsilon" -> {
          json.requireFirst(epsilon, key);
          epsilon = json.number();
        }
        case "momentum" -> {
          json.requireFirst(momentum, key);
          momentum = json.number();
        }
        default -> throw unknown(key, "kind, epsilon, momentum");
      }
    }
    require(kind, "kind");
    require(epsilon, "epsilon");
    if (kind.equals(BATCH)) {
      require(momentum, "momentum");
      return Normalization.batch(epsilon, momentum);
    }
    if (momentum != null) {
      throw json.error("a momentum goes with " + BATCH + " only");
    }
    return Normalization.layer(epsilon);
  }

  private ActivationFunction activation() throws JsonException {
    if (!json.isString()) {
      return custom();
    }
    String name = json.string();
    for (Activation known : Activation.values()) {
      if (name(known).equals(name)) {
        return known;
      }
    }
    throw unknown(
        name,
        Arrays.stream(Activation.values()).map(ModelJson::name).collect(Collectors.joining(", ")));
  }

  private CustomActivation custom() throws JsonException {
    json.openObject();
    if (!CUSTOM.equals(json.nextKey())) {
      throw json.error("expected '" + CUSTOM + "' and the name of an activation");
    }
    String name = json.string();
    CustomActivation found =
        own.stream().filter(custom -> custom.name().equals(name)).findFirst().orElse(null);
    if (found == null) {
      throw json.error(
          "custom activation %s: a file has its name only, load needs to be given it (given: %s)"
              .formatted(JsonReader.quote(name), own));
    }
    json.closeObject();
    return found;
  }

  private static String name(Activation activation) {
    return activation.name().toLowerCase(Locale.ROOT);
  }

  private FeatureScaler scaler() throws JsonException {
    double[] shift = null;
    double[] scale = null;
    json.openObject();
    for (String key = json.nextKey(); key != null; key = json.nextKey()) {
      switch (key) {
        case "shift" -> {
          json.requireFirst(shift, key);
          shift = numbers();
        }
        case "scale" -> {
          json.requireFirst(scale, key);
          scale = numbers();
        }
        default -> throw unknown(key, "shift, scale");
      }
    }
    require(shift, "shift");
    require(scale, "scale");
    return FeatureScaler.of(shift, scale);
  }

  private double[] numbers() throws JsonException {
    DoubleStream.Builder numbers = DoubleStream.builder();
    json.openArray();
    while (json.nextElement()) {
      numbers.add(json.number());
    }
    return numbers.build().toArray();
  }

  private List<String> strings() throws JsonException {
    List<String> strings = new ArrayList<>();
    json.openArray();
    while (json.nextElement()) {
      strings.add(json.string());
    }
    return strings;
  }

  private int size() throws JsonException {
    long size = json.natural();
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw json.error("size " + size + ", allowed: 1 to " + Integer.MAX_VALUE);
    }
    return (int) size;
  }

  private void require(Object value, String key) throws JsonException {
    if (value == null) {
      throw json.error("there is no '" + key + "' in the object that ends here");
    }
  }

  private JsonException unknown(String name, String known) {
    return json.error(JsonReader.quote(name) + ", known: " + known);
  }
}
