package dev.nn.data;

/**
 * rows x inputs features and rows x outputs targets, float32, wherever they are kept: what a
 * training or an evaluation reads.
 *
 * <p>In memory that is a {@link Dataset}; {@link IdxFiles#map} reads rows from files of any length,
 * and {@link FeatureScaler#view} scales those of another source on the way.
 *
 * <p>A source has at least one row, one input and one output, every value is finite, and a row has
 * the same values and weight whenever and by whomever it is copied. Rows count from 0. Several
 * threads may copy rows at the same time: the threads of a training share the rows of a large batch
 * out.
 */
public interface RowSource {

  /**
   * Number of rows.
   *
   * @return at least 1
   */
  int rows();

  /**
   * Number of features of a row: the inputs of a network that fits.
   *
   * @return at least 1
   */
  int inputs();

  /**
   * Number of targets of a row: the outputs of a network that fits.
   *
   * @return at least 1
   */
  int outputs();

  /**
   * Gathers rows: xBuffer[xOffset + i * xStride + k] = x[order[from + i]][k] for i in 0 .. count-1,
   * and likewise the targets.
   *
   * <p>Allocates nothing. Values between the rows (padding) stay as they are. All arguments are
   * checked before the first value is written.
   *
   * @param order row numbers, each in 0 .. rows-1
   * @param from first position in order
   * @param count number of rows to copy
   * @param xBuffer receives the features; overwritten
   * @param xOffset where the first row of features begins
   * @param xStride from the beginning of a row of features to the next, at least inputs
   * @param yBuffer receives the targets; overwritten; not the array of the features
   * @param yOffset where the first row of targets begins
   * @param yStride from the beginning of a row of targets to the next, at least outputs
   * @throws IndexOutOfBoundsException if a position is outside order, a row outside this source, or
   *     a buffer too short
   * @throws IllegalArgumentException if a stride is too small
   * @throws java.io.UncheckedIOException if rows that are not in memory can no longer be read
   */
  void copyRows(
      int[] order,
      int from,
      int count,
      float[] xBuffer,
      int xOffset,
      int xStride,
      float[] yBuffer,
      int yOffset,
      int yStride);

  /**
   * The targets of one row without its features: yBuffer[yOffset + j] = y[row][j]. A training looks
   * at the targets of all rows before its first step.
   *
   * <p>Allocates nothing.
   *
   * @param row in 0 .. rows-1
   * @param yBuffer receives outputs values; overwritten
   * @param yOffset where the first goes
   * @throws IndexOutOfBoundsException if there is no such row, or the buffer is too short
   * @throws java.io.UncheckedIOException if rows that are not in memory can no longer be read
   */
  void copyTargets(int row, float[] yBuffer, int yOffset);

  /**
   * How much a row counts, beside the others: in the loss of a batch, an epoch or an evaluation,
   * {@code sum_i w_i L_i / sum_i w_i}, and so in what is learned. A row of weight 2 is the row
   * twice; weights that are all equal are no weights.
   *
   * <p>Allocates nothing.
   *
   * @param row in 0 .. rows-1
   * @return w, finite and not negative; 1 if the source says nothing else
   * @throws IndexOutOfBoundsException if there is no such row
   */
  default float weight(int row) {
    Shapes.requireIndex("row", row, rows());
    return 1;
  }
}
