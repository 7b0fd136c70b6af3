package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import dev.nn.Loss;
import org.junit.jupiter.api.Test;

class LabelSmoothingTest {
  /** Several threads smooth parts of a batch: what is beside a part stays as it is. */
  @Test
  void onlyTheGivenPartIsSmoothed() {
    float[] y = {1, 0, 0, 1, 1, 0, 0, 1};
    new LabelSmoothing(0.5, Loss.CROSS_ENTROPY, 2).smooth(y, 2, 6);
    assertArrayEquals(new float[] {1, 0, 0.25f, 0.75f, 0.75f, 0.25f, 0, 1}, y);
  }

  @Test
  void withoutSmoothingAnyLossWillDo() {
    float[] y = {-3, -0f, 7};
    new LabelSmoothing(0, Loss.SQUARED_ERROR, 3).smooth(y, 0, 3);
    assertArrayEquals(new float[] {-3, -0f, 7}, y);
  }
}
