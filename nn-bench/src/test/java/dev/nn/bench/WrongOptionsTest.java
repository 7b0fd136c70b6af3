package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a command cannot do ends with status 2 and one line that says why. */
class WrongOptionsTest {
  private static final String TRAIN = "nn-bench train: Invalid value for option ";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--epochs | 0 | '0' is not a whole number from 1 to 2147483647",
        "--epochs | x | 'x' is not a whole number from 1 to 2147483647",
        "--epochs | 3000000000 | '3000000000' is not a whole number from 1 to 2147483647",
        "--batch | -5 | '-5' is not a whole number from 1 to 2147483647",
        "--threads | 0 | '0' is not a whole number from 1 to 1024",
        "--threads | 1025 | '1025' is not a whole number from 1 to 1024",
        "--seed | 1.5 | '1.5' is not a long",
        "--optimizer | Sgd | 'Sgd' is not one of sgd, momentum, nesterov, adagrad, rmsprop, adam,"
            + " adamw",
        "--schedule | onecycle | 'onecycle' is not one of constant, exponential, cosine, one-cycle",
        "--learning-rate | 0 | '0' is not a number above 0",
        "--learning-rate | NaN | 'NaN' is not a number above 0",
        "--learning-rate | Infinity | 'Infinity' is not a number above 0",
        "--learning-rate | 1e-60 | '1e-60' is not a number above 0",
        "--learning-rate | fast | 'fast' is not a number above 0",
        "--l2 | -0.1 | '-0.1' is not a number of 0 or more",
        "--l2 | 1e39 | '1e39' is not a number of 0 or more",
        "--l1 | -1e-9 | '-1e-9' is not a number of 0 or more",
        "--l1 | NaN | 'NaN' is not a number of 0 or more",
        "--clip-value | 0 | '0' is not a number above 0",
        "--clip-value | Infinity | 'Infinity' is not a number above 0",
        "--clip-norm | -1 | '-1' is not a number above 0",
        "--clip-norm | 1e39 | '1e39' is not a number above 0",
        "--max-norm | 0 | '0' is not a number above 0",
        "--max-norm | three | 'three' is not a number above 0",
        "--dropout | 1 | '1' is not a number of at least 0 and below 1",
        "--dropout | -0.5 | '-0.5' is not a number of at least 0 and below 1",
        "--task | Regression | 'Regression' is not one of classification, regression, multi-label",
        "--targets | 0 | '0' is not a whole number from 1 to 2147483647",
        "--validation | 0 | '0' is not a number above 0 and below 1",
        "--validation | 1 | '1' is not a number above 0 and below 1",
        "--validation | 10% | '10%' is not a number above 0 and below 1",
        "--patience | 0 | '0' is not a whole number from 1 to 2147483647",
        "--class-weights | fair | 'fair' is not balanced, or a list of weights from 0 for two or more"
            + " classes such as 1,2.5",
        "--class-weights | 1 | '1' is not balanced, or a list of weights from 0 for two or more"
            + " classes such as 1,2.5",
        "--class-weights | 1,-1 | '1,-1' is not balanced, or a list of weights from 0 for two or more"
            + " classes such as 1,2.5",
        "--class-weights | 0,0 | '0,0' is not balanced, or a list of weights from 0 for two or more"
            + " classes such as 1,2.5",
        "--class-weights | 1,,2 | '1,,2' is not balanced, or a list of weights from 0 for two or more"
            + " classes such as 1,2.5",
        "--class-weights | 1,1e39 | '1,1e39' is not balanced, or a list of weights from 0 for two or"
            + " more classes such as 1,2.5",
        "--class-weights | 1,2 | 2 weights, but the data have 10 classes",
        "--normalize | Layer | 'Layer' is not one of none, layer, batch",
        "--hidden | 128,,64 | '128,,64' is not a list of layer sizes such as 128,64, or none",
        "--hidden | 128,0 | '128,0' is not a list of layer sizes such as 128,64, or none",
        "--activation | softmax | 'softmax' is not one of identity, sigmoid, tanh, relu, leaky-relu,"
            + " elu, selu, softplus, silu, gelu, gelu-tanh",
        "--activation | RELU | 'RELU' is not one of identity, sigmoid, tanh, relu, leaky-relu,"
            + " elu, selu, softplus, silu, gelu, gelu-tanh",
      })
  void aValueOutOfRangeIsNamedWithWhatIsAllowed(String option, String value, String reason) {
    Outcome outcome = Outcome.of("train", option + "=" + value);
    assertEquals(List.of(TRAIN + "'" + option + "': " + reason), outcome.err());
    assertEquals(2, outcome.status());
    assertEquals(List.of(), outcome.out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--patience=3 | --patience needs --validation: test rows must not choose the epoch",
        "--targets=2 | --targets goes with --task=regression or --task=multi-label: a classification"
            + " has one column of labels",
        "--target-column=x | Invalid value for option '--data': digits has no columns with names:"
            + " --target-column goes with a CSV file",
        "--targets=2 --target-column=x --task=regression | --target-column names the one target:"
            + " --targets is for the last",
        "--task=regression --class-weights=1,2 | --class-weights goes with --task=classification:"
            + " numbers and several labels are no classes",
        "--task=regression | Invalid value for option '--data': digits has images of classes: the"
            + " task regression takes a file of rows",
        "--validation=0.0001 | Invalid value for option '--validation': holds back 0 of 1438"
            + " training rows: neither part may be empty",
        "--validation=0.9999 | Invalid value for option '--validation': holds back 1438 of"
            + " 1438 training rows: neither part may be empty",
      })
  void optionsThatMakeNoSenseTogetherAreNamed(String options, String reason) {
    for (String command : List.of("train", "compare")) {
      Outcome outcome = Outcome.of((command + " " + options).split(" ", -1));
      if (AvailableBackends.whyNoSimd().isPresent() && command.equals("compare")) {
        continue; // it says first that there is nothing to compare with
      }
      assertEquals(List.of("nn-bench " + command + ": " + reason), outcome.err());
      assertEquals(2, outcome.status());
      assertEquals(List.of(), outcome.out());
    }
  }

  @Test
  void aHiddenLayerTooLargeIsRefusedBeforeItIsMade() {
    Outcome outcome = Outcome.of("train", "--backend=reference", "--hidden=100000,100000");
    assertEquals(
        List.of(
            TRAIN
                + "'--hidden': layer 2: a layer of 100000 x 100000 weights does not fit an array"
                + " of 2^31 elements, with 16 to spare in both directions"),
        outcome.err());
    assertEquals(2, outcome.status());
  }

  @Test
  void aTrainingThatDivergesSaysWhereAndWhatHelps() {
    Outcome outcome =
        Outcome.of("train", "--backend=reference", "--learning-rate=1e30", "--hidden=8,8");
    assertEquals(1, outcome.err().size(), outcome.toString());
    assertTrue(
        outcome.err().get(0).startsWith("nn-bench train: the training diverged in epoch 1, "),
        outcome.toString());
    assertEquals(1, outcome.status());
  }

  @Test
  void aModelThatCouldNotBeSavedIsNotTrained() {
    for (String file : List.of("no/such/folder/model", "..")) {
      Outcome outcome = Outcome.of("train", "--backend=reference", "--save=" + file);
      assertEquals(
          List.of(TRAIN + "'--save': '" + file + "' is no file in a folder that exists"),
          outcome.err());
      assertEquals(2, outcome.status());
      assertEquals(List.of(), outcome.out());
    }
  }

  @Test
  void anUnknownBackendIsNotReplacedByAnother() {
    Outcome outcome = Outcome.of("train", "--backend=abacus");
    assertEquals(1, outcome.err().size());
    assertTrue(
        outcome.err().get(0).startsWith("nn-bench train: there is no backend abacus; known: auto,"),
        outcome.toString());
    assertEquals(2, outcome.status());
  }

  @Test
  void anUnknownCommandIsRefused() {
    Outcome outcome = Outcome.of("tain");
    assertEquals(List.of("nn-bench: Unmatched argument at index 0: 'tain'"), outcome.err());
    assertEquals(2, outcome.status());
  }

  @Test
  void noCommandAsksForOne() {
    Outcome outcome = Outcome.of();
    assertEquals(
        List.of(
            "nn-bench: which command? One of info, train, predict, export, compare, bench,"
                + " cold-start, load-file, check-elementary; --help tells more"),
        outcome.err());
    assertEquals(2, outcome.status());
  }

  @Test
  void anUnknownOptionIsRefused() {
    for (String option : List.of("--backend=simd", "--no-vector")) {
      Outcome outcome = Outcome.of("compare", option);
      assertEquals(List.of("nn-bench compare: Unknown option: '" + option + "'"), outcome.err());
      assertEquals(2, outcome.status());
    }
  }

  @Test
  void aWrongOptionOfJmhIsRefused() {
    Outcome outcome = Outcome.of("bench", "--", "-f", "x");
    assertEquals(1, outcome.err().size());
    assertTrue(outcome.err().get(0).startsWith("nn-bench bench: JMH: "), outcome.toString());
    assertEquals(2, outcome.status());
  }

  @Test
  void aPatternWithoutBenchmarksIsRefused() {
    Outcome outcome = Outcome.of("bench", "NoSuchBenchmark");
    assertEquals(List.of("nn-bench bench: no benchmark matches [NoSuchBenchmark]"), outcome.err());
    assertEquals(2, outcome.status());
  }

  @Test
  void helpIsNoError() {
    Outcome outcome = Outcome.of("train", "--help");
    assertEquals(0, outcome.status());
    assertTrue(outcome.line("  -h, --help").endsWith("Show this help and end."));
  }

  @Test
  void helpNamesEveryOptimizerAndItsLearningRate() {
    String help = String.join(" ", Outcome.of("train", "--help").out()).replaceAll("\\s+", " ");
    for (OptimizerName optimizer : OptimizerName.values()) {
      String entry = optimizer + " " + optimizer.learningRate();
      assertTrue(help.contains(entry + ",") || help.contains(entry + ")"), entry + " in " + help);
    }
  }
}
