package dev.nn.simd;

import java.util.Optional;

/** What the backends of this module ask of the JVM. */
final class VirtualMachine {
  private VirtualMachine() {}

  /** Why loops of this JVM do not become vector code; empty on HotSpot with C2. */
  static Optional<String> withoutC2() {
    String vm = System.getProperty("java.vm.name", "unknown");
    if (!vm.contains("HotSpot") && !vm.contains("OpenJDK")) {
      return Optional.of("its code is slow on " + vm + "; use a HotSpot JVM");
    }
    String mode = System.getProperty("java.vm.info", "");
    if (mode.contains("interpreted")
        || mode.contains("emulated-client")
        || !vm.contains("Server")) {
      return Optional.of("its code is slow without C2, and this JVM runs in " + mode);
    }
    return Optional.empty();
  }
}
