package dev.nn.train;

import dev.nn.Architecture;
import dev.nn.LossFunction;
import dev.nn.Network;
import dev.nn.data.Dataset;
import dev.nn.data.FeatureScaler;
import dev.nn.data.RowSource;
import dev.nn.data.Split;
import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * How well an architecture and a way to train it do on rows that were not learned, as the mean over
 * the folds of a data set; immutable: each option gives a new one.
 *
 * <p>For each fold a network starts anew from the same seed, learns the training rows and is
 * measured on the test rows. A fold knows nothing of another, nor of its test rows before the end.
 *
 * <pre>{@code
 * CrossValidation.Result result =
 *     CrossValidation.of(mlp, 42, trainer)
 *         .scaling(FeatureScaler::standardize)
 *         .run(digits.stratifiedFolds(5, 1));
 * double accuracy = result.accuracy().mean();
 * }</pre>
 *
 * <p>Source: M. Stone, "Cross-validatory choice and assessment of statistical predictions", Journal
 * of the Royal Statistical Society B 36, 1974.
 */
public final class CrossValidation {
  /** A way to train a network. */
  private interface Method {
    LossFunction loss(Architecture architecture);

    RowWeights weights(Architecture architecture, LossFunction loss);

    History fit(Network network, Dataset train);
  }

  private final Architecture architecture;
  private final long seed;
  private final Method method;
  private final Optional<Function<RowSource, FeatureScaler>> scaling;
  private final Optional<Backend> backend;

  private CrossValidation(
      Architecture architecture,
      long seed,
      Method method,
      Optional<Function<RowSource, FeatureScaler>> scaling,
      Optional<Backend> backend) {
    this.architecture = architecture;
    this.seed = seed;
    this.method = method;
    this.scaling = scaling;
    this.backend = backend;
  }

  /**
   * A cross-validation on features as they stand, by the default backend.
   *
   * @param architecture of every network, with at least one layer
   * @param seed decides the initial weights, the same ones for every fold
   * @param trainer trains every network; its listeners hear of all folds, one after the other
   * @return the cross-validation
   * @throws IllegalArgumentException if there is no layer, the trainer's loss does not accept the
   *     output activation, or the trainer has checkpoints
   */
  public static CrossValidation of(Architecture architecture, long seed, Trainer trainer) {
    Objects.requireNonNull(trainer, "trainer");
    if (trainer.checkpoints.isPresent()) {
      throw new IllegalArgumentException(
          "trainer has checkpoints, which are those of one training: folds are several");
    }
    return of(
        architecture,
        seed,
        new Method() {
          @Override
          public LossFunction loss(Architecture layers) {
            return trainer.loss(layers);
          }

          @Override
          public RowWeights weights(Architecture layers, LossFunction loss) {
            return trainer.rowWeights(layers, loss);
          }

          @Override
          public History fit(Network network, Dataset train) {
            return trainer.fit(network, train);
          }
        });
  }

  /**
   * As the other {@code of}, with networks trained by L-BFGS; their histories have no epochs.
   *
   * @param architecture of every network, with at least one layer
   * @param seed decides the initial weights, the same ones for every fold
   * @param lbfgs trains every network
   * @return the cross-validation
   * @throws IllegalArgumentException if there is no layer, or L-BFGS cannot train such a network:
   *     its loss does not accept the output activation, or there is dropout
   */
  public static CrossValidation of(Architecture architecture, long seed, Lbfgs lbfgs) {
    Objects.requireNonNull(lbfgs, "lbfgs");
    return of(
        architecture,
        seed,
        new Method() {
          @Override
          public LossFunction loss(Architecture layers) {
            return lbfgs.loss(layers);
          }

          @Override
          public RowWeights weights(Architecture layers, LossFunction loss) {
            return RowWeights.OWN;
          }

          @Override
          public History fit(Network network, Dataset train) {
            lbfgs.fit(network, train);
            return new History(List.of(), 0, History.End.ALL_EPOCHS);
          }
        });
  }

  private static CrossValidation of(Architecture architecture, long seed, Method method) {
    Objects.requireNonNull(architecture, "architecture");
    if (architecture.depth() == 0) {
      throw new IllegalArgumentException(
          "architecture has no layers: add at least one with dense(...)");
    }
    method.loss(architecture);
    return new CrossValidation(architecture, seed, method, Optional.empty(), Optional.empty());
  }

  /**
   * Scales the features of each fold by what its training rows alone say.
   *
   * @param fit makes a scaler from training rows, such as {@code FeatureScaler::standardize}
   * @return a cross-validation with this option
   */
  public CrossValidation scaling(Function<RowSource, FeatureScaler> fit) {
    return new CrossValidation(
        architecture, seed, method, Optional.of(Objects.requireNonNull(fit, "fit")), backend);
  }

