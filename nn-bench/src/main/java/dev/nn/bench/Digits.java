package dev.nn.bench;

import dev.nn.data.CsvReader;
import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Objects;

/**
 * 1797 handwritten digits of 8 x 8 pixels, which this program brings along; README.md beside the
 * file tells where they come from.
 */
final class Digits {
  private static final String RESOURCE = "digits.csv.gz";

  /** Pixels are whole numbers from 0 to this. */
  private static final double WHITE = 16;

  private Digits() {}

  /** Pixels, to be scaled to 0 to 1; a fifth of each digit for the test. */
  static LoadedData load(long seed) throws IOException {
    return LoadedData.divide(DataSource.DIGITS, Task.CLASSIFICATION, read(), Digits::scaler, seed);
  }

  /** Reads through a temporary file, since the reader takes files and this one is inside a jar. */
  private static Dataset read() throws IOException {
    Path copy = Files.createTempFile("digits", ".csv.gz");
    try (InputStream in = Digits.class.getResourceAsStream(RESOURCE)) {
      Files.copy(Objects.requireNonNull(in, RESOURCE), copy, StandardCopyOption.REPLACE_EXISTING);
      return CsvReader.classification().header(CsvReader.Header.ABSENT).read(copy);
    } finally {
      Files.delete(copy);
    }
  }

  private static FeatureScaler scaler(Dataset data) {
    double[] white = new double[data.inputs()];
    Arrays.fill(white, WHITE);
    return FeatureScaler.of(new double[data.inputs()], white);
  }
}
