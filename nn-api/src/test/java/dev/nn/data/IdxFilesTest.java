package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdxFilesTest {

  /** Two images of height 2 and width 3. */
  private static final byte[] IMAGES =
      bytes("00000803 00000002 00000002 00000003 0001027f80ff 000000ff0033");

  private static final byte[] LABELS = bytes("00000801 00000002 0702");

  @TempDir private Path directory;

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private Path file(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  private static String refusal(Path file, ReadFile read) {
    String message = assertThrows(DataFormatException.class, () -> read.of(file)).getMessage();
    assertTrue(message.startsWith(file.toString()), message);
    return message;
  }

  private interface ReadFile {
    void of(Path file) throws IOException;
  }

  @Test
  void pixelsAreScaledToOne() throws IOException {
    float[][] x = IdxFiles.readImages(file("images", IMAGES));

    assertArrayEquals(
        new float[][] {{0, 1 / 255f, 2 / 255f, 127 / 255f, 128 / 255f, 1}, {0, 0, 0, 1, 0, 0.2f}},
        x);
  }

  @Test
  void labelsAreUnsignedBytes() throws IOException {
    assertArrayEquals(
        new int[] {0, 127, 128, 255},
        IdxFiles.readLabels(file("labels", bytes("00000801 00000004 007f80ff"))));
  }

  @Test
  void imagesAndLabelsMakeADataset() throws IOException {
    Dataset data = IdxFiles.dataset(file("images", IMAGES), file("labels", LABELS), 10);

    assertEquals("Dataset[2 rows, 6 inputs, 10 outputs, 10 classes]", data.toString());
    assertArrayEquals(new float[] {0, 0, 0, 1, 0, 0.2f}, data.features(1));
    assertEquals(7, data.label(0));
    assertEquals(2, data.label(1));
  }

  @Test
  void packedFilesAreToldByTheirContentNotByTheirName() throws IOException {
    assertEquals(2, IdxFiles.readImages(file("packed", Gzip.pack(IMAGES))).length);
    assertEquals(2, IdxFiles.readImages(file("plain.gz", IMAGES)).length);
    assertArrayEquals(new int[] {7, 2}, IdxFiles.readLabels(file("labels.gz", Gzip.pack(LABELS))));
  }

  @Test
  void refusesEveryTruncation() throws IOException {
    for (int length = 0; length < IMAGES.length; length++) {
      byte[] head = Arrays.copyOf(IMAGES, length);
      String place = ": byte " + length + ": the file ends";

      String plain = refusal(file("cut", head), IdxFiles::readImages);
      String packed = refusal(file("cut.gz", Gzip.pack(head)), IdxFiles::readImages);

      assertTrue(plain.contains(place), plain);
      assertTrue(packed.contains(place), packed);
    }
  }

  @Test
  void refusesEveryTruncationOfThePackedFile() throws IOException {
    byte[] packed = Gzip.pack(IMAGES);
    for (int length = 2; length < packed.length; length++) {
      String message = refusal(file("cut.gz", Arrays.copyOf(packed, length)), IdxFiles::readImages);
      assertTrue(message.contains("damaged gzip data"), message);
    }
  }

  @Test
  void refusesEveryFlippedByteOfPackedData() throws IOException {
    byte[] packed = Gzip.pack(IMAGES);
    for (int i = 10; i < packed.length; i++) {
      byte[] damaged = packed.clone();
      damaged[i] ^= 0x55;
      refusal(file("damaged.gz", damaged), IdxFiles::readImages);
    }
  }

  @Test
  void refusesTrailingBytes() throws IOException {
    byte[] longer = Arrays.copyOf(IMAGES, IMAGES.length + 1);

    for (byte[] content : List.of(longer, Gzip.pack(longer))) {
      String message = refusal(file("long", content), IdxFiles::readImages);
      assertTrue(
          message.contains("byte 28: the file goes on after the last of 12 data bytes"), message);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          01000803 | byte 0: magic is 0x01, allowed: 0x00
          00010803 | byte 1: magic is 0x01, allowed: 0x00
          00000903 | byte 2: type (0x08 = unsigned byte) is 0x09, allowed: 0x08
          00000d03 | byte 2: type (0x08 = unsigned byte) is 0x0d, allowed: 0x08
          0000ff03 | byte 2: type (0x08 = unsigned byte) is 0xff, allowed: 0x08
          00000801 | byte 3: number of dimensions is 0x01, allowed: 0x03
          00000802 | byte 3: number of dimensions is 0x02, allowed: 0x03
          00000800 | byte 3: number of dimensions is 0x00, allowed: 0x03
          000008ff | byte 3: number of dimensions is 0xff, allowed: 0x03
          2c312c32 | byte 0: magic is 0x2c, allowed: 0x00
          """)
  void refusesAnotherMagic(String magic, String expected) throws IOException {
    byte[] content = IMAGES.clone();
    System.arraycopy(bytes(magic), 0, content, 0, 4);

    String message = refusal(file("magic", content), IdxFiles::readImages);

    assertTrue(message.endsWith(expected), message);
  }

  @Test
  void refusesImagesAsLabels() throws IOException {
    String message = refusal(file("images", IMAGES), IdxFiles::readLabels);

    assertTrue(message.contains("byte 3: number of dimensions is 0x03, allowed: 0x01"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          00000000 00000002 00000003 | byte 4: size 0 of dimension 0
          00000002 00000000 00000003 | byte 8: size 0 of dimension 1
          00000002 00000002 00000000 | byte 12: size 0 of dimension 2
          ffffffff 00000002 00000003 | byte 4: size 4294967295 of dimension 0
          80000000 00000001 00000001 | byte 4: size 2147483648 of dimension 0
          7fffffff 00000001 00000001 | byte 4: size 2147483647 of dimension 0
          00010000 00010000 00000001 | byte 8: size 65536 of dimension 1, allowed: 1 to 32767
          00000800 00000800 00000200 | byte 12: size 512 of dimension 2, allowed: 1 to 511
          00010000 00010000 00010000 | byte 8: size 65536 of dimension 1
          """)
  void refusesSizesThatNoArrayHolds(String sizes, String expected) throws IOException {
    byte[] content = IMAGES.clone();
    System.arraycopy(bytes(sizes), 0, content, 4, 12);

    String message = refusal(file("sizes", content), IdxFiles::readImages);

    assertTrue(message.contains(expected), message);
  }

  @Test
  void hugePromisesCostNoMemory() throws Throwable {
    byte[] content = bytes("00000803 00007fff 00000100 00000100 000000");
    Path plain = file("huge", content);
    Path packed = file("huge.gz", Gzip.pack(content));

    for (Path huge : List.of(plain, packed)) {
      long allocated =
          Allocations.of(
              () -> {
                String message = refusal(huge, IdxFiles::readImages);
                assertTrue(message.contains("ends after 3 of 2147418112 data bytes"), message);
              });
      assertTrue(allocated < 1 << 22, allocated + " bytes allocated");
    }
  }

  @Test
  void refusesLabelsOutsideTheClasses() throws IOException {
    Path images = file("images", IMAGES);
    Path labels = file("labels", LABELS);

    String message =
        assertThrows(DataFormatException.class, () -> IdxFiles.dataset(images, labels, 7))
            .getMessage();

    assertEquals(labels + ": byte 8: label 7, allowed: 0 to 6", message);
    assertThrows(IllegalArgumentException.class, () -> IdxFiles.dataset(images, labels, 1));
  }

  @Test
  void refusesAnotherNumberOfLabels() throws IOException {
    Path images = file("images", IMAGES);
    Path labels = file("labels", bytes("00000801 00000003 000000"));

    String message =
        assertThrows(DataFormatException.class, () -> IdxFiles.dataset(images, labels, 10))
            .getMessage();

    assertEquals(labels + ": byte 4: 3 labels for 2 images in " + images, message);
  }

  @Test
  void namesTheDirectoryThatIsNoFile() throws IOException {
    Path images = file("images", IMAGES);
    Path labels = file("labels", LABELS);

    for (Executable call :
        List.<Executable>of(
            () -> IdxFiles.readImages(directory),
            () -> IdxFiles.readLabels(directory),
            () -> IdxFiles.dataset(images, directory, 10),
            () -> IdxFiles.dataset(directory, labels, 10))) {
      assertEquals(
          directory + ": is a directory",
          assertThrows(FileSystemException.class, call).getMessage());
    }
  }

  @Test
  void namesTheArgumentThatIsNull() {
    assertEquals("file", nullRefusal(() -> IdxFiles.readImages(null)));
    assertEquals("file", nullRefusal(() -> IdxFiles.readLabels(null)));
    assertEquals("imageFile", nullRefusal(() -> IdxFiles.dataset(null, directory, 2)));
    assertEquals("labelFile", nullRefusal(() -> IdxFiles.dataset(directory, null, 2)));
  }

  private static String nullRefusal(Executable call) {
    return assertThrows(NullPointerException.class, call).getMessage();
  }

  @Test
  void missingFilesAreNotBadFiles() {
    Path nowhere = directory.resolve("nowhere");

    assertThrows(NoSuchFileException.class, () -> IdxFiles.readImages(nowhere));
    assertThrows(NoSuchFileException.class, () -> IdxFiles.readLabels(nowhere));
  }
}
