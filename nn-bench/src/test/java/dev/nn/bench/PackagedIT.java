package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.onnx.OnnxFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jars as a user starts them, in a Java of its own and without a flag for the Vector API. */
final class PackagedIT {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  @TempDir Path folder;

  @Test
  void theExecutableJarTurnsTheVectorApiOnItself() throws Exception {
    String output =
        run("-jar", System.getProperty("nn.jar"), "compare", "--epochs", "1", "--warm-up", "0");
    assertTrue(output.contains("bit-identical: yes"), output);
  }

  @Test
  void theExecutableJarWritesOnnxFiles() throws Exception {
    String jar = System.getProperty("nn.jar");
    String model = folder.resolve("model.safetensors").toString();
    String onnx = folder.resolve("model.onnx").toString();
    run("-jar", jar, "train", "--hidden", "8", "--epochs", "1", "--save", model);
    String output = run("-jar", jar, "export", "--model", model, "--onnx", onnx);
    assertTrue(output.contains("written   " + onnx), output);
    assertEquals(64, OnnxFiles.read(Path.of(onnx)).network().architecture().inputs());
  }

  @Test
  void theModulePathNeedsNoFlag() throws Exception {
    Path program = folder.resolve("Chosen.java");
    Files.writeString(
        program,
        """
        class Chosen {
          public static void main(String[] arguments) {
            System.out.println("chosen: " + dev.nn.spi.Backends.byDefault().id());
            System.out.println("from: " + dev.nn.onnx.OnnxFiles.class.getModule());
          }
        }
        """);
    String output =
        run(
            "--module-path",
            System.getProperty("nn.module.path"),
            "--add-modules",
            "dev.nn.onnx",
            program.toString());
    assertTrue(output.contains("chosen: simd"), output);
    assertTrue(output.contains("from: module dev.nn.onnx"), output);
  }

  private String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(JAVA));
    command.addAll(List.of(arguments));
    Path log = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    int status = process.waitFor();
    String output = Files.readString(log, StandardCharsets.UTF_8);
    assertEquals(0, status, output);
    return output;
  }
}
