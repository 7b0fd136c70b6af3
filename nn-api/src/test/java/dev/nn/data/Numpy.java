package dev.nn.data;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The files that NumPy wrote (see the README of {@code numpy}). */
final class Numpy {

  private Numpy() {}

  static Path file(String name) {
    URL url = Objects.requireNonNull(Numpy.class.getResource("numpy/" + name), name);
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  /** All files whose names end so, in order. */
  static List<Path> files(String suffix) throws IOException {
    try (Stream<Path> files = Files.list(file("README.md").getParent())) {
      return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
    }
  }
}
