package dev.nn.bench;

import dev.nn.train.Adagrad;
import dev.nn.train.Adam;
import dev.nn.train.AdamW;
import dev.nn.train.Momentum;
import dev.nn.train.Nesterov;
import dev.nn.train.Optimizer;
import dev.nn.train.RmsProp;
import dev.nn.train.Sgd;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import picocli.CommandLine.ITypeConverter;

/** The optimizers that the command line knows. */
enum OptimizerName {
  SGD(0.1, Sgd::of),
  MOMENTUM(0.01, learningRate -> Momentum.of(learningRate, 0.9)),
  NESTEROV(0.01, learningRate -> Nesterov.of(learningRate, 0.9)),
  ADAGRAD(0.01, Adagrad::of),
  RMSPROP(0.001, RmsProp::of),
  ADAM(0.001, Adam::of),
  ADAMW(0.001, learningRate -> AdamW.of(learningRate, 0.01));

  private final double learningRate;
  private final DoubleFunction<Optimizer> factory;

  OptimizerName(double learningRate, DoubleFunction<Optimizer> factory) {
    this.learningRate = learningRate;
    this.factory = factory;
  }

  /** What is used when none is given. */
  double learningRate() {
    return learningRate;
  }

  Optimizer of(double learningRate) {
    return factory.apply(learningRate);
  }

  /** Reads a name. */
  static final class Converter implements ITypeConverter<OptimizerName> {
    @Override
    public OptimizerName convert(String value) {
      return Converters.oneOf(List.of(values()), OptimizerName::toString, value);
    }
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
