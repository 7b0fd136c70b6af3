package dev.nn.bench;

import dev.nn.data.CsvReader;
import dev.nn.data.Dataset;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/**
 * 1797 handwritten digits of 8 x 8 pixels, which this program brings along; README.md beside the
 * file tells where they come from.
 */
final class Digits {
  private static final String RESOURCE = "digits.csv.gz";

  /** 1/16: pixels are whole numbers from 0 to 16. */
  private static final float SCALE = 0x1p-4f;

  private Digits() {}

  /** Pixels of 0 to 1; a fifth of each digit for the test. */
  static LoadedData load(long seed) throws IOException {
    return LoadedData.divide(DataSource.DIGITS, Task.CLASSIFICATION, scaled(read()), false, seed);
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

  private static Dataset scaled(Dataset data) {
    float[] pixels = new float[data.rows() * data.inputs()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = SCALE * data.feature(i / data.inputs(), i % data.inputs());
    }
    return data.withFeatures(pixels);
  }
}
