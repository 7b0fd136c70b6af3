package dev.nn.metrics;

import dev.nn.Activation;
import dev.nn.ActivationFunction;
import dev.nn.Architecture;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.data.Dataset;
import dev.nn.data.OneHot;
import dev.nn.data.RowSource;
import dev.nn.train.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * How well a classifier told the classes of some rows: accuracy, precision, recall and F1 by class,
 * log loss, area under the ROC curve, calibration.
 *
 * <p>Each row belongs to one class. Its probabilities are rows of two or more columns that add up
 * to 1 (softmax), or a single column, the probability of the second of two classes (sigmoid).
 * Several independent labels are no classes in this sense: {@link MultiLabelReport} has their
 * figures.
 *
 * <p>The predicted class is the first of the most probable; for a single column the second class
 * from 0.5 on. A row with a NaN among its probabilities is never right: it counts against accuracy,
 * recall and top-k accuracy, and makes log loss, ROC AUC and calibration error NaN.
 *
 * <p>All sums are in double, over ascending rows. {@link #toString} is a table by class. A report
 * is immutable. To make it needs 17 bytes a row and 4 for each column; 9 of them stay.
 */
public final class ClassificationReport {
  /** The number of bins of the calibration error in the table. */
  private static final int CALIBRATION_BINS = 15;

  /** How far the probabilities of a row may add up to something else than 1. */
  private static final double SUM_TOLERANCE = 1e-3;

  private final List<String> classNames;
  private final ConfusionMatrix confusion;
  private final TopRanks ranks;
  private final double logLoss;
  private final double[] rocAuc;
  private final Calibration calibration;

  private ClassificationReport(Answers answers, double logLoss) {
    this.classNames = IntStream.range(0, answers.classes()).mapToObj(Integer::toString).toList();
    this.confusion = answers.confusionMatrix();
    this.ranks = TopRanks.of(answers);
    this.logLoss = logLoss;
    this.rocAuc = answers.rocAuc();
    this.calibration = Calibration.of(answers);
  }

  private ClassificationReport(ClassificationReport figures, List<String> classNames) {
    this.classNames = classNames;
    this.confusion = figures.confusion;
    this.ranks = figures.ranks;
    this.logLoss = figures.logLoss;
    this.rocAuc = figures.rocAuc;
    this.calibration = figures.calibration;
  }

  /**
   * Measures a network, in one pass over blocks of rows.
   *
   * <p>The class of a row is the first largest target; of a single target the second of two classes
   * from 0.5 on. The log loss is that of {@link Evaluation}: computed from logits, so that it is
   * finite where a probability is rounded to 0, and of all targets where they are no one-hot rows;
   * and a mean by the weights of the rows. All other figures count every row as one.
   *
   * @param network with softmax outputs or one sigmoid output; is not changed
   * @param data rows to measure with; class names are taken from a {@link Dataset} that has them
   * @return the report
   * @throws IllegalArgumentException if the outputs are no probabilities of classes, or network and
   *     data do not go together
   */
  public static ClassificationReport of(Network network, RowSource data) {
    Objects.requireNonNull(data, "data");
    Architecture architecture = Objects.requireNonNull(network, "network").architecture();
    requireClasses(architecture);
    Answers answers = new Answers(data.rows(), architecture.outputs());
    Evaluation evaluation =
        Evaluation.of(
            network,
            data,
            Loss.matching(architecture.outputActivation()),
            (row, outputs, targets) ->
                answers.set(row, outputs, OneHot.label(targets, 0, targets.length)));
    ClassificationReport report = new ClassificationReport(answers, evaluation.score().loss());
    return data instanceof Dataset dataset && dataset.isClassification()
        ? report.withClassNames(dataset.classNames())
        : report;
  }

  private static void requireClasses(Architecture architecture) {
    ActivationFunction output = architecture.outputActivation();
    if (output == Activation.SIGMOID && architecture.outputs() > 1) {
      throw new IllegalArgumentException(
          "network "
              + architecture
              + " has "
              + architecture.outputs()
              + " independent labels: MultiLabelReport takes them");
    }
    if (output != Activation.SOFTMAX && output != Activation.SIGMOID) {
      throw new IllegalArgumentException(
          "network "
              + architecture
              + " has outputs that are no probabilities of classes: allowed are SOFTMAX, and"
              + " SIGMOID with one output; RegressionReport takes others");
    }
  }

  /**
   * Measures predictions.
   *
   * <p>The log loss is {@code -1/n sum log p[label]}, not clipped: infinite if a class that was
   * said to be impossible is the right one.
   *
   * @param probabilities rows of 2 or more that add up to 1 within 1e-3, or rows of 1, the
   *     probability of class 1 of two; each 0 to 1 or NaN
   * @param labels the class of each row, from 0
   * @return the report
   * @throws IllegalArgumentException if there is no row, if rows differ in length, if probabilities
   *     and labels differ in rows, or if a probability or label is not allowed
   */
  public static ClassificationReport of(float[][] probabilities, int[] labels) {
    int width = Checks.requireTable("probabilities", probabilities);
    Objects.requireNonNull(labels, "labels");
    Checks.requireSameRows("probabilities", probabilities.length, "labels", labels.length);
    Checks.requireRange("labels", labels, 0, Math.max(2, width) - 1);
    requireProbabilities(probabilities);
    Answers answers = new Answers(labels.length, width);
    for (int row = 0; row < labels.length; row++) {
      answers.set(row, probabilities[row], labels[row]);
    }
    return new ClassificationReport(answers, answers.logLoss());
  }

  private static void requireProbabilities(float[][] probabilities) {
    Checks.requireProbabilities("probabilities", probabilities);
    for (int row = 0; row < probabilities.length; row++) {
      double sum = 0;
      for (float p : probabilities[row]) {
        sum += p;
      }
      if (probabilities[row].length > 1 && Math.abs(sum - 1) > SUM_TOLERANCE) {
        throw new IllegalArgumentException(
            "probabilities[%d] add up to %s, allowed: 1 (MultiLabelReport takes independent labels)"
                .formatted(row, sum));
      }
    }
  }

  /**
   * The same figures with these names of the classes in the table.
   *
   * @param names one for each class, all different
   * @return another report
   * @throws IllegalArgumentException if the number of names does not fit, or two are equal
   */
  public ClassificationReport withClassNames(List<String> names) {
    return new ClassificationReport(
        this, Checks.requireNames("class names", names, classNames.size()));
  }

  /**
   * The names of the classes, in the order of the labels: those of the data set, or "0", "1", ...
   *
   * @return an unmodifiable list
   */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * How often each class was taken for which, with precision, recall and F1 by class and averaged.
   *
   * @return the matrix
   */
  public ConfusionMatrix confusionMatrix() {
    return confusion;
  }

  /**
   * Share of the rows whose class is the predicted one.
   *
   * @return 0 to 1
   */
  public double accuracy() {
    return confusion.accuracy();
  }

  /**
   * Share of the rows whose class is among the k most probable; of equally probable ones the first
   * come first.
   *
   * @param k in 1 .. classes; 1 is the accuracy
   * @return 0 to 1
   * @throws IllegalArgumentException if k is outside its range
   */
  public double topAccuracy(int k) {
    if (k < 1 || k > classNames.size()) {
      throw new IllegalArgumentException(
          "k = %d, allowed: 1 to %d (classes)".formatted(k, classNames.size()));
    }
    return ranks.accuracy(k);
  }

  /**
   * {@code -1/n sum log p[label]}.
   *
   * @return 0 or more, in nats; NaN if a probability is NaN
   */
  public double logLoss() {
    return logLoss;
  }

  /**
   * The area under the ROC curve; of more than two classes, the mean of {@link #rocAuc(int)}, each
   * with the same weight (one-vs-rest, macro).
   *
   * <p>Classes without an area, because all rows or none are theirs, are left out of the mean
   * (scikit-learn refuses them).
   *
   * @return 0 to 1; NaN if no class has an area, or a probability is NaN
   */
  public double rocAuc() {
    return DoubleStream.of(rocAuc).filter(area -> !Double.isNaN(area)).average().orElse(Double.NaN);
  }

  /**
   * The area under the ROC curve of one class against the others, equal probabilities by mid-ranks:
   * see {@link RocAuc}. Both of two classes have the area of class 1.
   *
   * @param c in 0 .. classes-1
   * @return 0 to 1; NaN if all rows or none are of the class, or a probability is NaN
   * @throws IndexOutOfBoundsException if there is no such class
   */
  public double rocAuc(int c) {
    return rocAuc[Objects.checkIndex(c, rocAuc.length)];
  }

  /**
   * {@code ECE = sum_m |B_m| / n |accuracy(B_m) - confidence(B_m)|}: how far the probabilities of
   * the predicted classes are from the shares of rows in which these are right.
   *
   * <p>Bin B_m of M holds the rows whose predicted class has a probability above (m-1)/M, up to
   * m/M. Empty bins add nothing (Guo and others, On calibration of modern neural networks, 2017).
   *
   * @param bins M, at least 1; 10 or 15 are usual
   * @return 0 to 1; NaN if a probability is NaN
   * @throws IllegalArgumentException if bins is below 1
   */
  public double expectedCalibrationError(int bins) {
    if (bins < 1) {
      throw new IllegalArgumentException("bins = " + bins + ", allowed: 1 or more");
    }
    return calibration.error(bins);
  }

  /**
   * A table of precision, recall, F1, ROC AUC and rows by class, their averages, and a line with
   * the other figures.
   *
   * @return lines without a line break at the end
   */
  @Override
  public String toString() {
    List<List<String>> table = new ArrayList<>();
    table.add(List.of("class", "precision", "recall", "F1", "ROC AUC", "rows"));
    for (int c = 0; c < classNames.size(); c++) {
      table.add(Table.score(classNames.get(c), confusion.score(c), Table.share(rocAuc[c])));
    }
    table.add(Table.score("macro average", confusion.macro(), Table.share(rocAuc())));
    table.add(Table.score("micro average", confusion.micro(), ""));
    table.add(Table.score("weighted average", confusion.weighted(), ""));
    return Table.text(table)
        + String.format(
            Locale.ROOT,
            "\naccuracy %.4f, log loss %.6f, calibration error %.4f (%d bins)",
            accuracy(),
            logLoss,
            calibration.error(CALIBRATION_BINS),
            CALIBRATION_BINS);
  }
}
