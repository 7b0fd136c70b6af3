package dev.nn;

import dev.nn.contract.CheckpointContract;
import dev.nn.contract.PlainBackend;
import dev.nn.spi.Backend;

/** The engine on the restated contract: what fails here is no backend's fault. */
class EngineCheckpointTest extends CheckpointContract {
  @Override
  protected Backend backend() {
    return PlainBackend.alone();
  }

  @Override
  protected Backend reference() {
    return PlainBackend.alone();
  }
}
