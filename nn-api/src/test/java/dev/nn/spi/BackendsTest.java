package dev.nn.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.spi.FakeProviders.Fake;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BackendsTest {
  private static final BackendProvider FAST = new Fake("fast", 100, Optional.empty());
  private static final BackendProvider PLAIN = new Fake("plain", 10, Optional.empty());
  private static final BackendProvider MISSING =
      new Fake("missing", 200, Optional.of("no such unit; pass --with-unit"));

  /** Kept, since the log manager does not. */
  private final Logger logger = Logger.getLogger("dev.nn");

  private final List<String> logged = new ArrayList<>();

  private final Handler recorder =
      new Handler() {
        @Override
        public void publish(LogRecord message) {
          logged.add(message.getLevel() + " " + message.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void record() {
    logger.addHandler(recorder);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void stopRecording() {
    logger.removeHandler(recorder);
    logger.setUseParentHandlers(true);
  }

  private static String refusal(String id, BackendProvider... providers) {
    return assertThrows(IllegalStateException.class, () -> Backends.choose(id, List.of(providers)))
        .getMessage();
  }

  @Test
  void autoTakesTheFirstThatIsAvailableAndSaysWhyInOneLine() {
    assertEquals("fast", Backends.choose("auto", List.of(FAST, PLAIN)).id());
    assertEquals(List.of("INFO backend fast: description of fast"), logged);
    logged.clear();
    assertEquals("plain", Backends.choose("auto", List.of(MISSING, PLAIN, FAST)).id());
    assertEquals(
        List.of(
            "INFO backend plain: description of plain; "
                + "missing not used: no such unit; pass --with-unit"),
        logged);
  }

  @Test
  void autoWithoutAnyBackendSaysWhatToAdd() {
    String message = refusal("auto");
    assertTrue(message.contains("nn-simd") && message.contains("nn-reference"), message);
    String reasons = refusal("auto", MISSING);
    assertTrue(reasons.contains("missing not used: no such unit; pass --with-unit"), reasons);
  }

  @Test
  void namesAreStrict() {
    assertEquals("plain", Backends.choose("plain", List.of(FAST, PLAIN)).id());
    assertEquals(List.of(), logged);
    String unavailable = refusal("missing", FAST, MISSING);
    assertTrue(
        unavailable.contains("missing") && unavailable.contains("pass --with-unit"), unavailable);
    for (String unknown : new String[] {"Fast", "fas", "", "AUTO", " fast"}) {
      String message = refusal(unknown, FAST, MISSING, PLAIN);
      assertTrue(message.contains("there is no backend " + unknown), message);
      assertTrue(message.contains("auto, fast, missing, plain"), message);
    }
  }

  @Test
  void providersAreFoundAndSortedByPriorityThenName() {
    assertEquals(
        List.of("broken", "alpha", "beta", "slow"),
        Backends.providers().stream().map(BackendProvider::id).toList());
    assertThrows(UnsupportedOperationException.class, () -> Backends.providers().remove(0));
  }

  @Test
  void backendsByName() {
    assertEquals("slow", Backends.named("slow").id());
    assertEquals("alpha", Backends.named("auto").id());
    assertEquals(1, logged.size());
    assertTrue(logged.get(0).contains("broken not used: its wire is cut"), () -> logged.get(0));
    assertThrows(IllegalStateException.class, () -> Backends.named("broken"));
    assertThrows(IllegalStateException.class, () -> Backends.named("none"));
    assertThrows(NullPointerException.class, () -> Backends.named(null));
  }

  @Test
  void theDefaultIsChosenOnce() {
    Backend first = Backends.byDefault();
    assertEquals("alpha", first.id());
    logged.clear();
    assertSame(first, Backends.byDefault());
    assertEquals(List.of(), logged);
  }
}
