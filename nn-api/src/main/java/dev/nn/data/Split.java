package dev.nn.data;

import java.util.Objects;

/**
 * A data set in two parts that share no row.
 *
 * @param train the rows to learn from
 * @param test the rows held back
 */
public record Split(Dataset train, Dataset test) {

  /**
   * Pairs two data sets.
   *
   * @param train the rows to learn from
   * @param test the rows held back
   * @throws NullPointerException if a part is null
   * @throws IllegalArgumentException if the parts differ in inputs or outputs
   */
  public Split {
    Objects.requireNonNull(train, "train");
    Objects.requireNonNull(test, "test");
    if (train.inputs() != test.inputs() || train.outputs() != test.outputs()) {
      throw new IllegalArgumentException(
          "train is %d -> %d, test is %d -> %d: both parts need the same inputs and outputs"
              .formatted(train.inputs(), train.outputs(), test.inputs(), test.outputs()));
    }
  }
}
