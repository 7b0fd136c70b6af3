package dev.nn.simd;

import dev.nn.reference.ReferenceBackend;
import org.junit.jupiter.api.Tag;

/** The contract suite on the portable backend, which needs no incubator module. */
@Tag("portable")
class PortableContractTest extends ContractSuite {
  PortableContractTest() {
    super(new PortableBackend(new ReferenceBackend()));
  }
}
