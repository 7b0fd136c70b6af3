package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CompareCommandTest {
  @Test
  void theTableShowsBothBackendsOrTheReasonWhyNot() {
    Outcome outcome =
        Outcome.of(
            "compare",
            "--epochs=1",
            "--hidden=16",
            "--l1=1e-4",
            "--clip-value=0.1",
            "--clip-norm=1",
            "--max-norm=3",
            "--warm-up=0.1");
    Optional<String> reason = AvailableBackends.whyNoSimd();
    if (reason.isPresent()) {
      assertEquals(List.of("nn-bench compare: " + reason.get()), outcome.err(), outcome.toString());
      assertEquals(2, outcome.status());
      return;
    }
    assertTrue(outcome.line("training").contains("weight norms at most 3.0"), outcome.toString());
    assertEquals("bit-identical: yes", outcome.line("bit-identical"));
    assertEquals(0, outcome.status(), outcome.toString());
    assertEquals(
        "backend test accuracy final loss seconds speed-up",
        String.join(" ", outcome.words("backend")));
    List<String> slow = outcome.words("reference ");
    List<String> fast = outcome.words("simd ");
    assertEquals(5, slow.size());
    assertEquals(5, fast.size());
    assertEquals(slow.subList(1, 3), fast.subList(1, 3), "test accuracy and final loss");
    assertEquals("1.0", slow.get(4), "speed-up of the first");
    assertTrue(fast.get(4).matches("\\d+\\.\\d"), () -> "speed-up of the second: " + fast);
  }
}
