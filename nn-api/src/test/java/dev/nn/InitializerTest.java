package dev.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class InitializerTest {
  private static final int OUTPUTS = 150;
  private static final int INPUTS = 90;

  private static float[] weights(Initializer initializer, int outputs, int inputs, long seed) {
    float[] weights = new float[outputs * inputs];
    Arrays.fill(weights, Float.NaN);
    initializer.initialize(weights, outputs, inputs, new Philox(seed, Philox.INITIALIZE, 1));
    return weights;
  }

  /** Each random initializer with its standard deviation for 150 outputs and 90 inputs. */
  static Stream<Arguments> deviations() {
    return Stream.of(
        Arguments.of(Initializer.normal(), 0.01),
        Arguments.of(Initializer.normal(2.5), 2.5),
        Arguments.of(Initializer.xavier(), Math.sqrt(2.0 / (150 + 90))),
        Arguments.of(Initializer.he(), Math.sqrt(2.0 / 90)),
        Arguments.of(Initializer.lecun(), Math.sqrt(1.0 / 90)));
  }

  /** Each uniform initializer with its limit for 150 outputs and 90 inputs. */
  static Stream<Arguments> limits() {
    return Stream.of(
        Arguments.of(Initializer.uniform(0.05), 0.05),
        Arguments.of(Initializer.uniform(3), 3),
        Arguments.of(Initializer.xavierUniform(), Math.sqrt(6.0 / (150 + 90))),
        Arguments.of(Initializer.heUniform(), Math.sqrt(6.0 / 90)),
        Arguments.of(Initializer.lecunUniform(), Math.sqrt(3.0 / 90)));
  }

  /**
   * Mean 0, the deviation that the lecture gives, and the shape of a normal distribution.
   *
   * <p>With n values the mean is off by sigma / sqrt(n), the deviation by sigma / sqrt(2n); five
   * times that is allowed. The Kolmogorov-Smirnov test would refuse one true normal sample in a
   * thousand.
   */
  @ParameterizedTest
  @MethodSource("deviations")
  void randomWeightsAreNormal(Initializer initializer, double deviation) {
    for (long seed : new long[] {1, 2, -3}) {
      DescriptiveStatistics statistics = new DescriptiveStatistics();
      for (float w : weights(initializer, OUTPUTS, INPUTS, seed)) {
        statistics.addValue(w);
      }
      double n = statistics.getN();
      assertEquals(0, statistics.getMean(), 5 * deviation / Math.sqrt(n));
      assertEquals(deviation, statistics.getStandardDeviation(), 5 * deviation / Math.sqrt(2 * n));
      double likelihood =
          new KolmogorovSmirnovTest()
              .kolmogorovSmirnovTest(
                  new NormalDistribution(0, deviation), statistics.getValues(), false);
      assertTrue(likelihood > 0.001, () -> initializer + ": p = " + likelihood);
      // A deviation that is 5 % off would not pass.
      double unlikely =
          new KolmogorovSmirnovTest()
              .kolmogorovSmirnovTest(
                  new NormalDistribution(0, 1.1 * deviation), statistics.getValues(), false);
      assertTrue(unlikely < 0.01, () -> "the test is blind: p = " + unlikely);
    }
  }

  /**
   * Mean 0, the deviation {@code limit / sqrt(3)}, and the shape of a uniform distribution, to its
   * very ends.
   *
   * <p>The deviation of the mean is sigma / sqrt(n), that of the deviation sigma sqrt(0.8) /
   * sqrt(4n), as the fourth moment is 1.8 sigma^4; five times that is allowed. That no value of n
   * comes nearer to an end than limit 20 / n has a probability of e^-10.
   */
  @ParameterizedTest
  @MethodSource("limits")
  void randomWeightsAreUniform(Initializer initializer, double limit) {
    for (long seed : new long[] {1, 2, -3}) {
      DescriptiveStatistics statistics = new DescriptiveStatistics();
      for (float w : weights(initializer, OUTPUTS, INPUTS, seed)) {
        statistics.addValue(w);
      }
      double n = statistics.getN();
      double deviation = limit / Math.sqrt(3);
      assertEquals(0, statistics.getMean(), 5 * deviation / Math.sqrt(n));
      assertEquals(
          deviation,
          statistics.getStandardDeviation(),
          5 * deviation * Math.sqrt(0.8) / Math.sqrt(4 * n));
      assertTrue(statistics.getMax() <= (float) limit, () -> "max " + statistics.getMax());
      assertTrue(statistics.getMin() >= -(float) limit, () -> "min " + statistics.getMin());
      assertEquals(limit, statistics.getMax(), limit * 20 / n);
      assertEquals(-limit, statistics.getMin(), limit * 20 / n);
      double likelihood =
          new KolmogorovSmirnovTest()
              .kolmogorovSmirnovTest(
                  new UniformRealDistribution(-limit, limit), statistics.getValues(), false);
      assertTrue(likelihood > 0.001, () -> initializer + ": p = " + likelihood);
    }
  }

  /** Element i is made of value i of the generator, whatever the shape. */
  @ParameterizedTest
  @MethodSource("limits")
  void uniformWeightsFollowTheIndex(Initializer initializer, double limit) {
    float[] weights = weights(initializer, OUTPUTS, INPUTS, 4);
    assertArrayEquals(weights, weights(initializer, OUTPUTS, INPUTS, 4));
    assertFalse(Arrays.equals(weights, weights(initializer, OUTPUTS, INPUTS, 5)));
    float[] few = weights(Initializer.uniform(limit), 2, 3, 4);
    assertArrayEquals(few, Arrays.copyOf(weights, 6));
  }

  @ParameterizedTest
  @MethodSource("deviations")
  void theSameSeedGivesTheSameBits(Initializer initializer, double deviation) {
    float[] weights = weights(initializer, OUTPUTS, INPUTS, 4);
    assertArrayEquals(weights, weights(initializer, OUTPUTS, INPUTS, 4));
    assertFalse(Arrays.equals(weights, weights(initializer, OUTPUTS, INPUTS, 5)));
    // A value depends on its index only, so a longer layer of the same deviation begins alike.
    double own = deviation;
    float[] few = weights(Initializer.normal(own), 2, 3, 4);
    float[] many = weights(Initializer.normal(own), 20, 30, 4);
    assertArrayEquals(few, Arrays.copyOf(many, 6));
  }

  /**
   * The first four weights of layer 1, 3 x 5, with seed 7. Computed apart, in Python: Philox in
   * integers, the formulas of numeric contract and javadoc in double, rounded by NumPy.
   */
  static Stream<Arguments> knownBits() {
    return Stream.of(
        knownBits(Initializer.uniform(0.25), 0.032962304f, -0.14467385f, -0.04235517f, -0.2015547f),
        knownBits(Initializer.xavierUniform(), 0.11418477f, -0.501165f, -0.14672261f, -0.69820595f),
        knownBits(Initializer.heUniform(), 0.14443357f, -0.6339291f, -0.18559106f, -0.88316846f),
        knownBits(Initializer.lecun(), 0.4522458f, 0.77910316f, 0.44971246f, -0.13690184f),
        knownBits(Initializer.lecunUniform(), 0.10212996f, -0.44825557f, -0.1312327f, -0.6244944f),
        knownBits(Initializer.xavier(), 0.5056262f, 0.87106377f, 0.5027938f, -0.15306091f),
        knownBits(Initializer.he(), 0.63957214f, 1.1018182f, 0.6359894f, -0.19360843f),
        knownBits(Initializer.normal(), 0.010112524f, 0.017421275f, 0.010055876f, -0.0030612182f));
  }

  private static Arguments knownBits(Initializer initializer, float... expected) {
    return Arguments.of(initializer, expected);
  }

  @ParameterizedTest
  @MethodSource("knownBits")
  void weightsHaveKnownBits(Initializer initializer, float[] expected) {
    assertArrayEquals(expected, Arrays.copyOf(weights(initializer, 3, 5, 7), 4));
  }

  /**
   * As above; Q from the Householder factorization of {@code numpy.linalg.qr}, whose columns were
   * multiplied by the signs of the diagonal of R. The large ones are told by their CRC-32.
   */
  @Test
  void orthogonalMatricesHaveKnownBits() {
    assertArrayEquals(
        new float[] {0.8983281f, 1.5475881f, 0.8932959f, 0.23380652f, -1.0930325f, 1.6584977f},
        weights(Initializer.orthogonal(2), 2, 3, 7));
    assertArrayEquals(
        new float[] {1.073545f, 1.6874461f, 1.0675312f, -0.68388826f, -1.3068581f, 0.82754f},
        weights(Initializer.orthogonal(2), 3, 2, 7));
    assertArrayEquals(
        new float[] {
          0.44916406f, 0.77379405f, 0.44664794f,
          0.11690326f, -0.54651624f, 0.82924885f,
          0.8857682f, -0.32025418f, -0.33593452f
        },
        weights(Initializer.orthogonal(1), 3, 3, 7));
    assertEquals(3603350778L, checksum(weights(Initializer.orthogonal(1.5), 40, 60, 7)));
    assertEquals(3270113153L, checksum(weights(Initializer.orthogonal(1.5), 60, 40, 7)));
  }

  private static long checksum(float[] weights) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * weights.length);
    bytes.asFloatBuffer().put(weights);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  /**
   * {@code W W^T = gain^2 I}, or {@code W^T W} for more rows than columns.
   *
   * <p>Rounding to float changes each element by at most 2^-24 of itself, hence a product of two
   * rows of length gain by at most 2^-23 gain^2 (Cauchy and Schwarz). Sums of up to 1024 terms in
   * double, those of the method and of this test, are off by up to 2^-43 each; eight times that is
   * allowed.
   */
  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "1, 9, 1",
    "9, 1, 3",
    "2, 2, 1",
    "5, 8, 1",
    "8, 5, 0.1",
    "64, 64, 1.4142135623730951",
    "33, 300, 1",
    "300, 33, 1",
    "257, 257, 1",
    "1024, 512, 1"
  })
  void orthogonalMatricesAreOrthogonal(int outputs, int inputs, double gain) {
    float[] w = weights(Initializer.orthogonal(gain), outputs, inputs, 11);
    boolean byRows = outputs <= inputs;
    int count = Math.min(outputs, inputs);
    double[][] vectors = new double[count][Math.max(outputs, inputs)];
    for (int i = 0; i < w.length; i++) {
      vectors[byRows ? i / inputs : i % inputs][byRows ? i % inputs : i / inputs] = w[i];
    }
    double allowed = gain * gain * (0x1p-23 + 0x1p-40);
    for (int a = 0; a < count; a++) {
      for (int b = 0; b <= a; b++) {
        double product = 0;
        for (int e = 0; e < vectors[a].length; e++) {
          product += vectors[a][e] * vectors[b][e];
        }
        assertEquals(a == b ? gain * gain : 0, product, allowed, a + " and " + b);
      }
    }
  }

  /**
   * Vectors that nearly depend on each other, as normal ones rarely do: the rows of a Hilbert
   * matrix of 10, whose condition is 1.6e13: a single pass leaves products of about 1e-4.
   */
  @Test
  void nearlyDependentRowsBecomeOrthogonal() {
    int n = 10;
    double[] rows = new double[n * n];
    for (int i = 0; i < n * n; i++) {
      rows[i] = 1.0 / (i / n + i % n + 1);
    }
    GramSchmidt.orthonormalize(rows, n, n);
    for (int a = 0; a < n; a++) {
      for (int b = 0; b <= a; b++) {
        double product = 0;
        for (int e = 0; e < n; e++) {
          product += rows[a * n + e] * rows[b * n + e];
        }
        assertEquals(a == b ? 1 : 0, product, 1e-14, a + " and " + b);
      }
    }
  }

  /**
   * Rows of uniformly distributed matrices of three columns are uniformly distributed on the
   * sphere, each of whose coordinates is uniform in [-1, 1] (Archimedes). Were only the length of
   * R's diagonal right and not its sign, coordinates of one sign would be missing.
   */
  @ParameterizedTest
  @CsvSource({"3, 3", "2, 3", "1, 3", "3, 2", "3, 1"})
  void orthogonalMatricesAreUniformlyDistributed(int outputs, int inputs) {
    int matrices = 4000;
    double[][] elements = new double[outputs * inputs][matrices];
    for (int m = 0; m < matrices; m++) {
      float[] w = weights(Initializer.orthogonal(1), outputs, inputs, m);
      for (int i = 0; i < w.length; i++) {
        elements[i][m] = w[i];
      }
    }
    for (int i = 0; i < elements.length; i++) {
      double likelihood =
          new KolmogorovSmirnovTest()
              .kolmogorovSmirnovTest(new UniformRealDistribution(-1, 1), elements[i], false);
      assertTrue(likelihood > 0.001, "element " + i + ": p = " + likelihood);
    }
  }

  /**
   * The trace of uniformly distributed orthogonal matrices of any size from 2 on has mean 0 and
   * variance 1, that of its square has mean 1 (P. Diaconis, M. Shahshahani, "On the eigenvalues of
   * random matrices", Journal of Applied Probability 31A, 1994). Half of the matrices are
   * rotations.
   */
  @ParameterizedTest
  @ValueSource(ints = {4, 7})
  void tracesOfOrthogonalMatricesAreThoseOfUniformlyDistributedOnes(int n) {
    int matrices = 4000;
    DescriptiveStatistics traces = new DescriptiveStatistics();
    DescriptiveStatistics tracesOfSquares = new DescriptiveStatistics();
    int rotations = 0;
    for (int m = 0; m < matrices; m++) {
      float[] w = weights(Initializer.orthogonal(1), n, n, m);
      double trace = 0;
      double ofSquare = 0;
      double[][] matrix = new double[n][n];
      for (int a = 0; a < n; a++) {
        trace += w[a * n + a];
        for (int b = 0; b < n; b++) {
          ofSquare += (double) w[a * n + b] * w[b * n + a];
          matrix[a][b] = w[a * n + b];
        }
      }
      traces.addValue(trace);
      tracesOfSquares.addValue(ofSquare);
      rotations +=
          new LUDecomposition(new Array2DRowRealMatrix(matrix)).getDeterminant() > 0 ? 1 : 0;
    }
    // Deviations 1 and sqrt(2) of a value, for the variance sqrt(3 - 1) of its square, five times.
    double root = Math.sqrt(matrices);
    assertEquals(0, traces.getMean(), 5 / root);
    assertEquals(1, traces.getPopulationVariance(), 5 * Math.sqrt(2) / root);
    assertEquals(1, tracesOfSquares.getMean(), 5 * Math.sqrt(2) / root);
    assertEquals(matrices / 2.0, rotations, 5 * 0.5 * root);
  }

  @Test
  void orthogonalMatricesAreAFunctionOfTheSeed() {
    float[] weights = weights(Initializer.orthogonal(1), 6, 9, 4);
    assertArrayEquals(weights, weights(Initializer.orthogonal(1), 6, 9, 4));
    assertFalse(Arrays.equals(weights, weights(Initializer.orthogonal(1), 6, 9, 5)));
    // A row depends on those before it only.
    assertArrayEquals(weights(Initializer.orthogonal(1), 4, 9, 4), Arrays.copyOf(weights, 4 * 9));
  }

  @ParameterizedTest
  @ValueSource(floats = {0f, 0.5f, -3f})
  void constantsAreConstant(float value) {
    float[] expected = new float[12];
    Arrays.fill(expected, value);
    assertArrayEquals(expected, weights(Initializer.constant(value), 3, 4, 1));
    assertArrayEquals(new float[12], weights(Initializer.zeros(), 3, 4, 1));
  }

  @Test
  void deviationsDependOnTheShape() {
    assertNotEquals(
        weights(Initializer.xavier(), 10, 20, 1)[0], weights(Initializer.xavier(), 10, 40, 1)[0]);
    assertNotEquals(
        weights(Initializer.xavier(), 10, 20, 1)[0], weights(Initializer.xavier(), 30, 20, 1)[0]);
    assertEquals(weights(Initializer.he(), 10, 20, 1)[0], weights(Initializer.he(), 30, 20, 1)[0]);
    // He and Xavier are the same for as many outputs as inputs, up to He's factor sqrt(2).
    assertEquals(
        Math.sqrt(2),
        weights(Initializer.he(), 9, 9, 1)[0] / weights(Initializer.xavier(), 9, 9, 1)[0],
        1e-6);
  }

  @Test
  void initializersCompareAndPrint() {
    assertEquals(Initializer.normal(), Initializer.normal(0.01));
    assertEquals(Initializer.zeros(), Initializer.constant(0));
    assertNotEquals(Initializer.xavier(), Initializer.he());
    assertTrue(Initializer.normal(0.25).toString().contains("0.25"));
    assertEquals(Initializer.uniform(0.5), Initializer.uniform(0.5));
    assertNotEquals(Initializer.orthogonal(1), Initializer.orthogonal(2));
    assertTrue(Initializer.orthogonal(1.5).toString().contains("1.5"));
    for (Activation activation : Activation.values()) {
      assertEquals(
          Set.of("RELU", "LEAKY_RELU", "ELU", "SOFTPLUS", "SILU", "GELU", "GELU_TANH")
                  .contains(activation.name())
              ? Initializer.he()
              : activation == Activation.SELU ? Initializer.lecun() : Initializer.xavier(),
          Initializer.matching(activation));
    }
  }

  @Test
  void impossibleValuesAreRefused() {
    for (double bad : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Initializer.normal(bad)).getMessage();
      assertTrue(message.contains("standardDeviation") && message.contains("" + bad), message);
    }
    for (double bad : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY, 3.5e38}) {
      refused(() -> Initializer.uniform(bad), "limit must be 0 to 3.4028235E38, but is " + bad);
      refused(
          () -> Initializer.orthogonal(bad),
          "gain must be above 0 and at most 3.4028235E38, but is " + bad);
    }
    refused(() -> Initializer.orthogonal(0), "gain must be above 0");
    assertEquals(0, Math.abs(weights(Initializer.uniform(0), 1, 1, 1)[0]));
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Initializer.constant(bad))
              .getMessage();
      assertTrue(message.contains("finite") && message.contains("" + bad), message);
    }
  }

  private static void refused(Executable call, String expected) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.startsWith(expected), message);
  }
}
