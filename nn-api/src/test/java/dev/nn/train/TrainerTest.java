package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.contract.CustomLosses;
import dev.nn.contract.PlainBackend;
import dev.nn.data.Dataset;
import dev.nn.data.RowSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The builder, and what a trainer calls in which order. */
class TrainerTest {
  private static Network network() {
    return Network.initialize(
        Architecture.input(2).dense(3, Activation.TANH).dense(1, Activation.IDENTITY),
        1,
        PlainBackend.alone());
  }

  /** Ten rows; the target is the number of the row. */
  private static Dataset data() {
    float[][] x = new float[10][2];
    float[][] y = new float[10][1];
    for (int i = 0; i < 10; i++) {
      x[i][0] = i / 10f;
      x[i][1] = 1 - i / 10f;
      y[i][0] = i / 10f;
    }
    return Dataset.of(x, y);
  }

  /** Notes every call. */
  private static final class Notes implements TrainingListener {
    final List<String> notes = new ArrayList<>();

    @Override
    public void onBatch(int epoch, int batch, int batches) {
      notes.add(epoch + ":" + batch + "/" + batches);
    }

    @Override
    public void onEpoch(History.Epoch epoch) {
      notes.add("epoch " + epoch.number());
    }
  }

  private static void refused(Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void numbersAreAtLeastOne(int bad) {
    String given = Integer.toString(bad);
    refused(() -> Trainer.builder().batchSize(bad), "batchSize", "at least 1", given);
    refused(() -> Trainer.builder().epochs(bad), "epochs", "at least 1", given);
    refused(() -> Trainer.builder().threads(bad), "threads", "at least 1", given);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY, 1e39})
  void l2IsFiniteAndNotNegative(double bad) {
    refused(() -> Trainer.builder().l2(bad), "l2", "finite", Double.toString(bad));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY, 1e39})
  void l1IsFiniteAndNotNegative(double bad) {
    refused(() -> Trainer.builder().l1(bad), "l1", "finite", Double.toString(bad));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, 1e-60, Double.NaN, Double.POSITIVE_INFINITY, 1e39})
  void limitsAreFiniteAndGreaterThanZero(double bad) {
    String given = Double.toString(bad);
    refused(() -> Trainer.builder().clipValue(bad), "clipValue", "greater than 0", given);
    refused(() -> Trainer.builder().clipNorm(bad), "clipNorm", "greater than 0", given);
    refused(() -> Trainer.builder().maxNorm(bad), "maxNorm", "greater than 0", given);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, 1, 1 - 1e-9, Double.NaN})
  void labelSmoothingIsBelowOne(double bad) {
    refused(() -> Trainer.builder().labelSmoothing(bad), "labelSmoothing", Double.toString(bad));
  }

  /** What the targets of a custom loss mean, only its function knows. */
  @Test
  void labelSmoothingIsForKnownLosses() {
    Trainer smoothing =
        Trainer.builder().labelSmoothing(0.1).loss(CustomLosses.CROSS_ENTROPY).build();
    Network network =
        Network.initialize(
            Architecture.input(1).dense(2, Activation.SOFTMAX), 1, PlainBackend.alone());
    Dataset rows = Dataset.ofLabels(new float[][] {{1}, {2}}, new int[] {0, 1}, 2);
    refused(() -> smoothing.fit(network, rows), "labelSmoothing", "my cross-entropy", "LOG_LOSS");
    refused(() -> smoothing.open(network), "labelSmoothing");
  }

  /** Outputs are classes to a custom loss where they are probabilities of them. */
  @Test
  void earlyStoppingWatchesTheAccuracyOfACustomLoss() {
    Trainer watching =
        Trainer.builder()
            .loss(CustomLosses.SQUARED_ERROR)
            .earlyStopping(EarlyStopping.patience(1).onAccuracy())
            .epochs(50)
            .build();
    Network classifier =
        Network.initialize(
            Architecture.input(1).dense(2, Activation.SOFTMAX), 1, PlainBackend.alone());
    Dataset rows = Dataset.ofLabels(new float[][] {{-1}, {1}}, new int[] {0, 1}, 2);
    assertTrue(watching.fit(classifier, rows).last().train().accuracy() >= 0);
    refused(() -> watching.fit(network(), data()), "accuracy", "my squared error", "no classes");
  }

  @Test
  void nullsAreRefusedAtOnce() {
    assertThrows(NullPointerException.class, () -> Trainer.builder().optimizer(null));
    assertThrows(NullPointerException.class, () -> Trainer.builder().schedule(null));
    assertThrows(NullPointerException.class, () -> Trainer.builder().reduceOnPlateau(null));
    assertThrows(NullPointerException.class, () -> Trainer.builder().earlyStopping(null));
    assertThrows(NullPointerException.class, () -> Trainer.builder().loss(null));
    assertThrows(NullPointerException.class, () -> Trainer.builder().listener(null));
  }

  @Test
  void everySetterReturnsTheBuilder() {
    Trainer.Builder builder = Trainer.builder();
    assertSame(builder, builder.optimizer(Sgd.of(1)).batchSize(1).fullBatch().epochs(1).l2(0));
    assertSame(builder, builder.labelSmoothing(0.1).l1(0));
    assertSame(builder, builder.clipValue(1).clipNorm(1).maxNorm(1));
    assertSame(builder, builder.threads(1).seed(1).shuffle(true).loss(Loss.LOG_LOSS));
    assertSame(builder, builder.schedule(Schedule.constant()).listener(new Notes()));
    assertSame(builder, builder.reduceOnPlateau(ReduceOnPlateau.of(0.1, 10)));
    assertSame(builder, builder.earlyStopping(EarlyStopping.patience(3)));
    assertNotSame(builder.build(), builder.build());
  }

  @Test
  void listenersHearEveryBatchAndEpochInOrder() {
    Notes first = new Notes();
    Notes second = new Notes();
    History history =
        Trainer.builder()
            .batchSize(4)
            .epochs(2)
            .listener(first)
            .listener(second)
            .build()
            .fit(network(), data());
    assertEquals(
        List.of("1:1/3", "1:2/3", "1:3/3", "epoch 1", "2:1/3", "2:2/3", "2:3/3", "epoch 2"),
        first.notes);
    assertEquals(first.notes, second.notes);
    assertEquals(2, history.epochs().size());
    assertEquals(10, history.last().rows());
    assertTrue(history.last().validation().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 5, 9, 10, 11, Integer.MAX_VALUE})
  void batchesCoverAllRows(int batchSize) {
    Notes notes = new Notes();
    Trainer.builder().batchSize(batchSize).epochs(1).listener(notes).build().fit(network(), data());
    int batches = Math.max(1, (int) Math.ceil(10.0 / batchSize));
    List<String> expected =
        new ArrayList<>(
            IntStream.rangeClosed(1, batches).mapToObj(b -> "1:" + b + "/" + batches).toList());
    expected.add("epoch 1");
    assertEquals(expected, notes.notes);
  }

  /** A trainer is finished when it is built: the builder may go on. */
  @Test
  void laterChangesOfTheBuilderDoNotReachTheTrainer() {
    Notes notes = new Notes();
    Trainer.Builder builder = Trainer.builder().batchSize(5).epochs(1).listener(notes);
    Trainer trainer = builder.build();
    Notes late = new Notes();
    builder.batchSize(1).epochs(3).listener(late).loss(Loss.CROSS_ENTROPY);
    trainer.fit(network(), data());
    trainer.fit(network(), data());
    assertEquals(List.of("1:1/2", "1:2/2", "epoch 1", "1:1/2", "1:2/2", "epoch 1"), notes.notes);
    assertEquals(List.of(), late.notes);
  }

  @Test
  void anExceptionOfAListenerReachesTheCallerAndLeavesTheNetworkUsable() {
    Network network = network();
    IllegalStateException stop = new IllegalStateException("enough");
    Trainer trainer =
        Trainer.builder()
            .epochs(5)
            .listener(
                new TrainingListener() {
                  @Override
                  public void onEpoch(History.Epoch epoch) {
                    if (epoch.number() == 2) {
                      throw stop;
                    }
                  }
                })
            .build();
    assertSame(stop, assertThrows(IllegalStateException.class, () -> trainer.fit(network, data())));
    Network twoEpochs = network();
    Trainer.builder().epochs(2).build().fit(twoEpochs, data());
    float[] x = {0.3f, 0.7f};
    assertEquals(twoEpochs.predict(x)[0], network.predict(x)[0]);
    Trainer.builder().epochs(1).build().fit(network, data());
  }

  /** Before each step, with its number in the training. */
  @Test
  void aScheduleIsAskedBeforeEveryStep() {
    List<String> asked = new ArrayList<>();
    Trainer.builder()
        .batchSize(4)
        .epochs(2)
        .schedule(
            (step, stepsPerEpoch, epochs) -> {
              asked.add(step + " " + stepsPerEpoch + " " + epochs);
              return 1;
            })
        .build()
        .fit(network(), data());
    assertEquals(List.of("1 3 2", "2 3 2", "3 3 2", "4 3 2", "5 3 2", "6 3 2"), asked);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1, Double.NaN, Double.POSITIVE_INFINITY})
  void aBadFactorEndsTheTrainingBeforeItsStep(double bad) {
    Network network = network();
    Trainer trainer =
        Trainer.builder()
            .batchSize(4)
            .shuffle(false)
            .epochs(1)
            .schedule((step, stepsPerEpoch, epochs) -> step < 3 ? 1 : bad)
            .build();
    refused(() -> trainer.fit(network, data()), "schedule", "step 3", Double.toString(bad));
    Network twoSteps = network();
    Trainer.builder().batchSize(4).shuffle(false).epochs(1).build().fit(twoSteps, data().head(8));
    float[] x = {0.3f, 0.7f};
    assertEquals(twoSteps.predict(x)[0], network.predict(x)[0]);
  }

  /** Asked after everybody was told, of a batch that is then the last. */
  @Test
  void aListenerEndsTheTrainingAfterABatch() {
    Notes notes = new Notes();
    Trainer trainer =
        Trainer.builder()
            .batchSize(4)
            .epochs(5)
            .listener(
                new TrainingListener() {
                  @Override
                  public boolean endsAfterBatch(int epoch, int batch, int batches) {
                    notes.notes.add("asked");
                    return epoch == 2 && batch == 2 && batches == 3;
                  }
                })
            .listener(notes)
            .build();
    History history = trainer.fit(network(), data(), data());
    assertEquals(
        List.of(
            "1:1/3", "asked", "1:2/3", "asked", "1:3/3", "asked", "epoch 1", "2:1/3", "asked",
            "2:2/3", "asked", "epoch 2"),
        notes.notes);
    assertEquals(History.End.LISTENER, history.end());
    assertEquals(2, history.epochs().size());
    assertEquals(10, history.epochs().get(0).rows());
    assertEquals(8, history.last().rows());
    assertTrue(history.last().validation().isPresent());
  }

  /** Also when it is the last epoch anyway: that is what the listener waited for. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5})
  void aListenerEndsTheTrainingAfterAnEpoch(int epochs) {
    Notes notes = new Notes();
    Trainer trainer =
        Trainer.builder()
            .batchSize(10)
            .epochs(epochs)
            .listener(TrainingListener.until(epoch -> epoch.number() == 2))
            .listener(notes)
            .build();
    for (int fit = 1; fit <= 2; fit++) { // a trainer remembers nothing
      History history = trainer.fit(network(), data());
      assertEquals(History.End.LISTENER, history.end());
      assertEquals(2, history.epochs().size());
    }
    assertEquals(
        List.of("1:1/1", "epoch 1", "2:1/1", "epoch 2", "1:1/1", "epoch 1", "2:1/1", "epoch 2"),
        notes.notes);
  }

  /** Calls of a training are epochs for its listeners, who may end a call but not the training. */
  @Test
  void listenersHearACallAsAnEpoch() {
    Notes notes = new Notes();
    Trainer trainer =
        Trainer.builder()
            .batchSize(4)
            .listener(notes)
            .listener(
                new TrainingListener() {
                  @Override
                  public boolean endsAfterBatch(int epoch, int batch, int batches) {
                    return epoch == 1 && batch == 2;
                  }
                })
            .build();
    try (Training training = trainer.open(network())) {
      assertEquals(8, training.fit(data()).rows());
      assertEquals(5, training.fit(data().head(5)).rows());
    }
    assertEquals(List.of("1:1/3", "1:2/3", "epoch 1", "2:1/2", "2:2/2", "epoch 2"), notes.notes);
  }

  @Test
  void aClosedTrainingIsOver() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Training training = Trainer.builder().threads(3).build().open(network());
    List<Thread> threads =
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> !before.contains(thread) && thread.getName().startsWith("dev.nn"))
            .toList();
    assertEquals(2, threads.size());
    training.fit(data());
    training.close();
    training.close();
    threads.forEach(thread -> assertFalse(thread.isAlive(), thread::getName));
    String message =
        assertThrows(IllegalStateException.class, () -> training.fit(data())).getMessage();
    assertEquals("this training is closed", message);
  }

  @Test
  void whatCannotBeOpenedIsRefused() {
    assertThrows(NullPointerException.class, () -> Trainer.builder().build().open(null));
    refused(
        () -> Trainer.builder().loss(Loss.CROSS_ENTROPY).build().open(network()),
        "CROSS_ENTROPY",
        "IDENTITY");
    Trainer stopping = Trainer.builder().earlyStopping(EarlyStopping.patience(1)).build();
    assertTrue(
        assertThrows(IllegalStateException.class, () -> stopping.open(network()))
            .getMessage()
            .contains("early stopping"));
    try (Training training = Trainer.builder().build().open(network())) {
      refused(() -> training.fit(wide()), "rows has rows of 3000 features");
      assertThrows(NullPointerException.class, () -> training.fit(null));
    }
  }

  @Test
  void anInterruptedThreadTakesNoStep() {
    Network network = network();
    Notes notes = new Notes();
    Trainer trainer = Trainer.builder().listener(notes).build();
    Thread.currentThread().interrupt();
    try {
      assertThrows(CancellationException.class, () -> trainer.fit(network, data()));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(List.of(), notes.notes);
    float[] x = {0.3f, 0.7f};
    assertEquals(network().predict(x)[0], network.predict(x)[0]);
  }

  /** After the last step there is nothing left to stop. */
  @Test
  void anInterruptAfterTheLastStepLeavesAHistory() {
    Trainer trainer =
        Trainer.builder()
            .epochs(1)
            .listener(
                new TrainingListener() {
                  @Override
                  public void onBatch(int epoch, int batch, int batches) {
                    Thread.currentThread().interrupt();
                  }
                })
            .build();
    History history = trainer.fit(network(), data(), data());
    assertTrue(Thread.interrupted());
    assertTrue(history.last().validation().isPresent());
  }

  /** Before a step is made of the other rows. */
  @Test
  void aSourceWithoutRowsIsRefused() {
    RowSource none =
        new NotedRows(data(), -1) {
          @Override
          public int rows() {
            return 0;
          }
        };
    Network network = network();
    Trainer trainer = Trainer.builder().epochs(1).build();
    refused(() -> trainer.fit(network, none), "train has 0 rows");
    refused(() -> trainer.fit(network, data(), none), "validation has 0 rows");
    refused(() -> Evaluation.of(network, none), "data has 0 rows");
    try (Training training = trainer.open(network)) {
      refused(() -> training.fit(none), "rows has 0 rows");
    }
    float[] x = {0.3f, 0.7f};
    assertEquals(network().predict(x)[0], network.predict(x)[0]);
  }

  /** One row of the third epoch fits better than all rows of the second. */
  @Test
  void anEpochThatWasCutShortIsNotTheBest() {
    float[][] x = new float[9][2];
    float[][] y = new float[9][1];
    for (int i = 1; i < 9; i++) {
      y[i][0] = i % 2 == 0 ? 1 : -1; // nothing tells these rows apart
    }
    Dataset rows = Dataset.of(x, y);
    TrainingListener cut =
        new TrainingListener() {
          @Override
          public boolean endsAfterBatch(int epoch, int batch, int batches) {
            return epoch == 3;
          }
        };
    Trainer.Builder builder = Trainer.builder().batchSize(1).epochs(9).shuffle(false).listener(cut);
    History history = builder.build().fit(network(), rows);
    assertEquals(3, history.epochs().size());
    assertEquals(1, history.last().rows());
    assertTrue(history.last().train().loss() < history.epochs().get(1).train().loss());
    assertEquals(2, history.bestEpoch());
    assertEquals(3, builder.build().fit(network(), rows, rows).bestEpoch());
    assertEquals(
        1, Trainer.builder().listener(new EndsAtOnce()).build().fit(network(), rows).bestEpoch());
  }

  private static final class EndsAtOnce implements TrainingListener {
    @Override
    public boolean endsAfterBatch(int epoch, int batch, int batches) {
      return true;
    }
  }

  /** Rows that note who copies them, and fail at a chosen one. */
  private static class NotedRows implements RowSource {
    final Dataset rows;
    final int fails;
    final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    NotedRows(Dataset rows, int fails) {
      this.rows = rows;
      this.fails = fails;
    }

    @Override
    public int rows() {
      return rows.rows();
    }

    @Override
    public int inputs() {
      return rows.inputs();
    }

    @Override
    public int outputs() {
      return rows.outputs();
    }

    @Override
    public void copyRows(
        int[] order,
        int from,
        int count,
        float[] xBuffer,
        int xOffset,
        int xStride,
        float[] yBuffer,
        int yOffset,
        int yStride) {
      threads.add(Thread.currentThread());
      for (int i = from; i < from + count; i++) {
        if (order[i] == fails) {
          throw new UncheckedIOException(new IOException("row " + fails));
        }
      }
      rows.copyRows(order, from, count, xBuffer, xOffset, xStride, yBuffer, yOffset, yStride);
    }

    @Override
    public void copyTargets(int row, float[] yBuffer, int yOffset) {
      rows.copyTargets(row, yBuffer, yOffset);
    }
  }

  /** Rows of which 30 are a batch that is worth the work of several threads. */
  private static Dataset wide() {
    float[][] x = new float[70][3000];
    float[][] y = new float[70][1];
    for (int i = 0; i < x.length; i++) {
      x[i][i] = 1;
      y[i][0] = i;
    }
    return Dataset.of(x, y);
  }

  private static Network wideNetwork() {
    return Network.initialize(
        Architecture.input(3000).dense(1, Activation.IDENTITY), 1, PlainBackend.alone());
  }

  private static Trainer.Builder thirtyRows() {
    return Trainer.builder().optimizer(Sgd.of(0.01)).batchSize(30).epochs(1).shuffle(false);
  }

  @Test
  void onlyLargeBatchesAreGatheredBySeveralThreads() {
    Thread caller = Thread.currentThread();
    Dataset wide = wide();
    for (int threads : new int[] {1, 3}) {
      NotedRows rows = new NotedRows(wide, -1);
      Network network = wideNetwork();
      thirtyRows().threads(threads).build().fit(network, rows);
      assertEquals(threads, rows.threads.size());
      assertTrue(rows.threads.contains(caller));
      Network expected = wideNetwork();
      thirtyRows().build().fit(expected, wide);
      assertArrayEquals(expected.weights(1)[0], network.weights(1)[0]);
    }
    NotedRows small = new NotedRows(data(), -1);
    Trainer.builder().threads(3).build().fit(network(), small);
    assertEquals(Set.of(caller), small.threads);
  }

  /** What cannot be read ends the training as a listener does, whichever thread came upon it. */
  @ParameterizedTest
  @CsvSource({"1, 45", "3, 30", "3, 45", "3, 59"})
  void anExceptionOfTheRowsReachesTheCaller(int threads, int row) {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Network network = wideNetwork();
    NotedRows rows = new NotedRows(wide(), row);
    Trainer trainer = thirtyRows().threads(threads).build();
    assertEquals(
        "row " + row,
        assertThrows(UncheckedIOException.class, () -> trainer.fit(network, rows))
            .getCause()
            .getMessage());
    assertEquals(threads, rows.threads.size());
    for (Thread thread : rows.threads) {
      assertTrue(before.contains(thread) || !thread.isAlive(), thread::getName);
    }
    Network expected = wideNetwork();
    thirtyRows().build().fit(expected, wide().head(30));
    assertArrayEquals(expected.weights(1)[0], network.weights(1)[0]);
  }

  /** Only rows that are not in memory can be so many. */
  @Test
  void aBatchThatFitsNoArrayIsRefused() {
    RowSource endless =
        new RowSource() {
          @Override
          public int rows() {
            return 1_500_000;
          }

          @Override
          public int inputs() {
            return 3000;
          }

          @Override
          public int outputs() {
            return 1;
          }

          @Override
          public void copyRows(
              int[] order,
              int from,
              int count,
              float[] xBuffer,
              int xOffset,
              int xStride,
              float[] yBuffer,
              int yOffset,
              int yStride) {}

          @Override
          public void copyTargets(int row, float[] yBuffer, int yOffset) {}
        };
    refused(
        () -> Trainer.builder().fullBatch().build().fit(wideNetwork(), endless),
        "batches of 1500000 rows with 3000 features",
        "batchSize must be at most 715827");
  }

  /** Each epoch sees each row once, in another order, unless rows stay as they stand. */
  @Test
  void unshuffledRowsKeepTheirOrder() {
    List<Double> losses = new ArrayList<>();
    for (boolean shuffle : new boolean[] {false, true}) {
      for (long seed : new long[] {1, 2}) {
        History history =
            Trainer.builder()
                .optimizer(Sgd.of(0.5))
                .batchSize(1)
                .epochs(1)
                .shuffle(shuffle)
                .seed(seed)
                .build()
                .fit(network(), data());
        losses.add(history.last().train().loss());
      }
    }
    assertEquals(losses.get(0), losses.get(1), "the seed has nothing to decide");
    assertEquals(4 - 1, losses.stream().distinct().count());
  }
}
