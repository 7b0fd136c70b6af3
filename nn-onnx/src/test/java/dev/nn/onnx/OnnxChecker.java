package dev.nn.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.onnx.proto.AttributeProto;
import dev.nn.onnx.proto.AttributeProto.AttributeType;
import dev.nn.onnx.proto.GraphProto;
import dev.nn.onnx.proto.ModelProto;
import dev.nn.onnx.proto.NodeProto;
import dev.nn.onnx.proto.TensorProto;
import dev.nn.onnx.proto.ValueInfoProto;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The rules of the ONNX specification for a model, as far as they concern what is written here. */
final class OnnxChecker {
  private record Operator(int least, int most, Map<String, AttributeType> attributes) {}

  /** Numbers of inputs and attributes of the operators, version 17. */
  private static final Map<String, Operator> OPERATORS =
      Map.ofEntries(
          operator("Gemm", 2, 3, Map.of("transB", AttributeType.INT)),
          operator(
              "LayerNormalization",
              2,
              3,
              Map.of("axis", AttributeType.INT, "epsilon", AttributeType.FLOAT)),
          operator("Cast", 1, 1, Map.of("to", AttributeType.INT)),
          operator("Sub", 2, 2, Map.of()),
          operator("Div", 2, 2, Map.of()),
          operator("Add", 2, 2, Map.of()),
          operator("Mul", 2, 2, Map.of()),
          operator("Erf", 1, 1, Map.of()),
          operator("Tanh", 1, 1, Map.of()),
          operator("Sigmoid", 1, 1, Map.of()),
          operator("Relu", 1, 1, Map.of()),
          operator("LeakyRelu", 1, 1, Map.of("alpha", AttributeType.FLOAT)),
          operator("Elu", 1, 1, Map.of("alpha", AttributeType.FLOAT)),
          operator(
              "Selu", 1, 1, Map.of("alpha", AttributeType.FLOAT, "gamma", AttributeType.FLOAT)),
          operator("Softplus", 1, 1, Map.of()),
          operator("Softmax", 1, 1, Map.of("axis", AttributeType.INT)));

  private OnnxChecker() {}

  private static Map.Entry<String, Operator> operator(
      String name, int least, int most, Map<String, AttributeType> attributes) {
    return Map.entry(name, new Operator(least, most, attributes));
  }

  static void check(ModelProto model) {
    assertEquals(8, model.getIrVersion(), "IR version, the least for operators 17");
    assertEquals(1, model.getOpsetImportCount(), "sets of operators");
    assertEquals("", model.getOpsetImport(0).getDomain());
    assertEquals(17, model.getOpsetImport(0).getVersion());
    Set<String> keys = new HashSet<>();
    model.getMetadataPropsList().forEach(p -> assertTrue(keys.add(p.getKey()), p.getKey()));
    checkGraph(model.getGraph());
  }

  private static void checkGraph(GraphProto graph) {
    requireName("graph", graph.getName());
    Set<String> values = new HashSet<>();
    Set<String> used = new HashSet<>();
    for (ValueInfoProto input : graph.getInputList()) {
      checkMatrix(input);
      assertTrue(values.add(input.getName()), input.getName() + " is there twice");
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      checkTensor(tensor);
      assertTrue(values.add(tensor.getName()), tensor.getName() + " is there twice");
    }
    Set<String> nodeNames = new HashSet<>();
    for (NodeProto node : graph.getNodeList()) {
      requireName("node", node.getName());
      assertTrue(nodeNames.add(node.getName()), node.getName() + " is there twice");
      checkNode(node);
      for (String input : node.getInputList()) {
        assertTrue(values.contains(input), node.getName() + " needs " + input + " too early");
        used.add(input);
      }
      for (String output : node.getOutputList()) {
        requireName("output", output);
        assertTrue(values.add(output), output + " is there twice");
      }
    }
    for (ValueInfoProto output : graph.getOutputList()) {
      checkMatrix(output);
      assertTrue(values.contains(output.getName()), output.getName() + " is not computed");
      used.add(output.getName());
    }
    assertEquals(values, used, "all values are used");
  }

  private static void checkNode(NodeProto node) {
    assertEquals("", node.getDomain());
    Operator operator = OPERATORS.get(node.getOpType());
    assertTrue(operator != null, node.getOpType() + " is not known");
    assertTrue(node.getInputCount() >= operator.least(), node.getName());
    assertTrue(node.getInputCount() <= operator.most(), node.getName());
    assertEquals(1, node.getOutputCount(), node.getName());
    Set<String> names = new HashSet<>();
    for (AttributeProto attribute : node.getAttributeList()) {
      String name = attribute.getName();
      assertTrue(names.add(name), name + " is there twice");
      assertEquals(operator.attributes().get(name), attribute.getType(), node + ", " + name);
      assertEquals(attribute.getType() == AttributeType.FLOAT, attribute.hasF(), name);
      assertEquals(attribute.getType() == AttributeType.INT, attribute.hasI(), name);
      assertFalse(attribute.hasS() || attribute.hasT(), name);
    }
  }

  private static void checkTensor(TensorProto tensor) {
    requireName("initializer", tensor.getName());
    long elements = 1;
    for (long dim : tensor.getDimsList()) {
      assertTrue(dim > 0, tensor.getName());
      elements *= dim;
    }
    boolean wide = tensor.getDataType() == TensorProto.DataType.DOUBLE.getNumber();
    assertTrue(wide || tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber());
    assertEquals(elements * (wide ? 8 : 4), tensor.getRawData().size(), tensor.getName());
    assertEquals(0, tensor.getFloatDataCount() + tensor.getDoubleDataCount(), tensor.getName());
  }

  private static void checkMatrix(ValueInfoProto value) {
    requireName("value", value.getName());
    var type = value.getType().getTensorType();
    assertEquals(TensorProto.DataType.FLOAT.getNumber(), type.getElemType(), value.getName());
    assertEquals(2, type.getShape().getDimCount(), value.getName());
    assertEquals("batch", type.getShape().getDim(0).getDimParam(), value.getName());
    assertTrue(type.getShape().getDim(1).getDimValue() > 0, value.getName());
  }

  private static void requireName(String what, String name) {
    assertFalse(name.isBlank(), what + " without name");
  }
}
