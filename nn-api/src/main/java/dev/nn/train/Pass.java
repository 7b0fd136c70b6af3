package dev.nn.train;

import dev.nn.Backpropagation;
import dev.nn.CustomLoss;
import dev.nn.LossFunction;
import dev.nn.Network;
import dev.nn.Parameters;
import dev.nn.Philox;
import dev.nn.data.RowSource;
import dev.nn.io.SafetensorsReader;
import dev.nn.io.SafetensorsWriter;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import java.io.IOException;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/** An epoch: rows in their order, batch by batch, in the buffers of one training. */
final class Pass {
  /** The largest array that every JVM can allocate. */
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

  /**
   * Values of a batch below which the caller gathers its rows alone: 256 KB, tens of microseconds
   * from memory, where starting the other threads takes a few.
   */
  private static final long MIN_SHARED_VALUES = 1 << 16;

  private static final String NETWORK = "network.";
  private static final String OPTIMIZER = "optimizer.";
  private static final String BEGINNING = "beginning.";

  /** Epoch at hand, batches of it, its nanoseconds, sums of losses and weights, right answers. */
  private static final String POSITION = "position";

  private final Trainer settings;
  private final Workers workers;
  private final int inputs;
  private final int outputs;
  private final Network network;

  /** Whether a finite loss may have a gradient that is not finite. */
  private final boolean customLoss;

  private final Backpropagation backpropagation;
  private final LearningRate learningRate;
  private final Tally tally;
  private final RowWeights rowWeights;
  private final LabelSmoothing smoothing;
  private final Workers.Task gathering = this::gatherPart;

  /** The parameters at the beginning of the epoch. */
  private final Parameters beginning;

  /** The parameters when they are looked at. */
  private final Parameters present;

  private float[] x = {};
  private float[] y = {};
  private float[] weights = {};

  /** The rows of the epoch, and the size of its batches. */
  private RowSource train;

  private int batchRows;

  /** The batch at hand: {@code count} rows of the order from {@code from} on. */
  private int[] order;

  private int from;
  private int count;

  /** Number of steps that were made. */
  private long step;

  /** The last epoch that was begun, whether it is over, and how many batches of it were learned. */
  private int epoch;

  private boolean over = true;
  private int learned;

  /** Whether the next run goes on with an epoch of a checkpoint. */
  private boolean resumes;

  /** What the epoch took before this training went on with it. */
  private long nanosBefore;

  /** When the epoch began, as if it had had no interruption. */
  private long start;

  /** Duration of the last epoch. */
  private long nanos;

  /** Told of each step; makes a checkpoint. */
  private LongConsumer afterStep = made -> {};

  private Runnable save = () -> {};

  /** Whether a listener asked for the end. */
  private boolean ended;

  Pass(
      Trainer settings,
      Network network,
      LossFunction loss,
      LearningRate learningRate,
      Workers workers) {
    this.settings = settings;
    this.workers = workers;
    this.inputs = network.architecture().inputs();
    this.outputs = network.architecture().outputs();
    this.network = network;
    this.customLoss = loss instanceof CustomLoss;
    this.backpropagation =
        new Backpropagation(network, loss, 1, workers, settings.seed); // until reserve
    this.learningRate = learningRate;
    this.beginning = Parameters.of(network);
    this.present = Parameters.of(network);
    this.tally = new Tally(network.architecture(), loss);
    this.rowWeights = settings.rowWeights(network.architecture(), loss);
    this.smoothing = new LabelSmoothing(settings.labelSmoothing, loss, outputs);
  }

  /** Makes room for the batches of rows, so that no step allocates; refuses what fits no array. */
  void reserve(RowSource source) {
    int rows = batchRows(source);
    requireVariance(source);
    int xLength = requireFits(rows, "features", inputs);
    int yLength = requireFits(rows, "targets", outputs);
    backpropagation.reserve(rows);
    if (x.length < xLength) {
      float[] newX = new float[xLength];
      float[] newY = new float[yLength];
      weights = new float[rows];
      y = newY;
      x = newX;
    }
  }

