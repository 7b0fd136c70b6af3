package dev.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  private static final byte[] OLD = {1, 2, 3};
  private static final byte[] NEW = {4, 5};

  @TempDir private Path directory;

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void createsAndReplaces() throws IOException {
    Path file = directory.resolve("file");
    AtomicFile.write(file, out -> out.write(OLD));
    assertArrayEquals(OLD, Files.readAllBytes(file));
    AtomicFile.write(file, out -> out.write(NEW));
    assertArrayEquals(NEW, Files.readAllBytes(file));
    assertEquals(List.of("file"), names());
  }

  @Test
  void theOldContentStandsUntilTheNewOneIsWhole() throws IOException {
    Path file = Files.write(directory.resolve("file"), OLD);
    AtomicFile.write(
        file,
        out -> {
          out.write(NEW);
          assertArrayEquals(OLD, Files.readAllBytes(file));
          assertEquals(2, names().size());
        });
    assertArrayEquals(NEW, Files.readAllBytes(file));
  }

  @Test
  void aFailureChangesNothing() throws IOException {
    Path file = Files.write(directory.resolve("file"), OLD);
    for (Throwable failure :
        List.of(new IOException("full"), new IllegalStateException(), new OutOfMemoryError())) {
      Throwable thrown =
          assertThrows(
              failure.getClass(),
              () ->
                  AtomicFile.write(
                      file,
                      out -> {
                        out.write(NEW);
                        AtomicFileTest.<RuntimeException>sneakilyThrow(failure);
                      }));
      assertSame(failure, thrown);
      assertArrayEquals(OLD, Files.readAllBytes(file));
      assertEquals(List.of("file"), names());
    }
    assertThrows(
        IOException.class,
        () ->
            AtomicFile.write(
                directory.resolve("other"),
                out -> {
                  throw new IOException("full");
                }));
    assertEquals(List.of("file"), names());
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneakilyThrow(Throwable throwable) throws T {
    throw (T) throwable;
  }

  /** As after a training that an executor cancelled. */
  @Test
  void anInterruptNeitherStopsTheWritingNorIsLost() throws IOException {
    Path file = directory.resolve("file");
    Thread.currentThread().interrupt();
    AtomicFile.write(file, out -> out.write(NEW));
    assertTrue(Thread.interrupted());
    AtomicFile.write(
        file,
        out -> {
          Thread.currentThread().interrupt();
          out.write(OLD);
        });
    assertTrue(Thread.interrupted());
    assertArrayEquals(OLD, Files.readAllBytes(file));
  }

  @Test
  void aFolderIsNoFile() throws IOException {
    Path folder = Files.createDirectory(directory.resolve("folder"));
    FileSystemException e =
        assertThrows(FileSystemException.class, () -> AtomicFile.write(folder, out -> {}));
    assertEquals(folder + ": is a directory", e.getMessage());
    assertThrows(
        NoSuchFileException.class,
        () -> AtomicFile.write(directory.resolve("none/file"), out -> out.write(NEW)));
    assertEquals(List.of("folder"), names());
  }

  /** Not the new file, whose name nobody has heard of. */
  @Test
  void theFileThatWasAskedForIsNamed() throws IOException {
    Path file = directory.resolve("none/file");
    NoSuchFileException e =
        assertThrows(NoSuchFileException.class, () -> AtomicFile.write(file, out -> {}));
    assertEquals(file + ": there is no folder " + file.getParent(), e.getMessage());
    Path below = Files.write(directory.resolve("other"), OLD).resolve("file");
    FileSystemException noFolder =
        assertThrows(FileSystemException.class, () -> AtomicFile.write(below, out -> {}));
    assertEquals(below.toString(), noFolder.getFile());
    assertEquals(List.of("other"), names());
  }

  @Test
  void aSymbolicLinkStays() throws IOException {
    assumeTrue(isPosix());
    Path file = Files.write(directory.resolve("file"), OLD);
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    AtomicFile.write(link, out -> out.write(NEW));
    assertTrue(Files.isSymbolicLink(link));
    assertArrayEquals(NEW, Files.readAllBytes(file));
  }

  @Test
  void permissionsAreThoseOfTheOldFile() throws IOException {
    assumeTrue(isPosix());
    Path file = Files.write(directory.resolve("file"), OLD);
    for (String permissions : List.of("rw-------", "rw-r-----", "rw-rw-rw-")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      AtomicFile.write(file, out -> out.write(NEW));
      assertEquals(permissions, PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    }
    Path other = Files.write(directory.resolve("other"), OLD);
    Path made = directory.resolve("made");
    AtomicFile.write(made, out -> out.write(NEW));
    assertEquals(Files.getPosixFilePermissions(other), Files.getPosixFilePermissions(made));
  }

  @Test
  void aFileInTheWorkingFolderNeedsNoParent() {
    FileSystemException e =
        assertThrows(FileSystemException.class, () -> AtomicFile.write(Path.of(""), out -> {}));
    assertEquals(": is a directory", e.getMessage());
  }

  private boolean isPosix() {
    return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
