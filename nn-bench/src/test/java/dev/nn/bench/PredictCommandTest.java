package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Model;
import dev.nn.data.CsvReader;
import dev.nn.data.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PredictCommandTest {
  private static final Path DIGITS = Path.of("src/main/resources/dev/nn/bench/digits.csv.gz");

  @TempDir Path folder;

  private Path model() {
    return folder.resolve("model.safetensors");
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private List<String> train(String... more) {
    String[] args = {"train", "--backend=reference", "--hidden=8", "--save=" + model()};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    Outcome outcome = Outcome.of(all);
    assertEquals(List.of(), outcome.err());
    assertEquals("saved     " + model(), outcome.out().get(outcome.out().size() - 1));
    return outcome.out();
  }

  private Outcome outcome(Path data, String... more) {
    String[] args = {"predict", "--model=" + model(), "--data=" + data};
    String[] all = Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return Outcome.of(all);
  }

  private List<String> predict(Path data, String... more) {
    Outcome outcome = outcome(data, more);
    assertEquals(List.of(), outcome.err());
    assertEquals(0, outcome.status());
    return outcome.out();
  }

  @Test
  void aSavedModelAnswersTheSameOnEveryBackend() throws IOException {
    train("--epochs=5");
    List<String> reference = predict(DIGITS, "--backend=reference");
    assertEquals("prediction,0,1,2,3,4,5,6,7,8,9", reference.get(0));
    Dataset digits = CsvReader.classification().read(DIGITS);
    assertEquals(1 + digits.rows(), reference.size());
    Model model = Model.load(model());
    int right = 0;
    for (int row = 0; row < digits.rows(); row++) {
      String[] fields = reference.get(1 + row).split(",", -1);
      float[] expected = model.predict(digits.features(row));
      float[] probabilities = new float[10];
      for (int c = 0; c < 10; c++) {
        probabilities[c] = Float.parseFloat(fields[1 + c]);
      }
      assertArrayEquals(expected, probabilities);
      int prediction = Integer.parseInt(fields[0]);
      for (float probability : probabilities) {
        assertTrue(probabilities[prediction] >= probability);
      }
      right += prediction == digits.label(row) ? 1 : 0;
    }
    assertTrue(right > 0.8 * digits.rows(), right + " right");
    for (String id : AvailableBackends.ids()) {
      assertEquals(reference, predict(DIGITS, "--backend=" + id), id);
    }
  }

  /** The network saw standardized columns, and the file has others. */
  @Test
  void featuresAreScaledAndNamesAreKept() throws IOException {
    StringBuilder text = new StringBuilder("length,width,kind\n");
    for (int row = 0; row < 50; row++) {
      text.append(String.format(Locale.ROOT, "%d,%d,%s%n", 1000 + row % 2, row % 7, kind(row)));
    }
    train("--data=" + file("rows.csv", text.toString()), "--epochs=30", "--batch=4");
    Path unlabelled = file("new.csv", "1000,3\n1001,3\n");
    List<String> answers = predict(unlabelled);
    assertEquals("prediction,\"left, or so\",right", answers.get(0));
    assertTrue(answers.get(1).startsWith("\"left, or so\",0."), answers.toString());
    assertTrue(answers.get(2).startsWith("right,0."), answers.toString());
    assertEquals(3, answers.size());
    Path inFront = file("front.csv", "kind,length,width\n?,1000,3\n?,1001,3\n");
    assertEquals(answers, predict(inFront, "--target-column=kind"));
  }

  private static String kind(int row) {
    return row % 2 == 0 ? "\"left, or so\"" : "right";
  }

  @Test
  void numbersAreInTheUnitsOfTheFile() throws IOException {
    StringBuilder text = new StringBuilder("x,y,sum\n");
    for (int row = 0; row < 60; row++) {
      text.append(row % 6 + "," + row % 10 + "," + (5000 + 100 * (row % 6 + row % 10)) + "\n");
    }
    Path data = file("rows.csv", text.toString());
    train("--data=" + data, "--task=regression", "--epochs=60", "--batch=4", "--activation=tanh");
    List<String> answers = predict(data);
    assertEquals("sum", answers.get(0));
    assertEquals(61, answers.size());
    for (int row = 0; row < 60; row++) {
      float sum = 5000 + 100 * (row % 6 + row % 10);
      assertEquals(sum, Float.parseFloat(answers.get(1 + row)), 150);
    }
  }

  private void assertRefused(String reason, Outcome outcome) {
    assertEquals(List.of("nn-bench predict: Invalid value for option " + reason), outcome.err());
    assertEquals(2, outcome.status());
    assertEquals(List.of(), outcome.out());
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    Path rows = file("rows.csv", "1,2,3\n");
    assertRefused("'--model': cannot read " + model() + " (NoSuchFileException)", outcome(rows));
    Files.writeString(model(), "no model");
    assertTrue(outcome(rows).err().get(0).contains("byte 0: a header of"), "its first bytes");
    train("--epochs=1");
    assertRefused(
        "'--data': "
            + rows
            + ": line 1: 3 columns, expected 64 features, with or without 1 targets behind them",
        outcome(rows));
    assertRefused(
        "'--data': cannot read " + folder.resolve("none") + " (NoSuchFileException)",
        outcome(folder.resolve("none")));
  }
}
