package dev.nn.train;

import dev.nn.Architecture;
import dev.nn.Loss;
import dev.nn.LossFunction;
import dev.nn.Network;
import dev.nn.data.RowSource;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/**
 * Trains a network by gradient descent in one of its three forms: batch size 1 (stochastic), B
 * (mini-batch) or all rows (full).
 *
 * <p>The result depends on the seed, the data and the settings only: the same bits for every number
 * of threads and every backend. A trainer is immutable and may be used for any number of fits, also
 * at the same time, each with a network of its own.
 *
 * <p>A training ends after its epochs, by {@link EarlyStopping}, or when a listener asks for it.
 * Whatever ends it otherwise (a listener or the rows throw, or the thread is interrupted), the
 * network is as the last whole step left it. In every case the threads of the training have ended.
 *
 * <p>A loss that is not finite ends a training by a {@link TrainingDivergedException} before its
 * step, as does the gradient of a custom loss. So that there are good parameters to go back to, a
 * training keeps two copies of all parameters, renewed at the beginning and at the end of each
 * epoch: memory, and time that counts where an epoch is a step or two on few rows.
 *
 * <p>Rows count by their {@linkplain RowSource#weight weights}: the cost of a batch is {@code sum_b
 * w_b L_b / sum_b w_b}, and the losses that are reported, stop a training early or reduce its
 * learning rate are such means, too. Accuracies count rows. A batch in which all weights are 0 has
 * the gradient 0, and is a step like every other; what has no weight above 0 at all is refused.
 *
 * <pre>{@code
 * History history =
 *     Trainer.builder().optimizer(Sgd.of(0.1)).batchSize(32).epochs(20).build().fit(network, train);
 * }</pre>
 */
public final class Trainer {
  final Optimizer optimizer;
  final Schedule schedule;
  final Optional<ReduceOnPlateau> plateau;
  final Optional<EarlyStopping> earlyStopping;
  final Optional<Checkpoints> checkpoints;
  final int batchSize;
  final int epochs;
  final double l2;
  final double l1;
  final double clipValue;
  final double clipNorm;
  final double maxNorm;
  final double labelSmoothing;
  private final float[] classWeights;
  final int threads;
  final long seed;
  final boolean shuffle;
  private final Optional<LossFunction> loss;
  final List<TrainingListener> listeners;

  private Trainer(Builder builder) {
    optimizer = builder.optimizer;
    schedule = builder.schedule;
    plateau = builder.plateau;
    earlyStopping = builder.earlyStopping;
    checkpoints = builder.checkpoints;
    batchSize = builder.batchSize;
    epochs = builder.epochs;
    l2 = builder.l2;
    l1 = builder.l1;
    clipValue = builder.clipValue;
    clipNorm = builder.clipNorm;
    maxNorm = builder.maxNorm;
    labelSmoothing = builder.labelSmoothing;
    classWeights = builder.classWeights;
    threads = builder.threads;
    seed = builder.seed;
    shuffle = builder.shuffle;
    loss = builder.loss;
    listeners = List.copyOf(builder.listeners);
  }

  /**
   * Settings to be changed: SGD with learning rate 0.1 throughout, batches of 32 rows, 10 epochs,
   * no L2 or L1, no limits of gradients or weights, one thread, seed 0, shuffled rows, the loss
   * that matches the output activation.
   *
   * @return a new builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Trains without validation data.
   *
   * <p>An exception of a listener or of the rows reaches the caller as it is. A step of all rows
   * keeps them all in memory; smaller batches leave the rows where they are.
   *
   * @param network changed in place, step by step; nobody else may use it meanwhile, but from a
   *     listener
   * @param train rows to learn
   * @return loss and accuracy of every epoch
   * @throws IllegalArgumentException if network, loss, label smoothing, class weights and rows do
   *     not go together, or a batch does not fit an array; nothing is changed. Also if the schedule
   *     gives a factor that is not allowed; the network is then as the last step left it
   * @throws IllegalStateException if the folder of the {@link Checkpoints} has some, which {@link
   *     #resume} goes on from; nothing is changed
   * @throws UncheckedIOException if a checkpoint cannot be written; the network is as the last step
   *     left it
   * @throws TrainingDivergedException if the loss of a row, its gradient by a {@link
   *     dev.nn.CustomLoss}, or a parameter is no longer finite; the parameters are the last good
   *     ones
   * @throws CancellationException if the thread is interrupted, before the next step; it stays
   *     interrupted
   */
  public History fit(Network network, RowSource train) {
    return fit(network, train, Optional.empty());
  }

