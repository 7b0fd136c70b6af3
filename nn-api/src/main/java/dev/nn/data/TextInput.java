package dev.nn.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The characters of a file, one after the other: UTF-8, with or without a byte order mark; CR LF,
 * LF and CR are all one LF.
 */
final class TextInput implements Closeable {

  /** After the last character. */
  static final int END = -1;

  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final Path file;
  private final Reader in;
  private final char[] buffer = new char[1 << 14];
  private boolean started;
  private int position;
  private int limit;
  private int line = 1;

  /** Reads a file that has been opened, plain or packed with gzip. */
  TextInput(Path file, InputStream in) throws IOException {
    this.file = file;
    // the decoder, unlike the charset, refuses malformed input instead of replacing it
    this.in =
        new InputStreamReader(DataFiles.unpacked(file, in), StandardCharsets.UTF_8.newDecoder());
  }

  Path file() {
    return file;
  }

  /** The line of the next character, from 1. */
  int line() {
    return line;
  }

  /** The next character, every line end as one LF; END at the end. */
  int read() throws IOException {
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

  @Override
  public void close() throws IOException {
    in.close();
  }
}
