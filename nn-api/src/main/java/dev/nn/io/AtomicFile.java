package dev.nn.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Objects;
import java.util.UUID;

/**
 * Writes a file as a whole or not at all: whoever opens it sees the old content or the new one,
 * even after a crash.
 *
 * <p>The content goes to a new file in the same folder, is forced to the disk, and then takes the
 * name, in one step of the file system. If anything fails, the new file is deleted and the old one
 * is as it was. An interrupt of the thread neither stops the writing nor is lost, so that an
 * application can save its work while it shuts down.
 */
public final class AtomicFile {
  private static final String PREFIX = ".nn-";
  private static final String SUFFIX = ".tmp";

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes all of it.
     *
     * @param out not buffered, closed by the caller
     * @throws IOException if it cannot be written
     */
    void writeTo(OutputStream out) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Creates or replaces a file. A symbolic link stays, and the file that it names is replaced. A
   * replaced file leaves its permissions to the new one, where the file system has them.
   *
   * @param file in a folder that exists
   * @param content called once
   * @throws IOException if it cannot be written; nothing has changed then, as with every other
   *     exception of the content
   */
  public static void write(Path file, Content content) throws IOException {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(content, "content");
    Path target = Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath();
    if (Files.isDirectory(target)) {
      throw new FileSystemException(file.toString(), null, "is a directory");
    }
    Path temporary = target.resolveSibling(PREFIX + UUID.randomUUID() + SUFFIX);
    OutputStream out = create(temporary, file);
    try {
      try (out) {
        content.writeTo(out);
      }
      keepPermissions(target, temporary);
      force(temporary, StandardOpenOption.WRITE);
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | RuntimeException | Error e) {
      delete(temporary, e);
      throw e;
    }
    forceFolder(target.getParent());
  }

  /** Creates the new file; what is said if it cannot be names the file that was asked for. */
  private static OutputStream create(Path temporary, Path file) throws IOException {
    try {
      return Files.newOutputStream(
          temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileSystemException e) {
      FileSystemException named = named(e, file, temporary.getParent());
      named.initCause(e);
      throw named;
    }
  }

  private static FileSystemException named(FileSystemException e, Path file, Path folder) {
    if (e instanceof NoSuchFileException && !Files.isDirectory(folder)) {
      return new NoSuchFileException(file.toString(), null, "there is no folder " + folder);
    }
    if (e instanceof AccessDeniedException) {
      return new AccessDeniedException(file.toString(), null, "no access to folder " + folder);
    }
    String reason = e.getReason() == null ? "no file can be made in " + folder : e.getReason();
    return new FileSystemException(file.toString(), null, reason);
  }

  /**
   * Deletes what processes that were killed while they wrote have left in a folder.
   *
   * @param folder in which nobody writes at the moment
   * @throws IOException if the folder cannot be read, or a file not be deleted
   */
  public static void deleteLeftovers(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PREFIX + "*" + SUFFIX)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void keepPermissions(Path from, Path to) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(to, PosixFileAttributeView.class);
    if (view != null && Files.exists(from)) {
      view.setPermissions(Files.getPosixFilePermissions(from));
    }
  }

  /** Waits until the disk has a file or folder, whether or not the thread is interrupted. */
  private static void force(Path file, OpenOption option) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try (FileChannel channel = FileChannel.open(file, option)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** So that the disk has the new name, too. Not every system can open a folder. */
  private static void forceFolder(Path folder) {
    try {
      force(folder, StandardOpenOption.READ);
    } catch (IOException | UnsupportedOperationException e) {
      // the file is written and whole: after a crash it may have its old content, no other
    }
  }

  private static void delete(Path temporary, Throwable reason) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
