package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class NpyArrayTest {

  private static final NpyArray X = NpyArray.of(new double[] {1, 2, 3, 4, 5, 6}, 3, 2);

  private static String refusal(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }

  @Test
  void arraysKeepTypeAndShape() {
    assertEquals("NpyArray[FLOAT64, (3, 2)]", X.toString());
    assertEquals("NpyArray[FLOAT32, (3,)]", NpyArray.of(new float[3], 3).toString());
    assertEquals("NpyArray[INT32, ()]", NpyArray.of(new int[] {7}).toString());
    assertEquals("NpyArray[INT64, (0, 4)]", NpyArray.of(new long[0], 0, 4).toString());
    assertArrayEquals(new int[] {3, 2}, X.shape());
    assertEquals(6, X.size());
    assertEquals(NpyArray.Type.FLOAT64, X.type());
    assertEquals(8, X.type().bytes());
  }

  @Test
  void valuesAreConvertedWhenTheyAreAskedFor() {
    assertArrayEquals(new float[] {1, 2, 3, 4, 5, 6}, X.floats());
    assertArrayEquals(new long[] {1, 2, 3, 4, 5, 6}, X.longs());
    assertArrayEquals(new double[] {-7, 8}, NpyArray.of(new int[] {-7, 8}, 2).doubles());
    assertArrayEquals(
        new float[] {0.1f, Float.POSITIVE_INFINITY, Float.NaN},
        NpyArray.of(new double[] {0.1, 1e39, Double.NaN}, 3).floats());
    assertArrayEquals(new double[] {0.1f, -0.0}, NpyArray.of(new float[] {0.1f, -0f}, 2).doubles());
  }

  /** Integers that lie between two floats, or two doubles, are rounded once. */
  @Test
  void largeIntegersAreRoundedToTheNearest() {
    long[] values = new long[4 * 64 * 9];
    int count = 0;
    for (int shift = 0; shift < 64; shift++) {
      for (long middle : new long[] {0x1000001L, 0x1000003L, (1L << 53) + 1, -1L}) {
        for (int more = -4; more <= 4; more++) {
          values[count++] = (middle << shift) + more;
        }
      }
    }
    NpyArray signed = NpyArray.of(values, count);
    NpyArray unsigned = new NpyArray(NpyArray.Type.UINT64, new int[] {count}, signed.data());
    float[] signedFloats = signed.floats();
    double[] signedDoubles = signed.doubles();
    float[] floats = unsigned.floats();
    double[] doubles = unsigned.doubles();
    for (int i = 0; i < count; i++) {
      BigDecimal value = new BigDecimal(new BigInteger(Long.toUnsignedString(values[i])));
      assertEquals((float) values[i], signedFloats[i]);
      assertEquals((double) values[i], signedDoubles[i]);
      assertEquals(Float.parseFloat(value.toString()), floats[i], value::toString);
      assertEquals(Double.parseDouble(value.toString()), doubles[i], value::toString);
    }
  }

  @Test
  void onlyWholeNumbersAreLongs() {
    assertArrayEquals(
        new long[] {0, -3, 1L << 53}, NpyArray.of(new double[] {-0.0, -3, 0x1p53}, 3).longs());
    assertArrayEquals(
        new long[] {Long.MIN_VALUE}, NpyArray.of(new long[] {Long.MIN_VALUE}, 1).longs());
    for (double value : new double[] {0.5, 0x1p54, Double.NaN, Double.NEGATIVE_INFINITY}) {
      NpyArray array = NpyArray.of(new double[] {1, value}, 2);
      assertEquals(
          "value 1: " + value + ", allowed: whole numbers up to 2^53",
          assertThrows(ArithmeticException.class, array::longs).getMessage());
    }
    NpyArray unsigned =
        new NpyArray(NpyArray.Type.UINT64, new int[0], NpyArray.of(new long[] {-1}).data());
    assertEquals(
        "value 0: 18446744073709551615, allowed: at most 9223372036854775807",
        assertThrows(ArithmeticException.class, unsigned::longs).getMessage());
  }

  @Test
  void arraysAreIndependentOfWhatTheyCameFrom() {
    float[] values = {1, 2};
    int[] shape = {2};
    NpyArray array = NpyArray.of(values, shape);
    values[0] = 9;
    shape[0] = 9;
    array.floats()[1] = 9;
    array.shape()[0] = 9;

    assertEquals(NpyArray.of(new float[] {1, 2}, 2), array);
  }

  @Test
  void equalArraysHaveTypeShapeAndBitsInCommon() {
    NpyArray array = NpyArray.of(new float[] {0, 1}, 2);
    assertEquals(array.hashCode(), NpyArray.of(new float[] {0, 1}, 2).hashCode());
    for (NpyArray other :
        List.of(
            NpyArray.of(new float[] {-0f, 1}, 2),
            NpyArray.of(new float[] {0, 1}, 1, 2),
            NpyArray.of(new int[] {0, 0x3f800000}, 2))) {
      assertNotEquals(array, other);
    }
  }

  @Test
  void refusesShapesThatDoNotFit() {
    assertEquals("2 values, but the shape (3,)", refusal(() -> NpyArray.of(new float[2], 3)));
    assertEquals("0 values, but the shape ()", refusal(() -> NpyArray.of(new double[0])));
    assertEquals(
        "2 values, but the shape (65536, 65536, 65536, 65536)",
        refusal(() -> NpyArray.of(new int[2], 65536, 65536, 65536, 65536)));
    assertEquals(
        "shape (2, -1): size -1, allowed: 0 or more",
        refusal(() -> NpyArray.of(new long[2], 2, -1)));
    assertEquals(
        "65 dimensions, allowed: at most 64", refusal(() -> NpyArray.of(new int[1], new int[65])));
    assertEquals(
        "values",
        assertThrows(NullPointerException.class, () -> NpyArray.of((int[]) null, 1)).getMessage());
    assertEquals(
        "shape",
        assertThrows(NullPointerException.class, () -> NpyArray.of(new int[1], (int[]) null))
            .getMessage());
  }

  @Test
  void numbersMakeADataset() {
    NpyArray y = NpyArray.of(new float[] {7, 8, 9}, 3);

    Dataset data = Dataset.of(X, y);

    assertEquals("Dataset[3 rows, 2 inputs, 1 outputs, 0 classes]", data.toString());
    assertArrayEquals(new float[] {3, 4}, data.features(1));
    assertEquals(9, data.target(2, 0));
    assertEquals(2, Dataset.of(X, X).outputs());
  }

  @Test
  void labelsMakeADataset() {
    Dataset data = Dataset.ofLabels(X, NpyArray.of(new double[] {2, 0, 1}, 3), 4);

    assertEquals("Dataset[3 rows, 2 inputs, 4 outputs, 4 classes]", data.toString());
    assertArrayEquals(new float[] {0, 0, 1, 0}, data.targets(0));
    assertEquals(List.of("0", "1", "2", "3"), data.classNames());
    assertEquals(1, Dataset.ofLabels(X, NpyArray.of(new int[3], 3, 1), 2).target(1, 0));
  }

  @Test
  void imagesBecomeRows() {
    NpyArray images = NpyArray.of(new int[] {0, 1, 2, 3, 4, 5, 6, 7}, 2, 2, 2);

    assertArrayEquals(
        new float[] {4, 5, 6, 7}, Dataset.of(images, NpyArray.of(new int[2], 2)).features(1));
  }

  @Test
  void refusesArraysThatMakeNoDataset() {
    NpyArray two = NpyArray.of(new int[2], 2);
    NpyArray three = NpyArray.of(new int[] {0, 1, 2}, 3);
    NpyArray none = NpyArray.of(new int[0], 0, 2);
    NpyArray scalar = NpyArray.of(new int[1]);

    assertEquals(
        "x has the shape (3,), allowed: rows x inputs, or more dimensions",
        refusal(() -> Dataset.of(three, three)));
    assertEquals(
        "y has the shape (), allowed: rows x outputs, or rows",
        refusal(() -> Dataset.of(X, scalar)));
    assertEquals("3 rows of features, but 2 target rows", refusal(() -> Dataset.of(X, two)));
    assertEquals("rows = 0, allowed: 1 or more", refusal(() -> Dataset.of(none, none)));
    assertEquals(
        "inputs = 0, allowed: 1 or more",
        refusal(() -> Dataset.of(NpyArray.of(new int[0], 2, 0), two)));
    assertEquals(
        "row 1, feature 0: Infinity is not a finite number",
        refusal(() -> Dataset.of(NpyArray.of(new double[] {0, 1e39}, 2, 1), two)));
    assertEquals("3 rows of features, but 2 labels", refusal(() -> Dataset.ofLabels(X, two, 2)));
    assertEquals(
        "labels has the shape (), allowed: rows, or rows x 1",
        refusal(() -> Dataset.ofLabels(X, scalar, 2)));
    assertEquals(
        "labels has the shape (3, 2), allowed: rows, or rows x 1",
        refusal(() -> Dataset.ofLabels(X, X, 2)));
    assertEquals("row 2: label 2, allowed: 0 to 1", refusal(() -> Dataset.ofLabels(X, three, 2)));
    assertEquals("classes = 1, allowed: 2 or more", refusal(() -> Dataset.ofLabels(X, three, 1)));
    assertEquals(
        "labels, value 1: 0.5, allowed: whole numbers up to 2^53",
        refusal(() -> Dataset.ofLabels(X, NpyArray.of(new double[] {0, 0.5, 1}, 3), 2)));
    assertEquals(
        "row 0: label 2147483647, allowed: 0 to 1",
        refusal(() -> Dataset.ofLabels(X, NpyArray.of(new long[] {1L << 32, 0, 0}, 3), 2)));
    assertEquals(
        "rows = 0, allowed: 1 or more",
        refusal(() -> Dataset.ofLabels(none, NpyArray.of(new int[0], 0), 2)));
    assertEquals(
        "labels",
        assertThrows(NullPointerException.class, () -> Dataset.ofLabels(X, null, 2)).getMessage());
  }
}
