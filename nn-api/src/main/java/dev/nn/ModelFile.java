package dev.nn;

import dev.nn.io.MalformedFileException;
import dev.nn.io.SafetensorsReader;
import dev.nn.io.SafetensorsWriter;
import dev.nn.io.TensorInfo;
import dev.nn.json.JsonReader;
import dev.nn.spi.Backend;
import dev.nn.spi.DenseLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A {@link Model} as tensors ({@link TensorNames}), and the text {@code nn.model} beside them
 * ({@link ModelJson}).
 */
final class ModelFile {
  /** Key of the text. */
  static final String KEY = "nn.model";

  /** Names that one message tells of each kind. */
  private static final int NAMED = 5;

  private ModelFile() {}

  static void write(Model model, Path file) throws IOException {
    Network network = model.network();
    Architecture architecture = network.architecture();
    SafetensorsWriter writer = new SafetensorsWriter();
    writer.metadata(KEY, ModelJson.write(model));
    for (int l = 1; l <= architecture.depth(); l++) {
      DenseLayer layer = network.layer(l);
      float[] bias = new float[layer.outputs()];
      TensorNames names = TensorNames.of(architecture, l);
      String of = " of layer " + l;
      writer.tensor(
          names.weight(), () -> weights(layer, of, bias), layer.outputs(), layer.inputs());
      writer.tensor(names.bias(), bias, bias.length); // which weights() has filled by then
      if (network.normalization(l) != null) {
        names
            .vectors(network.normalization(l))
            .forEach(
                (name, values) -> {
                  Rows.requireFinite(name + of, values, values.length);
                  writer.tensor(name, values.clone(), values.length);
                });
      }
    }
    writer.write(file);
  }

  private static float[] weights(DenseLayer layer, String of, float[] bias) {
    float[] weights = new float[layer.outputs() * layer.inputs()];
    layer.getParameters(weights, bias);
    Rows.requireFinite("weights" + of, weights, layer.inputs());
    Rows.requireFinite("bias" + of, bias, layer.outputs());
    return weights;
  }

  /** Reads a file that tells its architecture. */
  static Model read(SafetensorsReader file, Backend backend, List<CustomActivation> own)
      throws IOException {
    String text = file.metadata().get(KEY);
    if (text == null) {
      throw new MalformedFileException(
          file.file(),
          "metadata",
          "there is no '" + KEY + "', which tells the architecture: load needs to be given it");
    }
    return read(file, backend, ModelJson.read(file.file(), text, own));
  }

  /** Reads a file whose architecture is known. */
  static Model read(SafetensorsReader file, Backend backend, Architecture architecture)
      throws IOException {
    String text = file.metadata().get(KEY);
    if (text == null) {
      return read(file, backend, new ModelJson.Parts(architecture));
    }
    List<CustomActivation> own = new ArrayList<>();
    for (Architecture.Dense layer : architecture.layers()) {
      if (layer.activation() instanceof CustomActivation custom) {
        own.add(custom);
      }
    }
    ModelJson.Parts parts = ModelJson.read(file.file(), text, own);
    if (!computesAs(parts.architecture(), architecture)) {
      throw new MalformedFileException(
          file.file(),
          "metadata",
          "the file is a network "
              + parts.architecture()
              + ", but the one given is "
              + architecture);
    }
    return read(
        file,
        backend,
        new ModelJson.Parts(
            architecture, parts.featureScaler(), parts.targetScaler(), parts.outputNames()));
  }

  /** Whether two architectures differ at most in their initializers, which have done their work. */
  private static boolean computesAs(Architecture one, Architecture other) {
    boolean same = one.inputs() == other.inputs() && one.depth() == other.depth();
    for (int l = 0; same && l < one.depth(); l++) {
      Architecture.Dense a = one.layers().get(l);
      Architecture.Dense b = other.layers().get(l);
      same =
          a.outputs() == b.outputs()
              && a.activation().equals(b.activation())
              && a.normalization().equals(b.normalization())
              && a.dropout() == b.dropout();
    }
    return same;
  }

