package dev.nn.contract;

import static dev.nn.Activation.GELU;
import static dev.nn.Activation.IDENTITY;
import static dev.nn.Activation.RELU;
import static dev.nn.Activation.SOFTMAX;
import static dev.nn.Activation.TANH;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Architecture;
import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.data.Split;
import dev.nn.metrics.RegressionReport;
import dev.nn.train.CrossValidation;
import dev.nn.train.Lbfgs;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;
import java.util.List;
import java.util.function.LongFunction;
import org.apache.commons.math3.stat.regression.OLSMultipleLinearRegression;
import org.junit.jupiter.api.Test;

/**
 * Networks on data that others measured: means over five folds, stratified ones for classes,
 * features standardised by the training rows of each fold.
 *
 * <p>All folds of a data set have the same architecture and settings, which were chosen by folds of
 * other seeds, from 101 on; those of breast cancer and diabetes by the mean over the seeds 101 to
 * 110, among linear networks and hidden layers of 4 to 64 neurons with several activations, trained
 * by L-BFGS or SGD, with L2 from 0.0003 to 0.1. For diabetes 8, 16 and 32 GELU neurons were within
 * 0.0005 of each other, and 8 were taken. Weights have the seed 1, the order of rows 0.
 *
 * <p>The figures are those of docs/performance.md: for the folds of seed 1, and on average for the
 * seeds 1 to 10. They are the same on every machine, as the bits are.
 *
 * <p>Small data sets leave much to chance: from one of these ten seeds to the next the mean goes
 * from 0.972 to 0.994 for wine (0.984 on average), from 0.947 to 0.980 for iris (0.964), from 0.975
 * to 0.982 for breast cancer (0.979), and R^2 from 0.471 to 0.509 for diabetes (0.493).
 */
public abstract class RealDataContract extends BackendContract {
  private static final long FIRST_SEED = 1;
  private static final int SEEDS = 10;
  private static final long WEIGHTS_SEED = 1;

  private CrossValidation sgd(
      Architecture architecture, double learningRate, int batchSize, double l2, int epochs) {
    Trainer trainer =
        Trainer.builder()
            .optimizer(Sgd.of(learningRate))
            .batchSize(batchSize)
            .l2(l2)
            .epochs(epochs)
            .build();
    return on(CrossValidation.of(architecture, WEIGHTS_SEED, trainer));
  }

  private CrossValidation on(CrossValidation validation) {
    return validation.scaling(FeatureScaler::standardize).on(backend());
  }

  private static double accuracy(CrossValidation validation, List<Split> folds) {
    return validation.run(folds).accuracy().mean();
  }

  /** As many digits as the table shows. */
  private static void assertFigure(double expected, double actual) {
    assertEquals(expected, actual, 0.5e-4);
  }

  /** The mean over all seeds of folds. */
  private static double mean(LongFunction<Double> ofSeed) {
    double sum = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
      sum += ofSeed.apply(seed);
    }
    return sum / SEEDS;
  }

  @Test
  void wine() {
    CrossValidation validation =
        sgd(Architecture.input(13).dense(16, TANH).dense(3, SOFTMAX), 0.03, 16, 0.1, 100);
    assertFigure(0.9833, accuracy(validation, TestData.wine().stratifiedFolds(5, FIRST_SEED)));
  }

  @Test
  void iris() {
    CrossValidation validation =
        sgd(Architecture.input(4).dense(64, TANH).dense(3, SOFTMAX), 0.1, 16, 0.003, 300);
    assertFigure(0.9600, accuracy(validation, TestData.iris().stratifiedFolds(5, FIRST_SEED)));
  }

  /**
   * From one division to the next the mean moves by 0.002, a row or two of 569: seed 1 alone gives
   * 0.977, seed 6 0.982.
   */
  @Test
  void breastCancer() {
    CrossValidation validation =
        sgd(Architecture.input(30).dense(64, TANH).dense(2, SOFTMAX), 0.03, 16, 0.02, 60);
    Dataset data = TestData.breastCancerClasses();
    assertFigure(0.9771, accuracy(validation, data.stratifiedFolds(5, FIRST_SEED)));
    assertFigure(0.9791, mean(seed -> accuracy(validation, data.stratifiedFolds(5, seed))));
  }

  @Test
  void digits() {
    CrossValidation validation =
        sgd(Architecture.input(64).dense(256, RELU).dense(10, SOFTMAX), 0.1, 8, 0.003, 30);
    assertFigure(0.9811, accuracy(validation, TestData.digits().stratifiedFolds(5, FIRST_SEED)));
  }

  /**
   * The share of the variance of the targets that the network explains, a mean over plain folds;
   * and what is left to chance by the folds: the same share for a linear function fitted by least
   * squares, which has no settings.
   */
  @Test
  void diabetes() {
    CrossValidation validation =
        on(
            CrossValidation.of(
                Architecture.input(10).dense(8, GELU).dense(1, IDENTITY),
                WEIGHTS_SEED,
                Lbfgs.builder().l2(0.02).build()));
    Dataset data = TestData.diabetes();
    assertFigure(0.5059, determination(validation, data.folds(5, FIRST_SEED)));
    assertFigure(0.4977, leastSquares(data.folds(5, FIRST_SEED)));
    double network = mean(seed -> determination(validation, data.folds(5, seed)));
    double linear = mean(seed -> leastSquares(data.folds(5, seed)));
    assertFigure(0.4933, network);
    assertFigure(0.4810, linear);
    assertTrue(network > linear + 0.01);
  }

  private static double determination(CrossValidation validation, List<Split> folds) {
    return validation
        .run(folds)
        .of(fold -> RegressionReport.of(fold.network(), fold.test()).r2())
        .mean();
  }

  /** The mean over the folds of {@code R^2} of {@code yHat = x w + b}, w and b by Commons Math. */
  private static double leastSquares(List<Split> folds) {
    double sum = 0;
    for (Split fold : folds) {
      OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
      double[][] x = new double[fold.train().rows()][];
      double[] y = new double[x.length];
      for (int row = 0; row < x.length; row++) {
        x[row] = widened(fold.train().features(row));
        y[row] = fold.train().target(row, 0);
      }
      regression.newSampleData(y, x);
      double[] weights = regression.estimateRegressionParameters(); // the bias first
      float[][] predictions = new float[fold.test().rows()][1];
      for (int row = 0; row < predictions.length; row++) {
        double prediction = weights[0];
        for (int k = 0; k < fold.test().inputs(); k++) {
          prediction += weights[k + 1] * fold.test().feature(row, k);
        }
        predictions[row][0] = (float) prediction;
      }
      sum += RegressionReport.of(predictions, TestData.targets(fold.test())).r2();
    }
    return sum / folds.size();
  }

  private static double[] widened(float[] values) {
    double[] wide = new double[values.length];
    for (int k = 0; k < wide.length; k++) {
      wide[k] = values[k];
    }
    return wide;
  }
}
