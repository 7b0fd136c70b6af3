package dev.nn.data;

import java.util.Objects;

/**
 * {@code weight[c]}: how much each row of class c counts in a training, where some classes have far
 * fewer rows than others and yet shall be learned.
 */
public final class ClassWeights {

  private ClassWeights() {}

  /**
   * {@code weight[c] = n / (K n_c)} with n rows, K classes and n_c rows of class c: every class has
   * the same total weight, n / K.
   *
   * <p>Rows that have weights of their own are counted with them: n and n_c are sums of weights.
   *
   * <p>What scikit-learn calls "balanced". Source: G. King, L. Zeng, "Logistic regression in rare
   * events data", Political Analysis 9, 2001.
   *
   * @param rows of K = 2 or more one-hot targets each, or of one that is 0 or 1 and so tells K = 2
   *     classes
   * @return K weights, newly allocated
   * @throws IllegalArgumentException if targets are not one-hot, as those of a regression or of
   *     several labels, a weight is negative or not finite, or a class has no rows (of a weight
   *     above 0): no weight makes up for that
   */
  public static float[] balanced(RowSource rows) {
    Objects.requireNonNull(rows, "rows");
    float[] y = new float[rows.outputs()];
    double[] sums = new double[Math.max(2, y.length)];
    double total = 0;
    for (int row = 0; row < rows.rows(); row++) {
      rows.copyTargets(row, y, 0);
      requireOneHot(row, y);
      float weight = Shapes.requireWeight(row, rows.weight(row));
      sums[OneHot.label(y, 0, y.length)] += weight;
      total += weight;
    }
    float[] weights = new float[sums.length];
    for (int c = 0; c < weights.length; c++) {
      if (sums[c] == 0) {
        throw new IllegalArgumentException(
            "class %d has no rows of a weight above 0: balanced weights need some of every class"
                .formatted(c));
      }
      weights[c] = (float) (total / (weights.length * sums[c]));
    }
    return weights;
  }

  private static void requireOneHot(int row, float[] y) {
    int ones = 0;
    for (int c = 0; c < y.length; c++) {
      if (y[c] != 0 && y[c] != 1) {
        throw new IllegalArgumentException(
            "row %d, target %d is %s, allowed: 0 or 1, as only classes have weights"
                .formatted(row, c, y[c]));
      }
      ones += y[c] == 1 ? 1 : 0;
    }
    if (y.length > 1 && ones != 1) {
      throw new IllegalArgumentException(
          "row %d has %d targets that are 1, allowed: one, as only classes have weights"
              .formatted(row, ones));
    }
  }
}
