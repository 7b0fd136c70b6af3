package dev.nn.bench;

import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the benchmarks of backends have in common: the backend as a parameter, its threads, and a
 * short run by default (for figures to be quoted, give JMH more forks: {@code -f 5}).
 *
 * <p>Results are checked before they are timed: {@link #prepare} throws if one bit is wrong.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsPrepend = VectorModule.ADD_MODULES)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public abstract class BackendBenchmark {
  /** The backend that defines what is right. */
  static final String REFERENCE = "reference";

  @Param({"simd", REFERENCE})
  String backend;

  @Param("1")
  int threads;

  private Backend chosen;
  private Workers workers;
  private Workspace workspace;

  /** Opens the backend and prepares the operands. */
  @Setup(Level.Trial)
  public void setUp() {
    chosen = Backends.named(backend);
    workers = Workers.of(threads);
    workspace = chosen.workspace(workers);
    prepare();
    // JMH is in the middle of a line
    System.out.println(
        System.lineSeparator() + "# backend " + chosen.id() + ": " + chosen.description());
  }

  /** Ends the threads. */
  @TearDown(Level.Trial)
  public void tearDown() {
    workers.close();
  }

  /** Makes the operands, does once what is to be timed, and checks the result. */
  abstract void prepare();

  /** The backend that is measured. */
  Backend backend() {
    return chosen;
  }

  /** The threads that are measured. */
  Workers workers() {
    return workers;
  }

  /** Scratch memory of the measured backend. */
  Workspace workspace() {
    return workspace;
  }

  /** The backend that the results are compared with. */
  static Backend reference() {
    return Backends.named(REFERENCE);
  }
}
