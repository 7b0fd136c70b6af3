package dev.nn.onnx;

import dev.nn.Activation;
import dev.nn.io.MalformedFileException;
import dev.nn.onnx.Expression.Function;
import dev.nn.onnx.Scope.Value;
import dev.nn.onnx.proto.GraphProto;
import dev.nn.onnx.proto.TensorProto;
import dev.nn.onnx.proto.TensorProto.DataType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Goes through the nodes of a graph, in order, and finds the layers that they compute.
 *
 * <p>Every name is a {@link Constant} or a {@link Scope.Value}, which is what has become of the
 * sums of the layer at hand. A matrix product takes one such value, which must then be an
 * activation, and begins the next layer.
 */
final class Chain {
  private static final String ALLOWED =
      "Gemm, MatMul, Add, Sub, Mul, Div, Pow, BatchNormalization, LayerNormalization; Relu, LeakyRelu,"
          + " Elu, Selu, Softplus, Sigmoid, Tanh, Erf, Gelu, Swish, Softmax; Identity, Dropout, Cast, Flatten,"
          + " Reshape, Constant, and Transpose of a constant";

  /** A layer as far as it has been read. */
  record Layer(LinearLayer linear, Activation activation) {}

  private final Place graphPlace;
  private final Scope scope;
  private final Set<Constant> weights = new HashSet<>();
  private final Prelude prelude = new Prelude();
  private final List<Layer> layers = new ArrayList<>();

  /** The layer at hand, whose activation is still to come. */
  private LinearLayer linear;

  /** Features of a row, where the file tells. */
  private long features = -1;

  /** The node at hand. */
  private Node node;

  private Chain(Scope scope, Place graphPlace) {
    this.scope = scope;
    this.graphPlace = graphPlace;
  }

  /** Reads a whole graph. */
  static Chain of(GraphProto graph, Place place) throws MalformedFileException {
    Chain chain = new Chain(new Scope(graph), place);
    chain.read(graph);
    return chain;
  }

  List<Layer> layers() {
    return layers;
  }

  Prelude prelude() {
    return prelude;
  }

