package dev.nn.reference;

import dev.nn.Activation;
import dev.nn.spi.Backend;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Kernels;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.Objects;

/**
 * The numeric contract as plain scalar loops: the specification that every other backend is
 * compared with, bit by bit. It uses the caller's thread only.
 */
public final class ReferenceBackend implements Backend {
  static final String ID = "reference";

  private final Kernels kernels = new ReferenceKernels();

  /** Makes the backend; it has no state. */
  public ReferenceBackend() {}

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String description() {
    return "scalar loops, the specification";
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public DenseLayer dense(int inputs, int outputs, Activation activation) {
    return new ReferenceDenseLayer(inputs, outputs, activation);
  }

  @Override
  public Workspace workspace(Workers workers) {
    return new ReferenceWorkspace(Objects.requireNonNull(workers, "workers"));
  }

  /** Needs no scratch. */
  private record ReferenceWorkspace(Workers workers) implements Workspace {}
}
