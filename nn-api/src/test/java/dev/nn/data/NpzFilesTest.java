package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NpzFilesTest {

  private static final NpyArray ARRAY = NpyArray.of(new float[] {1, 2}, 2);

  @TempDir private Path directory;

  private Map<String, NpyArray> read(byte[] content) throws IOException {
    return NpzFiles.read(directory.resolve("a.npz"), new BytesChannel(content));
  }

  private String refusal(byte[] content) {
    String message = assertThrows(DataFormatException.class, () -> read(content)).getMessage();
    String file = directory.resolve("a.npz") + ": ";
    assertTrue(message.startsWith(file), message);
    return message.substring(file.length());
  }

  private static byte[] npy(NpyArray array) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      NpyStream.write(bytes, array);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** A deflated archive with the same content in all entries. */
  private static byte[] zip(byte[] content, String... names) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** The archive with one text in place of another, of the same length. */
  private static byte[] replaced(byte[] archive, String text, String by) {
    String content = new String(archive, StandardCharsets.ISO_8859_1).replace(text, by);
    return content.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows", "rows-deflated", "rows-piped", "rows-stored-piped", "rows-zip64"})
  void readsWhatNumpyWrites(String name) throws IOException {
    Map<String, NpyArray> arrays = NpzFiles.read(Numpy.file(name + ".npz"));

    assertEquals(List.of("X", "y"), List.copyOf(arrays.keySet()).subList(0, 2));
    assertEquals(NpyArray.of(new double[] {0.5, 1, 2, 3, 4, -5, 6, 7}, 4, 2), arrays.get("X"));
    assertEquals(NpyArray.of(new long[] {2, 0, 1, 2}, 4), arrays.get("y"));
    assertEquals(name.equals("rows-deflated"), arrays.containsKey("\u00e4"));
    Dataset data = Dataset.ofLabels(arrays.get("X"), arrays.get("y"), 3);
    assertArrayEquals(new int[] {1, 1, 2}, data.classCounts());
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    Path file = directory.resolve("b.npz");
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("y", NpyArray.of(new long[0], 0));
    arrays.put("a b.\u00e4\u4e2d", ARRAY);
    arrays.put("X", NpyFiles.read(Numpy.file("cube.npy")));

    NpzFiles.write(file, arrays);

    Map<String, NpyArray> read = NpzFiles.read(file);
    assertEquals(arrays, read);
    assertEquals(List.copyOf(arrays.keySet()), List.copyOf(read.keySet()));
    assertThrows(UnsupportedOperationException.class, read::clear);
    NpzFiles.write(file, Map.of());
    assertEquals(Map.of(), NpzFiles.read(file));
  }

  /**
   * The same on every release of Java and in every time zone: the check sum is of the first run.
   */
  @Test
  void theBytesAreAFunctionOfTheArrays() throws IOException {
    Path file = directory.resolve("b.npz");
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("W1", ARRAY);
    arrays.put("b1", NpyArray.of(new double[] {1, 2, 3}, 3, 1));

    NpzFiles.write(file, arrays);

    assertEquals(-580509602, Arrays.hashCode(Files.readAllBytes(file)));
  }

  @Test
  void refusesToWriteWhatItWouldNotRead() throws IOException {
    Path file = Files.writeString(directory.resolve("b.npz"), "before");
    for (String name : List.of("", "a/b", "..\\b", "c:", "a\n")) {
      String message =
          assertThrows(
                  IllegalArgumentException.class, () -> NpzFiles.write(file, Map.of(name, ARRAY)))
              .getMessage();
      assertTrue(message.startsWith("array " + CsvRow.quote(name) + ": "), message);
    }
    Map<String, NpyArray> many = new HashMap<>();
    for (int i = 0; i <= 10_000; i++) {
      many.put("x" + i, ARRAY);
    }
    assertThrows(IllegalArgumentException.class, () -> NpzFiles.write(file, many));
    assertEquals(
        "x",
        assertThrows(
                NullPointerException.class,
                () -> NpzFiles.write(file, Collections.singletonMap("x", null)))
            .getMessage());
    assertEquals("before", Files.readString(file));
  }

  @Test
  void refusesNamesThatAreNoArraysOrPaths() {
    for (String name : List.of("x.txt", "x", ".npy", "npy", "x.NPY")) {
      assertEquals(
          "entry '" + name + "': expected a name and .npy", refusal(zip(npy(ARRAY), name)));
    }
    for (String name : List.of("/x.npy", "a/x.npy", "../x.npy", "..\\x.npy", "c:x.npy")) {
      assertEquals(
          "entry '"
              + name
              + "': a name may not contain a slash, a backslash, a colon or a control character",
          refusal(zip(npy(ARRAY), name)));
    }
    String message = refusal(zip(npy(ARRAY), "a\nb.npy"));
    assertTrue(message.startsWith("entry 'a?b.npy': a name may not contain"), message);
  }

  @Test
  void refusesANameThatOccursTwice() {
    byte[] archive = replaced(zip(npy(ARRAY), "a.npy", "b.npy"), "b.npy", "a.npy");

    assertEquals("entry 'a.npy': a second entry of this name", refusal(archive));
  }

  @Test
  void refusesNamesThatAreNotUtf8() {
    byte[] archive = replaced(zip(npy(ARRAY), "ab.npy"), "ab.npy", "a\u00ff.npy");

    String message = refusal(archive);
    assertTrue(message.endsWith(": the name of an entry is not UTF-8"), message);
  }

  @Test
  void entriesAreReadAsStrictlyAsFiles() {
    assertEquals(
        "entry 'x.npy', byte 136: the file goes on after the last of 8 data bytes (shape (2,))",
        refusal(zip(Arrays.copyOf(npy(ARRAY), 137), "x.npy")));
    assertEquals(
        "entry 'x.npy', byte 131: the file ends after 3 of 8 data bytes (shape (2,))",
        refusal(zip(Arrays.copyOf(npy(ARRAY), 131), "x.npy")));
    assertEquals(
        "entry 'x.npy', byte 0: magic is 0x74, allowed: 0x93 (\\x93NUMPY)",
        refusal(zip("text text".getBytes(StandardCharsets.UTF_8), "x.npy")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"rows", "rows-deflated", "rows-piped", "rows-stored-piped", "rows-zip64"})
  void refusesEveryTruncation(String name) throws IOException {
    byte[] content = Files.readAllBytes(Numpy.file(name + ".npz"));
    for (int length = 0; length < content.length; length++) {
      refusal(Arrays.copyOf(content, length));
    }
    for (int more : new int[] {1, 21, 22, 30, 10_000}) {
      String message = refusal(Arrays.copyOf(content, content.length + more));
      assertEquals(
          "byte " + (content.length + more) + ": the file ends without the end of a zip directory",
          message);
    }
  }

  /** Values are protected by their check sum, all else that is used by what is allowed. */
  @ParameterizedTest
  @ValueSource(strings = {"rows", "rows-deflated", "rows-piped", "rows-stored-piped", "rows-zip64"})
  void noFlippedByteGivesOtherValues(String name) throws IOException {
    byte[] content = Files.readAllBytes(Numpy.file(name + ".npz"));
    List<NpyArray> values = List.copyOf(read(content).values());
    int refused = 0;
    for (int i = 0; i < content.length; i++) {
      byte[] damaged = content.clone();
      damaged[i] ^= 0x55;
      try {
        assertEquals(values, List.copyOf(read(damaged).values()), "byte " + i);
      } catch (DataFormatException e) {
        refused++;
      }
    }
    assertTrue(refused > 200, "refused " + refused);
  }

  /** rows.npz with another byte at a place in the directory entry of X, from its beginning. */
  private static byte[] directoryEntry(int place, int value) throws IOException {
    byte[] content = Files.readAllBytes(Numpy.file("rows.npz"));
    ByteBuffer end = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    content[end.getInt(content.length - 6) + place] = (byte) value;
    return content;
  }

  @Test
  void refusesOtherMethodsAndEncryption() throws IOException {
    String message = refusal(Files.readAllBytes(Numpy.file("refused-bzip2.npz")));
    assertTrue(
        message.endsWith("entry 'x.npy': method 12, allowed: 0 (stored) and 8 (deflated)"),
        message);
    message = refusal(directoryEntry(8, 1));
    assertTrue(message.endsWith("entry 'X.npy': it is encrypted"), message);
    message = refusal(directoryEntry(8, 0x20));
    assertTrue(message.endsWith("entry 'X.npy': flags 0x0020, allowed: of 0x080e"), message);
  }

  @Test
  void refusesWrongSizesAndCheckSums() throws IOException {
    assertEquals(
        "entry 'X.npy': check sum 0x107936eb, expected 0x1079366f",
        refusal(directoryEntry(16, 0x6f)));
    String message = refusal(directoryEntry(20, 1));
    assertTrue(message.endsWith(": entry 'X.npy': 1 bytes, 192 unpacked"), message);
    message = refusal(directoryEntry(27, 0x7f));
    assertTrue(message.contains("entry 'X.npy': 192 bytes, 2130706624 unpacked"), message);
  }

  @Test
  void refusesHeadersThatAreNotWhatTheDirectorySays() throws IOException {
    byte[] content = Files.readAllBytes(Numpy.file("rows.npz"));
    for (int place : new int[] {0, 6, 8, 26}) {
      byte[] damaged = content.clone();
      damaged[place] ^= 2;
      assertEquals(
          "byte 0: entry 'X.npy': its header is not what the directory says", refusal(damaged));
    }
    byte[] name = content.clone();
    name[30] = 'Y';
    assertEquals(
        "byte 30: entry 'X.npy': it has another name than in the directory", refusal(name));
    byte[] far = content.clone();
    far[29] = 1; // 256 bytes more before the data
    assertEquals("byte 0: entry 'X.npy': its data reach into the directory", refusal(far));
  }

  /** Two entries of the directory for one of the file: what is small would unpack to much. */
  @Test
  void refusesEntriesThatShareBytes() throws IOException {
    byte[] content = Files.readAllBytes(Numpy.file("rows.npz"));
    String archive = new String(content, StandardCharsets.ISO_8859_1);
    int second = archive.lastIndexOf("PK\1\2");
    byte[] shared = content.clone();
    Arrays.fill(shared, second + 42, second + 46, (byte) 0);
    String message = refusal(shared);
    assertTrue(message.startsWith("byte 0: entry 'y.npy': allowed positions: 2"), message);
  }

  @Test
  void refusesDirectoriesThatDoNotFit() throws IOException {
    byte[] content = Files.readAllBytes(Numpy.file("rows.npz"));
    int end = content.length - 22;
    String[][] refusals = {
      {"4", "1", "byte " + end + ": an archive of several parts, allowed: one"},
      {"8", "1", "byte " + end + ": an archive of several parts, allowed: one"},
      {"12", "0", "byte " + end + ": the directory does not end where its end begins"},
      {"19", "255", "byte " + end + ": the directory does not end where its end begins"},
      {"20", "1", "byte " + (end + 20) + ": a comment, allowed: none"},
    };
    for (String[] refusal : refusals) {
      byte[] damaged = content.clone();
      damaged[end + Integer.parseInt(refusal[0])] = (byte) Integer.parseInt(refusal[1]);
      assertEquals(refusal[2], refusal(damaged));
    }
    byte[] fewer = content.clone();
    fewer[end + 8] = fewer[end + 10] = 1;
    String message = refusal(fewer);
    assertTrue(message.endsWith("the directory goes on after the last of 1 entries"), message);
    byte[] more = content.clone();
    more[end + 8] = more[end + 10] = 3;
    assertEquals("byte " + end + ": the directory ends after 2 of 3 entries", refusal(more));
    message = refusal(directoryEntry(3, 9));
    assertTrue(message.endsWith(": this is no entry of a zip directory"), message);
    message = refusal(directoryEntry(33, 9));
    assertTrue(message.endsWith(": this is no entry of a zip directory"), message);
  }

  @Test
  void refusesRecordsOfZip64ThatDoNotFit() throws IOException {
    byte[] content = Files.readAllBytes(Numpy.file("rows-zip64.npz"));
    int locator = content.length - 42;
    for (int place :
        new int[] {locator + 4, locator + 8, locator + 16, locator - 56, locator - 52}) {
      byte[] damaged = content.clone();
      damaged[place] ^= 0x55;
      assertEquals(
          "byte " + (locator - 56) + ": a zip64 archive without its end records", refusal(damaged));
    }
    byte[] parts = content.clone();
    parts[locator - 40] = 1;
    assertEquals(
        "byte " + (locator - 56) + ": an archive of several parts, allowed: one", refusal(parts));
    assertEquals(
        "byte 0: a zip64 archive without its end records",
        refusal(Arrays.copyOfRange(content, locator - 1, content.length)));
    byte[] lost = content.clone(); // the zip64 field of the second entry, with its position
    int second = new String(content, StandardCharsets.ISO_8859_1).lastIndexOf("PK\1\2");
    lost[second + 46 + 5] = 2;
    String message = refusal(lost);
    assertTrue(message.startsWith("byte " + (second + 24) + ": entry 'y.npy': "), message);
  }

  @Test
  void refusesTooManyEntries() {
    String[] names = new String[10_001];
    Arrays.setAll(names, i -> i + ".npy");

    String message = refusal(zip(npy(ARRAY), names));
    assertTrue(message.endsWith(": 10001 entries, allowed: at most 10000"), message);
  }

  @Test
  void refusesWhatUnpacksToMuchMoreThanItIs() throws IOException {
    byte[] zeros = npy(NpyArray.of(new float[1 << 20], 1 << 20));
    assertEquals(1 << 20, read(zip(zeros, "a.npy")).get("a").size()); // a thousand times as much
    byte[] content = Files.readAllBytes(Numpy.file("rows-deflated.npz"));
    String archive = new String(content, StandardCharsets.ISO_8859_1);
    for (int entry = archive.indexOf("PK\1\2"); entry > 0; ) {
      content[entry + 27] = 2; // 32 MiB
      entry = archive.indexOf("PK\1\2", entry + 1);
    }
    String message = refusal(content);
    assertTrue(
        message.matches(
            "byte [0-9]+: entry '\u00e4.npy': 585 bytes unpack to more than 1006.*: no data are so alike"),
        message);
  }

  /** The same data in an entry that says less, or more, than it unpacks to. */
  @Test
  void refusesDeflatedDataOfAnotherLength() throws IOException {
    byte[] content = Files.readAllBytes(Numpy.file("rows-deflated.npz"));
    int directory = new String(content, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    byte[] less = content.clone();
    less[directory + 24] = 100;
    assertEquals("entry 'X.npy': more than 100 bytes unpacked, as its size says", refusal(less));
    byte[] more = content.clone();
    more[directory + 25] = 1;
    assertEquals("entry 'X.npy': fewer than 448 bytes unpacked, as its size says", refusal(more));
    byte[] cut = content.clone();
    cut[directory + 20] = (byte) (cut[directory + 20] - 3);
    assertEquals(
        "entry 'X.npy': damaged deflate data: Unexpected end of ZLIB input stream", refusal(cut));
    byte[] piped = Files.readAllBytes(Numpy.file("rows-piped.npz"));
    directory = new String(piped, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    piped[directory + 20] = (byte) (piped[directory + 20] + 2); // two of the bytes behind the data
    assertEquals("entry 'X.npy': its data go on after their end", refusal(piped));
    byte[] damaged = content.clone();
    damaged[55] = 7; // of no known kind of block
    String message = refusal(damaged);
    assertTrue(message.startsWith("entry 'X.npy': damaged deflate data: "), message);
  }

  @Test
  void missingFilesAreNotBadFiles() {
    assertThrows(NoSuchFileException.class, () -> NpzFiles.read(directory.resolve("nowhere.npz")));
    assertThrows(FileSystemException.class, () -> NpzFiles.read(directory));
    assertEquals(
        "file", assertThrows(NullPointerException.class, () -> NpzFiles.read(null)).getMessage());
  }
}
