package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.CostFunction;
import dev.nn.Gradients;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.check.GradientCheck;
import dev.nn.contract.OracleNetwork.Pass;
import dev.nn.data.ClassWeights;
import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.data.RowSource;
import dev.nn.data.Split;
import dev.nn.metrics.ClassificationReport;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.train.Adam;
import dev.nn.train.CrossValidation;
import dev.nn.train.Evaluation;
import dev.nn.train.History;
import dev.nn.train.Lbfgs;
import dev.nn.train.Score;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;
import dev.nn.train.Training;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Weights of rows and of classes: {@code J = sum_b w_b L_b / sum_b w_b}, whatever learns or
 * measures.
 */
public abstract class WeightsContract extends BackendContract {
  private static final int ROWS = 60;

  private static final Architecture CLASSES =
      Architecture.input(12)
          .dense(20, Activation.TANH)
          .dense(9, Activation.RELU)
          .dense(3, Activation.SOFTMAX);

  private static Dataset classes() {
    return TestData.classes(ROWS, 12, 3, 500);
  }

  /** Powers of two, zeros, and numbers with all their bits. */
  private static float[] weights(int rows) {
    Values values = new Values(501);
    float[] weights = new float[rows];
    for (int i = 0; i < rows; i++) {
      weights[i] =
          switch (i % 4) {
            case 0 -> 1 << i % 5;
            case 1 -> Math.abs(values.wide());
            case 2 -> 0;
            default -> Math.abs(values.uniform());
          };
    }
    return weights;
  }

  private static Trainer.Builder trainer() {
    return Trainer.builder().optimizer(Adam.of(0.01)).batchSize(16).epochs(3).l2(0.001).seed(9);
  }

  private Network network(Architecture architecture) {
    return Network.initialize(architecture, 1, backend());
  }

  // One batch.

  /** Against double precision, within the rounding that float computations of this form have. */
  @ParameterizedTest
  @MethodSource("dev.nn.contract.KernelsContract#lossPairs")
  @Tag("sample")
  void gradientsAreThoseOfTheWeightedMean(Loss loss, Activation output) {
    for (int outputs : new int[] {2, 3, 20}) {
      Network network =
          network(Architecture.input(6).dense(7, Activation.TANH).dense(outputs, output));
      float[][] x = new Values(502).uniform(11, 6);
      float[][] y = new float[11][outputs];
      for (int i = 0; i < y.length; i++) {
        y[i][i * 3 % outputs] = 1;
      }
      float[] weights = {1, 2, 0.5f, 0, 3, 0.1f, 17, 1, 0, 4, 0.3f};
      Pass expected = OracleNetwork.of(network, loss).pass(x, y, weights);
      Gradients actual = network.gradients(x, y, weights, loss);
      assertEquals(expected.cost(), actual.cost(), expected.costError() + 1e-12);
      for (int l = 1; l <= 2; l++) {
        int layer = l;
        expected
            .weightGradients()
            .get(l - 1)
            .assertHolds(actual.weights(l), () -> loss + " of " + output + ", dW of " + layer);
        expected
            .biasGradients()
            .get(l - 1)
            .assertHolds(actual.bias(l), () -> loss + " of " + output + ", db of " + layer);
      }
      // The rows as often as whole weights say are the same batch, within the same bounds.
      float[] whole = {1, 2, 3, 0, 1, 1, 5, 1, 0, 4, 2};
      int[] repeated = repeated(whole);
      Pass once = OracleNetwork.of(network, loss).pass(x, y, whole);
      Gradients often =
          network.gradients(
              IntStream.of(repeated).mapToObj(i -> x[i]).toArray(float[][]::new),
              IntStream.of(repeated).mapToObj(i -> y[i]).toArray(float[][]::new),
              loss);
      once.weightGradients().get(1).assertHolds(often.weights(2), () -> "repeated rows");
      once.weightGradients()
          .get(1)
          .assertHolds(network.gradients(x, y, whole, loss).weights(2), () -> "weighted rows");
    }
  }

