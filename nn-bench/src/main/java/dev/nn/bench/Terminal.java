package dev.nn.bench;

import java.io.Console;

/** Whether somebody is watching. */
final class Terminal {
  private Terminal() {}

  /** Whether standard input and output are a terminal, on any JDK. */
  @SuppressWarnings("SystemConsoleNull") // isTerminal tells where null does not
  static boolean isInteractive() {
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      // from JDK 22 on there can be a console without a terminal, and this method to tell
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
