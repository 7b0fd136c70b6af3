package dev.nn.bench;

import dev.nn.Model;
import dev.nn.Network;
import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Rows as a network takes them.
 *
 * @param name where they come from
 * @param task what the targets are
 * @param train the rows to learn
 * @param validation rows held back from them, if that was asked for
 * @param test the rows to test with
 * @param featureScaler how features were scaled
 * @param targetScaler how numbers to be learned were scaled, if they were
 */
record TrainingData(
    String name,
    Task task,
    Dataset train,
    Optional<Dataset> validation,
    Dataset test,
    FeatureScaler featureScaler,
    Optional<FeatureScaler> targetScaler) {

  /** The rows that are measured after each epoch: without validation rows those of the test. */
  Dataset measured() {
    return validation.orElse(test);
  }

  /** The same with every part changed. */
  TrainingData map(UnaryOperator<Dataset> change) {
    return new TrainingData(
        name,
        task,
        change.apply(train),
        validation.map(change),
        change.apply(test),
        featureScaler,
        targetScaler);
  }

  /** The same rows with every target at mean 0 and standard deviation 1 over the training rows. */
  TrainingData withStandardizedTargets() {
    FeatureScaler scaler = FeatureScaler.standardize(targetsAsFeatures(train));
    TrainingData scaled = map(part -> withTargets(part, scaler.apply(targetsAsFeatures(part))));
    return new TrainingData(
        name,
        task,
        scaled.train,
        scaled.validation,
        scaled.test,
        featureScaler,
        Optional.of(scaler));
  }

  private static Dataset targetsAsFeatures(Dataset data) {
    float[] y = targets(data);
    return Dataset.of(data.rows(), data.outputs(), data.outputs(), y, y);
  }

  private static Dataset withTargets(Dataset data, Dataset targets) {
    float[] x = features(data);
    Dataset scaled = Dataset.of(data.rows(), data.inputs(), data.outputs(), x, features(targets));
    return data.targetNames().isEmpty() // as features, by a header
        ? scaled
        : scaled.withFeatureNames(data.featureNames()).withTargetNames(data.targetNames());
  }

  private static float[] features(Dataset data) {
    float[] x = new float[data.rows() * data.inputs()];
    float[] y = new float[data.rows() * data.outputs()];
    data.copyRows(0, data.rows(), x, 0, data.inputs(), y, 0, data.outputs());
    return x;
  }

  private static float[] targets(Dataset data) {
    float[] y = new float[data.rows() * data.outputs()];
    for (int row = 0; row < data.rows(); row++) {
      data.copyTargets(row, y, row * data.outputs());
    }
    return y;
  }

  /** A network with all that its predictions need besides. */
  Model model(Network network) {
    Model model = Model.of(network).withFeatureScaler(featureScaler);
    model = targetScaler.map(model::withTargetScaler).orElse(model);
    return model.withOutputNames(
        task == Task.CLASSIFICATION ? train.classNames() : train.targetNames());
  }

  /** Outputs or targets of a row in the units of the file. */
  float[] inUnits(float[] row) {
    return targetScaler.map(scaler -> scaler.inverse(row)).orElse(row);
  }

  /** The sizes on one line. */
  String describe() {
    return String.format(
        Locale.ROOT,
        "%s, %d training rows, %s%d test rows, %d features, %d %s",
        name,
        train.rows(),
        validation.map(rows -> rows.rows() + " validation rows, ").orElse(""),
        test.rows(),
        train.inputs(),
        train.outputs(),
        task.outputs());
  }
}
