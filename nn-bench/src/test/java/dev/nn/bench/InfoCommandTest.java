package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class InfoCommandTest {
  @Test
  void everythingIsThere() {
    Outcome outcome = Outcome.of("info");
    assertEquals(0, outcome.status(), outcome.toString());
    assertTrue(outcome.line("JDK ").contains(System.getProperty("java.runtime.version")));
    outcome.line("processor ");
    outcome.line("logical processors ");
    assertTrue(
        outcome.line("backend reference ").contains("priority 10, available: "),
        outcome.toString());
    String simd = outcome.line("backend simd ");
    Optional<String> reason = AvailableBackends.whyNoSimd();
    assertTrue(
        reason.isPresent()
            ? simd.contains(", not available: ")
                && reason.get().endsWith(simd.substring(simd.indexOf(": ") + 2))
            : simd.matches("backend simd +priority \\d+, available: .*\\d+-bit.*"),
        simd);
    String peak = outcome.line("FMA peak ");
    assertTrue(
        VectorModule.isResolved()
            ? peak.matches("FMA peak +\\d+\\.\\d GFLOP/s on one thread")
            : peak.endsWith("not measured without jdk.incubator.vector"),
        peak);
  }
}
