package dev.nn.bench;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.train.EarlyStopping;
import dev.nn.train.Trainer;
import dev.nn.train.TrainingListener;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is trained, on which rows, and how: the options that training commands share. */
final class TrainingOptions {
  @Option(
      names = "--data",
      paramLabel = "DATA",
      defaultValue = DataSource.DIGITS,
      description = {
        "digits, fashion-mnist, a folder with four IDX files, or a file: CSV or .npy with the label"
            + " in the last column, or targets in the last columns, .npz with X and y, .svm or"
            + " .libsvm with sparse rows (default: ${DEFAULT-VALUE})."
      })
  String data;

  @Option(
      names = "--task",
      paramLabel = "NAME",
      defaultValue = "classification",
      converter = Task.Converter.class,
      description = {
        "classification (softmax), regression (identity, squared error) or multi-label (sigmoid,"
            + " targets of 0 and 1) (default: ${DEFAULT-VALUE})."
      })
  Task task;

  @Option(
      names = "--targets",
      paramLabel = "N",
      converter = Converters.PositiveInt.class,
      description =
          "How many of the last columns are targets, of regression and multi-label"
              + " (default: 1).")
  Integer targets;

  @Option(
      names = "--target-column",
      paramLabel = "NAME",
      description =
          "The column of the label, or of the target, by its name in the header of a CSV file"
              + " (default: the last).")
  String targetColumn;

  @Option(
      names = "--validation",
      paramLabel = "SHARE",
      converter = Converters.Share.class,
      description =
          "Share of the training rows, of each class, that is held back to measure every"
              + " epoch with (default: none, test rows show how it goes).")
  Double validation;

  @Option(
      names = "--patience",
      paramLabel = "N",
      converter = Converters.PositiveInt.class,
      description =
          "Epochs without a lower validation loss after which training ends; the network"
              + " gets the parameters of the best epoch (default: all epochs, the last one).")
  Integer patience;

  @Option(
      names = "--hidden",
      paramLabel = "SIZES",
      defaultValue = "128,64",
      converter = Converters.HiddenSizes.Converter.class,
      description = "Sizes of the hidden layers, or none (default: ${DEFAULT-VALUE}).")
  Converters.HiddenSizes hidden;

  @Option(
      names = "--activation",
      paramLabel = "NAME",
      defaultValue = "relu",
      converter = Converters.HiddenActivation.class,
      description = {
        "Of the hidden layers: relu, leaky-relu, elu, selu, softplus, silu, gelu, gelu-tanh, tanh,"
            + " sigmoid, identity (default: relu)."
      })
  Activation activation;

