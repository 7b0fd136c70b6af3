package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Model;
import dev.nn.Network;
import dev.nn.contract.PlainBackend;
import dev.nn.data.Dataset;
import dev.nn.data.RowSource;
import dev.nn.io.MalformedFileException;
import dev.nn.io.SafetensorsReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Files and folders of checkpoints, and what is refused. */
class CheckpointsTest {
  @TempDir private Path directory;

  private static Network network(long seed) {
    return Network.initialize(
        Architecture.input(2).dense(3, Activation.TANH).dense(1, Activation.IDENTITY),
        seed,
        PlainBackend.alone());
  }

  /** Ten rows; the target is the number of the row. */
  private static Dataset data(int rows) {
    float[][] x = new float[rows][2];
    float[][] y = new float[rows][1];
    for (int i = 0; i < rows; i++) {
      x[i][0] = i / 10f;
      x[i][1] = 1 - i / 10f;
      y[i][0] = i / 10f;
    }
    return Dataset.of(x, y);
  }

  private static final Dataset DATA = data(10);

  private Path folder() {
    return directory.resolve("checkpoints");
  }

  /** Two steps an epoch, a checkpoint after each. */
  private Trainer.Builder trainer() {
    return Trainer.builder()
        .optimizer(Adam.of(0.01))
        .batchSize(5)
        .epochs(2)
        .checkpoints(Checkpoints.everySteps(folder(), 1));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Path file(int step) {
    return folder().resolve("step-%016d.safetensors".formatted(step));
  }

  private static float[][] parameters(Network network) {
    return network.weights(1);
  }

  private static void assertSays(String message, String... words) {
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }

  private static void refused(Executable call, String... words) {
    assertSays(assertThrows(IllegalArgumentException.class, call).getMessage(), words);
  }

  @Test
  void numbersOfStepsAreChecked() {
    refused(() -> Checkpoints.everySteps(folder(), 0), "steps", "at least 1", "0");
    refused(() -> new Checkpoints(folder(), -1), "everySteps", "0 or more", "-1");
    assertEquals(0, Checkpoints.everyEpoch(folder()).everySteps());
  }

  @Test
  void theLastTwoFilesAreKept() throws IOException {
    trainer().build().fit(network(1), DATA);
    assertEquals(
        List.of("step-0000000000000003.safetensors", "step-0000000000000004.safetensors"),
        names(folder()));
  }

  @Test
  void epochsAreTheTimeWithoutANumberOfSteps() throws IOException {
    trainer().checkpoints(Checkpoints.everyEpoch(folder())).epochs(3).build().fit(network(1), DATA);
    assertEquals(
        List.of("step-0000000000000004.safetensors", "step-0000000000000006.safetensors"),
        names(folder()));
  }

  @Test
  void theEndIsATimeInAnyCase() throws IOException {
    trainer().checkpoints(Checkpoints.everySteps(folder(), 3)).build().fit(network(1), DATA);
    assertEquals(
        List.of("step-0000000000000003.safetensors", "step-0000000000000004.safetensors"),
        names(folder()));
  }

  @Test
  void otherFilesStay() throws IOException {
    Files.createDirectory(folder());
    Files.writeString(folder().resolve("step-5.safetensors"), "mine");
    Files.writeString(folder().resolve("notes"), "mine");
    Files.writeString(folder().resolve(".nn-killed.tmp"), "left by a kill");
    trainer().epochs(1).build().fit(network(1), DATA);
    assertEquals(
        List.of(
            "notes",
            "step-0000000000000001.safetensors",
            "step-0000000000000002.safetensors",
            "step-5.safetensors"),
        names(folder()));
  }

  @Test
  void fitRefusesAFolderWithCheckpoints() throws IOException {
    trainer().build().fit(network(1), DATA);
    Network network = network(2);
    float[][] before = parameters(network);
    assertSays(
        assertThrows(IllegalStateException.class, () -> trainer().build().fit(network, DATA))
            .getMessage(),
        folder().toString(),
        "step-0000000000000004.safetensors",
        "resume");
    assertArrayEquals(before, parameters(network));
    assertEquals(2, names(folder()).size());
  }

  @Test
  void whatCannotHaveCheckpointsSaysSo() {
    Trainer trainer = trainer().build();
    assertSays(
        assertThrows(IllegalStateException.class, () -> trainer.open(network(1))).getMessage(),
        "checkpoints",
        "fit");
    refused(
        () -> CrossValidation.of(network(1).architecture(), 1, trainer), "checkpoints", "folds");
    assertSays(
        assertThrows(
                IllegalStateException.class,
                () -> Trainer.builder().build().resume(network(1), DATA))
            .getMessage(),
        "checkpoints");
    assertFalse(Files.exists(folder()));
  }

  @Test
  void aFolderThatCannotBeMadeIsToldBeforeTheFirstStep() {
    Path missing = directory.resolve("missing").resolve("checkpoints");
    Network network = network(1);
    float[][] before = parameters(network);
    Trainer trainer = trainer().checkpoints(Checkpoints.everyEpoch(missing)).build();
    for (boolean resumes : new boolean[] {false, true}) {
      UncheckedIOException thrown =
          assertThrows(
              UncheckedIOException.class,
              () -> {
                if (resumes) {
                  trainer.resume(network, DATA);
                } else {
                  trainer.fit(network, DATA);
                }
              });
      assertEquals(missing.toString(), ((FileSystemException) thrown.getCause()).getFile());
    }
    assertArrayEquals(before, parameters(network));
  }

  @Test
  void aFolderThatIsAFileIsRefused() throws IOException {
    Files.writeString(folder(), "a file");
    UncheckedIOException thrown =
        assertThrows(UncheckedIOException.class, () -> trainer().build().fit(network(1), DATA));
    assertSays(thrown.getMessage(), folder().toString());
    assertEquals("a file", Files.readString(folder()));
  }

  @Test
  void aCheckpointThatCannotBeWrittenEndsTheTraining() throws IOException {
    Files.createDirectories(file(3).resolve("in the way"));
    Network network = network(1);
    UncheckedIOException thrown =
        assertThrows(
            UncheckedIOException.class, () -> trainer().epochs(5).build().resume(network, DATA));
    assertSays(thrown.getMessage(), "checkpoint");
    assertSays(thrown.getCause().getMessage(), file(3).toString());
  }

  @Test
  void settingsMustBeTheSame() {
    trainer().build().fit(network(1), DATA);
    List<UnaryOperator<Trainer.Builder>> changes =
        List.of(
            builder -> builder.optimizer(Adam.of(0.02)),
            builder -> builder.optimizer(Sgd.of(0.01)),
            builder -> builder.batchSize(10),
            builder -> builder.seed(1),
            builder -> builder.shuffle(false),
            builder -> builder.l2(1),
            builder -> builder.l1(1),
            builder -> builder.clipValue(1),
            builder -> builder.clipNorm(1),
            builder -> builder.maxNorm(1),
            builder -> builder.reduceOnPlateau(ReduceOnPlateau.of(0.5, 1)),
            builder -> builder.earlyStopping(EarlyStopping.patience(1)));
    for (UnaryOperator<Trainer.Builder> change : changes) {
      Network network = network(2);
      float[][] before = parameters(network);
      refused(
          () -> change.apply(trainer()).build().resume(network, DATA),
          file(4).toString(),
          "but this one has");
      assertArrayEquals(before, parameters(network));
    }
    refused(() -> trainer().build().resume(network(1), data(11)), "training rows 10", "has 11");
    refused(() -> trainer().build().resume(network(1), DATA, DATA), "validation rows 0", "has 10");
    Network other =
        Network.initialize(
            Architecture.input(2).dense(3, Activation.RELU).dense(1, Activation.IDENTITY),
            1,
            PlainBackend.alone());
    refused(() -> trainer().build().resume(other, DATA), "network 2-3 tanh-1 identity", "2-3 relu");
    // What may be another one.
    trainer().threads(3).schedule(Schedule.cosine(0)).build().resume(network(2), DATA);
  }

  @Test
  void whereverAFileIsDamagedTheOneBeforeIsUsed() throws IOException {
    Network expected = network(1);
    History history = trainer().build().fit(expected, DATA);
    byte[] newest = Files.readAllBytes(file(4));
    byte[] previous = Files.readAllBytes(file(3));
    List<Path> told = new ArrayList<>();
    Trainer trainer =
        trainer()
            .listener(
                new TrainingListener() {
                  @Override
                  public void onResume(Path checkpoint, int epoch, int batch) {
                    told.add(checkpoint);
                  }
                })
            .build();
    for (int i = 0; i < newest.length; i++) {
      byte[] damaged = newest.clone();
      damaged[i] ^= (byte) (1 << i % 8);
      Files.write(file(4), damaged);
      Files.write(file(3), previous);
      Network network = network(2);
      History resumed = trainer.resume(network, DATA);
      assertArrayEquals(parameters(expected), parameters(network));
      assertEquals(history.best().train(), resumed.best().train());
      assertEquals(file(3), told.get(told.size() - 1), "byte " + i);
      // The last step was made again, and its file replaces the damaged one.
      assertEquals(newest.length, Files.size(file(4)));
      assertEquals(2, names(folder()).size());
    }
    for (int length = 0; length < newest.length; length += 7) {
      Files.write(file(4), Arrays.copyOf(newest, length));
      Files.write(file(3), previous);
      Network network = network(2);
      trainer.resume(network, DATA);
      assertArrayEquals(parameters(expected), parameters(network));
      assertEquals(file(3), told.get(told.size() - 1), length + " bytes");
    }
  }

  /** A damaged file must not outlive the good one before it. */
  @Test
  void aDamagedFileIsNotTheOneThatIsKept() throws IOException {
    trainer().build().fit(network(1), DATA);
    Files.move(file(4), file(9)); // from a run that went further
    byte[] bytes = Files.readAllBytes(file(9));
    bytes[bytes.length / 2] ^= 1;
    Files.write(file(9), bytes);
    trainer().build().resume(network(1), DATA);
    assertEquals(
        List.of("step-0000000000000003.safetensors", "step-0000000000000004.safetensors"),
        names(folder()));
  }

  @Test
  void withoutAGoodFileNothingChanges() throws IOException {
    trainer().build().fit(network(1), DATA);
    for (int step = 3; step <= 4; step++) {
      byte[] bytes = Files.readAllBytes(file(step));
      bytes[bytes.length - 20] ^= 1;
      Files.write(file(step), bytes);
    }
    Network network = network(2);
    float[][] before = parameters(network);
    UncheckedIOException thrown =
        assertThrows(UncheckedIOException.class, () -> trainer().build().resume(network, DATA));
    assertEquals(MalformedFileException.class, thrown.getCause().getClass());
    assertSays(thrown.getMessage(), file(4).toString(), "damaged");
    assertSays(thrown.getCause().getSuppressed()[0].getMessage(), file(3).toString(), "damaged");
    assertArrayEquals(before, parameters(network));
    assertEquals(2, names(folder()).size());
  }

  @Test
  void anotherSafetensorsFileIsNoCheckpoint() throws IOException {
    Files.createDirectory(folder());
    Model.of(network(1)).save(file(1));
    UncheckedIOException thrown =
        assertThrows(UncheckedIOException.class, () -> trainer().build().resume(network(1), DATA));
    assertSays(thrown.getMessage(), file(1).toString(), "crc32c", "no checkpoint");
  }

  @Test
  void anInterruptBeforeResumeChangesNothing() {
    trainer().build().fit(network(1), DATA);
    Network network = network(2);
    float[][] before = parameters(network);
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> trainer().build().resume(network, DATA));
    assertTrue(Thread.interrupted());
    assertArrayEquals(before, parameters(network));
  }

