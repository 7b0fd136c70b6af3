package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a user starts it, in a JVM without the Vector API. */
class RestartTest {
  private static final String INCUBATOR_WARNING = "Using incubator modules";

  @TempDir Path folder;

  private static ProcessBuilder main(List<String> jvmOptions, String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(command);
  }

  private Outcome run(List<String> jvmOptions, String... args)
      throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    Process process =
        main(jvmOptions, args).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    int status = process.waitFor();
    return new Outcome(status, Files.readAllLines(out), Files.readAllLines(err));
  }

  @Test
  void theVectorApiIsBroughtInAndTheUsersOptionsArePassedOn() throws Exception {
    Outcome outcome =
        run(List.of("-Ddev.nn.backend=reference"), "train", "--epochs=1", "--hidden=none");
    assertEquals(0, outcome.status(), outcome.toString());
    assertTrue(outcome.line("backend").startsWith("backend   reference"), outcome.toString());
    assertTrue(outcome.err().toString().contains(INCUBATOR_WARNING), outcome.toString());
  }

  @Test
  void anUnknownDefaultBackendIsNamedOnOneLine() throws Exception {
    Outcome outcome = run(List.of("-Ddev.nn.backend=foo", "-Ddev.nn.vector=off"), "train");
    assertEquals(2, outcome.status(), outcome.toString());
    assertEquals(
        List.of("nn-bench train: there is no backend foo; known: auto, simd, portable, reference"),
        outcome.err());
    assertEquals(List.of(), outcome.out());
  }

  @Test
  void thePropertyKeepsItOut() throws Exception {
    Outcome outcome = run(List.of("-Ddev.nn.vector=off"), "info");
    assertEquals(0, outcome.status());
    assertFalse(outcome.err().toString().contains(INCUBATOR_WARNING), outcome.toString());
  }

  @Test
  void theOptionKeepsItOut() throws Exception {
    Outcome outcome = run(List.of(), "info", "--no-vector");
    assertEquals(0, outcome.status());
    assertFalse(outcome.err().toString().contains(INCUBATOR_WARNING), outcome.toString());
  }

  @Test
  void theExitStatusIsPassedOn() throws Exception {
    Outcome outcome = run(List.of(), "train", "--data=no-such-thing");
    assertEquals(2, outcome.status(), outcome.toString());
    assertTrue(outcome.err().toString().contains(INCUBATOR_WARNING), outcome.toString());
  }

  @Test
  void aWrongOptionNeedsNoSecondJvm() throws Exception {
    Outcome outcome = run(List.of(), "train", "--epochs=0");
    assertEquals(2, outcome.status());
    assertEquals(1, outcome.err().size(), outcome.toString());
  }

  @Test
  void tooLittleMemoryIsSaidPlainly() throws Exception {
    Outcome outcome = run(List.of("-Xmx64m"), "train", "--hidden=8000,8000");
    assertEquals(1, outcome.status());
    assertEquals(
        "nn-bench: not enough memory (Java heap space): see java -Xmx",
        outcome.err().get(outcome.err().size() - 1));
  }

  @Test
  void whoKillsTheProgramEndsBothJvms() throws Exception {
    Process first =
        main(List.of(), "train", "--epochs=1000000")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader out = first.inputReader()) {
      out.readLine(); // the other JVM is at work
      ProcessHandle second = first.toHandle().children().findFirst().orElseThrow();
      first.destroyForcibly();
      assertTrue(first.waitFor(10, TimeUnit.SECONDS));
      second.onExit().get(10, TimeUnit.SECONDS);
      assertFalse(second.isAlive());
    } finally {
      first.destroyForcibly();
    }
  }
}
