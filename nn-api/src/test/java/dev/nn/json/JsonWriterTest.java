package dev.nn.json;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonWriterTest {
  @Test
  void commasComeByThemselves() {
    String text =
        new JsonWriter()
            .openObject()
            .key("a")
            .openArray()
            .value(1)
            .value("x")
            .openArray()
            .closeArray()
            .openObject()
            .closeObject()
            .closeArray()
            .key("b")
            .value(-2)
            .closeObject()
            .toString();
    assertEquals("{\"a\":[1,\"x\",[],{}],\"b\":-2}", text);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, -0.0",
    "1, 1",
    "0.1, 0.1",
    "-2.5, -2.5",
    "1e22, 1E+22",
    "2e-3, 0.002",
    "0.3333333333333333, 0.3333333333333333",
    "4.9e-324, 4.94065645841247E-324",
    "1.7976931348623157e308, 1.7976931348623157E+308",
  })
  void numbersAreDecimal(double value, String expected) throws JsonException {
    String text = new JsonWriter().value(value).toString();
    assertEquals(value, new JsonReader(text.getBytes(StandardCharsets.US_ASCII)).number());
    assertEquals(expected, text);
  }

  @Test
  void everyDoubleComesBack() throws JsonException {
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        String text = new JsonWriter().value(value).toString();
        double read = new JsonReader(text.getBytes(StandardCharsets.US_ASCII)).number();
        assertEquals(Double.doubleToRawLongBits(value), Double.doubleToRawLongBits(read), text);
      }
    }
  }

  @Test
  void everyCharacterComesBack() throws JsonException {
    StringBuilder all = new StringBuilder();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
        all.appendCodePoint(c);
      }
    }
    String text = new JsonWriter().value(all.toString()).toString();
    JsonReader json = new JsonReader(text.getBytes(StandardCharsets.UTF_8));
    assertEquals(all.toString(), json.string());
    json.end();
    assertEquals("\"\\u0000\\u001f\\\"\\\\/\"", new JsonWriter().value("\0\u001f\"\\/").toString());
  }
}
