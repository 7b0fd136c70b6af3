package dev.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsReaderTest {
  /** Two tensors of four and eight bytes, the second one first in the header. */
  private static final String TWO =
      """
      {"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},
       "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},
       "__metadata__":{"k":"v","":""}}
      """;

  @TempDir private Path directory;

  private static String refusal(byte[] content) {
    String message =
        assertThrows(MalformedFileException.class, () -> Crafted.open(content)).getMessage();
    assertTrue(message.startsWith("crafted: "), message);
    return message;
  }

  private static String refusal(String header, int dataBytes) {
    return refusal(Crafted.file(header, dataBytes));
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return "{\"t\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%s]}}"
        .formatted(dtype, shape, offsets);
  }

  @Test
  void tensorsAreListedInTheOrderOfTheirData() throws IOException {
    byte[] data =
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putFloat(1)
            .putFloat(-0f)
            .putFloat(Float.MIN_VALUE)
            .array();
    try (SafetensorsReader file = Crafted.open(Crafted.file(TWO, data))) {
      assertEquals(
          List.of(
              new TensorInfo("a", DType.F32, List.of(), 0, 4),
              new TensorInfo("b", DType.F32, List.of(2L), 4, 8)),
          file.tensors());
      assertEquals(Map.of("k", "v", "", ""), file.metadata());
      assertEquals(1, file.tensor("a").orElseThrow().elements());
      assertTrue(file.tensor("c").isEmpty());
      assertArrayEquals(new float[] {1}, file.read("a"));
      assertArrayEquals(new float[] {-0f, Float.MIN_VALUE}, file.read("b"));
      float[] into = new float[2];
      file.read("b", into);
      assertArrayEquals(new float[] {-0f, Float.MIN_VALUE}, into);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{}    ", "{ }\r\n\t ", "{\"__metadata__\":{}}"})
  void aFileMayHaveNoTensors(String header) throws IOException {
    try (SafetensorsReader file = Crafted.open(Crafted.file(header, 0))) {
      assertEquals(List.of(), file.tensors());
      assertEquals(Map.of(), file.metadata());
    }
  }

  /** Between others and at both ends: they stand where no byte is. */
  @Test
  void tensorsMayBeEmpty() throws IOException {
    String header =
        """
        {"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},
         "b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
         "c":{"dtype":"I64","shape":[3,0,9223372036854775807],"data_offsets":[4,4]},
         "d":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1,1],"data_offsets":[4,5]},
         "e":{"dtype":"F16","shape":[0],"data_offsets":[5,5]}}""";
    try (SafetensorsReader file = Crafted.open(Crafted.file(header, 5))) {
      assertEquals(
          List.of("a", "b", "c", "d", "e"), file.tensors().stream().map(TensorInfo::name).toList());
      assertEquals(0, file.read("a").length);
      assertEquals(0, file.read("e").length);
      assertEquals(0, file.tensor("c").orElseThrow().elements());
    }
  }

  @Test
  void theLengthOfTheHeaderIsCheckedBeforeAnythingIsAllocated() {
    assertTrue(refusal(new byte[0]).contains("byte 0: the file ends in its first 8 bytes"));
    assertTrue(refusal(new byte[7]).contains("byte 7: the file ends in its first 8 bytes"));
    assertTrue(refusal(new byte[8]).contains("byte 8: the header does not begin with '{'"));
    byte[] text = "{}".getBytes(StandardCharsets.UTF_8);
    assertTrue(
        refusal(Crafted.file(3, text, new byte[0]))
            .contains("byte 0: a header of 3 bytes, but the file has only 2 more"));
    assertTrue(
        refusal(Crafted.file(100_000_001, text, new byte[0]))
            .contains("a header of 100000001 bytes, allowed: at most 100000000"));
    assertTrue(
        refusal(Crafted.file(-1, text, new byte[0]))
            .contains("a header of 18446744073709551615 bytes, allowed: at most 100000000"));
    assertTrue(
        refusal(Crafted.file(Long.MIN_VALUE, text, new byte[0]))
            .contains("a header of 9223372036854775808 bytes, allowed: at most 100000000"));
  }

  /** The tests have 2 GB at most. */
  @Test
  void aHeaderThatThisHeapCouldNotHoldIsRefused() {
    byte[] start = Crafted.file(100_000_000, "{".getBytes(StandardCharsets.UTF_8), new byte[0]);
    String message =
        assertThrows(MalformedFileException.class, () -> Crafted.open(start, 200_000_000))
            .getMessage();
    assertTrue(message.contains("1/32 of the heap of this JVM"), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[] | byte 8: the header does not begin with '{'",
        "` {}` | byte 8: the header does not begin with '{'",
        "{}{} | byte 10: '{', expected nothing but blanks after the last bracket",
        "{ | byte 9: the end of the text, expected a string",
        "{\"t\" | byte 12: the end of the text, expected ':' after a key",
        "{\"t\":{}} | byte 9: tensor 't' needs dtype, shape and data_offsets",
        "{\"t\":[]} | byte 13: '[', expected an object",
        "{\"t\":null} | byte 13: 'n', expected an object",
        "{\"t\":{\"dtype\":\"F32\",\"shape\":[1]}} | byte 9: tensor 't' needs dtype, shape and",
        "{\"t\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}} | byte 9: tensor 't' needs dtype",
        "{\"t\":{\"shape\":[1],\"data_offsets\":[0,4]}} | byte 9: tensor 't' needs dtype, shape",
        "{\"t\":{\"shape\":[1],\"stride\":[1]}} | byte 26: 'stride' of a tensor, allowed: dtype,",
        "{\"t\":{\"dtype\":\"F31\"}} | byte 22: dtype 'F31', allowed: [BOOL, F4, F6_E2M3, F6_E3M2,",
        "{\"t\":{\"dtype\":\"f32\"}} | byte 22: dtype 'f32', allowed: ",
        "{\"t\":{\"dtype\":32}} | byte 22: '3', expected a string",
        "{\"t\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}} | byte 28: key 'dtype' for the second time",
        "{\"t\":{\"shape\":[1],\"shape\":[1]}} | byte 26: key 'shape' for the second time",
        "{\"t\":{\"data_offsets\":[0,4],\"data_offsets\":[0,4]}} | byte 35: key 'data_offsets' for",
        "{\"__metadata__\":null} | byte 24: 'n', expected an object",
        "{\"__metadata__\":{\"k\":1}} | byte 29: '1', expected a string",
        "{\"__metadata__\":{\"k\":{\"l\":\"\"}}} | byte 29: '{', expected a string",
        "{\"__metadata__\":{\"k\":null}} | byte 29: 'n', expected a string",
        "{\"__metadata__\":{\"k\":\"\",\"k\":\"\"}} | byte 32: key 'k' for the second time",
        "{\"__metadata__\":{},\"__metadata__\":{}} | byte 27: key '__metadata__' for the second time",
      })
  void theHeaderIsCheckedKeyByKey(String header, String expected) {
    String message = refusal(header, 0);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void aNameStandsForOneTensor() {
    String header =
        """
        {"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},
         "\\u0074":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""";
    assertTrue(refusal(header, 2).contains("key 't' for the second time"), refusal(header, 2));
  }

  @Test
  void anEmptyTensorDoesNotHideItsNamesake() {
    String header =
        """
        {"t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},
         "t":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""";
    assertTrue(refusal(header, 0).contains("key 't' for the second time"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "F32 | -1 | 0,4 | '-', expected an integer of 0 or more",
        "F32 | 1.0 | 0,4 | '1', expected an integer of 0 or more",
        "F32 | 1e0 | 0,4 | '1', expected an integer of 0 or more",
        "F32 | 01 | 0,4 | an integer with leading zeros",
        "F32 | 00 | 0,0 | an integer with leading zeros",
        "F32 | +1 | 0,4 | '+', expected an integer of 0 or more",
        "F32 | \"1\" | 0,4 | expected an integer of 0 or more",
        "F32 | 1, | 0,4 | ']', expected an integer of 0 or more",
        "F32 | 1 2 | 0,4 | '2', expected ',' or ']'",
        "F32 | [1] | 0,4 | '[', expected an integer of 0 or more",
        "F32 | 9223372036854775808 | 0,4 | an integer beyond 2^63 - 1",
        "F32 | 2,18446744073709551614 | 0,16 | an integer beyond 2^63 - 1",
        "F32 | 2,9223372036854775807 | 0,16 | tensor 't': its size is beyond 2^63 bits",
        "F32 | 4294967296,4294967296 | 0,0 | tensor 't': its size is beyond 2^63 bits",
        "F32 | 9223372036854775807,2,0 | 0,0 | tensor 't': its size is beyond 2^63 bits",
        "F64 | 288230376151711744 | 0,0 | tensor 't': its size is beyond 2^63 bits",
        "F32 | 1 | 0 | tensor 't': data_offsets must be begin and end",
        "F32 | 1 | 0,4,4 | tensor 't': data_offsets must be begin and end",
        "F32 | 1 | 4,0 | tensor 't': data_offsets must be begin and end, begin not above end",
        "F32 | 1 | 0,3 | data_offsets leave room for 3 bytes, but dtype and shape need 4",
        "F32 | 1 | 0,5 | data_offsets leave room for 5 bytes, but dtype and shape need 4",
        "F32 | 0 | 0,4 | data_offsets leave room for 4 bytes, but dtype and shape need 0",
        "F4 | 3 | 0,2 | tensor 't': its size, 12 bits, is no number of bytes",
        "F6_E2M3 | 2 | 0,2 | tensor 't': its size, 12 bits, is no number of bytes",
        "F32 | 1 | 1,5 | tensor 't': its data begin at 1, but those before end at 0: no gaps, no",
        "F32 | 2 | 0,8 | tensor 't': its data end at 8, but the file has 4 bytes of data",
        "U8 | 3 | 0,3 | the data of all tensors end at 3, but the file has 4 bytes of data",
        "U8 | 0 | 0,0 | the data of all tensors end at 0, but the file has 4 bytes of data",
        "U8 | 0 | 9223372036854775807,9223372036854775807 | 't': its data begin at 922337203685477",
        "I8 | 4611686018427387904 | 4611686018427387904,9223372036854775807 | beyond 2^63 bits",
      })
  void sizesMustFitTheFile(String dtype, String shape, String offsets, String expected) {
    String message = refusal(tensor(dtype, shape, offsets), 4);
    assertTrue(message.contains(expected), message);
  }

  @Test
  void dataMayNotOverlap() {
    String header =
        """
        {"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},
         "b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""";
    assertTrue(
        refusal(header, 6).contains("tensor 'b': its data begin at 2, but those before end"));
    String same = header.replace("[2,6]", "[0,4]");
    assertTrue(refusal(same, 4).contains("its data begin at 0, but those before end at 4"));
    String gap = header.replace("[2,6]", "[5,9]");
    assertTrue(refusal(gap, 9).contains("tensor 'b': its data begin at 5, but those before end"));
  }

  @Test
  void theHeaderIsUtf8() throws IOException {
    String header = "{\"__metadata__\":{\"größe\":\"\uD83D\uDE00 \\ud83d\\ude00\\n\\u00e4\"}}";
    try (SafetensorsReader file = Crafted.open(Crafted.file(header, 0))) {
      assertEquals(Map.of("größe", "\uD83D\uDE00 \uD83D\uDE00\nä"), file.metadata());
    }
    byte[] latin1 = "{\"ä\":{}}".getBytes(StandardCharsets.ISO_8859_1);
    assertTrue(
        refusal(Crafted.file(latin1.length, latin1, new byte[0]))
            .contains("byte 10: byte 0xe4, expected UTF-8"));
  }

  /** Nothing is parsed that is not asked for, so that nothing can nest. */
  @Test
  void deepNestingIsNoProblem() {
    String deep = "{\"t\":" + "[".repeat(1_000_000);
    assertTrue(refusal(deep, 0).contains("byte 13: '[', expected an object"));
    String objects = "{\"a\":".repeat(1_000_000);
    assertTrue(refusal(objects, 0).contains("byte 14: 'a' of a tensor, allowed: dtype, shape"));
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = Crafted.file(TWO, 12);
    for (int length = 0; length < whole.length; length++) {
      refusal(Arrays.copyOf(whole, length));
    }
    assertTrue(
        refusal(Arrays.copyOf(whole, whole.length + 1))
            .contains("the data of all tensors end at 12, but the file has 13 bytes of data"));
  }

  @ParameterizedTest
  @EnumSource
  void everyTypeHasItsSize(DType dtype) throws IOException {
    int bytes = dtype.bits() * 4 / 8;
    String header = tensor(dtype.name(), "2,2", "0," + bytes);
    try (SafetensorsReader file = Crafted.open(Crafted.file(header, bytes))) {
      assertEquals(bytes, file.tensor("t").orElseThrow().bytes());
      assertEquals(4, file.tensor("t").orElseThrow().elements());
      if (dtype.isReadable()) {
        assertArrayEquals(new float[4], file.read("t"));
      } else {
        String message =
            assertThrows(MalformedFileException.class, () -> file.read("t")).getMessage();
        assertEquals(
            "crafted: tensor 't': " + dtype + " is not read, only F64, F32, F16 and BF16 are",
            message);
        assertThrows(MalformedFileException.class, () -> file.read("t", new float[4]));
      }
    }
  }

  /** Sign, 5 bits of exponent, 10 of fraction: by the formula of IEEE 754. */
  @Test
  void everyBinary16IsExact() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      data.putShort((short) bits);
    }
    byte[] content = Crafted.file(tensor("F16", "65536", "0,131072"), data.array());
    try (SafetensorsReader file = Crafted.open(content)) {
      float[] values = file.read("t");
      for (int bits = 0; bits < 1 << 16; bits++) {
        int exponent = bits >> 10 & 31;
        int fraction = bits & 1023;
        double magnitude =
            exponent == 31
                ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                : exponent == 0
                    ? Math.scalb(fraction, -24)
                    : Math.scalb(1024 + fraction, exponent - 25);
        float expected = (float) Math.copySign(magnitude, (bits & 0x8000) == 0 ? 1 : -1);
        assertEquals(expected, values[bits], "0x" + Integer.toHexString(bits));
      }
    }
  }

  @Test
  void everyBfloat16IsTheUpperHalfOfAFloat() throws IOException {
    ByteBuffer data = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int bits = 0; bits < 1 << 16; bits++) {
      data.putShort((short) bits);
    }
    byte[] content = Crafted.file(tensor("BF16", "65536", "0,131072"), data.array());
    try (SafetensorsReader file = Crafted.open(content)) {
      float[] values = file.read("t");
      for (int bits = 0; bits < 1 << 16; bits++) {
        assertEquals(Float.intBitsToFloat(bits << 16), values[bits]);
      }
    }
  }

  @Test
  void doublesAreRounded() throws IOException {
    double[] doubles = {0.1, -0.0, 1e-46, -1e-45, 1e300, Math.PI, Double.NaN};
    ByteBuffer data = ByteBuffer.allocate(56).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : doubles) {
      data.putDouble(value);
    }
    try (SafetensorsReader file =
        Crafted.open(Crafted.file(tensor("F64", "7", "0,56"), data.array()))) {
      assertArrayEquals(
          new float[] {
            0.1f, -0f, 0, -Float.MIN_VALUE, Float.POSITIVE_INFINITY, (float) Math.PI, Float.NaN
          },
          file.read("t"));
    }
  }

  /** More bytes than go through the reader at once, in each type. */
  @Test
  void longTensorsComeInBlocks() throws IOException {
    int elements = 300_001;
    for (DType dtype : new DType[] {DType.F64, DType.F32, DType.F16, DType.BF16}) {
      int size = dtype.bits() / 8;
      ByteBuffer data = ByteBuffer.allocate(3 + elements * size).order(ByteOrder.LITTLE_ENDIAN);
      data.position(3); // at an odd address
      for (int i = 0; i < elements; i++) {
        float value = i % 251;
        switch (dtype) {
          case F64 -> data.putDouble(value);
          case F32 -> data.putFloat(value);
          case F16 -> data.putShort(half(i % 251));
          default -> data.putShort((short) (Float.floatToRawIntBits(value) >> 16));
        }
      }
      String header =
          """
          {"odd":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},
           "t":{"dtype":"%s","shape":[%d],"data_offsets":[3,%d]}}"""
              .formatted(dtype, elements, 3 + elements * size);
      try (SafetensorsReader file = Crafted.open(Crafted.file(header, data.array()))) {
        float[] values = file.read("t");
        for (int i = 0; i < elements; i++) {
          assertEquals(i % 251, values[i], dtype + " " + i);
        }
      }
    }
  }

  /** Of an integer below 2048. */
  private static short half(int value) {
    if (value == 0) {
      return 0;
    }
    int exponent = 31 - Integer.numberOfLeadingZeros(value);
    return (short) (((exponent + 15) << 10) | ((value << (10 - exponent)) & 1023));
  }

  @Test
  void anArrayHasLessThanTwoToThe31Elements() throws IOException {
    byte[] start = Crafted.file(tensor("BF16", "65536,32768", "0,4294967296"), 0);
    try (SafetensorsReader file = Crafted.open(start, start.length + (1L << 32))) {
      String message =
          assertThrows(MalformedFileException.class, () -> file.read("t")).getMessage();
      assertEquals(
          "crafted: tensor 't': 2147483648 elements, but an array has at most 2147483639", message);
    }
  }

  @Test
  void tensorsThatMustBeThereHaveAShape() throws IOException {
    try (SafetensorsReader file = Crafted.open(Crafted.file(TWO, 12))) {
      assertEquals("b", file.require("b", 2).name());
      assertEquals("a", file.require("a").name());
      assertEquals(
          "crafted: tensor 'b': its shape is [2], needed: [1, 2]",
          assertThrows(MalformedFileException.class, () -> file.require("b", 1, 2)).getMessage());
      assertEquals(
          "crafted: tensor 'c': is missing, needed with the shape [3]",
          assertThrows(MalformedFileException.class, () -> file.require("c", 3)).getMessage());
    }
  }

  @Test
  void theCallerGivesARightNameAndArray() throws IOException {
    try (SafetensorsReader file = Crafted.open(Crafted.file(TWO, 12))) {
      float[] three = {1, 2, 3};
      String length =
          assertThrows(IllegalArgumentException.class, () -> file.read("b", three)).getMessage();
      assertEquals("values has 3 elements, but tensor 'b' has 2", length);
      assertArrayEquals(new float[] {1, 2, 3}, three);
      String name = assertThrows(IllegalArgumentException.class, () -> file.read("c")).getMessage();
      assertEquals("no tensor 'c' in crafted", name);
    }
  }

  @Test
  void aFileThatIsCutMeanwhileIsNotRead() throws IOException {
    Path path = Files.write(directory.resolve("cut"), Crafted.file(TWO, 12));
    try (SafetensorsReader file = SafetensorsReader.open(path);
        RandomAccessFile same = new RandomAccessFile(path.toFile(), "rw")) {
      same.setLength(same.length() - 1);
      assertArrayEquals(new float[1], file.read("a"));
      String message =
          assertThrows(MalformedFileException.class, () -> file.read("b")).getMessage();
      assertTrue(
          message.endsWith("the file ends here, but was longer when it was opened"), message);
    }
  }

  @Test
  void whatCannotBeOpenedIsNamed() {
    Path missing = directory.resolve("missing");
    assertThrows(NoSuchFileException.class, () -> SafetensorsReader.open(missing));
    FileSystemException folder =
        assertThrows(FileSystemException.class, () -> SafetensorsReader.open(directory));
    assertEquals(directory + ": is a directory", folder.getMessage());
  }

  @Test
  void aFileThatIsRefusedIsClosed() {
    Crafted.Memory channel = new Crafted.Memory(new byte[8], 8);
    assertThrows(MalformedFileException.class, () -> SafetensorsReader.open(Crafted.NAME, channel));
    assertFalse(channel.isOpen());
  }
}