  @Test
  void anInterruptWhileACheckpointIsReadIsNoDamage() {
    Trainer trainer = trainer().build();
    trainer.fit(network(1), DATA);
    Network network = network(2);
    float[][] before = parameters(network);
    InterruptingRows rows = new InterruptingRows();
    try (Fit fit = trainer.prepare(network, rows, Optional.empty())) {
      rows.interrupts = true;
      assertThrows(CancellationException.class, fit::goToCheckpoint);
    }
    assertTrue(Thread.interrupted());
    assertArrayEquals(before, parameters(network));
  }

  /** Whoever asks for their number is interrupted. */
  private static final class InterruptingRows implements RowSource {
    private boolean interrupts;

    @Override
    public int rows() {
      if (interrupts) {
        Thread.currentThread().interrupt();
      }
      return DATA.rows();
    }

    @Override
    public int inputs() {
      return DATA.inputs();
    }

    @Override
    public int outputs() {
      return DATA.outputs();
    }

    @Override
    public void copyRows(
        int[] order, int from, int count, float[] x, int xo, int xs, float[] y, int yo, int ys) {
      DATA.copyRows(order, from, count, x, xo, xs, y, yo, ys);
    }

    @Override
    public void copyTargets(int row, float[] y, int yo) {
      DATA.copyTargets(row, y, yo);
    }
  }

