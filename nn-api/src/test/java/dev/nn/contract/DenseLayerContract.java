package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.contract.Matrix.Layout;
import dev.nn.spi.Backend;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Moments;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A dense layer that owns its parameters: forward, backward, gradient and update. */
public abstract class DenseLayerContract extends BackendContract {
  private static final int[] BATCHES = {0, 1, 2, 7, 8, 9, 33};

  /** Layers {inputs, outputs} around the edges of tiles, and long and wide ones. */
  private static final int[][] SIZES = {
    {1, 1},
    {1, 17},
    {16, 1},
    {2, 3},
    {7, 8},
    {8, 9},
    {9, 7},
    {15, 16},
    {16, 33},
    {17, 15},
    {31, 32},
    {32, 31},
    {33, 49},
    {47, 48},
    {48, 47},
    {49, 64},
    {13, 63},
    {64, 10},
    {96, 65},
    {97, 129},
    {255, 5},
    {256, 16},
    {257, 9},
    {784, 30},
    {1000, 3},
    {20, 100},
    {100, 300}
  };

  private static final UpdateRule PLAIN = new UpdateRule.GradientDescent(0.05f, 0);
  private static final UpdateRule DECAYING = new UpdateRule.GradientDescent(0.05f, 0.01f);
  private static final UpdateRule MOMENTUM = new UpdateRule.Momentum(0.05f, 0.9f, 0.01f);
  private static final UpdateRule ADAM = new UpdateRule.Adam(0.001, 0.9, 0.999, 1e-8, 0.01f);
  private static final List<UpdateRule> RULES =
      List.of(
          PLAIN,
          DECAYING,
          MOMENTUM,
          ADAM,
          new UpdateRule.Nesterov(0.05f, 0.9f, 0.01f),
          new UpdateRule.Adagrad(0.05f, 1e-8f, 0.01f),
          new UpdateRule.RmsProp(0.001f, 0.9, 1e-8f, 0.01f),
          new UpdateRule.AdamW(0.001, 0.9, 0.999, 1e-8, 0.3, 0),
          new UpdateRule.AdamW(0.001, 0.9, 0.999, 1e-8, 0.3, 0.01f),
          new UpdateRule.Adjusted(DECAYING, 0.5f, 0.02f),
          new UpdateRule.Adjusted(ADAM, 0.5f, 0.02f));

  /** The same layer on two backends, and calls on both with the same arguments. */
  private final class Twins {
    final Backend backend;
    final int inputs;
    final int outputs;
    final DenseLayer layer;
    final DenseLayer expected;
    final Workspace workspace;
    final Workspace expectedWorkspace = reference().workspace(Workers.caller());
    final Supplier<String> name;

    Twins(int inputs, int outputs, Activation activation, Workers workers) {
      this.backend = backend();
      this.inputs = inputs;
      this.outputs = outputs;
      this.layer = backend.dense(inputs, outputs, activation);
      this.expected = reference().dense(inputs, outputs, activation);
      this.workspace = workers.threads() == 1 ? workspace() : usedWorkspace(workers);
      this.name =
          () ->
              inputs + " to " + outputs + " " + activation + ", " + workers.threads() + " threads";
    }

    Twins randomize(Values values) {
      float[] weights = values.uniform(outputs * inputs);
      float[] bias = values.uniform(outputs);
      layer.setParameters(weights, bias);
      expected.setParameters(weights, bias);
      return this;
    }

    void checkParameters(String when) {
      float[] weights = new float[outputs * inputs];
      float[] bias = new float[outputs];
      layer.getParameters(weights, bias);
      float[] expectedWeights = new float[outputs * inputs];
      float[] expectedBias = new float[outputs];
      expected.getParameters(expectedWeights, expectedBias);
      Bits.assertSame(expectedWeights, weights, () -> name.get() + ", W " + when);
      Bits.assertSame(expectedBias, bias, () -> name.get() + ", b " + when);
    }

    /** Layouts take turns with n. */
    void checkForward(int rows, int n, Values.Source values) {
      Matrix x = Matrix.empty(Layout.number(n), rows, inputs).draw(values);
      Matrix before = x.copy();
      Matrix a = Matrix.empty(Layout.number(n / 3 + 1), rows, outputs);
      forward(layer, rows, x, a, workspace);
      Matrix b = Matrix.empty(Layout.TIGHT, rows, outputs);
      forward(expected, rows, x, b, expectedWorkspace);
      a.assertSame(b, () -> name.get() + ", forward of " + rows + " rows");
      Matrix z = Matrix.empty(Layout.number(n / 3 + 2), rows, outputs);
      preactivation(layer, rows, x, z, workspace);
      Matrix y = Matrix.empty(Layout.TIGHT, rows, outputs);
      preactivation(expected, rows, x, y, expectedWorkspace);
      z.assertSame(y, () -> name.get() + ", preactivation of " + rows + " rows");
      x.assertUnchanged(before, () -> name.get() + ", x");
    }

