package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFilesTest {

  private static final String HEADER =
      "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }\n";

  @TempDir private Path directory;

  /** A file of version 1.0 with this text as its header. */
  private static byte[] npy(String header, int... data) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("\u0093NUMPY\1\0".getBytes(StandardCharsets.ISO_8859_1));
    bytes.write(header.length());
    bytes.write(header.length() >> 8);
    bytes.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
    for (int b : data) {
      bytes.write(b);
    }
    return bytes.toByteArray();
  }

  private NpyArray read(byte[] content) throws IOException {
    return NpyFiles.read(directory.resolve("a.npy"), new ByteArrayInputStream(content));
  }

  private String refusal(byte[] content) {
    String message = assertThrows(DataFormatException.class, () -> read(content)).getMessage();
    String file = directory.resolve("a.npy") + ": ";
    assertTrue(message.startsWith(file), message);
    return message.substring(file.length());
  }

  private static double[] doubles(String name) throws IOException {
    return NpyFiles.read(Numpy.file(name + ".npy")).doubles();
  }

  @ParameterizedTest
  @CsvSource({
    "i1, INT8, -128, 127",
    "i2, INT16, -32768, 32767",
    "i4, INT32, -2147483648, 2147483647",
    "i8, INT64, -9223372036854775808, 9223372036854775807",
    "f4, FLOAT32, -3.5, 1.0000000150474662e30",
    "f8, FLOAT64, -3.5, 1e30"
  })
  void readsSignedNumbersOfBothByteOrders(String name, NpyArray.Type type, double low, double high)
      throws IOException {
    NpyArray array = NpyFiles.read(Numpy.file(name + ".npy"));

    assertEquals(type, array.type());
    assertArrayEquals(new int[] {2, 3}, array.shape());
    assertArrayEquals(new double[] {0, 1, 2, low, high, 7}, array.doubles());
    assertArrayEquals(new float[] {0, 1, 2, (float) low, (float) high, 7}, array.floats());
    if (type.bytes() > 1) {
      assertEquals(array, NpyFiles.read(Numpy.file("big-" + name + ".npy")));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "u1, UINT8, 255",
    "u2, UINT16, 65535",
    "u4, UINT32, 4294967295",
    "u8, UINT64, 18446744073709551615"
  })
  void readsUnsignedNumbersOfBothByteOrders(String name, NpyArray.Type type, double high)
      throws IOException {
    NpyArray array = NpyFiles.read(Numpy.file(name + ".npy"));

    assertEquals(type, array.type());
    assertArrayEquals(new double[] {0, 1, high}, array.doubles());
    if (type.bytes() > 1) {
      assertEquals(array, NpyFiles.read(Numpy.file("big-" + name + ".npy")));
    }
  }

  @Test
  void readsTruthValues() throws IOException {
    NpyArray array = NpyFiles.read(Numpy.file("b1.npy"));

    assertEquals(NpyArray.Type.BOOL, array.type());
    assertArrayEquals(new long[] {1, 0, 1}, array.longs());
  }

  @Test
  void readsEveryNumberOfDimensions() throws IOException {
    assertEquals(NpyArray.of(new double[] {2.5}), NpyFiles.read(Numpy.file("scalar.npy")));
    assertEquals(NpyArray.of(new float[0], 0, 3), NpyFiles.read(Numpy.file("empty.npy")));
    assertEquals(
        NpyArray.of(IntStream.range(0, 24).toArray(), 2, 3, 4),
        NpyFiles.read(Numpy.file("cube.npy")));
    String ones = "1, ".repeat(64);
    assertEquals(
        64,
        read(npy("{'descr': '|u1', 'fortran_order': True, 'shape': (" + ones + ")}\n", 5))
            .shape()
            .length);
  }

  @Test
  void fortranOrderIsReadIntoRows() throws IOException {
    assertEquals(NpyFiles.read(Numpy.file("cube.npy")), NpyFiles.read(Numpy.file("fortran.npy")));
    NpyArray transpose = NpyFiles.read(Numpy.file("big-fortran.npy"));
    assertArrayEquals(new int[] {4, 3, 2}, transpose.shape());
    double[] expected = new double[24];
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 2; k++) {
          expected[(i * 3 + j) * 2 + k] = (k * 3 + j) * 4 + i;
        }
      }
    }
    assertArrayEquals(expected, transpose.doubles());
  }

  @ParameterizedTest
  @ValueSource(strings = {"version-2", "version-3"})
  void readsLaterVersions(String name) throws IOException {
    assertArrayEquals(doubles("cube"), doubles(name));
    byte[] content = Files.readAllBytes(Numpy.file(name + ".npy"));
    content[10] = 1; // 0x10000 bytes more
    assertEquals("byte 8: a header of 65652 bytes, allowed: 1 to 10000", refusal(content));
    content[11] = (byte) 0xff; // an unsigned number
    assertEquals("byte 8: a header of 4278255732 bytes, allowed: 1 to 10000", refusal(content));
  }

  @Test
  void packedFilesAreToldByTheirContent() throws IOException {
    assertEquals(
        NpyFiles.read(Numpy.file("f8.npy")),
        read(Gzip.pack(Files.readAllBytes(Numpy.file("f8.npy")))));
  }

  @Test
  void whatIsWrittenIsWhatNumpyWrites() throws IOException {
    int compared = 0;
    for (Path file : Numpy.files(".npy")) {
      String name = file.getFileName().toString();
      if (!name.startsWith("refused-") && !name.startsWith("version-")) {
        Path copy = directory.resolve(name);
        NpyArray array = NpyFiles.read(file);
        NpyFiles.write(copy, array);
        assertEquals(array, NpyFiles.read(copy), name);
        if (!name.startsWith("big-") && !name.startsWith("fortran")) {
          assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(copy), name);
          compared++;
        }
      }
    }
    assertEquals(14, compared);
  }

  @Test
  void writingReplacesAFileAndLeavesNothingElse() throws IOException {
    Path file = Files.writeString(directory.resolve("a.npy"), "before");

    NpyFiles.write(file, NpyArray.of(new int[] {1, 2}, 2));

    assertArrayEquals(new long[] {1, 2}, NpyFiles.read(file).longs());
    try (var files = Files.list(directory)) {
      assertEquals(List.of(file), files.toList());
    }
    Path nowhere = directory.resolve("no/where.npy");
    assertThrows(
        NoSuchFileException.class, () -> NpyFiles.write(nowhere, NpyArray.of(new int[1], 1)));
    assertThrows(
        FileSystemException.class, () -> NpyFiles.write(directory, NpyArray.of(new int[1], 1)));
  }

  @Test
  void refusesEveryTruncationAndTrailingBytes() throws IOException {
    byte[] content = Files.readAllBytes(Numpy.file("fortran.npy"));
    for (int length = 0; length < content.length; length++) {
      String message = refusal(Arrays.copyOf(content, length));
      assertTrue(message.startsWith("byte " + length + ": the file ends "), message);
    }
    assertEquals(
        "byte 224: the file goes on after the last of 96 data bytes (shape (2, 3, 4))",
        refusal(Arrays.copyOf(content, content.length + 1)));
  }

  @Test
  void aHeaderThatPromisesTooMuchCostsNoMemory() {
    assertEquals(
        "byte 82: the file ends after 3 of 2147483639 data bytes (shape (2147483639,))",
        refusal(
            npy(
                "{'descr': '|u1', 'fortran_order': True, 'shape': (2147483639,)}     \n",
                1,
                2,
                3)));
  }

  @Test
  void refusesOtherFiles() {
    byte[] content = npy(HEADER, 1, 0, 2, 0);
    for (int i = 0; i < 6; i++) {
      byte[] damaged = content.clone();
      damaged[i] ^= 1;
      String message = refusal(damaged);
      assertTrue(message.startsWith("byte " + i + ": magic is 0x"), message);
    }
    for (int[] version : new int[][] {{0, 0}, {4, 0}, {1, 1}, {255, 0}}) {
      byte[] damaged = content.clone();
      damaged[6] = (byte) version[0];
      damaged[7] = (byte) version[1];
      assertEquals(
          "byte 6: version %d.%d, allowed: 1.0, 2.0 and 3.0".formatted(version[0], version[1]),
          refusal(damaged));
    }
    byte[] empty = content.clone();
    empty[8] = 0;
    assertEquals("byte 8: a header of 0 bytes, allowed: 1 to 10000", refusal(empty));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }     \n",
        "{'shape':(2,),'descr':'<i2','fortran_order':False}\n",
        "  { \"descr\" : \"<i2\" , \"fortran_order\" : False , \"shape\" : ( 2 , ) , } \n"
      })
  void takesWhatPythonCouldWrite(String header) throws IOException {
    assertArrayEquals(new long[] {1, 2}, read(npy(header, 1, 0, 2, 0)).longs());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '`',
      value = {
        "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), } # byte 67: expected blanks up to",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }x~ # byte 67: expected blanks up to",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (2,), }~~ # byte 67: expected blanks up to",
        "{'descr': '<i2', 'fortran_order': False, 'shape': (2,) ~ # byte 65: expected '}'",
        "'descr': '<i2'~ # byte 10: expected '{', found",
        "[]~ # byte 10: expected '{', found",
        "{}~ # byte 12: the keys are [], expected all of descr, fortran_order, shape",
        "{'descr': '<i2', 'shape': (2,)}~ # byte 41: the keys are [",
        "{'descr': '<i2', 'descr': '<i2'}~ # byte 27: key 'descr' a second time",
        "{'descr': '<i2', 'extra': 1}~ # byte 27: key 'extra', allowed: descr, fortran_order, shape",
        "{descr: '<i2'}~ # byte 11: expected a text in quotes",
        "{'descr~ # byte 11: a text without its closing quote",
        "{'descr' '<i2'}~ # byte 19: expected ':'",
        "{'fortran_order': false}~ # byte 28: expected True or False",
        "{'fortran_order': 0}~ # byte 28: expected True or False",
        "{'fortran_order': True 'shape': ()}~ # byte 33: expected '}'",
        "{'shape': [2]}~ # byte 20: expected '('",
        "{'shape': 2}~ # byte 20: expected '('",
        "{'shape': (2)}~ # byte 22: expected ',': the shape of one dimension is (2,)",
        "{'shape': (2, 3 4)}~ # byte 26: expected ',' or ')'",
        "{'shape': (,)}~ # byte 21: expected a size",
        "{'shape': (2,,)}~ # byte 23: expected a size",
        "{'shape': (-2,)}~ # byte 21: expected a size",
        "{'shape': (02,)}~ # byte 21: expected a size",
        "{'shape': (2L,)}~ # byte 22: expected ',' or ')'",
        "{'shape': (2.0,)}~ # byte 22: expected ',' or ')'",
        "{'shape': (0x2,)}~ # byte 22: expected ',' or ')'",
        "{'shape': (2147483648,)}~ # byte 21: a size above 2147483647",
        "{'shape': (99999999999999999999999999,)}~ # byte 21: a size above 2147483647",
        "{'shape': (2~ # byte 22: expected ',' or ')'",
        "{'shape': (~ # byte 21: expected a size",
        "{'descr': <i2}~ # byte 20: expected a text in quotes",
        "{'descr': [('a', '<f4')]}~ # byte 20: a structured dtype, allowed: b1, i1, i2",
        "{'descr': '|O'}~ # byte 20: dtype '|O': Python objects are not read, allowed: b1, i1",
        "{'descr': '<c8'}~ # byte 20: dtype '<c8', allowed: b1, i1",
        "{'descr': '<f2'}~ # byte 20: dtype '<f2', allowed: b1, i1",
        "{'descr': '|f4'}~ # byte 20: dtype '|f4', allowed: b1, i1",
        "{'descr': '=f4'}~ # byte 20: dtype '=f4', allowed: b1, i1",
        "{'descr': 'f4'}~ # byte 20: dtype 'f4', allowed: b1, i1",
        "{'descr': '<i2<i2'}~ # byte 20: dtype '<i2<i2', allowed: b1, i1",
        "{'descr': ''}~ # byte 20: dtype '', allowed: b1, i1"
      })
  void refusesEveryOtherHeader(String header, String expected) {
    String message = refusal(npy(header.replace('~', '\n'), 1, 0, 2, 0));
    assertTrue(message.startsWith(expected), message);
  }

  @Test
  void refusesMoreDimensionsAndValuesThanAnArrayHas() {
    String start = "{'descr': '<f8', 'fortran_order': False, 'shape': ";
    assertTrue(
        refusal(npy(start + "(" + "1,".repeat(65) + ")}\n")).contains(": more than 64 dimensions"));
    for (String shape : List.of("(268435455, 2)", "(65536, 65536)", "(2147483647, 2147483647)")) {
      assertEquals(
          "byte 10: shape %s of 8 bytes each, allowed: at most 2147483639 bytes in all"
              .formatted(shape),
          refusal(npy(start + shape + "}\n")));
    }
  }

  @Test
  void refusesTruthValuesThatAreNeither() {
    assertEquals(
        "byte 68: 0x02 for a truth value, allowed: 0x00 and 0x01",
        refusal(npy("{'descr': '|b1', 'fortran_order': False, 'shape': (3,)}\n", 1, 0, 2)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"object", "structured", "unicode-names", "complex", "half", "text", "time"})
  void refusesOtherTypesOfNumpy(String name) throws IOException {
    String message = refusal(Files.readAllBytes(Numpy.file("refused-" + name + ".npy")));
    assertTrue(
        message.matches("byte (20|22): (dtype|a structured dtype).*allowed: b1, .*"), message);
  }

  @Test
  void missingFilesAreNotBadFiles() {
    assertThrows(NoSuchFileException.class, () -> NpyFiles.read(directory.resolve("nowhere.npy")));
    assertThrows(FileSystemException.class, () -> NpyFiles.read(directory));
    assertEquals(
        "file", assertThrows(NullPointerException.class, () -> NpyFiles.read(null)).getMessage());
    assertEquals(
        "array",
        assertThrows(NullPointerException.class, () -> NpyFiles.write(directory, null))
            .getMessage());
  }
}
