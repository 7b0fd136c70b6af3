package dev.nn.train;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.Normalization;
import dev.nn.contract.PlainBackend;
import dev.nn.data.Dataset;
import dev.nn.fuzz.SmallHeap;
import dev.nn.io.Crafted;
import dev.nn.io.MalformedFileException;
import dev.nn.io.SafetensorsFuzzTest;
import dev.nn.io.SafetensorsReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged checkpoints, their checksums right again, are read or refused, and trained on. */
class CheckpointFuzzTest {
  @TempDir private Path directory;

  @Test
  void damagedCheckpointsAreReadOrRefused() throws Exception {
    SmallHeap.fuzz(States.class, 50_000, directory);
  }

  /** All of a training, without the file around it. */
  public static final class States extends SafetensorsFuzzTest.Tensors {
    private static final Dataset DATA =
        Dataset.of(new float[][] {{0}, {1}, {2}, {3}}, new float[][] {{1}, {3}, {2}, {0}});

    /** Makes the target. */
    public States() {}

    private static Fit fit(int epochs) {
      Network network =
          Network.initialize(
              Architecture.input(1)
                  .dense(1, Activation.TANH)
                  .normalize(Normalization.batch())
                  .dense(1, Activation.IDENTITY),
              1,
              PlainBackend.alone());
      return Trainer.builder()
          .optimizer(Momentum.of(0.01, 0.9))
          .batchSize(2)
          .epochs(epochs)
          .earlyStopping(EarlyStopping.patience(2))
          .build()
          .prepare(network, DATA, Optional.empty());
    }

    @Override
    public List<byte[]> corpus() throws IOException {
      List<byte[]> corpus = new ArrayList<>();
      for (int epochs = 1; epochs < 3; epochs++) {
        try (Fit fit = fit(epochs)) {
          Pass pass = fit.training().pass();
          pass.saveBy(
              step -> {
                if (step % 2 == 1) {
                  corpus.add(bytes(fit));
                }
              },
              () -> {});
          fit.toTheEnd();
          corpus.add(bytes(fit));
        }
      }
      return corpus;
    }

    private static byte[] bytes(Fit fit) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try {
        fit.state().writer().writeTo(out);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      return out.toByteArray();
    }

    @Override
    public List<byte[]> tokens() {
      Stream<byte[]> more =
          Stream.of("\\\"version\\\":1,", "\\\"settings\\\":{}", "\\\"seed\\\":\\\"0\\\"", "[2,5]")
              .map(token -> token.getBytes(StandardCharsets.UTF_8));
      return Stream.concat(super.tokens().stream(), more).toList();
    }

    @Override
    public void read(byte[] file) throws IOException {
      try (SafetensorsReader reader = Crafted.open(file);
          Fit fit = fit(2)) {
        fit.state().read(reader);
        fit.toTheEnd();
      } catch (TrainingDivergedException e) {
        // numbers of any kind may be in a file
      } catch (IllegalArgumentException e) {
        if (!e.getMessage().contains("is of a training with")) {
          throw e;
        }
        throw new MalformedFileException(Path.of("crafted"), "settings", e.getMessage(), e);
      }
    }
  }
}
