package dev.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Turns the rows of a CSV file into numbers, as the options of a {@link CsvReader} say. */
final class CsvDecoder {
  private final CsvOptions options;

  CsvDecoder(CsvOptions options) {
    this.options = options;
  }

  /**
   * What is learned from a training file.
   *
   * @param columns that features are encoded by
   * @param classNames in their order; empty if the targets are no classes
   */
  record Fitted(FeatureColumns columns, List<String> classNames) {}

  /**
   * What features and classes are encoded by.
   *
   * @param in closed
   */
  Fitted fit(Path file, InputStream in) throws IOException {
    try (CsvTable table = new CsvTable(file, in, options)) {
      int[] features = table.columns().features();
      ColumnFit[] fits = new ColumnFit[features.length];
      for (int k = 0; k < fits.length; k++) {
        fits[k] =
            table.columns().isCategorical(features[k])
                ? ColumnFit.categorical(options.unknownAsZeros)
                : ColumnFit.numeric(options.imputed);
      }
      ClassLabels labels = new ClassLabels(options.classNames);
      int rows = 0;
      for (CsvRow row = table.next(); row != null; row = table.next()) {
        for (int k = 0; k < fits.length; k++) {
          fit(fits[k], row, features[k], table.columns().isCategorical(features[k]));
        }
        if (options.kind == CsvOptions.Kind.CLASSES) {
          labels.add(row, table.columns().targets()[0]);
        }
        rows++;
      }
      FeatureColumns fitted = fitted(table, fits);
      if (options.kind == CsvOptions.Kind.CLASSES) {
        requireClasses(table, rows, labels);
        return new Fitted(fitted, labels.names());
      }
      return new Fitted(fitted, List.of());
    }
  }

  private void fit(ColumnFit fit, CsvRow row, int column, boolean categorical) throws IOException {
    if (!options.missing.contains(row.text(column))) {
      fit.add(row, column);
    } else if (categorical && !options.unknownAsZeros) {
      throw row.error(column, "the category is missing");
    } else if (!categorical && !options.imputed) {
      throw row.error(column, "empty field, expected a number");
    }
  }

  private FeatureColumns fitted(CsvTable table, ColumnFit[] fits) throws IOException {
    List<String> names = table.names(table.columns().features());
    List<FeatureColumns.Column> columns = new ArrayList<>();
    for (int k = 0; k < fits.length; k++) {
      try {
        columns.add(fits[k].column(names.isEmpty() ? "" : names.get(k)));
      } catch (IllegalArgumentException e) {
        throw table.error(k, e.getMessage());
      }
    }
    return FeatureColumns.of(columns, options.missing);
  }

  /**
   * All of a file.
   *
   * @param in closed
   */
  Dataset read(Path file, InputStream in) throws IOException {
    try (CsvTable table = new CsvTable(file, in, options)) {
      int[] features = table.columns().features();
      int[] targets = table.columns().targets();
      FeatureColumns columns = encoding(table);
      FloatList x = new FloatList();
      FloatList y = new FloatList();
      ClassLabels labels = new ClassLabels(options.classNames);
      int rows = 0;
      for (CsvRow row = table.next(); row != null; row = table.next()) {
        requireRoom(row, x, columns.inputs());
        for (int k = 0; k < features.length; k++) {
          encode(columns, k, row, features[k], x);
        }
        if (options.kind == CsvOptions.Kind.CLASSES) {
          labels.add(row, targets[0]);
        } else {
          requireRoom(row, y, targets.length);
          for (int column : targets) {
            y.add(
                options.kind == CsvOptions.Kind.LABELS
                    ? row.zeroOrOne(column)
                    : row.number(column));
          }
        }
        rows++;
      }
      Dataset data = dataset(table, rows, columns.inputs(), x, y, labels);
      List<String> names = columns.featureNames();
      return names.isEmpty() ? data : data.withFeatureNames(names);
    }
  }

  /**
   * The features alone, of a file that has the targets behind them or does not have them.
   *
   * @param in closed
   */
  float[][] readFeatures(Path file, InputStream in, FeatureColumns columns) throws IOException {
    int features = columns.columns().size();
    int behind = options.targets.isEmpty() ? options.lastTargets : 0;
    CsvOptions alone = options.copy();
    alone.lastTargets = 0;
    List<float[]> rows = new ArrayList<>();
    try (CsvTable table = new CsvTable(file, in, alone)) {
      int[] found = table.columns().features();
      if (found.length != features && found.length != features + behind) {
        throw table.error(
            "%d columns, expected %d features, with or without %d targets behind them"
                .formatted(found.length, features, behind));
      }
      for (CsvRow row = table.next(); row != null; row = table.next()) {
        FloatList x = new FloatList();
        for (int k = 0; k < features; k++) {
          encode(columns, k, row, found[k], x);
        }
        rows.add(x.toArray());
      }
    }
    return rows.toArray(float[][]::new);
  }

  private static void encode(FeatureColumns columns, int k, CsvRow row, int column, FloatList x)
      throws IOException {
    try {
      columns.encode(k, row.text(column), x);
    } catch (IllegalArgumentException e) {
      throw row.error(column, e.getMessage());
    }
  }

  private Dataset dataset(
      CsvTable table, int rows, int inputs, FloatList x, FloatList y, ClassLabels labels)
      throws IOException {
    if (options.kind == CsvOptions.Kind.CLASSES) {
      requireClasses(table, rows, labels);
      List<String> names = labels.names();
      float[] oneHot = OneHot.encodeFlat(labels.toArray(), names.size());
      return Dataset.adopt(rows, inputs, names.size(), x.toArray(), oneHot, names);
    }
    int[] targets = table.columns().targets();
    Dataset data = Dataset.adopt(rows, inputs, targets.length, x.toArray(), y.toArray(), List.of());
    List<String> names = table.names(targets);
    return names.isEmpty() ? data : data.withTargetNames(names);
  }

  /** The columns that the features of a table are encoded by, which must be those of the table. */
  private FeatureColumns encoding(CsvTable table) throws IOException {
    int[] features = table.columns().features();
    List<String> names = table.names(features);
    if (options.columns == null) {
      return FeatureColumns.numeric(
          names.isEmpty() ? Collections.nCopies(features.length, "") : names);
    }
    List<FeatureColumns.Column> fitted = options.columns.columns();
    if (fitted.size() != features.length) {
      throw table.error(
          "%d features, expected %d as in the fitted columns"
              .formatted(features.length, fitted.size()));
    }
    for (int k = 0; k < names.size(); k++) {
      String expected = fitted.get(k).name();
      if (!expected.isEmpty() && !expected.equals(names.get(k))) {
        throw table.error(
            k,
            "feature %s, expected %s as in the fitted columns"
                .formatted(CsvRow.quote(names.get(k)), CsvRow.quote(expected)));
      }
    }
    return options.columns;
  }

  private static void requireRoom(CsvRow row, FloatList values, int more) throws IOException {
    if (values.size() > FloatList.MAX_SIZE - more) {
      throw row.error("more than " + FloatList.MAX_SIZE + " values");
    }
  }

  private static void requireClasses(CsvTable table, int rows, ClassLabels labels)
      throws IOException {
    String problem = labels.problem(rows);
    if (problem != null) {
      throw table.error(problem);
    }
  }
}
