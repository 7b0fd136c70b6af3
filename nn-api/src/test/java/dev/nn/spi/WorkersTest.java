package dev.nn.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A test that does not end is a test that fails: the timeout is no measurement. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class WorkersTest {
  private static Set<Thread> helpers() {
    Set<Thread> helpers = ConcurrentHashMap.newKeySet();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("dev.nn worker")) {
        helpers.add(thread);
      }
    }
    return helpers;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7})
  void everyPartRunsOnceForEveryTask(int threads) {
    try (Workers workers = Workers.of(threads)) {
      assertEquals(threads, workers.threads());
      for (int round = 0; round < 300; round++) {
        AtomicIntegerArray runs = new AtomicIntegerArray(threads);
        AtomicInteger wrong = new AtomicInteger();
        workers.run(
            (part, parts) -> {
              runs.incrementAndGet(part);
              if (parts != threads) {
                wrong.incrementAndGet();
              }
            });
        assertEquals(0, wrong.get());
        for (int part = 0; part < threads; part++) {
          assertEquals(1, runs.get(part), "part " + part + " of round " + round);
        }
      }
    }
  }

  /** What the parts have written is seen by the caller, and by the parts of the next task. */
  @Test
  void resultsAreVisible() {
    try (Workers workers = Workers.of(3)) {
      int[] sums = new int[3];
      for (int round = 0; round < 1000; round++) {
        int add = round;
        workers.run((part, parts) -> sums[part] += add);
        // Each part reads what another wrote.
        workers.run((part, parts) -> sums[part] += 0 * sums[(part + 1) % 3]);
      }
      for (int sum : sums) {
        assertEquals(999 * 1000 / 2, sum);
      }
    }
  }

  @Test
  void partsRunOnThreadsOfTheirOwnAndPartZeroOnTheCallers() {
    try (Workers workers = Workers.of(3)) {
      Thread[] ran = new Thread[3];
      CountDownLatch together = new CountDownLatch(3);
      workers.run(
          (part, parts) -> {
            ran[part] = Thread.currentThread();
            together.countDown();
            await(together);
          });
      assertSame(Thread.currentThread(), ran[0]);
      assertEquals(3, Set.of(ran).size());
      for (int part = 1; part < 3; part++) {
        assertTrue(ran[part].isDaemon());
        assertTrue(ran[part].getName().startsWith("dev.nn worker"), ran[part].getName());
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Long enough for a caller that does not wait to be gone. */
  private static void dawdle() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * An exception of any part reaches the caller when all parts have ended; then all is as before.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void exceptionsReachTheCaller(int failing) {
    try (Workers workers = Workers.of(3)) {
      for (Throwable thrown :
          List.of(new IllegalArgumentException("mine"), new AssertionError("mine"))) {
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch thrownFirst = new CountDownLatch(1);
        Throwable caught =
            assertThrows(
                thrown.getClass(),
                () ->
                    workers.run(
                        (part, parts) -> {
                          if (part == failing) {
                            thrownFirst.countDown();
                            if (thrown instanceof Error error) {
                              throw error;
                            }
                            throw (RuntimeException) thrown;
                          }
                          await(thrownFirst);
                          dawdle();
                          ended.incrementAndGet();
                        }));
        assertSame(thrown, caught);
        assertEquals(2, ended.get());
        AtomicInteger parts = new AtomicInteger();
        workers.run((part, all) -> parts.incrementAndGet());
        assertEquals(3, parts.get());
      }
    }
  }

  @Test
  void anExceptionIsForgottenByTheNextTask() {
    try (Workers workers = Workers.of(2)) {
      assertThrows(
          IllegalStateException.class,
          () ->
              workers.run(
                  (part, parts) -> {
                    if (part == 1) {
                      throw new IllegalStateException();
                    }
                  }));
      for (int round = 0; round < 10; round++) {
        workers.run((part, parts) -> {});
      }
    }
  }

  /** A task that starts another one on the same workers does all its parts itself. */
  @Test
  void nestedTasksRunOnTheirCaller() {
    try (Workers workers = Workers.of(3)) {
      AtomicIntegerArray runs = new AtomicIntegerArray(3);
      AtomicBoolean elsewhere = new AtomicBoolean();
      workers.run(
          (outer, outers) -> {
            Thread caller = Thread.currentThread();
            workers.run(
                (part, parts) -> {
                  runs.incrementAndGet(part);
                  elsewhere.compareAndSet(false, Thread.currentThread() != caller);
                });
          });
      for (int part = 0; part < 3; part++) {
        assertEquals(3, runs.get(part));
      }
      assertFalse(elsewhere.get());
    }
  }

  @Test
  void closingWaitsForTheTaskThatRuns() throws Exception {
    for (int round = 0; round < 200; round++) {
      Workers workers = Workers.of(3);
      AtomicIntegerArray runs = new AtomicIntegerArray(3);
      Thread closer = new Thread(workers::close);
      closer.start();
      try {
        workers.run((part, parts) -> runs.incrementAndGet(part));
        for (int part = 0; part < 3; part++) {
          assertEquals(1, runs.get(part));
        }
      } catch (IllegalStateException closed) {
        assertEquals("these workers are closed", closed.getMessage());
        assertEquals(0, runs.get(0));
      }
      closer.join();
    }
  }

  @Test
  @SuppressWarnings("try") // the call under test is the second one to close
  void aTaskCannotCloseItsWorkers() {
    try (Workers workers = Workers.of(2)) {
      for (int closing = 0; closing < 2; closing++) {
        int closer = closing;
        assertThrows(
            IllegalStateException.class,
            () ->
                workers.run(
                    (part, parts) -> {
                      if (part == closer) {
                        workers.close();
                      }
                    }));
      }
      workers.run((part, parts) -> {});
    }
  }

  @Test
  void severalCallersMayShareWorkers() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(4);
    try (Workers workers = Workers.of(3)) {
      AtomicInteger parts = new AtomicInteger();
      List<Future<?>> done = new ArrayList<>();
      for (int caller = 0; caller < 4; caller++) {
        done.add(
            callers.submit(
                () -> {
                  for (int round = 0; round < 200; round++) {
                    workers.run((part, all) -> parts.incrementAndGet());
                  }
                }));
      }
      for (Future<?> one : done) {
        one.get();
      }
      assertEquals(4 * 200 * 3, parts.get());
    } finally {
      callers.shutdown();
    }
  }

  /** Helpers that have gone to sleep wake up again. */
  @Test
  void parkedThreadsWakeUp() throws Exception {
    Set<Thread> before = helpers();
    try (Workers workers = Workers.of(2)) {
      Set<Thread> own = helpers();
      own.removeAll(before);
      assertEquals(1, own.size());
      Thread helper = own.iterator().next();
      for (int round = 0; round < 5; round++) {
        while (helper.getState() != Thread.State.WAITING) {
          Thread.sleep(1);
        }
        AtomicInteger parts = new AtomicInteger();
        workers.run((part, all) -> parts.incrementAndGet());
        assertEquals(2, parts.get());
      }
    }
  }

  @Test
  void closingEndsTheThreadsAndMayBeRepeated() {
    Set<Thread> before = helpers();
    Workers workers = Workers.of(4);
    Set<Thread> own = helpers();
    own.removeAll(before);
    assertEquals(3, own.size());
    AtomicInteger parts = new AtomicInteger();
    workers.run((part, all) -> parts.incrementAndGet());
    workers.close();
    for (Thread thread : own) {
      assertFalse(thread.isAlive(), thread::getName);
    }
    workers.close();
    String message =
        assertThrows(
                IllegalStateException.class,
                () -> workers.run((part, all) -> parts.incrementAndGet()))
            .getMessage();
    assertTrue(message.contains("closed"), message);
    assertEquals(4, parts.get());
  }

  @Test
  void closingKeepsAnInterruption() {
    Set<Thread> before = helpers();
    Workers workers = Workers.of(3);
    Set<Thread> own = helpers();
    own.removeAll(before);
    Thread.currentThread().interrupt();
    workers.close();
    assertTrue(Thread.interrupted());
    for (Thread thread : own) {
      assertFalse(thread.isAlive(), thread::getName);
    }
  }

  @Test
  void theCallerAloneNeedsNoThreadsAndIsNeverClosed() {
    Set<Thread> before = helpers();
    Workers caller = Workers.caller();
    assertSame(caller, Workers.of(1));
    assertEquals(1, caller.threads());
    caller.close();
    Thread[] ran = new Thread[1];
    caller.run((part, parts) -> ran[part] = Thread.currentThread());
    assertSame(Thread.currentThread(), ran[0]);
    assertEquals(before, helpers());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            caller.run(
                (part, parts) -> {
                  throw new IllegalArgumentException();
                }));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void thereIsAtLeastTheCaller(int threads) {
    String message =
        assertThrows(IllegalArgumentException.class, () -> Workers.of(threads)).getMessage();
    assertTrue(message.contains("at least 1") && message.contains("" + threads), message);
  }
}
