package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.nn.Network;
import dev.nn.train.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A training whose JVM is killed at any moment goes on from its last checkpoint, and ends with the
 * bits of one that was not.
 *
 * <p>{@code -Dnn.kills=200} kills so many times, {@code -Dnn.kills.seed=2} at other moments.
 */
class KillTest {
  /** Longer than a JVM and a third of the training take. */
  private static final int MOST_MILLIS = 1500;

  private static final List<String> BACKENDS = AvailableBackends.ids();

  @TempDir private Path directory;

  @Test
  void aKilledTrainingEndsWithTheSameBits() throws Exception {
    int kills = Integer.getInteger("nn.kills", 12);
    long seed = Long.getLong("nn.kills.seed", 1);
    SplittableRandom random = new SplittableRandom(seed);
    KilledTraining training = KilledTraining.ofDigits();
    Network expected = training.network("reference");
    History whole = training.run(expected);
    int chains = 0;
    int afterACheckpoint = 0;
    Path folder = directory.resolve("chain0");
    for (int kill = 0; kill < kills; ) {
      String backend = BACKENDS.get(random.nextInt(BACKENDS.size()));
      int threads = 1 + random.nextInt(2);
      Process process = start(folder, backend, threads);
      if (process.waitFor(random.nextInt(MOST_MILLIS), TimeUnit.MILLISECONDS)) {
        assertEquals(0, process.exitValue(), "seed " + seed + ": " + said(folder));
        assertSame(training, whole, expected, folder, "to the end, by " + backend);
        chains++;
        folder = directory.resolve("chain" + chains);
        continue;
      }
      process.destroyForcibly().waitFor();
      kill++;
      Path copy = copy(folder, directory.resolve("kill" + kill));
      if (hasCheckpoint(copy)) {
        afterACheckpoint++;
      }
      assertSame(
          training,
          whole,
          expected,
          copy,
          "seed %d, kill %d of %s on %d threads".formatted(seed, kill, backend, threads));
    }
    System.out.printf(
        "%d kills, %d of them after a first checkpoint; %d trainings came to their end%n",
        kills, afterACheckpoint, chains);
  }

  private static Process start(Path folder, String backend, int threads) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add(VectorModule.ADD_MODULES);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(KilledTraining.class.getName());
    command.addAll(List.of(folder.toString(), backend, Integer.toString(threads)));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output(folder).toFile())
        .start();
  }

  private static Path output(Path folder) {
    return folder.resolveSibling(folder.getFileName() + ".log");
  }

  private static String said(Path folder) {
    try {
      return Files.readString(output(folder));
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** A folder as the kill has left it, half-written files included. */
  private static Path copy(Path folder, Path to) throws IOException {
    if (Files.isDirectory(folder)) {
      Files.createDirectory(to);
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.copy(file, to.resolve(file.getFileName()));
        }
      }
    }
    return to;
  }

  private static boolean hasCheckpoint(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.anyMatch(file -> file.getFileName().toString().endsWith(".safetensors"));
    }
  }

  private static void assertSame(
      KilledTraining training, History whole, Network expected, Path folder, String of) {
    Network network = training.network(BACKENDS.get(0));
    History history = training.resume(folder, network);
    assertEquals(whole.bestEpoch(), history.bestEpoch(), of);
    for (int e = 0; e < whole.epochs().size(); e++) {
      assertEquals(whole.epochs().get(e).train(), history.epochs().get(e).train(), of);
      assertEquals(whole.epochs().get(e).validation(), history.epochs().get(e).validation(), of);
    }
    assertArrayEquals(expected.gamma(1), network.gamma(1), of);
    assertArrayEquals(expected.runningVariance(1), network.runningVariance(1), of);
    for (int l = 1; l <= 2; l++) {
      assertArrayEquals(expected.weights(l), network.weights(l), of);
      assertArrayEquals(expected.bias(l), network.bias(l), of);
    }
  }
}
