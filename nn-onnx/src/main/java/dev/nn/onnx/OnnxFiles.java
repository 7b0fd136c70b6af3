package dev.nn.onnx;

import dev.nn.Model;
import dev.nn.Network;
import dev.nn.io.AtomicFile;
import dev.nn.io.MalformedFileException;
import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Models as ONNX files, for other programs to run, and networks that other programs trained.
 *
 * <pre>{@code
 * OnnxFiles.write(Model.of(network).withFeatureScaler(scaler), Path.of("digits.onnx"));
 * Model model = OnnxFiles.read(Path.of("digits.onnx"));
 * }</pre>
 *
 * <p>A network that {@link #write} wrote comes back with the same parameters, to the last bit, and
 * so with the same predictions. What a prediction does not need is not in the file: dropout and
 * initializers. {@link #read} gives each layer the initializer that suits its activation and no
 * dropout. To keep a model as it is, use {@link Model#save}.
 */
public final class OnnxFiles {
  private OnnxFiles() {}

  /**
   * Writes an ONNX file: IR version 8, operators of version 17, one float input {@code input} of
   * (batch x n_0) and one output {@code output} of (batch x n_L), batch being any number.
   *
   * <p>A layer is a {@code Gemm}, a {@code LayerNormalization} if it has one, and what computes its
   * activation; a batch normalization goes into the weights, see {@link Network#fold}. Scalers are
   * the first and the last operators and compute in double, as they do here, so that whoever runs
   * the file feeds it features as they are. Output names become metadata, {@code output.0} and so
   * on. Another program adds in another order, so its predictions equal those of this library up to
   * rounding.
   *
   * @param model with activations of this library
   * @param file created, or replaced in one step when all is written
   * @throws IllegalArgumentException if an activation is a custom one, a batch normalization
   *     overflows in the weights, or the model has 2 GiB or more, which the format does not allow;
   *     no file is touched
   * @throws IOException if the file cannot be written; an old one is as it was
   */
  public static void write(Model model, Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    AtomicFile.write(file, OnnxWriter.model(model)::writeTo);
  }

  /**
   * Reads an ONNX file into a network on the default backend; see {@link #read(Path, Backend)}.
   *
   * @param file of any exporter
   * @return the network, and the scaler that the file has before it
   * @throws MalformedFileException if the content is not what is allowed
   * @throws IOException if the file cannot be read
   */
  public static Model read(Path file) throws IOException {
    return read(file, Backends.byDefault());
  }

  /**
   * Reads an ONNX file.
   *
   * <p>Allowed is a chain of layers, as exporters of other libraries write them too: {@code Gemm},
   * or {@code MatMul} and {@code Add}, with a {@code BatchNormalization} behind it, which becomes
   * part of the weights, or a {@code LayerNormalization}, which stays one; then an activation of
   * this library, as one operator or composed of several (GELU, SiLU). Shift and scale before the
   * first layer become the scaler. {@code Identity}, {@code Dropout}, {@code Cast}, {@code Flatten}
   * and {@code Reshape} may stand where they change nothing. Weights may be of float, double, half
   * precision or bfloat16; here they are floats. All else is refused: docs/file-formats.md has the
   * list.
   *
   * <p>Files may come from anywhere: memory in use is a small multiple of the length of the file,
   * whatever it says.
   *
   * @param file of any exporter
   * @param backend does the arithmetic of the network
   * @return the network, and the scaler that the file has before it; a scaler of targets is part of
   *     the last layer
   * @throws MalformedFileException if the content is not what is allowed
   * @throws IOException if the file cannot be read
   */
  public static Model read(Path file, Backend backend) throws IOException {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(backend, "backend");
    return OnnxReader.read(file, backend);
  }
}
