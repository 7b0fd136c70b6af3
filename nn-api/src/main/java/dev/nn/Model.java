package dev.nn;

import dev.nn.data.FeatureScaler;
import dev.nn.io.MalformedFileException;
import dev.nn.io.SafetensorsReader;
import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code yHat = unscale(network(scale(x)))}: a network, and what its answers depend on besides;
 * this is what files keep.
 *
 * <pre>{@code
 * Model.of(network).withFeatureScaler(scaler).withOutputNames(digits.classNames()).save(file);
 * float[] probabilities = Model.load(file).predict(pixels); // as they are, not scaled
 * }</pre>
 *
 * <p>Files are in the safetensors format, tensors named as PyTorch names those of an {@code
 * nn.Sequential}; docs/file-formats.md has the layout. They need not be trusted: they hold numbers
 * and names, no code, and what is wrong with one is a {@link MalformedFileException}.
 *
 * @param network shared with whoever gave it, not a copy
 * @param featureScaler what training did to the features before the network saw them, if anything
 * @param targetScaler what training did to the targets, if anything; undone after the network
 * @param outputNames classes, labels or targets in the order of the outputs, or empty
 */
public record Model(
    Network network,
    Optional<FeatureScaler> featureScaler,
    Optional<FeatureScaler> targetScaler,
    List<String> outputNames) {
  /** Checks that scalers and names fit the network. */
  public Model {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(featureScaler, "featureScaler");
    Objects.requireNonNull(targetScaler, "targetScaler");
    outputNames = List.copyOf(outputNames);
    requireFits(network.architecture(), featureScaler, targetScaler, outputNames);
  }

  /** Refuses scalers or names for another number of inputs or outputs. */
  static void requireFits(
      Architecture architecture,
      Optional<FeatureScaler> featureScaler,
      Optional<FeatureScaler> targetScaler,
      List<String> outputNames) {
    int inputs = architecture.inputs();
    int outputs = architecture.outputs();
    if (featureScaler.isPresent()) {
      requireSame("feature scaler", featureScaler.get().inputs(), inputs, "inputs");
    }
    if (targetScaler.isPresent()) {
      requireSame("target scaler", targetScaler.get().inputs(), outputs, "outputs");
    }
    if (!outputNames.isEmpty()) {
      requireSame("list of output names", outputNames.size(), outputs, "outputs");
    }
  }

  private static void requireSame(String what, int given, int expected, String of) {
    if (given != expected) {
      throw new IllegalArgumentException(
          "the " + what + " is for " + given + ", but the network has " + expected + " " + of);
    }
  }

  /**
   * A network alone.
   *
   * @param network shared, not a copy
   * @return a model without scalers and names
   */
  public static Model of(Network network) {
    return new Model(network, Optional.empty(), Optional.empty(), List.of());
  }

  /**
   * The same network with a scaler of features.
   *
   * @param scaler what training did to the features
   * @return the model
   * @throws IllegalArgumentException if it is for another number of features
   */
  public Model withFeatureScaler(FeatureScaler scaler) {
    return new Model(network, Optional.of(scaler), targetScaler, outputNames);
  }

  /**
   * The same network with a scaler of targets.
   *
   * @param scaler what training did to the targets of a regression
   * @return the model
   * @throws IllegalArgumentException if it is for another number of targets
   */
  public Model withTargetScaler(FeatureScaler scaler) {
    return new Model(network, featureScaler, Optional.of(scaler), outputNames);
  }

  /**
   * The same network with names.
   *
   * @param names one for each output: of its class, label or target
   * @return the model
   * @throws IllegalArgumentException if there are more or fewer
   */
  public Model withOutputNames(List<String> names) {
    return new Model(network, featureScaler, targetScaler, names);
  }

  /**
   * {@code yHat} for one row of features as they are: scaled here, and the outputs in the units of
   * the targets.
   *
   * <p>Safe from any number of threads.
   *
   * @param features n_0 values; not modified
   * @return n_L outputs: probabilities for sigmoid and softmax
   * @throws IllegalArgumentException if their number differs, or a scaled value is NaN or infinite
   */
  public float[] predict(float[] features) {
    return unscaled(network.predict(scaled(features)));
  }

  /**
   * {@code yHat} for many rows of features as they are; each row's result is the same bits as
   * alone.
   *
   * @param features rows of n_0 values; not modified
   * @return one row of n_L outputs for each
   * @throws IllegalArgumentException if their number differs in a row, or a scaled value is NaN or
   *     infinite
   */
  public float[][] predict(float[][] features) {
    float[][] scaled = features.clone();
    for (int row = 0; row < scaled.length; row++) {
      scaled[row] = scaled(features[row]);
    }
    float[][] outputs = network.predict(scaled);
    for (int row = 0; row < outputs.length; row++) {
      outputs[row] = unscaled(outputs[row]);
    }
    return outputs;
  }

  private float[] scaled(float[] features) {
    return featureScaler.isPresent() ? featureScaler.get().apply(features) : features;
  }

  private float[] unscaled(float[] outputs) {
    return targetScaler.isPresent() ? targetScaler.get().inverse(outputs) : outputs;
  }

  /**
   * Writes this model to a file, as a whole or not at all.
   *
   * <p>The same model gives the same bytes on every machine and backend. Custom activations are
   * written by name. An initializer that is a lambda is written as one that is not known: it has
   * done its work.
   *
   * @param file created, or replaced in one step when all is written
   * @throws IllegalArgumentException if a parameter is NaN or infinite; nothing is written
   * @throws IOException if the file cannot be written; an old one is as it was
   */
  public void save(Path file) throws IOException {
    ModelFile.write(this, file);
  }

  /**
   * Reads a model that {@link #save} wrote, on the default backend.
   *
   * @param file in the safetensors format
   * @param own custom activations, which a file has the names of only
   * @return the model; its network has the same parameters bit for bit
   * @throws MalformedFileException if the content is not what it must be
   * @throws IOException if the file cannot be read
   */
  public static Model load(Path file, CustomActivation... own) throws IOException {
    return load(file, Backends.byDefault(), own);
  }

  /**
   * Reads a model that {@link #save} wrote.
   *
   * @param file in the safetensors format
   * @param backend does the arithmetic
   * @param own custom activations, which a file has the names of only
   * @return the model; its network has the same parameters bit for bit
   * @throws MalformedFileException if the content is not what it must be
   * @throws IOException if the file cannot be read
   */
  public static Model load(Path file, Backend backend, CustomActivation... own) throws IOException {
    Objects.requireNonNull(backend, "backend");
    List<CustomActivation> activations = List.of(own);
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      return ModelFile.read(reader, backend, activations);
    }
  }

  /**
   * Reads parameters of an architecture that is known, such as the state dict of an {@code
   * nn.Sequential} that was saved from Python, on the default backend.
   *
   * @param file in the safetensors format
   * @param architecture as the network was made; if the file has one, too, it must agree
   * @return the model, with scalers and names if the file has them
   * @throws MalformedFileException if the content is not what it must be; the message names the
   *     tensors that are missing, not expected, or of another shape
   * @throws IOException if the file cannot be read
   */
  public static Model load(Path file, Architecture architecture) throws IOException {
    return load(file, architecture, Backends.byDefault());
  }

  /**
   * Reads parameters of an architecture that is known, such as the state dict of an {@code
   * nn.Sequential} that was saved from Python.
   *
   * @param file in the safetensors format
   * @param architecture as the network was made; if the file has one, too, it must agree
   * @param backend does the arithmetic
   * @return the model, with scalers and names if the file has them
   * @throws MalformedFileException if the content is not what it must be; the message names the
   *     tensors that are missing, not expected, or of another shape
   * @throws IOException if the file cannot be read
   */
  public static Model load(Path file, Architecture architecture, Backend backend)
      throws IOException {
    Objects.requireNonNull(architecture, "architecture").requireWhole();
    Objects.requireNonNull(backend, "backend");
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      return ModelFile.read(reader, backend, architecture);
    }
  }
}
