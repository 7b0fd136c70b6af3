package dev.nn.fuzz;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Gives a reader damaged files: it must read each or refuse it with its one exception, in little
 * memory and time. Run in a JVM with a small heap by {@link SmallHeap}.
 */
public final class Fuzzer {
  /** No file may take longer. */
  private static final long SECONDS_PER_INPUT = 10;

  private static final int LONGEST = 1 << 16;

  private final Target target;
  private final long seed;

  /** The file at hand, for the watch. */
  private volatile long number = -1;

  private Fuzzer(Target target, long seed) {
    this.target = target;
    this.seed = seed;
  }

  /**
   * What came of it.
   *
   * @param read files that were read in spite of all
   * @param refused files that were refused
   */
  public record Outcome(long read, long refused) {}

  /** Thrown with what was found. */
  public static final class Finding extends Exception {
    private static final long serialVersionUID = 1L;

    Finding(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Tries a target in this JVM, which ends if one file takes too long.
   *
   * @param args class of the target, seed, number of files
   */
  public static void main(String[] args) throws Exception {
    Target target =
        Class.forName(args[0]).asSubclass(Target.class).getDeclaredConstructor().newInstance();
    Fuzzer fuzzer = new Fuzzer(target, Long.parseLong(args[1]));
    Thread main = Thread.currentThread();
    Thread watch = new Thread(() -> fuzzer.watch(main), "watch");
    watch.setDaemon(true);
    watch.start();
    Outcome outcome = fuzzer.run(Long.parseLong(args[2]));
    System.out.println(outcome.read() + " read, " + outcome.refused() + " refused");
  }

  /** Tries a target with so many files. */
  static Outcome run(Target target, long seed, long files) throws IOException, Finding {
    return new Fuzzer(target, seed).run(files);
  }

  private Outcome run(long files) throws IOException, Finding {
    List<byte[]> corpus = target.corpus();
    for (byte[] file : corpus) {
      target.read(file);
    }
    long read = 0;
    for (long i = 0; i < files; i++) {
      number = i;
      byte[] file = Mutator.mutate(target, corpus, seed, i);
      if (file.length <= LONGEST && isRead(file)) {
        read++;
      }
    }
    return new Outcome(read, files - read);
  }

  private boolean isRead(byte[] file) throws Finding {
    try {
      target.read(file);
      return true;
    } catch (Throwable e) {
      if (e.getClass() == target.refusal()) {
        return false;
      }
      throw new Finding(
          "seed %d, file %d: %s".formatted(seed, number, HexFormat.of().formatHex(file)), e);
    }
  }

  /** Looks at the time that the processor has spent, as other programs may need it more. */
  private void watch(Thread main) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long before = -1;
    long since = 0;
    while (true) {
      try {
        TimeUnit.SECONDS.sleep(1);
      } catch (InterruptedException e) {
        return;
      }
      long now = threads.getThreadCpuTime(main.getId());
      if (number != before) {
        before = number;
        since = now;
      } else if (now - since > TimeUnit.SECONDS.toNanos(SECONDS_PER_INPUT)) {
        System.out.println("seed " + seed + ", file " + before + " takes too long:");
        for (StackTraceElement frame : main.getStackTrace()) {
          System.out.println("  at " + frame);
        }
        Runtime.getRuntime().halt(2);
      }
    }
  }
}
