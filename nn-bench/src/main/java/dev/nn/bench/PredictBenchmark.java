package dev.nn.bench;

import dev.nn.Network;
import dev.nn.Predictor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;

/**
 * Predictions of the same rows by a reused {@link Predictor}, which has one thread whatever the
 * parameter {@code threads} says.
 */
public class PredictBenchmark extends BackendBenchmark {
  private static final long SEED = 42;

  @Param({"IMAGES", "TABLE", "DEEP"})
  PredictNetwork network;

  @Param({"1", "32", "1024"})
  int batch;

  private float[] x;
  private float[] y;
  private Predictor predictor;
  private Work work;

  @Override
  void prepare() {
    x = network.features(batch);
    y = new float[batch * network.architecture().outputs()];
    Network measured = Network.initialize(network.architecture(), SEED, backend());
    predictor = measured.predictor();
    predictor.predict(batch, x, y);
    float[] expected = new float[y.length];
    measured.on(reference()).predict(batch, x, expected);
    Bits.requireSame("output", expected, y);
    work = Work.of(network.flops(batch), 1);
  }

  /**
   * One prediction of all rows.
   *
   * @param counters GFLOP/s and share of the peak
   * @return the outputs
   */
  @Benchmark
  public float[] predict(FlopCounters counters) {
    counters.count(work);
    predictor.predict(batch, x, y);
    return y;
  }
}
