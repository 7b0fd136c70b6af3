package dev.nn.onnx;

import dev.nn.io.MalformedFileException;
import dev.nn.onnx.proto.GraphProto;
import dev.nn.onnx.proto.TensorShapeProto;
import dev.nn.onnx.proto.ValueInfoProto;
import java.util.List;
import java.util.Set;

/**
 * The one input of a graph.
 *
 * @param name of the value
 * @param isMatrix whether it has two dimensions, as far as is known
 * @param features how many a row has, or -1 where the file does not tell
 * @param place for messages
 */
record GraphInput(String name, boolean isMatrix, long features, Place place) {
  /** Initializers may be inputs as well, and are in old files: the input is the one that is not. */
  static GraphInput of(GraphProto graph, Set<String> initializers, Place graphPlace)
      throws MalformedFileException {
    List<ValueInfoProto> inputs =
        graph.getInputList().stream()
            .filter(input -> !initializers.contains(input.getName()))
            .toList();
    if (inputs.size() != 1) {
      throw graphPlace.error(inputs.size() + " inputs, allowed: 1");
    }
    String name = inputs.get(0).getName();
    Place place = graphPlace.at("input " + Place.quoted(name));
    if (!inputs.get(0).getType().getTensorType().hasShape()) {
      return new GraphInput(name, true, -1, place);
    }
    TensorShapeProto shape = inputs.get(0).getType().getTensorType().getShape();
    if (shape.getDimCount() < 2) {
      throw place.error(
          shape.getDimCount() + " dimensions, allowed: 2 or more, the first being the rows");
    }
    return new GraphInput(name, shape.getDimCount() == 2, features(shape, place), place);
  }

  private static long features(TensorShapeProto shape, Place place) throws MalformedFileException {
    long product = 1;
    for (TensorShapeProto.Dimension dim : shape.getDimList().subList(1, shape.getDimCount())) {
      if (!dim.hasDimValue()) {
        return -1;
      }
      if (dim.getDimValue() < 1 || dim.getDimValue() > Integer.MAX_VALUE / product) {
        throw place.error("a dimension of " + dim.getDimValue() + ", allowed: 1 or more, as fits");
      }
      product *= dim.getDimValue();
    }
    return product;
  }
}
