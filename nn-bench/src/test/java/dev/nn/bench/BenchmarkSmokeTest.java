package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Every benchmark checks its results and runs, in this JVM, with small shapes. */
class BenchmarkSmokeTest {
  /** Small and odd values of the parameters of each benchmark. */
  private static final Map<String, Map<String, String[]>> PARAMETERS =
      Map.of(
          "ActivationBenchmark.apply",
          Map.of(),
          "DenseBackwardBenchmark.backward",
          Map.of("batch", of("5"), "inputs", of("37"), "outputs", of("3")),
          "DenseBackwardBenchmark.gradient",
          Map.of("batch", of("5"), "inputs", of("37"), "outputs", of("3")),
          "DenseForwardBenchmark.forward",
          Map.of("batch", of("5"), "inputs", of("300"), "outputs", of("37")),
          "GemmBenchmark.matmul",
          Map.of("shape", of("5x37x300", "1x1x1"), "layout", of("NN", "NT", "TN")),
          "MixedShapesBenchmark.multiply",
          Map.of(
              "product",
              of("5x37x300-TN", "4x40x60-RELU"),
              "company",
              of("alone", "3x20x7-NT 5x6x7-TANH")),
          "PeakFlopsBenchmark.fma",
          Map.of(),
          "PredictBenchmark.predict",
          Map.of("network", of("IMAGES", "TABLE"), "batch", of("1", "65")),
          "StepSettingsBenchmark.pair",
          Map.of("network", of("TABLE_1", "CONTROL_16")),
          "TrainStepBenchmark.step",
          Map.of("network", of("TABLE_1", "TABLE_32", "CONTROL_16")));

  private static String[] of(String... values) {
    return values;
  }

  @BeforeAll
  static void letOtherRunsOfJmhBe() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  static Set<String> names() {
    return new TreeSet<>(PARAMETERS.keySet());
  }

  @Test
  void noBenchmarkIsLeftOut() {
    Set<BenchmarkListEntry> all =
        BenchmarkList.defaultList()
            .getAll(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                List.of());
    assertEquals(
        names(),
        all.stream()
            .map(entry -> entry.getUsername().replaceFirst(".*\\.(\\w+\\.\\w+)$", "$1"))
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @ParameterizedTest
  @MethodSource("names")
  void runs(String name) throws Exception {
    boolean peak = name.startsWith("PeakFlops");
    if (peak && !VectorModule.isResolved()) {
      return; // the only one that cannot do without
    }
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include(name)
            .forks(0)
            .warmupIterations(0)
            .measurementIterations(1)
            .measurementTime(TimeValue.milliseconds(1))
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    PARAMETERS.get(name).forEach(options::param);
    if (!peak) {
      options.param("backend", AvailableBackends.ids().toArray(String[]::new));
      options.param("threads", "1", "2");
    }
    Collection<RunResult> results = new Runner(options.build()).run();
    assertTrue(!results.isEmpty());
    for (RunResult result : results) {
      assertTrue(result.getPrimaryResult().getScore() > 0, result.toString());
      if (name.startsWith("StepSettings")) {
        assertTrue(result.getSecondaryResults().get("speedOfDescent").getScore() > 0, name);
      } else if (!name.startsWith("Activation")) {
        assertTrue(result.getSecondaryResults().get("gflops").getScore() > 0, name);
        assertTrue(result.getSecondaryResults().containsKey("shareOfPeak"), name);
      }
    }
  }
}
