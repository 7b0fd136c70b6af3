package dev.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir private Path directory;

  @Test
  void bytesAreDefined() throws IOException {
    Path file = directory.resolve("file");
    new SafetensorsWriter()
        .tensor("b", new float[] {1, -2}, 2, 1)
        .tensor("a", new float[] {0.5f})
        .metadata("k", "v\n\"")
        .metadata("j", "")
        .write(file);
    String header =
        "{\"__metadata__\":{\"k\":\"v\\u000a\\\"\",\"j\":\"\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
            + "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}";
    String padded = header + " ".repeat(7 - (header.length() + 7) % 8);
    byte[] data = {0, 0, -128, 63, 0, 0, 0, -64, 0, 0, 0, 63};
    assertArrayEquals(Crafted.file(padded, data), Files.readAllBytes(file));
    assertEquals(0, padded.length() % 8);
  }

  @Test
  void dataBeginAtAMultipleOfEightBytes() throws IOException {
    Path file = directory.resolve("file");
    for (int length = 0; length < 20; length++) {
      new SafetensorsWriter()
          .metadata("k", "x".repeat(length))
          .tensor("t", new float[1])
          .write(file);
      assertEquals(4, Files.size(file) % 8);
      try (SafetensorsReader reader = SafetensorsReader.open(file)) {
        assertEquals(Map.of("k", "x".repeat(length)), reader.metadata());
      }
    }
  }

  /** NaN, infinities, -0 and subnormals among them; longer than one block. */
  @Test
  void everyBitComesBack() throws IOException {
    Path file = directory.resolve("file");
    float[] values = new float[3 * 50_001];
    Random random = new Random(1);
    for (int i = 0; i < values.length; i++) {
      values[i] = Float.intBitsToFloat(random.nextInt());
    }
    values[7] = -0f;
    values[8] = Float.MIN_VALUE;
    values[9] = Float.NEGATIVE_INFINITY;
    String name = "größe \uD83D\uDE00\n\"";
    new SafetensorsWriter()
        .tensor("empty", new float[0], 4, 0)
        .tensor(name, () -> values, 3, 50_001)
        .tensor("", new float[] {3}, 1, 1, 1)
        .write(file);
    try (SafetensorsReader reader = SafetensorsReader.open(file)) {
      assertEquals(
          List.of(
              new TensorInfo("empty", DType.F32, List.of(4L, 0L), 0, 0),
              new TensorInfo(name, DType.F32, List.of(3L, 50_001L), 0, 600_012),
              new TensorInfo("", DType.F32, List.of(1L, 1L, 1L), 600_012, 4)),
          reader.tensors());
      assertArrayEquals(bits(values), bits(reader.read(name)));
      assertArrayEquals(new float[] {3}, reader.read(""));
    }
    byte[] first = Files.readAllBytes(file);
    new SafetensorsWriter()
        .tensor("empty", new float[0], 4, 0)
        .tensor(name, () -> values, 3, 50_001)
        .tensor("", new float[] {3}, 1, 1, 1)
        .write(file);
    assertArrayEquals(first, Files.readAllBytes(file));
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    Arrays.setAll(bits, i -> Float.floatToRawIntBits(values[i]));
    return bits;
  }

  @Test
  void whatCannotBeWrittenIsRefusedAtOnce() {
    SafetensorsWriter writer = new SafetensorsWriter().tensor("t", new float[6], 2, 3);
    assertEquals(
        "tensor 'u': 6 values, but a shape of 5",
        refusal(() -> writer.tensor("u", new float[6], 5)));
    assertEquals(
        "tensor 'u': 0 values, but a shape of 1", refusal(() -> writer.tensor("u", new float[0])));
    assertEquals(
        "tensor 'u': sizes must not be negative, and their product at most 2^31 - 1",
        refusal(() -> writer.tensor("u", new float[1], -1, -1)));
    assertEquals(
        "tensor 'u': sizes must not be negative, and their product at most 2^31 - 1",
        refusal(() -> writer.tensor("u", () -> new float[0], 65536, 32768)));
    assertEquals(
        "tensor 't': the name was given before, or is reserved",
        refusal(() -> writer.tensor("t", new float[1])));
    assertEquals(
        "tensor '__metadata__': the name was given before, or is reserved",
        refusal(() -> writer.tensor("__metadata__", new float[1])));
    assertEquals(
        "name has half a surrogate pair", refusal(() -> writer.tensor("\ud83d", new float[1])));
    writer.metadata("k", "v");
    assertEquals("key 'k' was given before", refusal(() -> writer.metadata("k", "w")));
    assertEquals(
        "value of 'l' has half a surrogate pair", refusal(() -> writer.metadata("l", "\udc00")));
    assertEquals("key has half a surrogate pair", refusal(() -> writer.metadata("\ud83dx", "")));
    writer.tensor("u", new float[1]); // the refused ones have left nothing behind
  }

  private static String refusal(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }

  @Test
  void aSupplierThatGivesTooLittleLeavesNoFile() throws IOException {
    Path file = directory.resolve("file");
    SafetensorsWriter writer =
        new SafetensorsWriter().tensor("a", new float[1]).tensor("t", () -> new float[5], 2, 3);
    assertEquals("tensor 't': 5 values, but a shape of 6", refusal(() -> writer.write(file)));
    assertFalse(Files.exists(file));
  }

  @Test
  void aHeaderHasALimit() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "old");
    String most = "x".repeat(100_000_000 - "{\"__metadata__\":{\"k\":\"\"}}".length());
    SafetensorsWriter longest = new SafetensorsWriter().metadata("k", most + "x");
    assertEquals(
        "a header of 100000008 bytes, allowed: at most 100000000",
        refusal(() -> longest.write(file)));
    assertEquals("old", Files.readString(file, StandardCharsets.UTF_8));
    new SafetensorsWriter().metadata("k", most).write(file);
    assertEquals(100_000_008, Files.size(file));
  }
}
