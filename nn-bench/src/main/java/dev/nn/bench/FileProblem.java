package dev.nn.bench;

import java.nio.file.FileSystemException;

/** What is wrong with a file, in words: the exceptions of java.nio.file have a name at most. */
final class FileProblem {
  private FileProblem() {}

  /**
   * The message of an exception; where that is the file system's, {@code cannot VERB FILE
   * (reason)}.
   */
  static String of(String verb, Throwable e) {
    if (!(e instanceof FileSystemException problem)) {
      return e.getMessage();
    }
    String reason =
        problem.getReason() == null ? problem.getClass().getSimpleName() : problem.getReason();
    return "cannot " + verb + " " + problem.getFile() + " (" + reason + ")";
  }
}
