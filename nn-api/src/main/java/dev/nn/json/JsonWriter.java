package dev.nn.json;

import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Writes JSON without blanks, the same text on every JDK.
 *
 * <p>Commas are set by this writer, brackets and keys by its caller.
 */
public final class JsonWriter {
  /** Digits after which a decimal number must be the double again. */
  private static final int MOST_DIGITS = 17;

  private final StringBuilder text = new StringBuilder();

  /** Whether a value stands before the position, so that the next one needs a comma. */
  private boolean comma;

  /** Makes a writer of nothing yet. */
  public JsonWriter() {}

  /**
   * Begins an object.
   *
   * @return this
   */
  public JsonWriter openObject() {
    return open('{');
  }

  /**
   * Ends the object at hand.
   *
   * @return this
   */
  public JsonWriter closeObject() {
    return close('}');
  }

  /**
   * Begins an array.
   *
   * @return this
   */
  public JsonWriter openArray() {
    return open('[');
  }

  /**
   * Ends the array at hand.
   *
   * @return this
   */
  public JsonWriter closeArray() {
    return close(']');
  }

  private JsonWriter open(char bracket) {
    separate();
    text.append(bracket);
    comma = false;
    return this;
  }

  private JsonWriter close(char bracket) {
    text.append(bracket);
    comma = true;
    return this;
  }

  /**
   * The key of the value that comes next.
   *
   * @param key without unpaired surrogates
   * @return this
   */
  public JsonWriter key(String key) {
    separate();
    quote(key);
    text.append(':');
    comma = false;
    return this;
  }

  /**
   * A string.
   *
   * @param value without unpaired surrogates
   * @return this
   */
  public JsonWriter value(String value) {
    separate();
    quote(value);
    return this;
  }

  /**
   * An integer.
   *
   * @param value any
   * @return this
   */
  public JsonWriter value(long value) {
    separate();
    text.append(value);
    return this;
  }

  /**
   * A number with the fewest digits from 15 on that give the same double again; trailing zeros are
   * left out.
   *
   * @param value finite
   * @return this
   */
  public JsonWriter value(double value) {
    separate();
    text.append(decimal(value));
    return this;
  }

  private static String decimal(double value) {
    if (value == 0) {
      return 1 / value < 0 ? "-0.0" : "0.0";
    }
    BigDecimal exact = new BigDecimal(value);
    for (int digits = MOST_DIGITS - 2; digits < MOST_DIGITS; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      if (rounded.doubleValue() == value) {
        return rounded.stripTrailingZeros().toString();
      }
    }
    return exact.round(new MathContext(MOST_DIGITS)).toString();
  }

  private void separate() {
    if (comma) {
      text.append(',');
    }
    comma = true;
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (c < ' ') {
        text.append("\\u00").append(c < 16 ? '0' : '1').append("0123456789abcdef".charAt(c & 15));
      } else {
        text.append(c);
      }
    }
    text.append('"');
  }

  /** What was written. */
  @Override
  public String toString() {
    return text.toString();
  }
}
