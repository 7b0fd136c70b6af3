package dev.nn.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.contract.PlainBackend;
import dev.nn.data.Dataset;
import dev.nn.data.RowSource;
import dev.nn.spi.Backend;
import dev.nn.spi.Kernels;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The builder, why fits end, and what the network then is. */
class LbfgsTest {
  private static final Architecture MLP =
      Architecture.input(2).dense(5, Activation.TANH).dense(1, Activation.IDENTITY);

  private static final int ROWS = 12;

  private static Network network() {
    return Network.initialize(MLP, 1, PlainBackend.alone());
  }

  /** A product, which takes many iterations to learn. */
  private static Dataset data() {
    float[][] x = new float[ROWS][2];
    float[][] y = new float[ROWS][1];
    for (int i = 0; i < ROWS; i++) {
      x[i][0] = i % 4 - 1.5f;
      x[i][1] = i / 4 - 1;
      y[i][0] = x[i][0] * x[i][1];
    }
    return Dataset.of(x, y);
  }

  private static void refused(Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }

  private static void assertSameParameters(Network expected, Network actual) {
    for (int l = 1; l <= expected.architecture().depth(); l++) {
      assertArrayEquals(expected.weights(l), actual.weights(l));
      assertArrayEquals(expected.bias(l), actual.bias(l));
    }
  }

  /** Sees the losses of the rows of an evaluation, which count from 1, and may change them. */
  @FunctionalInterface
  private interface Losses {
    void of(int evaluation, float[] losses);
  }

