package dev.nn.bench;

import static dev.nn.Activation.RELU;
import static dev.nn.Activation.SOFTMAX;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.data.CsvReader;
import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.data.Split;
import dev.nn.metrics.ClassificationReport;
import dev.nn.train.History;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The examples of the README, which must be this code line by line. */
final class ReadmeExampleTest {
  private static final Path SOURCE = Path.of("src/test/java/dev/nn/bench/ReadmeExampleTest.java");
  private static final Path README = Path.of("../README.md");

  @Test
  void trains() throws IOException {
    Path file = Path.of("src/main/resources/dev/nn/bench/digits.csv.gz");
    // example
    Dataset digits = CsvReader.classification().read(file); // 64 pixels and the digit, 1797 rows
    Split parts = digits.stratifiedSplit(0.2, 1);
    FeatureScaler scaler = FeatureScaler.minMax(parts.train());
    Dataset train = scaler.apply(parts.train());
    Dataset test = scaler.apply(parts.test());
    Architecture mlp = Architecture.input(64).dense(128, RELU).dense(64, RELU).dense(10, SOFTMAX);
    Network network = Network.initialize(mlp, 42);
    Trainer trainer = Trainer.builder().optimizer(Sgd.of(0.1)).epochs(20).l2(1e-4).build();
    History history = trainer.fit(network, train, test);
    float[] probabilities = network.predict(test.features(0)); // from any thread
    // end
    // report
    ClassificationReport report = ClassificationReport.of(network, test); // print it: a table
    double f1 = report.confusionMatrix().macro().f1();
    // end of report
    assertTrue(history.last().validation().orElseThrow().accuracy() >= 0.96);
    assertEquals(10, probabilities.length);
    assertEquals(history.last().validation().orElseThrow().accuracy(), report.accuracy());
    assertEquals(report.accuracy(), f1, 0.01, "the classes have about as many rows each");
  }

  @Test
  void standsInTheReadme() throws IOException {
    List<String> source = Files.readAllLines(SOURCE);
    List<String> readme = Files.readAllLines(README);
    assertEquals(
        between(source, "    // example", "    // end"), between(readme, "```java", "```"));
    List<String> after = readme.subList(readme.indexOf("```java") + 1, readme.size());
    assertEquals(
        between(source, "    // report", "    // end of report"), between(after, "```java", "```"));
  }

  private static String between(List<String> lines, String first, String last) {
    int from = lines.indexOf(first) + 1;
    int to = from + lines.subList(from, lines.size()).indexOf(last);
    assertTrue(from > 0 && to > from, () -> "no example after " + first);
    return lines.subList(from, to).stream().map(String::strip).collect(Collectors.joining("\n"));
  }
}
