package dev.nn.metrics;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.data.Dataset;
import dev.nn.data.RowSource;
import dev.nn.train.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How far predicted numbers are from their targets: mean absolute error, root of the mean squared
 * error and R2, of each output and as the mean over the outputs.
 *
 * <p>All sums are in double, over ascending rows; errors are in the units of the targets. A NaN
 * among the predictions of an output makes its figures and the means NaN. {@link #toString} is a
 * table by output. A report is immutable; its size does not depend on the number of rows.
 */
public final class RegressionReport {
  private final Errors[] errors;
  private final int rows;
  private final List<String> outputNames;

  private RegressionReport(Errors[] errors, int rows, List<String> outputNames) {
    this.errors = errors;
    this.rows = rows;
    this.outputNames = outputNames;
  }

  private RegressionReport(int outputs, int rows, List<String> names) {
    this(
        Stream.generate(Errors::new).limit(outputs).toArray(Errors[]::new),
        rows,
        names.isEmpty() ? IntStream.range(0, outputs).mapToObj(Integer::toString).toList() : names);
  }

  /**
   * Measures a network, in one pass over blocks of rows, each of which counts as one, whatever its
   * weight.
   *
   * @param network with any output activation but softmax; is not changed
   * @param data rows to measure with; names of outputs are the target names of a {@link Dataset}
   *     that has them
   * @return the report
   * @throws IllegalArgumentException if the outputs are softmax, or network and data do not go
   *     together
   */
  public static RegressionReport of(Network network, RowSource data) {
    Objects.requireNonNull(data, "data");
    Architecture architecture = Objects.requireNonNull(network, "network").architecture();
    if (architecture.outputActivation() == Activation.SOFTMAX) {
      throw new IllegalArgumentException(
          "network "
              + architecture
              + " has probabilities of classes as outputs: ClassificationReport takes them");
    }
    List<String> names = data instanceof Dataset dataset ? dataset.targetNames() : List.of();
    RegressionReport report = new RegressionReport(architecture.outputs(), data.rows(), names);
    Evaluation.of(
        network, data, Loss.SQUARED_ERROR, (row, outputs, targets) -> report.add(outputs, targets));
    return report;
  }

  /**
   * Measures predictions.
   *
   * @param predictions rows x outputs
   * @param targets rows x outputs, finite
   * @return the report
   * @throws IllegalArgumentException if there is no row, if rows differ in length, if predictions
   *     and targets differ in size, or if a target is not finite
   */
  public static RegressionReport of(float[][] predictions, float[][] targets) {
    int outputs = Checks.requireTable("predictions", predictions);
    int width = Checks.requireTable("targets", targets);
    Checks.requireSameRows("predictions", predictions.length, "targets", targets.length);
    if (outputs != width) {
      throw new IllegalArgumentException(
          "predictions have rows of %d, but targets of %d: both need the same"
              .formatted(outputs, width));
    }
    for (int row = 0; row < targets.length; row++) {
      for (int j = 0; j < width; j++) {
        if (!Float.isFinite(targets[row][j])) {
          throw new IllegalArgumentException(
              "targets[%d][%d] = %s, allowed: finite numbers".formatted(row, j, targets[row][j]));
        }
      }
    }
    RegressionReport report = new RegressionReport(outputs, targets.length, List.of());
    for (int row = 0; row < targets.length; row++) {
      report.add(predictions[row], targets[row]);
    }
    return report;
  }

  private void add(float[] predictions, float[] targets) {
    for (int j = 0; j < errors.length; j++) {
      errors[j].add(predictions[j], targets[j]);
    }
  }

  /**
   * The same figures with these names of the outputs in the table.
   *
   * @param names one for each output
   * @return another report
   * @throws IllegalArgumentException if the number of names does not fit
   */
  public RegressionReport withOutputNames(List<String> names) {
    List<String> copy = List.copyOf(names);
    if (copy.size() != errors.length) {
      throw new IllegalArgumentException(
          "output names %s, allowed: %d".formatted(copy, errors.length));
    }
    return new RegressionReport(errors, rows, copy);
  }

  /**
   * The names of the outputs: those of the data set, or "0", "1", ...
   *
   * @return an unmodifiable list
   */
  public List<String> outputNames() {
    return outputNames;
  }

  /**
   * Number of rows.
   *
   * @return at least 1
   */
  public int rows() {
    return rows;
  }

  /**
   * Number of outputs.
   *
   * @return at least 1
   */
  public int outputs() {
    return errors.length;
  }

  /**
   * {@code MAE = 1/n sum |yHat - y|}, the mean over the outputs.
   *
   * @return 0 or more
   */
  public double meanAbsoluteError() {
    return mean(Errors::meanAbsoluteError);
  }

  /**
   * {@code MAE = 1/n sum |yHat - y|} of one output.
   *
   * @param output in 0 .. outputs-1
   * @return 0 or more
   * @throws IndexOutOfBoundsException if there is no such output
   */
  public double meanAbsoluteError(int output) {
    return errors(output).meanAbsoluteError();
  }

  /**
   * {@code RMSE = sqrt(1/n sum (yHat - y)^2)}, the mean over the outputs of their roots.
   *
   * @return 0 or more
   */
  public double rootMeanSquaredError() {
    return mean(Errors::rootMeanSquaredError);
  }

  /**
   * {@code RMSE = sqrt(1/n sum (yHat - y)^2)} of one output.
   *
   * @param output in 0 .. outputs-1
   * @return 0 or more
   * @throws IndexOutOfBoundsException if there is no such output
   */
  public double rootMeanSquaredError(int output) {
    return errors(output).rootMeanSquaredError();
  }

  /**
   * {@code R2 = 1 - sum (yHat - y)^2 / sum (y - mean y)^2}, the mean over the outputs, each with
   * the same weight; outputs with constant targets count as {@link #r2(int)} says.
   *
   * @return at most 1; NaN for a single row
   */
  public double r2() {
    return mean(Errors::r2);
  }

  /**
   * {@code R2 = 1 - sum (yHat - y)^2 / sum (y - mean y)^2} of one output: 1 is perfect, 0 as good
   * as always the mean.
   *
   * <p>Where all targets are equal it is 1 for perfect predictions and else 0, as in scikit-learn.
   *
   * @param output in 0 .. outputs-1
   * @return at most 1; NaN for a single row
   * @throws IndexOutOfBoundsException if there is no such output
   */
  public double r2(int output) {
    return errors(output).r2();
  }

  private Errors errors(int output) {
    return errors[Objects.checkIndex(output, errors.length)];
  }

  private double mean(ToDoubleFunction<Errors> figure) {
    double sum = 0;
    for (Errors output : errors) {
      sum += figure.applyAsDouble(output);
    }
    return sum / errors.length;
  }

  /**
   * A table of the three figures by output, and their means.
   *
   * @return lines without a line break at the end
   */
  @Override
  public String toString() {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("output", "MAE", "RMSE", "R2", "rows"));
    for (int j = 0; j < errors.length; j++) {
      table.add(line(outputNames.get(j), meanAbsoluteError(j), rootMeanSquaredError(j), r2(j)));
    }
    table.add(line("mean", meanAbsoluteError(), rootMeanSquaredError(), r2()));
    return Table.text(table);
  }

  private List<String> line(String name, double mae, double rmse, double r2) {
    return List.of(
        name, Table.number(mae), Table.number(rmse), Table.share(r2), Integer.toString(rows));
  }
}
