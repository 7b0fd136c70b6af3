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
  private final CompiledTiles.Use use;

  /** Makes the backend; it has no state. Needs the module {@code jdk.incubator.vector}. */
  public SimdBackend() {
    this(CompiledTiles.Use.COMPILED);
  }

  /** For tests, which want to know what they test. */
  SimdBackend(CompiledTiles.Use use) {
    this.use = use;
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
    return Species.LANES * Float.SIZE;
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public DenseLayer dense(int inputs, int outputs, Activation activation) {
    return outputs < Species.LANES
        ? new NarrowDenseLayer(inputs, outputs, activation)
        : new SimdDenseLayer(inputs, outputs, activation);
  }

  @Override
  public Workspace workspace(Workers workers) {
    return new SimdWorkspace(workers, use);
  }
}
