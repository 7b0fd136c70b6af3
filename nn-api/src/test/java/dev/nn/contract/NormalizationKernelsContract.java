package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.contract.Matrix.Layout;
import dev.nn.spi.Backend;
import dev.nn.spi.Kernels;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.stat.StatUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The kernels of normalizations: rows and columns, forward and backward. */
public abstract class NormalizationKernelsContract extends BackendContract {
  private static final double U = Bounded.U;

  private Kernels kernels() {
    return backend().kernels();
  }

  private Workspace referenceWorkspace() {
    return reference().workspace(Workers.caller());
  }

  private static List<int[]> shapes() {
    List<int[]> shapes = new ArrayList<>();
    for (int columns = 0; columns <= 70; columns++) {
      shapes.add(new int[] {1 + columns % 4, columns});
    }
    for (int columns : new int[] {1, 16, 17, 100, 255, 256, 257, 1000}) {
      shapes.add(new int[] {0, columns});
      shapes.add(new int[] {3, columns});
    }
    return shapes;
  }

  // Rows.

  private static void normalizeRows(
      Backend by, Matrix z, float epsilon, Matrix r, Workspace workspace) {
    by.kernels()
        .normalizeRows(
            z.rows, z.columns, z.array, z.offset, z.stride, epsilon, r.array, r.offset, workspace);
  }

  private static void normalizeRowsBackward(
      Backend by, Matrix zHat, Matrix r, Matrix gamma, Matrix d, Workspace workspace) {
    by.kernels()
        .normalizeRowsBackward(
            d.rows,
            d.columns,
            zHat.array,
            zHat.offset,
            zHat.stride,
            r.array,
            r.offset,
            gamma.array,
            gamma.offset,
            d.array,
            d.offset,
            d.stride,
            workspace);
  }

  private void checkRows(int rows, int columns, int n, Values.Source values, Workspace workspace) {
    String what = rows + " x " + columns;
    float epsilon = n % 2 == 0 ? 1e-5f : 0.3f;
    Matrix z = Matrix.empty(Layout.number(n), rows, columns).draw(values);
    Matrix r = Matrix.empty(Layout.number(n / 3), 1, rows);
    Matrix expectedZ = z.copy();
    Matrix expectedR = r.copy();
    normalizeRows(backend(), z, epsilon, r, workspace);
    normalizeRows(reference(), expectedZ, epsilon, expectedR, referenceWorkspace());
    z.assertSame(expectedZ, () -> "zHat of " + what);
    r.assertSame(expectedR, () -> "r of " + what);

    Matrix gamma = Matrix.empty(Layout.number(n / 5), 1, columns).draw(values);
    Matrix d = Matrix.empty(Layout.number(n / 7), rows, columns).draw(values);
    Matrix expected = d.copy();
    Matrix zBefore = z.copy();
    Matrix gammaBefore = gamma.copy();
    Matrix rBefore = r.copy();
    normalizeRowsBackward(backend(), z, r, gamma, d, workspace);
    normalizeRowsBackward(reference(), z, r, gamma, expected, referenceWorkspace());
    d.assertSame(expected, () -> "backward of " + what);
    z.assertUnchanged(zBefore, () -> "zHat of " + what);
    r.assertUnchanged(rBefore, () -> "r of " + what);
    gamma.assertUnchanged(gammaBefore, () -> "gamma of " + what);
  }

  @Test
  void rowsOfEveryLength() {
    Values values = new Values(600);
    int number = 0;
    for (int[] shape : shapes()) {
      checkRows(shape[0], shape[1], number++, values::uniform, workspace());
      checkRows(shape[0], shape[1], number++, values::wide, workspace());
      checkRows(shape[0], shape[1], number++, values::strange, workspace());
    }
  }

  @Test
  @Tag("sample")
  void someRoworkspace() {
    Values values = new Values(601);
    checkRows(2, 37, 0, values::uniform, workspace());
    checkRows(3, 16, 1, values::wide, workspace());
    checkRows(1, 5, 2, values::uniform, workspace());
  }