  /** Refuses a batch of one row where batches are normalized: the last, or with one row each. */
  private void requireVariance(RowSource source) {
    int last = (source.rows() - 1) % batchRows(source) + 1;
    if (last < network.architecture().minBatchRows()) {
      throw new IllegalArgumentException(
          "%d rows in batches of %d leave a batch of 1 row, but the batch normalization of %s needs 2"
              .formatted(source.rows(), batchRows(source), network.architecture()));
    }
  }

  private int batchRows(RowSource source) {
    return Math.min(settings.batchSize, source.rows());
  }

  private static int requireFits(int rows, String what, int width) {
    if ((long) rows * width > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "batches of %d rows with %d %s fit no array: batchSize must be at most %d"
              .formatted(rows, width, what, MAX_LENGTH / width));
    }
    return rows * width;
  }

  /** Lets others make checkpoints: after a step, and before the end by a listener or interrupt. */
  void saveBy(LongConsumer afterStepMade, Runnable beforeEnd) {
    afterStep = afterStepMade;
    save = beforeEnd;
  }

  /** Adds parameters, what the optimizer remembers, and the place in the epoch. */
  void addTo(SafetensorsWriter writer) {
    present.copyFrom(network);
    present.addTo(writer, NETWORK);
    backpropagation.addTo(writer, OPTIMIZER);
    double[] sums = tally.state();
    long spent = over ? 0 : System.nanoTime() - start;
    double[] position = {
      over ? epoch + 1 : epoch, over ? 0 : learned, spent, sums[0], sums[1], sums[3]
    };
    writer.doubles(POSITION, () -> position, position.length);
    if (!over) {
      beginning.addTo(writer, BEGINNING);
    }
  }

  /**
   * Takes over what {@link #addTo} wrote; the next run goes on with that epoch.
   *
   * @param atHand number of the epoch that it must be
   * @throws IllegalArgumentException if more epochs were begun than this training has
   */
  void read(SafetensorsReader file, RowSource source, int atHand) throws IOException {
    int most = batches(source);
    double[] position = TrainingState.numbers(file, POSITION, 6);
    TrainingState.requireNatural(file, POSITION, position[1], most);
    TrainingState.requireNatural(file, POSITION, position[2], 1L << 53);
    TrainingState.requireNatural(file, POSITION, position[5], source.rows());
    if (position[0] != atHand) {
      throw file.error(
          POSITION, "epoch %s, but the history needs %d".formatted(position[0], atHand));
    }
    int begun = position[1] > 0 ? atHand : atHand - 1;
    if (begun > settings.epochs) {
      throw new IllegalArgumentException(
          "%s is of a training with %d epochs begun, but this one has only %d"
              .formatted(file.file(), begun, settings.epochs));
    }
    present.read(file, NETWORK);
    if (position[1] > 0) {
      beginning.read(file, BEGINNING);
    }
    backpropagation.read(file, OPTIMIZER, settings.optimizer.rule(1, settings.l2));
    step = backpropagation.steps();
    learned = (int) position[1];
    resumes = learned > 0;
    nanosBefore = (long) position[2];
    int rows = (int) Math.min((long) learned * batchRows(source), source.rows());
    tally.restore(new double[] {position[3], position[4], rows, position[5]});
    present.copyTo(network);
  }

  private int batches(RowSource source) {
    return (source.rows() - 1) / batchRows(source) + 1;
  }

  /** All steps of an epoch over rows for which there is room, or those that are left. */
  Score run(int number, RowSource source) {
    train = source;
    batchRows = batchRows(source);
    ended = false;
    epoch = number;
    order = IntStream.range(0, train.rows()).toArray();
    if (settings.shuffle) {
      Philox.shuffle(order, settings.seed, Philox.SHUFFLE, epoch);
    }
    if (!resumes) {
      learned = 0;
      nanosBefore = 0;
      tally.clear();
      beginning.copyFrom(network);
    }
    start = System.nanoTime() - nanosBefore;
    resumes = false;
    over = false;
    int batches = batches(source);
    goTo(Math.max(1, learned));
    for (int batch = learned + 1; batch <= batches && !ended; batch++) {
      requireUninterrupted(batch, batches);
      goTo(batch);
      gather();
      UpdateRule rule = learningRate.rule(step + 1, batches);
      double lossSum = backpropagation.loss(count, x, y, weights);
      if (!Double.isFinite(lossSum)
          || (customLoss && backpropagation.firstRowNotFinite().isPresent())) {
        throw divergedLoss(batch);
      }
      update(rule, batch);
      step++;
      learned = batch;
      tally.add(count, backpropagation, y, weights);
      for (TrainingListener listener : settings.listeners) {
        listener.onBatch(epoch, batch, batches);
      }
      for (TrainingListener listener : settings.listeners) {
        ended |= listener.endsAfterBatch(epoch, batch, batches);
      }
      if (ended) {
        save.run();
      } else {
        afterStep.accept(step);
      }
    }
    over = true;
    nanos = Math.max(1, System.nanoTime() - start);
    OptionalInt layer = layerNotFinite();
    if (layer.isPresent()) {
      goBackToBeginning();
      throw TrainingDivergedException.ofParameters(
          epoch, from / batchRows + 1, step, layer.getAsInt());
    }
    return tally.score();
  }

  /** Goes to a batch of the order. */
  private void goTo(int batch) {
    from = (batch - 1) * batchRows;
    count = Math.min(batchRows, order.length - from);
  }

  /** The step of a batch, with the limits of its gradient and of the weights. */
  private void update(UpdateRule rule, int batch) {
    if (settings.clipNorm == Double.POSITIVE_INFINITY) {
      backpropagation.update(rule);
    } else {
      double norm = backpropagation.update(rule, settings.clipNorm);
      if (!Double.isFinite(norm)) {
        throw divergedGradient(batch, norm);
      }
    }
    if (settings.maxNorm < Double.POSITIVE_INFINITY) {
      backpropagation.limitNorms((float) settings.maxNorm);
    }
  }

  private void goBackToBeginning() {
    beginning.copyTo(network);
    backpropagation.forget();
  }

  /** The first layer that now has a parameter that is not finite. */
  private OptionalInt layerNotFinite() {
    present.copyFrom(network);
    return present.firstNotFinite();
  }

  /**
   * What a loss, or its gradient, that is not finite ends the training with; no step is made of it.
   */
  private TrainingDivergedException divergedLoss(int batch) {
    int i = backpropagation.firstRowNotFinite().getAsInt();
    boolean backToBeginning = goBackIfNotFinite();
    return TrainingDivergedException.ofLoss(
        epoch,
        batch,
        step + 1,
        order[from + i],
        backpropagation.rowLoss(i),
        backpropagation.firstNotFinite(i),
        backToBeginning);
  }

  /** The same for a gradient. */
  private TrainingDivergedException divergedGradient(int batch, double norm) {
    OptionalInt layer = backpropagation.layerOfGradientNotFinite();
    return TrainingDivergedException.ofGradient(
        epoch, batch, step + 1, norm, layer, goBackIfNotFinite());
  }

  /** Leaves parameters that are finite; whether for that the present ones had to go. */
  private boolean goBackIfNotFinite() {
    boolean backToBeginning = layerNotFinite().isPresent();
    if (backToBeginning) {
      goBackToBeginning();
    }
    return backToBeginning;
  }

  /** Rows of the last epoch. */
  int rows() {
    return from + count;
  }

  /** Duration of the last epoch in nanoseconds. */
  long nanos() {
    return nanos;
  }

  /** Number of steps that were made. */
  long steps() {
    return step;
  }

  /** Batches that the epoch with which the next run goes on has behind it. */
  int batchesLearned() {
    return resumes ? learned : 0;
  }

  /** Whether a listener asked for the end during the last epoch. */
  boolean ended() {
    return ended;
  }

  private void requireUninterrupted(int batch, int batches) {
    if (Thread.currentThread().isInterrupted()) {
      CancellationException cancelled =
          new CancellationException(
              "fit was interrupted before batch %d of %d of epoch %d: the network is as the last"
                      .formatted(batch, batches, epoch)
                  + " step left it");
      try {
        save.run();
      } catch (RuntimeException e) {
        cancelled.addSuppressed(e);
      }
      throw cancelled;
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
    for (int i = first; i < end; i++) {
      weights[i] = rowWeights.weight(train, order[from + i], y, i * outputs);
    }
    smoothing.smooth(y, first * outputs, end * outputs);
  }
}
