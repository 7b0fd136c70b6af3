package dev.nn.bench;

import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.data.Split;
import java.util.List;
import java.util.Locale;

/**
 * Rows to learn and rows to test with, for classification.
 *
 * @param name where they come from
 * @param split the rows to learn, and the rows to validate and test with
 */
record TrainingData(String name, Split split) {
  /** The share of rows that is held back where the data bring no test rows of their own. */
  private static final double TEST_FRACTION = 0.2;

  /** A fifth of each class for the test. */
  static TrainingData divide(String name, Dataset data, long seed) {
    return new TrainingData(name, data.stratifiedSplit(TEST_FRACTION, seed));
  }

  /** The same rows with every feature at mean 0 and standard deviation 1 over the training rows. */
  TrainingData standardized() {
    FeatureScaler scaler = FeatureScaler.standardize(train());
    return new TrainingData(name, new Split(scaler.apply(train()), scaler.apply(test())));
  }

  /** The same rows with names for the classes. */
  TrainingData withClassNames(List<String> names) {
    return new TrainingData(
        name, new Split(train().withClassNames(names), test().withClassNames(names)));
  }

  Dataset train() {
    return split.train();
  }

  Dataset test() {
    return split.test();
  }

  /** The sizes on one line. */
  String describe() {
    return String.format(
        Locale.ROOT,
        "%s, %d training rows, %d test rows, %d features, %d classes",
        name,
        train().rows(),
        test().rows(),
        train().inputs(),
        train().outputs());
  }
}
