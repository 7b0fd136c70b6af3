package dev.nn.onnx;

import dev.nn.Activation;
import dev.nn.io.MalformedFileException;
import dev.nn.onnx.proto.GraphProto;
import dev.nn.onnx.proto.NodeProto;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What the names of a graph stand for: each is a {@link Constant} or a {@link Value}, once. */
final class Scope {
  private final Map<String, Constant> constants = new HashMap<>();
  private final Map<String, Value> values = new HashMap<>();

  /** How often each name is an input of a node or an output of the graph. */
  private final Map<String, Integer> uses = new HashMap<>();

  /**
   * What a name of the graph stands for, if it depends on the input.
   *
   * @param layer 0 for the features, l for what is computed of the sums of layer l
   * @param expression how; null where a named activation has been applied
   * @param activation the named one, or null
   * @param matrix whether it is a matrix of rows, as all are but some inputs
   * @param alone whether no other node takes this value or what it was made of, so that W and b may
   *     still be changed
   */
  record Value(
      int layer, Expression expression, Activation activation, boolean matrix, boolean alone) {
    boolean isSums() {
      return layer > 0 && expression != null && expression.isSums();
    }
  }

  /** Of the names of a graph, none of which stands for anything yet. */
  Scope(GraphProto graph) {
    for (NodeProto each : graph.getNodeList()) {
      each.getInputList().forEach(name -> uses.merge(name, 1, Integer::sum));
    }
    graph.getOutputList().forEach(output -> uses.merge(output.getName(), 1, Integer::sum));
  }

  void define(String name, Constant constant, Place at) throws MalformedFileException {
    requireNew(name, at);
    constants.put(name, constant);
  }

  void define(String name, Value value, Place at) throws MalformedFileException {
    requireNew(name, at);
    values.put(name, value);
  }

  private void requireNew(String name, Place at) throws MalformedFileException {
    if (name.isEmpty()) {
      throw at.error("a value without name");
    }
    if (values.containsKey(name) || constants.containsKey(name)) {
      throw at.error("value " + Place.quoted(name) + " is there twice");
    }
  }

  boolean isUsedOnce(String name) {
    return uses.getOrDefault(name, 0) == 1;
  }

  Set<String> constants() {
    return constants.keySet();
  }

  /** Null if the name stands for anything else, or for nothing. */
  Constant constant(String name) {
    return constants.get(name);
  }

  /** Null if the name stands for anything else, or for nothing. */
  Value value(String name) {
    return values.get(name);
  }

  /** An input of a node, which must be computed from the input of the graph. */
  Value value(Node node, int input) throws MalformedFileException {
    String name = node.input(input);
    Value value = values.get(name);
    if (value == null) {
      throw node.error(
          "input "
              + Place.quoted(name)
              + (constants.containsKey(name)
                  ? " is a constant, allowed here: what is computed from the input"
                  : " has not been computed before"));
    }
    return value;
  }

  /** An input of a node, which must not be computed. */
  Constant constant(Node node, int input) throws MalformedFileException {
    String name = node.input(input);
    Constant constant = constants.get(name);
    if (constant == null) {
      throw node.error(
          "input "
              + Place.quoted(name)
              + (values.containsKey(name)
                  ? " is computed, allowed here: a constant"
                  : " has not been computed before"));
    }
    return constant;
  }
}
