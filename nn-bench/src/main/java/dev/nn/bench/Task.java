package dev.nn.bench;

import dev.nn.Activation;
import dev.nn.data.CsvReader;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;

/** What the targets of a row are. */
enum Task {
  /** One of several classes. */
  CLASSIFICATION(Activation.SOFTMAX, "classes"),

  /** Numbers. */
  REGRESSION(Activation.IDENTITY, "targets"),

  /** Any of several labels. */
  MULTI_LABEL(Activation.SIGMOID, "labels");

  private final Activation output;
  private final String outputs;

  Task(Activation output, String outputs) {
    this.output = output;
    this.outputs = outputs;
  }

  /** The activation of the last layer. */
  Activation output() {
    return output;
  }

  /** What the outputs are called. */
  String outputs() {
    return outputs;
  }

  /** A reader of CSV files for this task. */
  CsvReader reader(Targets targets) {
    if (targets.column().isPresent()) {
      String column = targets.column().get();
      return switch (this) {
        case CLASSIFICATION -> CsvReader.classification(column);
        case REGRESSION -> CsvReader.regression(column);
        case MULTI_LABEL -> CsvReader.multiLabel(column);
      };
    }
    return switch (this) {
      case CLASSIFICATION -> CsvReader.classification();
      case REGRESSION -> CsvReader.regression().lastTargets(targets.count());
      case MULTI_LABEL -> CsvReader.multiLabel().lastTargets(targets.count());
    };
  }

  /** Reads a name. */
  static final class Converter implements ITypeConverter<Task> {
    @Override
    public Task convert(String value) {
      return Converters.oneOf(List.of(values()), Task::toString, value);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
