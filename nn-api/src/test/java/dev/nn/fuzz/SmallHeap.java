package dev.nn.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Runs the {@link Fuzzer} in a JVM of its own with a heap of 64 MB.
 *
 * <p>{@code -Dnn.fuzz.files=10000000} tries so many files, {@code -Dnn.fuzz.seed=2} others.
 */
public final class SmallHeap {
  private static final String HEAP = "-Xmx64m";

  private SmallHeap() {}

  /** Fails with what the other JVM said, unless all went well there. */
  public static void fuzz(Class<? extends Target> target, long files, Path directory)
      throws IOException, InterruptedException {
    long count = Long.getLong("nn.fuzz.files", files);
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Fuzzer.class.getName(),
                target.getName(),
                Long.toString(Long.getLong("nn.fuzz.seed", 1)),
                Long.toString(count))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(process.waitFor(5 + count / 10_000, TimeUnit.MINUTES), "did not end");
    } finally {
      process.destroyForcibly();
    }
    String said = Files.readString(output);
    assertEquals(0, process.exitValue(), said);
    System.out.println(target.getSimpleName() + ": " + said.strip());
    String[] words = said.strip().split(" ", -1);
    assertEquals("refused", words[words.length - 1], said);
    assertTrue(Long.parseLong(words[0]) > count / 1000, "nearly all are refused: " + said);
    assertTrue(Long.parseLong(words[2]) > count / 2, "most are read: " + said);
  }
}
