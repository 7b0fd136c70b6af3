package dev.nn.bench;

import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.data.Split;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Rows as their files have them, divided into those to learn and those to test with.
 *
 * @param name where they come from
 * @param task what their targets are
 * @param split the rows to learn, and the rows to test with
 * @param scaling how networks take features, by the rows to learn
 */
record LoadedData(String name, Task task, Split split, Function<Dataset, FeatureScaler> scaling) {
  /** The share of rows that is held back where the data bring no test rows of their own. */
  private static final double TEST_FRACTION = 0.2;

  /** A fifth for the test, of each class where there are classes. */
  static LoadedData divide(
      String name, Task task, Dataset data, Function<Dataset, FeatureScaler> scaling, long seed) {
    return new LoadedData(name, task, divide(task, data, TEST_FRACTION, seed), scaling);
  }

  private static Split divide(Task task, Dataset data, double fraction, long seed) {
    return task == Task.CLASSIFICATION
        ? data.stratifiedSplit(fraction, seed)
        : data.split(fraction, seed);
  }

  private Split hold(double share, long seed) {
    int rows = split.train().rows();
    long held = Math.round(rows * share);
    if (held == 0 || held == rows) {
      throw new IllegalArgumentException(
          "holds back %d of %d training rows: neither part may be empty".formatted(held, rows));
    }
    return divide(task, split.train(), share, seed);
  }

  /** The same rows with names for the classes. */
  LoadedData withClassNames(List<String> names) {
    Split named =
        new Split(split.train().withClassNames(names), split.test().withClassNames(names));
    return new LoadedData(name, task, named, scaling);
  }

  /**
   * Holds back some of the rows to learn, and scales all by the others: features as the data want
   * it; numbers to be learned to mean 0 and standard deviation 1, so that learning rates do not
   * depend on their units.
   *
   * @param validation the share to hold back, of each class where there are classes
   * @throws IllegalArgumentException if nothing would be held back, or everything
   */
  TrainingData prepare(OptionalDouble validation, long seed) {
    // another seed than that of the test rows: neither shuffle says anything of the other
    Optional<Split> held =
        validation.isPresent()
            ? Optional.of(hold(validation.getAsDouble(), seed + 1))
            : Optional.empty();
    Dataset train = held.map(Split::train).orElse(split.train());
    FeatureScaler scaler = scaling.apply(train);
    TrainingData rows =
        new TrainingData(
                name, task, train, held.map(Split::test), split.test(), scaler, Optional.empty())
            .map(scaler::apply);
    return task == Task.REGRESSION ? rows.withStandardizedTargets() : rows;
  }
}
