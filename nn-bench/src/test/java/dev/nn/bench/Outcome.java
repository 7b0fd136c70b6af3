package dev.nn.bench;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/**
 * What a command left behind.
 *
 * @param status exit status
 * @param out lines on standard output
 * @param err lines on standard error
 */
record Outcome(int status, List<String> out, List<String> err) {
  /** Runs a command in this JVM. */
  static Outcome of(String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine =
        Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
    int status = commandLine.execute(args);
    return new Outcome(status, out.toString().lines().toList(), err.toString().lines().toList());
  }

  /** The first line on standard output that begins with a text. */
  String line(String beginning) {
    return out.stream()
        .filter(line -> line.startsWith(beginning))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no line begins with " + beginning + ": " + this));
  }

  /** The words of {@link #line}. */
  List<String> words(String beginning) {
    return split(line(beginning));
  }

  /** What stands between blanks. */
  static List<String> split(String line) {
    return Arrays.asList(line.strip().split(" +", -1));
  }
}
