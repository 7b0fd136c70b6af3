package dev.nn.data;

import java.util.Objects;

/**
 * y[i][c] = 1 if c = label[i], else 0: class labels as the targets of a softmax output, and back.
 */
public final class OneHot {

  private OneHot() {}

  /**
   * y[i][c] = 1 if c = labels[i], else 0.
   *
   * @param labels n labels, each in 0 .. classes-1
   * @param classes number of classes, at least 2
   * @return n x classes, newly allocated
   * @throws IllegalArgumentException if a label is outside its range, or classes below 2
   */
  public static float[][] encode(int[] labels, int classes) {
    Objects.requireNonNull(labels, "labels");
    requireLabels(labels, classes);
    float[][] y = new float[labels.length][classes];
    for (int i = 0; i < labels.length; i++) {
      y[i][labels[i]] = 1;
    }
    return y;
  }

  /**
   * label[i] = the smallest c with y[i][c] = max y[i]: undoes {@link #encode}, and reads the class
   * off predicted probabilities.
   *
   * @param y n rows, each of 2 or more values; rows may differ in length
   * @return n labels, newly allocated
   * @throws IllegalArgumentException if a row has fewer than 2 values or contains NaN
   */
  public static int[] decode(float[][] y) {
    Shapes.requireNonNulls("y", y);
    int[] labels = new int[y.length];
    for (int i = 0; i < y.length; i++) {
      if (y[i].length < 2) {
        throw new IllegalArgumentException(
            "row %d has %d values, allowed: 2 or more".formatted(i, y[i].length));
      }
      for (int c = 0; c < y[i].length; c++) {
        if (Float.isNaN(y[i][c])) {
          throw new IllegalArgumentException("row %d, class %d: NaN has no order".formatted(i, c));
        }
      }
      labels[i] = argMax(y[i], 0, y[i].length);
    }
    return labels;
  }

  /**
   * label = the smallest c with y[c] = max y; for a single value 1 if it is 0.5 or more, else 0.
   *
   * <p>This is the class that targets stand for, and the one that outputs predict. A row with a NaN
   * predicts none.
   *
   * @param y holds the targets or outputs of a row
   * @param offset where they begin
   * @param count how many they are, at least 1
   * @return the label, or -1 if a value is NaN
   * @throws IndexOutOfBoundsException if the array has no such range
   * @throws IllegalArgumentException if count is below 1
   */
  public static int label(float[] y, int offset, int count) {
    Shapes.requirePositive("count", count);
    Objects.checkFromIndexSize(offset, count, y.length);
    for (int c = 0; c < count; c++) {
      if (Float.isNaN(y[offset + c])) {
        return -1;
      }
    }
    return count == 1 ? (y[offset] >= 0.5f ? 1 : 0) : argMax(y, offset, count);
  }

  /** Row-major n x classes in one array. Labels must have passed {@link #requireLabels}. */
  static float[] encodeFlat(int[] labels, int classes) {
    float[] y = new float[Shapes.product("labels", labels.length, "classes", classes)];
    for (int i = 0; i < labels.length; i++) {
      y[i * classes + labels[i]] = 1;
    }
    return y;
  }

  /** The first position, relative to offset, of the largest of {@code count} values. */
  static int argMax(float[] y, int offset, int count) {
    int best = 0;
    for (int c = 1; c < count; c++) {
      if (y[offset + c] > y[offset + best]) {
        best = c;
      }
    }
    return best;
  }

  static void requireLabels(int[] labels, int classes) {
    if (classes < 2) {
      throw new IllegalArgumentException("classes = " + classes + ", allowed: 2 or more");
    }
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= classes) {
        throw new IllegalArgumentException(
            "row %d: label %d, allowed: 0 to %d".formatted(i, labels[i], classes - 1));
      }
    }
  }
}
