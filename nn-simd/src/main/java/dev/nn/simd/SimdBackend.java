package dev.nn.simd;

import dev.nn.Activation;
import dev.nn.spi.Backend;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Kernels;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;

/**
 * The numeric contract on {@code jdk.incubator.vector}: packed, register-tiled matrix products with
 * fused updates, in the vector width that the processor prefers.
 */
public final class SimdBackend implements Backend {
  static final String ID = "simd";

  private final Kernels kernels = new SimdKernels();
  private final CompiledKernels.Use use;
  private final Backend scalar;

  /**
   * Makes the backend. Needs the module {@code jdk.incubator.vector}; leaves vector code that is
   * not compiled yet to the scalar backend, if that is on the class path or module path.
   */
  public SimdBackend() {
    this(CompiledKernels.Use.COMPILED, ScalarBackend.find().orElse(null));
  }

  /** For tests, which want to know what they test. */
  SimdBackend(CompiledKernels.Use use, Backend scalar) {
    this.use = use;
    this.scalar = scalar;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String description() {
    return "Vector API, " + vectorBits() + "-bit vectors";
  }

  /**
   * The width of its vectors.
   *
   * @return 128, 256 or 512
   */
  public static int vectorBits() {
    return Lanes.LANES * Float.SIZE;
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public DenseLayer dense(int inputs, int outputs, Activation activation) {
    return outputs < Lanes.LANES
        ? new NarrowDenseLayer(inputs, outputs, activation)
        : new SimdDenseLayer(inputs, outputs, activation);
  }

  @Override
  public Workspace workspace(Workers workers) {
    return new SimdWorkspace(workers, use, scalar);
  }
}