  /** A loss of an application's own has the weights of every other. */
  @Test
  void customLossesAreWeightedMeans() {
    Network network =
        network(Architecture.input(6).dense(7, Activation.TANH).dense(3, Activation.IDENTITY));
    float[] weights = {1, 2, 0.5f, 0, 3, 0.1f, 17, 1, 0, 4, 0.3f};
    Dataset data = TestData.regression(11, 6, 3, 509).withWeights(weights);
    float[][] x = TestData.features(data);
    float[][] y = TestData.targets(data);
    Gradients expected = network.gradients(x, y, weights, Loss.SQUARED_ERROR);
    Gradients actual = network.gradients(x, y, weights, CustomLosses.SQUARED_ERROR);
    assertEquals(expected.cost(), actual.cost(), 1e-6 * expected.cost());
    for (int n = 0; n < 7; n++) {
      for (int k = 0; k < 6; k++) {
        assertEquals(expected.weights(1)[n][k], actual.weights(1)[n][k], 1e-6);
      }
    }
    GradientCheck check = GradientCheck.of(network, data, CustomLosses.SQUARED_ERROR);
    assertTrue(check.isGood(), check::toString);
    assertEquals(
        expected.cost(),
        Evaluation.of(network, data, CustomLosses.SQUARED_ERROR).score().loss(),
        1e-6 * expected.cost());
  }

  /** Row i as often as its weight says. */
  private static int[] repeated(float[] weights) {
    return IntStream.range(0, weights.length)
        .flatMap(i -> IntStream.range(0, (int) weights[i]).map(time -> i))
        .toArray();
  }

  /**
   * Where no operation rounds, as of small integers and powers of two, a weight of 2 is the row
   * twice, to the last bit.
   */
  @Test
  @Tag("sample")
  void aWeightOfTwoIsTheRowTwice() {
    float[] weights = {1, 2, 4, 1};
    Values values = new Values(503);
    float[][] x = new float[4][3];
    float[][] y = new float[4][2];
    for (int i = 0; i < 4; i++) {
      for (int k = 0; k < 3; k++) {
        x[i][k] = values.integer(2);
      }
      for (int j = 0; j < 2; j++) {
        y[i][j] = values.integer(3);
      }
    }
    Dataset once = Dataset.of(x, y).withWeights(weights);
    Dataset often = Dataset.of(x, y).select(repeated(weights));
    assertEquals(8, often.rows());
    Architecture linear = Architecture.input(3).dense(2, Activation.IDENTITY);
    Architecture deep =
        Architecture.input(3).dense(4, Activation.RELU).dense(2, Activation.IDENTITY);
    for (Architecture architecture : List.of(linear, deep)) {
      Network expected = network(architecture);
      for (int l = 1; l <= architecture.depth(); l++) {
        float[][] w = expected.weights(l);
        for (float[] row : w) {
          for (int k = 0; k < row.length; k++) {
            row[k] = values.integer(4) / 4f;
          }
        }
        expected.setParameters(l, w, expected.bias(l));
      }
      Network network = expected.copy();
      Network unweighted = expected.copy();
      // More steps, and fractions of the deep one become longer than a float.
      int epochs = architecture.depth() == 1 ? 3 : 1;
      Trainer trainer = Trainer.builder().optimizer(Sgd.of(0.5)).fullBatch().epochs(epochs).build();
      History expectedHistory = trainer.fit(expected, often);
      History history = trainer.fit(network, once);
      Bits.assertSameParameters(expected, network, () -> "weights of " + architecture);
      assertEquals(expectedHistory.last().train().loss(), history.last().train().loss());
      trainer.fit(unweighted, Dataset.of(x, y));
      assertNotEquals(Bits.checksum(unweighted), Bits.checksum(network));
    }
  }

  /** Ratios alone matter: {@code w / (B w)} is {@code 1 / B}, to the last bit. */
  @ParameterizedTest
  @ValueSource(floats = {1, 0.1f, 3e38f, Float.MIN_VALUE, 1234567})
  @Tag("sample")
  void equalWeightsAreNone(float weight) {
    Dataset data = classes();
    float[] equal = new float[ROWS];
    Arrays.fill(equal, weight);
    Network expected = network(CLASSES);
    Network network = network(CLASSES);
    History expectedHistory = trainer().build().fit(expected, data, data);
    Dataset weighted = data.withWeights(equal);
    History history = trainer().build().fit(network, weighted, weighted);
    Bits.assertSameParameters(expected, network, () -> "all weights " + weight);
    Score of = expectedHistory.last().train();
    assertEquals(of.accuracy(), history.last().train().accuracy());
    assertEquals(of.loss(), history.last().train().loss(), weight == 1 ? 0 : 1e-15 * of.loss());
  }

