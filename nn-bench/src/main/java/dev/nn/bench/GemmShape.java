package dev.nn.bench;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sizes of a matrix product, C (m x n) = A (m x k) B (k x n).
 *
 * @param m rows of C
 * @param n columns of C
 * @param k length of the sums
 */
record GemmShape(int m, int n, int k) {
  private static final Pattern TEXT =
      Pattern.compile("([1-9][0-9]{0,5})x([1-9][0-9]{0,5})x([1-9][0-9]{0,5})");

  /**
   * Reads {@code mxnxk}.
   *
   * @throws IllegalArgumentException if the text is something else
   */
  static GemmShape parse(String text) {
    Matcher sizes = TEXT.matcher(text);
    if (!sizes.matches()) {
      throw new IllegalArgumentException(
          "shape '" + text + "' is not of the form mxnxk, such as 512x512x512");
    }
    return new GemmShape(
        Integer.parseInt(sizes.group(1)),
        Integer.parseInt(sizes.group(2)),
        Integer.parseInt(sizes.group(3)));
  }

  /** Floating-point operations: a multiplication and an addition for each i, j and k. */
  double flops() {
    return 2.0 * m * n * k;
  }
}