    void checkBackward(int rows, int n, Activation below, Values.Source values) {
      Matrix delta = Matrix.empty(Layout.number(n), rows, outputs).draw(values);
      Matrix x = Matrix.empty(Layout.number(n / 3 + 1), rows, inputs).draw(values);
      Matrix d = Matrix.empty(Layout.number(n / 9 + 2), rows, inputs);
      Matrix deltaBefore = delta.copy();
      Matrix xBefore = x.copy();
      backward(layer, rows, delta, below, x, d, workspace);
      Matrix e = Matrix.empty(Layout.TIGHT, rows, inputs);
      backward(expected, rows, delta, below, x, e, expectedWorkspace);
      d.assertSame(e, () -> name.get() + ", backward to " + below + ", " + rows + " rows");
      delta.assertUnchanged(deltaBefore, () -> name.get() + ", delta");
      x.assertUnchanged(xBefore, () -> name.get() + ", x");
    }

    void checkGradient(int rows, int n, Values.Source values) {
      Matrix delta = Matrix.empty(Layout.number(n), rows, outputs).draw(values);
      Matrix x = Matrix.empty(Layout.number(n / 3 + 1), rows, inputs).draw(values);
      float[] dw = nans(outputs * inputs);
      float[] db = nans(outputs);
      gradient(layer, rows, delta, x, dw, db, workspace);
      float[] expectedDw = nans(outputs * inputs);
      float[] expectedDb = nans(outputs);
      gradient(expected, rows, delta, x, expectedDw, expectedDb, expectedWorkspace);
      Bits.assertSame(expectedDw, dw, () -> name.get() + ", dW of " + rows + " rows");
      Bits.assertSame(expectedDb, db, () -> name.get() + ", db of " + rows + " rows");
      checkParameters("after a gradient");
    }

    void checkUpdate(int rows, int n, UpdateRule rule, Values.Source values) {
      Matrix delta = Matrix.empty(Layout.number(n), rows, outputs).draw(values);
      Matrix x = Matrix.empty(Layout.number(n / 3 + 1), rows, inputs).draw(values);
      Matrix deltaBefore = delta.copy();
      Matrix xBefore = x.copy();
      Moments moments = layer.moments(rule);
      Moments expectedMoments = expected.moments(rule);
      for (int step = 1; step <= 1 + rule.moments(); step++) {
        update(layer, rows, delta, x, rule, moments, workspace);
        update(expected, rows, delta, x, rule, expectedMoments, expectedWorkspace);
        checkParameters("after step " + step + " by " + rule + " with " + rows + " rows");
      }
      delta.assertUnchanged(deltaBefore, () -> name.get() + ", delta");
      x.assertUnchanged(xBefore, () -> name.get() + ", x");
    }

    /** A gradient that is given: the same as in one pass, and as on the other backend. */
    void checkUpdateByGradient(int rows, int n, UpdateRule rule, Values.Source values) {
      Matrix delta = Matrix.empty(Layout.number(n), rows, outputs).draw(values);
      Matrix x = Matrix.empty(Layout.number(n / 3 + 1), rows, inputs).draw(values);
      float[] dw = nans(outputs * inputs);
      float[] db = nans(outputs);
      gradient(expected, rows, delta, x, dw, db, expectedWorkspace);
      float[] dwBefore = dw.clone();
      float[] dbBefore = db.clone();
      Moments moments = layer.moments(rule);
      Moments expectedMoments = expected.moments(rule);
      for (int step = 1; step <= 1 + rule.moments(); step++) {
        layer.update(dw, db, rule, moments, workspace);
        if (n % 2 == 0) {
          expected.update(dw, db, rule, expectedMoments, expectedWorkspace);
        } else {
          update(expected, rows, delta, x, rule, expectedMoments, expectedWorkspace);
        }
        checkParameters("after step " + step + " by a gradient and " + rule);
      }
      Bits.assertSame(dwBefore, dw, () -> name.get() + ", dW");
      Bits.assertSame(dbBefore, db, () -> name.get() + ", db");
    }

    void checkLimit(float maxNorm) {
      layer.limitNorms(maxNorm, workspace);
      expected.limitNorms(maxNorm, expectedWorkspace);
      checkParameters("after a limit of " + maxNorm);
    }
  }

  private static void forward(DenseLayer layer, int rows, Matrix x, Matrix a, Workspace workspace) {
    layer.forward(rows, x.array, x.offset, x.stride, a.array, a.offset, a.stride, workspace);
  }

  private static void preactivation(
      DenseLayer layer, int rows, Matrix x, Matrix z, Workspace workspace) {
    layer.preactivation(rows, x.array, x.offset, x.stride, z.array, z.offset, z.stride, workspace);
  }

