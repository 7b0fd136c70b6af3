package dev.nn;

import dev.nn.contract.NormalizationContract;
import dev.nn.contract.PlainBackend;
import dev.nn.spi.Backend;

/** The engine on the restated contract: what fails here is no backend's fault. */
class EngineNormalizationTest extends NormalizationContract {
  @Override
  protected Backend backend() {
    return PlainBackend.alone();
  }

  @Override
  protected Backend reference() {
    return PlainBackend.alone();
  }
}
