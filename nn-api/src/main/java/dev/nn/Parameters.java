package dev.nn;

import dev.nn.io.MalformedFileException;
import dev.nn.io.SafetensorsReader;
import dev.nn.io.SafetensorsWriter;
import dev.nn.spi.DenseLayer;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;

/**
 * {@code W[l]}, {@code b[l]} of all layers at one time, and what belongs to normalizations, copied
 * out of a network into buffers that can be filled again.
 *
 * <p>Every value keeps its bits. Copying allocates nothing. Neither the network nor this object may
 * be used by another thread meanwhile.
 */
public final class Parameters {
  private final Architecture architecture;

  /** W[1..L] at index 0..L-1, canonical. */
  private final float[][] weights;

  /** b[1..L] at index 0..L-1. */
  private final float[][] biases;

  /** Of layers 1..L at index 0..L-1, null where there is none. */
  private final NormalizationParameters[] normalizations;

  private Parameters(Architecture architecture) {
    this.architecture = architecture;
    int depth = architecture.depth();
    weights = new float[depth][];
    biases = new float[depth][];
    normalizations = new NormalizationParameters[depth];
    for (int l = 1; l <= depth; l++) {
      weights[l - 1] = new float[architecture.width(l) * architecture.width(l - 1)];
      biases[l - 1] = new float[architecture.width(l)];
      normalizations[l - 1] = NormalizationParameters.of(architecture.layers().get(l - 1));
    }
  }

  /**
   * The present parameters of a network, in new buffers.
   *
   * @param network is only read
   * @return what shares nothing with the network
   */
  public static Parameters of(Network network) {
    Parameters parameters = new Parameters(network.architecture());
    parameters.copyFrom(network);
    return parameters;
  }

  /**
   * Replaces these parameters by the present ones of a network.
   *
   * @param network with layers of the same sizes and normalizations; is only read
   * @throws IllegalArgumentException if its layers have others; nothing is changed
   */
  public void copyFrom(Network network) {
    requireFits(network);
    for (int l = 1; l <= weights.length; l++) {
      network.layer(l).getParameters(weights[l - 1], biases[l - 1]);
      if (normalizations[l - 1] != null) {
        normalizations[l - 1].copyFrom(network.normalization(l));
      }
    }
  }

  /**
   * Gives a network these parameters.
   *
   * @param network with layers of the same sizes and normalizations
   * @throws IllegalArgumentException if its layers have others; nothing is changed
   */
  public void copyTo(Network network) {
    requireFits(network);
    for (int l = 1; l <= weights.length; l++) {
      network.layer(l).setParameters(weights[l - 1], biases[l - 1]);
      if (normalizations[l - 1] != null) {
        network.normalization(l).copyFrom(normalizations[l - 1]);
      }
    }
  }

  /**
   * The first layer with a parameter that is NaN or infinite.
   *
   * @return 1..L, or empty if all are finite
   */
  public OptionalInt firstNotFinite() {
    for (int l = 1; l <= weights.length; l++) {
      if (!Rows.areFinite(weights[l - 1], 0, weights[l - 1].length)
          || !Rows.areFinite(biases[l - 1], 0, biases[l - 1].length)
          || (normalizations[l - 1] != null && !normalizations[l - 1].areFinite())) {
        return OptionalInt.of(l);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * Adds all parameters as tensors.
   *
   * @param writer of a file, to be written before these parameters change
   * @param prefix of the names, which are otherwise those of model files
   * @throws IllegalArgumentException if the writer has tensors of these names
   */
  public void addTo(SafetensorsWriter writer, String prefix) {
    for (int l = 1; l <= weights.length; l++) {
      TensorNames names = TensorNames.of(architecture, l);
      int outputs = architecture.width(l);
      writer.tensor(prefix + names.weight(), weights[l - 1], outputs, architecture.width(l - 1));
      writer.tensor(prefix + names.bias(), biases[l - 1], outputs);
      if (normalizations[l - 1] != null) {
        names
            .vectors(normalizations[l - 1])
            .forEach((name, values) -> writer.tensor(prefix + name, values, outputs));
      }
    }
  }

  /**
   * Replaces these parameters by tensors of a file, whatever their values are.
   *
   * @param file with tensors of the names that {@link #addTo} gives; others are passed over
   * @param prefix of the names
   * @throws MalformedFileException if a tensor is missing, or of another shape; some parameters may
   *     have been replaced
   * @throws IOException if the file cannot be read; the same
   */
  public void read(SafetensorsReader file, String prefix) throws IOException {
    for (int l = 1; l <= weights.length; l++) {
      TensorNames names = TensorNames.of(architecture, l);
      int outputs = architecture.width(l);
      int inputs = architecture.width(l - 1);
      TensorNames.read(file, prefix + names.weight(), weights[l - 1], outputs, inputs);
      TensorNames.read(file, prefix + names.bias(), biases[l - 1], outputs);
      if (normalizations[l - 1] != null) {
        for (Map.Entry<String, float[]> vector : names.vectors(normalizations[l - 1]).entrySet()) {
          TensorNames.read(file, prefix + vector.getKey(), vector.getValue(), outputs);
        }
        normalizations[l - 1].prepare();
      }
    }
  }

  private void requireFits(Network network) {
    boolean fits = network.architecture().depth() == weights.length;
    for (int l = 1; fits && l <= weights.length; l++) {
      DenseLayer layer = network.layer(l);
      fits =
          layer.outputs() == biases[l - 1].length
              && layer.inputs() * layer.outputs() == weights[l - 1].length
              && (normalizations[l - 1] == null
                  ? network.normalization(l) == null
                  : normalizations[l - 1].fits(network.normalization(l)));
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "network is "
              + network.architecture()
              + ", but these parameters are those of layers of other sizes or normalizations");
    }
  }
}