  /**
   * Mean 5, differences -3, 1, 1, 1, variance 3, and with epsilon 1 a deviation of 2; then the
   * gradient of the paper's formula for h = 4, 0, 0, 0.
   */
  @Test
  @Tag("sample")
  void rowsByHand() {
    float[] z = {2, 6, 6, 6};
    float[] r = new float[1];
    kernels().normalizeRows(1, 4, z, 0, 4, 1, r, 0, workspace());
    assertArrayEquals(new float[] {-1.5f, 0.5f, 0.5f, 0.5f}, z);
    assertArrayEquals(new float[] {0.5f}, r);
    float[] y = new float[4];
    float[] gamma = {2, 2, 3, 4};
    kernels()
        .scaleAndShift(1, 4, z, 0, 4, gamma, 0, new float[] {1, 0, 1, 2}, 0, y, 0, 4, workspace());
    assertArrayEquals(new float[] {-2, 1, 2.5f, 4}, y);
    // p = 1, q = -1.5: 0.5 (h - 1 + 1.5 zHat)
    float[] d = {2, 0, 0, 0};
    kernels().normalizeRowsBackward(1, 4, z, 0, 4, r, 0, gamma, 0, d, 0, 4, workspace());
    assertArrayEquals(new float[] {0.375f, -0.125f, -0.125f, -0.125f}, d);
  }

  /** Partial sums as the 16-lane rule has them: lane 0 loses its ones, lane 5 keeps them. */
  @Test
  @Tag("sample")
  void sumsOfRowsFollowTheSixteenLaneRule() {
    float[] h = new float[48];
    h[0] = 0x1p24f;
    h[16] = 1;
    h[32] = 1;
    h[5] = 1;
    h[21] = 1;
    float[] ones = new float[48];
    Arrays.fill(ones, 1);
    float[] r = {1};
    kernels()
        .normalizeRowsBackward(1, 48, new float[48], 0, 48, r, 0, ones, 0, h, 0, 48, workspace());
    assertEquals(-(0x1p24f + 2) / 48, h[47]);
  }

  /** Commons Math, with a bound of the roundings on the way. */
  @Test
  void rowsHaveMeanZeroAndVarianceOne() {
    Values values = new Values(602);
    for (int n : new int[] {2, 3, 16, 33, 100, 1000}) {
      for (float mean : new float[] {0, 1, -30}) {
        float[] z = values.uniform(n);
        double[] wide = new double[n];
        for (int j = 0; j < n; j++) {
          z[j] += mean;
          wide[j] = z[j];
        }
        float[] r = new float[1];
        kernels().normalizeRows(1, n, z, 0, n, 1e-5f, r, 0, workspace());
        double center = StatUtils.mean(wide);
        double variance = StatUtils.populationVariance(wide);
        double inverse = 1 / Math.sqrt(variance + 1e-5f);
        double size = 0;
        for (double v : wide) {
          size += Math.abs(v) / n;
        }
        double ofMean = (n / 16.0 + 6) * U * size;
        double relative = (n / 32.0 + 8) * U + ofMean * ofMean * inverse * inverse;
        assertEquals(inverse, r[0], relative * inverse);
        for (int j = 0; j < n; j++) {
          double expected = (wide[j] - center) * inverse;
          double bound = ofMean * inverse + 2 * relative * Math.abs(expected);
          assertEquals(expected, z[j], bound, "element " + j + " of " + n);
          assertTrue(bound < 1e-3, "bound " + bound);
        }
      }
    }
  }

  @Test
  @Tag("sample")
  void whatIsNotFiniteStaysVisible() {
    for (float bad : new float[] {Float.NaN, Float.NEGATIVE_INFINITY, 3e38f, -1e20f}) {
      float[] z = new Values(603).uniform(2 * 40);
      float[] row = Arrays.copyOfRange(z, 0, 40);
      z[60] = bad;
      float[] r = new float[2];
      kernels().normalizeRows(2, 40, z, 0, 40, 1e-5f, r, 0, workspace());
      assertTrue(Float.isNaN(r[1]) && Float.isNaN(z[40]) && Float.isNaN(z[79]), "with " + bad);
      kernels().normalizeRows(1, 40, row, 0, 40, 1e-5f, new float[1], 0, workspace());
      Bits.assertSame(row, Arrays.copyOfRange(z, 0, 40), () -> "the row beside " + bad);
    }
  }