  @Test
  void fewerEpochsThanWereBegunAreRefused() {
    trainer().epochs(3).build().fit(network(1), DATA);
    Network network = network(2);
    float[][] before = parameters(network);
    refused(
        () -> trainer().epochs(2).build().resume(network, DATA),
        file(6).toString(),
        "3 epochs begun",
        "only 2");
    assertArrayEquals(before, parameters(network));
    trainer().epochs(3).build().resume(network, DATA);
  }

  /** Its numbers are there for other programs to read. */
  @Test
  void aFileSaysWhereTheTrainingIs() throws IOException {
    History history = trainer().epochs(3).build().fit(network(1), DATA);
    try (SafetensorsReader reader = SafetensorsReader.open(file(6))) {
      double[] place = reader.readDoubles("position");
      assertEquals(4, place[0]);
      assertEquals(0, place[1]);
      double[] rows = reader.readDoubles("history");
      assertEquals(List.of(3L, 5L), reader.tensor("history").orElseThrow().shape());
      assertEquals(history.epochs().get(1).train().loss(), rows[5]);
      assertEquals(history.epochs().get(2).nanos(), (long) rows[14]);
      assertArrayEquals(new double[] {6, 6}, reader.readDoubles("optimizer.steps"));
      assertEquals(List.of(3L, 2L), reader.tensor("optimizer.2.0.weight").orElseThrow().shape());
      assertEquals(
          "{\"version\":1,\"settings\":{\"network\":\"2-3 tanh-1 identity\","
              + "\"loss\":\"SQUARED_ERROR\",\"training rows\":\"10\",\"validation rows\":\"0\","
              + "\"optimizer\":\"Adam[learningRate=0.01, beta1=0.9, beta2=0.999,"
              + " epsilon=1.0E-8]\",\"plateau\":\"none\",\"early stopping\":\"none\","
              + "\"batch size\":\"5\",\"L2\":\"0.0\",\"L1\":\"0.0\",\"clip value\":\"Infinity\","
              + "\"clip norm\":\"Infinity\",\"max norm\":\"Infinity\","
              + "\"label smoothing\":\"0.0\",\"class weights\":\"[]\",\"seed\":\"0\","
              + "\"shuffle\":\"true\"}}",
          reader.metadata().get("nn.checkpoint"));
    }
  }
}
