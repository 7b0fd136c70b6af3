package dev.nn.io;

import java.io.IOException;
import java.nio.file.Path;

/**
 * The content of a file is not what its format allows, or not what its reader was asked for.
 *
 * <p>The message names the file, the place in it, what was found and what is allowed. It is the
 * only exception that bad content causes. A file that cannot be read at all gives the {@link
 * IOException} of {@code java.nio.file} instead.
 */
public final class MalformedFileException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * Names the place.
   *
   * @param file the file
   * @param place such as {@code byte 8} or {@code tensor '0.weight'}
   * @param problem what was found and what is allowed
   */
  public MalformedFileException(Path file, String place, String problem) {
    this(file, place, problem, null);
  }

  /**
   * Names the place.
   *
   * @param file the file
   * @param place such as {@code byte 8} or {@code tensor '0.weight'}
   * @param problem what was found and what is allowed
   * @param cause what noticed it
   */
  public MalformedFileException(Path file, String place, String problem, Throwable cause) {
    super(file + ": " + place + ": " + problem, cause);
  }
}
