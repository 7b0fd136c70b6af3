package dev.nn.simd;

import dev.nn.contract.DenseLayerContract;
import dev.nn.contract.MatmulContract;
import dev.nn.reference.ReferenceBackend;
import dev.nn.spi.Backend;
import org.junit.jupiter.api.Nested;

/** Products before their kernels are compiled. */
class PlainTileTest {
  private static final Backend BACKEND = new SimdBackend(CompiledTiles.Use.NEVER);
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
}
