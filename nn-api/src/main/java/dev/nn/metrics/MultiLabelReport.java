package dev.nn.metrics;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.data.Dataset;
import dev.nn.data.OneHot;
import dev.nn.data.RowSource;
import dev.nn.train.Evaluation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How well a network told which of several independent labels each row has: precision, recall and
 * F1 by label, exact matches, Hamming loss, log loss, area under the ROC curve.
 *
 * <p>A row has any number of the K labels, also none or all. Its probabilities are one for each
 * label (sigmoid) and need not add up to anything. Where each row belongs to one class, {@link
 * ClassificationReport} has the figures.
 *
 * <p>A row is taken for one with a label if the probability is the threshold or more; the threshold
 * is 0.5 unless {@link #withThreshold} sets another one. A NaN is neither yes nor no, and never
 * right: it counts against exact matches, Hamming loss and recall, but no precision, and makes log
 * loss and the ROC AUC of its label NaN.
 *
 * <p>Where a share has nothing to divide by it is 0, as with {@code zero_division=0} in
 * scikit-learn: the precision of a label that was never predicted, the recall of a label that no
 * row has, the F1 of a label with neither. Averages count it as 0.
 *
 * <p>All sums are in double, over ascending rows. {@link #toString} is a table by label. A report
 * is immutable. It keeps 8 bytes for each label of each row.
 */
public final class MultiLabelReport {
  private static final float HALF = 0.5f;

  private final LabelAnswers answers;
  private final double logLoss;
  private final double[] rocAuc;
  private final List<String> labelNames;
  private final float threshold;
  private final List<ConfusionMatrix> confusions;
  private final ClassScore samples;
  private final double subsetAccuracy;

  private MultiLabelReport(
      LabelAnswers answers,
      double logLoss,
      double[] rocAuc,
      List<String> labelNames,
      float threshold) {
    this.answers = answers;
    this.logLoss = logLoss;
    this.rocAuc = rocAuc;
    this.labelNames = labelNames;
    this.threshold = threshold;
    this.confusions =
        IntStream.range(0, answers.labels())
            .mapToObj(j -> answers.confusionMatrix(j, threshold))
            .toList();
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    int exact = 0;
    for (int row = 0; row < answers.rows(); row++) {
      ClassScore score = answers.score(row, threshold);
      precision += score.precision();
      recall += score.recall();
      f1 += score.f1();
      exact += answers.isExact(row, threshold) ? 1 : 0;
    }
    int rows = answers.rows();
    this.samples = new ClassScore(precision / rows, recall / rows, f1 / rows, support());
    this.subsetAccuracy = (double) exact / rows;
  }

  private static MultiLabelReport of(LabelAnswers answers, double logLoss, List<String> names) {
    List<String> shown =
        names.isEmpty()
            ? IntStream.range(0, answers.labels()).mapToObj(Integer::toString).toList()
            : names;
    return new MultiLabelReport(answers, logLoss, answers.rocAuc(), shown, HALF);
  }

  /**
   * Measures a network, in one pass over blocks of rows.
   *
   * <p>A row has a label if its target is 0.5 or more. The log loss is that of {@link Evaluation}
   * divided by the number of labels: computed from logits, so that it is finite where a probability
   * is rounded to 0 or 1, and of all targets where they are neither 0 nor 1; and a mean by the
   * weights of the rows. All other figures count every row as one.
   *
   * @param network with sigmoid outputs, one for each label; is not changed
   * @param data rows to measure with; label names are the target names of a {@link Dataset} that
   *     has them
   * @return the report, with the threshold 0.5
   * @throws IllegalArgumentException if the outputs are not sigmoid, network and data do not go
   *     together, or rows times labels are more than an int can count
   */
  public static MultiLabelReport of(Network network, RowSource data) {
    Objects.requireNonNull(data, "data");
    Architecture architecture = Objects.requireNonNull(network, "network").architecture();
    if (architecture.outputActivation() != Activation.SIGMOID) {
      throw new IllegalArgumentException(
          "network "
              + architecture
              + " has outputs that are no probabilities of labels: allowed is SIGMOID;"
              + " ClassificationReport takes SOFTMAX, RegressionReport others");
    }
    int labels = architecture.outputs();
    LabelAnswers answers = new LabelAnswers(data.rows(), labels);
    Evaluation evaluation =
        Evaluation.of(
            network,
            data,
            Loss.LOG_LOSS,
            (row, outputs, targets) -> {
              for (int j = 0; j < labels; j++) {
                answers.set(row, j, outputs[j], OneHot.label(targets, j, 1));
              }
            });
    List<String> names = data instanceof Dataset dataset ? dataset.targetNames() : List.of();
    return of(answers, evaluation.score().loss() / labels, names);
  }

  /**
   * Measures predictions.
   *
   * <p>The log loss is not clipped: infinite if a label that was said to be impossible is there, or
   * one that was said to be certain is not.
   *
   * @param probabilities rows x labels, each 0 to 1 or NaN
   * @param labels rows x labels, each 1 if the row has the label, else 0
   * @return the report, with the threshold 0.5
   * @throws IllegalArgumentException if there is no row, if rows differ in length, if probabilities
   *     and labels differ in size, if a probability or label is not allowed, or if rows times
   *     labels are more than an int can count
   */
  public static MultiLabelReport of(float[][] probabilities, int[][] labels) {
    int width = Checks.requireTable("probabilities", probabilities);
    int labelWidth = Checks.requireTable("labels", labels);
    Checks.requireSameRows("probabilities", probabilities.length, "labels", labels.length);
    if (width != labelWidth) {
      throw new IllegalArgumentException(
          "probabilities have rows of %d, but labels of %d: both need the same"
              .formatted(width, labelWidth));
    }
    Checks.requireProbabilities("probabilities", probabilities);
    for (int row = 0; row < labels.length; row++) {
      Checks.requireRange("labels[" + row + "]", labels[row], 0, 1);
    }
    LabelAnswers answers = new LabelAnswers(labels.length, width);
    for (int row = 0; row < labels.length; row++) {
      for (int j = 0; j < width; j++) {
        answers.set(row, j, probabilities[row][j], labels[row][j]);
      }
    }
    return of(answers, answers.logLoss(), List.of());
  }

  /**
   * The same probabilities with another threshold; log loss and ROC AUC do not depend on it.
   *
   * @param threshold 0 to 1, rounded to float as probabilities are
   * @return another report
   * @throws IllegalArgumentException if the threshold is outside its range
   */
  public MultiLabelReport withThreshold(double threshold) {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException("threshold = " + threshold + ", allowed: 0 to 1");
    }
    return new MultiLabelReport(answers, logLoss, rocAuc, labelNames, (float) threshold);
  }

  /**
   * The same figures with these names of the labels in the table.
   *
   * @param names one for each label, all different
   * @return another report
   * @throws IllegalArgumentException if the number of names does not fit, or two are equal
   */
  public MultiLabelReport withLabelNames(List<String> names) {
    List<String> copy = Checks.requireNames("label names", names, labelNames.size());
    return new MultiLabelReport(answers, logLoss, rocAuc, copy, threshold);
  }

  /**
   * From which probability on a row is taken for one with the label.
   *
   * @return 0 to 1
   */
  public float threshold() {
    return threshold;
  }

  /**
   * The names of the labels, in the order of the outputs: those of the data set, or "0", "1", ...
   *
   * @return an unmodifiable list
   */
  public List<String> labelNames() {
    return labelNames;
  }

  /**
   * How often rows without (0) and with a label (1) were taken for which, {@code [[TN, FP], [FN,
   * TP]]}. Rows whose probability is NaN are in no column.
   *
   * @param label in 0 .. labels-1
   * @return its matrix of two classes
   * @throws IndexOutOfBoundsException if there is no such label
   */
  public ConfusionMatrix confusionMatrix(int label) {
    return confusions.get(Objects.checkIndex(label, confusions.size()));
  }

  /**
   * {@code precision = TP / (TP + FP)}, {@code recall = TP / (TP + FN)}, {@code F1 = 2 TP / (2 TP +
   * FP + FN)} of one label.
   *
   * @param label in 0 .. labels-1
   * @return its score, with the rows that have the label as support
   * @throws IndexOutOfBoundsException if there is no such label
   */
  public ClassScore score(int label) {
    return confusionMatrix(label).score(1);
  }

  /**
   * The mean of {@link #score} over the labels, each with the same weight.
   *
   * @return the macro average, its support the labels of all rows
   */
  public ClassScore macro() {
    double[] weights = new double[confusions.size()];
    Arrays.fill(weights, 1);
    return ClassScore.average(scores(), weights, support());
  }

  /**
   * The score of all decisions together: TP, FP and FN are added over the labels first.
   *
   * @return the micro average, its support the labels of all rows
   */
  public ClassScore micro() {
    int right = 0;
    int predicted = 0;
    for (ConfusionMatrix matrix : confusions) {
      right += matrix.count(1, 1);
      predicted += matrix.count(0, 1) + matrix.count(1, 1);
    }
    return ClassScore.of(right, predicted, support());
  }

  /**
   * The mean of {@link #score} over the labels, each weighted by the rows that have it; 0 if no row
   * has any.
   *
   * @return the weighted average, its support the labels of all rows
   */
  public ClassScore weighted() {
    double[] weights = scores().stream().mapToDouble(ClassScore::support).toArray();
    return ClassScore.average(scores(), weights, support());
  }

  /**
   * {@code precision = |Y & Z| / |Z|}, {@code recall = |Y & Z| / |Y|}, {@code F1 = 2 |Y & Z| / (|Y|
   * + |Z|)} of the labels Y that a row has and those Z that it was taken for, the mean over the
   * rows.
   *
   * <p>As in scikit-learn, a row without labels that was taken for one without counts as 0 in all
   * three, though it is an exact match.
   *
   * @return the samples average, its support the labels of all rows
   */
  public ClassScore samples() {
    return samples;
  }

  private List<ClassScore> scores() {
    return confusions.stream().map(matrix -> matrix.score(1)).toList();
  }

  /** How many labels all rows have together. */
  private int support() {
    return scores().stream().mapToInt(ClassScore::support).sum();
  }

  /**
   * Share of the rows that are right in every label: the exact match ratio.
   *
   * @return 0 to 1
   */
  public double subsetAccuracy() {
    return subsetAccuracy;
  }

  /**
   * Share of the decisions that are wrong, of rows times labels: {@code (FP + FN) / (n K)}.
   *
   * @return 0 to 1
   */
  public double hammingLoss() {
    long right = 0;
    for (ConfusionMatrix matrix : confusions) {
      right += matrix.count(0, 0) + matrix.count(1, 1);
    }
    long decisions = (long) answers.rows() * answers.labels();
    return (double) (decisions - right) / decisions;
  }

  /**
   * {@code -1/(n K) sum_i sum_j [y_ij log p_ij + (1 - y_ij) log(1 - p_ij)]}: the mean over n rows
   * and K labels, not the sum over the labels that {@link Loss#LOG_LOSS} is.
   *
   * @return 0 or more, in nats; NaN if a probability is NaN
   */
  public double logLoss() {
    return logLoss;
  }

  /**
   * The mean of {@link #rocAuc(int)} over the labels, each with the same weight (macro).
   *
   * <p>Labels without an area, because all rows or none have them, are left out of the mean
   * (scikit-learn refuses them).
   *
   * @return 0 to 1; NaN if no label has an area, or a probability is NaN
   */
  public double rocAuc() {
    return answers.isComplete()
        ? DoubleStream.of(rocAuc).filter(area -> !Double.isNaN(area)).average().orElse(Double.NaN)
        : Double.NaN;
  }

  /**
   * The area under the ROC curve of one label, equal probabilities by mid-ranks: see {@link
   * RocAuc}.
   *
   * @param label in 0 .. labels-1
   * @return 0 to 1; NaN if all rows or none have the label, or one of its probabilities is NaN
   * @throws IndexOutOfBoundsException if there is no such label
   */
  public double rocAuc(int label) {
    return rocAuc[Objects.checkIndex(label, rocAuc.length)];
  }

  /**
   * A table of precision, recall, F1, ROC AUC and rows by label, their averages, and a line with
   * the other figures.
   *
   * @return lines without a line break at the end
   */
  @Override
  public String toString() {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("label", "precision", "recall", "F1", "ROC AUC", "rows"));
    for (int j = 0; j < labelNames.size(); j++) {
      table.add(Table.score(labelNames.get(j), score(j), Table.share(rocAuc[j])));
    }
    table.add(Table.score("macro average", macro(), Table.share(rocAuc())));
    table.add(Table.score("micro average", micro(), ""));
    table.add(Table.score("weighted average", weighted(), ""));
    table.add(Table.score("samples average", samples, ""));
    return Table.text(table)
        + String.format(
            Locale.ROOT,
            "\nsubset accuracy %.4f, Hamming loss %.4f, log loss %.6f (threshold %s)",
            subsetAccuracy,
            hammingLoss(),
            logLoss,
            threshold);
  }
}
