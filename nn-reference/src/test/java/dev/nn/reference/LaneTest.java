package dev.nn.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import dev.nn.spi.Backends;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A lane of the build tests what its name says: this fails in a lane that has another backend.
 *
 * <p>The property {@code nn.lane.backend} says what a lane is for.
 */
class LaneTest {
  @Test
  @Tag("sample")
  void theDefaultBackendIsTheOneOfThisLane() {
    String lane = System.getProperty("nn.lane.backend");
    assertNotNull(lane, "start the tests with -Dnn.lane.backend=...");
    assertEquals(lane, Backends.byDefault().id());
  }
}
