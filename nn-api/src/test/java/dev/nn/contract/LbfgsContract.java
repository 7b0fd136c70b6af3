package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.train.Lbfgs;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** L-BFGS: the same bits everywhere, and minima that are known otherwise. */
public abstract class LbfgsContract extends BackendContract {
  /** Half a unit in the last place of 1: the relative error of a float operation. */
  private static final double U = 0x1p-24;

  private static final Architecture DEEP =
      Architecture.input(30)
          .dense(20, Activation.TANH)
          .dense(12, Activation.SILU)
          .dense(3, Activation.SOFTMAX);

  /** The minimum of a logistic regression of the breast cancer data, as NumPy found it. */
  private static final double NUMPY_COST = 0.09959137555579967;

  private static final double NUMPY_FIRST_WEIGHT = -0.41605418840397973;
  private static final double NUMPY_BIAS = 0.4952696833357796;

  /** 300 rows: more than a chunk of a sum, so that the order of the chunks is seen as well. */
  private static final Dataset CLOUDS = TestData.classes(300, 30, 3, 400);

  @Test
  void fitsAreTheSameBitsOnEveryBackend() {
    assertSameFits(DEEP, CLOUDS, 15);
  }

  @Test
  @Tag("sample")
  void smallFitsAreTheSameBitsOnEveryBackend() {
    Architecture small =
        Architecture.input(5).dense(6, Activation.TANH).dense(1, Activation.SIGMOID);
    assertSameFits(small, TestData.binary(20, 5, 402), 6);
  }

  private void assertSameFits(Architecture architecture, Dataset data, int iterations) {
    Lbfgs lbfgs = Lbfgs.builder().l2(0.001).memory(4).maxIterations(iterations).build();
    Network expected = Network.initialize(architecture, 1, reference());
    Lbfgs.Result expectedResult = lbfgs.fit(expected, data);
    Network network = Network.initialize(architecture, 1, backend());
    assertEquals(expectedResult, lbfgs.fit(network, data));
    assertEquals(iterations, expectedResult.iterations());
    Bits.assertSameParameters(expected, network, () -> "after the last iteration");
  }

  @Test
  void fitsAreTheSameBitsWithEveryNumberOfThreads() {
    Architecture wide =
        Architecture.input(64).dense(96, Activation.RELU).dense(10, Activation.SOFTMAX);
    Dataset digits = TestData.digits().head(400);
    Lbfgs.Builder builder = Lbfgs.builder().l2(0.001).maxIterations(5);
    Network expected = Network.initialize(wide, 1, reference());
    Lbfgs.Result expectedResult = builder.build().fit(expected, digits);
    for (int threads : THREADS) {
      Network network = Network.initialize(wide, 1, backend());
      assertEquals(expectedResult, builder.threads(threads).build().fit(network, digits));
      Bits.assertSameParameters(expected, network, () -> threads + " threads");
    }
  }

  /**
   * Costs of a result are those of an evaluation, and the network has the parameters of the last.
   */
  @Test
  void theNetworkHasTheCostThatTheResultSays() {
    Network network = Network.initialize(DEEP, 1, backend());
    float[][] x = TestData.features(CLOUDS);
    float[][] y = TestData.targets(CLOUDS);
    double before = network.gradients(x, y).cost();
    Lbfgs.Result result = Lbfgs.builder().maxIterations(7).build().fit(network, CLOUDS);
    assertEquals(before, result.costBefore());
    assertEquals(network.gradients(x, y).cost(), result.costAfter());
    assertTrue(result.costAfter() < result.costBefore(), result::toString);
  }

