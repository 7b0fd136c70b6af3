package dev.nn.simd;

import dev.nn.reference.ReferenceBackend;

/** The contract before any kernel is compiled: plain loops, and scalar operations. */
class PlainTest extends ContractSuite {
  PlainTest() {
    super(new SimdBackend(CompiledKernels.Use.NEVER, new ReferenceBackend()));
  }
}
