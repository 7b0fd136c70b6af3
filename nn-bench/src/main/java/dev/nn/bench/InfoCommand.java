package dev.nn.bench;

import dev.nn.spi.BackendProvider;
import dev.nn.spi.Backends;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code info}: what the library finds on this machine. */
@Command(name = "info", description = "Show the JDK, the processor, the backends and the FMA peak.")
final class InfoCommand implements Runnable {
  @Mixin VectorOption vector;

  @Spec CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    line(out, "JDK", jdk());
    line(out, "processor", Processor.name());
    line(out, "logical processors", String.valueOf(Runtime.getRuntime().availableProcessors()));
    line(out, "vectors", vectors());
    for (BackendProvider provider : Backends.providers()) {
      line(out, "backend " + provider.id(), describe(provider));
    }
    line(out, "FMA peak", peak());
  }

  private static void line(PrintWriter out, String name, String value) {
    out.printf(Locale.ROOT, "%-19s %s%n", name, value);
  }

  private static String jdk() {
    return System.getProperty("java.runtime.version")
        + ", "
        + System.getProperty("java.vendor")
        + ", "
        + System.getProperty("java.vm.name");
  }

  private static String vectors() {
    if (VectorModule.isResolved()) {
      return PeakFlops.BITS + " bits";
    }
    return VectorModule.isInstalled()
        ? "unknown: " + VectorModule.NAME + " is not resolved"
        : "unknown: this JDK has no " + VectorModule.NAME;
  }

  private static String describe(BackendProvider provider) {
    return "priority "
        + provider.priority()
        + ", "
        + provider
            .unavailable()
            .map(reason -> "not available: " + reason)
            .orElseGet(() -> "available: " + provider.create().description());
  }

  private static String peak() {
    return VectorModule.isResolved()
        ? String.format(Locale.ROOT, "%.1f GFLOP/s on one thread", PeakFlops.gflops())
        : "not measured without " + VectorModule.NAME;
  }
}
