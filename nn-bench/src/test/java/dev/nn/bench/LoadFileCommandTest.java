package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoadFileCommandTest {
  /** The heap of the other JVMs has no room for a second copy. */
  @Test
  void everyBackendLoadsInAHeapOfLittleMoreThanTheFile() {
    Outcome outcome = Outcome.of("load-file", "--mebibytes=256", "--repeats=2");
    assertEquals(List.of(), outcome.err());
    assertEquals(0, outcome.status());
    assertEquals("0.269 GB, heap 332 MiB", outcome.out().get(0));
    assertEquals(5 + AvailableBackends.ids().size(), outcome.out().size(), outcome.toString());
    for (String id : AvailableBackends.ids()) {
      List<String> words = outcome.words(id + " ");
      double first = Double.parseDouble(words.get(1));
      double best = Double.parseDouble(words.get(2));
      assertTrue(0 < first && first <= best, outcome.toString());
    }
  }
}
