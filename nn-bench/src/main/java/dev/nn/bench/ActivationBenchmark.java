package dev.nn.bench;

import dev.nn.spi.Backend;
import dev.nn.spi.ElementaryFunction;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;

/**
 * {@code y[i] = f(x[i])} for 4096 floats, which the first level cache holds together with their
 * values; the score is <b>elements per nanosecond</b>.
 */
public class ActivationBenchmark extends BackendBenchmark {
  private static final int LENGTH = 4096;

  @Param({"EXP", "EXPM1", "LOG", "LOG1P", "TANH", "SIGMOID", "ERF"})
  ElementaryFunction function;

  private float[] x;
  private final float[] y = new float[LENGTH];

  @Override
  void prepare() {
    x = arguments();
    apply(backend(), y, workspace());
    Backend reference = reference();
    float[] expected = new float[LENGTH];
    apply(reference, expected, reference.workspace(Workers.caller()));
    Bits.requireSame(function + " of the arguments", expected, y);
  }

  /**
   * All values.
   *
   * @return y
   */
  @Benchmark
  @OperationsPerInvocation(LENGTH)
  @OutputTimeUnit(TimeUnit.NANOSECONDS)
  public float[] apply() {
    apply(backend(), y, workspace());
    return y;
  }

  /** (-8, 8), what preactivations are; positive where a logarithm is taken. */
  private float[] arguments() {
    boolean logarithm = function == ElementaryFunction.LOG || function == ElementaryFunction.LOG1P;
    float[] arguments = RandomFloats.uniform(LENGTH, 1);
    for (int i = 0; i < LENGTH; i++) {
      arguments[i] *= 8;
      if (logarithm) {
        arguments[i] = Math.abs(arguments[i]);
      }
    }
    return arguments;
  }

  private void apply(Backend by, float[] to, Workspace scratch) {
    by.kernels().apply(function, LENGTH, x, 0, to, 0, scratch);
  }
}