  /** Nothing is added to sums but zeros. */
  @Test
  @Tag("sample")
  void aRowOfWeightZeroIsNoRow() {
    Dataset data = classes();
    float[] weights = new float[ROWS];
    int[] kept = IntStream.range(0, ROWS).filter(i -> i % 3 != 1).toArray();
    for (int row : kept) {
      weights[row] = 1;
    }
    Trainer trainer = trainer().fullBatch().shuffle(false).build();
    Network expected = network(CLASSES);
    History expectedHistory = trainer.fit(expected, data.select(kept));
    Network network = network(CLASSES);
    History history = trainer.fit(network, data.withWeights(weights));
    Bits.assertSameParameters(expected, network, () -> "weights of 0");
    assertEquals(expectedHistory.last().train().loss(), history.last().train().loss());
    assertEquals(ROWS, history.last().rows());
  }

  /** The gradient of nothing is 0, and no number is lost to 0 / 0. */
  @Test
  void aBatchWithoutAnyWeightHasTheGradientZero() {
    Network network = network(CLASSES);
    Network before = network.copy();
    Dataset data = classes();
    float[] x = new float[5 * 12];
    float[] y = new float[5 * 3];
    data.copyRows(0, 5, x, 0, 12, y, 0, 3);
    Backpropagation steps = new Backpropagation(network, Loss.CROSS_ENTROPY, 5, Workers.caller());
    assertEquals(0, steps.step(5, x, y, new float[5], new UpdateRule.GradientDescent(0.5f, 0)));
    Bits.assertSameParameters(before, network, () -> "after a step of gradient 0");
    assertTrue(steps.rowLoss(4) > 0);

    // In a training, such a batch is one of several.
    float[] weights = new float[ROWS];
    Arrays.fill(weights, 16, ROWS, 1);
    Trainer trainer = trainer().optimizer(Sgd.of(0.1)).l2(0).shuffle(false).epochs(1).build();
    History history = trainer.fit(network, data.withWeights(weights));
    Network expected = before.copy();
    History rest = trainer.fit(expected, data.select(IntStream.range(16, ROWS).toArray()));
    Bits.assertSameParameters(expected, network, () -> "a batch of weight 0 first");
    assertEquals(rest.last().train().loss(), history.last().train().loss());
  }

  @Test
  void stepsAreLossAndUpdate() {
    Network expected = network(CLASSES);
    Network network = expected.copy();
    float[] weights = weights(ROWS);
    Dataset data = classes();
    float[] x = new float[ROWS * 12];
    float[] y = new float[ROWS * 3];
    data.copyRows(0, ROWS, x, 0, 12, y, 0, 3);
    UpdateRule rule = new UpdateRule.GradientDescent(0.5f, 0);
    Backpropagation step =
        new Backpropagation(expected, Loss.CROSS_ENTROPY, ROWS, Workers.caller());
    Backpropagation parts =
        new Backpropagation(network, Loss.CROSS_ENTROPY, ROWS, Workers.caller());
    double evaluated = parts.evaluate(ROWS, x, y, weights);
    double loss = parts.loss(ROWS, x, y, weights);
    double sum = 0;
    for (int row = 0; row < ROWS; row++) {
      sum += (double) weights[row] * parts.rowLoss(row);
    }
    assertEquals(sum, loss);
    assertEquals(sum, evaluated);
    parts.update(rule);
    assertEquals(sum, step.step(ROWS, x, y, weights, rule));
    Bits.assertSameParameters(expected, network, () -> "step");
    // The next batch has no weights any more.
    assertEquals(step.loss(ROWS, x, y), parts.evaluate(ROWS, x, y));
    double plain = 0;
    for (int row = 0; row < ROWS; row++) {
      plain += parts.rowLoss(row);
    }
    assertEquals(plain, parts.evaluate(ROWS, x, y));
  }

