package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The readers on files that others wrote. */
class RealDataTest {

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(RealDataTest.class.getResource(name).toURI());
  }

  private static Dataset digits() throws IOException, URISyntaxException {
    return CsvReader.classification().read(resource("/dev/nn/contract/data/digits.csv.gz"));
  }

  @Test
  void readsDigits() throws IOException, URISyntaxException {
    Dataset digits = digits();

    assertEquals("Dataset[1797 rows, 64 inputs, 10 outputs, 10 classes]", digits.toString());
    assertEquals(List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"), digits.classNames());
    assertArrayEquals(
        new int[] {178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, digits.classCounts());
    assertArrayEquals(new float[] {0, 0, 5, 13, 9, 1, 0, 0}, Arrays.copyOf(digits.features(0), 8));
    assertEquals(0, digits.label(0));
    assertEquals(8, digits.label(1796));
  }

  @Test
  void readsIris() throws IOException, URISyntaxException {
    List<String> kinds = List.of("setosa", "versicolor", "virginica");

    Dataset iris =
        CsvReader.classification()
            .skipLines(1)
            .classNames(kinds)
            .read(resource("/dev/nn/contract/data/iris.csv"));

    assertEquals("Dataset[150 rows, 4 inputs, 3 outputs, 3 classes]", iris.toString());
    assertEquals(kinds, iris.classNames());
    assertArrayEquals(new int[] {50, 50, 50}, iris.classCounts());
    assertArrayEquals(new float[] {5.9f, 3.0f, 5.1f, 1.8f}, iris.features(149));
    assertEquals(2, iris.label(149));
  }

  @Test
  void stratifiedDigitsKeepTheirShares() throws IOException, URISyntaxException {
    Dataset digits = digits();

    Split split = digits.stratifiedSplit(0.2, 42);

    assertEquals(359, split.test().rows());
    for (int c = 0; c < 10; c++) {
      assertEquals(0.2 * digits.classCounts()[c], split.test().classCounts()[c], 1, "digit " + c);
    }
  }

  @Test
  void scaledDigitsAreFiniteInSpiteOfConstantPixels() throws IOException, URISyntaxException {
    Dataset digits = digits();

    FeatureScaler scaler = FeatureScaler.standardize(digits);

    assertEquals(0, scaler.shift()[0], "pixel 0 is always white");
    assertEquals(1, scaler.scale()[0], "pixel 0 is always white");
    assertTrue(scaler.apply(digits).feature(0, 2) != 5);
  }
}
