package dev.nn.simd;

/** The contract suite on the SIMD backend, whose kernels are used from the first call on. */
class ContractTest extends ContractSuite {
  ContractTest() {
    super(new SimdBackend(CompiledKernels.Use.ALWAYS, null));
  }
}
