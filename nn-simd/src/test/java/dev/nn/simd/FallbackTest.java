package dev.nn.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.contract.KnownBits;
import dev.nn.spi.Backend;
import dev.nn.spi.BackendProvider;
import dev.nn.spi.Backends;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Without the incubator module: the portable backend, one line in the log, the same bits. */
@Tag("fallback")
class FallbackTest {
  private static final String FLAG = "--add-modules jdk.incubator.vector";

  private static final List<LogRecord> RECORDS = new CopyOnWriteArrayList<>();

  /** Kept, since the log manager does not. */
  private static final Logger LOGGER = Logger.getLogger("dev.nn");

  private static Backend backend;

  private static final class Recorder extends Handler {
    @Override
    public void publish(LogRecord logged) {
      RECORDS.add(logged);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  /** The default is chosen once in a JVM, so this must come before all else. */
  @BeforeAll
  static void chooseTheDefault() {
    Handler recorder = new Recorder();
    LOGGER.addHandler(recorder);
    try {
      backend = Backends.byDefault();
      assertSame(backend, Backends.byDefault());
    } finally {
      LOGGER.removeHandler(recorder);
    }
  }

  @Test
  void theModuleIsMissing() {
    assertFalse(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
  }

  @Test
  void thePortableBackendIsChosen() {
    assertEquals("portable", backend.id());
    assertEquals(System.getProperty("nn.lane.backend"), backend.id());
  }

  @Test
  void oneLineOfTheLogSaysWhatWasChosenAndWhy() {
    assertEquals(1, RECORDS.size(), () -> "records: " + RECORDS);
    LogRecord logged = RECORDS.get(0);
    assertEquals(Level.INFO, logged.getLevel());
    for (String word : new String[] {"backend portable", "simd not used", FLAG}) {
      assertTrue(logged.getMessage().contains(word), logged::getMessage);
    }
    assertFalse(logged.getMessage().contains("\n"), logged::getMessage);
  }

  @Test
  void theProviderNamesTheFlag() {
    BackendProvider simd =
        Backends.providers().stream().filter(p -> p.id().equals("simd")).findFirst().orElseThrow();
    String reason = simd.unavailable().orElseThrow();
    assertTrue(reason.contains(FLAG), reason);
    String refusal = assertThrows(IllegalStateException.class, simd::create).getMessage();
    assertTrue(refusal.contains(FLAG), refusal);
  }

  @Test
  void askingForSimdByNameIsRefused() {
    String refusal =
        assertThrows(IllegalStateException.class, () -> Backends.named("simd")).getMessage();
    assertTrue(refusal.contains("simd") && refusal.contains(FLAG), refusal);
  }

  @Test
  void trainingGivesTheBitsOfTheFastLanes() {
    assertEquals(KnownBits.TRAINED, KnownBits.trainedChecksum(backend, 1));
  }
}
