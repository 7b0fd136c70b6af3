package dev.nn.train;

import dev.nn.io.AtomicFile;
import dev.nn.io.MalformedFileException;
import dev.nn.io.SafetensorsReader;
import dev.nn.io.SafetensorsWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/** The files of one training: the newest checkpoint and the one before it, each with a checksum. */
final class CheckpointFolder {
  /** The last tensor: CRC-32C of all bytes before its data, as a number. */
  static final String CHECKSUM = "crc32c";

  /** As many digits as make the order of the names that of the steps. */
  private static final Pattern NAME = Pattern.compile("step-[0-9]{16}\\.safetensors");

  private static final int KEPT = 2;

  private static final int BLOCK = 1 << 16;

  private final Path folder;

  /** The last file that was written, or read, and the one before it; none at first. */
  private final List<Path> good = new ArrayList<>();

  CheckpointFolder(Path folder) {
    this.folder = folder;
  }

  Path folder() {
    return folder;
  }

  /** Makes the folder, and removes what a killed process has left half written. */
  void open() throws IOException {
    if (!Files.isDirectory(folder)) {
      Files.createDirectory(folder);
    }
    AtomicFile.deleteLeftovers(folder);
  }

  /** All checkpoints, the newest first; none if there is no such folder. */
  List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> NAME.matcher(file.getFileName().toString()).matches())
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }

  /** Writes tensors and their checksum; then all files go, but for this one and the one before. */
  void write(long step, SafetensorsWriter writer) throws IOException {
    Path file = folder.resolve(String.format(Locale.ROOT, "step-%016d.safetensors", step));
    CRC32C checksum = new CRC32C();
    writer.doubles(CHECKSUM, () -> new double[] {checksum.getValue()}, 1);
    AtomicFile.write(file, out -> writer.writeTo(new CheckedOutputStream(out, checksum)));
    good.remove(file); // the end of a training may be at the step of the last checkpoint
    good.add(0, file);
    if (good.size() > KEPT) {
      good.remove(KEPT);
    }
    for (Path other : files()) {
      if (!good.contains(other)) {
        Files.deleteIfExists(other);
      }
    }
  }

  /** Takes over the content of a file that is whole. */
  interface Content {
    /**
     * Reads it.
     *
     * @throws IOException if that is not possible; nothing has changed then
     */
    void readFrom(SafetensorsReader file) throws IOException;
  }

  /**
   * Reads the newest file that is whole.
   *
   * @return the file; empty if there are no files
   * @throws IOException if none can be read: what is wrong with the newest, the others suppressed
   * @throws CancellationException if the thread is interrupted; it stays interrupted
   */
  Optional<Path> read(Content content) throws IOException {
    IOException wrong = null;
    for (Path file : files()) {
      try (SafetensorsReader reader = SafetensorsReader.open(file)) {
        requireChecksum(reader);
        content.readFrom(reader);
        good.clear();
        good.add(file);
        return Optional.of(file);
      } catch (ClosedByInterruptException e) {
        CancellationException cancelled =
            new CancellationException("resume was interrupted: the network is as it was");
        cancelled.initCause(e);
        throw cancelled;
      } catch (IOException e) {
        if (wrong == null) {
          wrong = e;
        } else {
          wrong.addSuppressed(e);
        }
      }
    }
    if (wrong != null) {
      throw wrong;
    }
    return Optional.empty();
  }

  private static void requireChecksum(SafetensorsReader reader) throws IOException {
    Path file = reader.file();
    if (reader.tensor(CHECKSUM).isEmpty()) {
      throw new MalformedFileException(file, "tensors", "no '" + CHECKSUM + "': no checkpoint");
    }
    double[] expected = reader.readDoubles(CHECKSUM);
    long left = Files.size(file) - Double.BYTES;
    CRC32C checksum = new CRC32C();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] block = new byte[BLOCK];
      while (left > 0) {
        int count = in.read(block, 0, (int) Math.min(block.length, left));
        if (count < 0) {
          break; // cut meanwhile: the sum is another one
        }
        checksum.update(block, 0, count);
        left -= count;
      }
    }
    if (expected.length != 1 || expected[0] != checksum.getValue()) {
      throw reader.error(
          CHECKSUM, "it does not belong to the bytes before it: the file is damaged");
    }
  }
}
