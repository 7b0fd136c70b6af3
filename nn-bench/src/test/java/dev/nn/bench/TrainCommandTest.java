package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
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
    return run(2, more);
  }

  private static Outcome run(int epochs, String... more) {
    String[] args = {"train", "--backend=reference", "--epochs=" + epochs};
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
            "--validation=0.1",
            "--class-weights=balanced",
            "--class-weights=5,1,1,1,1,1,1,1,1,1",
            "--normalize=layer",
            "--normalize=batch",
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
  void equalWeightsOfClassesAreNone() {
    Outcome outcome = train("--class-weights=2,2,2,2,2,2,2,2,2,2");
    assertEquals(figures(train()), figures(outcome));
    String training = outcome.line("training");
    assertTrue(training.contains(" L2 0.0, class weights 2.0,2.0,"), training);
  }

  /** Clouds that overlap, one of them of few points. */
  @Test
  void balancedClassesRaiseTheRecallOfTheRareOne(@TempDir Path folder) throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    StringBuilder csv = new StringBuilder("x,label\n");
    for (int i = 0; i < 550; i++) {
      double sum = 0;
      for (int k = 0; k < 12; k++) {
        sum += random.nextDouble() - 0.5;
      }
      boolean rare = i % 11 == 0;
      csv.append(rare ? sum + 1.5 : sum).append(rare ? ",rare\n" : ",usual\n");
    }
    Path file = Files.writeString(folder.resolve("clouds.csv"), csv);
    Outcome plain = run("--hidden=none", "--data=" + file);
    Outcome balanced = run("--hidden=none", "--data=" + file, "--class-weights=balanced");
    assertTrue(recall(plain) < 0.5, plain.toString());
    assertTrue(recall(balanced) > 0.7, balanced.toString());
    assertTrue(balanced.line("training").contains(" class weights balanced, "));
  }

  /** The last column of the confusion matrix. */
  private static double recall(Outcome outcome) {
    List<String> cells = outcome.words("0 rare ");
    return Double.parseDouble(cells.get(cells.size() - 1));
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

  /** Two numbers to be learned, in units far from 1, each a sum of two features. */
  private static Path numbers(Path folder) throws IOException {
    StringBuilder text = new StringBuilder("left,right,sum,difference\n");
    for (int row = 0; row < 200; row++) {
      int left = row % 14;
      int right = row / 14;
      text.append(left).append(',').append(right).append(',');
      text.append(5000 + 100 * (left + right)).append(',').append(left - right).append('\n');
    }
    return Files.writeString(folder.resolve("numbers.csv"), text);
  }

  @Test
  void numbersAreLearnedInTheirUnits(@TempDir Path folder) throws IOException {
    String[] args = {"--data=" + numbers(folder), "--task=regression", "--targets=2", "--report"};
    Outcome outcome = train(args);
    assertEquals("network   2-16 relu-2 identity, 82 parameters", outcome.line("network"));
    assertEquals(
        List.of("epoch", "train", "loss", "validation", "loss", "samples/s"),
        outcome.words("epoch"));
    assertEquals(4, outcome.words("    2 ").size(), "an epoch has no accuracy");
    List<String> test = outcome.words("test R2");
    assertTrue(Double.parseDouble(test.get(2).replace(",", "")) > 0.8, outcome.toString());
    List<String> sum = outcome.words("sum");
    List<String> difference = outcome.words("difference");
    List<String> mean = outcome.words("mean");
    assertEquals(List.of("output", "MAE", "RMSE", "R2", "rows"), outcome.words("output"));
    assertEquals(test.get(4), mean.get(2) + ",", "RMSE");
    assertEquals("40", sum.get(4));
    double error = Double.parseDouble(sum.get(1));
    assertTrue(error > 10 && error < 300, "hundreds: " + error);
    assertTrue(Double.parseDouble(difference.get(1)) < 3, difference.toString());
    assertEquals(
        outcome.out().size() - 5,
        train(Arrays.copyOf(args, 3)).out().size(),
        "without --report the table is missing");
  }

  @Test
  void labelsAreLearnedIndependently(@TempDir Path folder) throws IOException {
    StringBuilder text = new StringBuilder("a,b,c,right,top,far\n");
    for (int row = 0; row < 300; row++) {
      double a = Math.sin(row);
      double b = Math.sin(2.7 * row);
      text.append(a).append(',').append(b).append(",0,").append(a > 0 ? 1 : 0).append(',');
      text.append(b > 0 ? 1 : 0).append(',').append(a * a + b * b > 1 ? 1 : 0).append('\n');
    }
    Path file = Files.writeString(folder.resolve("labels.csv"), text);
    String[] args = {"--data=" + file, "--task=multi-label", "--targets=3", "--report"};
    Outcome outcome = train(args);
    assertEquals("network   3-16 relu-3 sigmoid, 115 parameters", outcome.line("network"));
    List<String> test = outcome.words("test subset accuracy");
    assertEquals("60", test.get(9), test.toString());
    assertTrue(Double.parseDouble(test.get(6).replace(",", "")) < 0.3, test.toString());
    for (String label : List.of("right ", "top ")) {
      assertTrue(Double.parseDouble(outcome.words(label).get(3)) > 0.8, outcome.toString());
    }
    assertEquals(6, outcome.words("far ").size());
    String last = outcome.out().get(outcome.out().size() - 1);
    assertTrue(last.startsWith("subset accuracy " + test.get(3)), last);
    assertEquals(
        outcome.out().size() - 10,
        train(Arrays.copyOf(args, 3)).out().size(),
        "without --report the table is missing");
  }

  @Test
  void validationRowsAreNotLearned() {
    Outcome outcome = train("--validation=0.25");
    assertEquals(
        "data      digits, 1078 training rows, 360 validation rows, 359 test rows, 64 features,"
            + " 10 classes",
        outcome.line("data"));
    List<String> last = Outcome.split(figures(outcome).get(1));
    List<String> test = outcome.words("test accuracy");
    assertTrue(!test.get(4).equals(last.get(3) + ","), "the test rows are others");
    last = Outcome.split(figures(train()).get(1));
    test = train().words("test accuracy");
    assertEquals(last.get(3) + ",", test.get(4), "without the option they are the test rows");
  }

  @Test
  void patienceEndsATrainingWithTheBestEpoch() {
    String[] args = {
      "train", "--backend=reference", "--hidden=16", "--learning-rate=0.7", "--validation=0.2", ""
    };
    args[5] = "--epochs=60";
    String[] patient = Arrays.copyOf(args, 7);
    patient[6] = "--patience=2";
    Outcome outcome = Outcome.of(patient);
    assertEquals(0, outcome.status(), outcome.toString());
    assertTrue(outcome.line("training").contains(", 60 epochs, patience 2, "));
    int best = Integer.parseInt(outcome.words("parameters of epoch").get(3).replace(",", ""));
    List<Double> losses =
        outcome.out().stream()
            .filter(line -> line.matches(" +\\d+  +\\d+\\.\\d{6} .*"))
            .map(line -> Double.parseDouble(Outcome.split(line).get(3)))
            .toList();
    assertEquals(best + 2, losses.size(), outcome.toString());
    assertTrue(best < 58, "it ended early");
    assertEquals(Collections.min(losses), losses.get(best - 1));
    args[5] = "--epochs=" + best;
    assertEquals(outcome.line("test accuracy"), Outcome.of(args).line("test accuracy"));
  }

  @Test
  void everyHiddenLayerIsNormalized() {
    assertEquals(
        "network   64-20 layer norm relu dropout 0.25-12 layer norm relu dropout 0.25-10 softmax,"
            + " 1746 parameters",
        run("--hidden=20,12", "--normalize=layer", "--dropout=0.25").line("network"));
    assertEquals(
        "network   64-16 batch norm relu-10 softmax, 1242 parameters",
        train("--normalize=batch").line("network"));
    assertEquals(figures(train()), figures(train("--normalize=none")));
  }

  @Test
  void aFolderOfImagesIsLearned(@TempDir Path folder) throws IOException {
    IdxWriter.write(folder, 64, 10);
    String last = train("--data=" + folder, "--batch=4").line("test accuracy");
    assertTrue(last.startsWith("test accuracy 1.0000, "), last);
  }

  /** A run that has fewer epochs stands for one that was cut off. */
  @Test
  void aTrainingGoesOnFromItsCheckpoint(@TempDir Path folder) {
    Path checkpoints = folder.resolve("checkpoints");
    List<String> whole = figures(train());
    Outcome first = run(1, "--hidden=16", "--checkpoint=" + checkpoints);
    assertEquals(whole.subList(0, 1), figures(first));
    Outcome second = train("--checkpoint=" + checkpoints, "--resume", "--threads=2");
    assertEquals(whole.subList(1, 2), figures(second));
    assertEquals(
        "goes on in epoch 2 after batch 0, "
            + checkpoints.resolve("step-0000000000000045.safetensors"),
        second.line("goes on"));
    assertTrue(second.line("epoch  train loss").endsWith("samples/s"));
  }

  @Test
  void checkpointsMayBeAnyNumberOfStepsApart(@TempDir Path folder) throws IOException {
    Path checkpoints = folder.resolve("checkpoints");
    // Without a checkpoint resume begins, so that one command line does for all starts.
    run(1, "--checkpoint=" + checkpoints, "--checkpoint-steps=7", "--resume");
    assertTrue(Files.exists(checkpoints.resolve("step-0000000000000042.safetensors")));
    assertTrue(Files.exists(checkpoints.resolve("step-0000000000000045.safetensors")));
  }

  private static void refused(String reason, String... options) {
    String[] args = {"train", "--backend=reference", "--epochs=1", "--hidden=16"};
    String[] all = Arrays.copyOf(args, args.length + options.length);
    System.arraycopy(options, 0, all, args.length, options.length);
    Outcome outcome = Outcome.of(all);
    assertEquals(List.of("nn-bench train: " + reason), outcome.err());
    assertEquals(2, outcome.status());
  }

  @Test
  void checkpointsThatDoNotFitAreRefused(@TempDir Path folder) throws IOException {
    refused("--resume needs the folder, --checkpoint=DIR", "--resume");
    refused("--checkpoint-steps needs the folder, --checkpoint=DIR", "--checkpoint-steps=5");
    Path missing = folder.resolve("missing").resolve("checkpoints");
    String wrong = "Invalid value for option '--checkpoint': ";
    refused(
        wrong + "cannot write " + missing + " (NoSuchFileException)", "--checkpoint=" + missing);
    Path checkpoints = folder.resolve("checkpoints");
    run(1, "--hidden=16", "--checkpoint=" + checkpoints);
    Path last = checkpoints.resolve("step-0000000000000045.safetensors");
    refused(
        wrong
            + checkpoints
            + " has checkpoints, the last of them "
            + last.getFileName()
            + ": resume the training, or use another folder",
        "--checkpoint=" + checkpoints);
    refused(
        wrong + last + " is of a training with seed 42, but this one has 1",
        "--checkpoint=" + checkpoints,
        "--resume",
        "--seed=1");
    Files.writeString(last, "damaged");
    refused(
        wrong + last + ": byte 7: the file ends in its first 8 bytes, the length of the header",
        "--checkpoint=" + checkpoints,
        "--resume");
  }
}
