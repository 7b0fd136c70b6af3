package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ClassWeightsTest {

  private static Dataset labelled(int classes, int... labels) {
    return Dataset.ofLabels(new float[labels.length][1], labels, classes);
  }

  private static Dataset binary(float... targets) {
    return Dataset.of(targets.length, 1, 1, new float[targets.length], targets);
  }

  private static void refused(RowSource rows, String... words) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ClassWeights.balanced(rows))
            .getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }

  /** Of scikit-learn: compute_class_weight("balanced", classes=[0, 1, 2], y=[0, 2, 2, 1, 2, 2]). */
  @Test
  void areRowsOverClassesAndRowsOfTheClass() {
    assertArrayEquals(
        new float[] {2, 2, 0.5f}, ClassWeights.balanced(labelled(3, 0, 2, 2, 1, 2, 2)));
    assertArrayEquals(new float[] {1, 1}, ClassWeights.balanced(labelled(2, 1, 0, 0, 1)));
  }

  @Test
  void oneTargetTellsTwoClasses() {
    assertArrayEquals(
        new float[] {(float) (5 / 2.0), (float) (5 / 8.0)},
        ClassWeights.balanced(binary(1, 1, 0, 1, 1)));
  }

  /** A row of weight 2 is two rows. */
  @Test
  void rowsAreCountedWithTheirWeights() {
    Dataset weighted = labelled(3, 0, 2, 1, 2).withWeights(new float[] {1, 3, 1, 1});
    assertArrayEquals(new float[] {2, 2, 0.5f}, ClassWeights.balanced(weighted));
  }

  @Test
  void aClassWithoutRowsIsRefused() {
    refused(labelled(3, 0, 2, 2), "class 1", "every class");
    refused(labelled(2, 0, 1).withWeights(new float[] {1, 0}), "class 1", "weight above 0");
    refused(binary(0, 0), "class 1");
  }

  @Test
  void whatIsNoClassIsRefused() {
    refused(binary(0, 1, 0.5f), "row 2", "target 0", "0.5", "0 or 1");
    float[][] x = {{0}, {0}};
    refused(Dataset.of(x, new float[][] {{1, 0}, {1, 1}}), "row 1", "2 targets that are 1");
    refused(Dataset.of(x, new float[][] {{0, 0}, {1, 0}}), "row 0", "0 targets that are 1");
    refused(Dataset.of(x, new float[][] {{1, 0}, {0, 0.25f}}), "row 1", "target 1", "0.25");
  }

  @Test
  void mappedOrScaledRowsDoAsWell() {
    Dataset rows = labelled(2, 0, 1, 1).withWeights(new float[] {4, 1, 1});
    RowSource view = FeatureScaler.standardize(rows).view(rows);
    assertArrayEquals(ClassWeights.balanced(rows), ClassWeights.balanced(view));
    assertEquals(0.75f, ClassWeights.balanced(view)[0]);
  }
}
