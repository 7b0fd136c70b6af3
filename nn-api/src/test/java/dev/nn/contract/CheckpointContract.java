package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.Normalization;
import dev.nn.data.Dataset;
import dev.nn.spi.Backend;
import dev.nn.train.Adam;
import dev.nn.train.Checkpoints;
import dev.nn.train.EarlyStopping;
import dev.nn.train.History;
import dev.nn.train.Momentum;
import dev.nn.train.ReduceOnPlateau;
import dev.nn.train.RmsProp;
import dev.nn.train.Schedule;
import dev.nn.train.Sgd;
import dev.nn.train.Trainer;
import dev.nn.train.TrainingDivergedException;
import dev.nn.train.TrainingListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A training that was interrupted goes on with the bits that it would have had. */
public abstract class CheckpointContract extends BackendContract {
  /** Five batches of 16 an epoch, the last of them ragged. */
  private static final int ROWS = 70;

  private static final int STEPS_PER_EPOCH = 5;
  private static final int EPOCHS = 4;

  private static final Dataset TRAIN = TestData.classes(ROWS, 20, 4, 400);
  private static final Dataset VALIDATION = TestData.classes(30, 20, 4, 401);

  @TempDir private Path directory;

  private int folders;

  /** What has a state of its own, in some combinations. */
  enum Kind {
    PLAIN(Normalization.layer(), 0) {
      @Override
      Trainer.Builder trainer() {
        return Trainer.builder().optimizer(Sgd.of(0.1)).shuffle(false);
      }
    },
    ADAM(Normalization.batch(), 0.3) {
      @Override
      Trainer.Builder trainer() {
        return Trainer.builder()
            .optimizer(Adam.of(0.01))
            .l2(0.001)
            .schedule(Schedule.cosine(0.1))
            .reduceOnPlateau(new ReduceOnPlateau(0.5, 0, 0.2))
            .earlyStopping(EarlyStopping.patience(3));
      }
    },
    MOMENTUM(Normalization.layer(), 0.2) {
      @Override
      Trainer.Builder trainer() {
        return Trainer.builder()
            .optimizer(Momentum.of(0.05, 0.9))
            .reduceOnPlateau(new ReduceOnPlateau(0.5, 1, 0.9))
            .clipNorm(0.5)
            .maxNorm(1)
            .l1(0.001)
            .labelSmoothing(0.1)
            .classWeights(1, 2, 0.5f, 1);
      }
    },
    RMS_PROP(Normalization.batch(), 0) {
      @Override
      Trainer.Builder trainer() {
        return Trainer.builder()
            .optimizer(RmsProp.of(0.01))
            .clipValue(0.01)
            .earlyStopping(EarlyStopping.patience(1).onAccuracy());
      }
    };

    private final Normalization normalization;
    private final double dropout;

    Kind(Normalization normalization, double dropout) {
      this.normalization = normalization;
      this.dropout = dropout;
    }

    abstract Trainer.Builder trainer();

    Trainer.Builder builder() {
      return trainer().batchSize(16).epochs(EPOCHS).seed(7);
    }

    /** A narrow layer and a wide one, as backends keep them apart. */
    Network network(Backend backend) {
      return Network.initialize(
          Architecture.input(20)
              .dense(3, Activation.TANH)
              .dense(37, Activation.RELU)
              .normalize(normalization)
              .dropout(dropout)
              .dense(4, Activation.SOFTMAX),
          1,
          backend);
    }
  }

  /** Thrown by a listener: what no training expects. */
  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static TrainingListener crashAfter(int steps) {
    return new TrainingListener() {
      @Override
      public void onBatch(int epoch, int batch, int batches) {
        if ((epoch - 1) * batches + batch == steps) {
          throw new Crash();
        }
      }
    };
  }

  private Path folder() {
    return directory.resolve("run" + folders++);
  }

  private static void assertSame(History expected, History history, String of) {
    assertEquals(expected.end(), history.end(), of);
    assertEquals(expected.bestEpoch(), history.bestEpoch(), of);
    assertEquals(figures(expected), figures(history), of);
  }

