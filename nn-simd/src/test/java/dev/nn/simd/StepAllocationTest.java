package dev.nn.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Steps leave nothing for a garbage collector, once compilers keep vectors in registers, whatever
 * they do to gradients and weights.
 */
class StepAllocationTest {
  @TempDir private Path folder;

  @Test
  void aStepAllocatesNothing() throws Exception {
    assertEquals(
        List.of(HotSteps.ALLOCATED + 0, HotSteps.ALLOCATED + 0),
        OwnJvm.run(folder, HotSteps.class).stream()
            .filter(line -> line.startsWith(HotSteps.ALLOCATED))
            .toList());
  }
}