  private static Model read(SafetensorsReader file, Backend backend, ModelJson.Parts parts)
      throws IOException {
    Architecture architecture = parts.architecture();
    requireTensors(file, architecture);
    Network network = new Network(architecture, backend);
    for (int l = 1; l <= architecture.depth(); l++) {
      TensorNames names = TensorNames.of(architecture, l);
      float[] weights = values(file, names.weight());
      network.layer(l).setParameters(weights, values(file, names.bias()));
      if (network.normalization(l) != null) {
        read(file, names, network.normalization(l));
      }
    }
    return new Model(network, parts.featureScaler(), parts.targetScaler(), parts.outputNames());
  }

  private static void read(
      SafetensorsReader file, TensorNames names, NormalizationParameters parameters)
      throws IOException {
    for (Map.Entry<String, float[]> vector : names.vectors(parameters).entrySet()) {
      float[] values = values(file, vector.getKey());
      NormalizationParameters.copy(values, vector.getValue());
    }
    for (int n = 0; n < parameters.variance.length; n++) {
      if (parameters.variance[n] < 0) {
        throw file.error(
            names.runningVariance(),
            "element " + n + " is " + parameters.variance[n] + ", allowed: 0 or more");
      }
    }
    parameters.prepare();
  }

  private static float[] values(SafetensorsReader file, String name) throws IOException {
    float[] values = file.read(name);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw file.error(name, "element " + i + " is " + values[i] + ", allowed: finite");
      }
    }
    return values;
  }

  /** The file must have the tensors of the architecture and no others, before one is read. */
  private static void requireTensors(SafetensorsReader file, Architecture architecture)
      throws MalformedFileException {
    Map<String, List<Long>> wanted = new LinkedHashMap<>();
    for (int l = 1; l <= architecture.depth(); l++) {
      long outputs = architecture.width(l);
      TensorNames names = TensorNames.of(architecture, l);
      wanted.put(names.weight(), List.of(outputs, (long) architecture.width(l - 1)));
      wanted.put(names.bias(), List.of(outputs));
      Optional<Normalization> normalization = architecture.layers().get(l - 1).normalization();
      if (normalization.isPresent()) {
        names
            .vectors(new NormalizationParameters(normalization.get(), 1))
            .keySet()
            .forEach(name -> wanted.put(name, List.of(outputs)));
      }
    }
    Map<String, TensorInfo> given = new LinkedHashMap<>();
    file.tensors().forEach(tensor -> given.put(tensor.name(), tensor));
    for (int l = 1; l <= architecture.depth(); l++) {
      if (architecture.normalizesBatches(l)) {
        given.remove(TensorNames.of(architecture, l).batches());
      }
    }
    requireNames(file, architecture, wanted.keySet(), given.keySet());
    for (Map.Entry<String, List<Long>> entry : wanted.entrySet()) {
      TensorInfo tensor = given.get(entry.getKey());
      if (!tensor.shape().equals(entry.getValue())) {
        throw file.error(
            tensor.name(),
            "its shape is "
                + tensor.shape()
                + ", but "
                + architecture
                + " needs "
                + entry.getValue());
      }
      if (!tensor.dtype().isReadable()) {
        throw file.error(tensor.name(), "its type is " + tensor.dtype() + ", needed: floats");
      }
    }
  }

  private static void requireNames(
      SafetensorsReader file, Architecture architecture, Set<String> wanted, Set<String> given)
      throws MalformedFileException {
    Set<String> missing = new LinkedHashSet<>(wanted);
    missing.removeAll(given);
    Set<String> unexpected = new LinkedHashSet<>(given);
    unexpected.removeAll(wanted);
    if (!missing.isEmpty() || !unexpected.isEmpty()) {
      throw new MalformedFileException(
          file.file(),
          "tensors",
          architecture + ": missing: " + list(missing) + "; not expected: " + list(unexpected));
    }
  }

  private static String list(Set<String> names) {
    if (names.isEmpty()) {
      return "none";
    }
    String first =
        names.stream().limit(NAMED).map(JsonReader::quote).collect(Collectors.joining(", "));
    int more = names.size() - NAMED;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