  @Test
  void refusesOtherWeightsAndChangesNothing() {
    Network network = network(CLASSES);
    Network before = network.copy();
    float[] x = new Values(504).uniform(3 * 12);
    float[] y = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    UpdateRule rule = new UpdateRule.GradientDescent(0.5f, 0);
    Backpropagation steps = new Backpropagation(network, Loss.CROSS_ENTROPY, 3, Workers.caller());
    double loss = steps.loss(3, x, y, new float[] {1, 2, 4});
    float first = steps.rowLoss(0);
    for (float bad : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
      float[] weights = {1, 1, bad};
      assertRefused(() -> steps.step(3, x, y, weights, rule), "weights", "row 2", "" + bad);
      assertRefused(() -> steps.loss(3, x, y, weights), "row 2");
      assertRefused(() -> steps.evaluate(3, x, y, weights), "row 2");
      float[][] features = TestData.features(classes().head(3));
      float[][] targets = TestData.targets(classes().head(3));
      assertRefused(
          () -> network.gradients(features, targets, weights, Loss.CROSS_ENTROPY), "row 2");
      assertRefused(
          () ->
              new CostFunction(network, Loss.CROSS_ENTROPY, 0, 3, x, y, weights, Workers.caller()),
          "row 2");
    }
    assertRefused(() -> steps.loss(3, x, y, new float[2]), "weights", "2");
    Bits.assertSameParameters(before, network, () -> "after refusals");
    assertEquals(first, steps.rowLoss(0));
    // The batch before them can still be learned.
    steps.update(rule);
    Network expected = before.copy();
    assertEquals(
        loss,
        new Backpropagation(expected, Loss.CROSS_ENTROPY, 3, Workers.caller())
            .step(3, x, y, new float[] {1, 2, 4}, rule));
    Bits.assertSameParameters(expected, network, () -> "after the update");
    assertRefused(
        () ->
            new CostFunction(
                network, Loss.CROSS_ENTROPY, 0, 3, x, y, new float[3], Workers.caller()),
        "weights",
        "all 3 rows are 0");
  }

  // Trainings.

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void trainingsAreTheSameBitsWithEveryNumberOfThreads(boolean wide) {
    // Wide rows are gathered by several threads.
    int inputs = wide ? 5000 : 12;
    Architecture architecture =
        Architecture.input(inputs).dense(20, Activation.TANH).dense(3, Activation.SOFTMAX);
    Dataset data = TestData.classes(ROWS, inputs, 3, 505).withWeights(weights(ROWS));
    Trainer.Builder builder = trainer().epochs(wide ? 1 : 3).classWeights(0.3f, 2, 1);
    Network expected = Network.initialize(architecture, 1, reference());
    History expectedHistory = builder.build().fit(expected, data, data);
    for (int threads : THREADS) {
      Network network = network(architecture);
      History history = builder.threads(threads).build().fit(network, data, data);
      Bits.assertSameParameters(expected, network, () -> threads + " threads");
      assertEquals(expectedHistory.last().train(), history.last().train());
      assertEquals(expectedHistory.last().validation(), history.last().validation());
    }
  }

  @Test
  @Tag("sample")
  void smallTrainingsAreTheSameBitsOnEveryBackend() {
    Dataset data = TestData.binary(30, 5, 506).withWeights(weights(30));
    Architecture architecture =
        Architecture.input(5).dense(6, Activation.TANH).dense(1, Activation.SIGMOID);
    Network expected = Network.initialize(architecture, 1, reference());
    Network network = network(architecture);
    Trainer trainer = trainer().classWeights(2, 0.7f).build();
    assertEquals(
        trainer.fit(expected, data).last().train(), trainer.fit(network, data).last().train());
    Bits.assertSameParameters(expected, network, () -> "weighted rows of weighted classes");
  }

  /** Losses are means by weight; what is right or wrong is counted in rows. */
  @Test
  void lossesAreWeightedAndRowsAreCounted() {
    Network network = network(CLASSES);
    trainer().build().fit(network, classes());
    float[] weights = weights(ROWS);
    Dataset weighted = classes().withWeights(weights);
    double sum = 0;
    double total = 0;
    for (int row = 0; row < ROWS; row++) {
      Dataset alone = classes().select(new int[] {row});
      sum += weights[row] * Evaluation.of(network, alone).score().loss();
      total += weights[row];
    }
    Evaluation plain = Evaluation.of(network, classes());
    Evaluation evaluation = Evaluation.of(network, weighted);
    assertEquals(sum / total, evaluation.score().loss());
    assertNotEquals(plain.score().loss(), evaluation.score().loss());
    assertEquals(plain.score().accuracy(), evaluation.score().accuracy());
    assertTrue(Arrays.deepEquals(plain.confusionMatrix(), evaluation.confusionMatrix()));
    ClassificationReport report = ClassificationReport.of(network, weighted);
    assertEquals(evaluation.score().loss(), report.logLoss());
    assertEquals(plain.score().accuracy(), report.confusionMatrix().accuracy());

    // The loss of an epoch is that of all its rows, not a mean over batches.
    Network still = network.copy();
    History history =
        trainer().optimizer(Sgd.of(1e-30)).l2(0).epochs(1).build().fit(still, weighted, weighted);
    assertEquals(sum / total, history.last().train().loss(), 1e-12);
    assertEquals(evaluation.score(), history.last().validation().orElseThrow());
  }

