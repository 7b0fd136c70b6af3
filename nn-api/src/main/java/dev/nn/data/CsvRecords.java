package dev.nn.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
 * byte order mark. Lines and columns count from 1.
 */
final class CsvRecords implements Closeable {

  private static final int END = -1;
  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final Path file;
  private final Reader in;
  private final char separator;
  private final char[] buffer = new char[1 << 14];
  private final StringBuilder text = new StringBuilder();
  private boolean started;
  private int position;
  private int limit;
  private int line = 1;
  private int recordLine;

  CsvRecords(Path file, char separator) throws IOException {
    this.file = file;
    this.separator = separator;
    // the decoder, unlike the charset, refuses malformed input instead of replacing it
    in = new InputStreamReader(DataFiles.open(file), StandardCharsets.UTF_8.newDecoder());
  }

  /** Passes over lines, whatever they contain. */
  void skipLines(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      int c = read();
      while (c != '\n' && c != END) {
        c = read();
      }
    }
  }

  /** The next record, with at least one field; null at the end of the file. */
  CsvRow next() throws IOException {
    recordLine = line;
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
        return new CsvRow(file, recordLine, fields);
      }
      c = read();
    }
  }

  /** A problem with the record that was asked for last. */
  DataFormatException error(String problem) {
    return new DataFormatException(file, "line " + recordLine, problem);
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

  private DataFormatException error(int column, String problem) {
    return new DataFormatException(file, "line " + recordLine + ", column " + column, problem);
  }

  /** The next character, every line end as one LF; END at the end. */
  private int read() throws IOException {
    int c = take();
    if (c == '\r') {
      int after = take();
      if (after != '\n' && after != END) {
        position--;
      }
      c = '\n';
    }
    if (c == '\n') {
      line++;
    }
    return c;
  }

  private int take() throws IOException {
    return position < limit || fill() ? buffer[position++] : END;
  }

  /** Replaces the used-up buffer; false at the end of the file. */
  private boolean fill() throws IOException {
    try {
      limit = Math.max(0, in.read(buffer));
    } catch (CharacterCodingException e) {
      throw new DataFormatException(file, "line " + line + " or later", "this is not UTF-8", e);
    }
    boolean mark = !started && limit > 0 && buffer[0] == BYTE_ORDER_MARK;
    started = true;
    position = mark ? 1 : 0;
    return position < limit || (mark && fill());
  }
}
