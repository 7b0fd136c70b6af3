package dev.nn.train;

import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.data.Dataset;
import dev.nn.spi.Workers;
import java.util.Objects;

/** A network measured on rows that it need not have seen: loss, accuracy and confusion matrix. */
public final class Evaluation {
  /** Rows that go through the network together; the result does not depend on it. */
  private static final int BLOCK_ROWS = 256;

  private final Score score;
  private final int[][] confusion;

  private Evaluation(Score score, int[][] confusion) {
    this.score = score;
    this.confusion = confusion;
  }

  /**
   * Measures a network with the loss that matches its output activation.
   *
   * @param network is not changed
   * @param data rows to measure with
   * @return the evaluation
   */
  public static Evaluation of(Network network, Dataset data) {
    return of(network, data, Loss.matching(network.architecture().outputActivation()));
  }

  /**
   * Measures a network.
   *
   * @param network is not changed
   * @param data rows to measure with
   * @param loss must accept the output activation
   * @return the evaluation
   */
  public static Evaluation of(Network network, Dataset data, Loss loss) {
    requireFits("data", data, network.architecture(), loss);
    return of(network, data, loss, Workers.caller());
  }

  static Evaluation of(Network network, Dataset data, Loss loss, Workers workers) {
    int blockRows = Math.min(BLOCK_ROWS, data.rows());
    float[] x = new float[Math.multiplyExact(blockRows, data.inputs())];
    float[] y = new float[Math.multiplyExact(blockRows, data.outputs())];
    Backpropagation pass = new Backpropagation(network, loss, blockRows, workers);
    Tally tally = new Tally(network.architecture(), loss);
    for (int row = 0; row < data.rows(); row += blockRows) {
      int rows = Math.min(blockRows, data.rows() - row);
      data.copyRows(row, rows, x, 0, data.inputs(), y, 0, data.outputs());
      pass.loss(rows, x, y);
      tally.add(rows, pass, y);
    }
    return new Evaluation(tally.score(), tally.confusion());
  }

  /** Refuses data that a network cannot be trained or measured with. */
  static void requireFits(String name, Dataset data, Architecture architecture, Loss loss) {
    Objects.requireNonNull(data, name);
    if (data.inputs() != architecture.inputs() || data.outputs() != architecture.outputs()) {
      throw new IllegalArgumentException(
          name
              + " has rows of "
              + data.inputs()
              + " features and "
              + data.outputs()
              + " targets, but the network "
              + architecture
              + " needs "
              + architecture.inputs()
              + " and "
              + architecture.outputs());
    }
    for (int row = 0; row < data.rows(); row++) {
      try {
        loss.requireTargets(data.targets(row), 1, data.outputs());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(name + ", row " + row + ": " + e.getMessage(), e);
      }
    }
  }

  /**
   * Loss and accuracy.
   *
   * @return the score
   */
  public Score score() {
    return score;
  }

  /**
   * How often class i (row) was taken for class j (column); two classes for a single output. Rows
   * with a NaN among their outputs are in no class.
   *
   * @return a copy of the matrix, empty where outputs are no classes
   */
  public int[][] confusionMatrix() {
    int[][] copy = confusion.clone();
    for (int i = 0; i < copy.length; i++) {
      copy[i] = copy[i].clone();
    }
    return copy;
  }
}
