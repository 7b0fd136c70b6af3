package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.contract.Matrix.Layout;
import dev.nn.spi.Backend;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code C = op(A) op(B)} by the 256-chunk rule, for every shape, layout and number of threads. */
public abstract class MatmulContract extends BackendContract {
  /** Rows around the edges of tiles of 4, 6, 8 and 12. */
  private static final int[] ROWS = {1, 2, 4, 5, 6, 7, 8, 9, 11, 12, 13, 17, 31};

  /** Columns around the edges of 1 to 5 vectors of 4, 8 and 16 floats. */
  private static final int[] COLUMNS = {
    1, 2, 3, 4, 5, 7, 8, 9, 11, 13, 15, 16, 17, 31, 32, 33, 47, 48, 49, 63, 64, 65, 79, 81
  };

  /** Lengths of sums that go with {@link #ROWS} and {@link #COLUMNS} in turn; a chunk has 256. */
  private static final int[] DEPTHS = {1, 3, 16, 61, 2, 97, 255, 256, 257};

  /** Around one, two and four chunks, and primes. */
  private static final int[] LONG_DEPTHS = {0, 1, 251, 255, 256, 257, 511, 512, 513, 1000, 1021};

  private static final int[][] LONG_SHAPES = {{1, 1}, {1, 17}, {9, 1}, {8, 33}, {13, 48}, {31, 7}};

  private static final boolean[] BOTH = {false, true};

  /** The shape of one product. */
  private record Shape(boolean transposeA, boolean transposeB, int m, int n, int k) {
    Matrix a(Layout layout, Values.Source values) {
      return Matrix.empty(layout, transposeA ? k : m, transposeA ? m : k).draw(values);
    }

    Matrix b(Layout layout, Values.Source values) {
      return Matrix.empty(layout, transposeB ? n : k, transposeB ? k : n).draw(values);
    }

    Matrix c(Layout layout) {
      return Matrix.empty(layout, m, n);
    }
  }

  private static Matrix multiply(
      Backend backend, Workspace workspace, Shape shape, Matrix a, Matrix b, Matrix c) {
    backend
        .kernels()
        .matmul(
            shape.transposeA(),
            shape.transposeB(),
            shape.m(),
            shape.n(),
            shape.k(),
            a.array,
            a.offset,
            a.stride,
            b.array,
            b.offset,
            b.stride,
            c.array,
            c.offset,
            c.stride,
            workspace);
    return c;
  }

  private Matrix expected(Shape shape, Matrix a, Matrix b) {
    Workspace workspace = reference().workspace(Workers.caller());
    return multiply(reference(), workspace, shape, a, b, shape.c(Layout.TIGHT));
  }

  /** Multiplies in the n-th choice of layouts and compares with the reference. */
  private void check(Shape shape, int n, Workspace workspace, Values.Source values) {
    Matrix a = shape.a(Layout.number(n), values);
    Matrix b = shape.b(Layout.number(n / 3 + 1), values);
    Matrix c = shape.c(Layout.number(n / 9 + 2));
    Matrix aBefore = a.copy();
    Matrix bBefore = b.copy();
    multiply(backend(), workspace, shape, a, b, c)
        .assertSame(expected(shape, a, b), shape::toString);
    a.assertUnchanged(aBefore, () -> "A of " + shape);
    b.assertUnchanged(bBefore, () -> "B of " + shape);
  }

  private void checkAll(int[] ms, int[] ns, int[] ks, boolean cross) {
    Workspace workspace = workspace();
    Values values = new Values(1);
    int number = 0;
    for (boolean transposeA : BOTH) {
      for (boolean transposeB : BOTH) {
        for (int m : ms) {
          for (int n : ns) {
            for (int k : cross ? ks : new int[] {ks[number % ks.length]}) {
              Shape shape = new Shape(transposeA, transposeB, m, n, k);
              check(shape, number, workspace, values::uniform);
              number++;
            }
          }
        }
      }
    }
  }

  @Test
  @Tag("sample")
  void fewSmallShapes() {
    checkAll(new int[] {1, 7, 9}, new int[] {1, 5, 17, 33}, new int[] {0, 1, 19, 257}, true);
  }

