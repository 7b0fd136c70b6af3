package dev.nn.data;

import java.util.List;

/** The options of a {@link CsvReader}, not modified any more once it has them. */
final class CsvOptions {

  /** What the targets are. */
  enum Kind {
    CLASSES,
    LABELS,
    NUMBERS
  }

  final Kind kind;
  final List<CsvColumn> targets;
  int lastTargets = 1; // where no target is named
  List<CsvColumn> ignored = List.of();
  char separator = ',';
  CsvReader.Header header = CsvReader.Header.AUTO;
  int skippedLines;
  List<String> classNames = List.of();

  List<CsvColumn> categorical = List.of();
  boolean unknownAsZeros;
  boolean imputed;
  List<String> missing = List.of("");
  FeatureColumns columns; // null: to be learned, or plain numbers

  CsvOptions(Kind kind, List<CsvColumn> targets) {
    this.kind = kind;
    this.targets = targets;
  }

  CsvOptions copy() {
    CsvOptions copy = new CsvOptions(kind, targets);
    copy.lastTargets = lastTargets;
    copy.ignored = ignored;
    copy.separator = separator;
    copy.header = header;
    copy.skippedLines = skippedLines;
    copy.classNames = classNames;
    copy.categorical = categorical;
    copy.unknownAsZeros = unknownAsZeros;
    copy.imputed = imputed;
    copy.missing = missing;
    copy.columns = columns;
    return copy;
  }

  /** Whether something about the features must be learned before they can be read. */
  boolean isToBeFitted() {
    return columns == null && (imputed || !categorical.isEmpty());
  }

  /** Whether a column is spoken of by its name, so that there must be a header. */
  boolean hasNames() {
    return targets.stream().anyMatch(CsvColumn::isNamed)
        || ignored.stream().anyMatch(CsvColumn::isNamed)
        || categorical.stream().anyMatch(CsvColumn::isNamed);
  }
}
