package dev.nn.simd;

import dev.nn.spi.Backend;
import dev.nn.spi.BackendProvider;
import dev.nn.spi.Backends;
import java.util.Optional;

/** The backend that does in scalar code what one of this module leaves to it. */
final class ScalarBackend {
  static final String ID = "reference";

  private ScalarBackend() {}

  /** That backend, if it is on the class path or module path. */
  static Optional<Backend> find() {
    for (BackendProvider provider : Backends.providers()) {
      if (provider.id().equals(ID)) {
        return Optional.of(provider.create());
      }
    }
    return Optional.empty();
  }
}
