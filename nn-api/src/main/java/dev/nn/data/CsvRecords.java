package dev.nn.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a file into records of fields after RFC 4180.
 *
 * <pre>
 * record  = field *(separator field) line-end
 * field   = quoted / plain
 * quoted  = " *(any character but a quote, or two quotes) "
 * plain   = *(any character but separator, line end and quote)
 * </pre>
 *
 * <p>A line ends with CR LF, LF or CR, the last one also with the file. UTF-8, with or without a
 * byte order mark. Lines and columns count from 1. A record has at most 2^24 characters.
 */
final class CsvRecords implements Closeable {

  private static final int END = TextInput.END;

  /** One record is in memory at a time: a lost quote shall not make it the whole file. */
  private static final int MAX_CHARACTERS = 1 << 24;

  private final TextInput in;
  private final char separator;
  private final StringBuilder text = new StringBuilder();
  private int characters;
  private int recordLine;

  CsvRecords(Path file, InputStream in, char separator) throws IOException {
    this.in = new TextInput(file, in);
    this.separator = separator;
  }

  /** Passes over lines, whatever they contain. */
  void skipLines(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int c = in.read();
      while (c != '\n' && c != END) {
        c = in.read();
      }
    }
  }

  /** The next record, with at least one field; null at the end of the file. */
  CsvRow next() throws IOException {
    recordLine = in.line();
    characters = 0;
    int c = read();
    if (c == END) {
      return null;
    }
    List<String> fields = new ArrayList<>();
    while (true) {
      text.setLength(0);
      int end = c == '"' ? quoted(fields.size() + 1) : plain(c, fields.size() + 1);
      fields.add(text.toString());
      if (end != separator) {
        return new CsvRow(in.file(), recordLine, fields);
      }
      c = read();
    }
  }

  /** A problem with the record that was asked for last. */
  DataFormatException error(String problem) {
    return new DataFormatException(in.file(), "line " + recordLine, problem);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  /** Appends a field that begins with c, and returns what ended it. */
  private int plain(int c, int column) throws IOException {
    while (c != separator && c != '\n' && c != END) {
      if (c == '"') {
        throw error(column, "a quote inside a field that does not begin with one");
      }
      text.append((char) c);
      c = read();
    }
    return c;
  }

  /** Appends a field whose opening quote has been read, and returns what ended it. */
  private int quoted(int column) throws IOException {
    while (true) {
      int c = read();
      if (c == END) {
        throw error(column, "a quoted field without its closing quote");
      }
      if (c == '"') {
        c = read();
        if (c == separator || c == '\n' || c == END) {
          return c;
        }
        if (c != '"') {
          throw error(column, "text after the closing quote of a field");
        }
      }
      text.append((char) c);
    }
  }

  private int read() throws IOException {
    if (++characters > MAX_CHARACTERS) {
      throw error("a record of more than " + MAX_CHARACTERS + " characters");
    }
    return in.read();
  }

  private DataFormatException error(int column, String problem) {
    return new DataFormatException(in.file(), "line " + recordLine + ", column " + column, problem);
  }
}
