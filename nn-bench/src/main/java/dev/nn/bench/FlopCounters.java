package dev.nn.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Two more lines in JMH's table for each benchmark, with error bars like the first.
 *
 * <p>JMH divides a counter of this kind by the time of the iteration in seconds (the unit of all
 * benchmarks here), so that what is counted appears as a rate:
 *
 * <ul>
 *   <li>{@code :gflops} counts billions of operations: its rate is <b>GFLOP/s</b>;
 *   <li>{@code :shareOfPeak} counts the seconds that the FMA peak would have taken: its rate is the
 *       <b>share of the peak</b>, 1 being all of it.
 * </ul>
 *
 * <p>The unit column says {@code ops/s} for both. The peak is measured in the same JVM before the
 * warm-up, because it differs between machines and, with clock and neighbours, from minute to
 * minute.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class FlopCounters {
  /** Billions of floating-point operations. */
  public double gflops;

  /** Seconds at the FMA peak. */
  public double shareOfPeak;

  void count(Work work) {
    gflops += work.gflop();
    shareOfPeak += work.secondsAtPeak();
  }
}
