package dev.nn.bench;

import dev.nn.Activation;
import dev.nn.Model;
import dev.nn.data.CsvReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code predict}: what a saved model answers to the rows of a CSV file, as a CSV file. */
@Command(
    name = "predict",
    description = {
      "Print what a model answers to each row of a CSV file, as CSV:",
      "the class and the probability of each, or the outputs."
    },
    sortOptions = false)
final class PredictCommand implements Runnable {
  @Option(
      names = "--model",
      paramLabel = "FILE",
      required = true,
      description = "A safetensors file that train --save wrote.")
  Path model;

  @Option(
      names = "--data",
      paramLabel = "FILE",
      required = true,
      description =
          "A CSV file with the features in its first columns; label or targets may follow.")
  Path data;

  @Option(
      names = "--target-column",
      paramLabel = "NAME",
      description = "A column of the file that is no feature, but what was to be learned.")
  String targetColumn;

  @Mixin BackendOption backend;

  @Mixin VectorOption vector;

  @Spec CommandSpec spec;

  @Override
  public void run() {
    Model loaded = read("--model", () -> Model.load(model, backend.choose()));
    boolean classes = loaded.network().architecture().outputActivation() == Activation.SOFTMAX;
    float[][] rows = read("--data", () -> features(loaded, classes));
    float[][] outputs = read("--data", () -> loaded.predict(rows));
    PrintWriter out = spec.commandLine().getOut();
    List<String> names = names(loaded);
    out.println(
        (classes ? "prediction," : "")
            + names.stream().map(PredictCommand::quote).collect(Collectors.joining(",")));
    for (float[] row : outputs) {
      List<String> fields = new ArrayList<>();
      if (classes) {
        fields.add(quote(names.get(largest(row))));
      }
      for (float output : row) {
        fields.add(Float.toString(output));
      }
      out.println(String.join(",", fields));
    }
    out.flush();
  }

  private float[][] features(Model loaded, boolean classes) throws IOException {
    return reader(classes, loaded.network().architecture().outputs())
        .readFeatures(data, loaded.network().architecture().inputs());
  }

  private CsvReader reader(boolean classes, int outputs) {
    if (targetColumn != null) {
      return CsvReader.classification(targetColumn);
    }
    return classes ? CsvReader.classification() : CsvReader.regression().lastTargets(outputs);
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  private <T> T read(String option, Reading<T> reading) {
    try {
      return reading.read();
    } catch (IOException | IllegalArgumentException e) {
      throw refusal(option, FileProblem.of("read", e), e);
    }
  }

  private ParameterException refusal(String option, String problem, Exception cause) {
    return new ParameterException(
        spec.commandLine(), "Invalid value for option '" + option + "': " + problem, cause);
  }

  private static List<String> names(Model loaded) {
    return loaded.outputNames().isEmpty()
        ? IntStream.range(0, loaded.network().architecture().outputs())
            .mapToObj(output -> "output " + output)
            .toList()
        : loaded.outputNames();
  }

  private static int largest(float[] row) {
    int largest = 0;
    for (int j = 1; j < row.length; j++) {
      if (row[j] > row[largest]) {
        largest = j;
      }
    }
    return largest;
  }

  /** A field after RFC 4180. */
  private static String quote(String field) {
    boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
  }
}
