package dev.nn.data;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.contract.PlainBackend;
import dev.nn.train.Adam;
import dev.nn.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** A small training on rows from anywhere, also as a program for a JVM with a heap of its own. */
final class MappedTraining {

  private MappedTraining() {}

  /** Trains on images and labels of 2 classes, mapped, and prints the parameters. */
  public static void main(String[] files) throws IOException {
    try (IdxRows rows = IdxFiles.map(Path.of(files[0]), Path.of(files[1]), 2)) {
      System.out.println(Arrays.hashCode(parameters(rows, 1, 1)));
    }
  }

  /** All parameters after a training: shuffled rows, batches of 16, the last one ragged. */
  static float[] parameters(RowSource rows, int epochs, int threads) {
    Network network =
        Network.initialize(
            Architecture.input(rows.inputs()).dense(rows.outputs(), Activation.SOFTMAX),
            3,
            PlainBackend.alone());
    Trainer.builder()
        .optimizer(Adam.of(0.01))
        .batchSize(16)
        .epochs(epochs)
        .threads(threads)
        .seed(4)
        .build()
        .fit(network, rows, rows);
    float[] bias = network.bias(1);
    float[] parameters = Arrays.copyOf(bias, rows.outputs() * (rows.inputs() + 1));
    for (int j = 0; j < bias.length; j++) {
      float[] weights = network.weights(1)[j];
      System.arraycopy(weights, 0, parameters, bias.length + j * weights.length, weights.length);
    }
    return parameters;
  }
}
