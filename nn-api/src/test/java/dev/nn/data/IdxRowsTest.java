package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdxRowsTest {

  private static final int ROWS = 150;
  private static final int PIXELS = 5 * 4;
  private static final int CLASSES = 3;

  @TempDir private Path directory;

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  private Path images(int rows, int height, int width) throws IOException {
    byte[] pixels = new byte[rows * height * width];
    new Random(1).nextBytes(pixels);
    ByteBuffer file = ByteBuffer.allocate(16 + pixels.length);
    file.putInt(0x803).putInt(rows).putInt(height).putInt(width).put(pixels);
    return write("images", file.array());
  }

  private Path images() throws IOException {
    return images(ROWS, 5, 4);
  }

  private Path labels(int rows, int classes) throws IOException {
    ByteBuffer file = ByteBuffer.allocate(8 + rows);
    file.putInt(0x801).putInt(rows);
    for (int i = 0; i < rows; i++) {
      file.put((byte) (i * 7 % classes));
    }
    return write("labels", file.array());
  }

  private Path labels() throws IOException {
    return labels(ROWS, CLASSES);
  }

  private IdxRows open() throws IOException {
    return IdxFiles.map(images(), labels(), CLASSES);
  }

  /** Buffers for some rows, with room at both ends and between the rows. */
  private static final class Buffers {
    final int xStride;
    final int yStride;
    final float[] x;
    final float[] y;

    Buffers(RowSource rows, int count) {
      xStride = rows.inputs() + 2;
      yStride = rows.outputs() + 1;
      x = new float[3 + count * xStride];
      y = new float[1 + count * yStride];
      Arrays.fill(x, -1);
      Arrays.fill(y, -1);
    }

    void copy(RowSource rows, int[] order, int from, int count) {
      rows.copyRows(order, from, count, x, 3, xStride, y, 1, yStride);
    }
  }

  private static String refusal(Path images, Path labels, Path named) {
    String message =
        assertThrows(DataFormatException.class, () -> IdxFiles.map(images, labels, CLASSES))
            .getMessage();
    assertTrue(message.startsWith(named + ": byte "), message);
    return message.substring(named.toString().length() + 2);
  }

  /** Segments of one row, of two rows and a bit, of all rows: nothing of that shows. */
  @ParameterizedTest
  @ValueSource(ints = {1, PIXELS, 2 * PIXELS + 7, ROWS * PIXELS - 1, 1 << 20})
  void rowsAreThoseOfTheReader(int segmentBytes) throws IOException {
    Path images = images();
    Path labels = labels();
    Dataset expected = IdxFiles.dataset(images, labels, CLASSES);
    int[] order = new Random(2).ints(400, 0, ROWS).toArray();
    order[200] = 0;
    order[201] = ROWS - 1;
    try (IdxRows rows = IdxRows.open(images, labels, CLASSES, segmentBytes)) {
      assertEquals(ROWS, rows.rows());
      assertEquals(PIXELS, rows.inputs());
      assertEquals(CLASSES, rows.outputs());
      Buffers wanted = new Buffers(rows, 390);
      wanted.copy(expected, order, 7, 390);
      Buffers found = new Buffers(rows, 390);
      found.copy(rows, order, 7, 390);
      assertArrayEquals(wanted.x, found.x);
      assertArrayEquals(wanted.y, found.y);
      for (int row = 0; row < ROWS; row++) {
        float[] targets = {-1, -1, -1, -1, -1};
        rows.copyTargets(row, targets, 1);
        assertArrayEquals(expected.targets(row), Arrays.copyOfRange(targets, 1, 4));
        assertEquals(-2, targets[0] + targets[4]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void aNetworkLearnsTheSameFromFilesAndFromMemory(int threads) throws IOException {
    Path images = images();
    Path labels = labels();
    Dataset memory = IdxFiles.dataset(images, labels, CLASSES);
    try (IdxRows files = IdxRows.open(images, labels, CLASSES, 1000)) {
      assertArrayEquals(
          MappedTraining.parameters(memory, 3, 1), MappedTraining.parameters(files, 3, threads));
      FeatureScaler scaler = FeatureScaler.standardize(files);
      assertEquals(FeatureScaler.standardize(memory).toString(), scaler.toString());
      assertEquals(FeatureScaler.minMax(memory).toString(), FeatureScaler.minMax(files).toString());
      assertArrayEquals(
          MappedTraining.parameters(scaler.apply(memory), 3, 1),
          MappedTraining.parameters(scaler.view(files), 3, threads));
    }
  }

  /** 18 MB of pixels, 74 MB as floats, in a heap of 16 MB. */
  @Test
  void dataMayBeLargerThanTheHeap() throws Exception {
    Path images = images(4500, 64, 64);
    Path labels = labels(4500, 2);
    Path output = directory.resolve("output");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx16m",
                "-cp",
                System.getProperty("java.class.path"),
                MappedTraining.class.getName(),
                images.toString(),
                labels.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(process.waitFor(5, TimeUnit.MINUTES), "did not end");
    } finally {
      process.destroyForcibly();
    }
    Dataset memory = IdxFiles.dataset(images, labels, 2);
    int expected = Arrays.hashCode(MappedTraining.parameters(memory, 1, 1));
    assertEquals(List.of(Integer.toString(expected)), Files.readAllLines(output));
  }

  /** More bytes than an int counts; nearly all of them are a hole in the file. */
  @Test
  void filesMayBeLargerThanTwoGigabytes() throws IOException {
    int rows = 2100;
    Path labels = labels(rows, 2);
    Path images = directory.resolve("large");
    try (RandomAccessFile file = new RandomAccessFile(images.toFile(), "rw")) {
      file.write(HexFormat.of().parseHex("00000803000008340000040000000400"));
      file.setLength(16 + ((long) rows << 20));
      for (int row : new int[] {0, 1023, 1024, 2047, 2048, rows - 1}) {
        file.seek(16 + ((long) row << 20));
        file.write(row % 255 + 1);
        file.seek(15 + ((row + 1L) << 20));
        file.write(51);
      }
    }
    try (IdxRows large = IdxFiles.map(images, labels, 2)) {
      float[] x = new float[1 << 20];
      for (int row : new int[] {rows - 1, 2048, 2047, 1024, 1023, 0}) {
        large.copyRows(new int[] {row}, 0, 1, x, 0, 1 << 20, new float[2], 0, 2);
        assertEquals((row % 255 + 1) / 255f, x[0], "row " + row);
        assertEquals(0.2f, x[(1 << 20) - 1], "row " + row);
        assertEquals(0, x[1]);
      }
    }
  }

  @Test
  void copyingAllocatesNothing() throws Throwable {
    try (IdxRows rows = open()) {
      RowSource scaled = FeatureScaler.minMax(rows).view(rows);
      int[] order = {3, 149, 2, 0};
      float[] x = new float[4 * PIXELS];
      float[] y = new float[4 * CLASSES];
      Executable copies =
          () -> {
            for (int i = 0; i < 1000; i++) {
              scaled.copyRows(order, 0, 4, x, 0, PIXELS, y, 0, CLASSES);
              scaled.copyTargets(i % ROWS, y, 0);
            }
          };
      Allocations.of(copies); // loads the classes
      // a single object in each copy would be 16 kB or more
      assertTrue(Allocations.of(copies) < 4096, "allocated");
    }
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    Path images = images();
    Path labels = labels();
    for (Path file : List.of(images, labels)) {
      byte[] whole = Files.readAllBytes(file);
      for (int length = 0; length < whole.length; length += length < 20 ? 1 : 97) {
        Files.write(file, Arrays.copyOf(whole, length));
        String message = refusal(images, labels, file);
        assertTrue(message.startsWith("byte " + length + ": the file ends"), message);
      }
      Files.write(file, Arrays.copyOf(whole, whole.length + 1));
      String message = refusal(images, labels, file);
      assertTrue(
          message.startsWith("byte " + whole.length + ": the file goes on after the last of"),
          message);
      Files.write(file, whole);
    }
    IdxFiles.map(images, labels, CLASSES).close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | 01       | byte 0: magic is 0x01, allowed: 0x00
          2  | 0d       | byte 2: type (0x08 = unsigned byte) is 0x0d, allowed: 0x08
          3  | 01       | byte 3: number of dimensions is 0x01, allowed: 0x03
          4  | 00000000 | byte 4: size 0 of dimension 0, allowed: 1 to 2147483647
          4  | 80000000 | byte 4: size 2147483648 of dimension 0, allowed: 1 to 2147483647
          4  | 7fffffff | byte 3016: the file ends after 3000 of 42949672940 data bytes
          8  | 00000000 | byte 8: size 0 of dimension 1
          8  | ffffffff | byte 8: size 4294967295 of dimension 1, allowed: 1 to 2147483639 \
          (2147483639 data bytes in an image)
          12 | 40000000 | byte 12: size 1073741824 of dimension 2, allowed: 1 to 429496727
          4  | 00000095 | byte 2996: the file goes on after the last of 2980 data bytes
          """)
  void refusesAWrongHeader(int position, String bytes, String expected) throws IOException {
    Path images = images();
    byte[] content = Files.readAllBytes(images);
    byte[] wrong = HexFormat.of().parseHex(bytes);
    System.arraycopy(wrong, 0, content, position, wrong.length);
    Files.write(images, content);
    String message = refusal(images, labels(), images);
    assertTrue(message.startsWith(expected), message);
  }

  @Test
  void refusesPackedImagesAndSaysWhatToDo() throws IOException {
    Path images = images();
    Path labels = labels();
    String expected =
        "byte 0: the file is packed with gzip and cannot be mapped: decompress it first (gunzip)";
    Path packed = write("images.gz", Gzip.pack(Files.readAllBytes(images)));
    assertEquals(expected, refusal(packed, labels, packed));
    packed = write("labels.gz", Gzip.pack(Files.readAllBytes(labels)));
    IdxFiles.map(images, packed, CLASSES).close(); // labels are read, not mapped
  }

  @Test
  void refusesLabelsThatDoNotFit() throws IOException {
    Path images = images();
    Path outside = labels(ROWS, CLASSES + 1);
    assertEquals("byte 9: label 3, allowed: 0 to 2", refusal(images, outside, outside));
    Path fewer = labels(ROWS - 1, CLASSES);
    assertEquals("byte 4: 149 labels for 150 images in " + images, refusal(images, fewer, fewer));
    Path labels = labels();
    assertThrows(IllegalArgumentException.class, () -> IdxFiles.map(images, labels, 1));
  }

  @Test
  void namesFilesThatAreNone() throws IOException {
    Path images = images();
    Path labels = labels();
    Path nowhere = directory.resolve("nowhere");
    for (Executable call :
        List.<Executable>of(
            () -> IdxFiles.map(images, directory, 3), () -> IdxFiles.map(directory, labels, 3))) {
      assertEquals(
          directory + ": is a directory",
          assertThrows(FileSystemException.class, call).getMessage());
    }
    assertThrows(NoSuchFileException.class, () -> IdxFiles.map(nowhere, labels, 3));
    assertThrows(NoSuchFileException.class, () -> IdxFiles.map(images, nowhere, 3));
    assertEquals(
        "imageFile",
        assertThrows(NullPointerException.class, () -> IdxFiles.map(null, labels, 3)).getMessage());
    assertEquals(
        "labelFile",
        assertThrows(NullPointerException.class, () -> IdxFiles.map(images, null, 3)).getMessage());
  }

  @Test
  void refusesWhatADatasetRefuses() throws IOException {
    try (IdxRows rows = open()) {
      float[] x = new float[PIXELS];
      float[] y = new float[CLASSES];
      for (int row : new int[] {-1, ROWS}) {
        assertThrows(
            IndexOutOfBoundsException.class,
            () -> rows.copyRows(new int[] {row}, 0, 1, x, 0, PIXELS, y, 0, CLASSES));
        assertThrows(IndexOutOfBoundsException.class, () -> rows.copyTargets(row, y, 0));
      }
      assertThrows(
          IndexOutOfBoundsException.class,
          () -> rows.copyRows(new int[] {0}, 0, 1, x, 1, PIXELS, y, 0, CLASSES));
      assertThrows(IndexOutOfBoundsException.class, () -> rows.copyTargets(0, y, 1));
      assertThrows(NullPointerException.class, () -> rows.copyTargets(0, null, 0));
    }
  }

  private static void cut(Path file, long length) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(length);
    }
  }

  /** By one byte, which reads as zero, or by whole pages, which cannot be read at all. */
  @ParameterizedTest
  @ValueSource(ints = {1, 40_000})
  void aFileCutAfterItWasOpenedIsAnException(int bytes) throws IOException {
    int rows = 50_000;
    Path images = images(rows, 1, 1);
    try (IdxRows source = IdxFiles.map(images, labels(rows, CLASSES), CLASSES)) {
      int[] order = {rows - 1};
      Buffers buffers = new Buffers(source, 1);
      buffers.copy(source, order, 0, 1);
      cut(images, 16 + rows - bytes);
      UncheckedIOException lost =
          assertThrows(UncheckedIOException.class, () -> buffers.copy(source, order, 0, 1));
      assertInstanceOf(DataFormatException.class, lost.getCause());
      assertEquals(
          "%s: byte %d: the file ends, but had 50016 bytes when it was opened"
              .formatted(images, 16 + rows - bytes),
          lost.getMessage());
    }
  }

  /** At some moment of a copy: it is as it should be, or an exception says why not. */
  @Test
  void aFileCutDuringACopyIsAnException() throws Exception {
    int rows = 300;
    int[] order = new Random(3).ints(rows, 0, rows).toArray();
    Path labels = labels(rows, CLASSES);
    for (int round = 0; round < 40; round++) {
      Path images = images(rows, 16, 16);
      try (IdxRows source = IdxFiles.map(images, labels, CLASSES)) {
        Buffers whole = new Buffers(source, rows);
        whole.copy(source, order, 0, rows);
        Buffers found = new Buffers(source, rows);
        Thread cutter = cutter(images, 20 * round);
        cutter.start();
        try {
          while (true) {
            found.copy(source, order, 0, rows);
            assertArrayEquals(whole.x, found.x);
          }
        } catch (UncheckedIOException lost) {
          assertTrue(
              lost.getMessage().startsWith(images + ": byte 20: the file ends"), lost::toString);
        }
        cutter.join();
        // a call into the JVM's runtime, which would throw what is still pending
        assertEquals(9, new byte[9][1].length);
      }
      Files.delete(images);
    }
  }

  private static Thread cutter(Path file, int microseconds) {
    return new Thread(
        () -> {
          try {
            TimeUnit.MICROSECONDS.sleep(microseconds);
            cut(file, 20);
          } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Test
  void anInterruptedThreadMayCopy() throws IOException {
    try (IdxRows rows = open()) {
      Thread.currentThread().interrupt();
      try {
        for (int i = 0; i < 2; i++) {
          new Buffers(rows, 1).copy(rows, new int[] {5}, 0, 1);
        }
      } finally {
        assertTrue(Thread.interrupted());
      }
    }
  }

  @Test
  void closedIsClosed() throws IOException {
    IdxRows rows = open();
    Buffers buffers = new Buffers(rows, 1);
    rows.close();
    rows.close();
    assertEquals(
        directory.resolve("images") + " is closed",
        assertThrows(IllegalStateException.class, () -> buffers.copy(rows, new int[] {0}, 0, 1))
            .getMessage());
    assertThrows(IllegalStateException.class, () -> rows.copyTargets(0, buffers.y, 0));
    assertEquals(ROWS, rows.rows());
    assertTrue(rows.toString().startsWith("IdxRows[150 rows, 20 inputs, 3 outputs, "));
  }
}
