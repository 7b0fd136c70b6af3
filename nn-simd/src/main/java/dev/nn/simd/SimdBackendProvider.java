package dev.nn.simd;

import dev.nn.spi.Backend;
import dev.nn.spi.BackendProvider;
import java.util.Optional;

/**
 * Offers the SIMD backend where it is fast: the incubator module resolved, HotSpot with C2, fused
 * multiply-add in hardware. Mentions no vector type, so that it loads anywhere.
 */
public final class SimdBackendProvider implements BackendProvider {
  private static final String MODULE = "jdk.incubator.vector";

  /** For {@link java.util.ServiceLoader}. */
  public SimdBackendProvider() {}

  @Override
  public String id() {
    return SimdBackend.ID;
  }

  @Override
  public int priority() {
    return 100;
  }

  @Override
  public Optional<String> unavailable() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return Optional.of(
          "the module " + MODULE + " is not resolved; start Java with --add-modules " + MODULE);
    }
    Optional<String> reason = VirtualMachine.withoutC2();
    if (reason.isPresent()) {
      return reason;
    }
    if (SimdBackend.vectorBits() < 128) {
      return Optional.of(
          "vectors have " + SimdBackend.vectorBits() + " bits here, and at least 128 are needed");
    }
    if (!FusedMultiplyAdd.isInHardware()) {
      return Optional.of("this machine, or its JVM, has no fused multiply-add in hardware");
    }
    return Optional.empty();
  }

  @Override
  public Backend create() {
    Optional<String> reason = unavailable();
    if (reason.isPresent()) {
      throw new IllegalStateException("backend " + id() + " is not available: " + reason.get());
    }
    return new SimdBackend();
  }
}
