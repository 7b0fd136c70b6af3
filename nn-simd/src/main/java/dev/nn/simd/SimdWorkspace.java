package dev.nn.simd;

import dev.nn.spi.Backend;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.Objects;

/** The buffers of one caller, one set for each of its threads. */
final class SimdWorkspace implements Workspace {
  private final Workers workers;
  private final Scratch[] scratch;
  private final Updates updates = new Updates();

  /**
   * Buffers for some threads.
   *
   * @param scalar does operations whose vector code is not compiled; null if there is none
   */
  SimdWorkspace(Workers workers, CompiledKernels.Use use, Backend scalar) {
    this.workers = Objects.requireNonNull(workers, "workers");
    this.scratch = new Scratch[workers.threads()];
    for (int part = 0; part < scratch.length; part++) {
      scratch[part] = new Scratch(use, scalar);
    }
  }

  /** The workspace of a call, which must be one of this backend. */
  static SimdWorkspace of(Workspace workspace) {
    if (workspace instanceof SimdWorkspace simd) {
      return simd;
    }
    throw new IllegalArgumentException(
        "workspace is "
            + (workspace == null ? "null" : "of another backend: " + workspace.getClass().getName())
            + "; make one with Backend.workspace");
  }

  @Override
  public Workers workers() {
    return workers;
  }

  /** The buffers of one part of a task; part 0 is the caller's. */
  Scratch scratch(int part) {
    return scratch[part];
  }

  /** The factors of an update by this caller. */
  Updates updates() {
    return updates;
  }

  /** Parts that work of so many multiply-adds is worth. */
  int partsFor(long multiplyAdds) {
    return multiplyAdds < Blocks.MIN_PARALLEL_WORK ? 1 : workers.threads();
  }
}
