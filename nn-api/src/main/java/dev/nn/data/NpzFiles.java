package dev.nn.data;

import dev.nn.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Reads and writes archives of named arrays, {@code .npz}, as {@code numpy.savez} does.
 *
 * <pre>{@code
 * Map<String, NpyArray> arrays = NpzFiles.read(Path.of("digits.npz"));
 * Dataset digits = Dataset.ofLabels(arrays.get("X"), arrays.get("y"), 10);
 * }</pre>
 *
 * <p>An archive is a zip file, stored or deflated, whose entries are all arrays, {@code NAME.npy},
 * as {@link NpyFiles} reads them. Nothing is ever unpacked to a disk. A {@link DataFormatException}
 * that names the file and the entry refuses
 *
 * <ul>
 *   <li>what is no zip file, is cut off, goes on after its end or has a comment there;
 *   <li>an entry that is encrypted, packed by another method than deflate, has another size or
 *       check sum than it says, or shares bytes with another;
 *   <li>a name that occurs twice, does not end with {@code .npy}, or contains a slash, a backslash,
 *       a colon or a control character;
 *   <li>more than 10,000 entries, and more than 64 MiB + 200 times the bytes of the archive once
 *       unpacked.
 * </ul>
 *
 * <p>Written are archives whose bytes are a function of names, order and arrays alone: stored, the
 * same time in every entry.
 */
public final class NpzFiles {

  /** Midnight at the beginning of 1980 is what Java takes for no time at all. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

  private static final String SUFFIX = ".npy";

  private NpzFiles() {}

  /**
   * Reads all arrays of an archive.
   *
   * @param file a zip file of arrays, each of at most 2^31-9 bytes
   * @return the arrays by name, without {@code .npy}, in the order of the archive; unmodifiable
   * @throws DataFormatException if the file is not what its format allows
   * @throws IOException if the file cannot be read
   */
  public static Map<String, NpyArray> read(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    return read(file, DataFiles.openChannel(file));
  }

  /** Reads all arrays of an archive that has been opened, and closes it. */
  static Map<String, NpyArray> read(Path file, SeekableByteChannel channel) throws IOException {
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    try (ZipArchive archive = new ZipArchive(file, channel)) {
      for (ZipArchive.Entry entry : archive.entries()) {
        String place = "entry " + CsvRow.quote(entry.name());
        String name = entry.name();
        String problem = problem(name);
        if (problem == null && arrays.containsKey(arrayName(name))) {
          problem = "a second entry of this name";
        }
        if (problem != null) {
          throw new DataFormatException(file, place, problem);
        }
        try (InputStream in = archive.open(entry)) {
          arrays.put(arrayName(name), NpyStream.read(new NpyPlace(file, place), in));
        }
      }
    }
    return Collections.unmodifiableMap(arrays);
  }

  private static String arrayName(String entryName) {
    return entryName.substring(0, entryName.length() - SUFFIX.length());
  }

  /**
   * Writes arrays to an archive. The file is written as a whole or not at all.
   *
   * @param file in a folder that exists
   * @param arrays the arrays by name, written in the order of the map
   * @throws IllegalArgumentException if a name is empty, or contains a slash, a backslash, a colon
   *     or a control character
   * @throws IOException if the file cannot be written; one that was there is as it was
   */
  public static void write(Path file, Map<String, NpyArray> arrays) throws IOException {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(arrays, "arrays");
    Map<String, NpyArray> copy = new LinkedHashMap<>(arrays);
    if (copy.size() > ZipArchive.MAX_ENTRIES) {
      throw new IllegalArgumentException(
          copy.size() + " arrays, allowed: at most " + ZipArchive.MAX_ENTRIES);
    }
    copy.forEach(
        (name, array) -> {
          Objects.requireNonNull(name, "name");
          Objects.requireNonNull(array, name);
          String problem = problem(name + SUFFIX);
          if (problem != null) {
            throw new IllegalArgumentException("array " + CsvRow.quote(name) + ": " + problem);
          }
        });
    AtomicFile.write(
        file,
        out -> {
          ZipOutputStream zip = new ZipOutputStream(out);
          for (Map.Entry<String, NpyArray> entry : copy.entrySet()) {
            write(zip, entry.getKey() + SUFFIX, entry.getValue());
          }
          zip.finish();
        });
  }

  private static void write(ZipOutputStream zip, String name, NpyArray array) throws IOException {
    byte[] header = NpyHeader.write(array);
    CRC32 crc = new CRC32();
    crc.update(header);
    crc.update(array.data());
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(header.length + (long) array.data().length);
    entry.setCrc(crc.getValue());
    entry.setTimeLocal(TIME);
    zip.putNextEntry(entry);
    NpyStream.write(zip, array);
    zip.closeEntry();
  }

  /** What is wrong with the name of an entry; null if nothing is. */
  private static String problem(String name) {
    if (!name.endsWith(SUFFIX) || name.length() == SUFFIX.length()) {
      return "expected a name and " + SUFFIX;
    }
    if (name.chars().anyMatch(c -> "/\\:".indexOf(c) >= 0 || Character.isISOControl(c))) {
      return "a name may not contain a slash, a backslash, a colon or a control character";
    }
    return null;
  }
}
