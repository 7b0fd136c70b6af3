package dev.nn.onnx;

import dev.nn.onnx.proto.NodeProto;

/**
 * Where in a file something is, for messages.
 *
 * @param file its name
 * @param what such as {@code node 3 'fc1' (Gemm)}
 */
record Place(String file, String what) {
  static Place of(String file) {
    return new Place(file, "");
  }

  Place node(int index, NodeProto node) {
    String name = node.getName().isEmpty() ? "" : " " + quoted(node.getName());
    return new Place(file, "node " + index + name + " (" + shortened(node.getOpType()) + ")");
  }

  Place at(String part) {
    return new Place(file, what.isEmpty() ? part : what + ", " + part);
  }

  OnnxFormatException error(String problem) {
    return error(problem, null);
  }

  OnnxFormatException error(String problem, Throwable cause) {
    return new OnnxFormatException(
        file + ": " + (what.isEmpty() ? "" : what + ": ") + problem, cause);
  }

  /** A name as the file has it, which may be anything: cut where it is long. */
  static String quoted(String name) {
    return "'" + shortened(name) + "'";
  }

  private static String shortened(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "...";
  }
}
