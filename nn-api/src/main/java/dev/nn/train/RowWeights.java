package dev.nn.train;

import dev.nn.Architecture;
import dev.nn.LossFunction;
import dev.nn.data.OneHot;
import dev.nn.data.RowSource;
import java.util.Arrays;

/**
 * How much the rows of a training or an evaluation count: their own weights, times their class's.
 */
final class RowWeights {
  /** The weights of rows alone. */
  static final RowWeights OWN = new RowWeights(new float[0], 1);

  /** {@code c[class]}; none if classes have no weights. */
  private final float[] ofClasses;

  private final int outputs;

  private RowWeights(float[] ofClasses, int outputs) {
    this.ofClasses = ofClasses;
    this.outputs = outputs;
  }

  /**
   * The weights of rows times those of their classes.
   *
   * @param ofClasses one for each class, or none
   * @throws IllegalArgumentException if there are some, but outputs are no classes, or are not as
   *     many
   */
  static RowWeights of(float[] ofClasses, Architecture architecture, LossFunction loss) {
    if (ofClasses.length == 0) {
      return OWN;
    }
    if (!Tally.hasClasses(architecture, loss)) {
      throw new IllegalArgumentException(
          "classWeights are %s, but outputs of %s with the loss %s are no classes"
              .formatted(Arrays.toString(ofClasses), architecture, loss));
    }
    int classes = Math.max(2, architecture.outputs());
    if (ofClasses.length != classes) {
      throw new IllegalArgumentException(
          "classWeights are %s, but outputs of %s are %d classes, which need one each"
              .formatted(Arrays.toString(ofClasses), architecture, classes));
    }
    return new RowWeights(ofClasses, architecture.outputs());
  }

  /** {@code w = w[row] c[class]}, the class being that of the targets at an offset. */
  float weight(RowSource source, int row, float[] y, int offset) {
    float weight = source.weight(row);
    return ofClasses.length == 0 ? weight : weight * ofClasses[OneHot.label(y, offset, outputs)];
  }

  /** The same, checked. */
  float requireWeight(String name, RowSource source, int row, float[] y) {
    float own = source.weight(row);
    if (!(own >= 0 && own <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "%s, row %d: weight must be finite and not negative, but is %s"
              .formatted(name, row, own));
    }
    float weight = weight(source, row, y, 0);
    if (!Float.isFinite(weight)) {
      throw new IllegalArgumentException(
          "%s, row %d: weight %s times that of its class is too large for a float"
              .formatted(name, row, own));
    }
    return weight;
  }

  /** What the weights are, for a message. */
  @Override
  public String toString() {
    return ofClasses.length == 0
        ? "the weights of all rows"
        : "the weights of all rows times " + Arrays.toString(ofClasses) + " of their classes";
  }
}
