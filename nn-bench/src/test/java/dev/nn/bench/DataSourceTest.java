package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.data.Dataset;
import dev.nn.data.NpyArray;
import dev.nn.data.NpyFiles;
import dev.nn.data.NpzFiles;
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
    return DataSource.load(source, Task.CLASSIFICATION, Targets.LAST, seed, Map.of())
        .prepare(OptionalDouble.empty(), seed);
  }

  private LoadedData table(Task task, int targets, String text) throws IOException {
    Path file = Files.writeString(folder.resolve("table.csv"), text);
    return DataSource.load(file.toString(), task, Targets.last(targets), SEED, Map.of());
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
                  () -> DataSource.load(source, Task.REGRESSION, Targets.LAST, SEED, Map.of()))
              .getMessage();
      assertEquals(
          source + " has images of classes: the task regression takes a file of rows", message);
    }
  }

  private LoadedData file(Path file, Task task, Targets targets) throws IOException {
    return DataSource.load(file.toString(), task, targets, SEED, Map.of());
  }

  @Test
  void theTargetOfACsvFileMayHaveAName() throws IOException {
    Path file = folder.resolve("table.csv");
    Files.writeString(file, "kind,x\n" + "3,1.5\n4,2.5\n".repeat(10));
    Targets kind = new Targets(1, Optional.of("kind"));
    Dataset classes = file(file, Task.CLASSIFICATION, kind).split().train();
    assertEquals(List.of("3", "4"), classes.classNames());
    assertEquals(List.of("x"), classes.featureNames());
    Dataset numbers = file(file, Task.REGRESSION, kind).split().train();
    assertEquals(List.of("kind"), numbers.targetNames());
    for (Task task : Task.values()) {
      Targets other = new Targets(1, Optional.of("colour"));
      String message = assertThrows(IOException.class, () -> file(file, task, other)).getMessage();
      assertTrue(message.contains("0 columns are named 'colour'"), message);
    }
  }

  @Test
  void anArchiveHoldsFeaturesAndLabelsOrTargets() throws IOException {
    Path path = folder.resolve("rows.NPZ");
    NpyArray x = NpyArray.of(new float[40], 20, 2);
    NpyArray y =
        NpyArray.of(new int[] {0, 2, 0, 2, 0, 2, 0, 2, 0, 2, 1, 1, 1, 1, 1, 0, 2, 0, 2, 1}, 20);
    NpzFiles.write(path, Map.of("x", x, "y", y));
    assertEquals(3, file(path, Task.CLASSIFICATION, Targets.LAST).split().test().outputs());
    Dataset numbers = file(path, Task.REGRESSION, Targets.LAST).split().test();
    assertEquals("Dataset[4 rows, 2 inputs, 1 outputs, 0 classes]", numbers.toString());
    assertEquals(
        path + ": label 2.0, allowed: 0 or 1 for each label",
        illegal(path, Task.MULTI_LABEL, Targets.LAST));
    assertEquals(
        path + ": y has 1 columns, but --targets=3",
        illegal(path, Task.REGRESSION, Targets.last(3)));
    assertEquals(
        path + ": columns have names in CSV files only, but --target-column is given",
        illegal(path, Task.REGRESSION, new Targets(1, Optional.of("y"))));
    NpzFiles.write(path, Map.of("X", x));
    assertEquals(
        path + ": has the arrays [X], expected X (or x) and y",
        illegal(path, Task.REGRESSION, Targets.LAST));
    NpzFiles.write(path, Map.of("X", x, "y", x));
    assertEquals(2, file(path, Task.MULTI_LABEL, Targets.last(2)).split().test().outputs());
    NpzFiles.write(path, Map.of("X", x, "y", NpyArray.of(new double[] {0.5}, 1)));
    assertEquals(
        path + ": labels, value 0: 0.5, allowed: whole numbers up to 2^53",
        illegal(path, Task.CLASSIFICATION, Targets.LAST));
  }

  private String illegal(Path path, Task task, Targets targets) {
    return assertThrows(IllegalArgumentException.class, () -> file(path, task, targets))
        .getMessage();
  }

  @Test
  void anArrayHasTheTargetsInItsLastColumns() throws IOException {
    Path path = folder.resolve("rows.npy");
    double[] values = new double[30];
    Arrays.setAll(values, i -> i % 3 == 2 ? i / 3 % 2 : i);
    NpyFiles.write(path, NpyArray.of(values, 10, 3));
    Dataset rows = file(path, Task.CLASSIFICATION, Targets.LAST).split().train();
    assertEquals("Dataset[8 rows, 2 inputs, 2 outputs, 2 classes]", rows.toString());
    for (int row = 0; row < 8; row++) {
      assertEquals(rows.feature(row, 0) + 1, rows.feature(row, 1));
      assertEquals((int) rows.feature(row, 0) / 3 % 2, rows.label(row));
    }
    assertEquals(2, file(path, Task.REGRESSION, Targets.last(2)).split().train().outputs());
    assertEquals(
        path + ": has the shape [10, 3], expected two dimensions with more than 3 columns",
        illegal(path, Task.REGRESSION, Targets.last(3)));
  }

  @Test
  void sparseRowsHaveOneTarget() throws IOException {
    Path path = folder.resolve("rows.svm");
    Files.writeString(path, "+1 1:2\n-1 3:4\n".repeat(10));
    assertEquals(
        List.of("-1", "1"),
        file(path, Task.CLASSIFICATION, Targets.LAST).split().train().classNames());
    Dataset numbers = file(path, Task.REGRESSION, Targets.LAST).split().train();
    assertEquals("Dataset[16 rows, 3 inputs, 1 outputs, 0 classes]", numbers.toString());
    for (Task task : List.of(Task.REGRESSION, Task.MULTI_LABEL)) {
      assertEquals(
          path + ": sparse rows have one label or one target",
          illegal(path, task, task == Task.REGRESSION ? Targets.last(2) : Targets.LAST));
    }
    Path damaged = Files.writeString(folder.resolve("rows.libsvm"), "1 0:1\n");
    String message =
        assertThrows(IOException.class, () -> file(damaged, Task.CLASSIFICATION, Targets.LAST))
            .getMessage();
    assertTrue(message.startsWith(damaged + ": line 1, character 3: index '0'"), message);
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
        "'no-such-thing' is neither digits, fashion-mnist, a folder with IDX files nor a file",
        refusal("no-such-thing"));
    Outcome outcome = Outcome.of("train", "--backend=reference", "--data=no-such-thing");
    assertEquals(2, outcome.status());
    assertEquals(
        List.of("nn-bench train: Invalid value for option '--data': " + refusal("no-such-thing")),
        outcome.err());
  }
}
