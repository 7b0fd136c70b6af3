package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Loss;
import dev.nn.contract.Matrix.Layout;
import dev.nn.spi.Backend;
import dev.nn.spi.ElementaryFunction;
import dev.nn.spi.Kernels;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The stateless kernels beside the product: elementwise functions, reductions, losses, updates. */
public abstract class KernelsContract extends BackendContract {
  /** Every length around one to four 512-bit vectors: no tail is left out. */
  private static final int LENGTHS = 70;

  private static final float[] SPECIAL = {
    0f,
    -0f,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    Float.MIN_NORMAL,
    -Float.MIN_NORMAL,
    0x1.fffffcp-127f,
    -0x1.fffffcp-127f,
    1f,
    -1f,
    0.5f,
    -0.5f,
    0x1.fffffep-1f,
    0x1.000002p0f,
    -0x1.fffffep-1f,
    88.72283f,
    88.72284f,
    -87.33655f,
    -103.97208f,
    -103.97209f,
    -104f,
    9.010913f,
    -9.010913f,
    17f,
    -17f,
    1e4f,
    -1e4f,
    Float.MAX_VALUE,
    -Float.MAX_VALUE,
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.NaN,
    Float.intBitsToFloat(0xFFC0_0001),
    Float.intBitsToFloat(0x7F80_0001)
  };

  private Kernels kernels() {
    return backend().kernels();
  }

  private Workspace referenceWorkspace() {
    return reference().workspace(Workers.caller());
  }

  private static List<Activation> elementwise() {
    return Stream.of(Activation.values()).filter(g -> g != Activation.SOFTMAX).toList();
  }

  /** All lengths with one row, and some shapes with several. */
  private static List<int[]> shapes() {
    List<int[]> shapes = new ArrayList<>();
    for (int columns = 0; columns <= LENGTHS; columns++) {
      shapes.add(new int[] {1, columns});
    }
    for (int columns : new int[] {1, 2, 15, 16, 17, 33, 250}) {
      shapes.add(new int[] {0, columns});
      shapes.add(new int[] {3, columns});
    }
    return shapes;
  }

  // Elementary functions.

  private static float[] apply(Backend backend, ElementaryFunction function, float[] x) {
    float[] y = new float[x.length];
    backend.kernels().apply(function, x.length, x, 0, y, 0, backend.workspace(Workers.caller()));
    return y;
  }

