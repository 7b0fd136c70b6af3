package dev.nn.train;

import dev.nn.Loss;
import dev.nn.LossFunction;

/**
 * {@code y' = fma(1 - epsilon, y, epsilon / K)} of the targets of training rows, K the number of
 * classes: those of a softmax, or the two of each sigmoid output. Both factors are rounded once.
 *
 * <p>Source: C. Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR
 * 2016.
 */
final class LabelSmoothing {
  private final float kept;
  private final float share;

  /**
   * For a loss of classes.
   *
   * @param epsilon at least 0 and below 1
   */
  LabelSmoothing(double epsilon, LossFunction loss, int outputs) {
    if (epsilon != 0 && loss != Loss.CROSS_ENTROPY && loss != Loss.LOG_LOSS) {
      throw new IllegalArgumentException(
          "labelSmoothing is "
              + epsilon
              + ", but the loss "
              + loss
              + " is not known to be one of labels: allowed is 0, or CROSS_ENTROPY or LOG_LOSS");
    }
    this.kept = (float) (1 - epsilon);
    this.share = (float) (epsilon / (loss == Loss.CROSS_ENTROPY ? outputs : 2));
  }

  /** Smooths targets in place. */
  void smooth(float[] y, int from, int end) {
    if (share == 0) {
      return;
    }
    for (int i = from; i < end; i++) {
      y[i] = Math.fma(kept, y[i], share);
    }
  }
}
