package dev.nn.bench;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The most FMAs that one thread of this machine can do in a second, an FMA counting as two
 * floating-point operations: the yardstick for everything that multiplies matrices.
 *
 * <p>A loop of independent FMAs on registers, nothing loaded or stored. Current cores start two
 * FMAs a cycle and need four cycles for each, so that at least eight must be on the way; twelve
 * chains and their two operands also fit the sixteen registers of AVX2.
 *
 * <p>To be loaded only where {@link VectorModule#isResolved}.
 */
final class PeakFlops {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Width of the vectors in bits. */
  static final int BITS = SPECIES.vectorBitSize();

  private static final int CHAINS = 12;

  /**
   * Calls of {@link #run} until C2 has compiled it, or until the time is up where there is no C2.
   */
  private static final int WARM_UP_CALLS = 20_000;

  private static final int WARM_UP_ITERATIONS = 64;
  private static final long WARM_UP_NANOS = 1_000_000_000L;

  private static final int ROUNDS = 10;
  private static final int ROUND_ITERATIONS = 4096;
  private static final long ROUND_NANOS = 40_000_000L;

  private PeakFlops() {}

  /** Measures once, when it is first asked for. */
  private static final class Measured {
    static final double GFLOPS = measure();
  }

  /**
   * The peak in GFLOP/s: the best of several rounds, measured at the first call, which takes about
   * half a second.
   */
  static double gflops() {
    return Measured.GFLOPS;
  }

  /** Floating-point operations of {@link #run}. */
  static double flops(int iterations) {
    return 2.0 * CHAINS * SPECIES.length() * iterations;
  }

  /**
   * {@code c[i] = fma(x, y, c[i])} over and over for twelve vectors c.
   *
   * @param iterations FMAs of each chain
   * @param seed any value; keeps the compiler from knowing the result
   * @return something that depends on every chain
   */
  static float run(int iterations, float seed) {
    FloatVector x = FloatVector.broadcast(SPECIES, seed);
    FloatVector y = FloatVector.broadcast(SPECIES, seed + 1);
    // twelve different values: equal chains would be computed once
    FloatVector c0 = FloatVector.broadcast(SPECIES, seed);
    FloatVector c1 = c0.add(1);
    FloatVector c2 = c0.add(2);
    FloatVector c3 = c0.add(3);
    FloatVector c4 = c0.add(4);
    FloatVector c5 = c0.add(5);
    FloatVector c6 = c0.add(6);
    FloatVector c7 = c0.add(7);
    FloatVector c8 = c0.add(8);
    FloatVector c9 = c0.add(9);
    FloatVector c10 = c0.add(10);
    FloatVector c11 = c0.add(11);
    for (int i = 0; i < iterations; i++) {
      c0 = x.fma(y, c0);
      c1 = x.fma(y, c1);
      c2 = x.fma(y, c2);
      c3 = x.fma(y, c3);
      c4 = x.fma(y, c4);
      c5 = x.fma(y, c5);
      c6 = x.fma(y, c6);
      c7 = x.fma(y, c7);
      c8 = x.fma(y, c8);
      c9 = x.fma(y, c9);
      c10 = x.fma(y, c10);
      c11 = x.fma(y, c11);
    }
    FloatVector low = c0.add(c1).add(c2).add(c3).add(c4).add(c5);
    FloatVector high = c6.add(c7).add(c8).add(c9).add(c10).add(c11);
    return low.add(high).lane(0);
  }

  private static double measure() {
    warmUp();
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
      best = Math.max(best, round());
    }
    return best;
  }

  private static void warmUp() {
    long start = System.nanoTime();
    float sink = 0;
    for (int call = 0; call < WARM_UP_CALLS && System.nanoTime() - start < WARM_UP_NANOS; call++) {
      sink += run(WARM_UP_ITERATIONS, sink * 0x1p-99f);
    }
  }

  private static double round() {
    long start = System.nanoTime();
    long calls = 0;
    float sink = 0;
    long nanos;
    do {
      sink += run(ROUND_ITERATIONS, sink * 0x1p-99f);
      calls++;
      nanos = System.nanoTime() - start;
    } while (nanos < ROUND_NANOS);
    return calls * flops(ROUND_ITERATIONS) / nanos; // operations per nanosecond
  }
}