  @Option(
      names = "--normalize",
      paramLabel = "NAME",
      defaultValue = "none",
      converter = NormalizationName.Converter.class,
      description = "Of the hidden layers: none, layer or batch (default: ${DEFAULT-VALUE}).")
  NormalizationName normalization;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "20",
      converter = Converters.PositiveInt.class,
      description = "Passes over the training rows (default: ${DEFAULT-VALUE}).")
  int epochs;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "32",
      converter = Converters.PositiveInt.class,
      description = "Rows of a step (default: ${DEFAULT-VALUE}).")
  int batch;

  @Option(
      names = "--optimizer",
      paramLabel = "NAME",
      defaultValue = "sgd",
      converter = OptimizerName.Converter.class,
      description = {
        "sgd, momentum (0.9), nesterov (0.9), adagrad (1e-8), rmsprop (0.9, 1e-8), adam (0.9, 0.999,"
            + " 1e-8) or adamw (the same, decay 0.01) (default: ${DEFAULT-VALUE})."
      })
  OptimizerName optimizer;

  @Option(
      names = "--learning-rate",
      paramLabel = "X",
      converter = Converters.PositiveNumber.class,
      description =
          "Of the optimizer (default: sgd 0.1, momentum 0.01, nesterov 0.01, adagrad 0.01,"
              + " rmsprop 0.001, adam 0.001, adamw 0.001).")
  Double learningRate;

  @Option(
      names = "--schedule",
      paramLabel = "NAME",
      defaultValue = "constant",
      converter = ScheduleName.Converter.class,
      description =
          "Of the learning rate: constant, exponential (0.9 an epoch), cosine (to 0) or one-cycle"
              + " (default: ${DEFAULT-VALUE}).")
  ScheduleName schedule;

  @Option(
      names = "--l2",
      paramLabel = "X",
      defaultValue = "0",
      converter = Converters.NonNegativeNumber.class,
      description = "Factor of the L2 term (default: ${DEFAULT-VALUE}).")
  double l2;

  @Option(
      names = "--l1",
      paramLabel = "X",
      defaultValue = "0",
      converter = Converters.NonNegativeNumber.class,
      description = "Factor of the L1 term (default: ${DEFAULT-VALUE}).")
  double l1;

  @Option(
      names = "--clip-value",
      paramLabel = "X",
      converter = Converters.PositiveNumber.class,
      description = "Most that an element of the gradient may be (default: no limit).")
  Double clipValue;

  @Option(
      names = "--clip-norm",
      paramLabel = "X",
      converter = Converters.PositiveNumber.class,
      description = "Most that the norm of the whole gradient may be (default: no limit).")
  Double clipNorm;

  @Option(
      names = "--max-norm",
      paramLabel = "X",
      converter = Converters.PositiveNumber.class,
      description =
          "Most that the norm of the weights into a neuron may be after a step (default: no"
              + " limit).")
  Double maxNorm;

  @Option(
      names = "--dropout",
      paramLabel = "P",
      defaultValue = "0",
      converter = Converters.Rate.class,
      description = "Share of each hidden layer that a step drops (default: ${DEFAULT-VALUE}).")
  double dropout;

  @Option(
      names = "--class-weights",
      paramLabel = "WEIGHTS",
      converter = ClassWeighting.Converter.class,
      description =
          "How much a training row of each class counts, such as 1,2.5, or balanced: every class as"
              + " much as any other (default: every row the same).")
  ClassWeighting classWeights;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "1",
      converter = Converters.Threads.class,
      description = "Threads that compute; the result stays the same (default: ${DEFAULT-VALUE}).")
  int threads;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description =
          "Decides splits, weights, order of rows and dropout (default: ${DEFAULT-VALUE}).")
  long seed;

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  /** The rows that {@code --data} names, ready to be learned. */
  TrainingData load() {
    requireSense();
    TrainingData rows = read();
    classWeights(rows); // refused before anything is printed
    return rows;
  }

  private TrainingData read() {
    LoadedData rows;
    try {
      rows = DataSource.load(data, task, targets(), seed, System.getenv());
    } catch (IOException | IllegalArgumentException e) {
      throw refusal("--data", e);
    }
    try {
      return rows.prepare(
          validation == null ? OptionalDouble.empty() : OptionalDouble.of(validation), seed);
    } catch (IllegalArgumentException e) {
      throw validation == null ? refusal("--data", e) : refusal("--validation", e);
    }
  }

  private Targets targets() {
    return new Targets(targets == null ? 1 : targets, Optional.ofNullable(targetColumn));
  }

  private void requireSense() {
    if (targets != null && targetColumn != null) {
      throw new ParameterException(
          spec.commandLine(), "--target-column names the one target: --targets is for the last");
    }
    if (targets != null && task == Task.CLASSIFICATION) {
      throw new ParameterException(
          spec.commandLine(),
          "--targets goes with --task=regression or --task=multi-label: a classification has one"
              + " column of labels");
    }
    if (classWeights != null && task != Task.CLASSIFICATION) {
      throw new ParameterException(
          spec.commandLine(),
          "--class-weights goes with --task=classification: numbers and several labels are no"
              + " classes");
    }
    if (patience != null && validation == null) {
      throw new ParameterException(
          spec.commandLine(), "--patience needs --validation: test rows must not choose the epoch");
    }
  }

  private ParameterException refusal(String option, Exception e) {
    return new ParameterException(
        spec.commandLine(), "Invalid value for option '" + option + "': " + e.getMessage(), e);
  }

  /** A network for the task and the data. */
  Architecture architecture(TrainingData rows) {
    try {
      Architecture layers = Architecture.input(rows.train().inputs());
      for (int size : hidden.sizes()) {
        layers = normalization.of(layers.dense(size, activation)).dropout(dropout);
      }
      return layers.dense(rows.train().outputs(), task.output());
    } catch (IllegalArgumentException e) {
      throw refusal("--hidden", e);
    }
  }

  private double learningRate() {
    return learningRate == null ? optimizer.learningRate() : learningRate;
  }

  /** Gradient descent as the options say. */
  Trainer.Builder trainer(TrainingData rows, List<TrainingListener> listeners) {
    Trainer.Builder builder =
        Trainer.builder()
            .optimizer(optimizer.of(learningRate()))
            .schedule(schedule.schedule())
            .batchSize(batch)
            .epochs(epochs)
            .l2(l2)
            .l1(l1)
            .threads(threads)
            .seed(seed);
    if (clipValue != null) {
      builder.clipValue(clipValue);
    }
    if (clipNorm != null) {
      builder.clipNorm(clipNorm);
    }
    if (maxNorm != null) {
      builder.maxNorm(maxNorm);
    }
    classWeights(rows).ifPresent(builder::classWeights);
    listeners.forEach(builder::listener);
    if (patience != null) {
      builder.earlyStopping(EarlyStopping.patience(patience));
    }
    return builder;
  }

  private Optional<float[]> classWeights(TrainingData rows) {
    try {
      return Optional.ofNullable(classWeights).map(weights -> weights.of(rows.train()));
    } catch (IllegalArgumentException e) {
      throw refusal("--class-weights", e);
    }
  }

  /** The settings on one line. */
  String describe() {
    return String.format(
        Locale.ROOT,
        "%s, learning rate %s %s, L2 %s%s, batches of %d, %d epochs%s, threads %d, seed %d",
        optimizer,
        learningRate(),
        schedule,
        l2,
        adjustments(),
        batch,
        epochs,
        patience == null ? "" : ", patience " + patience,
        threads,
        seed);
  }

  /** What else is done to gradients and weights, and how classes count, if it was asked for. */
  private String adjustments() {
    return (l1 > 0 ? ", L1 " + l1 : "")
        + (clipValue == null ? "" : ", gradients clipped to " + clipValue)
        + (clipNorm == null ? "" : ", gradient norm at most " + clipNorm)
        + (maxNorm == null ? "" : ", weight norms at most " + maxNorm)
        + (classWeights == null ? "" : ", class weights " + classWeights);
  }
}
