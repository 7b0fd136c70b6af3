package dev.nn.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * The lines of a file of sparse rows, one after the other.
 *
 * <pre>
 * line     = [ label *(blanks index ":" value) ] [ blanks ] [ "#" comment ]
 * blanks   = 1*(space / tab)
 * </pre>
 */
final class LibsvmLines implements Closeable {

  /** One line is in memory at a time. */
  private static final int MAX_CHARACTERS = 1 << 24;

  private final TextInput in;
  private final int firstIndex;
  private final StringBuilder text = new StringBuilder();
  private int line;
  private int position;
  private int tokenStart;

  private int index;
  private float value;

  LibsvmLines(Path file, InputStream in, int firstIndex) throws IOException {
    this.in = new TextInput(file, in);
    this.firstIndex = firstIndex;
  }

  /** Goes to the next line that has more than a comment; false if there is none. */
  boolean next() throws IOException {
    while (true) {
      line = in.line();
      if (!readLine()) {
        return false;
      }
      position = 0;
      blanks();
      if (position < text.length()) {
        index = -1;
        return true;
      }
    }
  }

  /** Gives the label at the beginning of the line to the labels. */
  void label(ClassLabels labels) throws IOException {
    String token = token();
    try {
      labels.add(wholeNumber(token));
    } catch (IllegalArgumentException e) {
      throw tokenError(e.getMessage());
    }
  }

  /** The label at the beginning of the line, as a number. */
  float target() throws IOException {
    return number(token());
  }

  /** Goes to the next feature of the line; false if there is none. */
  boolean nextFeature() throws IOException {
    if (position == text.length()) {
      return false;
    }
    String token = token();
    int colon = token.indexOf(':');
    if (colon < 0) {
      throw tokenError(CsvRow.quote(token) + ", expected index:value");
    }
    String key = token.substring(0, colon);
    if (key.equals("qid")) {
      throw tokenError("a query number, which is for learning to rank");
    }
    int found = index(key);
    if (found <= index) {
      throw tokenError(
          "index %d after %d, expected ascending ones"
              .formatted(found + firstIndex, index + firstIndex));
    }
    index = found;
    value = number(token.substring(colon + 1));
    return true;
  }

  /** The column of the feature, from 0. */
  int index() {
    return index;
  }

  float value() {
    return value;
  }

  /** The feature has an index beyond those that there are. */
  DataFormatException indexError(int inputs) {
    return tokenError(
        "index %d, allowed: %d to %d"
            .formatted(index + firstIndex, firstIndex, inputs - 1 + firstIndex));
  }

  /** A problem with the line or, after the last, with the file. */
  DataFormatException error(String problem) {
    return new DataFormatException(in.file(), "line " + line, problem);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Reads a line without its comment and its end; false at the end of the file. */
  private boolean readLine() throws IOException {
    text.setLength(0);
    boolean comment = false;
    int c = in.read();
    if (c == TextInput.END) {
      return false;
    }
    for (; c != '\n' && c != TextInput.END; c = in.read()) {
      comment |= c == '#';
      if (!comment) {
        text.append((char) c);
        if (text.length() > MAX_CHARACTERS) {
          throw error("a line of more than " + MAX_CHARACTERS + " characters");
        }
      }
    }
    return true;
  }

  /** What stands before the next blank, and passes over the blanks behind it. */
  private String token() {
    tokenStart = position;
    while (position < text.length() && !isBlank(text.charAt(position))) {
      position++;
    }
    String token = text.substring(tokenStart, position);
    blanks();
    return token;
  }

  private void blanks() {
    while (position < text.length() && isBlank(text.charAt(position))) {
      position++;
    }
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private float number(String token) throws DataFormatException {
    try {
      return Decimal.parse(token);
    } catch (IllegalArgumentException e) {
      throw tokenError(e.getMessage());
    }
  }

  private int index(String key) throws DataFormatException {
    long number = -1;
    if (!key.isEmpty() && key.length() <= 10 && key.chars().allMatch(c -> c >= '0' && c <= '9')) {
      number = Long.parseLong(key);
    }
    if (number < firstIndex || number > Integer.MAX_VALUE - 1) {
      String hint = number == 0 ? " (zeroBased() reads indices from 0)" : "";
      throw tokenError(
          "index %s, allowed: %d to %d%s"
              .formatted(CsvRow.quote(key), firstIndex, Integer.MAX_VALUE - 1, hint));
    }
    return (int) number - firstIndex;
  }

  /** The label without sign and fraction where it needs none: 1 for +1 and 1.0. */
  private static String wholeNumber(String token) {
    if (token.indexOf(',') >= 0) {
      throw new IllegalArgumentException(
          "label " + CsvRow.quote(token) + ", allowed: one label for each row");
    }
    Decimal.parse(token); // which refuses what parseDouble takes as well
    double number = Double.parseDouble(token);
    if (number != Math.rint(number) || Math.abs(number) > 0x1p53) {
      throw new IllegalArgumentException(
          "label " + CsvRow.quote(token) + ", allowed: whole numbers up to 2^53");
    }
    return Long.toString((long) number);
  }

  private DataFormatException tokenError(String problem) {
    return new DataFormatException(
        in.file(), "line %d, character %d".formatted(line, tokenStart + 1), problem);
  }
}