  /**
   * Lets a given backend do the arithmetic, with the same results.
   *
   * @param backend of every network
   * @return a cross-validation with this option
   */
  public CrossValidation on(Backend backend) {
    return new CrossValidation(
        architecture,
        seed,
        method,
        scaling,
        Optional.of(Objects.requireNonNull(backend, "backend")));
  }

  /**
   * Trains and measures one network for each fold, one after the other.
   *
   * <p>An exception of a listener, of the scaling or of an interrupt reaches the caller as it is.
   *
   * @param folds at least two, such as those of {@link Dataset#folds} or {@link
   *     Dataset#stratifiedFolds}
   * @return what each fold gave
   * @throws IllegalArgumentException if there are fewer than two folds, or rows do not go together
   *     with network, loss and class weights; nothing has been trained then
   */
  public Result run(List<Split> folds) {
    List<Split> splits = List.copyOf(Objects.requireNonNull(folds, "folds"));
    if (splits.size() < 2) {
      throw new IllegalArgumentException(
          "folds has %d splits, allowed: 2 or more".formatted(splits.size()));
    }
    LossFunction loss = method.loss(architecture);
    RowWeights weights = method.weights(architecture, loss);
    for (int f = 0; f < splits.size(); f++) {
      Split split = splits.get(f);
      Evaluation.requireFits("folds[" + f + "].train", split.train(), architecture, loss, weights);
      Evaluation.requireFits("folds[" + f + "].test", split.test(), architecture, loss);
    }
    List<Fold> results = new ArrayList<>();
    for (Split split : splits) {
      results.add(run(scaled(split), loss));
    }
    return new Result(results);
  }

  private Split scaled(Split split) {
    if (scaling.isEmpty()) {
      return split;
    }
    FeatureScaler scaler = scaling.get().apply(split.train());
    return new Split(scaler.apply(split.train()), scaler.apply(split.test()));
  }

  private Fold run(Split split, LossFunction loss) {
    Network network =
        Network.initialize(architecture, seed, backend.orElseGet(Backends::byDefault));
    History history = method.fit(network, split.train());
    return new Fold(network, history, split.test(), Evaluation.of(network, split.test(), loss));
  }

  /**
   * What one fold gave.
   *
   * @param network as trained
   * @param history of its training; without epochs if that was L-BFGS
   * @param test the rows that it did not learn, with the features that it was measured on: scaled
   *     ones, if scaling was asked for
   * @param evaluation of the network on them
   */
  public record Fold(Network network, History history, Dataset test, Evaluation evaluation) {
    /** Checks that nothing is missing. */
    public Fold {
      Objects.requireNonNull(network, "network");
      Objects.requireNonNull(history, "history");
      Objects.requireNonNull(test, "test");
      Objects.requireNonNull(evaluation, "evaluation");
    }
  }

  /**
   * What all folds gave.
   *
   * @param folds in the order of the splits, at least two
   */
  public record Result(List<Fold> folds) {
    /** Copies the list, and checks that there are two folds or more. */
    public Result {
      folds = List.copyOf(folds);
      if (folds.size() < 2) {
        throw new IllegalArgumentException(
            "folds has %d elements, allowed: 2 or more".formatted(folds.size()));
      }
    }

    /**
     * The losses of the test parts, each a mean over its rows by their weights.
     *
     * @return their mean and deviation
     */
    public Spread loss() {
      return of(fold -> fold.evaluation().score().loss());
    }

    /**
     * The accuracies of the test parts; NaN where outputs are no classes.
     *
     * @return their mean and deviation
     */
    public Spread accuracy() {
      return of(fold -> fold.evaluation().score().accuracy());
    }

    /**
     * Any other measure, such as a coefficient of determination, from network and test rows of a
     * fold.
     *
     * @param measure gives a number for each fold
     * @return their mean and deviation
     */
    public Spread of(ToDoubleFunction<Fold> measure) {
      double[] values = folds.stream().mapToDouble(measure).toArray();
      double sum = 0;
      for (double value : values) {
        sum += value;
      }
      double mean = sum / values.length;
      double squares = 0;
      for (double value : values) {
        squares += (value - mean) * (value - mean);
      }
      return new Spread(mean, Math.sqrt(squares / (values.length - 1)));
    }
  }

  /**
   * A measure over k folds, each fold with the same weight.
   *
   * @param mean {@code sum_f v_f / k}
   * @param deviation {@code sqrt(sum_f (v_f - mean)^2 / (k - 1))}, the standard deviation of a
   *     sample. That of the mean cannot be had from it, as folds share training rows.
   */
  public record Spread(double mean, double deviation) {}
}
