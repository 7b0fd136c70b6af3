package dev.nn.bench;

import dev.nn.Network;
import dev.nn.data.Dataset;
import dev.nn.metrics.ClassificationReport;
import dev.nn.metrics.MultiLabelReport;
import dev.nn.metrics.RegressionReport;
import dev.nn.train.Evaluation;
import java.io.PrintWriter;
import java.util.Locale;

/** What a network is worth on the test rows. */
final class TestReport {
  private TestReport() {}

  /**
   * Prints a line with the figures of the task; the confusion matrix where there are classes.
   *
   * @param full whether the figures of each class, label or target follow
   */
  static void print(Network network, TrainingData data, boolean full, PrintWriter out) {
    Dataset test = data.test();
    Evaluation evaluation = Evaluation.of(network, test);
    String report =
        switch (data.task()) {
          case CLASSIFICATION -> {
            printEnd(out, test, evaluation, "test accuracy %.4f", evaluation.score().accuracy());
            out.println();
            TextTable.print(
                out, ConfusionTable.rows(evaluation.confusionMatrix(), test.classNames()));
            yield full ? ClassificationReport.of(network, test).toString() : "";
          }
          case MULTI_LABEL -> {
            MultiLabelReport labels = MultiLabelReport.of(network, test);
            printEnd(
                out,
                test,
                evaluation,
                "test subset accuracy %.4f, Hamming loss %.4f",
                labels.subsetAccuracy(),
                labels.hammingLoss());
            yield labels.toString();
          }
          case REGRESSION -> {
            RegressionReport errors = regression(network, data);
            printEnd(
                out,
                test,
                evaluation,
                "test R2 %.4f, RMSE %.6g, MAE %.6g",
                errors.r2(),
                errors.rootMeanSquaredError(),
                errors.meanAbsoluteError());
            yield errors.toString();
          }
        };
    if (full) {
      out.println();
      report.lines().forEach(out::println);
    }
  }

  private static void printEnd(
      PrintWriter out, Dataset test, Evaluation evaluation, String format, Object... figures) {
    out.printf(Locale.ROOT, format, figures);
    out.printf(Locale.ROOT, ", loss %.6f, %d rows%n", evaluation.score().loss(), test.rows());
  }

  /** Errors in the units of the targets in their file. */
  private static RegressionReport regression(Network network, TrainingData data) {
    Dataset test = data.test();
    float[][] predictions = new float[test.rows()][];
    float[][] targets = new float[test.rows()][];
    for (int row = 0; row < test.rows(); row++) {
      predictions[row] = data.inUnits(network.predict(test.features(row)));
      targets[row] = data.inUnits(test.targets(row));
    }
    RegressionReport report = RegressionReport.of(predictions, targets);
    return test.targetNames().isEmpty() ? report : report.withOutputNames(test.targetNames());
  }
}
