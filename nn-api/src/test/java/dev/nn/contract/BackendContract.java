package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.spi.Backend;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.function.Executable;

/**
 * What all parts of the contract suite have in common: a backend to be tested, and another one that
 * is known to be right.
 *
 * <p>The reference backend is measured with {@link PlainBackend}, every other backend with the
 * reference backend. Tests tagged {@code sample} are few and small enough for an interpreter.
 */
public abstract class BackendContract {
  /**
   * Numbers of threads whose results must be the same; more than cores, and no divisor of sizes.
   */
  static final int[] THREADS = {1, 2, 3, 7};

  /** The backend under test. */
  protected abstract Backend backend();

  /** The backend that says what is right. */
  protected abstract Backend reference();

  Workspace workspace() {
    return backend().workspace(Workers.caller());
  }

  /**
   * Runs all tasks at the same time and waits for them; rethrows what the first failed one threw.
   */
  static void concurrently(List<Callable<Void>> tasks) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      for (Future<Void> done : threads.invokeAll(tasks)) {
        try {
          done.get();
        } catch (ExecutionException e) {
          if (e.getCause() instanceof Error error) {
            throw error;
          }
          throw e;
        }
      }
    } finally {
      threads.shutdown();
    }
  }

  /** {@code count} tasks, each with a number of its own. */
  static List<Callable<Void>> tasks(int count, NumberedTask task) {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int number = i;
      tasks.add(
          () -> {
            task.run(number);
            return null;
          });
    }
    return tasks;
  }

  /** One of several tasks. */
  @FunctionalInterface
  interface NumberedTask {
    void run(int number) throws Exception;
  }

  /** Asserts that a call is refused with a message that says all of the given words. */
  static void assertRefused(Executable call, String... words) {
    String message =
        org.junit.jupiter.api.Assertions.assertThrows(IllegalArgumentException.class, call)
            .getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }
}
