package dev.nn.data;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * rows x inputs features and rows x outputs targets, float32, immutable.
 *
 * <p>Every value is finite, and there is at least one row, one input and one output. Rows,
 * features, targets and labels count from 0. A data set with class names is one for classification:
 * one target for each class, or a single target that means the second of two classes when it is 0.5
 * or more.
 *
 * <p>Every row has a weight, how much it counts: 1, if {@link #withWeights} does not give others.
 * The parts of a data set keep the weights of its rows.
 *
 * <p>Safe for use by several threads. Memory: 4 * rows * (inputs + outputs) bytes, and 4 * rows for
 * weights; each of the two tables holds at most 2^31-1 values.
 */
public final class Dataset implements RowSource {

  private static final String X_SHAPE = "rows x inputs, or more dimensions";

  private final int rows;
  private final int inputs;
  private final int outputs;
  private final float[] x;
  private final float[] y;

  /** One for each row; none if all are 1. */
  private final float[] weights;

  private final List<String> featureNames;
  private final List<String> targetNames;
  private final List<String> classNames;

  private Dataset(
      int rows,
      int inputs,
      int outputs,
      float[] x,
      float[] y,
      float[] weights,
      List<String> featureNames,
      List<String> targetNames,
      List<String> classNames) {
    this.rows = rows;
    this.inputs = inputs;
    this.outputs = outputs;
    this.x = x;
    this.y = y;
    this.weights = weights;
    this.featureNames = featureNames;
    this.targetNames = targetNames;
    this.classNames = classNames;
  }

  /**
   * Features x[row][input] with targets y[row][output].
   *
   * @param x rows x inputs; copied
   * @param y rows x outputs; copied
   * @return the data set, without names
   * @throws IllegalArgumentException if there is no row or a row is empty, if x and y differ in
   *     rows, if rows differ in length, or if a value is NaN or infinite
   */
  public static Dataset of(float[][] x, float[][] y) {
    Shapes.requireNonNulls("x", x);
    Shapes.requireNonNulls("y", y);
    requireRows(x.length);
    requireSameRows(x.length, "target rows", y.length);
    return adopt(
        x.length,
        x[0].length,
        y[0].length,
        Shapes.flatten("feature", x),
        Shapes.flatten("target", y),
        List.of());
  }

  /**
   * Features x[row][input] with one-hot targets: y[row][c] = 1 if c = labels[row], else 0.
   *
   * @param x rows x inputs; copied
   * @param labels one for each row, in 0 .. classes-1
   * @param classes number of classes = outputs, at least 2
   * @return the data set, its classes named "0", "1", ...
   * @throws IllegalArgumentException if there is no row or a row is empty, if x and labels differ
   *     in rows, if rows differ in length, if a feature is NaN or infinite, or if a label is
   *     outside its range
   */
  public static Dataset ofLabels(float[][] x, int[] labels, int classes) {
    Shapes.requireNonNulls("x", x);
    Objects.requireNonNull(labels, "labels");
    requireRows(x.length);
    requireSameRows(x.length, "labels", labels.length);
    OneHot.requireLabels(labels, classes);
    return adopt(
        x.length,
        x[0].length,
        classes,
        Shapes.flatten("feature", x),
        OneHot.encodeFlat(labels, classes),
        numberedNames(classes));
  }

  /**
   * As {@link #of(float[][], float[][])}, from row-major arrays: x[row * inputs + input], y[row *
   * outputs + output].
   *
   * @param rows number of rows, at least 1
   * @param inputs features of a row, at least 1
   * @param outputs targets of a row, at least 1
   * @param x rows * inputs values; copied
   * @param y rows * outputs values; copied
   * @return the data set, without names
   * @throws IllegalArgumentException if a size is below 1, an array has another length, or a value
   *     is NaN or infinite
   */
  public static Dataset of(int rows, int inputs, int outputs, float[] x, float[] y) {
    Objects.requireNonNull(x, "x");
    Objects.requireNonNull(y, "y");
    return adopt(rows, inputs, outputs, x.clone(), y.clone(), List.of());
  }

  /**
   * Features and targets from arrays of NumPy's: row i of the data set is row i of x and of y.
   *
   * @param x rows x inputs; of three or more dimensions, such as rows x height x width, the last
   *     ones make the inputs, row-major
   * @param y rows x outputs; of one dimension: one output
   * @return the data set, without names
   * @throws IllegalArgumentException if x has fewer than two dimensions or y none, if they differ
   *     in rows, if there is no row, input or output, or if a value is NaN or infinite as a float
   */
  public static Dataset of(NpyArray x, NpyArray y) {
    Objects.requireNonNull(x, "x");
    Objects.requireNonNull(y, "y");
    int rows = x.rows("x", 2, X_SHAPE);
    requireSameRows(rows, "target rows", y.rows("y", 1, "rows x outputs, or rows"));
    return adopt(rows, x.width(), y.width(), x.floats(), y.floats(), List.of());
  }

  /**
   * Features from an array of NumPy's with one-hot targets: y[row][c] = 1 if c = labels[row], else
   * 0.
   *
   * @param x rows x inputs; of three or more dimensions, such as rows x height x width, the last
   *     ones make the inputs, row-major
   * @param labels rows, or rows x 1; whole numbers of any type in 0 .. classes-1
   * @param classes number of classes = outputs, at least 2
   * @return the data set, its classes named "0", "1", ...
   * @throws IllegalArgumentException if x has fewer than two dimensions or labels not one, if they
   *     differ in rows, if there is no row or input, if a feature is NaN or infinite as a float, or
   *     if a label is no whole number or outside its range
   */
  public static Dataset ofLabels(NpyArray x, NpyArray labels, int classes) {
    Objects.requireNonNull(x, "x");
    Objects.requireNonNull(labels, "labels");
    int rows = x.rows("x", 2, X_SHAPE);
    requireSameRows(rows, "labels", labels.rows("labels", 1, "rows, or rows x 1"));
    float[] y = OneHot.encodeFlat(labels.labels(classes), classes);
    return adopt(rows, x.width(), classes, x.floats(), y, numberedNames(classes));
  }

  /** Checks everything but the names, and keeps the arrays themselves. */
  static Dataset adopt(
      int rows, int inputs, int outputs, float[] x, float[] y, List<String> classNames) {
    Shapes.requirePositive("rows", rows);
    Shapes.requirePositive("inputs", inputs);
    Shapes.requirePositive("outputs", outputs);
    Shapes.requireLength("x", x, rows, "feature", inputs);
    Shapes.requireLength("y", y, rows, "target", outputs);
    Shapes.requireFinite("feature", x, inputs);
    Shapes.requireFinite("target", y, outputs);
    return new Dataset(rows, inputs, outputs, x, y, new float[0], List.of(), List.of(), classNames);
  }

  /**
   * Number of rows.
   *
   * @return at least 1
   */
  @Override
  public int rows() {
    return rows;
  }

  /**
   * Number of features of a row: the inputs of a network that fits.
   *
   * @return at least 1
   */
  @Override
  public int inputs() {
    return inputs;
  }

  /**
   * Number of targets of a row: the outputs of a network that fits.
   *
   * @return at least 1
   */
  @Override
  public int outputs() {
    return outputs;
  }

  /**
   * The features of a row.
   *
   * @param row in 0 .. rows-1
   * @return a copy, of length inputs
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public float[] features(int row) {
    int start = Shapes.requireIndex("row", row, rows) * inputs;
    return Arrays.copyOfRange(x, start, start + inputs);
  }

  /**
   * The targets of a row.
   *
   * @param row in 0 .. rows-1
   * @return a copy, of length outputs
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public float[] targets(int row) {
    int start = Shapes.requireIndex("row", row, rows) * outputs;
    return Arrays.copyOfRange(y, start, start + outputs);
  }

  /**
   * One feature: x[row][input].
   *
   * @param row in 0 .. rows-1
   * @param input in 0 .. inputs-1
   * @return the value
   * @throws IndexOutOfBoundsException if there is no such row or input
   */
  public float feature(int row, int input) {
    return x[
        Shapes.requireIndex("row", row, rows) * inputs
            + Shapes.requireIndex("input", input, inputs)];
  }

  /**
   * One target: y[row][output].
   *
   * @param row in 0 .. rows-1
   * @param output in 0 .. outputs-1
   * @return the value
   * @throws IndexOutOfBoundsException if there is no such row or output
   */
  public float target(int row, int output) {
    return y[
        Shapes.requireIndex("row", row, rows) * outputs
            + Shapes.requireIndex("output", output, outputs)];
  }

  /**
   * The class of a row: the first largest target; for a single output 1 if the target is 0.5 or
   * more, else 0.
   *
   * @param row in 0 .. rows-1
   * @return the position in {@link #classNames()}
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public int label(int row) {
    return OneHot.label(y, Shapes.requireIndex("row", row, rows) * outputs, outputs);
  }

  /**
   * How many rows each class has.
   *
   * @return a new array, as long as {@link #classNames()}; adds up to rows
   * @throws IllegalStateException if this is no data set for classification
   */
  public int[] classCounts() {
    requireClassification();
    int[] counts = new int[classNames.size()];
    for (int row = 0; row < rows; row++) {
      counts[label(row)]++;
    }
    return counts;
  }

  /**
   * Whether the targets stand for classes.
   *
   * @return true if there are class names
   */
  public boolean isClassification() {
    return !classNames.isEmpty();
  }

  /**
   * The names of the classes, in the order of the labels.
   *
   * @return an unmodifiable list; empty for regression
   */
  public List<String> classNames() {
    return classNames;
  }

  /**
   * The names of the features.
   *
   * @return an unmodifiable list of length inputs; empty if they have no names
   */
  public List<String> featureNames() {
    return featureNames;
  }

  /**
   * The names of the targets, where they are numbers or labels.
   *
   * @return an unmodifiable list of length outputs; empty if they have no names
   */
  public List<String> targetNames() {
    return targetNames;
  }

  /**
   * The same data for classification, with these class names.
   *
   * @param names one for each output, or two if there is one output; all different
   * @return a data set that shares this one's memory
   * @throws IllegalArgumentException if the number of names does not fit, or two are equal
   */
  public Dataset withClassNames(List<String> names) {
    Shapes.requireNonNulls("names", names);
    int expected = outputs == 1 ? 2 : outputs;
    requireNameCount("class names", names, expected);
    if (new HashSet<>(names).size() < expected) {
      throw new IllegalArgumentException("class names " + names + ": all must be different");
    }
    return new Dataset(
        rows, inputs, outputs, x, y, weights, featureNames, targetNames, List.copyOf(names));
  }

  /**
   * The same data with these feature names.
   *
   * @param names one for each input
   * @return a data set that shares this one's memory
   * @throws IllegalArgumentException if the number of names is not inputs
   */
  public Dataset withFeatureNames(List<String> names) {
    Shapes.requireNonNulls("names", names);
    requireNameCount("feature names", names, inputs);
    return new Dataset(
        rows, inputs, outputs, x, y, weights, List.copyOf(names), targetNames, classNames);
  }

  /**
   * The same data with these target names.
   *
   * @param names one for each output
   * @return a data set that shares this one's memory
   * @throws IllegalArgumentException if the number of names is not outputs
   */
  public Dataset withTargetNames(List<String> names) {
    Shapes.requireNonNulls("names", names);
    requireNameCount("target names", names, outputs);
    return new Dataset(
        rows, inputs, outputs, x, y, weights, featureNames, List.copyOf(names), classNames);
  }

  /**
   * The same targets, weights and names with other values of the features, as after scaling.
   *
   * @param features rows * inputs values, row-major; copied
   * @return a data set that shares this one's targets
   * @throws IllegalArgumentException if the length differs, or a value is NaN or infinite
   */
  public Dataset withFeatures(float[] features) {
    Objects.requireNonNull(features, "features");
    return adoptFeatures(features.clone());
  }

  /** As {@link #withFeatures}, but keeps the array itself. */
  Dataset adoptFeatures(float[] features) {
    Shapes.requireLength("features", features, rows, "feature", inputs);
    Shapes.requireFinite("feature", features, inputs);
    return new Dataset(
        rows, inputs, outputs, features, y, weights, featureNames, targetNames, classNames);
  }

  /**
   * The same rows with these weights: how much each counts in a loss, a training and an evaluation.
   *
   * @param weights one for each row, finite and not negative, not all 0; copied
   * @return a data set that shares this one's memory
   * @throws IllegalArgumentException if their number is not that of the rows, one is negative, NaN
   *     or infinite, or all are 0
   */
  public Dataset withWeights(float[] weights) {
    Objects.requireNonNull(weights, "weights");
    if (weights.length != rows) {
      throw new IllegalArgumentException(
          "%d weights, expected one for each of %d rows".formatted(weights.length, rows));
    }
    float[] copy = weights.clone();
    boolean none = true;
    for (int row = 0; row < rows; row++) {
      none &= Shapes.requireWeight(row, copy[row]) == 0;
    }
    if (none) {
      throw new IllegalArgumentException(
          "the weights of all %d rows are 0: at least one must be above 0".formatted(rows));
    }
    return new Dataset(rows, inputs, outputs, x, y, copy, featureNames, targetNames, classNames);
  }

  @Override
  public float weight(int row) {
    Shapes.requireIndex("row", row, rows);
    return weights.length == 0 ? 1 : weights[row];
  }

  /**
   * The given rows, in the given order.
   *
   * @param selection each in 0 .. rows-1, at least one; a row may occur more than once
   * @return a new data set with the same weights and names
   * @throws IllegalArgumentException if the selection is empty, or too large for the tables
   * @throws IndexOutOfBoundsException if there is no such row
   */
  public Dataset select(int[] selection) {
    Objects.requireNonNull(selection, "selection");
    int count = selection.length;
    requireRows(count);
    Shapes.requireRowNumbers("selection", selection, 0, count, rows);
    float[] features = new float[Shapes.product("rows", count, "features", inputs)];
    float[] targets = new float[Shapes.product("rows", count, "targets", outputs)];
    gather(selection, 0, count, features, 0, inputs, targets, 0, outputs);
    float[] selected = new float[weights.length == 0 ? 0 : count];
    for (int i = 0; i < selected.length; i++) {
      selected[i] = weights[selection[i]];
    }
    return new Dataset(
        count, inputs, outputs, features, targets, selected, featureNames, targetNames, classNames);
  }

  /**
   * The first rows.
   *
   * @param count in 1 .. rows
   * @return a new data set with the same weights and names
   * @throws IllegalArgumentException if count is outside its range
   */
  public Dataset head(int count) {
    if (count < 1 || count > rows) {
      throw new IllegalArgumentException("count = " + count + ", allowed: 1 to " + rows);
    }
    return select(IntStream.range(0, count).toArray());
  }

  /**
   * Two parts of shuffled rows: round(rows * testFraction) for the test, the others for the
   * training.
   *
   * @param testFraction above 0, below 1
   * @param seed the split is a function of it and of the number of rows
   * @return both parts, in the shuffled order
   * @throws IllegalArgumentException if testFraction is outside its range, or a part would be empty
   */
  public Split split(double testFraction, long seed) {
    return Splitter.random(this, testFraction, seed);
  }

  /**
   * As {@link #split}, but each class keeps its share: of a class with n rows, n * testFraction go
   * to the test, rounded down or up so that the test has round(rows * testFraction) rows in all.
   *
   * @param testFraction above 0, below 1
   * @param seed the split is a function of it and of the labels
   * @return both parts, in the shuffled order
   * @throws IllegalStateException if this is no data set for classification
   * @throws IllegalArgumentException if testFraction is outside its range, or a part would be empty
   */
  public Split stratifiedSplit(double testFraction, long seed) {
    requireClassification();
    return Splitter.stratified(this, testFraction, seed);
  }

  /**
   * k splits of shuffled rows for cross-validation: every row is in the test part of exactly one,
   * and in the training part of the k-1 others. The test parts differ by at most one row in size.
   *
   * <p>Memory: k times that of this data set.
   *
   * @param k number of splits, 2 .. rows; as many as rows leave out one row each
   * @param seed the folds are a function of it and of the number of rows
   * @return the k splits, all parts in the shuffled order; unmodifiable
   * @throws IllegalArgumentException if k is outside its range
   */
  public List<Split> folds(int k, long seed) {
    return Splitter.folds(this, k, seed);
  }

  /**
   * As {@link #folds}, but each class keeps its share: the test parts differ by at most one row of
   * each class, and by at most one row in all.
   *
   * <p>Every test part has rows of every class: a class with fewer than k rows is refused. A class
   * without any rows is not missed.
   *
   * @param k number of splits, 2 .. rows of the smallest class
   * @param seed the folds are a function of it and of the labels
   * @return the k splits, all parts in the shuffled order; unmodifiable
   * @throws IllegalStateException if this is no data set for classification
   * @throws IllegalArgumentException if k is outside its range
   */
  public List<Split> stratifiedFolds(int k, long seed) {
    requireClassification();
    return Splitter.stratifiedFolds(this, k, seed);
  }

  @Override
  public void copyRows(
      int[] order,
      int from,
      int count,
      float[] xBuffer,
      int xOffset,
      int xStride,
      float[] yBuffer,
      int yOffset,
      int yStride) {
    Shapes.requireCopy(
        this, order, from, count, xBuffer, xOffset, xStride, yBuffer, yOffset, yStride);
    gather(order, from, count, xBuffer, xOffset, xStride, yBuffer, yOffset, yStride);
  }

  private void gather(
      int[] order,
      int from,
      int count,
      float[] xBuffer,
      int xOffset,
      int xStride,
      float[] yBuffer,
      int yOffset,
      int yStride) {
    for (int i = 0; i < count; i++) {
      int row = order[from + i];
      System.arraycopy(x, row * inputs, xBuffer, xOffset + i * xStride, inputs);
      System.arraycopy(y, row * outputs, yBuffer, yOffset + i * yStride, outputs);
    }
  }

  /**
   * As the other {@code copyRows}, for neighbouring rows: xBuffer[xOffset + i * xStride + k] =
   * x[firstRow + i][k].
   *
   * @param firstRow in 0 .. rows-count
   * @param count number of rows to copy
   * @param xBuffer receives the features; overwritten
   * @param xOffset where the first row of features begins
   * @param xStride from the beginning of a row of features to the next, at least inputs
   * @param yBuffer receives the targets; overwritten; not the array of the features
   * @param yOffset where the first row of targets begins
   * @param yStride from the beginning of a row of targets to the next, at least outputs
   * @throws IndexOutOfBoundsException if a row is outside this data set, or a buffer too short
   * @throws IllegalArgumentException if a stride is too small
   */
  public void copyRows(
      int firstRow,
      int count,
      float[] xBuffer,
      int xOffset,
      int xStride,
      float[] yBuffer,
      int yOffset,
      int yStride) {
    Objects.requireNonNull(xBuffer, "xBuffer");
    Objects.requireNonNull(yBuffer, "yBuffer");
    Shapes.requireRange("firstRow", firstRow, count, "rows", rows);
    Shapes.requireRoom("xBuffer", xBuffer, xOffset, xStride, count, inputs);
    Shapes.requireRoom("yBuffer", yBuffer, yOffset, yStride, count, outputs);
    for (int i = 0; i < count; i++) {
      int row = firstRow + i;
      System.arraycopy(x, row * inputs, xBuffer, xOffset + i * xStride, inputs);
      System.arraycopy(y, row * outputs, yBuffer, yOffset + i * yStride, outputs);
    }
  }

  @Override
  public void copyTargets(int row, float[] yBuffer, int yOffset) {
    Shapes.requireTargetCopy(this, row, yBuffer, yOffset);
    System.arraycopy(y, row * outputs, yBuffer, yOffset, outputs);
  }

  /**
   * The shape in words.
   *
   * @return such as {@code Dataset[150 rows, 4 inputs, 3 outputs, 3 classes]}
   */
  @Override
  public String toString() {
    return "Dataset[%d rows, %d inputs, %d outputs, %d classes]"
        .formatted(rows, inputs, outputs, classNames.size());
  }

  /** The names of n classes without names: "0", "1", ... */
  static List<String> numberedNames(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  private void requireClassification() {
    if (!isClassification()) {
      throw new IllegalStateException(
          this + " has no classes; withClassNames makes it one for classification");
    }
  }

  private static void requireRows(int count) {
    if (count == 0) {
      throw new IllegalArgumentException("0 rows, allowed: 1 or more");
    }
  }

  private static void requireSameRows(int rows, String what, int count) {
    if (count != rows) {
      throw new IllegalArgumentException(
          "%d rows of features, but %d %s".formatted(rows, count, what));
    }
  }

  private static void requireNameCount(String what, List<String> names, int expected) {
    if (names.size() != expected) {
      throw new IllegalArgumentException(
          "%d %s, expected %d: %s".formatted(names.size(), what, expected, names));
    }
  }
}
