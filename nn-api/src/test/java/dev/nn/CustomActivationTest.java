package dev.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class CustomActivationTest {
  private static final CustomActivation SQUARE =
      new CustomActivation("square", z -> z * z, z -> 2 * z);

  @Test
  void needsANameAndBothFunctions() {
    assertTrue(
        assertThrows(
                IllegalArgumentException.class, () -> new CustomActivation(" ", z -> z, z -> 1))
            .getMessage()
            .contains("name"));
    assertThrows(NullPointerException.class, () -> new CustomActivation("g", null, z -> 1));
    assertThrows(NullPointerException.class, () -> new CustomActivation("g", z -> z, null));
  }

  @Test
  void goesWithLossesOfDifferences() {
    assertTrue(Loss.SQUARED_ERROR.accepts(SQUARE) && Loss.HUBER.accepts(SQUARE));
    assertEquals(Loss.SQUARED_ERROR, Loss.matching(SQUARE));
    assertThrows(IllegalArgumentException.class, () -> Loss.CROSS_ENTROPY.requireAccepts(SQUARE));
    assertThrows(IllegalArgumentException.class, () -> Loss.LOG_LOSS.requireAccepts(SQUARE));
  }

  @Test
  void isNamedInArchitectures() {
    assertEquals(
        "2-3 square-1 identity",
        Architecture.input(2).dense(3, SQUARE).dense(1, Activation.IDENTITY).toString());
  }
}