  @Test
  void shapesAroundTheEdgesOfBlocks() {
    checkAll(ROWS, COLUMNS, DEPTHS, false);
  }

  @Test
  void sumsAroundTheEdgesOfChunks() {
    for (int[] shape : LONG_SHAPES) {
      checkAll(new int[] {shape[0]}, new int[] {shape[1]}, LONG_DEPTHS, true);
    }
  }

  /** Operands of several cache blocks, and long and thin ones, on one thread. */
  @ParameterizedTest
  @CsvSource({
    // Few rows and a B too large for the cache.
    "1, 257, 520",
    "2, 1030, 261",
    "3, 515, 300",
    "7, 700, 200",
    "10, 1025, 258",
    "11, 519, 257",
    // Wide enough to pack both operands; narrow; and what lies just beside.
    "257, 385, 258",
    "256, 384, 33",
    "255, 383, 40",
    "130, 129, 300",
    "17, 130, 258",
    "97, 513, 257",
    "96, 512, 256",
    "191, 140, 300",
    "13, 600, 100",
    "12, 1030, 70",
    "600, 13, 40",
    "1, 1100, 300",
    "1100, 1, 300",
    "14, 129, 256",
    // Sums of more chunks than are made at a time.
    "140, 401, 1300",
    "130, 65, 1025",
    "8, 1000, 1030",
    "5, 150, 1031",
    "40, 5, 1100",
    "13, 7, 1029"
  })
  void shapesOfSeveralCacheBlocks(int m, int n, int k) {
    checkAll(new int[] {m}, new int[] {n}, new int[] {k}, true);
  }

  @Test
  void emptyShapesWriteNothing() {
    int[] zero = {0};
    int[] some = {0, 1, 5};
    checkAll(zero, some, some, true);
    checkAll(some, zero, some, true);
  }

  @Test
  void sumsOfNothingArePositiveZero() {
    Shape shape = new Shape(false, true, 3, 4, 0);
    Matrix a = shape.a(Layout.TIGHT, () -> 1f);
    Matrix b = shape.b(Layout.TIGHT, () -> 1f);
    multiply(backend(), workspace(), shape, a, b, shape.c(Layout.LOOSE))
        .assertSame(shape.c(Layout.TIGHT).fill((i, j) -> 0f), shape::toString);
  }

  @Test
  void sumsOfNegativeZerosArePositiveZero() {
    for (int k : new int[] {1, 16, 256, 257}) {
      Shape shape = new Shape(false, false, 5, 19, k);
      Matrix a = shape.a(Layout.TIGHT, () -> -0f);
      Matrix b = shape.b(Layout.TIGHT, () -> 1f);
      multiply(backend(), workspace(), shape, a, b, shape.c(Layout.LOOSE))
          .assertSame(shape.c(Layout.TIGHT).fill((i, j) -> 0f), shape::toString);
    }
  }

  @ParameterizedTest
  @CsvSource({"130, 263, 517", "5000, 3, 40", "3, 1000, 300", "5, 7, 20000", "96, 10, 784"})
  void everyNumberOfThreadsGivesTheSameBits(int m, int n, int k) {
    Values values = new Values(2);
    for (boolean transposeA : BOTH) {
      for (boolean transposeB : BOTH) {
        Shape shape = new Shape(transposeA, transposeB, m, n, k);
        Matrix a = shape.a(Layout.LOOSE, values::uniform);
        Matrix b = shape.b(Layout.FLUSH, values::uniform);
        Matrix expected = expected(shape, a, b);
        for (int threads : THREADS) {
          try (Workers workers = Workers.of(threads)) {
            multiply(backend(), usedWorkspace(workers), shape, a, b, shape.c(Layout.LOOSE))
                .assertSame(expected, () -> shape + " with " + threads + " threads");
          }
        }
      }
    }
  }

