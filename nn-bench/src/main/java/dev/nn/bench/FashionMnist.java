package dev.nn.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Fashion-MNIST, 70,000 images of 28 x 28 pixels, too large to bring along: found where the user or
 * the system has put it.
 */
final class FashionMnist {
  /** The word for it on the command line. */
  static final String NAME = "fashion-mnist";

  /** The variable that names a folder with the four files. */
  static final String VARIABLE = "NN_DATA";

  /** Where Debian's package puts the four files. */
  static final Path SYSTEM_FOLDER = Path.of("/usr/share/datasets/fashion-mnist");

  private static final List<String> CLASSES =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  private FashionMnist() {}

  /**
   * Reads the folder of the variable or, if that does not have the files, the system's.
   *
   * @throws IOException if neither has them; the message tells how to get them
   */
  static LoadedData load(Map<String, String> environment, Path systemFolder) throws IOException {
    String named = environment.get(VARIABLE);
    if (named != null && IdxFolder.isComplete(Path.of(named))) {
      return load(Path.of(named));
    }
    if (IdxFolder.isComplete(systemFolder)) {
      return load(systemFolder);
    }
    throw new IOException(
        "Fashion-MNIST is neither in "
            + (named == null ? "a folder named by " + VARIABLE : named + " (" + VARIABLE + ")")
            + " nor in "
            + systemFolder
            + ": apt-get install dataset-fashion-mnist, or put its four IDX files into a folder and"
            + " set "
            + VARIABLE
            + " to it");
  }

  private static LoadedData load(Path folder) throws IOException {
    LoadedData images = IdxFolder.load(folder);
    return new LoadedData(NAME, images.task(), images.split(), images.scaling())
        .withClassNames(CLASSES);
  }
}