  /** A class weight is a weight of its training rows, and of no other rows. */
  @ParameterizedTest
  @CsvSource({"false, 0", "false, 0.1", "true, 0", "true, 0.1"})
  void weightsOfClassesAreThoseOfTheirRows(boolean binary, double smoothing) {
    Dataset data = (binary ? TestData.binary(ROWS, 12, 507) : classes()).withWeights(weights(ROWS));
    float[] ofClasses = binary ? new float[] {0.3f, 5} : new float[] {0.3f, 0, 5};
    float[] products = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      products[row] = data.weight(row) * ofClasses[data.label(row)];
    }
    Architecture architecture =
        binary
            ? Architecture.input(12).dense(9, Activation.TANH).dense(1, Activation.SIGMOID)
            : CLASSES;
    Trainer.Builder builder = trainer().labelSmoothing(smoothing);
    Network expected = network(architecture);
    History expectedHistory = builder.build().fit(expected, data.withWeights(products), data);
    Network network = network(architecture);
    History history = builder.classWeights(ofClasses).build().fit(network, data, data);
    Bits.assertSameParameters(expected, network, () -> "weighted classes");
    assertEquals(expectedHistory.last().train(), history.last().train());
    assertEquals(expectedHistory.last().validation(), history.last().validation());
  }

  @Test
  void partsViewsAndFoldsKeepTheWeights() {
    Dataset data = classes().withWeights(weights(ROWS));
    Trainer trainer = trainer().optimizer(Sgd.of(0.05)).shuffle(false).epochs(1).build();
    Network expected = network(CLASSES);
    trainer.fit(expected, data);
    Network network = network(CLASSES);
    try (Training training = trainer.open(network)) {
      training.fit(data.head(32));
      training.fit(data.select(IntStream.range(32, ROWS).toArray()));
    }
    Bits.assertSameParameters(expected, network, () -> "parts");

    FeatureScaler scaler = FeatureScaler.standardize(data);
    Network applied = network(CLASSES);
    trainer.fit(applied, scaler.apply(data));
    Network viewed = network(CLASSES);
    RowSource view = scaler.view(data);
    trainer.fit(viewed, view);
    Bits.assertSameParameters(applied, viewed, () -> "views");
    assertNotEquals(Bits.checksum(expected), Bits.checksum(viewed));
    assertEquals(
        Evaluation.of(applied, scaler.apply(data)).score(), Evaluation.of(viewed, view).score());

    List<Split> folds = data.stratifiedFolds(2, 1);
    CrossValidation.Result result =
        CrossValidation.of(CLASSES, 1, trainer)
            .scaling(FeatureScaler::standardize)
            .on(backend())
            .run(folds);
    for (int f = 0; f < 2; f++) {
      Split split = folds.get(f);
      FeatureScaler ofFold = FeatureScaler.standardize(split.train());
      Network alone = network(CLASSES);
      trainer.fit(alone, ofFold.apply(split.train()));
      CrossValidation.Fold fold = result.folds().get(f);
      Bits.assertSameParameters(alone, fold.network(), () -> "fold");
      double sum = 0;
      double total = 0;
      for (int row = 0; row < split.test().rows(); row++) {
        Dataset one = ofFold.apply(split.test().select(new int[] {row}));
        float[] w = {1};
        sum += split.test().weight(row) * Evaluation.of(alone, one.withWeights(w)).score().loss();
        total += split.test().weight(row);
      }
      assertEquals(sum / total, fold.evaluation().score().loss());
    }
  }

  @Test
  void lbfgsMinimizesTheWeightedMean() {
    float[] whole = new float[ROWS];
    for (int i = 0; i < ROWS; i++) {
      whole[i] = i % 4;
    }
    Dataset weighted = classes().withWeights(whole);
    Dataset repeated = classes().select(repeated(whole));
    Architecture regression = Architecture.input(12).dense(3, Activation.SOFTMAX);
    Lbfgs lbfgs = Lbfgs.builder().l2(0.01).gradientTolerance(1e-5).build();
    Network expected = network(regression);
    Lbfgs.Result expectedResult = lbfgs.fit(expected, repeated);
    Network network = network(regression);
    Lbfgs.Result result = lbfgs.fit(network, weighted);
    assertEquals(expectedResult.costBefore(), result.costBefore(), 1e-14);
    // A convex cost has one minimum, which float finds to some four digits.
    assertEquals(expectedResult.costAfter(), result.costAfter(), 1e-7);
    for (int n = 0; n < 3; n++) {
      for (int k = 0; k < 12; k++) {
        assertEquals(expected.weights(1)[n][k], network.weights(1)[n][k], 2e-3);
      }
    }
    Network plain = network(regression);
    lbfgs.fit(plain, classes());
    double difference = 0;
    for (int k = 0; k < 12; k++) {
      difference =
          Math.max(difference, Math.abs(plain.weights(1)[0][k] - network.weights(1)[0][k]));
    }
    assertTrue(difference > 0.02, "the weights must count, " + difference);

    Network onReference = Network.initialize(regression, 1, reference());
    assertEquals(result, lbfgs.fit(onReference, weighted));
    Bits.assertSameParameters(onReference, network, () -> "L-BFGS");
  }

  /** Few rows of one class, as of those that are ill: what is rare is found more often. */
  @Test
  void balancedClassesRaiseTheRecallOfTheRareOne() {
    Dataset cancer = TestData.breastCancerClasses();
    int[] benign = IntStream.range(0, cancer.rows()).filter(i -> cancer.label(i) == 1).toArray();
    int[] malignant = IntStream.range(0, cancer.rows()).filter(i -> cancer.label(i) == 0).toArray();
    int[] rare =
        IntStream.concat(Arrays.stream(benign, 0, 200), Arrays.stream(malignant, 0, 12)).toArray();
    int[] others =
        IntStream.concat(
                Arrays.stream(benign, 200, benign.length),
                Arrays.stream(malignant, 12, malignant.length))
            .toArray();
    FeatureScaler scaler = FeatureScaler.standardize(cancer.select(rare));
    Dataset train = scaler.apply(cancer.select(rare));
    Dataset test = scaler.apply(cancer.select(others));
    float[] weights = ClassWeights.balanced(train);
    Trainer.Builder builder = Trainer.builder().optimizer(Sgd.of(0.05)).epochs(3).l2(0.01);
    Architecture regression = Architecture.input(30).dense(2, Activation.SOFTMAX);
    Network plain = network(regression);
    builder.build().fit(plain, train);
    Network balanced = network(regression);
    builder.classWeights(weights).build().fit(balanced, train);
    double before = recall(plain, test, 0);
    double after = recall(balanced, test, 0);
    assertTrue(after >= before + 0.1, () -> "recall of the rare class " + before + ", " + after);
    assertTrue(after > 0.9, () -> "recall of the rare class " + after);
    assertTrue(recall(balanced, test, 1) <= recall(plain, test, 1));
  }

  private static double recall(Network network, Dataset test, int label) {
    return ClassificationReport.of(network, test).confusionMatrix().score(label).recall();
  }

  // What cannot be weighed.

  /** Rows with weights of which nobody has looked at any. */
  private static final class Weighed implements RowSource {
    private final RowSource source;
    private final float[] weights;

    Weighed(RowSource source, float... weights) {
      this.source = source;
      this.weights = weights;
    }

    @Override
    public int rows() {
      return source.rows();
    }

    @Override
    public int inputs() {
      return source.inputs();
    }

    @Override
    public int outputs() {
      return source.outputs();
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
      source.copyRows(order, from, count, xBuffer, xOffset, xStride, yBuffer, yOffset, yStride);
    }

    @Override
    public void copyTargets(int row, float[] yBuffer, int yOffset) {
      source.copyTargets(row, yBuffer, yOffset);
    }

    @Override
    public float weight(int row) {
      return weights[row];
    }
  }

  @Test
  void weightsOfAnySourceAreLookedAtBeforeTheFirstStep() {
    Dataset good = classes().head(4);
    Network network = network(CLASSES);
    Network before = network.copy();
    Trainer trainer = trainer().build();
    for (float bad : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
      RowSource rows = new Weighed(good, 1, 0, bad, 1);
      String[] words = {"row 2", "weight", "finite and not negative", "" + bad};
      assertRefused(() -> trainer.fit(network, rows), words);
      assertRefused(() -> trainer.fit(network, rows), "train, ");
      assertRefused(() -> trainer.fit(network, good, rows), "validation, row 2");
      assertRefused(() -> Evaluation.of(network, rows), words);
      assertRefused(() -> Lbfgs.builder().build().fit(network, rows), words);
      assertRefused(() -> GradientCheck.of(network, rows), "row 2", "" + bad);
      try (Training training = trainer.open(network)) {
        assertRefused(() -> training.fit(rows), "rows, row 2");
      }
    }
    RowSource none = new Weighed(good, 0, 0, 0, 0);
    assertRefused(() -> trainer.fit(network, none), "train", "weights of all rows are 0");
    assertRefused(() -> trainer.fit(network, good, none), "validation", "all rows are 0");
    assertRefused(() -> Evaluation.of(network, none), "data", "all rows are 0");
    assertRefused(() -> Lbfgs.builder().build().fit(network, none), "train", "all rows are 0");
    assertRefused(() -> GradientCheck.of(network, none), "all 4 rows are 0");
    float[] one = new float[ROWS];
    one[0] = 1;
    Dataset lost = classes().withWeights(one);
    assertRefused(
        () -> CrossValidation.of(CLASSES, 1, trainer).on(backend()).run(lost.folds(3, 1)),
        "folds[",
        "all rows are 0");
    Bits.assertSameParameters(before, network, () -> "after refusals");
  }

  @Test
  void weightsOfClassesNeedClasses() {
    Network network = network(CLASSES);
    Network before = network.copy();
    Trainer two = trainer().classWeights(1, 2).build();
    assertRefused(() -> two.fit(network, classes()), "classWeights", "[1.0, 2.0]", "3 classes");
    assertRefused(() -> two.open(network), "3 classes");
    assertRefused(
        () -> CrossValidation.of(CLASSES, 1, two).on(backend()).run(classes().folds(2, 1)),
        "3 classes");
    Trainer large = trainer().classWeights(1, 1, 10).build();
    Dataset heavy = classes().head(3).withWeights(new float[] {1, 1, 3e38f});
    assertRefused(() -> large.fit(network, heavy), "train, row 2", "3.0E38", "too large");
    Trainer others = trainer().classWeights(0, 1, 1).build();
    Dataset first = classes().select(new int[] {0, 3});
    assertRefused(
        () -> others.fit(network, first), "train", "times [0.0, 1.0, 1.0]", "at least one");
    Bits.assertSameParameters(before, network, () -> "after refusals");

    Dataset numbers = TestData.regression(5, 12, 2, 508);
    Network regression = network(Architecture.input(12).dense(2, Activation.IDENTITY));
    assertRefused(
        () -> two.fit(regression, numbers), "classWeights", "SQUARED_ERROR", "no classes");
    Network labels = network(Architecture.input(12).dense(2, Activation.SIGMOID));
    Dataset several = Dataset.of(new float[1][12], new float[][] {{1, 1}});
    assertRefused(() -> two.fit(labels, several), "classWeights", "LOG_LOSS", "no classes");
    assertRefused(() -> two.open(labels), "no classes");
  }

  @Test
  void weightsOfClassesAreFiniteAndNotNegative() {
    float[][] bad = {{}, {1}, {0, 0}, {1, -1}, {Float.NaN, 1}, {1, Float.POSITIVE_INFINITY}};
    for (float[] weights : bad) {
      assertRefused(
          () -> Trainer.builder().classWeights(weights),
          "classWeights",
          "finite and not negative",
          Arrays.toString(weights));
    }
    float[] given = {1, 2, 3};
    Trainer.Builder builder = trainer().classWeights(given);
    Network expected = network(CLASSES);
    builder.build().fit(expected, classes());
    given[0] = 100;
    Network network = network(CLASSES);
    builder.build().fit(network, classes());
    Bits.assertSameParameters(expected, network, () -> "weights are copied");
  }
}
