package dev.nn.data;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.function.Executable;

/** Counts the bytes that a call allocates. */
final class Allocations {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Allocations() {}

  /** Bytes allocated by this thread during the call, whether or not they are still in use. */
  static long of(Executable call) throws Throwable {
    long thread = Thread.currentThread().getId();
    long before = THREADS.getThreadAllocatedBytes(thread);
    call.execute();
    return THREADS.getThreadAllocatedBytes(thread) - before;
  }
}
