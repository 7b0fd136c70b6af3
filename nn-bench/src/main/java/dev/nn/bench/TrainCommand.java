package dev.nn.bench;

import dev.nn.Network;
import dev.nn.spi.Backend;
import dev.nn.spi.BackendProvider;
import dev.nn.spi.Backends;
import dev.nn.train.Checkpoints;
import dev.nn.train.History;
import dev.nn.train.Trainer;
import dev.nn.train.TrainingListener;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code train}: trains a network and shows how it learns. */
@Command(
    name = "train",
    description = "Train a network by gradient descent and test it.",
    sortOptions = false)
final class TrainCommand implements Runnable {
  @Mixin TrainingOptions options;

  @Mixin BackendOption backend;

  @Option(
      names = "--report",
      description =
          "Print precision, recall, F1 and area under the ROC curve of each class or label,"
              + " or the errors of each target, too.")
  boolean report;

  @Option(
      names = "--save",
      paramLabel = "FILE",
      description = "Write the trained model to a safetensors file, for predict.")
  Path save;

  @Option(
      names = "--checkpoint",
      paramLabel = "DIR",
      description =
          "Folder for checkpoints, from which --resume goes on after a crash or a kill (default:"
              + " none).")
  Path checkpoint;

  @Option(
      names = "--checkpoint-steps",
      paramLabel = "N",
      converter = Converters.PositiveInt.class,
      description = "Steps from checkpoint to checkpoint (default: those of an epoch).")
  Integer checkpointSteps;

  @Option(
      names = "--resume",
      description =
          "Go on from the last checkpoint, with the same result as without an interruption; from"
              + " the beginning if there is none.")
  boolean resume;

  @Mixin VectorOption vector;

  @Spec CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    if (save != null) {
      ResultFile.requireFolder(spec, "--save", save);
    }
    Optional<Checkpoints> checkpoints = checkpoints();
    Backend chosen = backend.choose();
    TrainingData data = options.load();
    Network network = Network.initialize(options.architecture(data), options.seed, chosen);
    out.println("data      " + data.describe());
    out.printf(
        Locale.ROOT,
        "network   %s, %d parameters%n",
        network.architecture(),
        network.architecture().parameterCount());
    out.println("training  " + options.describe());
    out.println("backend   " + chosen.id() + ", " + chosen.description() + passedOver(chosen));
    out.println();
    fit(network, data, checkpoints, out);
    out.println();
    TestReport.print(network, data, report, out);
    if (save != null) {
      ResultFile.write(spec, "--save", save, data.model(network)::save);
      out.println();
      out.println("saved     " + save);
    }
  }

  private Optional<Checkpoints> checkpoints() {
    if (checkpoint == null) {
      if (resume || checkpointSteps != null) {
        throw new ParameterException(
            spec.commandLine(),
            (resume ? "--resume" : "--checkpoint-steps") + " needs the folder, --checkpoint=DIR");
      }
      return Optional.empty();
    }
    return Optional.of(new Checkpoints(checkpoint, checkpointSteps == null ? 0 : checkpointSteps));
  }

  /** Why better backends were not chosen; nothing if there is none or the user decided. */
  private String passedOver(Backend chosen) {
    StringBuilder reasons = new StringBuilder();
    if (backend.isAuto()) {
      for (BackendProvider provider : Backends.providers()) {
        if (provider.id().equals(chosen.id())) {
          break;
        }
        provider
            .unavailable()
            .ifPresent(
                reason ->
                    reasons
                        .append("; ")
                        .append(provider.id())
                        .append(" not used: ")
                        .append(reason));
      }
    }
    return reasons.toString();
  }

  private void fit(
      Network network, TrainingData data, Optional<Checkpoints> checkpoints, PrintWriter out) {
    try (EpochBar bar = new EpochBar("epoch", options.epochs)) {
      List<TrainingListener> listeners = new ArrayList<>();
      if (Terminal.isInteractive()) {
        listeners.add(bar); // before the line, so that it has vanished
      }
      listeners.add(new EpochLines(out, data.task()));
      Trainer.Builder settings = options.trainer(data, listeners);
      checkpoints.ifPresent(settings::checkpoints);
      History history = train(settings.build(), network, data);
      if (options.patience != null) {
        out.println();
        out.printf(
            Locale.ROOT,
            "parameters of epoch %d, which has the lowest validation loss%n",
            history.bestEpoch());
      }
    }
  }

  private History train(Trainer trainer, Network network, TrainingData data) {
    try {
      return resume
          ? trainer.resume(network, data.train(), data.measured())
          : trainer.fit(network, data.train(), data.measured());
    } catch (IllegalStateException | IllegalArgumentException e) {
      if (checkpoint == null) {
        throw e;
      }
      throw refusal(e.getMessage(), e); // checkpoints of another training, or nobody said resume
    } catch (UncheckedIOException e) {
      if (checkpoint == null) {
        throw e;
      }
      throw refusal(FileProblem.of(resume ? "read or write" : "write", e.getCause()), e);
    }
  }

  private ParameterException refusal(String problem, Exception cause) {
    return new ParameterException(
        spec.commandLine(), "Invalid value for option '--checkpoint': " + problem, cause);
  }
}
