package dev.nn.bench;

import picocli.CommandLine.Option;
import picocli.CommandLine.ParseResult;

/** {@code --no-vector}, for the commands that can do without the Vector API. */
final class VectorOption {
  private static final String NAME = "--no-vector";

  @Option(
      names = NAME,
      description =
          "Leave the Vector API out, as -D"
              + VectorModule.PROPERTY
              + "="
              + VectorModule.OFF
              + " does.")
  boolean given;

  /** Whether the command that was parsed was given the option. */
  static boolean isGiven(ParseResult parsed) {
    return parsed.asCommandLineList().stream()
        .anyMatch(command -> command.getParseResult().hasMatchedOption(NAME));
  }
}
