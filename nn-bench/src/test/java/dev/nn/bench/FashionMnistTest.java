package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistTest {
  private static final String REMEDY =
      ": apt-get install dataset-fashion-mnist, or put its four IDX files into a folder and set"
          + " NN_DATA to it";

  @TempDir Path folder;

  private static String refusal(Map<String, String> environment, Path systemFolder) {
    return assertThrows(IOException.class, () -> FashionMnist.load(environment, systemFolder))
        .getMessage();
  }

  @Test
  void whereItIsMissingTheMessageTellsHowToGetIt() {
    Path absent = folder.resolve("absent");
    assertEquals(
        "Fashion-MNIST is neither in a folder named by NN_DATA nor in " + absent + REMEDY,
        refusal(Map.of(), absent));
    assertEquals(
        "Fashion-MNIST is neither in " + folder + " (NN_DATA) nor in " + absent + REMEDY,
        refusal(Map.of("NN_DATA", folder.toString()), absent));
  }

  @Test
  void theVariableComesBeforeTheSystemsFolder() throws IOException {
    Path named = Files.createDirectory(folder.resolve("named"));
    Path system = Files.createDirectory(folder.resolve("system"));
    IdxWriter.writeTenClasses(named, 20, 10);
    IdxWriter.writeTenClasses(system, 30, 10);
    Map<String, String> environment = Map.of("NN_DATA", named.toString());
    assertEquals(20, FashionMnist.load(environment, system).split().train().rows());
    assertEquals(30, FashionMnist.load(Map.of(), system).split().train().rows());
    Files.delete(named.resolve("t10k-labels-idx1-ubyte"));
    assertEquals(30, FashionMnist.load(environment, system).split().train().rows());
  }

  @Test
  void theClassesHaveTheirNames() throws IOException {
    IdxWriter.writeTenClasses(folder, 10, 10);
    LoadedData images = FashionMnist.load(Map.of(), folder);
    assertEquals("Ankle boot", images.split().test().classNames().get(9));
    assertEquals("fashion-mnist", images.name());
  }
}
