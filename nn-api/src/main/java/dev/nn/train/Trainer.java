package dev.nn.train;

import dev.nn.Architecture;
import dev.nn.Backpropagation;
import dev.nn.Loss;
import dev.nn.Network;
import dev.nn.Philox;
import dev.nn.data.RowSource;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/**
 * Trains a network by gradient descent in one of its three forms: batch size 1 (stochastic), B
 * (mini-batch) or all rows (full).
 *
 * <p>The result depends on the seed, the data and the settings only: the same bits for every number
 * of threads and every backend. A trainer is immutable and may be used for any number of fits, also
 * at the same time, each with a network of its own.
 *
 * <p>Whatever ends a training early (a listener or the rows throw, or the thread is interrupted),
 * the network is as the last whole step left it, and the threads of the training have ended.
 *
 * <pre>{@code
 * History history =
 *     Trainer.builder().optimizer(Sgd.of(0.1)).batchSize(32).epochs(20).build().fit(network, train);
 * }</pre>
 */
public final class Trainer {
  /** The largest array that every JVM can allocate. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

  /**
   * Values of a batch below which the caller gathers its rows alone: 256 KB, tens of microseconds
   * from memory, where starting the other threads takes a few.
   */
  private static final long MIN_SHARED_VALUES = 1 << 16;

  private final Optimizer optimizer;
  private final int batchSize;
  private final int epochs;
  private final double l2;
  private final int threads;
  private final long seed;
  private final boolean shuffle;
  private final Optional<Loss> loss;
  private final List<TrainingListener> listeners;

  private Trainer(Builder builder) {
    optimizer = builder.optimizer;
    batchSize = builder.batchSize;
    epochs = builder.epochs;
    l2 = builder.l2;
    threads = builder.threads;
    seed = builder.seed;
    shuffle = builder.shuffle;
    loss = builder.loss;
    listeners = List.copyOf(builder.listeners);
  }

  /**
   * Settings to be changed: SGD with learning rate 0.1, batches of 32 rows, 10 epochs, no L2, one
   * thread, seed 0, shuffled rows, the loss that matches the output activation.
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
   * @throws IllegalArgumentException if network, loss and rows do not go together, or a batch does
   *     not fit an array; nothing is changed
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
   * @throws IllegalArgumentException if network, loss and rows do not go together, or a batch does
   *     not fit an array; nothing is changed
   * @throws CancellationException if the thread is interrupted, before the next step; it stays
   *     interrupted
   */
  public History fit(Network network, RowSource train, RowSource validation) {
    return fit(network, train, Optional.of(Objects.requireNonNull(validation, "validation")));
  }

  private History fit(Network network, RowSource train, Optional<RowSource> validation) {
    Architecture architecture = Objects.requireNonNull(network, "network").architecture();
    Loss chosen = loss(architecture);
    Evaluation.requireFits("train", train, architecture, chosen);
    validation.ifPresent(v -> Evaluation.requireFits("validation", v, architecture, chosen));
    try (Workers workers = Workers.of(threads)) {
      int rows = Math.min(batchSize, train.rows());
      Pass pass = new Pass(network, chosen, train, rows, workers);
      List<History.Epoch> seen = new ArrayList<>();
      for (int number = 1; number <= epochs; number++) {
        long start = System.nanoTime();
        Score score = pass.run(number);
        long nanos = Math.max(1, System.nanoTime() - start);
        History.Epoch epoch =
            new History.Epoch(
                number,
                score,
                validation.map(
                    v -> Evaluation.of(network, v, chosen, workers, Optional.empty()).score()),
                train.rows(),
                nanos);
        seen.add(epoch);
        listeners.forEach(listener -> listener.onEpoch(epoch));
      }
      return new History(seen);
    }
  }

  /** The loss of this trainer for a network, which must accept its output activation. */
  Loss loss(Architecture architecture) {
    Loss chosen = loss.orElseGet(() -> Loss.matching(architecture.outputActivation()));
    chosen.requireAccepts(architecture.outputActivation());
    return chosen;
  }

