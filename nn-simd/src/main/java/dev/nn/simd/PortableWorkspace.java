package dev.nn.simd;

import dev.nn.spi.Backend;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.Objects;

/** The buffers of one caller of the portable backend, one set for each of its threads. */
final class PortableWorkspace implements Workspace {
  private final Workers workers;
  private final RowSums[] sums;
  private final Workspace[] elementwise;

  /** Workspace of a portable backend that leaves elementwise operations to another backend. */
  PortableWorkspace(Workers workers, Backend elementwise) {
    this.workers = Objects.requireNonNull(workers, "workers");
    this.sums = new RowSums[workers.threads()];
    this.elementwise = new Workspace[workers.threads()];
    for (int part = 0; part < sums.length; part++) {
      sums[part] = new RowSums();
      this.elementwise[part] = elementwise.workspace(Workers.caller());
    }
  }

  /** The workspace of a call, which must be one of this backend. */
  static PortableWorkspace of(Workspace workspace) {
    if (workspace instanceof PortableWorkspace portable) {
      return portable;
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

  /** The sums of one part of a task; part 0 is the caller's. */
  RowSums sums(int part) {
    return sums[part];
  }

  /** What elementwise operations of one part of a task need. */
  Workspace elementwise(int part) {
    return elementwise[part];
  }

  /** Whether work of so many multiply-adds is worth several threads. */
  boolean divides(long multiplyAdds) {
    // A multiply-add takes some four times as long as with vectors in registers.
    return multiplyAdds >= Blocks.MIN_PARALLEL_WORK / 4 && workers.threads() > 1;
  }

  /** Runs work of so many multiply-adds, in parts if it is worth them. */
  void run(long multiplyAdds, Workers.Task task) {
    if (divides(multiplyAdds)) {
      workers.run(task);
    } else {
      task.run(0, 1);
    }
  }
}
