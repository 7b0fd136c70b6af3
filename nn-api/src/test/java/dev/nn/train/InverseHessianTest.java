package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.MatrixUtils;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.RealVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The two-loop recursion against the matrix that it does not build. */
class InverseHessianTest {
  private static final int N = 5;

  /** A cost of curvature A, positive definite: y = A s. */
  private static final RealMatrix A =
      new Array2DRowRealMatrix(
          new double[][] {
            {6, 1, 0, -1, 2},
            {1, 5, 1, 0, 0},
            {0, 1, 4, 1, 0},
            {-1, 0, 1, 7, 1},
            {2, 0, 0, 1, 3}
          });

  private static final float[][] STEPS = {
    {1, 0, 2, 0, -1}, {0, 3, 1, -1, 0}, {2, -1, 0, 1, 1}, {-1, 1, 1, 0, 4}, {0, 0, -2, 1, 1}
  };

  private static double[] gradient(float[] theta) {
    double[] exact = new double[N];
    for (int i = 0; i < N; i++) {
      exact[i] = theta[i];
    }
    return A.operate(exact);
  }

  private static float[] sum(float[] a, float[] b) {
    float[] sum = a.clone();
    for (int i = 0; i < N; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  private static InverseHessian after(int memory, int steps) {
    InverseHessian inverse = new InverseHessian(memory);
    float[] theta = {3, -2, 1, 5, 0};
    for (int i = 0; i < steps; i++) {
      float[] next = sum(theta, STEPS[i]);
      inverse.add(theta, gradient(theta), next, gradient(next));
      theta = next;
    }
    return inverse;
  }

  /** {@code H' = (1 - rho s y^T) H (1 - rho y s^T) + rho s s^T} from {@code gamma 1}, (7.16). */
  private static RealMatrix matrix(int from, int to) {
    List<RealVector> s = new ArrayList<>();
    for (int i = from; i < to; i++) {
      RealVector step = new ArrayRealVector(N);
      for (int k = 0; k < N; k++) {
        step.setEntry(k, STEPS[i][k]);
      }
      s.add(step);
    }
    RealVector last = s.get(s.size() - 1);
    RealVector lastY = A.operate(last);
    RealMatrix one = MatrixUtils.createRealIdentityMatrix(N);
    RealMatrix h = one.scalarMultiply(last.dotProduct(lastY) / lastY.dotProduct(lastY));
    for (RealVector step : s) {
      RealVector y = A.operate(step);
      double rho = 1 / step.dotProduct(y);
      RealMatrix v = one.subtract(y.outerProduct(step).scalarMultiply(rho));
      h = v.transpose().multiply(h).multiply(v);
      h = h.add(step.outerProduct(step).scalarMultiply(rho));
    }
    return h;
  }

  /** Some hundred roundings of 1e-16, of numbers below 10. */
  @ParameterizedTest
  @CsvSource({"3, 1", "3, 2", "3, 3", "3, 4", "3, 5", "1, 4", "9, 5"})
  void theLastStepsMakeTheMatrix(int memory, int steps) {
    InverseHessian inverse = after(memory, steps);
    double[] v = {1, -2, 3, 0.5, -4};
    double[] expected = matrix(Math.max(0, steps - memory), steps).operate(v);
    inverse.multiply(v);
    assertArrayEquals(expected, v, 1e-12);
  }

  @Test
  void withoutAStepItIsOne() {
    InverseHessian inverse = new InverseHessian(3);
    assertTrue(inverse.isEmpty());
    double[] v = {1, -2, 3, 0.5, -4};
    inverse.multiply(v);
    assertArrayEquals(new double[] {1, -2, 3, 0.5, -4}, v);
    InverseHessian cleared = after(3, 4);
    assertFalse(cleared.isEmpty());
    cleared.clear();
    assertTrue(cleared.isEmpty());
    cleared.multiply(v);
    assertArrayEquals(new double[] {1, -2, 3, 0.5, -4}, v);
  }

  /** A cost that curves downwards, or not at all; what was known before stays, whole. */
  @ParameterizedTest
  @CsvSource({"3, 2, -1", "3, 5, -1", "3, 5, 0", "1, 1, -1"})
  void stepsWithoutCurvatureAreSkipped(int memory, int steps, double curvature) {
    InverseHessian inverse = after(memory, steps);
    inverse.add(
        new float[N],
        new double[N],
        new float[] {1, 1, 0, 0, 0},
        new double[] {curvature, 0, 7, 0, 0});
    double[] v = {1, -2, 3, 0.5, -4};
    inverse.multiply(v);
    double[] expected = {1, -2, 3, 0.5, -4};
    after(memory, steps).multiply(expected);
    assertArrayEquals(expected, v);
  }

  @Test
  void scalarProductsAddInAscendingOrder() {
    assertEquals(0, InverseHessian.dot(new double[] {1, 0x1p53, -0x1p53}, new double[] {1, 1, 1}));
    assertEquals(1, InverseHessian.dot(new double[] {0x1p53, -0x1p53, 1}, new double[] {1, 1, 1}));
  }
}
