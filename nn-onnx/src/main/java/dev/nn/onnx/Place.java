package dev.nn.onnx;

import dev.nn.io.MalformedFileException;
import dev.nn.onnx.proto.NodeProto;
import java.nio.file.Path;

/**
 * Where in a file something is, for messages.
 *
 * @param file which one
 * @param what such as {@code node 3 'fc1' (Gemm)}
 */
record Place(Path file, String what) {
  private static final String WHOLE = "model";

  static Place of(Path file) {
    return new Place(file, WHOLE);
  }

  Place node(int index, NodeProto node) {
    String name = node.getName().isEmpty() ? "" : " " + quoted(node.getName());
    return new Place(file, "node " + index + name + " (" + shortened(node.getOpType()) + ")");
  }

  Place at(String part) {
    return new Place(file, what.equals(WHOLE) ? part : what + ", " + part);
  }

  MalformedFileException error(String problem) {
    return error(problem, null);
  }

  MalformedFileException error(String problem, Throwable cause) {
    return new MalformedFileException(file, what, problem, cause);
  }

  /** A name as the file has it, which may be anything: cut where it is long. */
  static String quoted(String name) {
    return "'" + shortened(name) + "'";
  }

  private static String shortened(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "...";
  }
}
