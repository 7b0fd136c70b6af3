package dev.nn;

/**
 * {@code A = R Q} with {@code Q Q^T = I} and R lower triangular, its diagonal positive: the
 * modified Gram-Schmidt method, in double.
 *
 * <p>The positive diagonal makes Q unique, so that normal A give uniformly distributed Q. With
 * rounding, what is left over of a vector that nearly depends on those before it is not orthogonal
 * to them; a second pass makes it so, and a third would not do better ("twice is enough").
 *
 * <p>Source: L. Giraud, J. Langou, M. Rozložník, "The loss of orthogonality in the Gram-Schmidt
 * orthogonalization process", Computers and Mathematics with Applications 50, 2005.
 */
final class GramSchmidt {
  private GramSchmidt() {}

  /**
   * Makes rows orthogonal and of length 1, each from itself and those before it.
   *
   * @param rows count x length; A on entry, Q on return
   * @param count at most length
   * @param length of a row
   */
  static void orthonormalize(double[] rows, int count, int length) {
    for (int i = 0; i < count; i++) {
      int row = i * length;
      for (int pass = 1; pass <= 2; pass++) {
        for (int j = 0; j < i; j++) {
          subtract(dot(rows, row, j * length, length), rows, j * length, row, length);
        }
        divide(rows, row, Math.sqrt(dot(rows, row, row, length)), length);
      }
    }
  }

  /** {@code sum_e a[e] b[e]} in four partial sums, e modulo 4, so that additions need not wait. */
  private static double dot(double[] rows, int a, int b, int length) {
    double s0 = 0;
    double s1 = 0;
    double s2 = 0;
    double s3 = 0;
    int e = 0;
    for (; e < length - 3; e += 4) {
      s0 += rows[a + e] * rows[b + e];
      s1 += rows[a + e + 1] * rows[b + e + 1];
      s2 += rows[a + e + 2] * rows[b + e + 2];
      s3 += rows[a + e + 3] * rows[b + e + 3];
    }
    for (; e < length; e++) {
      s0 += rows[a + e] * rows[b + e];
    }
    return (s0 + s1) + (s2 + s3);
  }

  /** {@code to[e] = to[e] - factor from[e]}, product and difference rounded. */
  private static void subtract(double factor, double[] rows, int from, int to, int length) {
    for (int e = 0; e < length; e++) {
      rows[to + e] -= factor * rows[from + e];
    }
  }

  private static void divide(double[] rows, int row, double divisor, int length) {
    for (int e = 0; e < length; e++) {
      rows[row + e] /= divisor;
    }
  }
}
