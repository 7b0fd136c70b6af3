package dev.nn.onnx;

import java.io.IOException;

/**
 * A file is no ONNX model, is damaged, or has what a fully connected network of this library cannot
 * compute.
 *
 * <p>The message names the file, the node with its operator (or the tensor), what was found and
 * what is allowed. A file that cannot be read at all gives the {@link IOException} of {@code
 * java.nio.file} instead.
 */
public final class OnnxFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  OnnxFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
