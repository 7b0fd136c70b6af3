package dev.nn.bench;

import dev.nn.train.TrainingDivergedException;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code java -jar nn-bench.jar COMMAND}: what the library does, from a terminal.
 *
 * <p>Exit status: 0 if all went well, 1 if a command failed or found a difference, 2 if it cannot
 * do what it was asked for; then one line on standard error says why.
 */
@Command(
    name = "nn-bench",
    description = "Trains, compares and measures neural networks in pure Java.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      InfoCommand.class,
      TrainCommand.class,
      PredictCommand.class,
      ExportCommand.class,
      CompareCommand.class,
      BenchCommand.class,
      ColdStartCommand.class,
      LoadFileCommand.class,
      CheckElementaryCommand.class
    })
public final class Main implements Runnable {
  /** Kept here, since a logger nobody refers to forgets its level. */
  private static final Logger LIBRARY_LOGGER = Logger.getLogger("dev.nn");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and end.")
  boolean help;

  @Spec CommandSpec spec;

  /**
   * Runs a command and ends the JVM with its status.
   *
   * @param args command, options and parameters
   */
  public static void main(String[] args) {
    Restart.endWithParent();
    Locale.setDefault(Locale.ROOT);
    LIBRARY_LOGGER.setLevel(Level.WARNING); // the commands print the choice of the backend
    CommandLine commandLine = commandLine();
    commandLine.setExecutionStrategy(parsed -> runWithVectors(parsed, args));
    System.exit(execute(commandLine, args));
  }

  private static int execute(CommandLine commandLine, String[] args) {
    try {
      return commandLine.execute(args);
    } catch (OutOfMemoryError e) {
      System.err.println("nn-bench: not enough memory (" + e.getMessage() + "): see java -Xmx");
      return 1;
    }
  }

  /** The commands, to be run in this JVM as it is. */
  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setParameterExceptionHandler(Main::explain)
        .setExecutionExceptionHandler(Main::explain);
  }

  /** Called when no command is given. */
  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "which command? One of "
            + String.join(", ", spec.subcommands().keySet())
            + "; --help tells more");
  }

  private static int runWithVectors(ParseResult parsed, String[] args) {
    Integer afterHelp = CommandLine.executeHelpRequest(parsed);
    if (afterHelp != null) {
      return afterHelp;
    }
    if (!VectorModule.isToBeAdded() || VectorOption.isGiven(parsed)) {
      return new RunLast().execute(parsed);
    }
    try {
      return Restart.run(args);
    } catch (Exception e) {
      throw new ExecutionException(parsed.commandSpec().commandLine(), "cannot start java", e);
    }
  }

  private static int explain(ParameterException refusal, String[] args) {
    CommandLine command = refusal.getCommandLine();
    explain(command, refusal);
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }

  /** A training that diverges is a matter of its settings: one line says so, too. */
  private static int explain(Exception failure, CommandLine command, ParseResult parsed)
      throws Exception {
    if (!(failure instanceof TrainingDivergedException)) {
      throw failure;
    }
    explain(command, failure);
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  private static void explain(CommandLine command, Exception e) {
    String reason = String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", " ");
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + reason);
  }
}
