package dev.nn.onnx;

import dev.nn.io.MalformedFileException;
import dev.nn.onnx.proto.NodeProto;

/** One node, of one output but for a Dropout, with its settings and its place for messages. */
final class Node {
  private final NodeProto proto;
  private final Place place;
  private final Attributes attributes;

  Node(int index, NodeProto proto, Place graph) throws MalformedFileException {
    this.proto = proto;
    this.place = graph.node(index, proto);
    if (!proto.getDomain().isEmpty() && !proto.getDomain().equals("ai.onnx")) {
      throw error(
          "its operator is of domain " + Place.quoted(proto.getDomain()) + ", allowed: ai.onnx");
    }
    if (proto.getOutputCount() > 1 && !operator().equals("Dropout")) {
      throw error(proto.getOutputCount() + " outputs, allowed: 1");
    }
    if (proto.getOutputCount() == 0) {
      throw error("it has no output");
    }
    this.attributes = new Attributes(proto, place);
  }

  String operator() {
    return proto.getOpType();
  }

  Attributes attributes() {
    return attributes;
  }

  Place place() {
    return place;
  }

  MalformedFileException error(String problem) {
    return place.error(problem);
  }

  /** To be called before {@link #input}. */
  void requireInputs(int least, int most) throws MalformedFileException {
    int count = proto.getInputCount();
    if (count < least || count > most) {
      throw error(count + " inputs, allowed: " + (least == most ? least : least + " to " + most));
    }
  }

  String input(int index) {
    return proto.getInput(index);
  }

  /** An empty name stands for an input that is left out. */
  boolean hasInput(int index) {
    return index < proto.getInputCount() && !proto.getInput(index).isEmpty();
  }

  String output() {
    return proto.getOutput(0);
  }
}
