package dev.nn.onnx;

import dev.nn.Activation;
import dev.nn.io.MalformedFileException;
import java.util.List;
import java.util.Optional;

/**
 * {@code a = g(z)} in operators: all that are written, and of those that are read the single ones.
 */
final class ActivationNodes {
  private static final float LEAKY_SLOPE = 0.01f;
  private static final float SELU_ALPHA = 1.6732632f;
  private static final float SELU_LAMBDA = 1.050701f;

  private ActivationNodes() {}

  /**
   * Adds the operators of g. Those of SiLU and GELU are what other exporters write, in the versions
   * of ONNX that have no operator for them: runtimes know these forms and join them again.
   *
   * @return the name of a[l]
   */
  static String add(GraphBuilder graph, Activation g, String z, int l) {
    String a = "a" + l;
    return switch (g) {
      case IDENTITY -> z;
      case SIGMOID -> graph.add("Sigmoid", List.of(z), a);
      case TANH -> graph.add("Tanh", List.of(z), a);
      case RELU -> graph.add("Relu", List.of(z), a);
      case LEAKY_RELU ->
          graph.add("LeakyRelu", List.of(z), a, GraphBuilder.number("alpha", LEAKY_SLOPE));
      case ELU -> graph.add("Elu", List.of(z), a, GraphBuilder.number("alpha", 1));
      case SELU ->
          graph.add(
              "Selu",
              List.of(z),
              a,
              GraphBuilder.number("alpha", SELU_ALPHA),
              GraphBuilder.number("gamma", SELU_LAMBDA));
      case SOFTPLUS -> graph.add("Softplus", List.of(z), a);
      case SILU -> {
        String s = graph.add("Sigmoid", List.of(z), "s" + l);
        yield graph.add("Mul", List.of(z, s), a);
      }
      case GELU -> gelu(graph, z, l);
      case GELU_TANH -> geluTanh(graph, z, l);
      case SOFTMAX -> graph.add("Softmax", List.of(z), a, GraphBuilder.integer("axis", -1));
    };
  }

  /** {@code a = z (1 + erf(z / sqrt(2))) 0.5}. */
  private static String gelu(GraphBuilder graph, String z, int l) {
    String scaled =
        graph.add("Div", List.of(z, graph.scalar("sqrt_2", (float) Math.sqrt(2))), "u" + l);
    String erf = graph.add("Erf", List.of(scaled), "e" + l);
    String sum = graph.add("Add", List.of(erf, graph.scalar("one", 1)), "t" + l);
    String product = graph.add("Mul", List.of(z, sum), "v" + l);
    return graph.add("Mul", List.of(product, graph.scalar("half", 0.5f)), "a" + l);
  }

  /** {@code a = z (1 + tanh(sqrt(2 / pi) (z + 0.044715 z^3))) 0.5}. */
  private static String geluTanh(GraphBuilder graph, String z, int l) {
    String square = graph.add("Mul", List.of(z, z), "q" + l);
    String cube = graph.add("Mul", List.of(z, square), "c" + l);
    String part = graph.add("Mul", List.of(cube, graph.scalar("cubic", 0.044715f)), "p" + l);
    String inner = graph.add("Add", List.of(z, part), "i" + l);
    String scaled =
        graph.add(
            "Mul",
            List.of(inner, graph.scalar("sqrt_2_over_pi", (float) Math.sqrt(2 / Math.PI))),
            "u" + l);
    String tanh = graph.add("Tanh", List.of(scaled), "e" + l);
    String sum = graph.add("Add", List.of(tanh, graph.scalar("one", 1)), "t" + l);
    String product = graph.add("Mul", List.of(z, sum), "v" + l);
    return graph.add("Mul", List.of(product, graph.scalar("half", 0.5f)), "a" + l);
  }

  /**
   * The activation that is one operator, with the constants that it has here.
   *
   * <p>Sigmoid and Tanh are not among them: they may also be part of a formula, see {@link
   * Expression}.
   *
   * @return empty if the operator is something else
   */
  static Optional<Activation> named(Node node) throws MalformedFileException {
    Attributes attributes = node.attributes();
    Activation g =
        switch (node.operator()) {
          case "Relu" -> {
            attributes.requireOnly();
            yield Activation.RELU;
          }
          case "LeakyRelu" -> {
            attributes.requireOnly("alpha");
            attributes.requireNumber("alpha", LEAKY_SLOPE, LEAKY_SLOPE);
            yield Activation.LEAKY_RELU;
          }
          case "Elu" -> {
            attributes.requireOnly("alpha");
            attributes.requireNumber("alpha", 1, 1);
            yield Activation.ELU;
          }
          case "Selu" -> {
            attributes.requireOnly("alpha", "gamma");
            attributes.requireNumber("alpha", SELU_ALPHA, SELU_ALPHA);
            attributes.requireNumber("gamma", SELU_LAMBDA, SELU_LAMBDA);
            yield Activation.SELU;
          }
          case "Softplus" -> {
            attributes.requireOnly();
            yield Activation.SOFTPLUS;
          }
          case "Swish" -> {
            attributes.requireOnly("alpha");
            attributes.requireNumber("alpha", 1, 1);
            yield Activation.SILU;
          }
          case "Gelu" -> gelu(node);
          case "Softmax" -> {
            attributes.requireOnly("axis");
            // 1 in the versions before 13 of the operators, where it is left out
            long axis = attributes.integer("axis", 1);
            if (axis != 1 && axis != -1) {
              throw node.error("axis = " + axis + ", allowed: 1, -1");
            }
            yield Activation.SOFTMAX;
          }
          default -> null;
        };
    return Optional.ofNullable(g);
  }

  private static Activation gelu(Node node) throws MalformedFileException {
    node.attributes().requireOnly("approximate");
    return switch (node.attributes().text("approximate", "none")) {
      case "none" -> Activation.GELU;
      case "tanh" -> Activation.GELU_TANH;
      default -> throw node.error("approximate is not allowed, allowed: none, tanh");
    };
  }
}