  private void checkFunction(ElementaryFunction function, float[] x) {
    float[] y = apply(backend(), function, x);
    float[] expected = apply(reference(), function, x);
    double bound = Accuracy.boundInUlps(function);
    for (int i = 0; i < x.length; i++) {
      float argument = x[i];
      float value = y[i];
      Bits.assertSame(expected[i], value, () -> function + "(" + argument + ")");
      double ulps = Accuracy.ulps(value, Accuracy.exact(function, argument));
      if (!(ulps <= bound)) {
        throw new AssertionError(
            function
                + "("
                + Float.toHexString(argument)
                + ") = "
                + Float.toHexString(value)
                + " is wrong by "
                + ulps
                + " ulps");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  @Tag("sample")
  void functionsOfSpecialAndSomeOtherValues(ElementaryFunction function) {
    checkFunction(function, SPECIAL);
    Values values = new Values(30);
    float[] x = new float[2000];
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 2 == 0 ? values.anyBits() : 20 * values.uniform();
    }
    checkFunction(function, x);
  }

  /** More than a thousand values for each sign and exponent, and the arguments that matter most. */
  @ParameterizedTest
  @EnumSource
  void functionsOfEveryExponent(ElementaryFunction function) {
    Values values = new Values(31);
    float[] x = new float[900_000];
    for (int i = 0; i < x.length; i++) {
      x[i] =
          switch (i % 3) {
            case 0 -> Float.intBitsToFloat((i / 3 % 512) << 23 | values.below(1 << 23));
            case 1 -> 110 * values.uniform();
            default -> 1 + values.uniform();
          };
    }
    checkFunction(function, x);
  }

  /** Where the true value is one that everybody knows, it is exact. */
  @Test
  @Tag("sample")
  void knownValuesAreExact() {
    float infinity = Float.POSITIVE_INFINITY;
    float[][] known = {
      {0, 1, -0f, 1, infinity, infinity, -infinity, 0, 89, infinity, -105, 0},
      {0, 0, -0f, -0f, infinity, infinity, -infinity, -1, 89, infinity, -30, -1},
      {1, 0, 0, -infinity, -0f, -infinity, infinity, infinity, -1, Float.NaN, -infinity, Float.NaN},
      {0, 0, -0f, -0f, -1, -infinity, infinity, infinity, -2, Float.NaN, -infinity, Float.NaN},
      {0, 0, -0f, -0f, infinity, 1, -infinity, -1, 20, 1, -20, -1},
      {0, 0.5f, -0f, 0.5f, infinity, 1, -infinity, 0, 40, 1, -200, 0},
      {0, 0, -0f, -0f, infinity, 1, -infinity, -1, 5, 1, -5, -1},
    };
    ElementaryFunction[] functions = ElementaryFunction.values();
    assertEquals(functions.length, known.length);
    for (int f = 0; f < functions.length; f++) {
      for (int i = 0; i < known[f].length; i += 2) {
        ElementaryFunction function = functions[f];
        float x = known[f][i];
        float y = apply(backend(), function, new float[] {x})[0];
        Bits.assertSame(known[f][i + 1], y, () -> function + "(" + x + ")");
      }
      ElementaryFunction function = functions[f];
      assertTrue(Float.isNaN(apply(backend(), function, new float[] {Float.NaN})[0]));
    }
  }

  /** The functions are increasing, from each float to the next as well. */
  @ParameterizedTest
  @EnumSource
  void functionsAreMonotone(ElementaryFunction function) {
    Values values = new Values(32);
    for (int run = 0; run < 200; run++) {
      float start =
          switch (run % 4) {
            case 0 -> 110 * values.uniform();
            case 1 -> 10 * values.uniform();
            case 2 -> values.wide();
            default -> SPECIAL[run / 4 % SPECIAL.length];
          };
      float[] x = new float[500];
      x[0] = start;
      for (int i = 1; i < x.length; i++) {
        x[i] = Math.nextUp(x[i - 1]);
      }
      float[] y = apply(backend(), function, x);
      for (int i = 1; i < y.length; i++) {
        if (y[i] < y[i - 1]) {
          throw new AssertionError(
              function + " decreases from " + Float.toHexString(x[i - 1]) + " to the next float");
        }
      }
    }
    float[] sorted = new float[20_000];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = values.wide();
    }
    java.util.Arrays.sort(sorted);
    float[] y = apply(backend(), function, sorted);
    for (int i = 1; i < y.length; i++) {
      float from = sorted[i - 1];
      float to = sorted[i];
      assertTrue(!(y[i] < y[i - 1]), () -> function + " decreases from " + from + " to " + to);
    }
  }

  @ParameterizedTest
  @EnumSource
  void functionsInEveryLayout(ElementaryFunction function) {
    Values values = new Values(33);
    Workspace workspace = workspace();
    for (int length = 0; length <= LENGTHS; length++) {
      Matrix x = Matrix.empty(Layout.number(length), 1, length).draw(values::strange);
      Matrix y = Matrix.empty(Layout.number(length / 3 + 1), 1, length);
      Matrix before = x.copy();
      kernels().apply(function, length, x.array, x.offset, y.array, y.offset, workspace);
      Matrix expected = Matrix.empty(Layout.TIGHT, 1, length);
      reference()
          .kernels()
          .apply(function, length, x.array, x.offset, expected.array, 0, referenceWorkspace());
      String what = function + " of " + length;
      y.assertSame(expected, () -> what);
      x.assertUnchanged(before, () -> what);
      kernels().apply(function, length, x.array, x.offset, x.array, x.offset, workspace);
      x.assertSame(expected, () -> what + " in place");
    }
  }

  // Activations and their derivatives.

  private static void activate(
      Backend backend, Activation activation, Matrix a, Workspace workspace) {
    backend
        .kernels()
        .activate(activation, a.rows, a.columns, a.array, a.offset, a.stride, workspace);
  }

  private void checkActivation(Activation activation, int[] shape, int n, Values.Source values) {
    Matrix a = Matrix.empty(Layout.number(n), shape[0], shape[1]).draw(values);
    Matrix expected = a.copy();
    Matrix before = a.copy();
    activate(backend(), activation, a, workspace());
    activate(reference(), activation, expected, referenceWorkspace());
    a.assertSame(expected, () -> activation + " of " + text(before));
  }

  private static String text(Matrix matrix) {
    StringBuilder text = new StringBuilder(matrix.rows + " x " + matrix.columns);
    for (int j = 0; matrix.rows > 0 && j < matrix.columns && j < 20; j++) {
      text.append(j == 0 ? " starting with " : " ").append(matrix.get(0, j));
    }
    return text.toString();
  }

  @ParameterizedTest
  @EnumSource
  void activations(Activation activation) {
    Values values = new Values(34);
    int number = 0;
    for (int[] shape : shapes()) {
      checkActivation(activation, shape, number++, () -> 5 * values.uniform());
      checkActivation(activation, shape, number++, values::strange);
      checkActivation(activation, shape, number++, () -> 1e4f * values.uniform());
    }
    for (float special : SPECIAL) {
      checkActivation(activation, new int[] {1, 21}, number++, () -> special);
    }
    checkActivation(activation, new int[] {1, 5000}, number, values::anyBits);
  }

  @Test
  @Tag("sample")
  void activationsOfAFewShapes() {
    Values values = new Values(35);
    for (Activation activation : Activation.values()) {
      for (int columns : new int[] {1, 9, 16, 37}) {
        checkActivation(activation, new int[] {2, columns}, columns, () -> 5 * values.uniform());
        checkDerivative(activation, new int[] {2, columns}, columns, values::uniform);
      }
    }
  }

  /** Probabilities of any finite logits are finite and add up to 1. */
  @Test
  void softmaxAddsUpToOne() {
    Values values = new Values(36);
    for (int columns : new int[] {2, 3, 10, 100, 1000}) {
      for (float scale : new float[] {1, 100, 1e4f, 1e30f}) {
        Matrix a = Matrix.empty(Layout.TIGHT, 1, columns).draw(() -> scale * values.uniform());
        activate(backend(), Activation.SOFTMAX, a, workspace());
        double sum = 0;
        for (float p : a.array) {
          assertTrue(p >= 0 && p <= 1, () -> "a probability is " + p);
          sum += p;
        }
        // Each quotient is off by half an ulp; the 16-lane sum by (columns/16 + 5) eps.
        assertEquals(1, sum, (columns / 16.0 + 6) * 0x1p-24);
      }
    }
  }

  private void checkDerivative(Activation activation, int[] shape, int n, Values.Source values) {
    if (activation == Activation.SOFTMAX) {
      return;
    }
    Matrix a = Matrix.empty(Layout.number(n), shape[0], shape[1]).draw(values);
    Matrix before = a.copy();
    Matrix d = Matrix.empty(Layout.number(n / 3 + 1), shape[0], shape[1]).draw(values);
    Matrix expected = d.copy();
    multiplyByDerivative(backend(), activation, a, d, workspace());
    multiplyByDerivative(reference(), activation, a, expected, referenceWorkspace());
    d.assertSame(expected, () -> "derivative of " + activation + ", a is " + text(a));
    a.assertUnchanged(before, () -> "a of the derivative of " + activation);
  }

  private static void multiplyByDerivative(
      Backend backend, Activation activation, Matrix a, Matrix d, Workspace workspace) {
    backend
        .kernels()
        .multiplyByDerivative(
            activation,
            a.rows,
            a.columns,
            a.array,
            a.offset,
            a.stride,
            d.array,
            d.offset,
            d.stride,
            workspace);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOFTMAX")
  void derivatives(Activation activation) {
    Values values = new Values(37);
    int number = 0;
    for (int[] shape : shapes()) {
      checkDerivative(activation, shape, number++, values::uniform);
      checkDerivative(activation, shape, number++, values::strange);
    }
  }

  // Reductions.

  private void checkReductions(float[] x, int offset, int length, String what) {
    Workspace workspace = workspace();
    Kernels expected = reference().kernels();
    Bits.assertSame(
        expected.sum(length, x, offset, referenceWorkspace()),
        kernels().sum(length, x, offset, workspace),
        () -> "sum of " + what);
    Bits.assertSame(
        expected.max(length, x, offset, referenceWorkspace()),
        kernels().max(length, x, offset, workspace),
        () -> "max of " + what);
  }

  @Test
  void sumsAndMaximaOfEveryLength() {
    Values values = new Values(38);
    for (int length = 0; length <= LENGTHS; length++) {
      for (int round = 0; round < 6; round++) {
        Values.Source source =
            switch (round % 3) {
              case 0 -> values::uniform;
              case 1 -> values::wide;
              default -> values::strange;
            };
        Matrix x = Matrix.empty(Layout.number(round), 1, length).draw(source);
        Matrix before = x.copy();
        checkReductions(x.array, x.offset, length, text(x));
        x.assertUnchanged(before, () -> "the arguments of sum and max");
      }
    }
    for (int length : new int[] {255, 256, 257, 1000, 4099}) {
      checkReductions(values.uniform(length + 1), 1, length, length + " values");
    }
  }

  @Test
  @Tag("sample")
  void sumsAndMaximaOfSomeLengths() {
    Values values = new Values(39);
    for (int length : new int[] {0, 1, 15, 16, 17, 40, 70}) {
      checkReductions(values.uniform(length + 1), 1, length, length + " values");
    }
    float[] zeros = {-0f, 0f, -0f};
    Bits.assertSame(0f, kernels().max(3, zeros, 0, workspace()), () -> "max of both zeros");
    Bits.assertSame(0f, kernels().sum(0, zeros, 0, workspace()), () -> "sum of nothing");
    Bits.assertSame(
        Float.NEGATIVE_INFINITY, kernels().max(0, zeros, 0, workspace()), () -> "max of nothing");
    for (int at = 0; at < 40; at++) {
      float[] x = values.uniform(40);
      x[at] = Float.NaN;
      assertTrue(Float.isNaN(kernels().max(40, x, 0, workspace())), "max with NaN at " + at);
      assertTrue(Float.isNaN(kernels().sum(40, x, 0, workspace())), "sum with NaN at " + at);
      x[at] = 7;
      assertEquals(7f, kernels().max(40, x, 0, workspace()), "max with the greatest at " + at);
    }
  }

  /**
   * Lane l adds elements l, l + 16, ...: seen from a sum whose every other order rounds otherwise.
   */
  @Test
  @Tag("sample")
  void sumsFollowTheSixteenLaneRule() {
    float[] x = new float[48];
    x[0] = 0x1p24f;
    x[16] = 1;
    x[32] = 1;
    x[5] = 1;
    x[21] = 1;
    // Lane 0 loses both its ones, lane 5 makes 2 of its own.
    assertEquals(0x1p24f + 2, kernels().sum(48, x, 0, workspace()));
    float[] y = new float[16];
    y[0] = 0x1p24f;
    y[8] = 1;
    y[4] = 1;
    y[12] = 1;
    // First 0 + 8 and 4 + 12, then 0 + 4.
    assertEquals(0x1p24f + 2, kernels().sum(16, y, 0, workspace()));
    float[] z = new float[16];
    z[0] = 0x1p24f;
    z[1] = 1;
    z[2] = 1;
    z[3] = 1;
    // 0 + 2 loses a one, 1 + 3 makes 2.
    assertEquals(0x1p24f + 2, kernels().sum(16, z, 0, workspace()));
  }

  @Test
  void columnSums() {
    Values values = new Values(40);
    int number = 0;
    for (int columns = 0; columns <= LENGTHS; columns++) {
      checkColumnSums(1 + columns % 5, columns, number++, values::uniform);
    }
    for (int rows : new int[] {0, 1, 2, 255, 256, 257, 511, 512, 513, 1000}) {
      for (int columns : new int[] {1, 16, 19, 50}) {
        checkColumnSums(rows, columns, number++, values::wide);
      }
    }
    for (int round = 0; round < 20; round++) {
      checkColumnSums(3, 40, number++, values::strange);
    }
  }

  @Test
  @Tag("sample")
  void someColumnSums() {
    Values values = new Values(41);
    checkColumnSums(0, 20, 0, values::uniform);
    checkColumnSums(5, 37, 1, values::uniform);
    checkColumnSums(300, 3, 2, values::wide);
  }

  private void checkColumnSums(int rows, int columns, int n, Values.Source values) {
    Matrix x = Matrix.empty(Layout.number(n), rows, columns).draw(values);
    Matrix before = x.copy();
    Matrix s = Matrix.empty(Layout.number(n / 3 + 1), 1, columns);
    kernels()
        .columnSums(rows, columns, x.array, x.offset, x.stride, s.array, s.offset, workspace());
    Matrix expected = Matrix.empty(Layout.TIGHT, 1, columns);
    reference()
        .kernels()
        .columnSums(
            rows, columns, x.array, x.offset, x.stride, expected.array, 0, referenceWorkspace());
    s.assertSame(expected, () -> "column sums of " + rows + " x " + columns);
    x.assertUnchanged(before, () -> "x of column sums");
  }

  // Losses.

  /** Every loss with every activation that it accepts. */
  static Stream<Arguments> lossPairs() {
    return Stream.of(Loss.values())
        .flatMap(
            loss ->
                Stream.of(Activation.values())
                    .filter(loss::accepts)
                    .map(activation -> Arguments.of(loss, activation)));
  }

  private void checkLoss(
      Loss loss, Activation output, int[] shape, int n, float scale, Values.Source logits) {
    Values values = new Values(n);
    int rows = shape[0];
    int columns = shape[1];
    Matrix za = Matrix.empty(Layout.number(n), rows, columns).draw(logits);
    Matrix z = za.copy();
    Matrix y = Matrix.empty(Layout.number(n / 3 + 1), rows, columns);
    y.fill((i, j) -> n % 2 == 0 ? Math.abs(values.uniform()) : (i + n) % columns == j ? 1 : 0);
    Matrix before = y.copy();
    Matrix delta = Matrix.empty(Layout.number(n / 9 + 2), rows, columns);
    Matrix scales = Matrix.empty(new Layout(0, 0, n % 7), 1, rows);
    scales.fill((i, row) -> row % 5 == 4 ? 0 : scale * (1 + row % 5));
    Matrix scalesBefore = scales.copy();
    Matrix rowLoss = Matrix.empty(new Layout(0, 0, n % 5), 1, rows);
    outputLoss(backend(), loss, output, za, y, scales.array, delta, rowLoss, workspace());
    Matrix expectedZa = z.copy();
    Matrix expectedDelta = Matrix.empty(Layout.TIGHT, rows, columns);
    Matrix expectedLoss = Matrix.empty(Layout.TIGHT, 1, rows);
    outputLoss(
        reference(),
        loss,
        output,
        expectedZa,
        y,
        scales.array,
        expectedDelta,
        expectedLoss,
        referenceWorkspace());
    String what = loss + " of " + output + ", logits " + text(z);
    za.assertSame(expectedZa, () -> what + ": outputs");
    delta.assertSame(expectedDelta, () -> what + ": delta");
    rowLoss.assertSame(expectedLoss, () -> what + ": loss");
    y.assertUnchanged(before, () -> what + ": targets");
    scales.assertUnchanged(scalesBefore, () -> what + ": scales");
    // The outputs are those of the activation alone.
    Matrix activated = z.copy();
    activate(backend(), output, activated, workspace());
    za.assertSame(activated, () -> what + ": outputs and activation");
  }

  private static void outputLoss(
      Backend backend,
      Loss loss,
      Activation output,
      Matrix za,
      Matrix y,
      float[] scale,
      Matrix delta,
      Matrix rowLoss,
      Workspace workspace) {
    backend
        .kernels()
        .outputLoss(
            loss,
            output,
            za.rows,
            za.columns,
            za.array,
            za.offset,
            za.stride,
            y.array,
            y.offset,
            y.stride,
            scale,
            delta.array,
            delta.offset,
            delta.stride,
            rowLoss.array,
            workspace);
  }

  @ParameterizedTest
  @MethodSource("lossPairs")
  void losses(Loss loss, Activation output) {
    Values values = new Values(42);
    int number = 0;
    for (int[] shape : shapes()) {
      checkLoss(loss, output, shape, number++, 1f, () -> 5 * values.uniform());
      checkLoss(loss, output, shape, number++, 1f / 3, () -> 100 * values.uniform());
      checkLoss(loss, output, shape, number++, 1f / 128, values::strange);
    }
  }

  /** Each row has its own scale, wherever it stands among others, narrow or wide. */
  @ParameterizedTest
  @MethodSource("lossPairs")
  void lossesOfManyRows(Loss loss, Activation output) {
    Values values = new Values(44);
    int number = 0;
    for (int rows : new int[] {2, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 50}) {
      for (int columns : new int[] {1, 2, 3, 8, 10, 15, 16, 17, 40}) {
        int[] shape = {rows, columns};
        checkLoss(loss, output, shape, number++, 1f / rows, () -> 5 * values.uniform());
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lossPairs")
  @Tag("sample")
  void lossesOfAFewShapes(Loss loss, Activation output) {
    Values values = new Values(43);
    for (int columns : new int[] {1, 3, 10, 17, 40}) {
      checkLoss(loss, output, new int[] {6, columns}, columns, 0.25f, () -> 5 * values.uniform());
    }
  }

  @ParameterizedTest
  @MethodSource("lossPairs")
  void lossesOfExtremeLogits(Loss loss, Activation output) {
    int number = 0;
    for (float extreme : SPECIAL) {
      for (int columns : new int[] {1, 3, 20}) {
        int[] calls = {0};
        checkLoss(loss, output, new int[] {1, columns}, number++, 0.5f, () -> extreme);
        checkLoss(
            loss,
            output,
            new int[] {2, columns},
            number++,
            0.5f,
            () -> calls[0]++ % 3 == 1 ? extreme : 0.75f);
      }
    }
  }

  /** Far from the target the loss is finite and grows with the logit; near it, it is zero. */
  @Test
  @Tag("sample")
  void lossesOfHugeLogitsAreExact() {
    // Log loss of z and y: y = 1 costs -z where z is far below 0, nothing where it is far above.
    float[][] logLosses = {{1e4f, 1, 0}, {-1e4f, 1, 1e4f}, {1e4f, 0, 1e4f}, {-1e4f, 0, 0}};
    for (float[] c : logLosses) {
      Matrix za = Matrix.empty(Layout.TIGHT, 1, 1).fill((i, j) -> c[0]);
      Matrix y = Matrix.empty(Layout.TIGHT, 1, 1).fill((i, j) -> c[1]);
      Matrix delta = Matrix.empty(Layout.TIGHT, 1, 1);
      Matrix rowLoss = Matrix.empty(Layout.TIGHT, 1, 1);
      outputLoss(
          backend(),
          Loss.LOG_LOSS,
          Activation.SIGMOID,
          za,
          y,
          new float[] {0.5f},
          delta,
          rowLoss,
          workspace());
      float a = c[0] > 0 ? 1f : 0f;
      assertEquals(a, za.get(0, 0));
      assertEquals((a - c[1]) * 0.5f, delta.get(0, 0));
      assertEquals(c[2], rowLoss.get(0, 0));
    }
    // A class that is not the target costs nothing, not even where its logit is infinitely far
    // away.
    Matrix apart = Matrix.empty(Layout.TIGHT, 1, 2).fill((i, j) -> j == 0 ? 3e38f : -3e38f);
    Matrix first = Matrix.empty(Layout.TIGHT, 1, 2).fill((i, j) -> 1 - j);
    Matrix none = Matrix.empty(Layout.TIGHT, 1, 2);
    Matrix zero = Matrix.empty(Layout.TIGHT, 1, 1);
    outputLoss(
        backend(),
        Loss.CROSS_ENTROPY,
        Activation.SOFTMAX,
        apart,
        first,
        ones(1),
        none,
        zero,
        workspace());
    assertEquals(0f, zero.get(0, 0));
    // Cross-entropy of logits 1e4, -1e4, 0: the target's distance from the greatest.
    for (int target = 0; target < 3; target++) {
      int one = target;
      float[] logits = {1e4f, -1e4f, 0};
      Matrix za = Matrix.empty(Layout.TIGHT, 1, 3).fill((i, j) -> logits[j]);
      Matrix y = Matrix.empty(Layout.TIGHT, 1, 3).fill((i, j) -> j == one ? 1 : 0);
      Matrix delta = Matrix.empty(Layout.TIGHT, 1, 3);
      Matrix rowLoss = Matrix.empty(Layout.TIGHT, 1, 1);
      outputLoss(
          backend(),
          Loss.CROSS_ENTROPY,
          Activation.SOFTMAX,
          za,
          y,
          ones(1),
          delta,
          rowLoss,
          workspace());
      assertEquals(1e4f - logits[one], rowLoss.get(0, 0));
      for (int j = 0; j < 3; j++) {
        assertEquals(j == 0 ? 1f : 0f, za.get(0, j));
        assertEquals((j == 0 ? 1f : 0f) - (j == one ? 1f : 0f), delta.get(0, j));
      }
    }
  }

  /** A NaN logit shows in its own row's loss, output and delta, and in no other row. */
  @ParameterizedTest
  @MethodSource("lossPairs")
  void aNanShowsInItsRowOnly(Loss loss, Activation output) {
    for (int at = 0; at < 20; at++) {
      int column = at;
      Matrix za =
          Matrix.empty(Layout.TIGHT, 3, 20)
              .fill((i, j) -> i == 1 && j == column ? Float.NaN : 0.25f);
      Matrix y = Matrix.empty(Layout.TIGHT, 3, 20).fill((i, j) -> j == 4 ? 1 : 0);
      Matrix delta = Matrix.empty(Layout.TIGHT, 3, 20);
      Matrix rowLoss = Matrix.empty(Layout.TIGHT, 1, 3);
      outputLoss(backend(), loss, output, za, y, ones(3), delta, rowLoss, workspace());
      assertTrue(Float.isNaN(rowLoss.get(0, 1)), "loss with NaN at " + at);
      assertTrue(Float.isNaN(za.get(1, at)), "output with NaN at " + at);
      assertTrue(Float.isNaN(delta.get(1, at)), "delta with NaN at " + at);
      for (int row : new int[] {0, 2}) {
        assertTrue(Float.isFinite(rowLoss.get(0, row)), "loss of another row");
        for (int j = 0; j < 20; j++) {
          assertTrue(Float.isFinite(za.get(row, j)), "output of another row");
          assertTrue(Float.isFinite(delta.get(row, j)), "delta of another row");
        }
      }
    }
  }

  // Updates.

  @Test
  void updates() {
    Values values = new Values(44);
    int number = 0;
    List<UpdateRule> rules = new ArrayList<>();
    Collections.addAll(
        rules,
        new UpdateRule.GradientDescent(0.1f, 0),
        new UpdateRule.GradientDescent(0.1f, 0.01f),
        new UpdateRule.GradientDescent(0, 0),
        new UpdateRule.GradientDescent(1, 1e-30f),
        new UpdateRule.Momentum(0.1f, 0.9f, 0),
        new UpdateRule.Momentum(0.1f, 0.5f, 0.01f),
        new UpdateRule.Momentum(0, 0, 1),
        new UpdateRule.Adam(1e-3, 0.9, 0.999, 1e-8, 0),
        new UpdateRule.Adam(0.01, 0.8, 0.99, 1e-3, 0.01f),
        new UpdateRule.Adam(1, 0, 0, 1e-30, 0),
        new UpdateRule.Nesterov(0.1f, 0.9f, 0),
        new UpdateRule.Nesterov(0.1f, 0.5f, 0.01f),
        new UpdateRule.Nesterov(0, 0, 1),
        new UpdateRule.Adagrad(0.05f, 1e-8f, 0),
        new UpdateRule.Adagrad(0.1f, 1e-3f, 0.01f),
        new UpdateRule.Adagrad(1, 1e-30f, 0),
        new UpdateRule.RmsProp(1e-3f, 0.9, 1e-8f, 0),
        new UpdateRule.RmsProp(0.1f, 0.99, 1e-3f, 0.01f),
        new UpdateRule.RmsProp(1, 0, 1e-30f, 0),
        new UpdateRule.AdamW(1e-3, 0.9, 0.999, 1e-8, 0.01, 0),
        new UpdateRule.AdamW(0.01, 0.8, 0.99, 1e-3, 0.3, 0.01f),
        new UpdateRule.AdamW(0.01, 0.9, 0.999, 1e-8, 0, 0),
        new UpdateRule.AdamW(1, 0, 0, 1e-30, 1, 0));
    float[][] adjustments = {{0.3f, 0.01f}, {0.3f, 0}, {Float.POSITIVE_INFINITY, 0.01f}};
    for (int i = rules.size() - 1; i >= 0; i -= 2) {
      float[] adjustment = adjustments[i % adjustments.length];
      rules.add(new UpdateRule.Adjusted(rules.get(i), adjustment[0], adjustment[1]));
    }
    rules.add(new UpdateRule.Adjusted(rules.get(0), Float.POSITIVE_INFINITY, 0));
    rules.add(new UpdateRule.Adjusted(rules.get(0), Float.MIN_VALUE, Float.MAX_VALUE));
    for (UpdateRule rule : rules) {
      for (int length = 0; length <= LENGTHS; length++) {
        checkUpdate(rule, length, number++, values::uniform);
        checkUpdate(rule, length, number++, values::strange);
      }
      checkUpdate(rule, 1000, number++, values::wide);
      checkUpdate(rule, 2077, number++, values::strange);
    }
  }

  @Test
  @Tag("sample")
  void someUpdates() {
    Values values = new Values(45);
    checkUpdate(new UpdateRule.GradientDescent(0.1f, 0), 37, 0, values::uniform);
    checkUpdate(new UpdateRule.GradientDescent(0.1f, 0.01f), 50, 1, values::uniform);
    checkUpdate(new UpdateRule.Momentum(0.1f, 0.9f, 0.01f), 50, 2, values::uniform);
    checkUpdate(new UpdateRule.Adam(1e-3, 0.9, 0.999, 1e-8, 0.01f), 50, 3, values::uniform);
    checkUpdate(new UpdateRule.Nesterov(0.1f, 0.9f, 0.01f), 50, 4, values::uniform);
    checkUpdate(new UpdateRule.Adagrad(0.05f, 1e-8f, 0.01f), 50, 5, values::uniform);
    checkUpdate(new UpdateRule.RmsProp(1e-3f, 0.9, 1e-8f, 0.01f), 50, 6, values::uniform);
    checkUpdate(new UpdateRule.AdamW(1e-3, 0.9, 0.999, 1e-8, 0.3, 0.01f), 50, 7, values::uniform);
    UpdateRule descent = new UpdateRule.GradientDescent(0.1f, 0.01f);
    checkUpdate(new UpdateRule.Adjusted(descent, 0.3f, 0.01f), 50, 8, values::uniform);
  }

  /** Two steps from w = 2, computed by hand with factors that make every number exact. */
  @Test
  @Tag("sample")
  void updatesByHand() {
    // g' = 1 + 1 = 2, v = 2, w = 2 - (2 + 1) / 2; g' = 1.25, v = 2.25, w = 0.5 - 2.375 / 2
    checkByHand(new UpdateRule.Nesterov(0.5f, 0.5f, 0.5f), 1, 0.5f, 1, -0.6875f);
    // g' = 3, v = 9, w = 2 - 9 / (3 + 1); g' = 4, v = 25, w = -0.25 - 12 / (5 + 1)
    checkByHand(new UpdateRule.Adagrad(3, 1, 0.5f), 2, -0.25f, 4.125f, -2.25f);
    // g' = 6, v = 9, w = 2 - 18 / (3 + 1); g' = 3, v = 6.75 + 2.25, w = -2.5 - 9 / (3 + 1)
    checkByHand(new UpdateRule.RmsProp(3, 0.75, 1, 0.5f), 5, -2.5f, 4.25f, -4.75f);
    // alpha_1 = 1.5, g' = 3, m = 1.5, v = 9, w' = 2 - 0.75, w = w' - 2.25 / (3 + 1);
    // alpha_2 = 1, g' = 1, m = 1.25, v = 1, w' = 0.6875 - 0.2578125, w = w' - 1.25 / (1 + 1)
    UpdateRule adamW = new UpdateRule.AdamW(0.75, 0.5, 0, 1, 0.5, 0.5f);
    checkByHand(adamW, 2, 0.6875f, 0.65625f, -0.1953125f);
    // c = -1, g1 = -0.5, g' = -0.5 + 1, w = 2 - 0.25; c = 0.125, g1 = 0.625, g' = 0.625 + 0.875
    UpdateRule descent = new UpdateRule.GradientDescent(0.5f, 0.5f);
    checkByHand(new UpdateRule.Adjusted(descent, 1, 0.5f), -4, 1.75f, 0.125f, 1);
    // c = 0.5, g1 = 0.75, v = 0.75; c = -0.5, g1 = -0.25, v = 0.375 - 0.25
    UpdateRule momentum = new UpdateRule.Momentum(1, 0.5f, 0);
    checkByHand(new UpdateRule.Adjusted(momentum, 0.5f, 0.25f), 9, 1.25f, -7, 1.125f);
  }

  /** Of a weight of either sign, of zeros, and where there are no numbers. */
  @Test
  @Tag("sample")
  void clippingAndTheTermOfL1ByHand() {
    float inf = Float.POSITIVE_INFINITY;
    float nan = Float.NaN;
    float[][] cases = { // w, g, w - (c + 0.25 sign(w)) with |c| <= 2
      {1, 0, 0.75f},
      {-1, 0, -0.75f},
      {0, 0, 0},
      {-0f, 1, -1},
      {0, 3, -2},
      {0, -3, 2},
      {Float.MIN_VALUE, 0, -0.25f},
      {-Float.MIN_VALUE, 0, 0.25f},
      {3, 2, 0.75f},
      {3, inf, 0.75f},
      {3, -inf, 4.75f},
      {3, nan, nan},
      {nan, 1, nan},
      {inf, 1, inf},
      {-inf, 1, -inf}
    };
    UpdateRule rule = new UpdateRule.Adjusted(new UpdateRule.GradientDescent(1, 0), 2, 0.25f);
    for (int length : new int[] {1, 3, 16, 35}) {
      for (float[] each : cases) {
        Matrix w = Matrix.empty(Layout.LOOSE, 1, length).draw(() -> each[0]);
        Matrix g = Matrix.empty(Layout.LOOSE, 1, length).draw(() -> each[1]);
        update(backend(), rule, 1, w, g, new Matrix[0], workspace());
        w.assertSame(
            Matrix.empty(Layout.LOOSE, 1, length).draw(() -> each[2]),
            () -> "w = " + each[0] + ", g = " + each[1]);
      }
    }
  }

  private void checkByHand(
      UpdateRule rule, float gradient1, float after1, float gradient2, float after2) {
    Matrix w = Matrix.empty(Layout.LOOSE, 1, 37).draw(() -> 2);
    Matrix[] moments = new Matrix[rule.moments()];
    Arrays.setAll(moments, i -> Matrix.empty(Layout.LOOSE, 1, 37).draw(() -> 0));
    float[] gradients = {gradient1, gradient2};
    float[] after = {after1, after2};
    for (int step = 1; step <= 2; step++) {
      float gradient = gradients[step - 1];
      float expected = after[step - 1];
      Matrix g = Matrix.empty(Layout.LOOSE, 1, 37).draw(() -> gradient);
      update(backend(), rule, step, w, g, moments, workspace());
      String which = rule + ", step " + step;
      w.assertSame(Matrix.empty(Layout.LOOSE, 1, 37).draw(() -> expected), () -> which);
    }
  }

  /** Some steps: from moments of any value, as the last of many steps would leave them. */
  private void checkUpdate(UpdateRule rule, int length, int n, Values.Source values) {
    Matrix w = Matrix.empty(Layout.number(n), 1, length).draw(values);
    Matrix g = Matrix.empty(Layout.number(n / 3 + 1), 1, length).draw(values);
    Matrix before = g.copy();
    Matrix expected = w.copy();
    Matrix[] moments = new Matrix[rule.moments()];
    Matrix[] expectedMoments = new Matrix[rule.moments()];
    for (int i = 0; i < moments.length; i++) {
      moments[i] = Matrix.empty(Layout.number(n / 5), 1, length).draw(values);
      expectedMoments[i] = moments[i].copy();
    }
    for (long step : new long[] {1, 2, 1_000_000_000_000L}) {
      update(backend(), rule, step, w, g, moments, workspace());
      update(reference(), rule, step, expected, g, expectedMoments, referenceWorkspace());
      String after = rule + " of " + length + ", step " + step;
      w.assertSame(expected, () -> after);
      for (int i = 0; i < moments.length; i++) {
        moments[i].assertSame(expectedMoments[i], () -> after + ", a moment");
      }
    }
    g.assertUnchanged(before, () -> rule + ": gradient");
  }

  private static void update(
      Backend by,
      UpdateRule rule,
      long step,
      Matrix w,
      Matrix g,
      Matrix[] moments,
      Workspace workspace) {
    float[][] arrays = Stream.of(moments).map(m -> m.array).toArray(float[][]::new);
    int offset = moments.length == 0 ? 0 : moments[0].offset;
    by.kernels()
        .update(
            rule, step, w.columns, w.array, w.offset, g.array, g.offset, arrays, offset, workspace);
  }

  // Threads and bad arguments.

  @Test
  void everyNumberOfThreadsGivesTheSameBits() {
    for (int threads : THREADS) {
      try (Workers workers = Workers.of(threads)) {
        Values values = new Values(46);
        Workspace workspace = usedWorkspace(workers);
        String with = " with " + threads + " threads";
        for (Activation activation : Activation.values()) {
          Matrix a = Matrix.empty(Layout.LOOSE, 500, 301).draw(values::uniform);
          Matrix expected = a.copy();
          activate(backend(), activation, a, workspace);
          activate(reference(), activation, expected, referenceWorkspace());
          a.assertSame(expected, () -> activation + with);
        }
        for (Activation activation : elementwise()) {
          Matrix a = Matrix.empty(Layout.LOOSE, 500, 301).draw(values::uniform);
          Matrix d = a.in(Layout.FLUSH);
          Matrix expected = d.copy();
          multiplyByDerivative(backend(), activation, a, d, workspace);
          multiplyByDerivative(reference(), activation, a, expected, referenceWorkspace());
          d.assertSame(expected, () -> "derivative of " + activation + with);
        }
        lossPairs()
            .forEach(
                pair -> {
                  Loss loss = (Loss) pair.get()[0];
                  Activation output = (Activation) pair.get()[1];
                  Matrix za = Matrix.empty(Layout.LOOSE, 700, 101).draw(values::uniform);
                  Matrix y =
                      Matrix.empty(Layout.FLUSH, 700, 101).fill((i, j) -> i % 101 == j ? 1 : 0);
                  Matrix delta = Matrix.empty(Layout.LOOSE, 700, 101);
                  Matrix rowLoss = Matrix.empty(Layout.TIGHT, 1, 700);
                  Matrix expectedZa = za.copy();
                  Matrix expectedDelta = delta.copy();
                  Matrix expectedLoss = rowLoss.copy();
                  float[] scale = values.uniform(700);
                  outputLoss(backend(), loss, output, za, y, scale, delta, rowLoss, workspace);
                  outputLoss(
                      reference(),
                      loss,
                      output,
                      expectedZa,
                      y,
                      scale,
                      expectedDelta,
                      expectedLoss,
                      referenceWorkspace());
                  za.assertSame(expectedZa, () -> loss + " of " + output + with);
                  delta.assertSame(expectedDelta, () -> loss + " of " + output + with);
                  rowLoss.assertSame(expectedLoss, () -> loss + " of " + output + with);
                });
        checkLongVectors(values, workspace, with);
      }
    }
  }

  private void checkLongVectors(Values values, Workspace workspace, String with) {
    Matrix x = Matrix.empty(Layout.LOOSE, 600, 333).draw(values::wide);
    Matrix s = Matrix.empty(Layout.LOOSE, 1, 333);
    Matrix expected = s.copy();
    kernels().columnSums(600, 333, x.array, x.offset, x.stride, s.array, s.offset, workspace);
    reference()
        .kernels()
        .columnSums(
            600,
            333,
            x.array,
            x.offset,
            x.stride,
            expected.array,
            expected.offset,
            referenceWorkspace());
    s.assertSame(expected, () -> "column sums" + with);
    int length = 200_003;
    float[] vector = values.uniform(length);
    Bits.assertSame(
        reference().kernels().sum(length, vector, 0, referenceWorkspace()),
        kernels().sum(length, vector, 0, workspace),
        () -> "sum" + with);
    Bits.assertSame(
        reference().kernels().max(length, vector, 0, referenceWorkspace()),
        kernels().max(length, vector, 0, workspace),
        () -> "max" + with);
    float[] w = values.uniform(length);
    float[] expectedW = w.clone();
    UpdateRule rule = new UpdateRule.GradientDescent(0.1f, 0.01f);
    float[][] none = {};
    kernels().update(rule, 1, length, w, 0, vector, 0, none, 0, workspace);
    reference()
        .kernels()
        .update(rule, 1, length, expectedW, 0, vector, 0, none, 0, referenceWorkspace());
    Bits.assertSame(expectedW, w, () -> "update" + with);
    UpdateRule adjusted = new UpdateRule.Adjusted(rule, 0.5f, 0.01f);
    kernels().update(adjusted, 1, length, w, 0, vector, 0, none, 0, workspace);
    reference()
        .kernels()
        .update(adjusted, 1, length, expectedW, 0, vector, 0, none, 0, referenceWorkspace());
    Bits.assertSame(expectedW, w, () -> "adjusted update" + with);
    float[] y = new float[length];
    float[] expectedY = new float[length];
    kernels().apply(ElementaryFunction.EXP, length, vector, 0, y, 0, workspace);
    reference()
        .kernels()
        .apply(ElementaryFunction.EXP, length, vector, 0, expectedY, 0, referenceWorkspace());
    Bits.assertSame(expectedY, y, () -> "exp" + with);
  }

  @Test
  void badArgumentsAreRefusedAndWriteNothing() {
    Kernels k = kernels();
    Workspace ws = workspace();
    float[] in = ones(6);
    float[] out = ones(6);
    float[] s = ones(2);
    float[] losses = ones(2);
    UpdateRule rule = new UpdateRule.GradientDescent(0.1f, 0);
    UpdateRule momentum = new UpdateRule.Momentum(0.1f, 0.9f, 0);
    float[][] none = {};
    Activation tanh = Activation.TANH;
    Activation softmax = Activation.SOFTMAX;
    ElementaryFunction exp = ElementaryFunction.EXP;
    Loss squared = Loss.SQUARED_ERROR;
    List<Executable> bad =
        List.of(
            () -> k.activate(tanh, -1, 3, out, 0, 3, ws),
            () -> k.activate(tanh, 2, -3, out, 0, 3, ws),
            () -> k.activate(tanh, 2, 3, out, 0, 2, ws),
            () -> k.activate(tanh, 2, 3, out, 1, 3, ws),
            () -> k.activate(tanh, 2, 3, out, -1, 3, ws),
            () -> k.activate(softmax, 3, 3, out, 0, 3, ws),
            () -> k.multiplyByDerivative(softmax, 2, 3, in, 0, 3, out, 0, 3, ws),
            () -> k.multiplyByDerivative(tanh, -2, 3, in, 0, 3, out, 0, 3, ws),
            () -> k.multiplyByDerivative(tanh, 2, 3, in, 1, 3, out, 0, 3, ws),
            () -> k.multiplyByDerivative(tanh, 2, 3, in, 0, 3, out, 1, 3, ws),
            () -> k.multiplyByDerivative(tanh, 2, 3, in, 0, 2, out, 0, 3, ws),
            () -> k.multiplyByDerivative(tanh, 2, 3, in, 0, 3, out, 0, 2, ws),
            () -> k.apply(exp, -1, in, 0, out, 0, ws),
            () -> k.apply(exp, 7, in, 0, ones(7), 0, ws),
            () -> k.apply(exp, 6, in, 1, out, 0, ws),
            () -> k.apply(exp, 6, in, 0, out, 1, ws),
            () -> k.apply(exp, 6, in, 0, out, -1, ws),
            () -> k.sum(-1, in, 0, ws),
            () -> k.sum(6, in, 1, ws),
            () -> k.sum(6, in, -1, ws),
            () -> k.max(-1, in, 0, ws),
            () -> k.max(7, in, 0, ws),
            () -> k.columnSums(-1, 3, in, 0, 3, out, 0, ws),
            () -> k.columnSums(2, -1, in, 0, 3, out, 0, ws),
            () -> k.columnSums(2, 3, in, 0, 2, out, 0, ws),
            () -> k.columnSums(3, 3, in, 0, 3, out, 0, ws),
            () -> k.columnSums(2, 3, in, 0, 3, out, 4, ws),
            () ->
                k.outputLoss(squared, softmax, 2, 3, out, 0, 3, in, 0, 3, s, out, 0, 3, losses, ws),
            () -> k.outputLoss(squared, tanh, -2, 3, out, 0, 3, in, 0, 3, s, out, 0, 3, losses, ws),
            () -> k.outputLoss(squared, tanh, 2, 3, out, 1, 3, in, 0, 3, s, out, 0, 3, losses, ws),
            () -> k.outputLoss(squared, tanh, 2, 3, out, 0, 3, in, 1, 3, s, out, 0, 3, losses, ws),
            () -> k.outputLoss(squared, tanh, 2, 3, out, 0, 3, in, 0, 3, s, out, 1, 3, losses, ws),
            () -> k.outputLoss(squared, tanh, 2, 3, out, 0, 2, in, 0, 3, s, out, 0, 3, losses, ws),
            () -> k.outputLoss(squared, tanh, 2, 3, out, 0, 3, in, 0, 2, s, out, 0, 3, losses, ws),
            () -> k.outputLoss(squared, tanh, 2, 3, out, 0, 3, in, 0, 3, s, out, 0, 2, losses, ws),
            () -> k.outputLoss(squared, tanh, 3, 2, out, 0, 2, in, 0, 2, s, out, 0, 2, in, ws),
            () -> k.outputLoss(squared, tanh, 3, 2, out, 0, 2, in, 0, 2, in, out, 0, 2, losses, ws),
            () -> k.update(rule, 1, -1, out, 0, in, 0, none, 0, ws),
            () -> k.update(rule, 1, 6, out, 1, in, 0, none, 0, ws),
            () -> k.update(rule, 1, 6, out, 0, in, 1, none, 0, ws),
            () -> k.update(rule, 1, 7, out, 0, ones(7), 0, none, 0, ws),
            () -> k.update(rule, 0, 6, out, 0, in, 0, none, 0, ws),
            () -> k.update(rule, 1, 6, out, 0, in, 0, new float[][] {out}, 0, ws),
            () -> k.update(momentum, 1, 6, out, 0, in, 0, none, 0, ws),
            () -> k.update(momentum, 1, 6, out, 0, in, 0, new float[][] {ones(6)}, 1, ws));
    for (int i = 0; i < bad.size(); i++) {
      String which = "call " + i;
      assertRefused(bad.get(i), "");
      for (float[] array : List.of(in, out, s, losses)) {
        Bits.assertSame(ones(array.length), array, () -> "arrays after bad " + which);
      }
    }
  }

  private static float[] ones(int length) {
    float[] values = new float[length];
    java.util.Arrays.fill(values, 1f);
    return values;
  }
}
