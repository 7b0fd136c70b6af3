package dev.nn.bench;

import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import dev.nn.spi.ElementaryFunction;
import dev.nn.spi.Workers;
import dev.nn.spi.Workspace;
import java.util.concurrent.Callable;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.numbers.gamma.Erf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code check-elementary}: the numeric contract's elementary functions at all 2^32 floats. */
@Command(
    name = "check-elementary",
    description =
        "Check elementary functions at every float: error, monotony, and that backends agree."
            + " Takes minutes.")
final class CheckElementaryCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      description = "Functions to check: ${COMPLETION-CANDIDATES}; all if none is given.")
  ElementaryFunction[] functions = ElementaryFunction.values();

  @Override
  public Integer call() {
    Backend reference = Backends.named("reference"); // always there: part of this jar
    Backend fastest = Backends.named(Backends.AUTO);
    boolean good = true;
    System.out.println(ElementaryCheck.Result.HEADER);
    for (ElementaryFunction function : functions) {
      ElementaryCheck.Result result =
          ElementaryCheck.check(
              function.name(),
              form(reference, function),
              form(fastest, function),
              truth(function),
              true);
      good &= result.maxUlps() <= bound(function);
      good &= result.decreases() == 0 && result.differences() == 0;
    }
    return good ? 0 : 1;
  }

  private static ElementaryCheck.BatchFunction form(Backend backend, ElementaryFunction function) {
    Workspace workspace = backend.workspace(Workers.caller());
    return (x, y) -> backend.kernels().apply(function, x.length, x, 0, y, 0, workspace);
  }

  private static DoubleUnaryOperator truth(ElementaryFunction function) {
    return switch (function) {
      case EXP -> StrictMath::exp;
      case EXPM1 -> StrictMath::expm1;
      case LOG -> StrictMath::log;
      case LOG1P -> StrictMath::log1p;
      case TANH -> StrictMath::tanh;
      case SIGMOID -> x -> 1 / (1 + StrictMath.exp(-x));
      case ERF -> x -> Math.copySign(Erf.value(x), x);
    };
  }

  /** The greatest error that the contract allows, in units in the last place. */
  private static double bound(ElementaryFunction function) {
    return switch (function) {
      case EXP, LOG, LOG1P -> 1;
      case EXPM1, TANH, SIGMOID, ERF -> 2;
    };
  }
}
