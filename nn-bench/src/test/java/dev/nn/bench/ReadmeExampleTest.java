package dev.nn.bench;

import static dev.nn.Activation.IDENTITY;
import static dev.nn.Activation.RELU;
import static dev.nn.Activation.SOFTMAX;
import static dev.nn.Activation.TANH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Architecture;
import dev.nn.CustomLoss;
import dev.nn.Network;
import dev.nn.data.CsvReader;
import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.data.Split;
import dev.nn.metrics.ClassificationReport;
import dev.nn.train.Adam;
import dev.nn.train.History;
import dev.nn.train.Schedule;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    // end of example
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
  void learnsAQuantile() {
    SplittableRandom random = new SplittableRandom(1);
    float[][] features = new float[500][1];
    float[][] targets = new float[500][1];
    for (int i = 0; i < 500; i++) {
      features[i][0] = (float) random.nextDouble();
      targets[i][0] = features[i][0] * (float) random.nextDouble();
    }
    Dataset train = Dataset.of(features, targets);
    Network network =
        Network.initialize(Architecture.input(1).dense(16, TANH).dense(1, IDENTITY), 1);
    // loss
    CustomLoss pinball =
        new CustomLoss(
            "pinball 0.9",
            (yHat, y, gradient) -> {
              double e = y[0] - yHat[0];
              gradient[0] = e > 0 ? -0.9 : 0.1;
              return e > 0 ? 0.9 * e : -0.1 * e;
            });
    Trainer.Builder quantile = Trainer.builder().loss(pinball);
    // end of loss
    quantile.optimizer(Adam.of(0.01)).schedule(Schedule.cosine(0.01)).epochs(40);
    quantile.build().fit(network, train);
    long below =
        IntStream.range(0, 500)
            .filter(i -> targets[i][0] < network.predict(features[i])[0])
            .count();
    assertEquals(0.9, below / 500.0, 0.02);
  }

  @Test
  void standsInTheReadme() throws IOException {
    List<String> source = Files.readAllLines(SOURCE);
    List<String> readme = Files.readAllLines(README);
    for (String example : List.of("example", "report", "loss")) {
      String expected = between(source, "    // " + example, "    // end of " + example);
      assertEquals(expected, between(readme, "```java", "```"));
      readme = readme.subList(readme.indexOf("```java") + 1, readme.size());
    }
  }

  private static String between(List<String> lines, String first, String last) {
    int from = lines.indexOf(first) + 1;
    int to = from + lines.subList(from, lines.size()).indexOf(last);
    assertTrue(from > 0 && to > from, () -> "no example after " + first);
    return lines.subList(from, to).stream().map(String::strip).collect(Collectors.joining("\n"));
  }
}
