package dev.nn.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The name of the processor, where the system tells it. */
final class Processor {
  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private Processor() {}

  /** Such as {@code AMD EPYC 9B45 64-Core Processor}, or at least {@code amd64}. */
  static String name() {
    try (Stream<String> lines = Files.lines(CPUINFO)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElseGet(Processor::architecture);
    } catch (IOException | UncheckedIOException e) {
      return architecture(); // no such file: not Linux
    }
  }

  private static String architecture() {
    return System.getProperty("os.arch");
  }
}
