package dev.nn.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Runs this program again, in a JVM that has the Vector API or others that it needs.
 *
 * <p>A jar cannot ask for an incubator module, only the java command can; so that plain {@code java
 * -jar} suffices, the program starts itself once more, with the same java, the same JVM options,
 * the same arguments, and the module added.
 */
final class Restart {
  /** Variables whose options are among the JVM's input arguments, and would count twice. */
  private static final List<String> OPTION_VARIABLES =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS");

  /** Tells another JVM the process that it belongs to. */
  private static final String PARENT = "dev.nn.bench.parent";

  private Restart() {}

  /**
   * Starts the other JVM and waits for it; it ends if this one does.
   *
   * @return its exit status
   */
  static int run(String[] args) throws IOException, InterruptedException {
    List<String> command = command(List.of(VectorModule.ADD_MODULES), Main.class, List.of(args));
    return start(new ProcessBuilder(command).inheritIO()).waitFor();
  }

  /** Starts another JVM, whose main method is to call {@link #endWithParent}. */
  static Process start(ProcessBuilder builder) throws IOException {
    builder.environment().keySet().removeAll(OPTION_VARIABLES);
    return builder.start();
  }

  /**
   * In a JVM that another one has started: ends it when the other one ends, in whatever way, on any
   * operating system.
   */
  static void endWithParent() {
    Long parent = Long.getLong(PARENT);
    if (parent != null) {
      CompletableFuture<Void> unused =
          ProcessHandle.of(parent)
              .map(ProcessHandle::onExit)
              .orElseGet(() -> CompletableFuture.completedFuture(null)) // it has ended already
              .thenRun(() -> Runtime.getRuntime().halt(1));
    }
  }

  /** The command line of another JVM that has the options of this one, but these modules. */
  static List<String> command(List<String> modules, Class<?> main, List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.removeIf(VectorModule.ADD_MODULES::equals);
    command.removeIf(option -> option.startsWith("-D" + PARENT + "="));
    command.add("-D" + PARENT + "=" + ProcessHandle.current().pid());
    command.addAll(modules);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(args);
    return command;
  }
}