  /**
   * Trains as the other {@code fit}, and measures the network after each epoch on rows that it does
   * not learn.
   *
   * @param network changed in place, step by step; nobody else may use it meanwhile, but from a
   *     listener
   * @param train rows to learn
   * @param validation rows to measure with
   * @return loss and accuracy of every epoch
   * @throws IllegalArgumentException if network, loss, label smoothing, class weights and rows do
   *     not go together, or a batch does not fit an array; nothing is changed. Also if the schedule
   *     gives a factor that is not allowed; the network is then as the last step left it
   * @throws IllegalStateException if the folder of the {@link Checkpoints} has some, which {@link
   *     #resume} goes on from; nothing is changed
   * @throws UncheckedIOException if a checkpoint cannot be written; the network is as the last step
   *     left it
   * @throws TrainingDivergedException if the loss of a row, its gradient by a {@link
   *     dev.nn.CustomLoss}, or a parameter is no longer finite; the parameters are the last good
   *     ones
   * @throws CancellationException if the thread is interrupted, before the next step; it stays
   *     interrupted
   */
  public History fit(Network network, RowSource train, RowSource validation) {
    return fit(network, train, Optional.of(Objects.requireNonNull(validation, "validation")));
  }

  private History fit(Network network, RowSource train, Optional<RowSource> validation) {
    try (Fit fit = prepare(network, train, validation)) {
      fit.begin();
      return fit.toTheEnd();
    }
  }

  /**
   * Goes on with a training where its last checkpoint is, or begins it if there is none, without
   * validation data.
   *
   * @param network of the same architecture; gets the parameters of the checkpoint
   * @param train the same rows
   * @return loss and accuracy of every epoch, those before the interruption included
   * @throws IllegalStateException if this trainer has no {@link Checkpoints}
   * @throws IllegalArgumentException as fit, and if the checkpoint is of a training with other
   *     settings; nothing is changed then
   * @throws UncheckedIOException if no checkpoint can be read, or one not be written; in the first
   *     case nothing is changed
   * @throws TrainingDivergedException as fit
   * @throws CancellationException as fit
   */
  public History resume(Network network, RowSource train) {
    return resume(network, train, Optional.empty());
  }

  /**
   * Goes on with a training where its last checkpoint is, or begins it if there is none. What
   * follows is what would have followed without the interruption, bit for bit, on any backend and
   * any number of threads, except for times.
   *
   * <p>Architecture, loss, numbers of rows and all settings of this trainer must be those of the
   * training before, but for threads, listeners, the number of epochs and {@link Checkpoints}.
   * Whether the rows, the schedule and the functions of an application are the same is not checked.
   * More epochs than before make a training longer, fewer than were begun are refused; a schedule
   * that looks at their number then gives other learning rates than a training that had as many
   * from the start.
   *
   * <p>A training that had ended by a listener goes on, unless that asks for its end again; after
   * the last epoch, or by {@link EarlyStopping}, it has ended for good, and its history is
   * returned. If the newest file is damaged, the one before it is used.
   *
   * @param network of the same architecture; gets the parameters of the checkpoint
   * @param train the same rows
   * @param validation the same rows to measure with
   * @return loss and accuracy of every epoch, those before the interruption included
   * @throws IllegalStateException if this trainer has no {@link Checkpoints}
   * @throws IllegalArgumentException as fit, and if the checkpoint is of a training with other
   *     settings; nothing is changed then
   * @throws UncheckedIOException if no checkpoint can be read, or one not be written; in the first
   *     case nothing is changed
   * @throws TrainingDivergedException as fit
   * @throws CancellationException as fit
   */
  public History resume(Network network, RowSource train, RowSource validation) {
    return resume(network, train, Optional.of(Objects.requireNonNull(validation, "validation")));
  }

  private History resume(Network network, RowSource train, Optional<RowSource> validation) {
    if (checkpoints.isEmpty()) {
      throw new IllegalStateException("resume needs a trainer with checkpoints(...)");
    }
    try (Fit fit = prepare(network, train, validation)) {
      fit.goToCheckpoint();
      return fit.toTheEnd();
    }
  }

  /** A fit whose parts go together, before its first step. */
  Fit prepare(Network network, RowSource train, Optional<RowSource> validation) {
    Architecture architecture = Objects.requireNonNull(network, "network").architecture();
    LossFunction chosen = loss(architecture);
    Evaluation.requireFits("train", train, architecture, chosen, rowWeights(architecture, chosen));
    validation.ifPresent(v -> Evaluation.requireFits("validation", v, architecture, chosen));
    requireWatchable(architecture, chosen);
    return new Fit(this, network, chosen, train, validation);
  }

