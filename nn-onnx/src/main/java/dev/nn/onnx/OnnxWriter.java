package dev.nn.onnx;

import dev.nn.Activation;
import dev.nn.ActivationFunction;
import dev.nn.Architecture;
import dev.nn.CustomActivation;
import dev.nn.Model;
import dev.nn.Network;
import dev.nn.data.FeatureScaler;
import dev.nn.onnx.proto.ModelProto;
import dev.nn.onnx.proto.OperatorSetIdProto;
import dev.nn.onnx.proto.StringStringEntryProto;
import dev.nn.onnx.proto.TensorProto.DataType;
import java.util.List;

/** The messages of a model: {@code a[0] = scaler(input)}, then {@code a[l] = g(Gemm(a[l-1]))}. */
final class OnnxWriter {
  private static final String PRODUCER = "dev.nn";

  /** What all but the parameters may take: far more than a million layers of names. */
  private static final long ROOM_FOR_NAMES = 1 << 28;

  private OnnxWriter() {}

  static ModelProto model(Model model) {
    requireExportable(model.network().architecture());
    Network network = model.network().fold();
    Architecture architecture = network.architecture();
    GraphBuilder graph = new GraphBuilder();
    String value = Format.INPUT;
    if (model.featureScaler().isPresent()) {
      value = addScaler(graph, value, model.featureScaler().get());
    }
    for (int l = 1; l <= architecture.depth(); l++) {
      value = addLayer(graph, value, network, l);
    }
    if (model.targetScaler().isPresent()) {
      value = addInverse(graph, value, model.targetScaler().get());
    }
    ModelProto.Builder file =
        ModelProto.newBuilder()
            .setIrVersion(Format.IR_VERSION)
            .setProducerName(PRODUCER)
            .setProducerVersion(Version.current())
            .addOpsetImport(
                OperatorSetIdProto.newBuilder().setDomain("").setVersion(Format.OPERATORS))
            .setGraph(graph.build(architecture.inputs(), value, architecture.outputs()));
    List<String> names = model.outputNames();
    for (int i = 0; i < names.size(); i++) {
      file.addMetadataProps(
          StringStringEntryProto.newBuilder()
              .setKey(Format.OUTPUT_NAME + i)
              .setValue(names.get(i)));
    }
    return file.build();
  }

  private static void requireExportable(Architecture architecture) {
    for (int l = 1; l <= architecture.depth(); l++) {
      ActivationFunction g = architecture.layers().get(l - 1).activation();
      if (g instanceof CustomActivation) {
        throw new IllegalArgumentException(
            "layer "
                + l
                + " has the custom activation "
                + g
                + ": ONNX has no operator for it, so only activations of "
                + Activation.class.getName()
                + " can be written");
      }
    }
    long parameters = architecture.parameterCount();
    if (parameters > (Integer.MAX_VALUE - ROOM_FOR_NAMES) / Float.BYTES) {
      throw new IllegalArgumentException(
          "the network has " + parameters + " parameters: an ONNX file must be smaller than 2 GiB");
    }
  }

  /**
   * In double and rounded once, as {@link FeatureScaler} does it.
   *
   * @return the name of the scaled features
   */
  private static String addScaler(GraphBuilder graph, String x, FeatureScaler scaler) {
    String wide = graph.add("Cast", List.of(x), "x", GraphBuilder.type("to", DataType.DOUBLE));
    String shift = graph.constant("shift", scaler.shift());
    String scale = graph.constant("scale", scaler.scale());
    String shifted = graph.add("Sub", List.of(wide, shift), "x_shifted");
    String scaled = graph.add("Div", List.of(shifted, scale), "x_scaled");
    return graph.add("Cast", List.of(scaled), "a0", GraphBuilder.type("to", DataType.FLOAT));
  }

  /**
   * In double and rounded once, as {@link FeatureScaler#inverse} does it.
   *
   * @return the name of the outputs in the units of the targets
   */
  private static String addInverse(GraphBuilder graph, String y, FeatureScaler scaler) {
    String wide = graph.add("Cast", List.of(y), "y", GraphBuilder.type("to", DataType.DOUBLE));
    String scale = graph.constant("target_scale", scaler.scale());
    String shift = graph.constant("target_shift", scaler.shift());
    String scaled = graph.add("Mul", List.of(wide, scale), "y_scaled");
    String shifted = graph.add("Add", List.of(scaled, shift), "y_shifted");
    return graph.add("Cast", List.of(shifted), "y_float", GraphBuilder.type("to", DataType.FLOAT));
  }

  /** {@code z[l] = a[l-1] W[l]^T + b[l]}, normalized if it is to be, {@code a[l] = g(z[l])}. */
  private static String addLayer(GraphBuilder graph, String a, Network network, int l) {
    String weights = graph.constant("W" + l, network.weights(l));
    String bias = graph.constant("b" + l, network.bias(l));
    String z =
        graph.add("Gemm", List.of(a, weights, bias), "z" + l, GraphBuilder.integer("transB", 1));
    Architecture.Dense layer = network.architecture().layers().get(l - 1);
    if (layer.normalization().isPresent()) { // of rows: those of batches are in the weights
      String gamma = graph.constant("gamma" + l, network.gamma(l));
      String beta = graph.constant("beta" + l, network.beta(l));
      z =
          graph.add(
              "LayerNormalization",
              List.of(z, gamma, beta),
              "norm" + l,
              GraphBuilder.integer("axis", -1),
              GraphBuilder.number("epsilon", (float) layer.normalization().get().epsilon()));
    }
    return ActivationNodes.add(graph, (Activation) layer.activation(), z, l);
  }
}
