package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.contract.PlainBackend;
import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.data.RowSource;
import dev.nn.data.Split;
import dev.nn.spi.Backend;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CrossValidationTest {
  private static final Backend BACKEND = PlainBackend.alone();
  private static final Architecture ARCHITECTURE =
      Architecture.input(2).dense(4, Activation.TANH).dense(2, Activation.SOFTMAX);

  /** Large numbers in the features; rows of odd number are of class 1. */
  private static Dataset data() {
    float[][] x = new float[23][];
    int[] labels = new int[23];
    for (int i = 0; i < 23; i++) {
      x[i] = new float[] {100 + i * 7 % 23, 30 * (i % 5) + i};
      labels[i] = i % 2;
    }
    return Dataset.ofLabels(x, labels, 2);
  }

  private static Trainer trainer() {
    return Trainer.builder().optimizer(Sgd.of(0.2)).batchSize(4).epochs(3).l2(0.01).build();
  }

  private static CrossValidation validation() {
    return CrossValidation.of(ARCHITECTURE, 5, trainer()).on(BACKEND);
  }

  private static void assertSame(Network expected, Network actual) {
    for (int l = 1; l <= expected.architecture().depth(); l++) {
      assertArrayEquals(expected.weights(l), actual.weights(l));
      assertArrayEquals(expected.bias(l), actual.bias(l));
    }
  }

  /** What the class is for, written down again. */
  @Test
  void eachFoldIsATrainingOfItsOwn() {
    List<Split> folds = data().stratifiedFolds(4, 9);

    CrossValidation.Result result = validation().scaling(FeatureScaler::standardize).run(folds);

    assertEquals(4, result.folds().size());
    for (int f = 0; f < 4; f++) {
      FeatureScaler scaler = FeatureScaler.standardize(folds.get(f).train());
      Dataset test = scaler.apply(folds.get(f).test());
      Network network = Network.initialize(ARCHITECTURE, 5, BACKEND);
      History history = trainer().fit(network, scaler.apply(folds.get(f).train()));
      CrossValidation.Fold fold = result.folds().get(f);
      assertSame(network, fold.network());
      assertEquals(history.last().train(), fold.history().last().train());
      assertEquals(Evaluation.of(network, test).score(), fold.evaluation().score());
      assertArrayEquals(
          Evaluation.of(network, test).confusionMatrix(), fold.evaluation().confusionMatrix());
      assertEquals(test.rows(), fold.test().rows());
      for (int row = 0; row < test.rows(); row++) {
        assertArrayEquals(test.features(row), fold.test().features(row));
        assertArrayEquals(test.targets(row), fold.test().targets(row));
      }
    }
  }

  @Test
  void lbfgsTrainsEachFoldToo() {
    Lbfgs lbfgs = Lbfgs.builder().l2(0.01).maxIterations(9).build();
    List<Split> folds = data().stratifiedFolds(3, 9);

    CrossValidation.Result result =
        CrossValidation.of(ARCHITECTURE, 5, lbfgs)
            .scaling(FeatureScaler::standardize)
            .on(BACKEND)
            .run(folds);

    for (int f = 0; f < 3; f++) {
      FeatureScaler scaler = FeatureScaler.standardize(folds.get(f).train());
      Network network = Network.initialize(ARCHITECTURE, 5, BACKEND);
      lbfgs.fit(network, scaler.apply(folds.get(f).train()));
      CrossValidation.Fold fold = result.folds().get(f);
      assertSame(network, fold.network());
      assertEquals(List.of(), fold.history().epochs());
      assertEquals(
          Evaluation.of(network, scaler.apply(folds.get(f).test())).score(),
          fold.evaluation().score());
    }
    Architecture sigmoid = Architecture.input(2).dense(2, Activation.SIGMOID);
    refused(
        () -> CrossValidation.of(sigmoid, 1, Lbfgs.builder().loss(Loss.CROSS_ENTROPY).build()),
        "CROSS_ENTROPY");
    Architecture dropout =
        Architecture.input(2).dense(4, Activation.TANH).dropout(0.5).dense(2, Activation.SOFTMAX);
    refused(() -> CrossValidation.of(dropout, 1, lbfgs), "layer 1 has a dropout of 0.5");
  }

  @Test
  void withoutScalingFeaturesStayAsTheyAre() {
    List<Split> folds = data().folds(3, 9);

    CrossValidation.Result result = validation().run(folds);

    for (int f = 0; f < 3; f++) {
      Network network = Network.initialize(ARCHITECTURE, 5, BACKEND);
      trainer().fit(network, folds.get(f).train());
      assertSame(network, result.folds().get(f).network());
      assertEquals(folds.get(f).test(), result.folds().get(f).test());
    }
  }

  @Test
  void theScalingSeesTrainingRowsOnly() {
    List<Split> folds = data().folds(3, 9);
    List<RowSource> seen = new ArrayList<>();

    validation()
        .scaling(
            train -> {
              seen.add(train);
              return FeatureScaler.minMax(train);
            })
        .run(folds);

    assertEquals(folds.stream().map(Split::train).toList(), seen);
  }

  @Test
  void meansAndDeviationsAreThoseOfTheFolds() {
    CrossValidation.Result result = validation().run(data().folds(4, 9));
    DescriptiveStatistics losses = new DescriptiveStatistics();
    DescriptiveStatistics accuracies = new DescriptiveStatistics();
    for (CrossValidation.Fold fold : result.folds()) {
      losses.addValue(fold.evaluation().score().loss());
      accuracies.addValue(fold.evaluation().score().accuracy());
    }

    // Sums of four numbers of this size, in another order perhaps: some units of the last place.
    assertEquals(losses.getMean(), result.loss().mean(), 1e-14);
    assertEquals(losses.getStandardDeviation(), result.loss().deviation(), 1e-14);
    assertEquals(accuracies.getMean(), result.accuracy().mean(), 1e-14);
    assertEquals(accuracies.getStandardDeviation(), result.accuracy().deviation(), 1e-14);
    assertTrue(accuracies.getStandardDeviation() > 0 && losses.getStandardDeviation() > 0);
    assertNotEquals(result.loss(), result.accuracy());
  }

  /** 1, 3, 8 and 4: mean 4, squares of the differences 9 + 1 + 16 + 0 = 26. */
  @Test
  void callersMayMeasureSomethingElse() {
    CrossValidation.Result result = validation().run(data().folds(4, 9));
    double[] values = {1, 3, 8, 4};

    CrossValidation.Spread spread = result.of(fold -> values[result.folds().indexOf(fold)]);

    assertEquals(4, spread.mean());
    assertEquals(Math.sqrt(26.0 / 3), spread.deviation(), 1e-15);
  }

  @Test
  void theLossIsTheTrainers() {
    Architecture sigmoid = Architecture.input(2).dense(2, Activation.SIGMOID);
    Trainer squared = Trainer.builder().loss(Loss.SQUARED_ERROR).build();

    CrossValidation.Result result =
        CrossValidation.of(sigmoid, 1, squared).on(BACKEND).run(data().folds(2, 1));

    for (CrossValidation.Fold fold : result.folds()) {
      assertEquals(
          Evaluation.of(fold.network(), fold.test(), Loss.SQUARED_ERROR).score(),
          fold.evaluation().score());
    }
    refused(
        () -> CrossValidation.of(sigmoid, 1, Trainer.builder().loss(Loss.CROSS_ENTROPY).build()),
        "CROSS_ENTROPY");
  }

  @Test
  void seedAndOptionsDecide() {
    List<Split> folds = data().folds(2, 1);
    CrossValidation plain = validation();
    CrossValidation scaled = plain.scaling(FeatureScaler::standardize);

    assertEquals(plain.run(folds).loss(), plain.run(folds).loss());
    assertNotEquals(plain.run(folds).loss(), scaled.run(folds).loss());
    assertNotEquals(
        plain.run(folds).loss(),
        CrossValidation.of(ARCHITECTURE, 6, trainer()).on(BACKEND).run(folds).loss());
    assertEquals(BACKEND, plain.run(folds).folds().get(0).network().backend());
  }

  private static void refused(Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }

  @Test
  void badArgumentsAreRefusedAtOnce() {
    refused(() -> CrossValidation.of(Architecture.input(2), 1, trainer()), "no layers");
    assertThrows(NullPointerException.class, () -> CrossValidation.of(null, 1, trainer()));
    assertThrows(
        NullPointerException.class, () -> CrossValidation.of(ARCHITECTURE, 1, (Trainer) null));
    assertThrows(
        NullPointerException.class, () -> CrossValidation.of(ARCHITECTURE, 1, (Lbfgs) null));
    assertThrows(NullPointerException.class, () -> validation().scaling(null));
    assertThrows(NullPointerException.class, () -> validation().on(null));
    assertThrows(NullPointerException.class, () -> validation().run(null));
    refused(() -> new CrossValidation.Result(List.of()), "folds", "0", "2 or more");
  }

  /** The last of three folds does not fit, and nothing is trained before that is seen. */
  @Test
  void rowsThatDoNotFitAreRefusedBeforeTheFirstTraining() {
    List<History.Epoch> epochs = new ArrayList<>();
    Trainer heard = Trainer.builder().epochs(1).listener(listener(epochs)).build();
    CrossValidation validation = CrossValidation.of(ARCHITECTURE, 5, heard).on(BACKEND);
    List<Split> folds = new ArrayList<>(data().folds(2, 1));
    Dataset good = data();
    Dataset wide = Dataset.ofLabels(new float[3][4], new int[3], 2);
    Dataset noClasses = Dataset.of(new float[2][2], new float[2][2]);
    folds.add(new Split(wide, wide));
    refused(() -> validation.run(folds), "folds[2].train", "4 features");
    folds.set(2, new Split(noClasses, good));
    refused(() -> validation.run(folds), "folds[2].train, row 0", "add up to 0");
    folds.set(2, new Split(good, noClasses));
    refused(() -> validation.run(folds), "folds[2].test, row 0", "add up to 0");
    refused(() -> validation.run(folds.subList(0, 1)), "folds", "1", "2 or more");
    assertTrue(epochs.isEmpty(), epochs::toString);
    folds.set(2, new Split(good, good));
    validation.run(folds);
    assertEquals(3, epochs.size());
  }

  private static TrainingListener listener(List<History.Epoch> epochs) {
    return new TrainingListener() {
      @Override
      public void onEpoch(History.Epoch epoch) {
        epochs.add(epoch);
      }
    };
  }
}
