package dev.nn;

/** Rows of a public call, checked and laid out flat. */
final class Rows {
  private Rows() {}

  static float[] flatten(String name, float[][] values, int rows, int columns) {
    if (values.length != rows) {
      throw new IllegalArgumentException(
          name + " has " + values.length + " rows, expected " + rows);
    }
    float[] flat = new float[Math.multiplyExact(rows, columns)];
    for (int i = 0; i < rows; i++) {
      if (values[i].length != columns) {
        throw new IllegalArgumentException(
            name + "[" + i + "] has " + values[i].length + " elements, expected " + columns);
      }
      System.arraycopy(values[i], 0, flat, i * columns, columns);
    }
    return flat;
  }

  static float[][] unflatten(float[] flat, int rows, int columns) {
    float[][] values = new float[rows][columns];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(flat, i * columns, values[i], 0, columns);
    }
    return values;
  }

  static void requireFinite(String name, float[] flat, int columns) {
    for (int i = 0; i < flat.length; i++) {
      if (!Float.isFinite(flat[i])) {
        throw new IllegalArgumentException(
            name
                + " must be finite, but row "
                + i / columns
                + ", column "
                + i % columns
                + " is "
                + flat[i]);
      }
    }
  }

  static boolean areFinite(float[] values, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (!Float.isFinite(values[i])) {
        return false;
      }
    }
    return true;
  }
}
