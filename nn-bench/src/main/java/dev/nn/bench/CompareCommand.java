package dev.nn.bench;

import dev.nn.Network;
import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import dev.nn.train.Evaluation;
import dev.nn.train.History;
import dev.nn.train.Score;
import dev.nn.train.Trainer;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code compare}: trains the same network on both backends and shows that one is faster and both
 * give the same bits. Exit status 1 if they do not.
 */
@Command(
    name = "compare",
    description = "Train the same network on reference and simd and compare time and bits.",
    sortOptions = false)
final class CompareCommand implements Callable<Integer> {
  /** Decides the width of the columns, so that each line can be printed as soon as it is known. */
  private static final List<String> WIDEST =
      List.of("reference", "0.0000", "0.000000", "0000.000", "");

  @Mixin TrainingOptions options;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "2",
      converter = Converters.NonNegativeNumber.class,
      description =
          "Untimed steps before each training, for the JVM to compile them (default:"
              + " ${DEFAULT-VALUE}).")
  double warmUp;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Backend reference = named("reference");
    Backend simd = named("simd");
    TrainingData data = options.load();
    Network initial = Network.initialize(options.architecture(data), options.seed, reference);
    out.println("data      " + data.describe());
    out.println("network   " + initial.architecture());
    out.println("training  " + options.describe());
    out.println();
    List<String> heading =
        List.of(
            "backend",
            data.task() == Task.CLASSIFICATION ? "test accuracy" : "test loss",
            "final loss",
            "seconds",
            "speed-up");
    TextTable table = new TextTable(List.of(heading, WIDEST));
    out.println(table.line(heading));
    Run slow = train(initial.copy(), data);
    out.println(table.line(slow.row(slow)));
    Run fast = train(initial.on(simd), data);
    out.println(table.line(fast.row(slow)));
    out.println();
    Optional<String> difference = Bits.difference(slow.network(), fast.network());
    out.println("bit-identical: " + difference.map(where -> "no, " + where).orElse("yes"));
    return difference.isPresent() ? 1 : 0;
  }

  private Backend named(String id) {
    try {
      return Backends.named(id);
    } catch (IllegalStateException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Run train(Network network, TrainingData data) {
    WarmUp.run(network, data.train(), options.batch, options.threads, warmUp);
    History history;
    try (EpochBar bar = new EpochBar(network.backend().id(), options.epochs)) {
      Trainer trainer =
          options.trainer(data, Terminal.isInteractive() ? List.of(bar) : List.of()).build();
      history =
          data.validation().isPresent()
              ? trainer.fit(network, data.train(), data.validation().get())
              : trainer.fit(network, data.train());
    }
    Score test = Evaluation.of(network, data.test()).score();
    return new Run(
        network,
        data.task() == Task.CLASSIFICATION ? test.accuracy() : test.loss(),
        history.last().train().loss(),
        history.epochs().stream().mapToLong(History.Epoch::nanos).sum() * 1e-9);
  }

  /**
   * One of the two trainings.
   *
   * @param network after the training
   * @param figure accuracy on the test rows, or loss where there is no accuracy
   * @param loss over the training rows in the last epoch
   * @param seconds for all epochs
   */
  private record Run(Network network, double figure, double loss, double seconds) {
    List<String> row(Run baseline) {
      return List.of(
          network.backend().id(),
          String.format(Locale.ROOT, "%.4f", figure),
          String.format(Locale.ROOT, "%.6f", loss),
          String.format(Locale.ROOT, "%.3f", seconds),
          String.format(Locale.ROOT, "%.1f", baseline.seconds / seconds));
    }
  }
}
