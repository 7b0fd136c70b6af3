package dev.nn.data;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The content of a data file is not what its format allows.
 *
 * <p>The message names the file, the position in it (byte, or line and column), what was found and
 * what is allowed. A file that cannot be read at all gives the {@link IOException} of {@code
 * java.nio.file} instead.
 */
public final class DataFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  DataFormatException(Path file, String position, String problem) {
    this(file, position, problem, null);
  }

  DataFormatException(Path file, String position, String problem, Throwable cause) {
    super(file + ": " + position + ": " + problem, cause);
  }
}
