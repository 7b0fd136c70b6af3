package dev.nn.bench;

import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --backend}, for the commands that use one. */
final class BackendOption {
  @Option(
      names = "--backend",
      paramLabel = "ID",
      defaultValue = Backends.AUTO,
      description =
          "auto (the best available), simd, portable or reference (default: ${DEFAULT-VALUE}).")
  String id;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  /** Whether the best available is asked for. */
  boolean isAuto() {
    return id.equals(Backends.AUTO);
  }

  /** The backend that is asked for. */
  Backend choose() {
    try {
      return isAuto() ? Backends.byDefault() : Backends.named(id);
    } catch (IllegalStateException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