  private void read(GraphProto graph) throws MalformedFileException {
    if (graph.getSparseInitializerCount() > 0) {
      throw graphPlace.error("it has sparse initializers, allowed: dense ones");
    }
    for (TensorProto tensor : graph.getInitializerList()) {
      Place at = graphPlace.at("initializer " + Place.quoted(tensor.getName()));
      scope.define(tensor.getName(), Constant.of(tensor, at), at);
    }
    readInput(graph);
    if (graph.getOutputCount() != 1) {
      throw graphPlace.error(graph.getOutputCount() + " outputs, allowed: 1");
    }
    String output = graph.getOutput(0).getName();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      node = new Node(i, graph.getNode(i), graphPlace);
      readNode();
    }
    Place end = graphPlace.at("output " + Place.quoted(output));
    Value last = scope.value(output);
    if (last == null) {
      throw end.error("no node computes it from the input");
    }
    requireCurrent(last, end);
    if (linear == null) {
      throw end.error("there is no layer, expected: Gemm or MatMul");
    }
    finishLayer(last, end);
  }

  private void readInput(GraphProto graph) throws MalformedFileException {
    GraphInput input = GraphInput.of(graph, scope.constants(), graphPlace);
    features = input.features();
    scope.define(input.name(), new Value(0, null, null, input.isMatrix(), false), input.place());
  }

  private void readNode() throws MalformedFileException {
    switch (node.operator()) {
      case "Gemm" -> gemm();
      case "MatMul" -> matMul();
      case "Add", "Sub", "Mul", "Div" -> binary();
      case "Pow" -> power();
      case "BatchNormalization" -> batchNormalization();
      case "LayerNormalization" -> layerNormalization();
      case "Erf" -> function(Function.ERF);
      case "Tanh" -> function(Function.TANH);
      case "Sigmoid" -> function(Function.SIGMOID);
      case "Identity" -> {
        node.attributes().requireOnly();
        node.requireInputs(1, 1);
        pass();
      }
      case "Cast" -> cast();
      case "Dropout" -> dropout();
      case "Flatten" -> flatten();
      case "Reshape" -> reshape();
      case "Constant" -> scope.define(node.output(), Constant.of(node), node.place());
      case "Transpose" -> {
        node.requireInputs(1, 1);
        scope.define(node.output(), constantAt(0).transposed(node), node.place());
      }
      default ->
          activation(
              ActivationNodes.named(node)
                  .orElseThrow(
                      () -> node.error("this operator is not known here, allowed: " + ALLOWED)));
    }
  }

  // matrix products

  /** {@code alpha A B + beta C}, A being what has been computed so far. */
  private void gemm() throws MalformedFileException {
    node.attributes().requireOnly("alpha", "beta", "transA", "transB");
    node.requireInputs(2, 3);
    node.attributes().requireInteger("transA", 0, 0);
    long transB = node.attributes().integer("transB", 0);
    if (transB != 0 && transB != 1) {
      throw node.error("transB = " + transB + ", allowed: 0, 1");
    }
    float alpha = node.attributes().number("alpha", 1);
    float beta = node.attributes().number("beta", 1);
    beginLayer(valueAt(0), constantAt(1), transB == 1);
    if (alpha != 1) {
      linear.transform(n -> alpha, n -> 0);
    }
    if (node.hasInput(2)) {
      Constant c = constantAt(2);
      requireRow(c, "C");
      linear.shift(n -> (double) beta * c.ofColumn(n));
    }
    define(Expression.Z, null);
  }

  private void matMul() throws MalformedFileException {
    node.attributes().requireOnly();
    node.requireInputs(2, 2);
    beginLayer(valueAt(0), constantAt(1), false);
    define(Expression.Z, null);
  }

  private void beginLayer(Value a, Constant b, boolean transposed) throws MalformedFileException {
    requireCurrent(a);
    if (!a.matrix()) {
      throw node.error("its first input is no matrix: a Flatten must come before");
    }
    b.requireMatrix();
    if (!weights.add(b.origin())) {
      throw node.error("its weights are those of another layer, too; allowed: their own");
    }
    int inputs = transposed ? b.columns() : b.rows();
    long expected = linear == null ? features : linear.outputs();
    if (expected >= 0 && inputs != expected) {
      throw node.error("it takes " + inputs + " inputs, but there are " + expected);
    }
    if (linear == null && prelude.width() != 1 && prelude.width() != inputs) {
      throw node.error("it takes " + inputs + " inputs, but " + prelude.width() + " are scaled");
    }
    if (linear != null) {
      finishLayer(a, node.place());
    }
    linear = new LinearLayer(inputs, b.matrix(!transposed));
  }

  /** Gives the layer at hand the activation that the value is. */
  private void finishLayer(Value a, Place at) throws MalformedFileException {
    Optional<Activation> activation =
        a.activation() != null ? Optional.of(a.activation()) : a.expression().activation();
    if (activation.isEmpty()) {
      throw at.error(
          "the nodes before it compute no activation of this library of layer "
              + (layers.size() + 1));
    }
    layers.add(new Layer(linear, activation.get()));
  }

  // element by element

  private void binary() throws MalformedFileException {
    node.attributes().requireOnly();
    node.requireInputs(2, 2);
    Constant left = scope.constant(node.input(0));
    Constant right = scope.constant(node.input(1));
    if (left != null && right != null) {
      throw node.error("both inputs are constants, allowed: one of them");
    }
    if (left == null && right == null) {
      binary(valueAt(0), valueAt(1));
    } else {
      binary(valueAt(left == null ? 0 : 1), left == null ? right : left, left != null);
    }
  }

  private void binary(Value left, Value right) throws MalformedFileException {
    Expression a = expressionOf(left);
    Expression b = expressionOf(right);
    Optional<Expression> result =
        switch (node.operator()) {
          case "Add" -> a.plus(b);
          case "Sub" -> a.plus(b.times(-1));
          case "Mul" -> a.times(b);
          default -> Optional.empty();
        };
    define(result.orElseThrow(this::noActivation), null);
  }

  private void binary(Value value, Constant constant, boolean constantFirst)
      throws MalformedFileException {
    String operator = node.operator();
    if (constantFirst && operator.equals("Div")) {
      throw node.error("it divides a constant, allowed: to divide by one");
    }
    requireCurrent(value);
    if (value.layer() == 0) {
      scale(value, constant, constantFirst);
    } else if (value.isSums() && value.alone()) {
      fold(constant, constantFirst);
    } else {
      if (!constant.isScalar()) {
        throw node.error(
            "a constant of shape " + constant.shape() + ", allowed here: a single number");
      }
      Expression e = expressionOf(value);
      double c = constant.scalar();
      Expression number = Expression.of(Polynomial.constant(c));
      Optional<Expression> result =
          switch (operator) {
            case "Add" -> e.plus(number);
            case "Sub" -> constantFirst ? e.times(-1).plus(number) : e.plus(number.times(-1));
            case "Mul" -> Optional.of(e.times(c));
            default -> Optional.of(e.times(1 / c));
          };
      define(result.orElseThrow(this::noActivation), null);
    }
  }

  /** What is done to the features before the first layer. */
  private void scale(Value value, Constant constant, boolean constantFirst)
      throws MalformedFileException {
    if (!scope.isUsedOnce(node.input(constantFirst ? 1 : 0))) {
      throw node.error("other nodes take the features, too; allowed: one");
    }
    if (!constant.isScalar() && !(value.matrix() && constant.isRow(constant.length()))) {
      throw node.error(
          "a constant of shape "
              + constant.shape()
              + ", allowed: a single number, or one for each feature of a row");
    }
    if (constant.length() > 1 && prelude.width() > 1 && constant.length() != prelude.width()) {
      throw node.error(constant.length() + " numbers, but " + prelude.width() + " before");
    }
    switch (node.operator()) {
      case "Add" -> prelude.subtract(constant, -1);
      case "Mul" -> prelude.multiply(constant);
      case "Div" -> prelude.divide(constant);
      default -> {
        if (constantFirst) {
          throw node.error("it subtracts from a constant, allowed: to subtract one");
        }
        prelude.subtract(constant, 1);
      }
    }
    define(value.expression(), null, value.matrix(), 0);
  }

  /** What is done to the sums of a layer, all of them, becomes part of its W and b. */
  private void fold(Constant constant, boolean constantFirst) throws MalformedFileException {
    requireRow(constant, "the constant");
    switch (node.operator()) {
      case "Add" -> linear.shift(n -> constant.ofColumn(n));
      case "Mul" -> linear.transform(n -> constant.ofColumn(n), n -> 0);
      case "Div" -> linear.transform(n -> 1 / constant.ofColumn(n), n -> 0);
      default -> {
        if (constantFirst) {
          linear.transform(n -> -1, n -> constant.ofColumn(n));
        } else {
          linear.shift(n -> -constant.ofColumn(n));
        }
      }
    }
    define(Expression.Z, null);
  }

  private void power() throws MalformedFileException {
    node.attributes().requireOnly();
    node.requireInputs(2, 2);
    Expression base = expressionOf(valueAt(0));
    Constant exponent = constantAt(1);
    if (!exponent.isScalar() || (exponent.scalar() != 2 && exponent.scalar() != 3)) {
      throw node.error("its exponent is not allowed, allowed: 2, 3");
    }
    Optional<Expression> result = base.times(base);
    if (exponent.scalar() == 3) {
      result = result.flatMap(square -> square.times(base));
    }
    define(result.orElseThrow(this::noActivation), null);
  }

  private void function(Function f) throws MalformedFileException {
    node.attributes().requireOnly();
    node.requireInputs(1, 1);
    Expression argument = expressionOf(valueAt(0));
    define(argument.apply(f).orElseThrow(this::noActivation), null);
  }

  /** {@code gamma (z - mean) / sqrt(variance + epsilon) + beta} of the outputs of a row. */
  private void layerNormalization() throws MalformedFileException {
    node.attributes().requireOnly("axis", "epsilon", "stash_type");
    node.requireInputs(2, 3);
    long axis = node.attributes().integer("axis", -1);
    if (axis != 1 && axis != -1) {
      throw node.error("axis = " + axis + ", allowed: 1, -1");
    }
    requireOnlyUse(valueAt(0));
    float[] gamma = outputs(constantAt(1));
    float[] beta = node.hasInput(2) ? outputs(constantAt(2)) : new float[gamma.length];
    float epsilon = node.attributes().number("epsilon", 1e-5f);
    if (!(epsilon > 0 && epsilon < Float.POSITIVE_INFINITY)) {
      throw node.error("epsilon = " + epsilon + ", allowed: finite and above 0");
    }
    linear.normalize(new LinearLayer.Normalized(epsilon, gamma, beta));
    scope.define(
        node.output(), new Value(layers.size() + 1, Expression.Z, null, true, false), node.place());
  }

  /** A number for each output of the layer at hand. */
  private float[] outputs(Constant constant) throws MalformedFileException {
    requireRow(constant, "a constant");
    float[] values = new float[linear.outputs()];
    for (int n = 0; n < values.length; n++) {
      values[n] = (float) constant.ofColumn(n);
    }
    return values;
  }

  private void requireOnlyUse(Value z) throws MalformedFileException {
    requireCurrent(z);
    if (!z.isSums() || !z.alone()) {
      throw node.error("it is not the only one that takes the sums of a layer");
    }
  }

  /** {@code gamma (z - mean) / sqrt(variance + epsilon) + beta}, which is linear. */
  private void batchNormalization() throws MalformedFileException {
    node.attributes().requireOnly("epsilon", "momentum", "training_mode", "spatial");
    node.attributes().requireInteger("training_mode", 0, 0);
    node.requireInputs(5, 5);
    requireOnlyUse(valueAt(0));
    Constant gamma = constantAt(1);
    Constant beta = constantAt(2);
    Constant mean = constantAt(3);
    Constant variance = constantAt(4);
    for (Constant each : List.of(gamma, beta, mean, variance)) {
      requireRow(each, "a constant");
    }
    double epsilon = node.attributes().number("epsilon", 1e-5f);
    double[] factor = new double[linear.outputs()];
    for (int n = 0; n < factor.length; n++) {
      factor[n] = gamma.ofColumn(n) / Math.sqrt(variance.ofColumn(n) + epsilon);
    }
    linear.transform(n -> factor[n], n -> beta.ofColumn(n) - mean.ofColumn(n) * factor[n]);
    define(Expression.Z, null);
  }

  // activations that are one operator

  private void activation(Activation g) throws MalformedFileException {
    node.requireInputs(1, 1);
    if (!expressionOf(valueAt(0)).isSums()) {
      throw node.error("it is not applied to the sums of a layer");
    }
    define(null, g);
  }

  // what changes nothing

  /** Gives the output the meaning of the first input. */
  private void pass() throws MalformedFileException {
    Constant constant = scope.constant(node.input(0));
    if (constant != null) {
      scope.define(node.output(), constant, node.place());
      return;
    }
    Value value = valueAt(0);
    define(value, value.matrix());
  }

  private void cast() throws MalformedFileException {
    node.attributes().requireOnly("to", "saturate", "round_mode");
    node.requireInputs(1, 1);
    DataType to = DataType.forNumber((int) node.attributes().integer("to", 0));
    if (to != DataType.FLOAT && to != DataType.DOUBLE) {
      throw node.error("a cast to " + to + ", allowed: to FLOAT, DOUBLE");
    }
    pass();
  }

  private void dropout() throws MalformedFileException {
    node.attributes().requireOnly("ratio", "seed");
    node.requireInputs(1, 3);
    if (node.hasInput(2) && (!constantAt(2).isScalar() || constantAt(2).scalar() != 0)) {
      throw node.error("it is in training mode, allowed: not to be");
    }
    pass();
  }

  private void flatten() throws MalformedFileException {
    node.attributes().requireOnly("axis");
    node.requireInputs(1, 1);
    node.attributes().requireInteger("axis", 1, 1);
    define(valueAt(0), true);
  }

  /** Rows stay rows. */
  private void reshape() throws MalformedFileException {
    node.attributes().requireOnly("allowzero");
    node.attributes().requireInteger("allowzero", 0, 0);
    node.requireInputs(2, 2);
    Value value = valueAt(0);
    Constant shape = constantAt(1);
    long width = linear == null ? Math.max(features, 0) : linear.outputs();
    boolean same = false;
    if (shape.length() == 2) {
      double rows = shape.get(0);
      double columns = shape.get(1);
      same = (rows == 0 && columns == -1) || ((rows == 0 || rows == -1) && columns == width);
    }
    if (!same) {
      throw node.error("its shape does not keep the rows, allowed: [0, -1], [-1, columns]");
    }
    define(value, true);
  }

  // names

  private Value valueAt(int input) throws MalformedFileException {
    return scope.value(node, input);
  }

  private Constant constantAt(int input) throws MalformedFileException {
    return scope.constant(node, input);
  }

  private Expression expressionOf(Value value) throws MalformedFileException {
    requireCurrent(value);
    if (value.layer() == 0) {
      throw node.error("it is applied to the features, allowed there: to scale them");
    }
    if (value.expression() == null) {
      throw node.error("it is applied to an activation: a layer has one");
    }
    return value.expression();
  }

  /** So that nothing jumps over a layer. */
  private void requireCurrent(Value value) throws MalformedFileException {
    requireCurrent(value, node.place());
  }

  private void requireCurrent(Value value, Place at) throws MalformedFileException {
    int current = linear == null ? 0 : layers.size() + 1;
    if (value.layer() != current) {
      throw at.error(
          "it takes a value of layer "
              + value.layer()
              + " behind layer "
              + current
              + ", allowed: layers in a chain");
    }
  }

  private void requireRow(Constant constant, String what) throws MalformedFileException {
    if (!constant.isScalar() && !constant.isRow(linear.outputs())) {
      throw node.error(
          what
              + " has shape "
              + constant.shape()
              + ", allowed: one number, or one for each of "
              + linear.outputs()
              + " outputs");
    }
  }

  private MalformedFileException noActivation() {
    return node.error("it is part of no activation of this library");
  }

  private void define(Value value, boolean matrix) throws MalformedFileException {
    requireCurrent(value);
    String name = node.output();
    boolean alone = value.alone() && scope.isUsedOnce(name);
    scope.define(
        name,
        new Value(value.layer(), value.expression(), value.activation(), matrix, alone),
        node.place());
  }

  /** Gives the first output of the node its meaning, in the layer at hand. */
  private void define(Expression expression, Activation activation) throws MalformedFileException {
    define(expression, activation, true, layers.size() + 1);
  }

  private void define(Expression expression, Activation activation, boolean matrix, int layer)
      throws MalformedFileException {
    String name = node.output();
    boolean alone = scope.isUsedOnce(name);
    scope.define(name, new Value(layer, expression, activation, matrix, alone), node.place());
  }
}
