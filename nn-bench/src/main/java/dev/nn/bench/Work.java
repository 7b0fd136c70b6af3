package dev.nn.bench;

/**
 * What one call of a benchmark amounts to.
 *
 * @param gflop billions of floating-point operations, an FMA being two
 * @param secondsAtPeak how long the FMA peak of the threads in use would take for them; NaN if the
 *     peak cannot be measured
 */
record Work(double gflop, double secondsAtPeak) {
  /** The operations of one call on some threads, against the peak measured in this JVM. */
  static Work of(double flops, int threads) {
    double gflop = flops * 1e-9;
    double peak = VectorModule.isResolved() ? PeakFlops.gflops() * threads : Double.NaN;
    return new Work(gflop, gflop / peak);
  }
}
