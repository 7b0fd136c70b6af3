package dev.nn.contract;

import static dev.nn.Activation.IDENTITY;
import static dev.nn.Activation.RELU;
import static dev.nn.Activation.SOFTMAX;
import static dev.nn.Activation.TANH;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Architecture;
import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.data.Split;
import dev.nn.train.CrossValidation;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Networks on data that others measured: means over five folds, stratified ones for classes,
 * features standardised by the training rows of each fold.
 *
 * <p>All folds of a data set have the same architecture and settings, which were chosen by folds of
 * other seeds, from 101 on. Folds and weights have the seed 1, the order of rows 0. Small data sets
 * leave much to chance: with the fold seeds 1 to 10 the mean goes from 0.972 to 0.994 for wine
 * (0.984 on average), from 0.947 to 0.980 for iris (0.964), and R^2 from 0.461 to 0.499 for
 * diabetes (0.482).
 */
public abstract class RealDataContract extends BackendContract {
  private static final long FOLDS_SEED = 1;
  private static final long WEIGHTS_SEED = 1;

  private CrossValidation.Result result(
      Architecture architecture, Trainer.Builder settings, List<Split> folds) {
    return CrossValidation.of(architecture, WEIGHTS_SEED, settings.build())
        .scaling(FeatureScaler::standardize)
        .on(backend())
        .run(folds);
  }

  private static Trainer.Builder settings(
      double learningRate, int batchSize, double l2, int epochs) {
    return Trainer.builder()
        .optimizer(Sgd.of(learningRate))
        .batchSize(batchSize)
        .l2(l2)
        .epochs(epochs);
  }

  private static void assertAtLeast(double expected, CrossValidation.Spread spread) {
    assertTrue(spread.mean() >= expected, () -> expected + " expected, but was " + spread);
  }

  @Test
  void wine() {
    CrossValidation.Result result =
        result(
            Architecture.input(13).dense(16, TANH).dense(3, SOFTMAX),
            settings(0.03, 16, 0.1, 100),
            TestData.wine().stratifiedFolds(5, FOLDS_SEED));
    assertAtLeast(0.983, result.accuracy());
  }

  @Test
  void iris() {
    CrossValidation.Result result =
        result(
            Architecture.input(4).dense(64, TANH).dense(3, SOFTMAX),
            settings(0.1, 16, 0.003, 300),
            TestData.iris().stratifiedFolds(5, FOLDS_SEED));
    assertAtLeast(0.960, result.accuracy());
  }

  /**
   * A mean over ten divisions into five folds, of the seeds 1 to 10. From one division to the next
   * it moves by 0.002, a row or two of 569: seed 1 alone gives 0.977, seed 6 0.982. The seeds 113
   * to 124 give 0.9796 on average.
   */
  @Test
  void breastCancer() {
    double sum = 0;
    for (int seed = 1; seed <= 10; seed++) {
      CrossValidation.Result result =
          result(
              Architecture.input(30).dense(64, TANH).dense(2, SOFTMAX),
              settings(0.03, 16, 0.02, 60),
              TestData.breastCancerClasses().stratifiedFolds(5, seed));
      sum += result.accuracy().mean();
    }
    double mean = sum / 10;
    assertTrue(mean >= 0.979, () -> "0.979 expected, but was " + mean);
  }

  @Test
  void digits() {
    CrossValidation.Result result =
        result(
            Architecture.input(64).dense(256, RELU).dense(10, SOFTMAX),
            settings(0.1, 8, 0.003, 30),
            TestData.digits().stratifiedFolds(5, FOLDS_SEED));
    assertAtLeast(0.980, result.accuracy());
  }

  /**
   * The share of the variance of the targets that the network explains, a mean over plain folds.
   */
  @Test
  void diabetes() {
    CrossValidation.Result result =
        result(
            Architecture.input(10).dense(32, RELU).dense(1, IDENTITY),
            settings(0.02, 32, 0.03, 250),
            TestData.diabetes().folds(5, FOLDS_SEED));
    assertAtLeast(0.489, result.of(RealDataContract::determination));
  }

  /** {@code R^2 = 1 - SS_res / SS_tot = 1 - sum (y - yHat)^2 / sum (y - mean y)^2}. */
  private static double determination(CrossValidation.Fold fold) {
    Dataset test = fold.test();
    double mean = 0;
    for (int row = 0; row < test.rows(); row++) {
      mean += test.target(row, 0) / test.rows();
    }
    double residual = 0;
    double total = 0;
    for (int row = 0; row < test.rows(); row++) {
      double y = test.target(row, 0);
      double error = y - fold.network().predict(test.features(row))[0];
      residual += error * error;
      total += (y - mean) * (y - mean);
    }
    return 1 - residual / total;
  }
}
