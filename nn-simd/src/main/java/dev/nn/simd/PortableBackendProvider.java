package dev.nn.simd;

import dev.nn.spi.Backend;
import dev.nn.spi.BackendProvider;
import java.util.Optional;

/** Offers the portable backend where C2 compiles its loops and a scalar backend is at hand. */
public final class PortableBackendProvider implements BackendProvider {
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
    return ScalarBackend.find().isPresent()
        ? Optional.empty()
        : Optional.of("it needs the backend " + ScalarBackend.ID + "; add nn-reference");
  }

  @Override
  public Backend create() {
    Optional<String> reason = unavailable();
    if (reason.isPresent()) {
      throw new IllegalStateException("backend " + id() + " is not available: " + reason.get());
    }
    return new PortableBackend(ScalarBackend.find().orElseThrow());
  }
}
