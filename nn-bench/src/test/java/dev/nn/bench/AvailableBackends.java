package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nn.spi.BackendProvider;
import dev.nn.spi.Backends;
import java.util.List;
import java.util.Optional;

/** What this JVM has, and whether it is what the lane of the build was started for. */
final class AvailableBackends {
  /** Names the backend that a lane must have, so that no lane passes by skipping it. */
  private static final String LANE = System.getProperty("nn.lane.backend", "");

  private AvailableBackends() {}

  /** Ids of the available backends, best first. */
  static List<String> ids() {
    return Backends.providers().stream()
        .filter(provider -> provider.unavailable().isEmpty())
        .map(BackendProvider::id)
        .toList();
  }

  /** What is said to those who ask for simd; empty if they get it. */
  static Optional<String> whyNoSimd() {
    try {
      Backends.named("simd");
      return Optional.empty();
    } catch (IllegalStateException e) {
      assertEquals(false, LANE.equals("simd"), () -> "this lane must have simd: " + e.getMessage());
      return Optional.of(e.getMessage());
    }
  }
}
