package dev.nn;

import dev.nn.contract.PlainBackend;
import dev.nn.data.FeatureScaler;
import dev.nn.fuzz.SmallHeap;
import dev.nn.io.Crafted;
import dev.nn.io.SafetensorsFuzzTest;
import dev.nn.io.SafetensorsReader;
import dev.nn.spi.Backend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged models are loaded or refused, by one exception, in a heap of 64 MB. */
class ModelFuzzTest {
  @TempDir private Path directory;

  @Test
  void damagedModelsAreLoadedOrRefused() throws Exception {
    SmallHeap.fuzz(Models.class, 200_000, directory);
  }

  /** Whole models. */
  public static final class Models extends SafetensorsFuzzTest.Tensors {
    private static final Backend PLAIN = PlainBackend.alone();
    private static final CustomActivation SINE =
        new CustomActivation("sine", StrictMath::sin, StrictMath::cos);

    /** Makes the target. */
    public Models() {}

    @Override
    public List<byte[]> corpus() throws IOException {
      List<byte[]> corpus = new ArrayList<>();
      Architecture plain = Architecture.input(2).dense(1, Activation.SIGMOID);
      Architecture deep =
          Architecture.input(1)
              .dense(2, Activation.RELU, Initializer.normal())
              .dropout(0.5)
              .dense(1, SINE, Initializer.orthogonal(2))
              .dense(2, Activation.SOFTMAX);
      FeatureScaler scaler = FeatureScaler.of(new double[] {0.1}, new double[] {1e300});
      Path file = Files.createTempFile("model", ".safetensors");
      try {
        Model.of(Network.initialize(plain, 1, PLAIN)).save(file);
        corpus.add(Files.readAllBytes(file));
        Model.of(Network.initialize(deep, 1, PLAIN))
            .withFeatureScaler(scaler)
            .withTargetScaler(FeatureScaler.of(new double[2], new double[] {1, 0.1}))
            .withOutputNames(List.of("a", "ö\""))
            .save(file);
        corpus.add(Files.readAllBytes(file));
      } finally {
        Files.delete(file);
      }
      return corpus;
    }

    @Override
    public List<byte[]> tokens() {
      Stream<byte[]> more =
          Stream.of(
                  "\\\"",
                  "\\\"dropout\\\":0.5",
                  "\\\"inputs\\\":1",
                  "\\\"target_scaler\\\":{}",
                  "\\\"relu\\\"",
                  "{\\\"normal\\\":1}",
                  "\\\"output_names\\\":[]",
                  "\\\"version\\\":1,",
                  "softmax")
              .map(token -> token.getBytes(StandardCharsets.UTF_8));
      return Stream.concat(super.tokens().stream(), more).toList();
    }

    @Override
    public void read(byte[] file) throws IOException {
      try (SafetensorsReader reader = Crafted.open(file)) {
        ModelFile.read(reader, PLAIN, List.of(SINE));
      }
    }
  }
}
