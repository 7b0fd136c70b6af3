package dev.nn.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Files that this project's code did not write; the README beside them says who did. */
class OtherWritersTest {
  private static SafetensorsReader open(String name) throws IOException, URISyntaxException {
    return SafetensorsReader.open(
        Path.of(Objects.requireNonNull(OtherWritersTest.class.getResource(name), name).toURI()));
  }

  @Test
  void theReferenceImplementation() throws Exception {
    try (SafetensorsReader file = open("types.safetensors")) {
      assertEquals(
          List.of(
              "i64 I64 [3]",
              "f64 F64 [2, 3]",
              "empty F32 [0, 4]",
              "f32 F32 [2, 3]",
              "scalar F32 []",
              "special F32 [6]",
              "f16 F16 [2, 3]",
              "u8 U8 [5]",
              "bool BOOL [3]"),
          file.tensors().stream()
              .map(tensor -> tensor.name() + " " + tensor.dtype() + " " + tensor.shape())
              .toList());
      assertEquals(
          Map.of("writer", "safetensors", "unicode", "größe \uD83D\uDE00 \"\\\n"), file.metadata());
      float[] ramp = new float[6];
      for (int i = 0; i < ramp.length; i++) {
        ramp[i] = (float) (i / 7.0 - 0.5);
      }
      assertArrayEquals(ramp, file.read("f64"));
      assertArrayEquals(ramp, file.read("f32"));
      assertArrayEquals(ramp, file.read("f16"), 1f / 4096);
      assertEquals(-0x1.6dcp-2f, file.read("f16")[1], "-5/14, rounded to 11 bits");
      assertArrayEquals(new float[] {-0f}, file.read("scalar"));
      assertArrayEquals(new float[0], file.read("empty"));
      assertArrayEquals(
          new float[] {
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            -0f,
            Float.MIN_VALUE,
            -Float.MIN_VALUE
          },
          file.read("special"));
    }
  }

  @Test
  void blanksEscapesAndAnyOrder() throws Exception {
    try (SafetensorsReader file = open("blanks.safetensors")) {
      assertEquals(
          List.of(
              new TensorInfo("head", DType.I8, List.of(5L, 1L), 0, 5),
              new TensorInfo("tail", DType.BF16, List.of(2L), 5, 4)),
          file.tensors());
      assertEquals(Map.of("\uD83D\uDE00", "ä/"), file.metadata());
      assertArrayEquals(new float[] {1, -3.140625f}, file.read("tail"));
    }
  }
}
