package dev.nn.simd;

import dev.nn.Activation;
import dev.nn.spi.Backend;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Kernels;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;

/**
 * The numeric contract without the incubator module: matrix products in plain loops that C2 turns
 * into vectors, elementwise operations by a scalar backend.
 */
public final class PortableBackend implements Backend {
  static final String ID = "portable";

  private final Backend elementwise;
  private final Kernels kernels;

  /**
   * Makes the backend; it has no state.
   *
   * @param elementwise does everything but the matrix products
   */
  public PortableBackend(Backend elementwise) {
    this.elementwise = elementwise;
    this.kernels = new PortableKernels(elementwise.kernels());
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String description() {
    return "plain loops, which C2 turns into vectors";
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public DenseLayer dense(int inputs, int outputs, Activation activation) {
    return new PortableDenseLayer(inputs, outputs, activation, elementwise.kernels());
  }

  @Override
  public Workspace workspace(Workers workers) {
    return new PortableWorkspace(workers, elementwise);
  }
}