  /** The plain backend, whose losses somebody sees before their means are noted. */
  private static Backend noting(List<Double> costs, Losses seen) {
    Backend plain = PlainBackend.alone();
    Object kernels =
        Proxy.newProxyInstance(
            LbfgsTest.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (proxy, method, arguments) -> {
              Object result = invoke(plain.kernels(), method, arguments);
              if (method.getName().equals("outputLoss")) {
                float[] losses = (float[]) arguments[14];
                seen.of(costs.size() + 1, losses);
                double sum = 0;
                for (int i = 0; i < ROWS; i++) {
                  sum += losses[i];
                }
                costs.add(sum / ROWS);
              }
              return result;
            });
    return (Backend)
        Proxy.newProxyInstance(
            LbfgsTest.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) ->
                method.getName().equals("kernels") ? kernels : invoke(plain, method, arguments));
  }

  private static Object invoke(Object on, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
  void numbersAreAtLeastOne(int bad) {
    String given = Integer.toString(bad);
    refused(() -> Lbfgs.builder().memory(bad), "memory", "at least 1", given);
    refused(() -> Lbfgs.builder().maxIterations(bad), "maxIterations", "at least 1", given);
    refused(() -> Lbfgs.builder().threads(bad), "threads", "at least 1", given);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e-9, Double.NaN, Double.POSITIVE_INFINITY})
  void factorsAreFiniteAndNotNegative(double bad) {
    String given = Double.toString(bad);
    refused(() -> Lbfgs.builder().gradientTolerance(bad), "gradientTolerance", "finite", given);
    refused(() -> Lbfgs.builder().decreaseTolerance(bad), "decreaseTolerance", "finite", given);
    refused(() -> Lbfgs.builder().l2(bad), "l2", "finite", given);
  }

  @Test
  void everySetterReturnsTheBuilder() {
    Lbfgs.Builder builder = Lbfgs.builder();
    assertSame(builder, builder.memory(1).maxIterations(1).gradientTolerance(0).l2(0));
    assertSame(builder, builder.decreaseTolerance(0).threads(1).loss(Loss.HUBER));
    assertThrows(NullPointerException.class, () -> builder.loss(null));
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    Network network = network();
    Lbfgs lbfgs = Lbfgs.builder().build();
    Dataset wide = Dataset.of(new float[2][3], new float[2][1]);
    refused(() -> lbfgs.fit(network, wide), "train", "3 features");
    refused(() -> Lbfgs.builder().loss(Loss.LOG_LOSS).build().fit(network, data()), "LOG_LOSS");
    assertThrows(NullPointerException.class, () -> lbfgs.fit(null, data()));
    assertThrows(NullPointerException.class, () -> lbfgs.fit(network, null));
    assertSameParameters(network(), network);
  }

  /** Only rows that are not in memory can be so many. */
  @Test
  void rowsThatFitNoArrayAreRefused() {
    RowSource endless =
        (RowSource)
            Proxy.newProxyInstance(
                LbfgsTest.class.getClassLoader(),
                new Class<?>[] {RowSource.class},
                (proxy, method, arguments) ->
                    switch (method.getName()) {
                      case "rows" -> 1_500_000;
                      case "inputs" -> 3000;
                      case "outputs" -> 1;
                      case "weight" -> 1f;
                      default -> null;
                    });
    Network wide =
        Network.initialize(
            Architecture.input(3000).dense(1, Activation.IDENTITY), 1, PlainBackend.alone());
    refused(
        () -> Lbfgs.builder().build().fit(wide, endless),
        "train has 1500000 rows with 3000 features",
        "at most 715827");
  }

  @Test
  void theLossCanBeChosen() {
    Network squared = network();
    Network huber = network();
    double of = Lbfgs.builder().build().fit(squared, data()).costBefore();
    double withHuber = Lbfgs.builder().loss(Loss.HUBER).build().fit(huber, data()).costBefore();
    assertTrue(withHuber < of);
    assertNotEquals(squared.bias(2)[0], huber.bias(2)[0]);
  }

  /** Squares of such outputs, or products with such features, are beyond float. */
  @Test
  void aStartThatIsNotFiniteIsRefused() {
    Network network =
        Network.initialize(
            Architecture.input(1).dense(1, Activation.IDENTITY), 1, PlainBackend.alone());
    Lbfgs lbfgs = Lbfgs.builder().build();
    Dataset large = Dataset.of(new float[][] {{1e25f}}, new float[][] {{0}});
    for (float weight : new float[] {1, 1e-10f}) {
      network.setParameters(1, new float[][] {{weight}}, new float[] {0});
      refused(
          () -> lbfgs.fit(network, large),
          "network",
          weight == 1 ? "cost is Infinity" : "gradient Infinity");
      assertEquals(weight, network.weights(1)[0][0]);
    }
    Dataset one = Dataset.of(new float[][] {{0}}, new float[][] {{1}});
    Backpropagation steps = new Backpropagation(network, Loss.SQUARED_ERROR, 1, Workers.caller());
    for (int i = 0; i < 4; i++) {
      steps.step(1, new float[] {1e25f}, new float[1], new UpdateRule.GradientDescent(3e38f, 0));
    }
    refused(() -> lbfgs.fit(network, one), "network", "finite parameters");
  }

  /**
   * The first step, of length 1, leads to a cost of 5e39, and one of a tenth to a gradient of 1e39:
   * both beyond float. The start has a cost of 5e19.
   */
  @Test
  void stepsToNumbersThatAreNotFiniteBecomeShorter() {
    Network network =
        Network.initialize(
            Architecture.input(1).dense(1, Activation.IDENTITY), 1, PlainBackend.alone());
    network.setParameters(1, new float[][] {{1e-10f}}, new float[] {0});
    Dataset large = Dataset.of(new float[][] {{1e20f}}, new float[][] {{0}});
    Lbfgs.Result result = Lbfgs.builder().maxIterations(1).build().fit(network, large);
    assertEquals(1, result.iterations());
    assertEquals(5e19, result.costBefore(), 1e13);
    assertTrue(result.costAfter() < 5e19, result::toString);
    assertTrue(Math.abs(network.weights(1)[0][0]) < 1e-10, result::toString);
  }

  @Test
  void everyEnding() {
    Lbfgs.Builder builder = Lbfgs.builder().decreaseTolerance(0);
    Lbfgs.Result gradient = builder.gradientTolerance(1e-2).build().fit(network(), data());
    assertEquals(Lbfgs.Ending.GRADIENT, gradient.ending());
    assertTrue(gradient.iterations() > 3 && gradient.iterations() < 200, gradient::toString);

    Lbfgs.Result rest = builder.gradientTolerance(1e3).build().fit(network(), data());
    assertEquals(
        new Lbfgs.Result(0, 1, rest.costBefore(), rest.costBefore(), Lbfgs.Ending.GRADIENT), rest);

    builder.gradientTolerance(0);
    Lbfgs.Result iterations = builder.maxIterations(3).build().fit(network(), data());
    assertEquals(Lbfgs.Ending.ITERATIONS, iterations.ending());
    assertEquals(3, iterations.iterations());

    builder.maxIterations(1000);
    Lbfgs.Result decrease = builder.decreaseTolerance(0.02).build().fit(network(), data());
    assertEquals(Lbfgs.Ending.DECREASE, decrease.ending());
    double last = decrease.costAfter();
    int before = decrease.iterations() - 1;
    double secondLast = builder.maxIterations(before).build().fit(network(), data()).costAfter();
    assertTrue(secondLast - last <= 0.02 * secondLast && last < secondLast, decrease::toString);
    double thirdLast = builder.maxIterations(before - 1).build().fit(network(), data()).costAfter();
    assertTrue(thirdLast - secondLast > 0.02 * thirdLast, decrease::toString);

    Lbfgs.Result lowest =
        builder.maxIterations(1000).decreaseTolerance(0).l2(0.01).build().fit(network(), data());
    assertEquals(Lbfgs.Ending.NO_LOWER_COST, lowest.ending());
    assertTrue(lowest.iterations() > 10, lowest::toString);
  }

  /** At a minimum that float can have there is nothing to do, and nothing to divide by. */
  @Test
  void aMinimumIsLeftAsItIs() {
    Network network =
        Network.initialize(
            Architecture.input(1).dense(1, Activation.IDENTITY), 1, PlainBackend.alone());
    network.setParameters(1, new float[][] {{2}}, new float[] {0.5f});
    Dataset line = Dataset.of(new float[][] {{1}, {2}}, new float[][] {{2.5f}, {4.5f}});
    Lbfgs.Result result = Lbfgs.builder().gradientTolerance(0).build().fit(network, line);
    assertEquals(new Lbfgs.Result(0, 1, 0, 0, Lbfgs.Ending.GRADIENT), result);
    assertEquals(2, network.weights(1)[0][0]);
  }

  @Test
  void noEvaluatedParametersHadALowerCost() {
    for (int seed = 1; seed <= 5; seed++) {
      List<Double> costs = new ArrayList<>();
      Network network = Network.initialize(MLP, seed, noting(costs, (evaluation, losses) -> {}));
      Lbfgs.Result result =
          Lbfgs.builder().gradientTolerance(0).memory(3).build().fit(network, data());
      assertEquals(costs.size(), result.evaluations());
      assertEquals(costs.get(0), result.costBefore());
      assertEquals(Collections.min(costs), result.costAfter());
      assertEquals(result.costAfter(), Evaluation.of(network, data()).score().loss());
    }
  }

  /**
   * The first trial is lower than the start by two units in the last place, the second by one, and
   * no other is lower: none is low enough, but the first is the lowest.
   */
  @Test
  void theLowestTrialIsTakenWhereNoneIsLowEnough() {
    List<Double> costs = new ArrayList<>();
    List<Network> trials = new ArrayList<>();
    float[] start = new float[ROWS];
    Network[] fitted = new Network[1];
    Losses scripted =
        (evaluation, losses) -> {
          trials.add(fitted[0].on(PlainBackend.alone()));
          if (evaluation == 1) {
            System.arraycopy(losses, 0, start, 0, ROWS);
            return;
          }
          System.arraycopy(start, 0, losses, 0, ROWS);
          losses[0] +=
              evaluation == 2
                  ? -2 * Math.ulp(start[0])
                  : evaluation == 3 ? -Math.ulp(start[0]) : Math.ulp(start[0]);
        };
    fitted[0] = Network.initialize(MLP, 1, noting(costs, scripted));
    Lbfgs.Result result = Lbfgs.builder().maxIterations(1).build().fit(fitted[0], data());
    assertEquals(1 + 20, result.evaluations());
    assertTrue(costs.get(1) < costs.get(2) && costs.get(2) < costs.get(0), costs::toString);
    assertEquals(costs.get(1), result.costAfter());
    assertSameParameters(trials.get(1), fitted[0]);
  }

  /** Twenty trials overflow; after that the fit goes on as one that begins there. */
  @Test
  void whereTheDirectionLeadsNowhereTheGradientIsNext() {
    Network fresh = network();
    int evaluations = Lbfgs.builder().maxIterations(5).build().fit(fresh, data()).evaluations();
    int more = Lbfgs.builder().maxIterations(1).build().fit(fresh, data()).evaluations() - 1;
    Losses overflowing =
        (evaluation, losses) -> {
          if (evaluation > evaluations && evaluation <= evaluations + 20) {
            losses[1] = Float.POSITIVE_INFINITY;
          }
        };
    Network network = Network.initialize(MLP, 1, noting(new ArrayList<>(), overflowing));
    Lbfgs.Result result = Lbfgs.builder().maxIterations(6).build().fit(network, data());
    assertEquals(6, result.iterations());
    assertEquals(evaluations + 20 + more, result.evaluations());
    assertSameParameters(fresh, network);
  }

  /**
   * Whatever iterations came before, and whichever trial of the next one does not come to an end.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anEarlyEndLeavesTheLastWholeIteration(boolean interrupt) {
    int last = 1;
    for (int iterations = 1; iterations <= 12; iterations++) {
      Network whole = network();
      int evaluations =
          Lbfgs.builder().maxIterations(iterations).build().fit(whole, data()).evaluations();
      Network before = network();
      if (iterations > 1) {
        Lbfgs.builder().maxIterations(iterations - 1).build().fit(before, data());
      }
      for (int stop = last + 1; stop <= evaluations; stop++) {
        int fatal = stop;
        Losses ending =
            (evaluation, losses) -> {
              if (evaluation == fatal - (interrupt ? 1 : 0)) {
                end(interrupt);
              }
            };
        Network network = network().on(noting(new ArrayList<>(), ending));
        Class<? extends Exception> expected =
            interrupt ? CancellationException.class : IllegalStateException.class;
        Exception thrown =
            assertThrows(expected, () -> Lbfgs.builder().build().fit(network, data()));
        assertEquals(interrupt, Thread.interrupted());
        assertTrue(
            !interrupt || thrown.getMessage().contains("in iteration " + iterations + ":"),
            thrown::getMessage);
        assertSameParameters(before, network);
      }
      last = evaluations;
    }
    assertTrue(last > 13, "no iteration had two trials");
  }

  private static void end(boolean interrupt) {
    if (!interrupt) {
      throw new IllegalStateException("enough");
    }
    Thread.currentThread().interrupt();
  }

  @Test
  void anInterruptedThreadEvaluatesNothing() {
    List<Double> costs = new ArrayList<>();
    Network network = Network.initialize(MLP, 1, noting(costs, (evaluation, losses) -> {}));
    Thread.currentThread().interrupt();
    try {
      assertThrows(CancellationException.class, () -> Lbfgs.builder().build().fit(network, data()));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(List.of(), costs);
    assertSameParameters(network(), network);
  }
}
