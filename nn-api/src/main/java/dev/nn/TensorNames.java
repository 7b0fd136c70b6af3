package dev.nn;

import dev.nn.io.MalformedFileException;
import dev.nn.io.SafetensorsReader;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The tensors of one layer in files: PyTorch's names for those of an {@code nn.Sequential} of the
 * same layers, the number of the module, from 0, and the name of the parameter.
 *
 * <p>Each layer is a linear module, one for its normalization if it has any, one for its activation
 * (the identity as well), and one for its dropout if it has any.
 *
 * @param module number of the linear module
 */
record TensorNames(int module) {
  /** What PyTorch keeps of a batch normalization besides: how many batches made the statistics. */
  private static final String BATCHES = ".num_batches_tracked";

  private static final String WEIGHT = ".weight";
  private static final String BIAS = ".bias";

  /** The names of layer l, 1..L. */
  static TensorNames of(Architecture architecture, int l) {
    int module = 0;
    for (Architecture.Dense below : architecture.layers().subList(0, l - 1)) {
      module += 2 + (below.normalization().isPresent() ? 1 : 0) + (below.dropout() > 0 ? 1 : 0);
    }
    return new TensorNames(module);
  }

  String weight() {
    return module + WEIGHT;
  }

  String bias() {
    return module + BIAS;
  }

  String gamma() {
    return module + 1 + WEIGHT;
  }

  String beta() {
    return module + 1 + BIAS;
  }

  String runningVariance() {
    return module + 1 + ".running_var";
  }

  String batches() {
    return module + 1 + BATCHES;
  }

  /** The arrays of the normalization by the names of their tensors; not copies. */
  Map<String, float[]> vectors(NormalizationParameters parameters) {
    Map<String, float[]> vectors = new LinkedHashMap<>();
    vectors.put(gamma(), parameters.gamma);
    vectors.put(beta(), parameters.beta);
    if (parameters.isOfBatches()) {
      vectors.put(module + 1 + ".running_mean", parameters.mean);
      vectors.put(runningVariance(), parameters.variance);
    }
    return vectors;
  }

  /**
   * Reads a tensor that must be there.
   *
   * @throws MalformedFileException if it is not, or has another shape, or is not of floats
   */
  static void read(SafetensorsReader file, String name, float[] values, int... shape)
      throws IOException {
    file.require(name, shape);
    file.read(name, values);
  }

  /**
   * Reads a row of numbers that must be there, each an integer from 0 to 2^53.
   *
   * @throws MalformedFileException if it is not, or has another length, or other numbers
   */
  static double[] naturals(SafetensorsReader file, String name, int length) throws IOException {
    file.require(name, length);
    double[] values = file.readDoubles(name);
    for (double value : values) {
      if (!(value >= 0 && value <= 1L << 53 && value == Math.rint(value))) {
        throw file.error(name, "has " + value + ", allowed: integers from 0 to 2^53");
      }
    }
    return values;
  }
}