  /** A row of one value has no variance: epsilon alone is below it. */
  @Test
  @Tag("sample")
  void aConstantRowBecomesZero() {
    float[] z = new float[37];
    Arrays.fill(z, -7);
    float[] r = new float[1];
    kernels().normalizeRows(1, 37, z, 0, 37, 0.0625f, r, 0, workspace());
    assertArrayEquals(new float[37], z);
    assertEquals(4, r[0]);
  }

  // Columns.

  private static void normalizeColumns(
      Backend by, Matrix z, float epsilon, Matrix[] statistics, Workspace workspace) {
    by.kernels()
        .normalizeColumns(
            z.rows,
            z.columns,
            z.array,
            z.offset,
            z.stride,
            epsilon,
            statistics[0].array,
            statistics[0].offset,
            statistics[1].array,
            statistics[1].offset,
            statistics[2].array,
            statistics[2].offset,
            workspace);
  }

  private static void normalizeColumnsBackward(
      Backend by, Matrix zHat, Matrix[] vectors, Matrix d, Workspace workspace) {
    by.kernels()
        .normalizeColumnsBackward(
            d.rows,
            d.columns,
            zHat.array,
            zHat.offset,
            zHat.stride,
            vectors[0].array,
            vectors[0].offset,
            vectors[1].array,
            vectors[1].offset,
            vectors[2].array,
            vectors[2].offset,
            vectors[3].array,
            vectors[3].offset,
            d.array,
            d.offset,
            d.stride,
            workspace);
  }

  private void checkColumns(int rows, int columns, int n, Values.Source values, Workspace ws) {
    String what = rows + " x " + columns;
    float epsilon = n % 2 == 0 ? 1e-5f : 0.3f;
    Matrix z = Matrix.empty(Layout.number(n), rows, columns).draw(values);
    Matrix[] statistics = new Matrix[3];
    Matrix[] expectedStatistics = new Matrix[3];
    for (int i = 0; i < 3; i++) {
      statistics[i] = Matrix.empty(Layout.number(n / 3 + i), 1, columns);
      expectedStatistics[i] = statistics[i].copy();
    }
    Matrix expectedZ = z.copy();
    normalizeColumns(backend(), z, epsilon, statistics, ws);
    normalizeColumns(reference(), expectedZ, epsilon, expectedStatistics, referenceWorkspace());
    z.assertSame(expectedZ, () -> "zHat of " + what);
    for (int i = 0; i < 3; i++) {
      statistics[i].assertSame(expectedStatistics[i], () -> "statistics of " + what);
    }

    Matrix[] vectors = new Matrix[4];
    Matrix[] before = new Matrix[4];
    for (int i = 0; i < 4; i++) {
      vectors[i] = Matrix.empty(Layout.number(n / 5 + i), 1, columns).draw(values);
      before[i] = vectors[i].copy();
    }
    Matrix d = Matrix.empty(Layout.number(n / 7), rows, columns).draw(values);
    Matrix expected = d.copy();
    Matrix zBefore = z.copy();
    normalizeColumnsBackward(backend(), z, vectors, d, ws);
    normalizeColumnsBackward(reference(), z, vectors, expected, referenceWorkspace());
    d.assertSame(expected, () -> "backward of " + what);
    z.assertUnchanged(zBefore, () -> "zHat of " + what);
    for (int i = 0; i < 4; i++) {
      vectors[i].assertUnchanged(before[i], () -> "vectors of " + what);
    }
  }

