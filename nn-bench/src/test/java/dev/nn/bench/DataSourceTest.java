package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.data.Dataset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSourceTest {
  private static final long SEED = 42;

  @TempDir Path folder;

  private static TrainingData load(String source) throws IOException {
    return DataSource.load(source, SEED, Map.of());
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
            load("digits").test().features(0),
            DataSource.load("digits", SEED + 1, Map.of()).test().features(0)));
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
