package dev.nn.spi;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * The threads of one training run: the caller and n - 1 persistent daemon threads.
 *
 * <p>{@link #run} starts the same task on all of them and returns when all are done. Between tasks
 * a worker spins briefly, because the next task of a training step follows within microseconds, and
 * then parks, so that an idle trainer costs nothing. Closing ends the threads; none survives.
 */
public final class Workers implements AutoCloseable {
  /** Work that can be cut into parts which write to different places. */
  @FunctionalInterface
  public interface Task {
    /**
     * Does one part.
     *
     * @param part which one, 0 to parts - 1
     * @param parts number of parts
     */
    void run(int part, int parts);
  }

  /** Rounds of {@link Thread#onSpinWait} before a waiting worker parks, roughly 50 microseconds. */
  private static final int SPIN_ROUNDS = 1 << 11;

  /** How long a closing thread sleeps between looks at a task that is still running. */
  private static final long CLOSE_PAUSE_NANOS = 50_000;

  private static final Workers CALLER = new Workers(1);

  private final Worker[] helpers;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicInteger generation = new AtomicInteger();
  private volatile boolean closed;
  private volatile Thread waiting;
  private volatile Thread runner;
  private Task task; // published by the write of generation
  private volatile Throwable failure;

  private Workers(int threads) {
    helpers = new Worker[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new Worker(i + 1);
    }
  }

  /**
   * No threads but the caller's; nothing to close.
   *
   * @return a shared instance
   */
  public static Workers caller() {
    return CALLER;
  }

  /**
   * The caller and {@code threads - 1} daemon threads, started at once.
   *
   * @param threads at least 1
   * @return workers to be closed by the caller
   */
  public static Workers of(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1, but is " + threads);
    }
    if (threads == 1) {
      return CALLER;
    }
    Workers workers = new Workers(threads);
    try {
      for (Worker helper : workers.helpers) {
        helper.start();
      }
    } catch (Throwable thrown) { // no memory for a thread: leave none behind
      workers.close();
      throw thrown;
    }
    return workers;
  }

  /**
   * Number of threads, the caller's included.
   *
   * @return at least 1
   */
  public int threads() {
    return helpers.length + 1;
  }

  /**
   * Runs the parts 0 to {@link #threads} - 1 of a task at the same time, part 0 on the calling
   * thread, and returns when all are done. If these workers are busy with another task, the caller
   * does all parts itself.
   *
   * @param task the work
   * @throws IllegalStateException if these workers are closed
   * @throws RuntimeException or {@link Error}, one that a part threw, after all parts have ended
   */
  public void run(Task task) {
    Objects.requireNonNull(task, "task");
    if (helpers.length == 0 || !busy.compareAndSet(false, true)) {
      requireOpen();
      runAlone(task);
      return;
    }
    try {
      requireOpen();
      runner = Thread.currentThread();
      this.task = task;
      failure = null;
      unfinished.set(helpers.length);
      generation.incrementAndGet();
      for (Worker helper : helpers) {
        helper.wake();
      }
      runPart(task, 0);
      awaitHelpers();
      this.task = null;
      rethrow(failure);
    } finally {
      runner = null;
      busy.set(false);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("these workers are closed");
    }
  }

  private void runAlone(Task task) {
    Throwable thrown = null;
    for (int part = 0; part < threads(); part++) {
      try {
        task.run(part, threads());
      } catch (Throwable e) { // thrown below, after the other parts
        thrown = e;
      }
    }
    rethrow(thrown);
  }

  private void awaitHelpers() {
    for (int round = 0; round < SPIN_ROUNDS && unfinished.get() > 0; round++) {
      Thread.onSpinWait();
    }
    waiting = Thread.currentThread();
    while (unfinished.get() > 0) {
      LockSupport.park(this);
    }
    waiting = null;
  }

  private void runPart(Task task, int part) {
    try {
      task.run(part, threads());
    } catch (Throwable thrown) { // carried to the caller of run
      failure = thrown;
    }
  }

  private static void rethrow(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    if (thrown != null) { // a checked exception that no compiler saw
      throw new IllegalStateException(thrown);
    }
  }

  /**
   * Waits for a task that is running, ends the threads and waits for them. A second call does
   * nothing.
   *
   * @throws IllegalStateException if a task calls it, which would wait for itself
   */
  @Override
  public void close() {
    if (helpers.length == 0 || closed) {
      return;
    }
    Thread caller = Thread.currentThread();
    if (caller == runner || (caller instanceof Worker worker && worker.serves(this))) {
      throw new IllegalStateException("a task cannot close the workers that run it");
    }
    while (!busy.compareAndSet(false, true)) { // and never released: nothing can run any more
      if (closed) {
        return;
      }
      LockSupport.parkNanos(this, CLOSE_PAUSE_NANOS);
    }
    closed = true;
    boolean interrupted = false;
    for (Worker helper : helpers) {
      LockSupport.unpark(helper);
      while (helper.isAlive()) {
        try {
          helper.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Worker extends Thread {
    private final int part;
    private volatile boolean parked;

    Worker(int part) {
      super("dev.nn worker " + part);
      this.part = part;
      setDaemon(true);
    }

    boolean serves(Workers workers) {
      return workers == Workers.this;
    }

    void wake() {
      if (parked) {
        LockSupport.unpark(this);
      }
    }

    @Override
    public void run() {
      int done = 0;
      while (awaitGenerationAfter(done)) {
        done = generation.get();
        runPart(task, part);
        if (unfinished.decrementAndGet() == 0) {
          LockSupport.unpark(waiting); // null is nobody
        }
      }
    }

    /** Waits for the next task; false when closed. */
    private boolean awaitGenerationAfter(int done) {
      for (int round = 0; generation.get() == done; round++) {
        if (closed) {
          return false;
        }
        if (round < SPIN_ROUNDS) {
          Thread.onSpinWait();
        } else {
          parked = true;
          if (generation.get() == done && !closed) {
            LockSupport.park(Workers.this);
          }
          parked = false;
        }
      }
      return true;
    }
  }
}