  @Test
  void columnsOfEveryLength() {
    Values values = new Values(620);
    int number = 0;
    for (int columns = 0; columns <= 70; columns++) {
      checkColumns(2 + columns % 5, columns, number++, values::uniform, workspace());
      checkColumns(2 + columns % 3, columns, number++, values::strange, workspace());
    }
    for (int rows : new int[] {0, 1, 2, 127, 128, 129, 255, 256, 257, 384, 511, 513, 1000}) {
      for (int columns : new int[] {1, 16, 19, 50}) {
        checkColumns(rows, columns, number++, values::wide, workspace());
      }
    }
  }

  @Test
  @Tag("sample")
  void someColumns() {
    Values values = new Values(621);
    checkColumns(5, 37, 0, values::uniform, workspace());
    checkColumns(300, 3, 1, values::wide, workspace());
  }

  /** As the row by hand, twice side by side; the second half as much, with a variance of 0.75. */
  @Test
  @Tag("sample")
  void columnsByHand() {
    float[] z = {2, 6, 6, 8, 6, 8, 6, 8};
    float[] mean = new float[2];
    float[] variance = new float[2];
    float[] r = new float[2];
    kernels().normalizeColumns(4, 2, z, 0, 2, 1, mean, 0, variance, 0, r, 0, workspace());
    assertArrayEquals(new float[] {5, 7.5f}, mean);
    assertArrayEquals(new float[] {3, 0.75f}, variance);
    float second = 1 / (float) Math.sqrt(1.75f);
    assertArrayEquals(new float[] {0.5f, second}, r);
    assertArrayEquals(
        new float[] {
          -1.5f, -1.5f * second, 0.5f, 0.5f * second, 0.5f, 0.5f * second, 0.5f, 0.5f * second
        },
        z);
    // gamma 2, d = 4, 0, 0, 0: dbeta = 4, dgamma = -6, and 2 / 2 (d - 1 + 1.5 zHat)
    float[] d = {4, 0, 0, 0, 0, 0, 0, 0};
    kernels()
        .normalizeColumnsBackward(
            4,
            2,
            z,
            0,
            2,
            r,
            0,
            new float[] {2, 1},
            0,
            new float[] {-6, 0},
            0,
            new float[] {4, 0},
            0,
            d,
            0,
            2,
            workspace());
    assertArrayEquals(new float[] {0.75f, 0, -0.25f, 0, -0.25f, 0, -0.25f, 0}, d);
  }

  @Test
  void columnsHaveMeanZeroAndVarianceOne() {
    Values values = new Values(622);
    for (int rows : new int[] {2, 3, 100, 300, 1000}) {
      int columns = 21;
      float[] z = values.uniform(rows * columns);
      float[] before = z.clone();
      float[] mean = new float[columns];
      float[] variance = new float[columns];
      float[] r = new float[columns];
      kernels()
          .normalizeColumns(
              rows, columns, z, 0, columns, 1e-5f, mean, 0, variance, 0, r, 0, workspace());
      for (int j = 0; j < columns; j++) {
        double[] wide = new double[rows];
        double size = 0;
        for (int i = 0; i < rows; i++) {
          wide[i] = before[i * columns + j];
          size += Math.abs(wide[i]) / rows;
        }
        double center = StatUtils.mean(wide);
        double spread = StatUtils.populationVariance(wide);
        double inverse = 1 / Math.sqrt(spread + 1e-5f);
        double chain = Math.min(rows, 256) + rows / 256.0 + 2;
        double ofMean = chain * U * size;
        assertEquals(center, mean[j], ofMean);
        assertEquals(spread, variance[j], (chain + 3) * U * spread + ofMean * ofMean);
        double relative = (chain / 2 + 4) * U + ofMean * ofMean * inverse * inverse;
        assertEquals(inverse, r[j], relative * inverse);
        for (int i = 0; i < rows; i++) {
          double expected = (wide[i] - center) * inverse;
          double bound = ofMean * inverse + 2 * relative * Math.abs(expected);
          assertEquals(expected, z[i * columns + j], bound, "row " + i + " of " + rows);
          assertTrue(bound < 1e-3, "bound " + bound);
        }
      }
    }
  }

