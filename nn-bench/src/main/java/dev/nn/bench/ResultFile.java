package dev.nn.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A file that a command is asked to write. */
final class ResultFile {
  /** Writes the file as a whole or not at all. */
  interface Writing {
    void to(Path file) throws IOException;
  }

  private ResultFile() {}

  /** Work shall not end with a file that cannot be written. */
  static void requireFolder(CommandSpec spec, String option, Path file) {
    if (Files.isDirectory(file) || !Files.isDirectory(file.toAbsolutePath().getParent())) {
      throw refusal(spec, option, "'" + file + "' is no file in a folder that exists", null);
    }
  }

  /** Writes it, or says in one line why it cannot be written. */
  static void write(CommandSpec spec, String option, Path file, Writing writing) {
    try {
      writing.to(file);
    } catch (IOException e) {
      throw refusal(spec, option, FileProblem.of("write", e), e);
    }
  }

  private static ParameterException refusal(
      CommandSpec spec, String option, String problem, Exception cause) {
    return new ParameterException(
        spec.commandLine(), "Invalid value for option '" + option + "': " + problem, cause);
  }
}
