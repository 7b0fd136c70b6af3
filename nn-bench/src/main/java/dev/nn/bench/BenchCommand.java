package dev.nn.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code bench}: runs the JMH benchmarks of this program. A failed check of results ends the run.
 */
@Command(
    name = "bench",
    description = {
      "Run the JMH benchmarks, all or those whose name matches a regular expression.",
      "Options of JMH follow after --, such as: bench Gemm -- -p shape=64x64x64 -f 3"
    })
final class BenchCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PATTERN | -- JMH_OPTION",
      description =
          "Which benchmarks; what JMH shall do (-- -h lists its options, -- -l the names).")
  List<String> arguments = List.of();

  @Spec CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandLineOptions options = parse();
    if (asksForText(options)) {
      org.openjdk.jmh.Main.main(arguments.toArray(String[]::new));
      return 0;
    }
    boolean failOnError = options.shouldFailOnError().orElse(true);
    try {
      new Runner(new OptionsBuilder().parent(options).shouldFailOnError(failOnError).build()).run();
      return 0;
    } catch (NoBenchmarksException e) {
      throw new ParameterException(
          spec.commandLine(), "no benchmark matches " + options.getIncludes(), e);
    } catch (RunnerException e) {
      spec.commandLine().getErr().println(spec.qualifiedName() + ": " + e.getMessage());
      return 1;
    }
  }

  private CommandLineOptions parse() {
    try {
      return new CommandLineOptions(arguments.toArray(String[]::new));
    } catch (CommandLineOptionException e) {
      throw new ParameterException(spec.commandLine(), "JMH: " + e.getMessage(), e);
    }
  }

  private static boolean asksForText(CommandLineOptions options) {
    return options.shouldHelp()
        || options.shouldList()
        || options.shouldListWithParams()
        || options.shouldListProfilers()
        || options.shouldListResultFormats();
  }
}
