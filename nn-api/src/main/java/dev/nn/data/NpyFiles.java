package dev.nn.data;

import dev.nn.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads and writes arrays in NumPy's format {@code .npy}, as {@code numpy.save} does.
 *
 * <pre>{@code
 * NpyArray x = NpyFiles.read(Path.of("x.npy"));
 * NpyArray y = NpyFiles.read(Path.of("y.npy"));
 * Dataset digits = Dataset.ofLabels(x, y, 10); // or Dataset.of(x, y) where y are numbers
 * }</pre>
 *
 * <p>Read are versions 1.0, 2.0 and 3.0, truth values, integers of 8 to 64 bits, float32 and
 * float64, of either byte order and in C or Fortran order. Python objects, structured and all other
 * types are refused. So is a header that is not what NumPy writes, a missing or an extra byte: by a
 * {@link DataFormatException} that names the file, the byte (counted from 0), what was found and
 * what is allowed. A file may be packed with gzip, which its first bytes tell. Memory is allocated
 * in proportion to the bytes that are there, not to what the header promises.
 *
 * <p>Written are, byte for byte, the files of NumPy 2, version 1.0, little-endian and in C order.
 */
public final class NpyFiles {

  private NpyFiles() {}

  /**
   * Reads an array.
   *
   * @param file an array in NumPy's format, of at most 2^31-9 bytes
   * @return its values, row-major
   * @throws DataFormatException if the file is not what its format allows
   * @throws IOException if the file cannot be read
   */
  public static NpyArray read(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    try (InputStream in = DataFiles.openPlain(file)) {
      return read(file, in);
    }
  }

  /** Reads an array from a file that has been opened. */
  static NpyArray read(Path file, InputStream in) throws IOException {
    return NpyStream.read(new NpyPlace(file, null), DataFiles.unpacked(file, in));
  }

  /**
   * Writes an array. The file is written as a whole or not at all.
   *
   * @param file in a folder that exists
   * @param array the values
   * @throws IOException if the file cannot be written; one that was there is as it was
   */
  public static void write(Path file, NpyArray array) throws IOException {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(array, "array");
    AtomicFile.write(file, out -> NpyStream.write(out, array));
  }
}
