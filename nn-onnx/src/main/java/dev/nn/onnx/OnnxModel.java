package dev.nn.onnx;

import dev.nn.Network;
import dev.nn.data.FeatureScaler;
import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * {@code y = network(scaler(x))}: what an ONNX file says about a network, and what is needed to use
 * it.
 *
 * <pre>{@code
 * OnnxModel.of(network).withScaler(scaler).withClassNames(names).write(Path.of("digits.onnx"));
 * Network network = OnnxModel.read(Path.of("digits.onnx")).network();
 * }</pre>
 *
 * <p>A file that {@link #write} made gives back the same parameters, to the last bit, and so the
 * same predictions. What a prediction does not need is not in the file: dropout and initializers.
 * {@link #read} gives each layer the initializer that suits its activation and no dropout; to go on
 * with a training that had dropout, give the parameters to a network of your own architecture. A
 * loss is no part of a network, here or there.
 *
 * <p>Immutable but for the network, which is shared, not copied.
 *
 * @param network takes scaled features, if there is a scaler
 * @param scaler what is done to features first
 * @param classNames one name for each output, or two for a single output, all different; empty if
 *     none are known
 */
public record OnnxModel(Network network, Optional<FeatureScaler> scaler, List<String> classNames) {
  /** Checks that scaler and names fit the network. */
  public OnnxModel {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(scaler, "scaler");
    classNames = List.copyOf(classNames);
    int inputs = network.architecture().inputs();
    if (scaler.isPresent() && scaler.get().inputs() != inputs) {
      throw new IllegalArgumentException(
          "scaler is for " + scaler.get().inputs() + " features, but the network has " + inputs);
    }
    int outputs = network.architecture().outputs();
    int classes = outputs == 1 ? 2 : outputs;
    if (!classNames.isEmpty() && classNames.size() != classes) {
      throw new IllegalArgumentException(
          classNames.size() + " class names, but the network tells " + classes + " classes apart");
    }
    if (new HashSet<>(classNames).size() < classNames.size()) {
      throw new IllegalArgumentException("class names " + classNames + ": all must be different");
    }
  }

  /**
   * A network alone.
   *
   * @param network is shared, not copied
   * @return the model, without scaler and names
   */
  public static OnnxModel of(Network network) {
    return new OnnxModel(network, Optional.empty(), List.of());
  }

  /**
   * This model with a scaler as its first operators, so that whoever runs the file feeds it
   * features as they are.
   *
   * @param first must be for the inputs of the network
   * @return the new model
   */
  public OnnxModel withScaler(FeatureScaler first) {
    return new OnnxModel(network, Optional.of(first), classNames);
  }

  /**
   * This model with names for its classes, which become metadata of the file, {@code class.0} and
   * so on.
   *
   * @param names one for each output, or two for a single output
   * @return the new model
   */
  public OnnxModel withClassNames(List<String> names) {
    return new OnnxModel(network, scaler, names);
  }

  /**
   * Writes an ONNX file: IR version 8, operators of version 17, one float input {@code input} of
   * (batch x n_0) and one output {@code output} of (batch x n_L), batch being any number.
   *
   * <p>A layer is a {@code Gemm} and what computes its activation; the scaler computes in double,
   * as it does here. Another program adds in another order, so its predictions equal those of this
   * library up to rounding.
   *
   * <p>The file appears whole or not at all: it is written beside its place, forced to the disk,
   * and put there by an atomic move, also where a file was before.
   *
   * @param file to write
   * @throws IllegalArgumentException if an activation is a custom one, or the model has 2 GiB or
   *     more, which the format does not allow; no file is touched
   * @throws IOException if writing fails; what was at the place before is still there
   */
  public void write(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    AtomicFile.write(file, OnnxWriter.model(this)::writeTo);
  }

  /**
   * Reads an ONNX file into a network on the default backend; see {@link #read(Path, Backend)}.
   *
   * @param file of any exporter
   * @return the network, and the scaler that the file has before it
   * @throws OnnxFormatException if the content is not what is allowed
   * @throws IOException if the file cannot be read
   */
  public static OnnxModel read(Path file) throws IOException {
    return read(file, Backends.byDefault());
  }

  /**
   * Reads an ONNX file.
   *
   * <p>Allowed is a chain of layers, as exporters of other libraries write them too: {@code Gemm},
   * or {@code MatMul} and {@code Add}, with a {@code BatchNormalization} behind it, which becomes
   * part of the weights; then an activation of this library, as one operator or composed of several
   * (GELU, SiLU). Shift and scale before the first layer become the scaler. {@code Identity},
   * {@code Dropout}, {@code Cast}, {@code Flatten} and {@code Reshape} may stand where they change
   * nothing. Weights may be of float, double, half precision or bfloat16; here they are floats. All
   * else is refused: docs/file-formats.md has the list.
   *
   * <p>Files may come from anywhere: memory in use is a small multiple of the length of the file,
   * whatever it says.
   *
   * @param file of any exporter
   * @param backend does the arithmetic of the network
   * @return the network, and the scaler that the file has before it: use both
   * @throws OnnxFormatException if the content is not what is allowed
   * @throws IOException if the file cannot be read
   */
  public static OnnxModel read(Path file, Backend backend) throws IOException {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(backend, "backend");
    return OnnxReader.read(file, backend);
  }
}