  @Test
  void zerosSubnormalsAndOverflowAreKept() {
    Workspace workspace = workspace();
    Values values = new Values(3);
    int number = 0;
    for (float scale : new float[] {0x1p-70f, 0x1p-76f, 0x1p61f, 0x1p64f}) {
      for (int k : new int[] {1, 17, 300}) {
        Shape shape = new Shape(number % 2 == 0, number % 3 == 0, 9, 35, k);
        check(shape, number++, workspace, () -> values.wide() * scale);
      }
    }
    Shape shape = new Shape(false, false, 9, 35, 3);
    Matrix a = shape.a(Layout.TIGHT, () -> values.uniform() * 0x1p-70f);
    Matrix b = shape.b(Layout.TIGHT, () -> values.uniform() * 0x1p-70f);
    Matrix c = multiply(backend(), workspace, shape, a, b, shape.c(Layout.TIGHT));
    int subnormal = 0;
    for (float value : c.array) {
      if (value != 0 && Math.abs(value) < Float.MIN_NORMAL) {
        subnormal++;
      }
    }
    assertTrue(subnormal > 9 * 35 / 2, "subnormal results: " + subnormal);
  }

  @Test
  void mixturesOfStrangeValuesAreComputedAlike() {
    Workspace workspace = workspace();
    Values values = new Values(4);
    for (int number = 0; number < 40; number++) {
      Shape shape =
          new Shape(
              number % 2 == 0,
              number / 2 % 2 == 0,
              1 + values.below(20),
              1 + values.below(50),
              1 + values.below(12));
      check(shape, number, workspace, values::strange);
    }
  }