  /**
   * {@code J = 1/2B sum |theta^T x~ - y|^2 + lambda/2 |W|^2}, {@code x~ = (x, 1)}, has its minimum
   * where {@code (1/B X~^T X~ + lambda D) theta = 1/B X~^T y}. For every theta {@code |theta -
   * theta*| <= |grad J(theta)| / mu}, with mu the least eigenvalue of this matrix.
   */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.02})
  void aLinearNetworkReachesTheClosedForm(double l2) {
    Dataset data = TestData.regression(200, 7, 2, 401);
    Network network =
        Network.initialize(Architecture.input(7).dense(2, Activation.IDENTITY), 1, backend());
    double tolerance = 1e-5;
    Lbfgs.Result result =
        Lbfgs.builder()
            .l2(l2)
            .gradientTolerance(tolerance)
            .decreaseTolerance(0)
            .build()
            .fit(network, data);
    assertEquals(Lbfgs.Ending.GRADIENT, result.ending(), result::toString);
    for (int j = 0; j < 2; j++) {
      Convex problem = new Convex(data, j, l2, z -> z, z -> 1);
      RealVector minimum =
          new LUDecomposition(problem.hessian(new ArrayRealVector(8)))
              .getSolver()
              .solve(problem.gradient(new ArrayRealVector(8)).mapMultiply(-1));
      RealVector theta = parameters(network, j);
      double slope = Math.sqrt(8) * (tolerance + problem.gradientError(theta));
      double bound = slope / leastEigenvalue(problem.hessian(theta));
      double distance = theta.getDistance(minimum);
      assertTrue(distance <= bound, () -> distance + " of " + bound + ", " + result);
    }
  }

  /**
   * Logistic regression, whose minimum Newton's iteration finds in double. On the way from theta to
   * theta* no logit moves by more than R, so that no {@code sigmoid'} becomes smaller by more than
   * the factor {@code e^-R}: {@code |theta - theta*| <= e^R |grad J(theta)| / mu}.
   *
   * <p>The numbers of NumPy 2.4 are from the same iteration, 30 times from 0, on the same rows:
   * standardised by mean and deviation in double, rounded to float.
   */
  @Test
  void logisticRegressionReachesTheMinimumThatNewtonFinds() {
    Dataset data =
        FeatureScaler.standardize(TestData.breastCancer()).apply(TestData.breastCancer());
    double l2 = 0.01;
    DoubleUnaryOperator sigmoid = z -> 1 / (1 + Math.exp(-z));
    Convex problem =
        new Convex(
            data, 0, l2, sigmoid, z -> sigmoid.applyAsDouble(z) * (1 - sigmoid.applyAsDouble(z)));
    RealVector minimum = new ArrayRealVector(31);
    for (int i = 0; i < 30; i++) {
      minimum =
          minimum.subtract(
              new LUDecomposition(problem.hessian(minimum))
                  .getSolver()
                  .solve(problem.gradient(minimum)));
    }
    // Both have solved systems of condition 1e3 in double.
    assertEquals(NUMPY_FIRST_WEIGHT, minimum.getEntry(0), 1e-12);
    assertEquals(NUMPY_BIAS, minimum.getEntry(30), 1e-12);

    Network network =
        Network.initialize(Architecture.input(30).dense(1, Activation.SIGMOID), 1, backend());
    double tolerance = 1e-5;
    Lbfgs.Result result =
        Lbfgs.builder()
            .l2(l2)
            .gradientTolerance(tolerance)
            .decreaseTolerance(0)
            .build()
            .fit(network, data);
    assertEquals(Lbfgs.Ending.GRADIENT, result.ending(), result::toString);
    RealVector theta = parameters(network, 0);
    RealVector away = theta.subtract(minimum);
    double r = problem.logits(away).getLInfNorm();
    double slope = Math.sqrt(31) * (tolerance + problem.gradientError(theta));
    double mu = leastEigenvalue(problem.hessian(minimum)) * Math.exp(-r);
    assertTrue(away.getNorm() <= slope / mu, () -> away.getNorm() + " of " + slope / mu);
    // J(theta) - J* <= |grad J|^2 / 2 mu; a loss has the error of z and four roundings of |z| + 1.
    double losses =
        problem
            .logitErrors(theta)
            .add(problem.logits(theta).map(z -> 4 * U * (Math.abs(z) + 1)))
            .getL1Norm();
    double error = slope * slope / (2 * mu) + losses / data.rows();
    assertEquals(NUMPY_COST, result.costAfter(), error);
  }

  /** Four points that no line divides. Some other seeds lead to the local minimum of 0.477. */
  @Test
  void exclusiveOrIsLearnedByHeart() {
    Dataset xor =
        Dataset.of(
            new float[][] {{0, 0}, {0, 1}, {1, 0}, {1, 1}}, new float[][] {{0}, {1}, {1}, {0}});
    Architecture small =
        Architecture.input(2).dense(4, Activation.TANH).dense(1, Activation.SIGMOID);
    Network network = Network.initialize(small, 0, backend());
    Lbfgs.Result result = Lbfgs.builder().maxIterations(40).build().fit(network, xor);
    assertEquals(Lbfgs.Ending.GRADIENT, result.ending(), result::toString);
    assertTrue(result.costAfter() < 1e-3, result::toString);
    assertTrue(network.predict(new float[] {0, 1})[0] > 0.99);
    assertTrue(network.predict(new float[] {1, 1})[0] < 0.01);
  }

  /** theta of one output: its weights and its bias. */
  private static RealVector parameters(Network network, int j) {
    float[] weights = network.weights(1)[j];
    RealVector theta = new ArrayRealVector(weights.length + 1);
    for (int k = 0; k < weights.length; k++) {
      theta.setEntry(k, weights[k]);
    }
    theta.setEntry(weights.length, network.bias(1)[j]);
    return theta;
  }

  private static double leastEigenvalue(RealMatrix symmetric) {
    return StatUtils.min(new EigenDecomposition(symmetric).getRealEigenvalues());
  }

  /** One output of one layer in double: gradient and Hessian matrix of the cost. */
  private static final class Convex {
    private final int rows;
    private final RealMatrix x;

    /** {@code |x|}. */
    private final RealMatrix magnitudes;

    private final RealVector y;
    private final RealMatrix l2;
    private final DoubleUnaryOperator g;
    private final DoubleUnaryOperator derivative;

    Convex(Dataset data, int j, double l2, DoubleUnaryOperator g, DoubleUnaryOperator derivative) {
      this.rows = data.rows();
      this.g = g;
      this.derivative = derivative;
      int inputs = data.inputs();
      x = new Array2DRowRealMatrix(rows, inputs + 1);
      y = new ArrayRealVector(rows);
      for (int i = 0; i < rows; i++) {
        for (int k = 0; k < inputs; k++) {
          x.setEntry(i, k, data.features(i)[k]);
        }
        x.setEntry(i, inputs, 1);
        y.setEntry(i, data.target(i, j));
      }
      magnitudes = x.copy();
      for (int i = 0; i < rows; i++) {
        magnitudes.setRowVector(i, x.getRowVector(i).map(Math::abs));
      }
      this.l2 = new Array2DRowRealMatrix(inputs + 1, inputs + 1);
      for (int k = 0; k < inputs; k++) {
        this.l2.setEntry(k, k, l2);
      }
    }

    RealVector logits(RealVector theta) {
      return x.operate(theta);
    }

    /** {@code delta = g(z) - y}. */
    private RealVector delta(RealVector theta) {
      return logits(theta).map(g::applyAsDouble).subtract(y);
    }

    RealVector gradient(RealVector theta) {
      return x.preMultiply(delta(theta)).mapDivide(rows).add(l2.operate(theta));
    }

    RealMatrix hessian(RealVector theta) {
      RealVector slopes = logits(theta).map(derivative::applyAsDouble);
      RealMatrix scaled = x.copy();
      for (int i = 0; i < rows; i++) {
        scaled.setRowVector(i, x.getRowVector(i).mapMultiply(slopes.getEntry(i)));
      }
      return x.transpose().multiply(scaled).scalarMultiply(1.0 / rows).add(l2);
    }

    /**
     * One rounding for each product and for the bias, each of the sum of the magnitudes at most.
     */
    RealVector logitErrors(RealVector theta) {
      return magnitudes.operate(theta.map(Math::abs)).mapMultiply(x.getColumnDimension() * U);
    }

    /**
     * How far a component of the gradient in float may be from that in double. To the error of z
     * the activation adds 2 ulp, at most 4 roundings, delta and its factor 3, and the sum over the
     * rows one for each of the 256 of a chunk and for each chunk but the first. Errors of errors
     * are below a hundredth of them.
     */
    double gradientError(RealVector theta) {
      int additions = Math.min(rows, 256) + (rows - 1) / 256;
      RealVector delta = delta(theta).map(Math::abs).mapMultiply((3 + additions) * U);
      RealVector a = logits(theta).map(g::applyAsDouble).map(Math::abs).mapMultiply(4 * U);
      RealVector errors = logitErrors(theta).add(a).add(delta).mapMultiply(1.01);
      return magnitudes.preMultiply(errors).mapDivide(rows).getLInfNorm();
    }
  }
}
