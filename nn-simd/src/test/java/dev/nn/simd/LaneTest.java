package dev.nn.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nn.spi.Backends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.VectorShape;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A lane of the build tests what its name says: these tests fail in a lane that has silently fallen
 * back.
 *
 * <p>The properties {@code nn.lane.backend} and {@code nn.lane.width} say what a lane is for. The
 * lane without the module has {@link FallbackTest} in place of this.
 */
class LaneTest {
  private static String property(String name) {
    String value = System.getProperty(name);
    assertNotNull(value, () -> "start the tests with -D" + name + "=...");
    return value;
  }

  @Test
  @Tag("sample")
  void theDefaultBackendIsTheOneOfThisLane() {
    assertEquals(property("nn.lane.backend"), Backends.byDefault().id());
  }

  @Test
  void vectorsAreAsWideAsThisLaneSays() throws Exception {
    int lane = Integer.parseInt(property("nn.lane.width"));
    int machine = widestOfTheMachine();
    assumeTrue(
        machine >= lane,
        () -> "lane of %d bits: this machine has vectors of %d".formatted(lane, machine));
    assertEquals(lane, SimdBackend.vectorBits());
    String description = new SimdBackend().description();
    assertTrue(description.contains(lane + "-bit"), description);
  }

  /** Asks a JVM of its own, because the flags of this one may hide the width. */
  private static int widestOfTheMachine() throws IOException, InterruptedException {
    String classes = LaneTest.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "-XX:MaxVectorSize=64",
                "-cp",
                classes,
                PreferredWidth.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), "the other JVM did not end");
    // A warning about the flag may come first on machines with shorter vectors.
    return Integer.parseInt(output.strip().replaceFirst("(?s).*\\D", ""));
  }

  /** Prints the preferred vector width in bits. */
  static final class PreferredWidth {
    private PreferredWidth() {}

    public static void main(String[] arguments) {
      System.out.println(VectorShape.preferredShape().vectorBitSize());
    }
  }
}
