package dev.nn.data;

/** The rows of another source, scaled whenever they are copied. */
final class ScaledRows implements RowSource {

  private final FeatureScaler scaler;
  private final RowSource rows;

  ScaledRows(FeatureScaler scaler, RowSource rows) {
    this.scaler = scaler;
    this.rows = rows;
  }

  @Override
  public int rows() {
    return rows.rows();
  }

  @Override
  public int inputs() {
    return rows.inputs();
  }

  @Override
  public int outputs() {
    return rows.outputs();
  }

  @Override
  public void copyRows(
      int[] order,
      int from,
      int count,
      float[] xBuffer,
      int xOffset,
      int xStride,
      float[] yBuffer,
      int yOffset,
      int yStride) {
    rows.copyRows(order, from, count, xBuffer, xOffset, xStride, yBuffer, yOffset, yStride);
    for (int i = 0; i < count; i++) {
      int start = xOffset + i * xStride;
      scaler.scale(xBuffer, start);
      requireFinite(order[from + i], xBuffer, start);
    }
  }

  private void requireFinite(int row, float[] x, int start) {
    for (int k = 0; k < inputs(); k++) {
      if (!Float.isFinite(x[start + k])) {
        throw new IllegalArgumentException(
            "row %d, scaled feature %d: %s is not a finite number".formatted(row, k, x[start + k]));
      }
    }
  }

  @Override
  public void copyTargets(int row, float[] yBuffer, int yOffset) {
    rows.copyTargets(row, yBuffer, yOffset);
  }

  @Override
  public float weight(int row) {
    return rows.weight(row);
  }

  /** The source, and that it is scaled. */
  @Override
  public String toString() {
    return rows + ", scaled";
  }
}
