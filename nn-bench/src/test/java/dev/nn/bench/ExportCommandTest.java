package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.CustomActivation;
import dev.nn.Model;
import dev.nn.Network;
import dev.nn.Normalization;
import dev.nn.data.CsvReader;
import dev.nn.data.Dataset;
import dev.nn.onnx.OnnxFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCommandTest {
  private static final Path DIGITS = Path.of("src/main/resources/dev/nn/bench/digits.csv.gz");
  private static final byte[] OLD = {1, 2, 3};

  @TempDir Path folder;

  private Path model() {
    return folder.resolve("model.safetensors");
  }

  private Path onnx() {
    return folder.resolve("model.onnx");
  }

  private Outcome export() {
    return Outcome.of("export", "--model=" + model(), "--onnx=" + onnx());
  }

  private void assertRefused(String reason, Outcome outcome) {
    assertEquals(List.of("nn-bench export: Invalid value for option " + reason), outcome.err());
    assertEquals(2, outcome.status());
    assertEquals(List.of(), outcome.out());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatWasTrainedIsWrittenWithItsScalersAndNames() throws IOException {
    Outcome trained =
        Outcome.of(
            "train",
            "--backend=reference",
            "--data=" + DIGITS,
            "--hidden=8",
            "--epochs=1",
            "--save=" + model());
    assertEquals(0, trained.status(), trained.toString());
    Outcome outcome = export();
    assertEquals(List.of(), outcome.err());
    assertEquals(0, outcome.status());
    assertEquals(
        List.of("network   " + Model.load(model()).network().architecture(), "written   " + onnx()),
        outcome.out());
    Model saved = Model.load(model());
    Model read = OnnxFiles.read(onnx());
    assertEquals(saved.outputNames(), read.outputNames());
    assertTrue(read.featureScaler().isPresent());
    Dataset digits = CsvReader.classification().read(DIGITS);
    for (int row = 0; row < 100; row++) {
      float[] x = digits.features(row);
      assertArrayEquals(saved.predict(x), read.predict(x));
    }
    assertEquals(List.of("model.onnx", "model.safetensors"), names());
  }

  @Test
  void whatCannotBeReadIsNamed() throws IOException {
    assertRefused("'--model': cannot read " + model() + " (NoSuchFileException)", export());
    Files.write(onnx(), OLD);
    assertRefused("'--model': cannot read " + model() + " (NoSuchFileException)", export());
    Files.writeString(model(), "no model");
    Outcome outcome = export();
    assertTrue(outcome.err().get(0).contains("byte 0: a header of"), outcome.toString());
    assertEquals(1, outcome.err().size());
    assertEquals(2, outcome.status());
    assertArrayEquals(OLD, Files.readAllBytes(onnx()));
    assertEquals(List.of("model.onnx", "model.safetensors"), names());
  }

  @Test
  void whatOnnxCannotSayIsNamedAndTheOldFileStays() throws IOException {
    Files.write(onnx(), OLD);
    CustomActivation sine = new CustomActivation("sine", StrictMath::sin, StrictMath::cos);
    Architecture own = Architecture.input(2).dense(3, sine).dense(1, Activation.IDENTITY);
    Model.of(Network.initialize(own, 1)).save(model());
    Outcome outcome = export();
    assertEquals(1, outcome.err().size(), outcome.toString());
    assertTrue(outcome.err().get(0).contains("sine"), outcome.toString());
    assertEquals(2, outcome.status());

    Architecture huge =
        Architecture.input(2)
            .dense(3, Activation.RELU)
            .normalize(Normalization.batch())
            .dense(1, Activation.IDENTITY);
    Network network = Network.initialize(huge, 1);
    network.setParameters(1, new float[][] {{1e38f, 1}, {1, 1}, {1, 1}}, new float[3]);
    network.setNormalization(1, new float[] {1e38f, 1, 1}, new float[3]);
    Model.of(network).save(model());
    outcome = export();
    assertEquals(1, outcome.err().size(), outcome.toString());
    assertTrue(
        outcome
            .err()
            .get(0)
            .startsWith("nn-bench export: Invalid value for option '--model': " + model() + ": "),
        outcome.toString());
    assertEquals(2, outcome.status());
    assertArrayEquals(OLD, Files.readAllBytes(onnx()));
    assertEquals(List.of("model.onnx", "model.safetensors"), names());
  }

  @Test
  void theModelIsNotReplacedAndAFolderMustBeThere() throws IOException {
    Architecture small = Architecture.input(2).dense(1, Activation.IDENTITY);
    Model.of(Network.initialize(small, 1)).save(model());
    byte[] before = Files.readAllBytes(model());
    Path same = folder.resolve(".").resolve("model.safetensors");
    assertRefused(
        "'--onnx': '" + same + "' is the model itself",
        Outcome.of("export", "--model=" + model(), "--onnx=" + same));
    assertArrayEquals(before, Files.readAllBytes(model()));
    for (Path file : List.of(folder, folder.resolve("none/model.onnx"))) {
      assertRefused(
          "'--onnx': '" + file + "' is no file in a folder that exists",
          Outcome.of("export", "--model=" + model(), "--onnx=" + file));
    }
    assertEquals(List.of("model.safetensors"), names());
  }
}
