package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class OneHotTest {

  @Test
  void encodes() {
    assertArrayEquals(new float[][] {{0, 0, 1}, {1, 0, 0}}, OneHot.encode(new int[] {2, 0}, 3));
    assertArrayEquals(new float[0][], OneHot.encode(new int[0], 2));
  }

  @Test
  void flatEncodingIsTheSameRowByRow() {
    assertArrayEquals(new float[] {0, 0, 1, 1, 0, 0}, OneHot.encodeFlat(new int[] {2, 0}, 3));
  }

  @Test
  void decodeUndoesEncode() {
    int[] labels = {4, 0, 3, 3, 1, 2};

    assertArrayEquals(labels, OneHot.decode(OneHot.encode(labels, 5)));
  }

  @Test
  void decodesProbabilitiesToTheFirstLargest() {
    float[][] y = {{0.2f, 0.5f, 0.3f}, {0.4f, 0.2f, 0.4f}, {-3, -2, Float.NEGATIVE_INFINITY}};

    assertArrayEquals(new int[] {1, 0, 1}, OneHot.decode(y));
  }

  @Test
  void refusesLabelsOutsideTheirRange() {
    assertEquals(
        "row 1: label 3, allowed: 0 to 2", refusal(() -> OneHot.encode(new int[] {0, 3}, 3)));
    assertEquals(
        "row 0: label -1, allowed: 0 to 1", refusal(() -> OneHot.encode(new int[] {-1}, 2)));
    assertEquals("classes = 1, allowed: 2 or more", refusal(() -> OneHot.encode(new int[1], 1)));
  }

  @Test
  void refusesToDecodeWhatHasNoLargest() {
    assertEquals(
        "row 1, class 0: NaN has no order",
        refusal(() -> OneHot.decode(new float[][] {{0, 1}, {Float.NaN, 1}})));
    assertEquals(
        "row 0 has 1 values, allowed: 2 or more", refusal(() -> OneHot.decode(new float[1][1])));
  }

  @Test
  void theLabelOfARowIsItsFirstLargestOrTheSideOfAHalf() {
    float[] y = {9, 0.2f, 0.5f, 0.5f, 9};
    assertEquals(1, OneHot.label(y, 1, 3));
    assertEquals(0, OneHot.label(y, 1, 1));
    assertEquals(1, OneHot.label(y, 2, 1));
    assertEquals(0, OneHot.label(y, 0, 5));
    assertEquals(0, OneHot.label(new float[] {-0f, 0f}, 0, 2));
  }

  @Test
  void aRowWithANanHasNoLabel() {
    float[] y = {Float.NaN, 1, 2, Float.NaN};
    assertEquals(-1, OneHot.label(y, 0, 2));
    assertEquals(-1, OneHot.label(y, 2, 2));
    assertEquals(-1, OneHot.label(y, 3, 1));
    assertEquals(1, OneHot.label(y, 1, 2));
  }

  @Test
  void refusesRowsOutsideTheArray() {
    assertEquals("count = 0, allowed: 1 or more", refusal(() -> OneHot.label(new float[2], 0, 0)));
    assertThrows(IndexOutOfBoundsException.class, () -> OneHot.label(new float[2], 1, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> OneHot.label(new float[2], -1, 1));
  }

  @Test
  void namesTheArgumentThatIsNull() {
    assertEquals("labels", nullRefusal(() -> OneHot.encode(null, 2)));
    assertEquals("y", nullRefusal(() -> OneHot.decode(null)));
    assertEquals("y[1]", nullRefusal(() -> OneHot.decode(new float[][] {{1, 0}, null})));
  }

  private static String nullRefusal(Executable call) {
    return assertThrows(NullPointerException.class, call).getMessage();
  }

  private static String refusal(Runnable call) {
    return assertThrows(IllegalArgumentException.class, call::run).getMessage();
  }
}
