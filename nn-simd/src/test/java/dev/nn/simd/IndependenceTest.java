package dev.nn.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the main classes of this module lean on, read from their constant pools. */
class IndependenceTest {
  /** Class files of this module that name a package, in whatever way. */
  private static List<String> mentioning(String name) throws Exception {
    Path classes =
        Path.of(SimdBackend.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(classes)) {
      return files
          .filter(file -> file.toString().endsWith(".class"))
          .filter(file -> !file.endsWith("module-info.class"))
          .filter(file -> mentions(file, name))
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  private static boolean mentions(Path file, String name) {
    try {
      String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      return content.contains(name) || content.contains(name.replace('.', '/'));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void noOperationIsTheReferenceBackendsInDisguise() throws Exception {
    assertEquals(List.of(), mentioning("dev.nn.reference"));
    assertTrue(mentioning("dev.nn.spi").contains("SimdBackend.class"));
  }

  /** The provider is loaded on machines without the incubator module, and with it what it uses. */
  @Test
  void theProviderMentionsNoVectors() throws Exception {
    List<String> users = mentioning("jdk.incubator.vector.FloatVector");
    assertTrue(users.size() >= 3, () -> "classes with vectors: " + users);
    assertTrue(!users.contains("SimdBackendProvider.class"), users::toString);
  }

  @Test
  void thePortableBackendMentionsNoVectors() throws Exception {
    List<String> users = mentioning("jdk.incubator.vector");
    for (String name :
        List.of(
            "PortableBackendProvider",
            "PortableBackend",
            "PortableKernels",
            "PortableDenseLayer",
            "PortableWorkspace",
            "Parts",
            "RowSums",
            "VirtualMachine")) {
      assertTrue(mentioning(name).contains(name + ".class"), () -> "no class " + name);
      assertTrue(!users.contains(name + ".class"), users::toString);
    }
  }
}
