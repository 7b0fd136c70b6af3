package dev.nn.json;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON (RFC 8259, UTF-8) as its caller knows it to be, one token after the other.
 *
 * <p>Whatever the caller does not ask for is an error. So nothing is ever passed over, and values
 * nest as deep as the caller's code, not as the text wants.
 *
 * <pre>{@code
 * json.openObject();
 * for (String key = json.nextKey(); key != null; key = json.nextKey()) {
 *   ... json.string() or json.natural() ...
 * }
 * json.end();
 * }</pre>
 *
 * <p>Duplicate keys are for the caller to notice, who keeps what stands behind them: {@link
 * #requireFirst}.
 */
public final class JsonReader {
  private static final int QUOTED_LENGTH = 60;

  private final byte[] text;
  private int position;

  /** Whether the object or array at hand was opened just now: no comma is due. */
  private boolean first;

  /** Where the token began that was read last. */
  private int tokenStart;

  /**
   * Reads from the first byte on.
   *
   * @param text UTF-8, not changed meanwhile; not a copy
   */
  public JsonReader(byte[] text) {
    this.text = text;
  }

  /**
   * Reads the brace that opens an object.
   *
   * @throws JsonException if it is something else
   */
  public void openObject() throws JsonException {
    open('{', "an object");
  }

  /**
   * Reads the bracket that opens an array.
   *
   * @throws JsonException if it is something else
   */
  public void openArray() throws JsonException {
    open('[', "an array");
  }

  private void open(char bracket, String what) throws JsonException {
    startToken();
    if (peek() != bracket) {
      throw unexpected(what);
    }
    position++;
    first = true;
  }

  /**
   * Reads the next key of the object at hand and its colon, or the end of the object.
   *
   * @return the key, or null at the end
   * @throws JsonException if it is something else
   */
  public String nextKey() throws JsonException {
    if (!nextItem('}')) {
      return null;
    }
    String key = string();
    int keyStart = tokenStart;
    skipBlanks();
    if (peek() != ':') {
      throw unexpected("':' after a key");
    }
    position++;
    tokenStart = keyStart;
    return key;
  }

  /**
   * Refuses a key that was there before.
   *
   * @param before what stood behind it then, null if it was not there
   * @param key as {@link #nextKey} has read it
   * @throws JsonException if it was there
   */
  public void requireFirst(Object before, String key) throws JsonException {
    if (before != null) {
      throw error("key " + quote(key) + " for the second time");
    }
  }

  /**
   * Reads the end of the object at hand.
   *
   * @throws JsonException if another key follows
   */
  public void closeObject() throws JsonException {
    if (nextKey() != null) {
      throw error("expected the end of the object");
    }
  }

  /**
   * Reads the first key of an object, {@code "version"}, and its number.
   *
   * @param known the only number that is allowed
   * @throws JsonException if it is another key or number
   */
  public void requireVersion(long known) throws JsonException {
    if (!"version".equals(nextKey())) {
      throw error("expected the version, as the first key");
    }
    long version = natural();
    if (version != known) {
      throw error("version " + version + ", known: " + known);
    }
  }

  /**
   * Tells whether another element of the array at hand follows, or reads the end of the array.
   *
   * @return false at the end
   * @throws JsonException if it is neither a comma nor the end
   */
  public boolean nextElement() throws JsonException {
    return nextItem(']');
  }

  private boolean nextItem(char end) throws JsonException {
    skipBlanks();
    boolean comma = !first;
    first = false;
    if (peek() == end) {
      position++;
      return false;
    }
    if (comma) {
      if (peek() != ',') {
        throw unexpected("',' or '" + end + "'");
      }
      position++;
    }
    return true;
  }

  /**
   * Whether a string follows.
   *
   * @return true if the next token begins with a quote
   */
  public boolean isString() {
    skipBlanks();
    return peek() == '"';
  }

  /**
   * Reads an integer without sign, fraction, exponent or leading zeros.
   *
   * @return 0 to 2^63 - 1
   * @throws JsonException if it is something else
   */
  public long natural() throws JsonException {
    startToken();
    long value = 0;
    while (isDigit(peek())) {
      int digit = peek() - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        throw error("an integer beyond 2^63 - 1");
      }
      value = 10 * value + digit;
      position++;
    }
    int digits = position - tokenStart;
    if (digits == 0 || ".eE".indexOf(peek()) >= 0) {
      position = tokenStart;
      throw unexpected("an integer of 0 or more");
    }
    if (digits > 1 && text[tokenStart] == '0') {
      throw error("an integer with leading zeros");
    }
    return value;
  }

  /**
   * Reads a number.
   *
   * @return the nearest double, finite
   * @throws JsonException if it is something else
   */
  public double number() throws JsonException {
    startToken();
    if (peek() == '-') {
      position++;
    }
    int start = position;
    digits();
    if (position - start > 1 && text[start] == '0') {
      throw error("a number with leading zeros");
    }
    if (peek() == '.') {
      position++;
      digits();
    }
    if (peek() == 'e' || peek() == 'E') {
      position++;
      if (peek() == '+' || peek() == '-') {
        position++;
      }
      digits();
    }
    double value =
        Double.parseDouble(
            new String(text, tokenStart, position - tokenStart, StandardCharsets.US_ASCII));
    if (Double.isInfinite(value)) {
      throw error("a number beyond the largest double");
    }
    return value;
  }

  private void digits() throws JsonException {
    if (!isDigit(peek())) {
      throw unexpected("a digit of a number");
    }
    while (isDigit(peek())) {
      position++;
    }
  }

  /**
   * Reads a string.
   *
   * @return its characters, unescaped; no surrogate without its partner
   * @throws JsonException if it is something else, or not UTF-8
   */
  public String string() throws JsonException {
    startToken();
    if (peek() != '"') {
      throw unexpected("a string");
    }
    int start = tokenStart;
    position++;
    String run = run();
    if (peek() == '"') {
      position++;
      return run;
    }
    StringBuilder value = new StringBuilder(run);
    while (peek() != '"') {
      escape(value);
      value.append(run());
    }
    position++;
    tokenStart = start;
    return value.toString();
  }

  /** The characters up to the next quote or backslash. */
  private String run() throws JsonException {
    int start = position;
    boolean ascii = true;
    while (peek() != '"' && peek() != '\\') {
      if (position == text.length) {
        throw unexpected("a closing quote");
      }
      if (text[position] >= 0 && text[position] < ' ') {
        throw unexpected("no control character in a string");
      }
      ascii &= text[position] >= 0;
      position++;
    }
    int length = position - start;
    return ascii
        ? new String(text, start, length, StandardCharsets.US_ASCII)
        : decode(start, length);
  }

  private String decode(int start, int length) throws JsonException {
    ByteBuffer in = ByteBuffer.wrap(text, start, length);
    CharBuffer out = CharBuffer.allocate(length);
    CoderResult result = StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    if (result.isError()) {
      position = in.position();
      throw unexpected("UTF-8");
    }
    return out.flip().toString();
  }

  private void escape(StringBuilder value) throws JsonException {
    position++; // backslash
    int c = peek();
    int known = "\"\\/bfnrt".indexOf(c);
    if (known >= 0) {
      value.append("\"\\/\b\f\n\r\t".charAt(known));
      position++;
    } else if (c == 'u') {
      char unit = utf16();
      value.append(unit);
      if (Character.isHighSurrogate(unit) && peek() == '\\') {
        position++;
        char low = peek() == 'u' ? utf16() : unit;
        if (!Character.isLowSurrogate(low)) {
          throw unexpected("the second half of a surrogate pair before this");
        }
        value.append(low);
      } else if (Character.isSurrogate(unit)) {
        throw unexpected("both halves of a surrogate pair before this");
      }
    } else {
      throw unexpected("an escape after '\\'");
    }
  }

  /** The code unit of an escape whose u is at hand. */
  private char utf16() throws JsonException {
    position++; // u
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw unexpected("four hexadecimal digits after '\\u'");
      }
      unit = unit << 4 | digit;
      position++;
    }
    return (char) unit;
  }

  /**
   * Reads blanks up to the end of the text.
   *
   * @throws JsonException if anything else follows
   */
  public void end() throws JsonException {
    startToken();
    if (position < text.length) {
      throw unexpected("nothing but blanks after the last bracket");
    }
  }

  /**
   * Where the key or value begins that was read last.
   *
   * @return byte in the text, from 0
   */
  public int tokenStart() {
    return tokenStart;
  }

  /**
   * A problem with the key or value that was read last.
   *
   * @param problem what was found and what is allowed
   * @return to be thrown
   */
  public JsonException error(String problem) {
    return new JsonException(tokenStart, problem);
  }

  /**
   * What a message may repeat of a file: the beginning, without control characters.
   *
   * @param name any text
   * @return at most 60 characters of it, in single quotes
   */
  public static String quote(String name) {
    StringBuilder quoted = new StringBuilder("'");
    name.codePoints()
        .limit(QUOTED_LENGTH)
        .map(c -> Character.isISOControl(c) ? '?' : c)
        .forEach(quoted::appendCodePoint);
    if (name.codePointCount(0, name.length()) > QUOTED_LENGTH) {
      quoted.append("...");
    }
    return quoted.append('\'').toString();
  }

  private JsonException unexpected(String expected) {
    int c = peek();
    String found;
    if (c < 0) {
      found = "the end of the text";
    } else if (c > ' ' && c < 0x7f) {
      found = "'" + (char) c + "'";
    } else {
      found = "byte 0x%02x".formatted(c);
    }
    return new JsonException(position, found + ", expected " + expected);
  }

  private void startToken() {
    skipBlanks();
    tokenStart = position;
  }

  private void skipBlanks() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
      position++;
    }
  }

  /** The byte at hand, 0..255, or -1 at the end. */
  private int peek() {
    return position < text.length ? text[position] & 0xff : -1;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
