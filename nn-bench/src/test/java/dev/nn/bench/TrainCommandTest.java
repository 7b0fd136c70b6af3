package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainCommandTest {
  private static final Pattern EPOCH =
      Pattern.compile(
          " +[12]  +\\d+\\.\\d{6}  +\\d\\.\\d{4}  +\\d+\\.\\d{6}  +\\d\\.\\d{4}  +\\d+");

  private static Outcome train(String... more) {
    String[] all = Arrays.copyOf(more, more.length + 1);
    all[more.length] = "--hidden=16";
    return run(all);
  }

  private static Outcome run(String... more) {
    String[] args = {"train", "--backend=reference", "--epochs=2"};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    Outcome outcome = Outcome.of(all);
    assertEquals(List.of(), outcome.err());
    assertEquals(0, outcome.status());
    return outcome;
  }

  /** The figures of the epochs without the speed. */
  private static List<String> figures(Outcome outcome) {
    return outcome.out().stream()
        .filter(line -> EPOCH.matcher(line).matches())
        .map(line -> line.substring(0, line.lastIndexOf(' ')).strip())
        .toList();
  }

  @Test
  void anEpochIsALine() {
    Outcome outcome = train();
    assertEquals(2, figures(outcome).size(), outcome.toString());
    assertEquals("network   64-16 relu-10 softmax, 1210 parameters", outcome.line("network"));
    assertTrue(outcome.line("backend").startsWith("backend   reference, "), outcome.toString());
  }

  @Test
  void theFiguresDoNotDependOnTheThreads() {
    assertEquals(figures(train()), figures(train("--threads=2")));
  }

  @Test
  void theSeedAndTheSettingsDecideTheFigures() {
    List<String> figures = figures(train());
    for (String other :
        List.of(
            "--seed=7",
            "--batch=33",
            "--learning-rate=0.2",
            "--optimizer=adam",
            "--optimizer=nesterov",
            "--optimizer=adagrad",
            "--optimizer=rmsprop",
            "--optimizer=adamw",
            "--schedule=exponential",
            "--schedule=cosine",
            "--schedule=one-cycle",
            "--l2=0.01",
            "--l1=0.001",
            "--clip-value=0.01",
            "--clip-norm=0.1",
            "--max-norm=0.5",
            "--activation=tanh")) {
      assertTrue(!figures.equals(figures(train(other))), other);
    }
  }

  @Test
  void theScheduleStandsBesideTheLearningRate() {
    String training = train("--schedule=one-cycle").line("training");
    assertTrue(training.startsWith("training  sgd, learning rate 0.1 one-cycle, L2 0.0"), training);
    assertEquals(figures(train()), figures(train("--schedule=constant")));
  }

  @Test
  void whatIsDoneToGradientsAndWeightsStandsBesideL2() {
    String training =
        train("--l1=0.001", "--clip-value=0.5", "--clip-norm=1", "--max-norm=3").line("training");
    assertTrue(
        training.contains(
            "L2 0.0, L1 0.001, gradients clipped to 0.5, gradient norm at most 1.0, weight norms at"
                + " most 3.0, batches of 32"),
        training);
    assertTrue(train().line("training").contains("L2 0.0, batches of 32"));
  }

  @Test
  void theConfusionMatrixHasEveryTestRowOnce() {
    Outcome outcome = train();
    int heading = outcome.out().indexOf(outcome.line("actual \\ predicted"));
    List<String> rows = outcome.out().subList(heading + 1, outcome.out().size());
    assertEquals(10, rows.size());
    int sum = 0;
    for (String row : rows) {
      List<String> cells = Outcome.split(row);
      assertEquals(12, cells.size(), row);
      sum += cells.subList(1, 11).stream().mapToInt(Integer::parseInt).sum();
    }
    assertEquals(359, sum);
  }

  @Test
  void theReportHasTheFiguresOfEveryClass() {
    Outcome without = train();
    Outcome outcome = train("--report");
    int matrix = without.out().size();
    List<String> report = outcome.out().subList(matrix, outcome.out().size());
    assertEquals(figures(without), figures(outcome));
    assertEquals("", report.get(0));
    assertTrue(report.get(1).startsWith("class "), report.get(1));
    assertEquals(16, report.size(), outcome.toString());
    List<String> recalls =
        outcome.out().subList(matrix - 10, matrix).stream()
            .map(row -> Outcome.split(row).get(11))
            .toList();
    assertEquals(
        recalls, report.subList(2, 12).stream().map(row -> Outcome.split(row).get(2)).toList());
    String accuracy = Outcome.split(outcome.line("test accuracy")).get(2);
    assertTrue(report.get(15).startsWith("accuracy " + accuracy + " log loss "), report.get(15));
  }

  @Test
  void withoutAHiddenLayerItIsSoftmaxRegression() {
    assertEquals("network   64-10 softmax, 650 parameters", run("--hidden=none").line("network"));
  }

  @Test
  void everyHiddenLayerDropsOutputs() {
    assertEquals(
        "network   64-20 relu dropout 0.25-12 relu dropout 0.25-10 softmax, 1682 parameters",
        run("--hidden=20,12", "--dropout=0.25").line("network"));
  }

  @Test
  void aFolderOfImagesIsLearned(@TempDir Path folder) throws IOException {
    IdxWriter.write(folder, 64, 10);
    String last = train("--data=" + folder, "--batch=4").line("test accuracy");
    assertTrue(last.startsWith("test accuracy 1.0000, "), last);
  }
}
