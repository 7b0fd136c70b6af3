package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ColdStartCommandTest {
  @Test
  void everyBackendStartsAJvmOfItsOwn() {
    Outcome outcome = Outcome.of("cold-start", "--repeats=2", "--seconds=0.01");
    assertEquals(0, outcome.status(), outcome.toString());
    assertEquals(1 + AvailableBackends.ids().size(), outcome.out().size(), outcome.toString());
    for (String id : AvailableBackends.ids()) {
      List<String> words = outcome.words(id + " ");
      assertEquals(1 + 4 * 3, words.size(), outcome.toString());
      for (int figure = 0; figure < 4; figure++) {
        double median = Double.parseDouble(words.get(1 + 3 * figure));
        double maximum = Double.parseDouble(words.get(3 + 3 * figure));
        assertTrue(0 <= median && median <= maximum, outcome.toString());
      }
      assertTrue(Double.parseDouble(words.get(1)) > 10, "no JVM is that fast: " + outcome);
    }
  }

  @Test
  void anUnknownBackendIsNamedBeforeAJvmIsStarted() {
    Outcome outcome = Outcome.of("cold-start", "--backends=abacus");
    assertEquals(
        List.of(
            "nn-bench cold-start: there is no backend abacus; known: auto, simd, portable, reference"),
        outcome.err());
    assertEquals(2, outcome.status());
  }

  @Test
  void settledIsWhenNoLaterWindowIsTwiceAsSlowAsTheLast() {
    long[] nanos = new long[10 * ColdStart.WINDOW + 7];
    Arrays.fill(nanos, 200_000);
    Arrays.fill(nanos, 0, ColdStart.WINDOW, 1_000_000);
    Arrays.fill(nanos, 3 * ColdStart.WINDOW, 4 * ColdStart.WINDOW, 401_000);
    Arrays.fill(nanos, 5 * ColdStart.WINDOW, 6 * ColdStart.WINDOW, 399_000);
    nanos[7 * ColdStart.WINDOW] = 5_000_000; // one alone is a stall
    ColdStart.Figures figures = ColdStart.Figures.of(90, nanos);
    assertEquals(4 * ColdStart.WINDOW, figures.settled(), 0);
    assertEquals(ColdStart.WINDOW * (1 + 2 * 0.2 + 0.401), figures.settling(), 1e-9);
    assertEquals(5, figures.slowest(), 1e-12);
    assertEquals(90, figures.first(), 0);
    assertEquals(figures, ColdStart.Figures.parse(figures.line()));
  }

  @Test
  void aJvmThatIsFastFromTheFirstIsSettledAtOnce() {
    long[] nanos = new long[ColdStart.FIRST];
    Arrays.fill(nanos, 1000);
    assertEquals(0, ColdStart.Figures.of(90, nanos).settled(), 0);
  }
}
