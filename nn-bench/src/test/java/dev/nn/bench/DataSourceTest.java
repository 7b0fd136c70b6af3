package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.data.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSourceTest {
  private static final long SEED = 42;

  @TempDir Path folder;

  private static TrainingData load(String source) throws IOException {
    return load(source, SEED);
  }

  private static TrainingData load(String source, long seed) throws IOException {
    return DataSource.load(source, Task.CLASSIFICATION, 1, seed, Map.of())
        .prepare(OptionalDouble.empty(), seed);
  }

  private LoadedData table(Task task, int targets, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("table.csv"), text);
    return DataSource.load(file.toString(), task, targets, SEED, Map.of());
  }

  private static String refusal(String source) {
    return assertThrows(IOException.class, () -> load(source)).getMessage();
  }

  @Test
  void digitsAreInsideTheProgram() throws IOException {
    TrainingData digits = load("digits");
    assertEquals(
        "digits, 1438 training rows, 359 test rows, 64 features, 10 classes", digits.describe());
    for (Dataset part : List.of(digits.train(), digits.test())) {
      float[] pixels = new float[part.rows() * 64];
      part.copyRows(0, part.rows(), pixels, 0, 64, new float[part.rows() * 10], 0, 10);
      for (float pixel : pixels) {
        assertTrue(pixel >= 0 && pixel <= 1 && pixel * 16 % 1 == 0, () -> "pixel " + pixel);
      }
    }
  }

  @Test
  void aFifthOfEachDigitIsHeldBack() throws IOException {
    TrainingData digits = load("digits");
    int[] train = digits.train().classCounts();
    int[] test = digits.test().classCounts();
    for (int digit = 0; digit < 10; digit++) {
      assertEquals(0.2 * (train[digit] + test[digit]), test[digit], 1, "digit " + digit);
    }
  }

  @Test
  void theSeedDecidesTheSplit() throws IOException {
    assertArrayEquals(load("digits").test().features(0), load("digits").test().features(0));
    assertTrue(
        !Arrays.equals(
            load("digits").test().features(0), load("digits", SEED + 1).test().features(0)));
  }

  @Test
  void aCsvFileIsStandardizedByItsTrainingRows() throws IOException {
    Path file = folder.resolve("table.csv");
    StringBuilder text = new StringBuilder("width,height,kind\n");
    for (int row = 0; row < 50; row++) {
      text.append(100 + row).append(",7,").append(row % 2 == 0 ? "even" : "odd").append('\n');
    }
    Files.writeString(file, text);
    TrainingData table = load(file.toString());
    assertEquals(
        file + ", 40 training rows, 10 test rows, 2 features, 2 classes", table.describe());
    assertEquals(List.of("even", "odd"), table.test().classNames());
    double sum = 0;
    double squares = 0;
    for (int row = 0; row < 40; row++) {
      float width = table.train().feature(row, 0);
      sum += width;
      squares += width * width;
      assertEquals(0, table.train().feature(row, 1));
    }
    assertEquals(0, sum / 40, 1e-6);
    assertEquals(1, squares / 40, 1e-6);
  }

  @Test
  void validationRowsComeFromThoseToLearnAndScaleNothing() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int row = 0; row < 100; row++) {
      text.append(row).append(row % 4 == 0 ? ",rare\n" : ",common\n");
    }
    LoadedData loaded = table(Task.CLASSIFICATION, 1, text.toString());
    TrainingData whole = loaded.prepare(OptionalDouble.empty(), SEED);
    TrainingData table = loaded.prepare(OptionalDouble.of(0.25), SEED);
    assertEquals(
        folder.resolve("table.csv")
            + ", 60 training rows, 20 validation rows, 20 test rows, 1 features, 2 classes",
        table.describe());
    assertEquals(Optional.empty(), whole.validation());
    assertSame(whole.test(), whole.measured());
    Dataset validation = table.validation().orElseThrow();
    assertSame(validation, table.measured());
    assertArrayEquals(new int[] {15, 5}, validation.classCounts());
    double sum = 0;
    for (int row = 0; row < 60; row++) {
      sum += table.train().feature(row, 0);
    }
    assertEquals(0, sum / 60, 1e-6, "scaled by the rows to learn");
  }

  @Test
  void numbersToBeLearnedAreStandardizedByTheRowsToLearn() throws IOException {
    StringBuilder text = new StringBuilder("x,price,size\n");
    for (int row = 0; row < 50; row++) {
      text.append(row).append(',').append(1000 + 10 * row).append(",0.5\n");
    }
    LoadedData loaded = table(Task.REGRESSION, 2, text.toString());
    TrainingData table = loaded.prepare(OptionalDouble.of(0.25), SEED);
    assertEquals(
        folder.resolve("table.csv")
            + ", 30 training rows, 10 validation rows, 10 test rows, 1 features, 2 targets",
        table.describe());
    assertEquals(List.of("price", "size"), table.test().targetNames());
    assertEquals(List.of("x"), table.test().featureNames());
    double sum = 0;
    double squares = 0;
    for (int row = 0; row < 30; row++) {
      float price = table.train().target(row, 0);
      sum += price;
      squares += price * price;
      assertEquals(0, table.train().target(row, 1));
      assertEquals(table.train().feature(row, 0), price, 1e-6, "a line");
    }
    assertEquals(0, sum / 30, 1e-6);
    assertEquals(1, squares / 30, 1e-6);
    for (int row = 0; row < 10; row++) {
      assertArrayEquals(
          loaded.split().test().targets(row), table.inUnits(table.test().targets(row)), 1e-3f);
    }
  }

  @Test
  void labelsStayAsTheyAre() throws IOException {
    TrainingData table =
        table(Task.MULTI_LABEL, 2, "1,0,1\n2,0,1\n3,0,1\n4,0,1\n5,0,1\n")
            .prepare(OptionalDouble.empty(), SEED);
    assertTrue(table.describe().endsWith(", 4 training rows, 1 test rows, 1 features, 2 labels"));
    assertArrayEquals(new float[] {0, 1}, table.inUnits(table.train().targets(3)));
  }

  @Test
  void imagesOfClassesAreNoOtherTask() throws IOException {
    IdxWriter.write(folder, 6, 4);
    for (String source : List.of("digits", "fashion-mnist", folder.toString())) {
      String message =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> DataSource.load(source, Task.REGRESSION, 1, SEED, Map.of()))
              .getMessage();
      assertEquals(
          source + " has images of classes: the task regression takes a CSV file", message);
    }
  }

  @Test
  void aDamagedCsvFileIsNamedWithLineAndColumn() throws IOException {
    Path file = Files.writeString(folder.resolve("table.csv"), "1,2,a\n1,x,b\n");
    assertEquals(
        file + ": line 2, column 2 of 3: 'x' is not a decimal number", refusal(file.toString()));
  }

  @Test
  void aFolderHoldsFourIdxFiles() throws IOException {
    IdxWriter.write(folder, 6, 4);
    TrainingData images = load(folder.toString());
    assertEquals(
        folder + ", 6 training rows, 4 test rows, 4 features, 2 classes", images.describe());
    for (int row = 0; row < 6; row++) {
      float expected = row % 2 == 0 ? 1 : -1; // bright and dark in turn, standardized
      assertEquals(expected, images.train().feature(row, 0), 1e-6);
      assertEquals(expected, images.train().feature(row, 3), 1e-6);
    }
    assertEquals(1, images.test().label(3));
  }

  @Test
  void theMissingFilesOfAFolderAreNamed() throws IOException {
    IdxWriter.write(folder, 6, 4);
    Files.delete(folder.resolve("t10k-labels-idx1-ubyte"));
    Files.delete(folder.resolve("train-images-idx3-ubyte.gz"));
    assertEquals(
        folder + " has no train-images-idx3-ubyte[.gz], t10k-labels-idx1-ubyte[.gz]",
        refusal(folder.toString()));
  }

  @Test
  void whatDoesNotExistIsSaidPlainly() {
    assertEquals(
        "'no-such-thing' is neither digits, fashion-mnist, a folder with IDX files nor a CSV file",
        refusal("no-such-thing"));
    Outcome outcome = Outcome.of("train", "--backend=reference", "--data=no-such-thing");
    assertEquals(2, outcome.status());
    assertEquals(
        List.of("nn-bench train: Invalid value for option '--data': " + refusal("no-such-thing")),
        outcome.err());
  }
}