  private static void backward(
      DenseLayer layer,
      int rows,
      Matrix delta,
      Activation below,
      Matrix x,
      Matrix d,
      Workspace workspace) {
    layer.backward(
        rows,
        delta.array,
        delta.offset,
        delta.stride,
        below,
        x.array,
        x.offset,
        x.stride,
        d.array,
        d.offset,
        d.stride,
        workspace);
  }

  private static void gradient(
      DenseLayer layer,
      int rows,
      Matrix delta,
      Matrix x,
      float[] dw,
      float[] db,
      Workspace workspace) {
    layer.gradient(
        rows,
        delta.array,
        delta.offset,
        delta.stride,
        x.array,
        x.offset,
        x.stride,
        dw,
        db,
        workspace);
  }

  private static void update(
      DenseLayer layer, int rows, Matrix delta, Matrix x, UpdateRule rule, Workspace workspace) {
    update(layer, rows, delta, x, rule, layer.moments(rule), workspace);
  }

  private static void update(
      DenseLayer layer,
      int rows,
      Matrix delta,
      Matrix x,
      UpdateRule rule,
      Moments moments,
      Workspace workspace) {
    layer.update(
        rows,
        delta.array,
        delta.offset,
        delta.stride,
        x.array,
        x.offset,
        x.stride,
        rule,
        moments,
        workspace);
  }

  private static float[] nans(int length) {
    float[] values = new float[length];
    java.util.Arrays.fill(values, Float.NaN);
    return values;
  }

  /** The activations of hidden layers: functions of one element. */
  private static List<Activation> elementwise() {
    return Stream.of(Activation.values()).filter(g -> g != Activation.SOFTMAX).toList();
  }

  @Test
  void aNewLayerKnowsItsShapeAndIsZero() {
    for (Activation activation : Activation.values()) {
      DenseLayer layer = backend().dense(5, 19, activation);
      assertEquals(5, layer.inputs());
      assertEquals(19, layer.outputs());
      assertEquals(activation, layer.activation());
      float[] weights = nans(5 * 19);
      float[] bias = nans(19);
      layer.getParameters(weights, bias);
      Bits.assertSame(new float[5 * 19], weights, () -> "W of a new layer");
      Bits.assertSame(new float[19], bias, () -> "b of a new layer");
    }
  }