  /** One epoch: the rows in their order, batch by batch. */
  private final class Pass {
    private final RowSource train;
    private final int rows;
    private final Workers workers;
    private final int inputs;
    private final int outputs;
    private final float[] x;
    private final float[] y;
    private final Backpropagation backpropagation;
    private final UpdateRule rule = optimizer.rule(l2);
    private final Tally tally;
    private final Workers.Task gathering = this::gatherPart;

    /** The batch at hand: {@code count} rows of the order from {@code from} on. */
    private int[] order;

    private int from;
    private int count;

    Pass(Network network, Loss loss, RowSource train, int rows, Workers workers) {
      this.train = train;
      this.rows = rows;
      this.workers = workers;
      this.inputs = train.inputs();
      this.outputs = train.outputs();
      this.x = new float[requireFits(rows, "features", inputs)];
      this.y = new float[requireFits(rows, "targets", outputs)];
      this.backpropagation = new Backpropagation(network, loss, rows, workers);
      this.tally = new Tally(network.architecture(), loss);
    }

    private static int requireFits(int rows, String what, int width) {
      if ((long) rows * width > MAX_LENGTH) {
        throw new IllegalArgumentException(
            "batches of %d rows with %d %s fit no array: batchSize must be at most %d"
                .formatted(rows, width, what, MAX_LENGTH / width));
      }
      return rows * width;
    }

    Score run(int epoch) {
      order = IntStream.range(0, train.rows()).toArray();
      if (shuffle) {
        Philox.shuffle(order, seed, Philox.SHUFFLE, epoch);
      }
      tally.clear();
      int batches = (order.length - 1) / rows + 1;
      for (int batch = 1; batch <= batches; batch++) {
        requireUninterrupted(epoch, batch, batches);
        from = (batch - 1) * rows;
        count = Math.min(rows, order.length - from);
        gather();
        backpropagation.step(count, x, y, rule);
        tally.add(count, backpropagation, y);
        for (TrainingListener listener : listeners) {
          listener.onBatch(epoch, batch, batches);
        }
      }
      return tally.score();
    }

    private static void requireUninterrupted(int epoch, int batch, int batches) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "fit was interrupted before batch %d of %d of epoch %d: the network is as the last"
                    .formatted(batch, batches, epoch)
                + " step left it");
      }
    }

    private void gather() {
      if ((long) count * ((long) inputs + outputs) < MIN_SHARED_VALUES) {
        gatherPart(0, 1);
      } else {
        workers.run(gathering);
      }
    }

    private void gatherPart(int part, int parts) {
      int first = (int) ((long) count * part / parts);
      int end = (int) ((long) count * (part + 1) / parts);
      train.copyRows(
          order, from + first, end - first, x, first * inputs, inputs, y, first * outputs, outputs);
    }
  }

  /** The settings of a {@link Trainer}; every setter checks its argument at once. */
  public static final class Builder {
    private Optimizer optimizer = Sgd.of(0.1);
    private int batchSize = 32;
    private int epochs = 10;
    private double l2;
    private int threads = 1;
    private long seed;
    private boolean shuffle = true;
    private Optional<Loss> loss = Optional.empty();
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
     * Sets the rows of a step: 1 for stochastic gradient descent, B for mini-batches.
     *
     * @param batchSize at least 1; more than there are rows means all rows
     * @return this
     */
    public Builder batchSize(int batchSize) {
      this.batchSize = requirePositive("batchSize", batchSize);
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
      this.epochs = requirePositive("epochs", epochs);
      return this;
    }

    /**
     * Adds {@code lambda/2 ||W||^2} to the cost: {@code W = (1 - alpha lambda) W - alpha dJ/dW},
     * weights only.
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
     * Sets the number of threads that compute, the caller's included. The result does not depend on
     * it.
     *
     * @param threads at least 1
     * @return this
     */
    public Builder threads(int threads) {
      this.threads = requirePositive("threads", threads);
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
     * @param loss must accept the output activation of the network
     * @return this
     */
    public Builder loss(Loss loss) {
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

    private static int requirePositive(String name, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(name + " must be at least 1, but is " + value);
      }
      return value;
    }
  }
}
