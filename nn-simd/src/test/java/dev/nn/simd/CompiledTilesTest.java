package dev.nn.simd;

import static dev.nn.simd.Species.LANES;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.contract.DenseLayerContract;
import dev.nn.contract.MatmulContract;
import dev.nn.reference.ReferenceBackend;
import dev.nn.spi.Backend;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Products while their kernels are being compiled: some tiles in plain loops, some not. */
class CompiledTilesTest {
  private static final Backend BACKEND = new SimdBackend();
  private static final Backend REFERENCE = new ReferenceBackend();

  @Nested
  class Matmul extends MatmulContract {
    @Override
    protected Backend backend() {
      return BACKEND;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class DenseLayer extends DenseLayerContract {
    @Override
    protected Backend backend() {
      return BACKEND;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  /** What warms a kernel has room for all that the kernel reads and writes. */
  @Test
  void everyKernelFindsItsOperands() {
    CompiledTiles tiles = new CompiledTiles(CompiledTiles.Use.COMPILED);
    tiles.reserve();
    for (int vectors = 1; vectors <= Blocks.MAX_VECTORS; vectors++) {
      int width = vectors * LANES;
      for (int bs : new int[] {width, width + 1}) {
        for (int rows = 1; rows <= Blocks.MR; rows++) {
          tiles.run(true, RowTiles.number(rows, vectors, 0, bs), CompiledTiles.K);
        }
        for (int rows = 1; rows <= Blocks.adjacentRows(vectors); rows++) {
          for (int as : new int[] {rows, rows + 1}) {
            tiles.run(false, ColumnTiles.number(rows, vectors, as, bs), CompiledTiles.K);
          }
        }
      }
    }
  }

  @Test
  void aKernelIsUsedOnceItIsCompiled() {
    CompiledTiles tiles = new CompiledTiles(CompiledTiles.Use.COMPILED);
    int number = RowTiles.number(1, 1, 0, LANES);
    long deadline = System.nanoTime() + 60_000_000_000L;
    while (!tiles.has(true, number, Blocks.KC)) {
      assertTrue(System.nanoTime() < deadline, "the kernel has not been compiled in a minute");
    }
  }
}
