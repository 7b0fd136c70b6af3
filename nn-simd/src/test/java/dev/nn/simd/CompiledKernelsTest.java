package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** The contract while kernels are being compiled: some work in plain loops, some not. */
class CompiledKernelsTest extends ContractSuite {
  CompiledKernelsTest() {
    super(new SimdBackend());
  }

  /** What warms a kernel has room for all that the kernel reads and writes. */
  @Test
  void everyKernelFindsItsOperands() {
    Rehearsal rehearsal = new Rehearsal();
    for (boolean c1 : new boolean[] {false, true}) {
      for (int vectors = 1; vectors <= Blocks.MAX_VECTORS; vectors++) {
        int width = vectors * LANES;
        for (int bs : new int[] {width, width + 1}) {
          for (int rows = 1; rows <= Blocks.MR; rows++) {
            rehearsal.run(true, RowTiles.number(rows, vectors, 0, bs), c1);
          }
          for (int rows = 1; rows <= Blocks.adjacentRows(vectors); rows++) {
            for (int as : new int[] {rows, rows + 1}) {
              rehearsal.run(false, ColumnTiles.number(rows, vectors, as, bs), c1);
            }
          }
        }
      }
      for (Operation operation : Operation.values()) {
        assertTrue(rehearsal.run(operation, c1) > 0, operation::toString);
      }
    }
  }

  @Test
  void aTileIsUsedOnceItsKernelIsCompiled() {
    CompiledKernels kernels = fresh();
    int number = RowTiles.number(1, 1, 0, LANES);
    assertBecomesTrue(() -> kernels.has(true, number, Blocks.KC));
    assertTrue(fresh().has(true, number, 1), "not known to others");
  }

  @Test
  void anOperationIsUsedOnceItIsCompiled() {
    CompiledKernels kernels = fresh();
    for (Operation operation : Operation.values()) {
      assertBecomesTrue(() -> kernels.has(operation, 10_000));
      assertTrue(fresh().has(operation, 1), () -> operation + " is not known to others");
    }
  }

  private static CompiledKernels fresh() {
    return new CompiledKernels(CompiledKernels.Use.COMPILED);
  }

  private static void assertBecomesTrue(BooleanSupplier compiled) {
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!compiled.getAsBoolean()) {
      assertTrue(System.nanoTime() < deadline, "the kernel has not been compiled in a minute");
    }
  }
}
