package dev.nn.simd;

import dev.nn.spi.Backend;
import dev.nn.spi.BackendProvider;
import dev.nn.spi.Backends;
import java.util.Optional;

/** Offers the portable backend where C2 compiles its loops and a scalar backend is at hand. */
public final class PortableBackendProvider implements BackendProvider {
  private static final String ELEMENTWISE = "reference";

  /** For {@link java.util.ServiceLoader}. */
  public PortableBackendProvider() {}

  @Override
  public String id() {
    return PortableBackend.ID;
  }

  @Override
  public int priority() {
    return 50;
  }

  @Override
  public Optional<String> unavailable() {
    Optional<String> reason = VirtualMachine.withoutC2();
    if (reason.isPresent()) {
      return reason;
    }
    if (!FusedMultiplyAdd.isInHardware()) {
      return Optional.of("this machine, or its JVM, has no fused multiply-add in hardware");
    }
    return elementwise().isPresent()
        ? Optional.empty()
        : Optional.of("it needs the backend " + ELEMENTWISE + "; add nn-reference");
  }

  private static Optional<BackendProvider> elementwise() {
    return Backends.providers().stream().filter(p -> p.id().equals(ELEMENTWISE)).findFirst();
  }

  @Override
  public Backend create() {
    unavailable()
        .ifPresent(
            reason -> {
              throw new IllegalStateException("backend " + id() + " is not available: " + reason);
            });
    return new PortableBackend(elementwise().orElseThrow().create());
  }
}
