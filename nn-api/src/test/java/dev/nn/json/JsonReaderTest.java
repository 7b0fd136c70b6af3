package dev.nn.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonReaderTest {
  private static JsonReader reader(String text) {
    return new JsonReader(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void objectsAndArraysNestAsTheCallerReads() throws JsonException {
    JsonReader json = reader(" { \"a\" : [ 1 , { } , [ ] ,\n\"x\"] ,\t\"b\":-1.5e1 } \r\n");
    json.openObject();
    assertEquals("a", json.nextKey());
    assertEquals(3, json.tokenStart());
    json.openArray();
    assertTrue(json.nextElement());
    assertEquals(1, json.natural());
    assertTrue(json.nextElement());
    json.openObject();
    assertNull(json.nextKey());
    assertTrue(json.nextElement());
    json.openArray();
    assertFalse(json.nextElement());
    assertTrue(json.nextElement());
    assertTrue(json.isString());
    assertEquals("x", json.string());
    assertFalse(json.nextElement());
    assertEquals("b", json.nextKey());
    assertFalse(json.isString());
    assertEquals(-15, json.number());
    assertNull(json.nextKey());
    json.end();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0 | 0",
        "-0 | -0.0",
        "12 | 12",
        "-1.25 | -1.25",
        "1e3 | 1000",
        "1E+3 | 1000",
        "5e-324 | 4.9e-324",
        "1.7976931348623157e308 | 1.7976931348623157e308",
        "0.1 | 0.1",
        "1e-400 | 0",
      })
  void numbersAreTheNearestDouble(String text, double value) throws JsonException {
    JsonReader json = reader(text);
    assertEquals(value, json.number());
    json.end();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "01",
        "-01",
        "1e309",
        "NaN",
        "Infinity",
        "0x1",
        "1f",
        "--1",
        "1_0",
        "\u0661"
      })
  void otherNumbersAreRefused(String text) {
    assertThrows(
        JsonException.class,
        () -> {
          JsonReader json = reader(text);
          json.number();
          json.end();
        });
  }

  @Test
  void stringsAreUnescaped() throws JsonException {
    assertEquals(
        "a\"\\/\b\f\n\r\té€\uD83D\uDE00z",
        reader("\"a\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\u20AC\\ud83d\\uDE00z\"").string());
    assertEquals("é€\uD83D\uDE00\u007f", reader("\"é€\uD83D\uDE00\u007f\"").string());
    assertEquals("", reader("\"\"").string());
    assertEquals("\0", reader("\"\\u0000\"").string());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"",
        "\"a",
        "\"\\",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u12g4\"",
        "\"\\u\"",
        "\"a\nb\"",
        "\"\t\"",
        "\"\\ud83d\"",
        "\"\\ud83dx\"",
        "\"\\ud83d\\n\"",
        "\"\\ud83d\\u0041\"",
        "\"\\ud83d\\ud83d\"",
        "\"\\ude00\"",
        "'a'",
        "a",
        "\"\\U0041\"",
        "\"\\ud83d\\"
      })
  void otherStringsAreRefused(String text) {
    assertThrows(JsonException.class, () -> reader(text).string());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c080",
        "c1bf",
        "80",
        "e4",
        "eda080",
        "edbfbf",
        "f4908080",
        "f8888080",
        "c3",
        "e282",
        "ff"
      })
  void whatIsNotUtf8IsRefused(String hex) {
    String text = "\"ab" + hex + "\"";
    byte[] bytes = new byte[4 + hex.length() / 2];
    bytes[0] = '"';
    bytes[1] = 'a';
    bytes[2] = 'b';
    for (int i = 0; i < hex.length() / 2; i++) {
      bytes[3 + i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
    }
    bytes[bytes.length - 1] = '"';
    JsonException e = assertThrows(JsonException.class, () -> new JsonReader(bytes).string(), text);
    assertEquals(3, e.position());
    assertEquals("byte 0x" + hex.substring(0, 2) + ", expected UTF-8", e.getMessage());
  }

  @Test
  void commasStandBetweenItemsOnly() throws JsonException {
    for (String text : new String[] {"[,1]", "[1,]", "[1,,2]", "[1 2]", "[1", "[1}", "["}) {
      assertThrows(
          JsonException.class,
          () -> {
            JsonReader json = reader(text);
            json.openArray();
            while (json.nextElement()) {
              json.natural();
            }
          },
          text);
    }
    for (String text :
        new String[] {
          "{,\"a\":1}",
          "{\"a\":1,}",
          "{\"a\" 1}",
          "{\"a\":1 \"b\":1}",
          "{a:1}",
          "{1:1}",
          "{\"a\":}",
          "{\"a\":1]",
          "{\"a\":1"
        }) {
      assertThrows(
          JsonException.class,
          () -> {
            JsonReader json = reader(text);
            json.openObject();
            while (json.nextKey() != null) {
              json.natural();
            }
          },
          text);
    }
  }

  @Test
  void errorsNameTheByteOfWhatWasReadLast() throws JsonException {
    JsonReader json = reader("{\"ä\": 17 }");
    json.openObject();
    json.nextKey();
    assertEquals(1, json.error("no").position());
    json.natural();
    assertEquals(7, json.error("no").position());
    assertEquals("no", json.error("no").getMessage());
  }

  @Test
  void messagesQuoteTheBeginning() {
    assertEquals("'a?b'", JsonReader.quote("a\nb"));
    assertEquals(
        "'" + "\uD83D\uDE00".repeat(60) + "...'", JsonReader.quote("\uD83D\uDE00".repeat(61)));
    assertEquals("'" + "x".repeat(60) + "'", JsonReader.quote("x".repeat(60)));
  }
}