  /** Products and sums of small integers are exact in any order: no tolerance, and no reference. */
  @ParameterizedTest
  @CsvSource({"1, 1, 1", "8, 16, 256", "9, 17, 257", "33, 31, 600", "2, 49, 1000", "61, 3, 127"})
  void integersAreExact(int m, int n, int k) {
    Workspace workspace = workspace();
    Values values = new Values(5);
    for (boolean transposeA : BOTH) {
      for (boolean transposeB : BOTH) {
        Shape shape = new Shape(transposeA, transposeB, m, n, k);
        Matrix a = shape.a(Layout.LOOSE, () -> (float) values.integer(50));
        Matrix b = shape.b(Layout.LOOSE, () -> (float) values.integer(50));
        Matrix c = multiply(backend(), workspace, shape, a, b, shape.c(Layout.LOOSE));
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            long exact = 0;
            for (int p = 0; p < k; p++) {
              float left = transposeA ? a.get(p, i) : a.get(i, p);
              float right = transposeB ? b.get(j, p) : b.get(p, j);
              exact += ((long) left) * ((long) right);
            }
            assertEquals((float) exact, c.get(i, j), shape + " [" + i + "][" + j + "]");
          }
        }
      }
    }
  }

  /** The error bound of blocked summation: (256 + K/256) eps sum |a b|. */
  @ParameterizedTest
  @CsvSource({"7, 9, 30", "20, 33, 256", "11, 18, 1500"})
  void errorsAreBounded(int m, int n, int k) {
    Values values = new Values(6);
    for (boolean transposeA : BOTH) {
      for (boolean transposeB : BOTH) {
        Shape shape = new Shape(transposeA, transposeB, m, n, k);
        Matrix a = shape.a(Layout.TIGHT, values::wide);
        Matrix b = shape.b(Layout.TIGHT, values::wide);
        Matrix c = multiply(backend(), workspace(), shape, a, b, shape.c(Layout.TIGHT));
        RealMatrix left = operand(a, transposeA, false);
        RealMatrix right = operand(b, transposeB, false);
        RealMatrix exact = left.multiply(right);
        RealMatrix magnitude = operand(a, transposeA, true).multiply(operand(b, transposeB, true));
        double factor = (Math.min(k, 256) + Math.ceil(k / 256.0)) * 0x1p-24;
        for (int i = 0; i < m; i++) {
          for (int j = 0; j < n; j++) {
            assertEquals(
                exact.getEntry(i, j),
                c.get(i, j),
                factor * magnitude.getEntry(i, j),
                shape + " [" + i + "][" + j + "]");
          }
        }
      }
    }
  }

  private static RealMatrix operand(Matrix matrix, boolean transpose, boolean magnitudes) {
    RealMatrix real = new Array2DRowRealMatrix(matrix.rows, matrix.columns);
    for (int i = 0; i < matrix.rows; i++) {
      for (int j = 0; j < matrix.columns; j++) {
        double value = matrix.get(i, j);
        real.setEntry(i, j, magnitudes ? Math.abs(value) : value);
      }
    }
    return transpose ? real.transpose() : real;
  }

  /** One NaN in A shows in its whole row of C and nowhere else; likewise B and its column. */
  @Test
  @Tag("sample")
  void oneNanShowsWhereItBelongs() {
    Workspace workspace = workspace();
    for (boolean transposeA : BOTH) {
      for (boolean transposeB : BOTH) {
        for (int at : new int[] {0, 8, 18}) {
          Shape shape = new Shape(transposeA, transposeB, 19, 37, 20);
          Matrix a = shape.a(Layout.TIGHT, () -> 0f);
          Matrix b = shape.b(Layout.TIGHT, () -> 1f);
          a.set(transposeA ? 3 : at, transposeA ? at : 3, Float.NaN);
          Matrix c = multiply(backend(), workspace, shape, a, b, shape.c(Layout.TIGHT));
          c.assertSame(
              shape.c(Layout.TIGHT).fill((i, j) -> i == at ? Float.NaN : 0f),
              () -> "NaN in A, " + shape);
          a.fill((i, j) -> 0f);
          b.set(transposeB ? at : 3, transposeB ? 3 : at, Float.POSITIVE_INFINITY);
          c = multiply(backend(), workspace, shape, a, b, shape.c(Layout.TIGHT));
          // 0 * infinity is a NaN: a factor of zero is no reason to leave a product out.
          c.assertSame(
              shape.c(Layout.TIGHT).fill((i, j) -> j == at ? Float.NaN : 0f),
              () -> "infinity in B, " + shape);
        }
      }
    }
  }

  /** Scratch memory full of NaN from an earlier call must not reach a later one. */
  @Test
  void aWorkspaceRemembersNothing() {
    Workspace workspace = workspace();
    Values values = new Values(7);
    Shape big = new Shape(true, true, 70, 90, 600);
    multiply(
        backend(),
        workspace,
        big,
        big.a(Layout.TIGHT, () -> Float.NaN),
        big.b(Layout.TIGHT, () -> Float.NaN),
        big.c(Layout.TIGHT));
    int number = 0;
    for (int m : new int[] {1, 13, 40}) {
      for (int n : new int[] {1, 21, 50}) {
        for (int k : new int[] {1, 100, 300}) {
          check(
              new Shape(number % 2 == 0, number % 3 == 0, m, n, k),
              number++,
              workspace,
              values::uniform);
        }
      }
    }
  }

  @Test
  void bothOperandsMayBeTheSameArray() {
    Shape shape = new Shape(false, true, 21, 21, 300);
    Matrix a = shape.a(Layout.LOOSE, new Values(8)::uniform);
    multiply(backend(), workspace(), shape, a, a, shape.c(Layout.LOOSE))
        .assertSame(expected(shape, a, a), () -> "A A^T");
  }

  @Test
  void manyCallersAtOnce() throws Exception {
    concurrently(
        tasks(
            6,
            number -> {
              Workspace workspace = usedWorkspace(Workers.caller());
              Values values = new Values(100 + number);
              for (int round = 0; round < 20; round++) {
                Shape shape =
                    new Shape(
                        number % 2 == 0,
                        round % 2 == 0,
                        1 + values.below(40),
                        1 + values.below(60),
                        1 + values.below(400));
                check(shape, round, workspace, values::uniform);
              }
            }));
  }

  @Test
  void badShapesAreRefusedAndWriteNothing() {
    // m n k, A: length offset stride, B likewise, C likewise; 3 x 4 times 4 x 5 fits.
    int[][] bad = {
      {-1, 5, 4, 12, 0, 4, 20, 0, 5, 15, 0, 5},
      {3, -1, 4, 12, 0, 4, 20, 0, 5, 15, 0, 5},
      {3, 5, -1, 12, 0, 4, 20, 0, 5, 15, 0, 5},
      {3, 5, 4, 12, 0, 3, 20, 0, 5, 15, 0, 5},
      {3, 5, 4, 12, 0, 4, 20, 0, 4, 15, 0, 5},
      {3, 5, 4, 12, 0, 4, 20, 0, 5, 15, 0, 4},
      {3, 5, 4, 11, 0, 4, 20, 0, 5, 15, 0, 5},
      {3, 5, 4, 12, 0, 4, 19, 0, 5, 15, 0, 5},
      {3, 5, 4, 12, 0, 4, 20, 0, 5, 14, 0, 5},
      {3, 5, 4, 12, 1, 4, 20, 0, 5, 15, 0, 5},
      {3, 5, 4, 12, 0, 4, 20, 1, 5, 15, 0, 5},
      {3, 5, 4, 12, 0, 4, 20, 0, 5, 15, 1, 5},
      {3, 5, 4, 12, -1, 4, 20, 0, 5, 15, 0, 5},
      {3, 5, 4, 12, 0, 4, 20, -1, 5, 15, 0, 5},
      {3, 5, 4, 12, 0, 4, 20, 0, 5, 15, -1, 5},
      {3, 5, 4, 12, 0, -4, 20, 0, 5, 15, 0, 5},
      {3, 5, 4, 12, 0, 1 << 30, 20, 0, 5, 15, 0, 5},
      {3, 5, 4, 12, Integer.MAX_VALUE, 4, 20, 0, 5, 15, 0, 5},
      {1 << 30, 1 << 30, 4, 12, 0, 4, 20, 0, 5, 15, 0, 5},
    };
    for (int[] s : bad) {
      float[] c = filled(s[9]);
      assertThrows(
          IllegalArgumentException.class,
          () ->
              backend()
                  .kernels()
                  .matmul(
                      false,
                      false,
                      s[0],
                      s[1],
                      s[2],
                      filled(s[3]),
                      s[4],
                      s[5],
                      filled(s[6]),
                      s[7],
                      s[8],
                      c,
                      s[10],
                      s[11],
                      workspace()),
          () -> java.util.Arrays.toString(s));
      for (float value : c) {
        assertEquals(1f, value, () -> "written by " + java.util.Arrays.toString(s));
      }
    }
    // The same sizes with both operands stored the other way round.
    assertRefused(
        () ->
            backend()
                .kernels()
                .matmul(
                    true,
                    true,
                    3,
                    5,
                    4,
                    filled(12),
                    0,
                    2,
                    filled(20),
                    0,
                    4,
                    filled(15),
                    0,
                    5,
                    workspace()),
        "a",
        "4 x 3",
        "stride 2",
        "12");
    assertRefused(
        () ->
            backend()
                .kernels()
                .matmul(
                    true,
                    true,
                    3,
                    5,
                    4,
                    filled(12),
                    0,
                    3,
                    filled(20),
                    0,
                    3,
                    filled(15),
                    0,
                    5,
                    workspace()),
        "b",
        "5 x 4",
        "stride 3",
        "20");
  }

  private static float[] filled(int length) {
    float[] values = new float[length];
    java.util.Arrays.fill(values, 1f);
    return values;
  }

  @Test
  void aRowOfTheProductDoesNotDependOnTheOthers() {
    Values values = new Values(9);
    Shape shape = new Shape(false, false, 40, 50, 300);
    Matrix a = shape.a(Layout.TIGHT, values::uniform);
    Matrix b = shape.b(Layout.TIGHT, values::uniform);
    Matrix whole = multiply(backend(), workspace(), shape, a, b, shape.c(Layout.TIGHT));
    Workspace workspace = workspace();
    for (int row = 0; row < shape.m(); row++) {
      int only = row;
      Shape single = new Shape(false, false, 1, 50, 300);
      Matrix alone = single.a(Layout.TIGHT, () -> 0f).fill((i, k) -> a.get(only, k));
      multiply(backend(), workspace, single, alone, b, single.c(Layout.LOOSE))
          .assertSame(
              single.c(Layout.TIGHT).fill((i, j) -> whole.get(only, j)), () -> "row " + only);
    }
    assertFalse(Float.isNaN(whole.get(0, 0)));
  }
}
