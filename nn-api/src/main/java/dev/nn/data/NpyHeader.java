package dev.nn.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The first bytes of a NumPy array, and what they promise of the others.
 *
 * <pre>
 * byte 0 .. 5    0x93 N U M P Y
 * byte 6, 7      version: 1.0, 2.0 or 3.0
 * byte 8 ..      length of the text: little-endian, 2 bytes in version 1.0, else 4
 * then           the text, which ends with a line feed
 * then           as many values as the product of the shape, and the end of the file
 * </pre>
 *
 * <p>The text is a dictionary as Python writes it, of exactly these keys in any order, with blanks
 * between its parts and behind it:
 *
 * <pre>{@code
 * {'descr': '<f8', 'fortran_order': False, 'shape': (150, 4), }
 * }</pre>
 */
final class NpyHeader {

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};

  /** As in NumPy, which refuses longer ones as not safe. */
  private static final int MAX_TEXT = 10_000;

  /** What NumPy's own writer aligns the data to. */
  private static final int ALIGNMENT = 64;

  /** NumPy leaves room for a first size of so many digits. */
  private static final int GROWTH_DIGITS = 21;

  private static final String KEYS = "descr, fortran_order, shape";

  private final NpyPlace place;
  private final int start;
  private final String text;
  private int position;

  private NpyArray.Type type;
  private boolean bigEndian;
  private boolean fortranOrder;
  private int[] shape;

  private NpyHeader(NpyPlace place, int start, String text) {
    this.place = place;
    this.start = start;
    this.text = text;
  }

  NpyArray.Type type() {
    return type;
  }

  /** Whether the first byte of a value is the highest. */
  boolean bigEndian() {
    return bigEndian;
  }

  /** Whether the first index runs fastest. */
  boolean fortranOrder() {
    return fortranOrder;
  }

  /** The sizes, of an array of at most {@link NpyArray#MAX_BYTES}; not a copy. */
  int[] shape() {
    return shape;
  }

  /** Position of the first value. */
  int bytes() {
    return start + text.length();
  }

  /** The bytes that NumPy 2 writes before an array of this type and shape, in C order. */
  static byte[] write(NpyArray array) {
    int[] shape = array.shape();
    StringBuilder text = new StringBuilder("{'descr': '");
    text.append(array.type().bytes() == 1 ? '|' : '<').append(array.type().code());
    text.append("', 'fortran_order': False, 'shape': ").append(NpyArray.text(shape)).append(", }");
    if (shape.length > 0) {
      text.append(" ".repeat(GROWTH_DIGITS - Integer.toString(shape[0]).length()));
    }
    int prefix = MAGIC.length + 4;
    int padding = ALIGNMENT - (prefix + text.length() + 1) % ALIGNMENT;
    text.append(" ".repeat(padding)).append('\n');
    byte[] header = Arrays.copyOf(MAGIC, prefix + text.length());
    header[MAGIC.length] = 1;
    header[MAGIC.length + 2] = (byte) text.length();
    header[MAGIC.length + 3] = (byte) (text.length() >> 8);
    byte[] characters = text.toString().getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(characters, 0, header, prefix, characters.length);
    return header;
  }

  /** Reads the header of an array at the beginning of a stream. */
  static NpyHeader read(NpyPlace place, InputStream in) throws IOException {
    byte[] magic = readFully(place, in, 0, MAGIC.length + 2);
    for (int i = 0; i < MAGIC.length; i++) {
      if (magic[i] != MAGIC[i]) {
        throw place.error(
            i, "magic is 0x%02x, allowed: 0x%02x (\\x93NUMPY)".formatted(magic[i], MAGIC[i]));
      }
    }
    int major = magic[MAGIC.length] & 0xff;
    int minor = magic[MAGIC.length + 1] & 0xff;
    if (major < 1 || major > 3 || minor != 0) {
      throw place.error(
          MAGIC.length, "version %d.%d, allowed: 1.0, 2.0 and 3.0".formatted(major, minor));
    }
    int lengthBytes = major == 1 ? 2 : 4;
    byte[] lengths = readFully(place, in, magic.length, lengthBytes);
    long length = 0;
    for (int i = lengthBytes - 1; i >= 0; i--) {
      length = length << 8 | (lengths[i] & 0xff);
    }
    if (length < 1 || length > MAX_TEXT) {
      throw place.error(
          magic.length, "a header of %d bytes, allowed: 1 to %d".formatted(length, MAX_TEXT));
    }
    int start = magic.length + lengthBytes;
    byte[] text = readFully(place, in, start, (int) length);
    NpyHeader header = new NpyHeader(place, start, new String(text, StandardCharsets.ISO_8859_1));
    header.parse();
    return header;
  }

  private static byte[] readFully(NpyPlace place, InputStream in, int position, int count)
      throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw place.error(
          position + bytes.length,
          "the file ends in its header, after " + bytes.length + " of " + count + " bytes");
    }
    return bytes;
  }

  private void parse() throws IOException {
    Set<String> keys = new HashSet<>();
    expect('{');
    while (!next('}')) {
      int keyPosition = position;
      String key = string();
      if (!keys.add(key)) {
        throw error(keyPosition, "key " + CsvRow.quote(key) + " a second time");
      }
      expect(':');
      blanks();
      switch (key) {
        case "descr" -> descr();
        case "fortran_order" -> fortranOrder = truth();
        case "shape" -> shape = tuple();
        default -> throw error(keyPosition, "key " + CsvRow.quote(key) + ", allowed: " + KEYS);
      }
      if (!next(',')) {
        expect('}');
        break;
      }
    }
    if (keys.size() < 3) {
      throw error(position, "the keys are %s, expected all of %s".formatted(keys, KEYS));
    }
    while (position < text.length() - 1 && text.charAt(position) == ' ') {
      position++;
    }
    if (position != text.length() - 1 || text.charAt(position) != '\n') {
      throw error(
          position, "expected blanks up to the line feed that is the last byte of the header");
    }
    requireSize();
  }

  private void requireSize() throws IOException {
    if (Arrays.stream(shape).anyMatch(d -> d == 0)) {
      return;
    }
    long size = type.bytes();
    for (int d : shape) {
      size *= d;
      if (size > NpyArray.MAX_BYTES) {
        throw place.error(
            start,
            "shape %s of %d bytes each, allowed: at most %d bytes in all"
                .formatted(NpyArray.text(shape), type.bytes(), NpyArray.MAX_BYTES));
      }
    }
  }

  private void descr() throws IOException {
    int begin = position;
    if (begin < text.length() && text.charAt(begin) == '[') {
      throw error(begin, "a structured dtype, allowed: " + allowedTypes());
    }
    String descr = string();
    if (descr.endsWith("O")) {
      throw error(
          begin,
          "dtype %s: Python objects are not read, allowed: %s"
              .formatted(CsvRow.quote(descr), allowedTypes()));
    }
    for (NpyArray.Type candidate : NpyArray.Type.values()) {
      if (descr.length() == 3 && descr.endsWith(candidate.code())) {
        char order = descr.charAt(0);
        if (order == '<' || order == '>' || (order == '|' && candidate.bytes() == 1)) {
          type = candidate;
          bigEndian = order == '>';
          return;
        }
      }
    }
    throw error(begin, "dtype %s, allowed: %s".formatted(CsvRow.quote(descr), allowedTypes()));
  }

  private static String allowedTypes() {
    return Arrays.stream(NpyArray.Type.values())
        .map(NpyArray.Type::code)
        .collect(Collectors.joining(", ", "", " after '<' or '>', of one byte also '|'"));
  }

  private boolean truth() throws IOException {
    for (String word : List.of("True", "False")) {
      if (text.startsWith(word, position)) {
        position += word.length();
        return word.equals("True");
      }
    }
    throw error(position, "expected True or False");
  }

  /** Sizes in parentheses; a single one needs its comma, several may have one at the end. */
  private int[] tuple() throws IOException {
    List<Integer> sizes = new ArrayList<>();
    expect('(');
    boolean comma = true;
    while (!next(')')) {
      if (!comma) {
        throw error(position, "expected ',' or ')'");
      }
      sizes.add(size());
      comma = next(',');
      if (sizes.size() > NpyArray.MAX_DIMENSIONS) {
        throw error(position, "more than " + NpyArray.MAX_DIMENSIONS + " dimensions");
      }
    }
    if (sizes.size() == 1 && !comma) {
      throw error(
          position - 1,
          "expected ',': the shape of one dimension is (%d,)".formatted(sizes.get(0)));
    }
    return sizes.stream().mapToInt(Integer::intValue).toArray();
  }

  private int size() throws IOException {
    int begin = position;
    long size = 0;
    while (position < text.length() && isDigit(text.charAt(position))) {
      size = size * 10 + text.charAt(position) - '0';
      if (size > Integer.MAX_VALUE) {
        throw error(begin, "a size above " + Integer.MAX_VALUE);
      }
      position++;
    }
    int digits = position - begin;
    if (digits == 0 || (digits > 1 && text.charAt(begin) == '0')) {
      throw error(begin, "expected a size: a decimal number of 0 or more");
    }
    return (int) size;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** What stands between two quotes of a kind; nothing in it is escaped. */
  private String string() throws IOException {
    char quote = position < text.length() ? text.charAt(position) : 0;
    if (quote != '\'' && quote != '"') {
      throw error(position, "expected a text in quotes");
    }
    int end = text.indexOf(quote, position + 1);
    if (end < 0) {
      throw error(position, "a text without its closing quote");
    }
    String string = text.substring(position + 1, end);
    position = end + 1;
    return string;
  }

  private void expect(char c) throws IOException {
    if (!next(c)) {
      throw error(position, "expected '" + c + "'");
    }
  }

  /** Passes over blanks, and over the character with the blanks behind it if it comes next. */
  private boolean next(char c) {
    blanks();
    if (position == text.length() || text.charAt(position) != c) {
      return false;
    }
    position++;
    if (c != '}') {
      blanks();
    }
    return true;
  }

  private void blanks() {
    while (position < text.length() && text.charAt(position) == ' ') {
      position++;
    }
  }

  private DataFormatException error(int at, String problem) {
    String found = at < text.length() ? ", found " + CsvRow.quote(text.substring(at)) : "";
    return place.error(start + at, problem + found);
  }
}
