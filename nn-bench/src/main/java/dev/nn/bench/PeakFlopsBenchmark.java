package dev.nn.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The FMA peak of one thread, by the loop that the other benchmarks measure their share against. A
 * {@code shareOfPeak} far from 1 here means that the machine was not quiet.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsPrepend = VectorModule.ADD_MODULES)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class PeakFlopsBenchmark {
  private static final int ITERATIONS = 10_000;

  private float seed;
  private Work work;

  /** Measures the peak once. */
  @Setup
  public void setUp() {
    seed = 0.5f;
    work = Work.of(PeakFlops.flops(ITERATIONS), 1);
  }

  /**
   * A few microseconds of FMAs.
   *
   * @param counters GFLOP/s and share of the peak
   * @return something that depends on every FMA
   */
  @Benchmark
  public float fma(FlopCounters counters) {
    counters.count(work);
    return PeakFlops.run(ITERATIONS, seed);
  }
}
