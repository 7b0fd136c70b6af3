package dev.nn.reference;

import dev.nn.spi.Backend;
import dev.nn.spi.BackendProvider;
import java.util.Optional;

/** Offers the reference backend, which runs everywhere. */
public final class ReferenceBackendProvider implements BackendProvider {
  /** For {@link java.util.ServiceLoader}. */
  public ReferenceBackendProvider() {}

  @Override
  public String id() {
    return ReferenceBackend.ID;
  }

  @Override
  public int priority() {
    return 10;
  }

  @Override
  public Optional<String> unavailable() {
    return Optional.empty();
  }

  @Override
  public Backend create() {
    return new ReferenceBackend();
  }
}