  /** All but the times. */
  private static List<Object> figures(History history) {
    List<Object> figures = new ArrayList<>();
    for (History.Epoch epoch : history.epochs()) {
      figures.add(List.of(epoch.number(), epoch.train(), epoch.validation(), epoch.rows()));
      assertTrue(epoch.nanos() > 0);
    }
    return figures;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aCrashAfterAnyStepChangesNoBit(Kind kind) {
    Network expected = kind.network(backend());
    History whole = kind.builder().build().fit(expected, TRAIN, VALIDATION);
    int steps = whole.epochs().size() * STEPS_PER_EPOCH;
    for (int crash = 1; crash <= steps; crash++) {
      Checkpoints checkpoints = Checkpoints.everySteps(folder(), 3);
      Trainer crashing =
          kind.builder().checkpoints(checkpoints).listener(crashAfter(crash)).build();
      Network first = kind.network(backend());
      assertThrows(Crash.class, () -> crashing.fit(first, TRAIN, VALIDATION));
      // Another backend in turn, and other threads; the network may have been anything.
      Network network = kind.network(crash % 2 == 0 ? backend() : reference());
      Trainer resuming = kind.builder().checkpoints(checkpoints).threads(1 + crash % 3).build();
      History history = resuming.resume(network, TRAIN, VALIDATION);
      String of = kind + ", crash after step " + crash;
      Bits.assertSameParameters(expected, network, () -> of);
      assertSame(whole, history, of);
      // It has ended, and says so again.
      Network again = kind.network(backend());
      assertSame(whole, resuming.resume(again, TRAIN, VALIDATION), of);
      Bits.assertSameParameters(expected, again, () -> of);
    }
  }

  /** Each life is two steps long, and the next one begins at the last checkpoint. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void manyCrashesChangeNoBit(Kind kind) {
    Network expected = kind.network(reference());
    History whole = kind.builder().build().fit(expected, TRAIN);
    Checkpoints checkpoints = Checkpoints.everySteps(folder(), 1);
    Optional<History> history = Optional.empty();
    Network network = null;
    for (int crash = 2; history.isEmpty(); crash += 2) {
      network = kind.network(crash % 4 == 0 ? reference() : backend());
      Trainer trainer = kind.builder().checkpoints(checkpoints).listener(crashAfter(crash)).build();
      try {
        history = Optional.of(trainer.resume(network, TRAIN));
      } catch (Crash e) {
        assertTrue(crash <= EPOCHS * STEPS_PER_EPOCH);
      }
    }
    Bits.assertSameParameters(expected, network, kind::toString);
    assertSame(whole, history.get(), kind.toString());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aCheckpointAtTheEndOfAnEpochIsOneFromThere(Kind kind) {
    Network expected = kind.network(backend());
    History whole = kind.builder().build().fit(expected, TRAIN, VALIDATION);
    Checkpoints checkpoints = Checkpoints.everyEpoch(folder());
    Trainer crashing = kind.builder().checkpoints(checkpoints).listener(crashAfter(8)).build();
    assertThrows(Crash.class, () -> crashing.fit(kind.network(backend()), TRAIN, VALIDATION));
    List<String> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onResume(Path checkpoint, int epoch, int batch) {
            told.add(checkpoint.getFileName() + " " + epoch + " " + batch);
          }

          @Override
          public void onBatch(int epoch, int batch, int batches) {
            if (told.size() < 2) {
              told.add("batch " + batch + " of epoch " + epoch);
            }
          }
        };
    Network network = kind.network(backend());
    History history =
        kind.builder()
            .checkpoints(checkpoints)
            .listener(listener)
            .build()
            .resume(network, TRAIN, VALIDATION);
    Bits.assertSameParameters(expected, network, kind::toString);
    assertSame(whole, history, kind.toString());
    assertEquals(List.of("step-0000000000000005.safetensors 2 0", "batch 1 of epoch 2"), told);
  }

  /** An application that shuts down loses no step, however rare its checkpoints are. */
  @Test
  void anInterruptLeavesACheckpoint() {
    Kind kind = Kind.ADAM;
    Network expected = kind.network(backend());
    kind.builder().build().fit(expected, TRAIN, VALIDATION);
    Checkpoints checkpoints = Checkpoints.everyEpoch(folder());
    TrainingListener interrupting =
        new TrainingListener() {
          @Override
          public void onBatch(int epoch, int batch, int batches) {
            if (epoch == 2 && batch == 3) {
              Thread.currentThread().interrupt();
            }
          }
        };
    Trainer trainer = kind.builder().checkpoints(checkpoints).listener(interrupting).build();
    CancellationException thrown =
        assertThrows(
            CancellationException.class,
            () -> trainer.fit(kind.network(backend()), TRAIN, VALIDATION));
    assertTrue(Thread.interrupted());
    assertEquals(0, thrown.getSuppressed().length);
    Network network = kind.network(backend());
    List<String> told = new ArrayList<>();
    kind.builder()
        .checkpoints(checkpoints)
        .listener(
            new TrainingListener() {
              @Override
              public void onResume(Path checkpoint, int epoch, int batch) {
                told.add("epoch " + epoch + ", batch " + batch);
              }
            })
        .build()
        .resume(network, TRAIN, VALIDATION);
    assertEquals(List.of("epoch 2, batch 3"), told);
    Bits.assertSameParameters(expected, network, () -> "interrupted");
  }

  @Test
  void whatAListenerEndedCanGoOn() {
    Kind kind = Kind.ADAM;
    Network expected = kind.network(backend());
    History whole = kind.builder().build().fit(expected, TRAIN, VALIDATION);
    for (int last = 1; last <= STEPS_PER_EPOCH; last++) {
      Checkpoints checkpoints = Checkpoints.everyEpoch(folder());
      int lastBatch = last;
      TrainingListener ending =
          new TrainingListener() {
            @Override
            public boolean endsAfterBatch(int epoch, int batch, int batches) {
              return epoch == 2 && batch == lastBatch;
            }
          };
      History cut =
          kind.builder()
              .checkpoints(checkpoints)
              .listener(ending)
              .build()
              .fit(kind.network(backend()), TRAIN, VALIDATION);
      assertEquals(History.End.LISTENER, cut.end());
      Network network = kind.network(backend());
      Trainer resuming = kind.builder().checkpoints(checkpoints).build();
      assertSame(whole, resuming.resume(network, TRAIN, VALIDATION), "ended after batch " + last);
      Bits.assertSameParameters(expected, network, () -> "ended after batch " + lastBatch);
    }
  }

  @Test
  void moreEpochsMakeATrainingLonger() {
    Kind kind = Kind.MOMENTUM;
    Network expected = kind.network(backend());
    History whole = kind.builder().epochs(7).build().fit(expected, TRAIN);
    Checkpoints checkpoints = Checkpoints.everySteps(folder(), 1000);
    Network network = kind.network(backend());
    kind.builder().checkpoints(checkpoints).epochs(4).build().fit(network, TRAIN);
    Network longer = kind.network(backend());
    History history =
        kind.builder().checkpoints(checkpoints).epochs(7).build().resume(longer, TRAIN);
    assertSame(whole, history, "longer");
    Bits.assertSameParameters(expected, longer, () -> "longer");
  }

  /** What a training goes back to when it diverges is in the checkpoint, too. */
  @Test
  void aTrainingThatDivergesAfterACheckpointGoesBackAsFarAsWithout() {
    Architecture layers =
        Architecture.input(20).dense(5, Activation.RELU).dense(4, Activation.IDENTITY);
    Trainer.Builder builder = Trainer.builder().optimizer(Sgd.of(1e19)).batchSize(16).epochs(3);
    Network expected = Network.initialize(layers, 1, backend());
    TrainingDivergedException whole =
        assertThrows(TrainingDivergedException.class, () -> builder.build().fit(expected, TRAIN));
    Checkpoints checkpoints = Checkpoints.everySteps(folder(), 1);
    builder.checkpoints(checkpoints);
    Network first = Network.initialize(layers, 1, backend());
    assertThrows(TrainingDivergedException.class, () -> builder.build().fit(first, TRAIN));
    Network network = Network.initialize(layers, 2, backend());
    TrainingDivergedException again =
        assertThrows(TrainingDivergedException.class, () -> builder.build().resume(network, TRAIN));
    assertEquals(whole.getMessage(), again.getMessage());
    assertTrue(whole.getMessage().contains("batch"), whole::getMessage);
    Bits.assertSameParameters(expected, network, () -> "diverged");
  }

  /** The last checkpoint has parameters that are not finite, and what to go back to from them. */
  @Test
  void theParametersToGoBackToAreInTheCheckpoint() {
    float[][] x = new float[ROWS][];
    float[][] y = new float[ROWS][];
    for (int row = 0; row < ROWS; row++) {
      x[row] = TRAIN.features(row);
      y[row] = new float[] {1000 + row};
    }
    Dataset data = Dataset.of(x, y);
    Architecture layers = Architecture.input(20).dense(1, Activation.IDENTITY);
    Trainer.Builder builder =
        Trainer.builder()
            .optimizer(Sgd.of(1e-5))
            .schedule((step, stepsPerEpoch, epochs) -> step == 8 ? 1e43 : 1)
            .batchSize(16)
            .epochs(3);
    Network expected = Network.initialize(layers, 1, backend());
    TrainingDivergedException whole =
        assertThrows(TrainingDivergedException.class, () -> builder.build().fit(expected, data));
    builder.checkpoints(Checkpoints.everySteps(folder(), 1));
    Network first = Network.initialize(layers, 1, backend());
    assertThrows(TrainingDivergedException.class, () -> builder.build().fit(first, data));
    Network network = Network.initialize(layers, 2, backend());
    TrainingDivergedException again =
        assertThrows(TrainingDivergedException.class, () -> builder.build().resume(network, data));
    assertEquals(whole.getMessage(), again.getMessage());
    assertTrue(whole.getMessage().contains("beginning"), whole::getMessage);
    Bits.assertSameParameters(expected, network, () -> "gone back");
  }
}
