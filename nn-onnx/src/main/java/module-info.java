/** Networks as ONNX files, written and read. */
module dev.nn.onnx {
  requires transitive dev.nn.api;
  requires com.google.protobuf;

  exports dev.nn.onnx;
}
