package dev.nn.train;

import dev.nn.Activation;
import dev.nn.ActivationFunction;
import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.CustomLoss;
import dev.nn.Loss;
import dev.nn.LossFunction;
import dev.nn.data.OneHot;
import java.util.Arrays;

/** Adds up losses, by the weights of the rows, and right answers, each as one, over batches. */
final class Tally {
  private final int outputs;
  private final boolean classes;
  private final float[] output;

  /** The sum of the losses, each times the weight of its row, and that of the weights. */
  private double lossSum;

  private double weightSum;
  private int rows;
  private int right;

  /** {@code confusion[actual][predicted]}; empty where outputs are no classes. */
  private final int[][] confusion;

  Tally(Architecture architecture, LossFunction loss) {
    this.outputs = architecture.outputs();
    this.output = new float[outputs];
    this.classes = hasClasses(architecture, loss);
    int size = classes ? Math.max(2, outputs) : 0;
    this.confusion = new int[size][size];
  }

  /** Whether outputs are classes, so that there is an accuracy. */
  static boolean hasClasses(Architecture architecture, LossFunction loss) {
    ActivationFunction output = architecture.outputActivation();
    boolean isSingle = architecture.outputs() == 1;
    if (loss instanceof CustomLoss) {
      return output == Activation.SOFTMAX || (output == Activation.SIGMOID && isSingle);
    }
    return loss == Loss.CROSS_ENTROPY || (loss == Loss.LOG_LOSS && isSingle);
  }

  void clear() {
    lossSum = 0;
    weightSum = 0;
    rows = 0;
    right = 0;
    for (int[] row : confusion) {
      Arrays.fill(row, 0);
    }
  }

  /** Adds a batch whose outputs the backpropagation still holds. */
  void add(int batchRows, Backpropagation batch, float[] y, float[] weights) {
    rows += batchRows;
    for (int row = 0; row < batchRows; row++) {
      lossSum += (double) weights[row] * batch.rowLoss(row);
      weightSum += weights[row];
      if (classes) {
        int actual = OneHot.label(y, row * outputs, outputs);
        int predicted = predicted(batch, row);
        if (predicted >= 0) {
          confusion[actual][predicted]++;
        }
        if (actual == predicted) {
          right++;
        }
      }
    }
  }

  /** The class that a row was taken for; -1, never right, if an output is NaN. */
  private int predicted(Backpropagation batch, int row) {
    for (int j = 0; j < outputs; j++) {
      output[j] = batch.output(row, j);
    }
    return OneHot.label(output, 0, outputs);
  }

  /** The sums, without the confusion. */
  double[] state() {
    return new double[] {lossSum, weightSum, rows, right};
  }

  /** Goes on where another one was, without its confusion. */
  void restore(double[] state) {
    lossSum = state[0];
    weightSum = state[1];
    rows = (int) state[2];
    right = (int) state[3];
  }

  Score score() {
    return new Score(lossSum / weightSum, classes ? (double) right / rows : Double.NaN);
  }

  int[][] confusion() {
    return copy(confusion);
  }

  static int[][] copy(int[][] matrix) {
    return Arrays.stream(matrix).map(int[]::clone).toArray(int[][]::new);
  }
}