  @Test
  @Tag("sample")
  void whatIsNotFiniteSpoilsItsColumnOnly() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -3e38f, 1e20f}) {
      float[] z = new Values(623).uniform(4 * 20);
      float[] good = z.clone();
      z[2 * 20 + 7] = bad;
      float[] s = new float[60];
      kernels().normalizeColumns(4, 20, z, 0, 20, 1e-5f, s, 0, s, 20, s, 40, workspace());
      float[] t = new float[60];
      kernels().normalizeColumns(4, 20, good, 0, 20, 1e-5f, t, 0, t, 20, t, 40, workspace());
      for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 20; j++) {
          float expected = j == 7 ? Float.NaN : good[i * 20 + j];
          String what = bad + " in column 7, element " + i + ", " + j;
          Bits.assertSame(expected, z[i * 20 + j], () -> what);
        }
      }
    }
  }

  // Elements.

  private void checkColumnDots(int rows, int columns, int n, Values.Source v, Workspace workspace) {
    Matrix x = Matrix.empty(Layout.number(n), rows, columns).draw(v);
    Matrix y = Matrix.empty(Layout.number(n / 3), rows, columns).draw(v);
    Matrix s = Matrix.empty(Layout.number(n / 5 + 1), 1, columns);
    Matrix expected = s.copy();
    Matrix xBefore = x.copy();
    Matrix yBefore = y.copy();
    columnDots(backend(), x, y, s, workspace);
    columnDots(reference(), x, y, expected, referenceWorkspace());
    s.assertSame(expected, () -> "dots of " + rows + " x " + columns);
    x.assertUnchanged(xBefore, () -> "x of column dots");
    y.assertUnchanged(yBefore, () -> "y of column dots");
  }

  private static void columnDots(Backend by, Matrix x, Matrix y, Matrix s, Workspace workspace) {
    by.kernels()
        .columnDots(
            x.rows, x.columns, x.array, x.offset, x.stride, y.array, y.offset, y.stride, s.array,
            s.offset, workspace);
  }

  @Test
  void columnDots() {
    Values values = new Values(604);
    int number = 0;
    for (int columns = 0; columns <= 70; columns++) {
      checkColumnDots(1 + columns % 5, columns, number++, values::uniform, workspace());
    }
    for (int rows : new int[] {0, 1, 127, 128, 129, 255, 256, 257, 384, 511, 512, 513, 1000}) {
      for (int columns : new int[] {1, 16, 19, 50}) {
        checkColumnDots(rows, columns, number++, values::wide, workspace());
      }
    }
    for (int round = 0; round < 20; round++) {
      checkColumnDots(3, 40, number++, values::strange, workspace());
    }
  }

  /** A chunk of 256 rows is a sum of its own: 1 + 1 is not lost beside 2^24. */
  @Test
  @Tag("sample")
  void columnDotsFollowThe256ChunkRule() {
    float[] x = new float[3 * 258];
    float[] y = new float[3 * 258];
    Arrays.fill(y, 1);
    for (int j = 0; j < 3; j++) {
      x[j] = 0x1p24f;
      x[3 + j] = 1;
      x[3 * 256 + j] = 1;
      x[3 * 257 + j] = 1;
    }
    float[] s = new float[3];
    kernels().columnDots(258, 3, x, 0, 3, y, 0, 3, s, 0, workspace());
    float sum = 0x1p24f + 2;
    assertArrayEquals(new float[] {sum, sum, sum}, s);
  }

  private void checkScaleAndShift(int rows, int columns, int n, Values.Source v, Workspace ws) {
    String what = rows + " x " + columns;
    Matrix x = Matrix.empty(Layout.number(n), rows, columns).draw(v);
    Matrix gamma = Matrix.empty(Layout.number(n / 3), 1, columns).draw(v);
    Matrix beta = Matrix.empty(Layout.number(n / 5), 1, columns).draw(v);
    Matrix y = Matrix.empty(Layout.number(n / 7), rows, columns);
    Matrix expected = y.copy();
    Matrix before = x.copy();
    scaleAndShift(backend(), x, gamma, beta, y, ws);
    scaleAndShift(reference(), x, gamma, beta, expected, referenceWorkspace());
    y.assertSame(expected, () -> "scale and shift of " + what);
    x.assertUnchanged(before, () -> "x of scale and shift");
    scaleAndShift(backend(), x, gamma, beta, x, ws);
    x.assertSame(expected.in(Layout.number(n)), () -> what + " in place");
  }

  private static void scaleAndShift(
      Backend by, Matrix x, Matrix gamma, Matrix beta, Matrix y, Workspace workspace) {
    by.kernels()
        .scaleAndShift(
            x.rows,
            x.columns,
            x.array,
            x.offset,
            x.stride,
            gamma.array,
            gamma.offset,
            beta.array,
            beta.offset,
            y.array,
            y.offset,
            y.stride,
            workspace);
  }

  @Test
  void scaledAndShiftedRoworkspace() {
    Values values = new Values(605);
    int number = 0;
    for (int[] shape : shapes()) {
      checkScaleAndShift(shape[0], shape[1], number++, values::uniform, workspace());
      checkScaleAndShift(shape[0], shape[1], number++, values::strange, workspace());
    }
  }

  @Test
  void kernelsAreTheSameBitsWithEveryNumberOfThreads() {
    for (int threads : THREADS) {
      try (Workers workers = Workers.of(threads)) {
        Values values = new Values(606);
        Workspace workspace = usedWorkspace(workers);
        for (int columns : new int[] {333, 5}) {
          int rows = columns > 100 ? 500 : 40_000;
          checkRows(rows, columns, 4, values::uniform, workspace);
          checkColumns(rows, columns, 4, values::uniform, workspace);
          checkColumnDots(rows, columns, 4, values::uniform, workspace);
          checkScaleAndShift(rows, columns, 4, values::uniform, workspace);
        }
      }
    }
  }

  @Test
  void badArgumentsAreRefusedAndWriteNothing() {
    Kernels k = kernels();
    float[] in = ones(6);
    float[] out = ones(6);
    float[] two = ones(2);
    float[] three = ones(3);
    float[] o = three;
    Workspace w = workspace();
    List<Executable> bad =
        List.of(
            () -> k.normalizeRows(-1, 3, out, 0, 3, 1, two, 0, w),
            () -> k.normalizeRows(2, -3, out, 0, 3, 1, two, 0, w),
            () -> k.normalizeRows(2, 3, out, 1, 3, 1, two, 0, w),
            () -> k.normalizeRows(2, 3, out, 0, 2, 1, two, 0, w),
            () -> k.normalizeRows(2, 3, out, 0, 3, 1, two, 1, w),
            () -> k.normalizeRows(2, 3, out, 0, 3, 0, two, 0, w),
            () -> k.normalizeRows(2, 3, out, 0, 3, -1, two, 0, w),
            () -> k.normalizeRows(2, 3, out, 0, 3, Float.NaN, two, 0, w),
            () -> k.normalizeRows(2, 3, out, 0, 3, Float.POSITIVE_INFINITY, two, 0, w),
            () -> k.normalizeRowsBackward(-2, 3, in, 0, 3, two, 0, three, 0, out, 0, 3, w),
            () -> k.normalizeRowsBackward(2, 3, in, 1, 3, two, 0, three, 0, out, 0, 3, w),
            () -> k.normalizeRowsBackward(2, 3, in, 0, 2, two, 0, three, 0, out, 0, 3, w),
            () -> k.normalizeRowsBackward(2, 3, in, 0, 3, two, 1, three, 0, out, 0, 3, w),
            () -> k.normalizeRowsBackward(2, 3, in, 0, 3, two, 0, three, 1, out, 0, 3, w),
            () -> k.normalizeRowsBackward(2, 3, in, 0, 3, two, 0, three, 0, out, 1, 3, w),
            () -> k.normalizeRowsBackward(2, 3, in, 0, 3, two, 0, three, 0, out, 0, 2, w),
            () -> k.normalizeColumns(-2, 3, out, 0, 3, 1, o, 0, o, 0, o, 0, w),
            () -> k.normalizeColumns(2, 3, out, 1, 3, 1, o, 0, o, 0, o, 0, w),
            () -> k.normalizeColumns(2, 3, out, 0, 2, 1, o, 0, o, 0, o, 0, w),
            () -> k.normalizeColumns(2, 3, out, 0, 3, 0, o, 0, o, 0, o, 0, w),
            () -> k.normalizeColumns(2, 3, out, 0, 3, Float.NaN, o, 0, o, 0, o, 0, w),
            () -> k.normalizeColumns(2, 3, out, 0, 3, 1, o, 1, o, 0, o, 0, w),
            () -> k.normalizeColumns(2, 3, out, 0, 3, 1, o, 0, o, 1, o, 0, w),
            () -> k.normalizeColumns(2, 3, out, 0, 3, 1, o, 0, o, 0, o, 1, w),
            () -> backward(-2, in, 0, 3, 0, 0, 0, 0, out, 0, 3),
            () -> backward(2, in, 1, 3, 0, 0, 0, 0, out, 0, 3),
            () -> backward(2, in, 0, 2, 0, 0, 0, 0, out, 0, 3),
            () -> backward(2, in, 0, 3, 1, 0, 0, 0, out, 0, 3),
            () -> backward(2, in, 0, 3, 0, 1, 0, 0, out, 0, 3),
            () -> backward(2, in, 0, 3, 0, 0, 1, 0, out, 0, 3),
            () -> backward(2, in, 0, 3, 0, 0, 0, 1, out, 0, 3),
            () -> backward(2, in, 0, 3, 0, 0, 0, 0, out, 1, 3),
            () -> backward(2, in, 0, 3, 0, 0, 0, 0, out, 0, 2),
            () -> k.scaleAndShift(-2, 3, in, 0, 3, three, 0, three, 0, out, 0, 3, w),
            () -> k.scaleAndShift(2, 3, in, 1, 3, three, 0, three, 0, out, 0, 3, w),
            () -> k.scaleAndShift(2, 3, in, 0, 3, three, 1, three, 0, out, 0, 3, w),
            () -> k.scaleAndShift(2, 3, in, 0, 3, three, 0, three, 1, out, 0, 3, w),
            () -> k.scaleAndShift(2, 3, in, 0, 3, three, 0, three, 0, out, 1, 3, w),
            () -> k.scaleAndShift(2, 3, in, 0, 3, three, 0, three, 0, out, 0, 2, w),
            () -> k.columnDots(-2, 3, in, 0, 3, in, 0, 3, three, 0, w),
            () -> k.columnDots(2, 3, in, 1, 3, in, 0, 3, three, 0, w),
            () -> k.columnDots(2, 3, in, 0, 3, in, 0, 2, three, 0, w),
            () -> k.columnDots(2, 3, in, 0, 3, in, 1, 3, three, 0, w),
            () -> k.columnDots(2, 3, in, 0, 3, in, 0, 3, three, 1, w));
    for (int i = 0; i < bad.size(); i++) {
      String which = "call " + i;
      assertRefused(bad.get(i), "");
      for (float[] array : List.of(in, out, two, three)) {
        Bits.assertSame(ones(array.length), array, () -> "arrays after bad " + which);
      }
    }
  }

  /** Of columns of three vectors with these offsets. */
  private void backward(
      int rows,
      float[] zHat,
      int zo,
      int zs,
      int ro,
      int go,
      int dgo,
      int dbo,
      float[] d,
      int dO,
      int ds) {
    float[] v = ones(3);
    kernels()
        .normalizeColumnsBackward(
            rows, 3, zHat, zo, zs, v, ro, v, go, v, dgo, v, dbo, d, dO, ds, workspace());
  }

  private static float[] ones(int length) {
    float[] values = new float[length];
    Arrays.fill(values, 1);
    return values;
  }
}
