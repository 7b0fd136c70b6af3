package dev.nn.train;

import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.Loss;
import dev.nn.LossFunction;
import dev.nn.Network;
import dev.nn.data.RowSource;
import dev.nn.spi.Workers;
import java.util.Objects;
import java.util.Optional;

/**
 * A network measured on rows that it need not have seen: loss, accuracy and confusion matrix.
 *
 * <p>The loss is the mean by the {@linkplain RowSource#weight weights of the rows}; accuracy and
 * confusion matrix count rows, whatever their weights.
 *
 * <p>Outputs are classes with the cross-entropy, and with the log loss of a single output; with a
 * {@link dev.nn.CustomLoss}, of which the gradient is not used here, where they are softmax or a
 * single sigmoid.
 */
public final class Evaluation {
  /** Rows that go through the network together; the result does not depend on it. */
  private static final int BLOCK_ROWS = 256;

  /** The largest array that every JVM can allocate. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

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
  public static Evaluation of(Network network, RowSource data) {
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
  public static Evaluation of(Network network, RowSource data, LossFunction loss) {
    requireFits("data", data, network.architecture(), loss);
    return of(network, data, loss, Workers.caller(), Optional.empty());
  }

  /**
   * Measures a network, and shows what it answers to each row: for figures that are not here.
   *
   * @param network is not changed
   * @param data rows to measure with
   * @param loss must accept the output activation
   * @param listener called for every row in ascending order
   * @return the evaluation
   */
  public static Evaluation of(
      Network network, RowSource data, LossFunction loss, EvaluationListener listener) {
    Objects.requireNonNull(listener, "listener");
    requireFits("data", data, network.architecture(), loss);
    return of(network, data, loss, Workers.caller(), Optional.of(listener));
  }

  static Evaluation of(
      Network network,
      RowSource data,
      LossFunction loss,
      Workers workers,
      Optional<EvaluationListener> listener) {
    int blockRows =
        Math.min(
            Math.min(BLOCK_ROWS, data.rows()),
            MAX_LENGTH / Math.max(data.inputs(), data.outputs()));
    int[] order = new int[blockRows];
    float[] x = new float[blockRows * data.inputs()];
    float[] y = new float[blockRows * data.outputs()];
    float[] weights = new float[blockRows];
    Backpropagation pass = new Backpropagation(network, loss, blockRows, workers);
    Tally tally = new Tally(network.architecture(), loss);
    for (int row = 0; row < data.rows(); row += blockRows) {
      int rows = Math.min(blockRows, data.rows() - row);
      for (int i = 0; i < rows; i++) {
        order[i] = row + i;
        weights[i] = data.weight(row + i);
      }
      data.copyRows(order, 0, rows, x, 0, data.inputs(), y, 0, data.outputs());
      pass.evaluate(rows, x, y, weights);
      tally.add(rows, pass, y, weights);
      if (listener.isPresent()) {
        show(row, rows, pass, y, data.outputs(), listener.get());
      }
    }
    return new Evaluation(tally.score(), tally.confusion());
  }

  private static void show(
      int first,
      int rows,
      Backpropagation pass,
      float[] y,
      int width,
      EvaluationListener listener) {
    float[] outputs = new float[width];
    float[] targets = new float[width];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < width; j++) {
        outputs[j] = pass.output(i, j);
        targets[j] = y[i * width + j];
      }
      listener.onRow(first + i, outputs, targets);
    }
  }

  /** Refuses data that a network cannot be measured with. */
  static void requireFits(
      String name, RowSource data, Architecture architecture, LossFunction loss) {
    requireFits(name, data, architecture, loss, RowWeights.OWN);
  }

  /** Refuses data that a network cannot be trained or measured with. */
  static void requireFits(
      String name,
      RowSource data,
      Architecture architecture,
      LossFunction loss,
      RowWeights weights) {
    Objects.requireNonNull(data, name);
    if (data.rows() < 1) {
      throw new IllegalArgumentException(name + " has 0 rows, allowed: 1 or more");
    }
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
    float[] targets = new float[data.outputs()];
    boolean counts = false;
    for (int row = 0; row < data.rows(); row++) {
      data.copyTargets(row, targets, 0);
      try {
        loss.requireTargets(targets, 1, targets.length);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(name + ", row " + row + ": " + e.getMessage(), e);
      }
      counts |= weights.requireWeight(name, data, row, targets) > 0;
    }
    if (!counts) {
      throw new IllegalArgumentException(
          name + ": " + weights + " are 0, allowed: at least one above 0");
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
    return Tally.copy(confusion);
  }
}
