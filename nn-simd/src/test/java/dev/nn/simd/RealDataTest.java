package dev.nn.simd;

import dev.nn.contract.RealDataContract;
import dev.nn.reference.ReferenceBackend;
import dev.nn.spi.Backend;

/** Real data on the SIMD backend; the others would learn the same, bit by bit. */
class RealDataTest extends RealDataContract {
  private static final Backend BACKEND = new SimdBackend(CompiledKernels.Use.ALWAYS, null);

  @Override
  protected Backend backend() {
    return BACKEND;
  }

  @Override
  protected Backend reference() {
    return new ReferenceBackend();
  }
}
