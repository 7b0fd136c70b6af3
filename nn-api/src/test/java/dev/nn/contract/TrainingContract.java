package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.Gradients;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.Philox;
import dev.nn.Predictor;
import dev.nn.data.Dataset;
import dev.nn.spi.Backend;
import dev.nn.spi.ElementaryFunction;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.train.Adagrad;
import dev.nn.train.Adam;
import dev.nn.train.AdamW;
import dev.nn.train.History;
import dev.nn.train.Momentum;
import dev.nn.train.Nesterov;
import dev.nn.train.Optimizer;
import dev.nn.train.RmsProp;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;
import dev.nn.train.TrainingListener;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole steps and whole trainings: the same bits for every backend, batch and number of threads.
 */
public abstract class TrainingContract extends BackendContract {
  /** Rows that are no multiple of the batch sizes below, so that the last batch is ragged. */
  private static final int ROWS = 70;

  /** Around the 64 rows that a predictor takes through all layers together. */
  private static final int[] PREDICTED = {0, 1, 2, 63, 64, 65, 127, 128, 129, 200};

  private static final ThreadMXBean MANAGED_THREADS =
      (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** A regression, a binary and a multiclass problem. */
  private enum Problem {
    REGRESSION,
    BINARY,
    MULTICLASS;

    Architecture architecture() {
      return switch (this) {
        case REGRESSION ->
            Architecture.input(7)
                .dense(19, Activation.TANH)
                .dense(8, Activation.SIGMOID)
                .dense(2, Activation.IDENTITY);
        case BINARY ->
            Architecture.input(30).dense(33, Activation.RELU).dense(1, Activation.SIGMOID);
        case MULTICLASS ->
            Architecture.input(260)
                .dense(50, Activation.RELU)
                .dense(17, Activation.TANH)
                .dense(10, Activation.SOFTMAX);
      };
    }

    Dataset data() {
      return switch (this) {
        case REGRESSION -> TestData.regression(ROWS, 7, 2, 200);
        case BINARY -> TestData.binary(ROWS, 30, 201);
        case MULTICLASS -> TestData.classes(ROWS, 260, 10, 202);
      };
    }

    Network network(Backend backend) {
      return Network.initialize(architecture(), 1, backend);
    }
  }

  static Stream<Arguments> trainings() {
    return Stream.of(Problem.values())
        .flatMap(
            problem ->
                Stream.of(
                    Arguments.of(problem, 1, 0.0),
                    Arguments.of(problem, 16, 0.0),
                    Arguments.of(problem, 16, 0.01),
                    Arguments.of(problem, Integer.MAX_VALUE, 0.01)));
  }

  private static Trainer.Builder trainer(int batchSize, double l2) {
    return Trainer.builder().optimizer(Sgd.of(0.05)).batchSize(batchSize).l2(l2).epochs(2).seed(5);
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void trainingsAreTheSameBitsOnEveryBackend(Problem problem, int batchSize, double l2) {
    Network expected = problem.network(reference());
    History expectedHistory = trainer(batchSize, l2).build().fit(expected, problem.data());
    Network network = problem.network(backend());
    Network initial = network.copy();
    History history = trainer(batchSize, l2).build().fit(network, problem.data(), problem.data());
    Bits.assertSameParameters(expected, network, problem::name);
    assertNotEquals(Bits.checksum(initial), Bits.checksum(network));
    assertEquals(expectedHistory.last().train(), history.last().train());
    assertTrue(history.last().train().loss() < history.epochs().get(0).train().loss());
    float[][] x = TestData.features(problem.data());
    Bits.assertSame(expected.predict(x), network.predict(x), problem::name);
  }

  @ParameterizedTest
  @EnumSource
  void trainingsAreTheSameBitsWithEveryNumberOfThreads(Problem problem) {
    Network expected = problem.network(reference());
    trainer(32, 0.01).build().fit(expected, problem.data());
    for (int threads : THREADS) {
      Network network = problem.network(backend());
      trainer(32, 0.01).threads(threads).build().fit(network, problem.data(), problem.data());
      Bits.assertSameParameters(expected, network, () -> problem + ", " + threads + " threads");
    }
  }

  /** Layers large enough for every thread to get its share. */
  @ParameterizedTest
  @CsvSource({"784, 128, 10, 128", "40, 300, 200, 96"})
  void largerTrainingsAreTheSameBitsWithEveryNumberOfThreads(
      int inputs, int hidden, int outputs, int batchSize) {
    Architecture architecture =
        Architecture.input(inputs)
            .dense(hidden, Activation.RELU)
            .dense(hidden / 2, Activation.TANH)
            .dense(outputs, Activation.SOFTMAX);
    Dataset data = TestData.classes(batchSize + 9, inputs, outputs, 203);
    Network expected = Network.initialize(architecture, 1, reference());
    trainer(batchSize, 0.001).build().fit(expected, data);
    for (int threads : THREADS) {
      Network network = Network.initialize(architecture, 1, backend());
      trainer(batchSize, 0.001).threads(threads).build().fit(network, data);
      Bits.assertSameParameters(expected, network, () -> threads + " threads");
    }
  }

  /** Real data, an optimiser that remembers, and batches whose rows several threads gather. */
  @Test
  void digitsAreLearnedToTheSameBitsWithEveryNumberOfThreads() {
    Dataset digits = TestData.digits();
    Architecture architecture =
        Architecture.input(64)
            .dense(64, Activation.RELU)
            .dense(32, Activation.TANH)
            .dense(10, Activation.SOFTMAX);
    Trainer.Builder builder =
        Trainer.builder().optimizer(Momentum.of(0.05, 0.9)).epochs(3).batchSize(100).seed(8);
    Network expected = Network.initialize(architecture, 1, reference());
    History learned = builder.build().fit(expected, digits);
    assertTrue(learned.last().train().accuracy() > 0.8, learned::toString);
    for (int threads : THREADS) {
      Network network = Network.initialize(architecture, 1, backend());
      builder.threads(threads).build().fit(network, digits);
      Bits.assertSameParameters(expected, network, () -> threads + " threads");
    }
  }

  static Stream<Optimizer> optimizers() {
    return Stream.of(
        Sgd.of(0.05),
        Momentum.of(0.02, 0.9),
        Nesterov.of(0.02, 0.9),
        Adagrad.of(0.05),
        RmsProp.of(0.002),
        Adam.of(0.005),
        AdamW.of(0.005, 0.1));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void everyOptimizerLearnsToTheSameBits(Optimizer optimizer) {
    for (Problem problem : Problem.values()) {
      Network expected = problem.network(reference());
      trainer(16, 0.01).optimizer(optimizer).build().fit(expected, problem.data());
      Network network = problem.network(backend());
      History history =
          trainer(16, 0.01).optimizer(optimizer).threads(2).build().fit(network, problem.data());
      Bits.assertSameParameters(expected, network, () -> problem + " by " + optimizer);
      double first = history.epochs().get(0).train().loss();
      assertTrue(history.last().train().loss() < first, () -> problem + " by " + optimizer);
    }
  }

  /** Each has its own network, workers and buffers; all they share are trainers and rows. */
  @Test
  void trainingsAtTheSameTimeAreTheSameBitsAsOneAfterTheOther() throws Exception {
    Problem[] problems = Problem.values();
    Network[] expected = new Network[6];
    Network[] networks = new Network[6];
    Trainer[] trainers = new Trainer[6];
    Dataset[] data = new Dataset[6];
    for (int i = 0; i < 6; i++) {
      Problem problem = problems[i % problems.length];
      trainers[i] = i < 3 ? trainer(32, 0.01).threads(i + 1).epochs(6).build() : trainers[i - 3];
      data[i] = i < 3 ? problem.data() : data[i - 3];
      expected[i] = Network.initialize(problem.architecture(), i, backend());
      networks[i] = expected[i].copy();
      trainers[i].fit(expected[i], data[i]);
    }
    concurrently(tasks(6, i -> trainers[i].fit(networks[i], data[i], data[i])));
    for (int i = 0; i < 6; i++) {
      int number = i;
      Bits.assertSameParameters(expected[i], networks[i], () -> "training " + number);
    }
  }

  @Test
  @Tag("sample")
  void knownBits() {
    assertEquals(KnownBits.TRAINED, KnownBits.trainedChecksum(backend(), 1));
  }

  @Test
  void knownBitsWithSeveralThreads() {
    for (int threads : THREADS) {
      assertEquals(KnownBits.TRAINED, KnownBits.trainedChecksum(backend(), threads));
    }
  }

  @ParameterizedTest
  @EnumSource
  void knownBitsOfFunctions(ElementaryFunction function) {
    assertEquals(
        KnownBits.function(function), KnownBits.functionChecksum(backend(), function), "CRC-32");
  }

  @ParameterizedTest
  @EnumSource
  void allIntermediateResultsAreTheSameBits(Problem problem) {
    float[][] x = TestData.features(problem.data());
    float[][] y = TestData.targets(problem.data());
    Gradients expected = problem.network(reference()).gradients(x, y);
    Gradients gradients = problem.network(backend()).gradients(x, y);
    assertEquals(expected.cost(), gradients.cost());
    for (int layer = 1; layer <= problem.architecture().depth(); layer++) {
      int l = layer;
      Bits.assertSame(expected.activation(l), gradients.activation(l), () -> "a[" + l + "]");
      Bits.assertSame(expected.delta(l), gradients.delta(l), () -> "delta[" + l + "]");
      Bits.assertSame(expected.weights(l), gradients.weights(l), () -> "dW[" + l + "]");
      Bits.assertSame(expected.bias(l), gradients.bias(l), () -> "db[" + l + "]");
    }
  }

  /** One step is the update by the gradients, and returns the loss before it. */
  @ParameterizedTest
  @EnumSource
  void aStepFollowsTheGradients(Problem problem) {
    Network network = problem.network(backend());
    float[][] x = TestData.features(problem.data());
    float[][] y = TestData.targets(problem.data());
    Gradients gradients = network.gradients(x, y);
    Network before = network.copy();
    UpdateRule rule = new UpdateRule.GradientDescent(0.1f, 0.02f);
    Backpropagation steps =
        new Backpropagation(
            network,
            Loss.matching(problem.architecture().outputActivation()),
            ROWS + 3,
            Workers.caller());
    float[] flatX = flat(x);
    float[] flatY = flat(y);
    assertEquals(gradients.cost(), steps.loss(ROWS, flatX, flatY) / ROWS);
    Bits.assertSameParameters(before, network, () -> "after a loss");
    assertEquals(gradients.cost(), steps.step(ROWS, flatX, flatY, rule) / ROWS);
    float[][] outputs = gradients.activation(problem.architecture().depth());
    for (int i = 0; i < ROWS; i++) {
      for (int j = 0; j < outputs[i].length; j++) {
        assertEquals(outputs[i][j], steps.output(i, j));
      }
    }
    for (int layer = 1; layer <= problem.architecture().depth(); layer++) {
      int l = layer;
      float[][] w = before.weights(l);
      float[] b = before.bias(l);
      float[][] dw = gradients.weights(l);
      float[] db = gradients.bias(l);
      for (int n = 0; n < b.length; n++) {
        for (int k = 0; k < w[n].length; k++) {
          w[n][k] = Math.fma(-0.1f, Math.fma(0.02f, w[n][k], dw[n][k]), w[n][k]);
        }
        b[n] = Math.fma(-0.1f, db[n], b[n]);
      }
      Bits.assertSame(w, network.weights(l), () -> "W[" + l + "]");
      Bits.assertSame(b, network.bias(l), () -> "b[" + l + "]");
    }
  }

  private static float[] flat(float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[0].length, rows[0].length);
    }
    return flat;
  }

  /**
   * The trainer's loop written down again: batches of 16 rows, each epoch in an order of its own.
   */
  private static void trainByHand(Network network, Problem problem, int steps) {
    Dataset data = problem.data();
    float[] x = new float[16 * data.inputs()];
    float[] y = new float[16 * data.outputs()];
    Backpropagation backpropagation =
        new Backpropagation(
            network,
            Loss.matching(problem.architecture().outputActivation()),
            16,
            Workers.caller());
    int step = 0;
    for (int epoch = 1; step < steps; epoch++) {
      int[] order = IntStream.range(0, ROWS).toArray();
      Philox.shuffle(order, 5, Philox.SHUFFLE, epoch);
      for (int from = 0; from < ROWS && step < steps; from += 16, step++) {
        int rows = Math.min(16, ROWS - from);
        data.copyRows(order, from, rows, x, 0, data.inputs(), y, 0, data.outputs());
        backpropagation.step(rows, x, y, new UpdateRule.GradientDescent(0.05f, 0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTrainingIsItsSteps(Problem problem) {
    Network expected = problem.network(backend());
    trainByHand(expected, problem, 10);
    Network network = problem.network(backend());
    trainer(16, 0).build().fit(network, problem.data());
    Bits.assertSameParameters(expected, network, problem::name);
  }

  /** Two halves of a training are the whole of it when the rows keep their order. */
  @Test
  void aTrainingCanBeContinued() {
    Problem problem = Problem.REGRESSION;
    Network whole = problem.network(backend());
    trainer(16, 0.01).shuffle(false).epochs(4).build().fit(whole, problem.data());
    Network parts = problem.network(backend());
    Trainer half = trainer(16, 0.01).shuffle(false).epochs(2).build();
    half.fit(parts, problem.data());
    half.fit(parts, problem.data());
    Bits.assertSameParameters(whole, parts, () -> "in two parts");
  }

  @Test
  void seedAndShuffleDecideTheOrder() {
    Problem problem = Problem.REGRESSION;
    List<Long> checksums = new ArrayList<>();
    for (Trainer trainer :
        List.of(
            trainer(8, 0).build(),
            trainer(8, 0).seed(6).build(),
            trainer(8, 0).shuffle(false).build(),
            trainer(8, 0).seed(6).build())) {
      Network network = problem.network(backend());
      trainer.fit(network, problem.data());
      checksums.add(Bits.checksum(network));
    }
    assertEquals(checksums.get(1), checksums.get(3));
    assertEquals(3, Stream.of(0, 1, 2).map(checksums::get).distinct().count());
  }

  // Predictions.

  @ParameterizedTest
  @EnumSource
  void aPredictionDoesNotDependOnItsBatch(Problem problem) {
    Network network = problem.network(backend());
    trainer(16, 0).build().fit(network, problem.data());
    int inputs = problem.architecture().inputs();
    int outputs = problem.architecture().outputs();
    float[][] x = new Values(204).uniform(200, inputs);
    float[][] alone = new float[200][];
    for (int i = 0; i < 200; i++) {
      alone[i] = network.predict(x[i]);
    }
    Bits.assertSame(
        network.on(reference()).predict(x), network.predict(x), () -> "the reference backend");
    Predictor reused = network.predictor();
    for (int rows : PREDICTED) {
      float[][] some = Arrays.copyOf(x, rows);
      Bits.assertSame(Arrays.copyOf(alone, rows), network.predict(some), () -> rows + " rows");
      float[] flatX = new float[rows * inputs];
      float[] flatY = new float[rows * outputs];
      for (int i = 0; i < rows; i++) {
        System.arraycopy(x[i], 0, flatX, i * inputs, inputs);
      }
      reused.predict(rows, flatX, flatY);
      for (int i = 0; i < rows; i++) {
        int row = i;
        Bits.assertSame(
            alone[i],
            Arrays.copyOfRange(flatY, i * outputs, (i + 1) * outputs),
            () -> "row " + row + " of " + rows);
      }
    }
  }

  /** A NaN in one row shows in this row's prediction only. */
  @ParameterizedTest
  @EnumSource
  void aNanStaysInItsRow(Problem problem) {
    Network network = problem.network(backend());
    float[][] x = new Values(205).uniform(70, problem.architecture().inputs());
    float[][] clean = network.predict(x);
    x[33][3] = Float.NaN;
    float[][] predicted = network.predict(x);
    for (int i = 0; i < 70; i++) {
      if (i == 33) {
        for (float p : predicted[i]) {
          assertTrue(Float.isNaN(p), "a NaN was hidden");
        }
      } else {
        int row = i;
        Bits.assertSame(clean[i], predicted[i], () -> "row " + row);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void manyThreadsMayPredictAtOnce(Problem problem) throws Exception {
    Network network = problem.network(backend());
    float[][] x = new Values(206).uniform(100, problem.architecture().inputs());
    float[][] expected = network.on(reference()).predict(x);
    concurrently(
        tasks(
            8,
            number -> {
              for (int round = 0; round < 20; round++) {
                Bits.assertSame(expected, network.predict(x), () -> "thread " + number);
                int row = (number + 7 * round) % 100;
                Bits.assertSame(expected[row], network.predict(x[row]), () -> "row " + row);
              }
            }));
  }

  /**
   * As a server does it: many threads, each with a predictor of its own, and nothing for a garbage
   * collector. Compilers need some rounds until vectors stay in registers; a backend that allocates
   * in every call has no quiet round at all. (Softmax is left out: its sums have a small array of
   * lanes each in the plain loops of the reference.)
   */
  @Test
  void manyPredictorsAllocateNothing() throws Exception {
    Problem problem = Problem.REGRESSION;
    Network network = problem.network(backend());
    int inputs = problem.architecture().inputs();
    int outputs = problem.architecture().outputs();
    int rows = 20;
    float[] x = flat(new Values(208).uniform(rows, inputs));
    float[] expected = new float[rows * outputs];
    network.on(reference()).predictor().predict(rows, x, expected);
    Predictor[] predictors = new Predictor[64];
    for (int i = 0; i < predictors.length; i++) {
      predictors[i] = network.predictor();
      predictors[i].predict(rows, x, new float[rows * outputs]);
    }
    long[] allocated = new long[predictors.length];
    for (int round = 1; round <= 200; round++) {
      concurrently(
          tasks(
              predictors.length,
              number -> {
                float[] y = new float[rows * outputs];
                long before = MANAGED_THREADS.getCurrentThreadAllocatedBytes();
                for (int repetition = 0; repetition < 10; repetition++) {
                  predictors[number].predict(rows, x, y);
                }
                allocated[number] = MANAGED_THREADS.getCurrentThreadAllocatedBytes() - before;
                Bits.assertSame(expected, y, () -> "thread " + number);
              }));
      if (LongStream.of(allocated).sum() == 0) {
        return;
      }
    }
    fail("bytes that the threads allocated in the last round: " + Arrays.toString(allocated));
  }

  /**
   * Backpropagation may need a transpose of the weights, which the first of several callers makes.
   */
  @Test
  void manyThreadsMayComputeGradientsAtOnce() throws Exception {
    Architecture architecture =
        Architecture.input(40)
            .dense(300, Activation.TANH)
            .dense(300, Activation.TANH)
            .dense(2, Activation.SOFTMAX);
    float[][] x = new Values(207).uniform(3, 40);
    float[][] y = {{1, 0}, {0, 1}, {1, 0}};
    float[][] expected =
        Network.initialize(architecture, 5, reference()).gradients(x, y).weights(1);
    for (int round = 0; round < 30; round++) {
      Network network = Network.initialize(architecture, 5, backend());
      concurrently(
          tasks(
              4,
              number ->
                  Bits.assertSame(
                      expected, network.gradients(x, y).weights(1), () -> "thread " + number)));
    }
  }

  /** A predictor follows the parameters of its network. */
  @Test
  void predictorsSeeTheLatestParameters() {
    Problem problem = Problem.BINARY;
    Network network = problem.network(backend());
    Predictor predictor = network.predictor();
    float[] x = problem.data().features(0);
    float[] before = new float[1];
    predictor.predict(x, before);
    trainer(8, 0).build().fit(network, problem.data());
    float[] after = new float[1];
    predictor.predict(x, after);
    assertNotEquals(before[0], after[0]);
    assertEquals(network.predict(x)[0], after[0]);
  }

  // What a training leaves behind.

  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** A listener that throws ends the training after the step at hand; the network is usable. */
  @ParameterizedTest
  @CsvSource({"1", "3"})
  void anExceptionOfAListenerEndsTheTraining(int threads) {
    Problem problem = Problem.REGRESSION;
    int before = workerThreads();
    Network network = problem.network(backend());
    Trainer stopping =
        trainer(16, 0)
            .threads(threads)
            .listener(
                new TrainingListener() {
                  @Override
                  public void onBatch(int epoch, int batch, int batches) {
                    if (epoch == 2 && batch == 3) {
                      throw new Stop();
                    }
                  }
                })
            .build();
    assertThrows(Stop.class, () -> stopping.fit(network, problem.data()));
    assertEquals(before, workerThreads());
    Network expected = problem.network(backend());
    trainByHand(expected, problem, 8);
    Bits.assertSameParameters(expected, network, () -> "after an exception");
    float[][] x = TestData.features(problem.data());
    Bits.assertSame(expected.predict(x), network.predict(x), () -> "after an exception");
    History history = trainer(16, 0).build().fit(network, problem.data());
    assertEquals(2, history.epochs().size());
  }

  /** As an exception of a listener does, and the thread stays interrupted. */
  @ParameterizedTest
  @CsvSource({"1", "3"})
  void anInterruptEndsTheTrainingBeforeTheNextStep(int threads) {
    Problem problem = Problem.REGRESSION;
    int before = workerThreads();
    Network network = problem.network(backend());
    Trainer interrupted =
        trainer(16, 0)
            .threads(threads)
            .listener(
                new TrainingListener() {
                  @Override
                  public void onBatch(int epoch, int batch, int batches) {
                    if (epoch == 2 && batch == 3) {
                      Thread.currentThread().interrupt();
                    }
                  }
                })
            .build();
    CancellationException cancelled =
        assertThrows(CancellationException.class, () -> interrupted.fit(network, problem.data()));
    assertTrue(Thread.interrupted(), "the thread is no longer interrupted");
    assertTrue(
        cancelled.getMessage().contains("before batch 4 of 5 of epoch 2"), cancelled::toString);
    assertEquals(before, workerThreads());
    Network expected = problem.network(backend());
    trainByHand(expected, problem, 8);
    Bits.assertSameParameters(expected, network, () -> "after an interrupt");
  }

  @Test
  void noThreadOutlivesATraining() {
    Problem problem = Problem.MULTICLASS;
    int before = workerThreads();
    int[] during = {0};
    trainer(16, 0)
        .threads(3)
        .listener(
            new TrainingListener() {
              @Override
              public void onEpoch(History.Epoch epoch) {
                during[0] = workerThreads();
              }
            })
        .build()
        .fit(problem.network(backend()), problem.data());
    assertEquals(before + 2, during[0]);
    assertEquals(before, workerThreads());
  }

  private static int workerThreads() {
    int count = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("dev.nn")) {
        count++;
      }
    }
    return count;
  }
}
