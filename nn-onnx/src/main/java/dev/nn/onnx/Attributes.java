package dev.nn.onnx;

import dev.nn.io.MalformedFileException;
import dev.nn.onnx.proto.AttributeProto;
import dev.nn.onnx.proto.AttributeProto.AttributeType;
import dev.nn.onnx.proto.NodeProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The settings of one node, each of the type that is asked for. */
final class Attributes {
  private final Map<String, AttributeProto> byName = new HashMap<>();
  private final Place place;

  Attributes(NodeProto node, Place place) throws MalformedFileException {
    this.place = place;
    for (AttributeProto attribute : node.getAttributeList()) {
      if (byName.put(attribute.getName(), attribute) != null) {
        throw place.error("attribute " + Place.quoted(attribute.getName()) + " is there twice");
      }
    }
  }

  long integer(String name, long otherwise) throws MalformedFileException {
    AttributeProto attribute = find(name, AttributeType.INT);
    return attribute == null ? otherwise : attribute.getI();
  }

  float number(String name, float otherwise) throws MalformedFileException {
    AttributeProto attribute = find(name, AttributeType.FLOAT);
    return attribute == null ? otherwise : attribute.getF();
  }

  String text(String name, String otherwise) throws MalformedFileException {
    AttributeProto attribute = find(name, AttributeType.STRING);
    return attribute == null ? otherwise : attribute.getS().toStringUtf8();
  }

  List<Long> integers(String name, List<Long> otherwise) throws MalformedFileException {
    AttributeProto attribute = find(name, AttributeType.INTS);
    return attribute == null ? otherwise : attribute.getIntsList();
  }

  /** The attribute of that name, if it has one of the types; null if there is none. */
  AttributeProto find(String name, AttributeType type) throws MalformedFileException {
    AttributeProto attribute = byName.get(name);
    if (attribute != null && attribute.getType() != type) {
      throw place.error(
          "attribute " + name + " is of type " + attribute.getType() + ", allowed: " + type);
    }
    return attribute;
  }

  /** The only attribute. */
  AttributeProto single() throws MalformedFileException {
    if (byName.size() != 1) {
      throw place.error(byName.size() + " attributes, allowed: 1");
    }
    return byName.values().iterator().next();
  }

  /** So that no setting is passed over that would change what the node computes. */
  void requireOnly(String... names) throws MalformedFileException {
    Set<String> allowed = Set.of(names);
    for (String name : byName.keySet()) {
      if (!allowed.contains(name)) {
        throw place.error(
            "attribute "
                + Place.quoted(name)
                + ", allowed: "
                + (names.length == 0 ? "none" : String.join(", ", names)));
      }
    }
  }

  void requireInteger(String name, long otherwise, long allowed) throws MalformedFileException {
    long value = integer(name, otherwise);
    if (value != allowed) {
      throw place.error(name + " = " + value + ", allowed: " + allowed);
    }
  }

  /** A constant of an activation, exact but for the rounding of its last digits. */
  void requireNumber(String name, float otherwise, float allowed) throws MalformedFileException {
    float value = number(name, otherwise);
    if (!(Math.abs(value - allowed) <= 1e-6f * allowed)) {
      throw place.error(name + " = " + value + ", allowed: " + allowed);
    }
  }
}
