package dev.nn.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapesTest {
  @ParameterizedTest
  @CsvSource({
    // length, offset, stride, rows, columns
    "12, 0, 4, 3, 4",
    "12, 1, 4, 3, 3",
    "14, 0, 5, 3, 4",
    "20, 2, 7, 3, 4",
    "4, 0, 4, 1, 4",
    "4, 0, 0, 1, 4", // one row has no next one
    "0, 0, 0, 0, 0",
    "0, 5, 0, 0, 4",
    "0, 5, 0, 4, 0",
  })
  void matricesThatFit(int length, int offset, int stride, int rows, int columns) {
    Shapes.requireMatrix("x", new float[length], offset, stride, rows, columns);
  }

  @ParameterizedTest
  @CsvSource({
    "11, 0, 4, 3, 4",
    "12, 1, 4, 3, 4",
    "12, -1, 4, 3, 4",
    "13, 0, 5, 3, 4",
    "12, 0, 3, 3, 4",
    "12, 0, 0, 3, 4",
    "12, 0, -4, 3, 4",
    "12, 0, 4, -1, 4",
    "12, 0, 4, 3, -1",
    "12, 0, 4, -1, 0",
    "12, 0, 4, 0, -1",
    "0, 0, 1, 1, 1",
    // Products and sums that do not fit an int.
    "12, 0, 1073741824, 5, 4",
    "12, 2147483647, 4, 3, 4",
    "12, 2147483647, 2147483647, 2147483647, 4",
    "12, -2147483648, 4, 3, 4",
  })
  void matricesThatDoNotFit(int length, int offset, int stride, int rows, int columns) {
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () ->
                    Shapes.requireMatrix(
                        "theName", new float[length], offset, stride, rows, columns))
            .getMessage();
    assertTrue(message.startsWith("theName "), message);
    assertTrue(message.contains(rows + " x " + columns), message);
    if (rows >= 0 && columns >= 0) {
      assertEquals(
          "theName of "
              + rows
              + " x "
              + columns
              + " with offset "
              + offset
              + " and row stride "
              + stride
              + " does not fit an array of "
              + length,
          message);
    }
  }

  @Test
  void vectors() {
    float[] values = new float[5];
    Shapes.requireVector("v", values, 0, 5);
    Shapes.requireVector("v", values, 3, 2);
    Shapes.requireVector("v", values, 5, 0);
    for (int[] bad : new int[][] {{0, 6}, {1, 5}, {-1, 3}, {0, -1}, {Integer.MAX_VALUE, 2}}) {
      assertThrows(
          IllegalArgumentException.class,
          () -> Shapes.requireVector("v", values, bad[0], bad[1]),
          () -> "offset " + bad[0] + ", length " + bad[1]);
    }
  }

  @Test
  void lengths() {
    Shapes.requireLength("v", new float[5], 5);
    for (int expected : new int[] {4, 6, -1}) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> Shapes.requireLength("v", new float[5], expected))
              .getMessage();
      assertEquals("v has 5 elements, expected " + expected, message);
    }
  }
}