  /** What a training that goes on must have in common with the one before, by name. */
  Map<String, String> describe(
      Architecture architecture,
      LossFunction chosen,
      RowSource train,
      Optional<RowSource> validation) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("network", architecture.toString());
    settings.put("loss", chosen.toString());
    settings.put("training rows", Integer.toString(train.rows()));
    settings.put("validation rows", Integer.toString(validation.map(RowSource::rows).orElse(0)));
    settings.put("optimizer", optimizer.toString());
    settings.put("plateau", plateau.map(ReduceOnPlateau::toString).orElse("none"));
    settings.put("early stopping", earlyStopping.map(EarlyStopping::toString).orElse("none"));
    settings.put("batch size", Integer.toString(Math.min(batchSize, train.rows())));
    settings.put("L2", Double.toString(l2));
    settings.put("L1", Double.toString(l1));
    settings.put("clip value", Double.toString(clipValue));
    settings.put("clip norm", Double.toString(clipNorm));
    settings.put("max norm", Double.toString(maxNorm));
    settings.put("label smoothing", Double.toString(labelSmoothing));
    settings.put("class weights", Arrays.toString(classWeights));
    settings.put("seed", Long.toString(seed));
    settings.put("shuffle", Boolean.toString(shuffle));
    return settings;
  }

  /**
   * Opens a training whose rows come in parts, for as many epochs as the caller likes.
   *
   * @param network changed in place, by the calls of the training
   * @return a training to be closed by the caller, which has the threads of this trainer
   * @throws IllegalArgumentException if network, loss, label smoothing and class weights do not go
   *     together
   * @throws IllegalStateException if this trainer has early stopping, which needs to know when to
   *     restore the best epoch, or checkpoints: its trainings are those of fit
   */
  public Training open(Network network) {
    LossFunction chosen = loss(Objects.requireNonNull(network, "network").architecture());
    if (earlyStopping.isPresent()) {
      throw new IllegalStateException("a trainer with early stopping opens no training: use fit");
    }
    if (checkpoints.isPresent()) {
      throw new IllegalStateException("a trainer with checkpoints opens no training: use fit");
    }
    return new Training(this, network, chosen);
  }

  private void requireWatchable(Architecture architecture, LossFunction loss) {
    if (earlyStopping.isPresent()
        && earlyStopping.get().byAccuracy()
        && !Tally.hasClasses(architecture, loss)) {
      throw new IllegalArgumentException(
          "earlyStopping watches the accuracy, but outputs of "
              + architecture
              + " with the loss "
              + loss
              + " are no classes: watch the loss");
    }
  }

  /** How much training rows count, for a network whose outputs must be the classes. */
  RowWeights rowWeights(Architecture architecture, LossFunction loss) {
    return RowWeights.of(classWeights, architecture, loss);
  }

  /** The loss of this trainer for a network, which must accept its output activation. */
  LossFunction loss(Architecture architecture) {
    LossFunction chosen = loss.orElseGet(() -> Loss.matching(architecture.outputActivation()));
    chosen.requireAccepts(architecture.outputActivation());
    return chosen;
  }

  /** The settings of a {@link Trainer}; every setter checks its argument at once. */
  public static final class Builder {
    private Optimizer optimizer = Sgd.of(0.1);
    private Schedule schedule = Schedule.constant();
    private Optional<ReduceOnPlateau> plateau = Optional.empty();
    private Optional<EarlyStopping> earlyStopping = Optional.empty();
    private Optional<Checkpoints> checkpoints = Optional.empty();
    private int batchSize = 32;
    private int epochs = 10;
    private double l2;
    private double l1;
    private double clipValue = Double.POSITIVE_INFINITY;
    private double clipNorm = Double.POSITIVE_INFINITY;
    private double maxNorm = Double.POSITIVE_INFINITY;
    private double labelSmoothing;
    private float[] classWeights = {};
    private int threads = 1;
    private long seed;
    private boolean shuffle = true;
    private Optional<LossFunction> loss = Optional.empty();
    private final List<TrainingListener> listeners = new ArrayList<>();

    private Builder() {}

    /**
     * Sets how parameters follow their gradients.
     *
     * @param optimizer the optimizer
     * @return this
     */
    public Builder optimizer(Optimizer optimizer) {
      this.optimizer = Objects.requireNonNull(optimizer, "optimizer");
      return this;
    }

    /**
     * Sets how the learning rate of the optimizer changes from step to step.
     *
     * @param schedule called from the thread of fit before each step; a factor that is negative or
     *     not finite ends fit before that step with an {@link IllegalArgumentException}
     * @return this
     */
    public Builder schedule(Schedule schedule) {
      this.schedule = Objects.requireNonNull(schedule, "schedule");
      return this;
    }

    /**
     * Makes the learning rate smaller, on top of the schedule, each time that the loss no longer
     * falls.
     *
     * @param plateau when, and by how much
     * @return this
     */
    public Builder reduceOnPlateau(ReduceOnPlateau plateau) {
      this.plateau = Optional.of(Objects.requireNonNull(plateau, "plateau"));
      return this;
    }

    /**
     * Ends a training that brings no new best, and restores the parameters of the best epoch.
     *
     * @param earlyStopping after how many epochs, and what is watched
     * @return this
     */
    public Builder earlyStopping(EarlyStopping earlyStopping) {
      this.earlyStopping = Optional.of(Objects.requireNonNull(earlyStopping, "earlyStopping"));
      return this;
    }

    /**
     * Writes all that a training needs to go on after an interruption, by {@link Trainer#resume}.
     *
     * @param checkpoints where and how often; a folder with checkpoints is refused by fit
     * @return this
     */
    public Builder checkpoints(Checkpoints checkpoints) {
      this.checkpoints = Optional.of(Objects.requireNonNull(checkpoints, "checkpoints"));
      return this;
    }

    /**
     * Sets the rows of a step: 1 for stochastic gradient descent, B for mini-batches.
     *
     * @param batchSize at least 1; more than there are rows means all rows
     * @return this
     */
    public Builder batchSize(int batchSize) {
      this.batchSize = Factors.requireAtLeast(1, "batchSize", batchSize);
      return this;
    }

    /**
     * Makes every step use all rows: full gradient descent.
     *
     * @return this
     */
    public Builder fullBatch() {
      return batchSize(Integer.MAX_VALUE);
    }

    /**
     * Sets the number of passes over the training rows.
     *
     * @param epochs at least 1
     * @return this
     */
    public Builder epochs(int epochs) {
      this.epochs = Factors.requireAtLeast(1, "epochs", epochs);
      return this;
    }

    /**
     * Adds {@code lambda/2 ||W||^2} to the cost: {@code W = (1 - alpha lambda) W - alpha dJ/dW},
     * weights only. The losses of a training are those of the rows, without this term.
     *
     * @param lambda finite and not negative
     * @return this
     */
    public Builder l2(double lambda) {
      if (!(lambda >= 0 && lambda <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException("l2 must be finite and not negative, but is " + lambda);
      }
      this.l2 = lambda;
      return this;
    }

    /**
     * Adds {@code lambda ||W||_1} to the cost, the sum of the magnitudes of all weights, but not
     * biases: {@code W = W - alpha (dJ/dW + lambda sign(W))}. Weights of no use end near zero,
     * within a step of it: {@code alpha lambda} by plain gradient descent. The losses of a training
     * are those of the rows, without this term.
     *
     * <p>Source: R. Tibshirani, "Regression shrinkage and selection via the lasso", Journal of the
     * Royal Statistical Society B 58, 1996.
     *
     * @param lambda not negative, finite as a float
     * @return this
     */
    public Builder l1(double lambda) {
      Factors.requireNotNegative("l1", lambda);
      this.l1 = lambda;
      return this;
    }

    /**
     * Limits every element of the gradient to {@code -limit..limit}, before the terms of L1 and L2
     * are added to it and the optimizer sees it.
     *
     * @param limit greater than 0 and finite as a float
     * @return this
     */
    public Builder clipValue(double limit) {
      Factors.requirePositive("clipValue", limit);
      this.clipValue = limit;
      return this;
    }

    /**
     * Limits the length of the gradient, {@code g = g min(1, limit / ||g||)}, where {@code ||g||}
     * is the Euclidean norm over the weights and biases of all layers together; before {@link
     * #clipValue}, if both are given, and before the terms of L1 and L2. A gradient whose norm is
     * not finite makes no step: it ends the training by a {@link TrainingDivergedException}.
     *
     * <p>The whole gradient is then in memory, once more what the parameters need, and a step takes
     * some passes over it.
     *
     * <p>PyTorch's {@code clip_grad_norm_}, Keras's {@code global_clipnorm}. Source: R. Pascanu, T.
     * Mikolov, Y. Bengio, "On the difficulty of training recurrent neural networks", ICML 2013.
     *
     * @param limit greater than 0 and finite as a float
     * @return this
     */
    public Builder clipNorm(double limit) {
      Factors.requirePositive("clipNorm", limit);
      this.clipNorm = limit;
      return this;
    }

    /**
     * Limits the weights into each neuron of every layer: after each step those whose Euclidean
     * norm is above the limit are scaled down to it, but for some roundings. Biases are not
     * touched.
     *
     * <p>Keras's {@code MaxNorm} with axis 0. Source: N. Srivastava et al., "Dropout: a simple way
     * to prevent neural networks from overfitting", JMLR 15, 2014, who advise 3 to 4, with dropout.
     *
     * @param limit greater than 0 and finite as a float
     * @return this
     */
    public Builder maxNorm(double limit) {
      Factors.requirePositive("maxNorm", limit);
      this.maxNorm = limit;
      return this;
    }

    /**
     * Makes a network learn {@code (1 - epsilon) y + epsilon / K} in place of the labels y of K
     * classes, so that it is not taught to be certain. The losses of training rows are those of the
     * smoothed labels; what is validated is not smoothed.
     *
     * <p>PyTorch's {@code CrossEntropyLoss(label_smoothing=epsilon)}; with the log loss each output
     * has two classes. Source: C. Szegedy et al., "Rethinking the Inception architecture for
     * computer vision", CVPR 2016.
     *
     * @param epsilon at least 0 and below 1; 0.1 is a common choice. Only the cross-entropy and the
     *     log loss allow more than 0; a {@link dev.nn.CustomLoss} may smooth by itself
     * @return this
     */
    public Builder labelSmoothing(double epsilon) {
      if (!(epsilon >= 0 && (float) epsilon < 1)) {
        throw new IllegalArgumentException(
            "labelSmoothing must be at least 0 and below 1 as a float, but is " + epsilon);
      }
      this.labelSmoothing = epsilon;
      return this;
    }

    /**
     * Makes training rows count by their classes: the weight of a row is its own times that of its
     * class. For classes of very different sizes, such as by {@link
     * dev.nn.data.ClassWeights#balanced}.
     *
     * <p>The losses of training rows are means by these weights; rows that are validated or tested
     * count by their own weights alone. The class of a row is its greatest target; for a single
     * output it is 1 if the target is 0.5 or more, else 0.
     *
     * @param weights one for each class, finite and not negative, not all 0; copied. Only outputs
     *     that are classes allow them: those of the cross-entropy, or a single one of the log loss
     * @return this
     */
    public Builder classWeights(float... weights) {
      this.classWeights = requireClassWeights(weights.clone());
      return this;
    }

    private static float[] requireClassWeights(float[] weights) {
      boolean some = false;
      boolean allowed = weights.length >= 2;
      for (float weight : weights) {
        allowed &= weight >= 0 && weight <= Float.MAX_VALUE;
        some |= weight > 0;
      }
      if (!allowed || !some) {
        throw new IllegalArgumentException(
            "classWeights must be two or more, finite and not negative, one at least above 0, but"
                + " are "
                + Arrays.toString(weights));
      }
      return weights;
    }

    /**
     * Sets the number of threads that compute, the caller's included. The result does not depend on
     * it.
     *
     * @param threads at least 1
     * @return this
     */
    public Builder threads(int threads) {
      this.threads = Factors.requireAtLeast(1, "threads", threads);
      return this;
    }

    /**
     * Sets what decides the order of the rows.
     *
     * @param seed any value
     * @return this
     */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /**
     * Sets whether each epoch takes the rows in a new random order.
     *
     * @param shuffle false to take them as they stand
     * @return this
     */
    public Builder shuffle(boolean shuffle) {
      this.shuffle = shuffle;
      return this;
    }

    /**
     * Sets the loss, where it shall not be the one that matches the output activation.
     *
     * @param loss must accept the output activation of the network; a {@link Loss}, or a {@link
     *     dev.nn.CustomLoss} of the application's own
     * @return this
     */
    public Builder loss(LossFunction loss) {
      this.loss = Optional.of(Objects.requireNonNull(loss, "loss"));
      return this;
    }

    /**
     * Adds a listener.
     *
     * @param listener called from the thread of fit
     * @return this
     */
    public Builder listener(TrainingListener listener) {
      listeners.add(Objects.requireNonNull(listener, "listener"));
      return this;
    }

    /**
     * The trainer with these settings.
     *
     * @return a new trainer
     */
    public Trainer build() {
      return new Trainer(this);
    }
  }
}
