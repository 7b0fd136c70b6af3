package dev.nn.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kernel reaches the best machine code that HotSpot makes, as the log of its compilers says.
 *
 * <p>A kernel too large for C1 may stay at a low tier for good, fifty times slower; a vector method
 * that C2 does not inline puts vectors on the heap, where they can be counted. Neither shows in a
 * result.
 */
class CompilationTest {
  /** Time, number, flags, tier, method and, where it replaces a running loop, position. */
  private static final Pattern COMPILATION =
      Pattern.compile(
          "\\s*\\d+\\s+\\d+[ %sbn!]+([1-4])\\s+(\\S+::\\S+) (@ \\d+ )?\\(\\d+ bytes\\)");

  private static final Pattern INLINED =
      Pattern.compile("\\s+@ \\d+\\s+(\\S+::\\S+) .* inline \\(hot\\).*");

  private static final String OURS = "dev.nn.simd.";

  @TempDir static Path folder;

  private static List<String> log;

  @BeforeAll
  static void runAllKernels() throws IOException, InterruptedException {
    log =
        OwnJvm.run(
            folder,
            HotKernels.class,
            "-Xbatch",
            "-XX:+PrintCompilation",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:+PrintInlining");
  }

  @Test
  void noCompilerGivesUp() {
    assertEquals(
        List.of(),
        log.stream()
            .filter(line -> line.contains("COMPILE SKIPPED") && line.contains(OURS))
            .toList());
  }

  @Test
  void everyTileReachesTheLastTier() {
    Set<String> expected = new TreeSet<>();
    for (Class<?> tiles : HotKernels.GENERATED) {
      for (var method : tiles.getDeclaredMethods()) {
        if (method.getName().matches("(tile|packed|rows|add|transpose)\\d+(x\\d+)?")) {
          expected.add(tiles.getName() + "::" + method.getName());
        }
      }
    }
    // Transposes of another number of lanes than this machine has never run.
    expected.removeIf(
        name -> name.matches(".*::transpose\\d+") && !name.endsWith("transpose" + Lanes.LANES));
    assertTrue(expected.size() > 100, expected::toString);
    Set<String> compiled = new TreeSet<>();
    boolean last = false;
    for (String line : log) {
      Matcher compilation = COMPILATION.matcher(line);
      Matcher inlined = INLINED.matcher(line);
      if (compilation.matches()) {
        last = isLast(compilation);
        if (last) {
          compiled.add(compilation.group(2));
        }
      } else if (last && inlined.matches()) {
        compiled.add(inlined.group(1)); // a small tile, within its dispatch
      }
    }
    expected.removeAll(compiled);
    assertEquals(Set.of(), expected, "never compiled by C2");
  }

  @Test
  void noKernelAllocates() {
    assertEquals(List.of(), log.stream().filter(line -> line.contains(HotKernels.BYTES)).toList());
  }

  private static boolean isLast(Matcher compilation) {
    return compilation.group(1).equals("4") && compilation.group(3) == null;
  }
}
