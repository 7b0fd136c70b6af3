package dev.nn.onnx;

/** What files of this library have in common. */
final class Format {
  /** The version of the format and of its operators: the least that has all that is used here. */
  static final int IR_VERSION = 8;

  static final int OPERATORS = 17;

  /** The least version of operators that is read: before it, operands were not broadcast. */
  static final int LEAST_OPERATORS = 7;

  static final String INPUT = "input";
  static final String OUTPUT = "output";

  /** A key of the metadata, followed by the number of the output from 0. */
  static final String OUTPUT_NAME = "output.";

  private Format() {}
}