  @Test
  void parametersComeBackAsTheyWereSetAndAreCopied() {
    Values values = new Values(10);
    for (int[] size : SIZES) {
      DenseLayer layer = backend().dense(size[0], size[1], Activation.TANH);
      float[] weights = new float[size[0] * size[1]];
      float[] bias = new float[size[1]];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = values.strange();
      }
      for (int i = 0; i < bias.length; i++) {
        bias[i] = values.strange();
      }
      float[] given = weights.clone();
      float[] givenBias = bias.clone();
      layer.setParameters(given, givenBias);
      java.util.Arrays.fill(given, 9f);
      java.util.Arrays.fill(givenBias, 9f);
      for (int round = 0; round < 2; round++) {
        float[] weightsOut = nans(weights.length);
        float[] biasOut = nans(bias.length);
        layer.getParameters(weightsOut, biasOut);
        Bits.assertSame(weights, weightsOut, () -> "W of " + size[0] + " to " + size[1]);
        Bits.assertSame(bias, biasOut, () -> "b of " + size[0] + " to " + size[1]);
        java.util.Arrays.fill(weightsOut, 9f);
        java.util.Arrays.fill(biasOut, 9f);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void forwardAndPreactivation(Activation activation) {
    Values values = new Values(11);
    int number = 0;
    for (int[] size : SIZES) {
      Twins twins = new Twins(size[0], size[1], activation, Workers.caller()).randomize(values);
      for (int rows : BATCHES) {
        twins.checkForward(rows, number++, values::uniform);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOFTMAX")
  void backwardToTheLayerBelow(Activation below) {
    Values values = new Values(12);
    int number = 0;
    for (int[] size : SIZES) {
      Twins twins =
          new Twins(size[0], size[1], Activation.IDENTITY, Workers.caller()).randomize(values);
      for (int rows : BATCHES) {
        twins.checkBackward(rows, number++, below, values::uniform);
      }
    }
  }

  @Test
  void gradients() {
    Values values = new Values(13);
    int number = 0;
    for (int[] size : SIZES) {
      Twins twins =
          new Twins(size[0], size[1], Activation.TANH, Workers.caller()).randomize(values);
      for (int rows : BATCHES) {
        twins.checkGradient(rows, number++, values::uniform);
      }
    }
  }

  @Test
  void updatesWithAndWithoutDecay() {
    Values values = new Values(14);
    int number = 0;
    for (int[] size : SIZES) {
      Twins twins =
          new Twins(size[0], size[1], Activation.TANH, Workers.caller()).randomize(values);
      for (int rows : BATCHES) {
        if (rows > 0) {
          twins.checkUpdate(rows, number++, RULES.get(number % RULES.size()), values::uniform);
        }
      }
    }
  }

  @Test
  void updatesByAGradient() {
    Values values = new Values(26);
    int number = 0;
    for (int[] size : SIZES) {
      Twins twins =
          new Twins(size[0], size[1], Activation.TANH, Workers.caller()).randomize(values);
      for (int rows : new int[] {1, 9}) {
        UpdateRule rule = RULES.get(number / 2 % RULES.size());
        twins.checkUpdateByGradient(rows, number++, rule, values::uniform);
        twins.checkBackward(rows, number++, Activation.TANH, values::uniform);
        twins.checkUpdateByGradient(rows, number++, rule, values::strange);
        twins.randomize(values);
      }
    }
  }

  @Test
  void normsOfRowsAreLimited() {
    Values values = new Values(27);
    int number = 0;
    for (int[] size : SIZES) {
      Twins twins =
          new Twins(size[0], size[1], Activation.TANH, Workers.caller()).randomize(values);
      float usual = (float) Math.sqrt(size[0] / 3.0);
      twins.checkBackward(3, number, Activation.TANH, values::uniform);
      // None, some, all.
      for (float maxNorm : new float[] {3 * usual, 1.01f * usual, 0.4f * usual, 1e-30f}) {
        twins.checkLimit(maxNorm);
        twins.checkBackward(3, number++, Activation.TANH, values::uniform);
        twins.checkForward(3, number++, values::uniform);
      }
    }
  }

  @Test
  void normsOfStrangeWeightsAreLimitedAlike() {
    Values values = new Values(28);
    for (int[] size : SIZES) {
      Twins twins = new Twins(size[0], size[1], Activation.TANH, Workers.caller());
      for (float maxNorm : new float[] {1e-20f, 10, Float.MAX_VALUE}) {
        float[] weights = new float[size[0] * size[1]];
        for (int i = 0; i < weights.length; i++) {
          weights[i] = values.below(4) == 0 ? values.strange() : values.wide();
        }
        float[] bias = values.uniform(size[1]);
        twins.layer.setParameters(weights, bias);
        twins.expected.setParameters(weights, bias);
        twins.checkLimit(maxNorm);
      }
    }
  }

  /**
   * Rows that stay within the limit keep every bit; the others have the limit as their norm, as far
   * as roundings allow: a sum of n squares in 16 lanes is off by {@code n/16 + 5} roundings, its
   * root by half of that and one more, quotient and products by one each.
   */
  @Test
  void onlyRowsBeyondTheLimitBecomeShorter() {
    Values values = new Values(29);
    for (int[] size : SIZES) {
      int inputs = size[0];
      int outputs = size[1];
      float[] w = values.uniform(outputs * inputs);
      float[] b = values.uniform(outputs);
      DenseLayer layer = backend().dense(inputs, outputs, Activation.RELU);
      layer.setParameters(w, b);
      float maxNorm = (float) Math.sqrt(inputs / 3.0);
      layer.limitNorms(maxNorm, workspace());
      float[] limited = nans(w.length);
      float[] bias = nans(b.length);
      layer.getParameters(limited, bias);
      Bits.assertSame(b, bias, () -> "b of " + inputs + " to " + outputs);
      double error = ((inputs / 16 + 6) / 2.0 + 4) * 0x1p-24;
      for (int n = 0; n < outputs; n++) {
        double before = norm(w, n * inputs, inputs);
        double after = norm(limited, n * inputs, inputs);
        String which = inputs + " to " + outputs + ", row " + n + ": " + before + ", " + after;
        assertTrue(after <= maxNorm * (1 + error), which);
        if (before < maxNorm * (1 - error)) {
          Bits.assertSame(
              Arrays.copyOfRange(w, n * inputs, (n + 1) * inputs),
              Arrays.copyOfRange(limited, n * inputs, (n + 1) * inputs),
              () -> which);
        } else {
          assertTrue(after >= maxNorm * (1 - error), which);
        }
      }
    }
  }

  private static double norm(float[] values, int from, int length) {
    double squares = 0;
    for (int i = from; i < from + length; i++) {
      squares += (double) values[i] * values[i];
    }
    return Math.sqrt(squares);
  }

  /** Rows of two weights: longer, as long, shorter, zero, overflowing, and no numbers. */
  @Test
  @Tag("sample")
  void normsByHand() {
    float inf = Float.POSITIVE_INFINITY;
    float nan = Float.NaN;
    float[][] rows = {{3, -4}, {1.5f, 2}, {-0f, 1}, {0, 0}, {1e30f, 1}, {inf, 1}, {nan, 9}};
    float[][] limited = {{1.5f, -2}, {1.5f, 2}, {-0f, 1}, {0, 0}, {nan, nan}, {nan, nan}, {nan, 9}};
    for (int outputs : new int[] {7, 49}) {
      float[] w = new float[outputs * 2];
      float[] expected = new float[outputs * 2];
      for (int n = 0; n < outputs; n++) {
        System.arraycopy(rows[n % 7], 0, w, n * 2, 2);
        System.arraycopy(limited[n % 7], 0, expected, n * 2, 2);
      }
      DenseLayer layer = backend().dense(2, outputs, Activation.RELU);
      layer.setParameters(w, new float[outputs]);
      layer.limitNorms(2.5f, workspace());
      layer.getParameters(w, new float[outputs]);
      Bits.assertSame(expected, w, () -> outputs + " rows");
    }
  }

  @Test
  void batchesAroundTheEdgesOfChunks() {
    Values values = new Values(15);
    Twins twins = new Twins(19, 17, Activation.SIGMOID, Workers.caller()).randomize(values);
    int number = 0;
    for (int rows : new int[] {64, 95, 96, 97, 193, 255, 256, 257, 512, 515}) {
      twins.checkForward(rows, number, values::uniform);
      twins.checkBackward(rows, number, Activation.TANH, values::uniform);
      twins.checkGradient(rows, number, values::uniform);
      twins.checkUpdate(rows, number++, DECAYING, values::uniform);
    }
  }

  /** More delta, and more inputs, than a backend may want to hold at a time. */
  @Test
  void largeUpdates() {
    for (int threads : new int[] {1, 2}) {
      try (Workers workers = Workers.of(threads)) {
        Values values = new Values(25);
        Twins twins = new Twins(601, 270, Activation.SIGMOID, workers).randomize(values);
        for (int rows : new int[] {515, 260, 200}) {
          twins.checkUpdate(rows, 0, DECAYING, values::uniform);
          twins.checkBackward(rows, 0, Activation.TANH, values::uniform);
          twins.checkUpdateByGradient(rows, 1, DECAYING, values::uniform);
          twins.checkLimit(10);
          twins.checkBackward(rows, 0, Activation.TANH, values::uniform);
        }
      }
    }
  }

  /** So many columns, one way or the other, that a backend may want to copy the rows. */
  @ParameterizedTest
  @CsvSource({"300, 1030", "1030, 300", "259, 1024", "9, 2000", "2000, 5"})
  void wideLayers(int inputs, int outputs) {
    Values values = new Values(26);
    Twins twins = new Twins(inputs, outputs, Activation.TANH, Workers.caller()).randomize(values);
    for (int rows : new int[] {1, 5, 6, 7, 13, 23, 195}) {
      twins.checkForward(rows, rows, values::uniform);
      twins.checkBackward(rows, rows, Activation.TANH, values::uniform);
    }
  }

  @Test
  @Tag("sample")
  void oneSmallStep() {
    Values values = new Values(16);
    int number = 0;
    for (Activation activation : Activation.values()) {
      Twins twins = new Twins(11, 19, activation, Workers.caller()).randomize(values);
      for (int rows : new int[] {1, 9}) {
        twins.checkForward(rows, number, values::uniform);
        twins.checkBackward(
            rows, number, elementwise().get(number % elementwise().size()), values::uniform);
        twins.checkGradient(rows, number, values::uniform);
        twins.checkUpdate(rows, number++, DECAYING, values::uniform);
      }
    }
  }

  /** Any cache of the parameters beside the parameters must follow them. */
  @Test
  void callsInAnyOrderSeeTheLatestParameters() {
    for (int seed = 0; seed < 4; seed++) {
      Values values = new Values(1000 + seed);
      Twins twins =
          new Twins(
                  1 + values.below(40), 1 + values.below(40), Activation.SIGMOID, Workers.caller())
              .randomize(values);
      for (int call = 0; call < 60; call++) {
        int rows = 1 + values.below(20);
        switch (values.below(8)) {
          case 0 -> twins.randomize(values);
          case 1 -> twins.checkBackward(rows, call, Activation.TANH, values::uniform);
          case 2 -> twins.checkGradient(rows, call, values::uniform);
          case 3 -> twins.checkUpdate(rows, call, DECAYING, values::uniform);
          case 4 -> twins.checkUpdate(rows, call, PLAIN, values::uniform);
          case 5 -> twins.checkUpdateByGradient(rows, call, MOMENTUM, values::uniform);
          case 6 -> twins.checkLimit(0.5f + values.below(4));
          default -> twins.checkForward(rows, call, values::uniform);
        }
      }
      twins.checkParameters("at the end");
    }
  }

  @Test
  void strangeValuesAreComputedAlike() {
    Values values = new Values(17);
    int number = 0;
    for (Activation activation : elementwise()) {
      Twins twins = new Twins(5, 23, activation, Workers.caller()).randomize(values);
      for (int round = 0; round < 10; round++) {
        twins.checkForward(9, number, values::strange);
        twins.checkBackward(9, number, activation, values::strange);
        twins.checkGradient(3, number, values::strange);
        number++;
      }
    }
  }

  /** {@code z < 0 ? +0 : z} keeps -0, which arises where a product underflows. */
  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOFTMAX")
  void negativeZerosAndNansPassThroughTheActivation(Activation activation) {
    for (float weight : new float[] {-1e-30f, Float.NaN}) {
      Twins twins = new Twins(1, 37, activation, Workers.caller());
      float[] weights = new float[37];
      java.util.Arrays.fill(weights, weight);
      float[] bias = new float[37];
      java.util.Arrays.fill(bias, -0f);
      twins.layer.setParameters(weights, bias);
      twins.expected.setParameters(weights, bias);
      twins.checkForward(3, 0, () -> 1e-30f);
      Matrix x = Matrix.empty(Layout.TIGHT, 1, 1).draw(() -> 1e-30f);
      Matrix a = Matrix.empty(Layout.TIGHT, 1, 37);
      forward(twins.layer, 1, x, a, twins.workspace);
      float ofZero =
          switch (activation) {
            case SIGMOID -> 0.5f;
            case SOFTPLUS -> 0.6931472f; // log 2
            default -> -0f;
          };
      float expected = Float.isNaN(weight) ? Float.NaN : ofZero;
      a.assertSame(
          Matrix.empty(Layout.TIGHT, 1, 37).draw(() -> expected),
          () -> activation + " of " + weight + " times 1e-30");
    }
  }

  /** The formula of the rule, applied by hand to the gradient. */
  @ParameterizedTest
  @CsvSource({"0.05, 0", "0.05, 0.01", "0, 0.5", "1, 1e-30"})
  void updateIsTheRuleAppliedToTheGradient(float learningRate, float l2) {
    Values values = new Values(18);
    UpdateRule rule = new UpdateRule.GradientDescent(learningRate, l2);
    for (int[] size : SIZES) {
      int inputs = size[0];
      int outputs = size[1];
      DenseLayer layer = backend().dense(inputs, outputs, Activation.RELU);
      float[] w = values.uniform(outputs * inputs);
      float[] b = values.uniform(outputs);
      layer.setParameters(w, b);
      Matrix delta = Matrix.empty(Layout.TIGHT, 6, outputs).draw(values::uniform);
      Matrix x = Matrix.empty(Layout.TIGHT, 6, inputs).draw(values::uniform);
      float[] dw = nans(w.length);
      float[] db = nans(b.length);
      gradient(layer, 6, delta, x, dw, db, workspace());
      for (int i = 0; i < w.length; i++) {
        float g = l2 == 0 ? dw[i] : Math.fma(l2, w[i], dw[i]);
        w[i] = Math.fma(-learningRate, g, w[i]);
      }
      for (int n = 0; n < b.length; n++) {
        b[n] = Math.fma(-learningRate, db[n], b[n]);
      }
      update(layer, 6, delta, x, rule, workspace());
      float[] updated = nans(w.length);
      float[] updatedBias = nans(b.length);
      layer.getParameters(updated, updatedBias);
      Bits.assertSame(w, updated, () -> "W of " + inputs + " to " + outputs + " after " + rule);
      Bits.assertSame(b, updatedBias, () -> "b of " + inputs + " to " + outputs + " after " + rule);
    }
  }

  /** Without a gradient nothing but the decay is left, and biases have none. */
  @Test
  void onlyWeightsDecay() {
    UpdateRule rule = new UpdateRule.AdamW(0.5, 0.9, 0.999, 1e-8, 0.5, 0);
    for (int[] size : SIZES) {
      int inputs = size[0];
      int outputs = size[1];
      DenseLayer layer = backend().dense(inputs, outputs, Activation.RELU);
      float[] w = new float[outputs * inputs];
      float[] b = new float[outputs];
      Arrays.fill(w, 1.5f);
      Arrays.fill(b, 1.5f);
      layer.setParameters(w, b);
      Matrix delta = Matrix.empty(Layout.TIGHT, 3, outputs).draw(() -> 0);
      Matrix x = Matrix.empty(Layout.TIGHT, 3, inputs).draw(() -> 1);
      update(layer, 3, delta, x, rule, workspace());
      float[] decayed = nans(w.length);
      float[] bias = nans(b.length);
      layer.getParameters(decayed, bias);
      Arrays.fill(w, 1.125f); // 1.5 - 0.5 * 0.5 * 1.5
      Bits.assertSame(w, decayed, () -> "W of " + inputs + " to " + outputs);
      Bits.assertSame(b, bias, () -> "b of " + inputs + " to " + outputs);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "784, 100, 64, SIGMOID",
    "100, 784, 64, SOFTMAX",
    "1000, 3, 300, SOFTMAX",
    "30, 40, 600, TANH",
    "1100, 700, 1, RELU",
    "1100, 700, 2, SOFTMAX",
    "9, 11, 5, SIGMOID"
  })
  void everyNumberOfThreadsGivesTheSameBits(
      int inputs, int outputs, int rows, Activation activation) {
    for (int threads : THREADS) {
      try (Workers workers = Workers.of(threads)) {
        Values values = new Values(19);
        Twins twins = new Twins(inputs, outputs, activation, workers).randomize(values);
        for (int round = 0; round < 2; round++) {
          twins.checkForward(rows, round, values::uniform);
          twins.checkBackward(rows, round, Activation.RELU, values::uniform);
          twins.checkGradient(rows, round, values::uniform);
          twins.checkUpdate(rows, round, RULES.get(round % RULES.size()), values::uniform);
          twins.checkUpdateByGradient(rows, round, RULES.get(9 + round), values::uniform);
          twins.checkLimit((float) Math.sqrt(inputs / 3.0));
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void manyThreadsMayCallForwardAtOnce(Activation activation) throws Exception {
    Values values = new Values(20);
    Twins twins = new Twins(50, 33, activation, Workers.caller()).randomize(values);
    Matrix x = Matrix.empty(Layout.LOOSE, 40, 50).draw(values::uniform);
    Matrix expected = Matrix.empty(Layout.TIGHT, 40, 33);
    forward(twins.expected, 40, x, expected, twins.expectedWorkspace);
    concurrently(
        tasks(
            8,
            number -> {
              Workspace own = usedWorkspace(Workers.caller());
              for (int round = 0; round < 50; round++) {
                Matrix a = Matrix.empty(Layout.number(number), 40, 33);
                forward(twins.layer, 40, x, a, own);
                a.assertSame(expected, () -> "thread " + number);
              }
            }));
  }

  /** Memory that is reserved, or not, makes no difference to any result. */
  @Test
  void reservedLayersComputeTheSame() {
    for (int threads : new int[] {1, 3}) {
      try (Workers workers = Workers.of(threads)) {
        Values values = new Values(24);
        Twins twins = new Twins(120, 90, Activation.TANH, workers).randomize(values);
        twins.layer.reserve(80, true, twins.workspace);
        twins.checkParameters("after a reservation");
        twins.randomize(values);
        for (int rows : new int[] {80, 1, 300}) {
          twins.checkBackward(rows, 0, Activation.RELU, values::uniform);
          twins.checkForward(rows, 0, values::uniform);
          twins.checkGradient(rows, 0, values::uniform);
          twins.checkUpdate(rows, 0, ADAM, values::uniform);
          twins.layer.reserve(rows, rows == 1, twins.workspace);
          twins.checkBackward(rows, 0, Activation.RELU, values::uniform);
        }
      }
    }
  }

  @Test
  void layersShareNothing() {
    Values values = new Values(21);
    Twins first = new Twins(20, 30, Activation.TANH, Workers.caller()).randomize(values);
    Twins second = new Twins(20, 30, Activation.TANH, Workers.caller()).randomize(values);
    first.checkUpdate(5, 0, MOMENTUM, values::uniform);
    second.checkParameters("after an update of another layer");
    second.checkForward(5, 0, values::uniform);
    first.checkForward(5, 0, values::uniform);
  }

  @Test
  void aRowDoesNotDependOnTheOthers() {
    Values values = new Values(22);
    for (Activation activation : Activation.values()) {
      DenseLayer layer = backend().dense(70, 21, activation);
      layer.setParameters(values.uniform(70 * 21), values.uniform(21));
      Matrix x = Matrix.empty(Layout.TIGHT, 37, 70).draw(values::uniform);
      Matrix together = Matrix.empty(Layout.TIGHT, 37, 21);
      forward(layer, 37, x, together, workspace());
      Workspace workspace = workspace();
      for (int row = 0; row < 37; row++) {
        int only = row;
        Matrix one = Matrix.empty(Layout.TIGHT, 1, 70).fill((i, k) -> x.get(only, k));
        Matrix alone = Matrix.empty(Layout.LOOSE, 1, 21);
        forward(layer, 1, one, alone, workspace);
        alone.assertSame(
            Matrix.empty(Layout.TIGHT, 1, 21).fill((i, n) -> together.get(only, n)),
            () -> activation + ", row " + only);
      }
    }
  }

  /** Of layers with fewer outputs than vectors have lanes, and with more. */
  @ParameterizedTest
  @ValueSource(ints = {3, 20})
  void badArgumentsAreRefusedAndChangeNothing(int n) {
    Twins twins = new Twins(4, n, Activation.TANH, Workers.caller()).randomize(new Values(23));
    DenseLayer layer = twins.layer;
    Workspace workspace = twins.workspace;
    float[] x = ones(8);
    float[] d = ones(8);
    float[] delta = ones(2 * n + 2);
    float[] a = ones(2 * n + 2);
    float[] dw = ones(4 * n);
    float[] db = ones(n);
    List<Executable> bad =
        List.of(
            () -> layer.setParameters(ones(4 * n - 1), ones(n)),
            () -> layer.setParameters(ones(4 * n), ones(n + 1)),
            () -> layer.getParameters(a, db),
            () -> layer.getParameters(dw, a),
            () -> layer.forward(-1, x, 0, 4, a, 0, n, workspace),
            () -> layer.forward(2, x, 0, 3, a, 0, n, workspace),
            () -> layer.forward(2, x, 1, 4, a, 0, n, workspace),
            () -> layer.forward(2, x, -1, 4, a, 0, n, workspace),
            () -> layer.forward(2, x, 0, 4, a, 0, n - 1, workspace),
            () -> layer.forward(2, x, 0, 4, a, 3, n, workspace),
            () -> layer.forward(3, x, 0, 4, a, 0, n, workspace),
            () -> layer.preactivation(-1, x, 0, 4, a, 0, n, workspace),
            () -> layer.preactivation(2, x, 0, 3, a, 0, n, workspace),
            () -> layer.preactivation(2, x, 1, 4, a, 0, n, workspace),
            () -> layer.preactivation(2, x, 0, 4, a, 0, n - 1, workspace),
            () -> layer.preactivation(2, x, 0, 4, a, 3, n, workspace),
            () -> layer.backward(-1, delta, 0, n, Activation.TANH, x, 0, 4, d, 0, 4, workspace),
            () -> layer.backward(2, delta, 3, n, Activation.TANH, x, 0, 4, d, 0, 4, workspace),
            () -> layer.backward(2, delta, 0, n - 1, Activation.TANH, x, 0, 4, d, 0, 4, workspace),
            () -> layer.backward(2, delta, 0, n, Activation.TANH, x, 1, 4, d, 0, 4, workspace),
            () -> layer.backward(2, delta, 0, n, Activation.TANH, x, 0, 4, d, 1, 4, workspace),
            () -> layer.backward(2, delta, 0, n, Activation.TANH, x, 0, 4, d, 0, 3, workspace),
            () -> layer.backward(2, delta, 0, n, Activation.SOFTMAX, x, 0, 4, d, 0, 4, workspace),
            () -> layer.gradient(-1, delta, 0, n, x, 0, 4, dw, db, workspace),
            () -> layer.gradient(3, delta, 0, n, x, 0, 4, dw, db, workspace),
            () -> layer.gradient(2, delta, 0, n, x, 0, 3, dw, db, workspace),
            () -> layer.gradient(2, delta, 0, n, x, 0, 4, a, db, workspace),
            () -> layer.gradient(2, delta, 0, n, x, 0, 4, dw, a, workspace),
            () -> layer.update(-1, delta, 0, n, x, 0, 4, PLAIN, layer.moments(PLAIN), workspace),
            () -> layer.update(0, delta, 0, n, x, 0, 4, PLAIN, layer.moments(PLAIN), workspace),
            () -> layer.update(3, delta, 0, n, x, 0, 4, PLAIN, layer.moments(PLAIN), workspace),
            () -> layer.update(2, delta, 0, n - 1, x, 0, 4, PLAIN, layer.moments(PLAIN), workspace),
            () -> layer.update(2, delta, 0, n, x, 0, 3, PLAIN, layer.moments(PLAIN), workspace),
            () -> layer.update(2, delta, 0, n, x, 0, 4, ADAM, layer.moments(MOMENTUM), workspace),
            () -> layer.update(2, delta, 0, n, x, 0, 4, ADAM, new Moments(2, 1, 1), workspace),
            () -> layer.update(a, db, PLAIN, layer.moments(PLAIN), workspace),
            () -> layer.update(dw, a, PLAIN, layer.moments(PLAIN), workspace),
            () -> layer.update(dw, db, ADAM, layer.moments(PLAIN), workspace),
            () -> layer.limitNorms(0, workspace),
            () -> layer.limitNorms(-1, workspace),
            () -> layer.limitNorms(Float.POSITIVE_INFINITY, workspace),
            () -> layer.limitNorms(Float.NaN, workspace));
    for (int i = 0; i < bad.size(); i++) {
      String which = "call " + i;
      RuntimeException thrown = assertThrows(RuntimeException.class, bad.get(i), which);
      assertTrue(
          thrown instanceof IllegalArgumentException || thrown instanceof IndexOutOfBoundsException,
          () -> which + " threw " + thrown);
      assertNotNull(thrown.getMessage(), which);
      twins.checkParameters("after bad " + which);
      for (float[] array : List.of(x, d, delta, a, dw, db)) {
        Bits.assertSame(ones(array.length), array, () -> "outputs of bad " + which);
      }
    }
    twins.checkForward(2, 0, () -> 1f);
  }

  private static float[] ones(int length) {
    float[] values = new float[length];
    java.util.Arrays.fill(values, 1f);
    return values;
  }
}
