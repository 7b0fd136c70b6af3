package dev.nn;

import dev.nn.spi.Shapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The shape of a fully connected network: {@code a[0] = x}, then per layer {@code a[l] = g[l](W[l]
 * a[l-1] + b[l])}.
 *
 * <p>Immutable; {@link #dense} returns a longer architecture and leaves this one as it is:
 *
 * <pre>{@code
 * Architecture mlp = Architecture.input(784).dense(128, RELU).dense(10, SOFTMAX);
 * }</pre>
 *
 * @param inputs number of features n_0 of a row
 * @param layers the dense layers 1..L in order
 */
public record Architecture(int inputs, List<Dense> layers) {
  /**
   * One dense layer, and what is done to its outputs.
   *
   * @param outputs number of neurons n_l
   * @param activation g
   * @param initializer of the weights
   * @param normalization of the arguments of the activation, if any
   * @param dropout probability that a training step sets an output to 0, at least 0 and below 1
   */
  public record Dense(
      int outputs,
      ActivationFunction activation,
      Initializer initializer,
      Optional<Normalization> normalization,
      double dropout) {
    /** Checks the number of neurons, alone and with what is done to them, and the dropout. */
    public Dense {
      Objects.requireNonNull(activation, "activation");
      Objects.requireNonNull(initializer, "initializer");
      Objects.requireNonNull(normalization, "normalization");
      requirePositive("outputs", outputs);
      if (!(dropout >= 0 && dropout < 1)) {
        throw new IllegalArgumentException(
            "dropout must be at least 0 and below 1, but is " + dropout);
      }
      if (activation == Activation.SOFTMAX && outputs < 2) {
        throw new IllegalArgumentException(
            "a softmax of one output is always 1: use SIGMOID for one output, or at least 2 outputs");
      }
      if (outputs < 2 && normalization.filter(Normalization.Layer.class::isInstance).isPresent()) {
        throw new IllegalArgumentException(
            "a "
                + normalization.get()
                + " of one output is always beta: it needs at least 2 outputs");
      }
    }
  }

  /** Checks sizes, that softmax stands last only, and that every weight matrix fits an array. */
  public Architecture {
    requirePositive("inputs", inputs);
    Objects.requireNonNull(layers, "layers");
    for (int l = 1; l <= layers.size(); l++) {
      Objects.requireNonNull(layers.get(l - 1), "layer " + l + " is null");
    }
    layers = List.copyOf(layers);
    int width = inputs;
    for (int l = 1; l <= layers.size(); l++) {
      Dense layer = layers.get(l - 1);
      if (layer.activation() == Activation.SOFTMAX && l < layers.size()) {
        throw new IllegalArgumentException(
            "layer " + l + " of " + layers.size() + " is a softmax: it can only be the last one");
      }
      requireWeightsFit(l, width, layer);
      width = layer.outputs();
    }
  }

  private static void requireWeightsFit(int l, int inputs, Dense layer) {
    try {
      Shapes.requireLayer(inputs, layer.outputs(), executable(layer));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("layer " + l + ": " + e.getMessage(), e);
    }
  }

  /**
   * What a backend computes of the activation of a layer: the engine does custom ones, and those
   * that stand behind a normalization.
   */
  static Activation executable(Dense layer) {
    return layer.activation() instanceof Activation known && layer.normalization().isEmpty()
        ? known
        : Activation.IDENTITY;
  }

  /**
   * An architecture without layers yet.
   *
   * @param inputs number of features of a row, at least 1
   * @return the architecture, to be continued with {@link #dense}
   */
  public static Architecture input(int inputs) {
    return new Architecture(inputs, List.of());
  }

  /**
   * This architecture and one more layer, with the initializer that suits the activation.
   *
   * @param outputs number of neurons, at least 1
   * @param activation g
   * @return the longer architecture
   */
  public Architecture dense(int outputs, ActivationFunction activation) {
    Objects.requireNonNull(activation, "activation");
    return dense(outputs, activation, Initializer.matching(activation));
  }

  /**
   * This architecture and one more layer.
   *
   * @param outputs number of neurons, at least 1
   * @param activation g
   * @param initializer of the weights
   * @return the longer architecture
   */
  public Architecture dense(int outputs, ActivationFunction activation, Initializer initializer) {
    List<Dense> longer = new ArrayList<>(layers);
    longer.add(new Dense(outputs, activation, initializer, Optional.empty(), 0));
    return new Architecture(inputs, longer);
  }

  /**
   * This architecture with a normalization between the sums and the activation of its last layer so
   * far, which must not be the last of all: {@code a = g(gamma zHat + beta)}.
   *
   * @param normalization how zHat is made of z
   * @return the architecture whose last layer has this normalization, in place of what it had
   * @throws IllegalStateException if there is no layer yet
   */
  public Architecture normalize(Normalization normalization) {
    Objects.requireNonNull(normalization, "normalization");
    Dense last = last();
    return withLast(
        new Dense(
            last.outputs(),
            last.activation(),
            last.initializer(),
            Optional.of(normalization),
            last.dropout()));
  }

  /**
   * This architecture with dropout behind its last layer so far, which must not be the last of all:
   * {@code a = a m}, m = 0 with probability p and 1 / (1 - p) otherwise, in training steps only.
   *
   * <p>Every step draws its own m for each output of each row. Predictions and evaluations use all
   * outputs as they are, which is what the factor is for (inverted dropout). Source: N. Srivastava
   * et al., "Dropout: a simple way to prevent neural networks from overfitting", JMLR 15, 2014.
   *
   * @param rate p, at least 0 and below 1; 0.2 to 0.5 is usual
   * @return the architecture whose last layer has this dropout, in place of what it had
   * @throws IllegalStateException if there is no layer yet
   */
  public Architecture dropout(double rate) {
    Dense last = last();
    return withLast(
        new Dense(
            last.outputs(), last.activation(), last.initializer(), last.normalization(), rate));
  }

  private Dense last() {
    if (layers.isEmpty()) {
      throw new IllegalStateException("this architecture has no layers yet");
    }
    return layers.get(depth() - 1);
  }

  private Architecture withLast(Dense layer) {
    List<Dense> changed = new ArrayList<>(layers);
    changed.set(depth() - 1, layer);
    return new Architecture(inputs, changed);
  }

  /**
   * Refuses what is no whole network: without layers, or with a last one that drops outputs or
   * normalizes them.
   */
  void requireWhole() {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException(
          "architecture has no layers: add at least one with dense(...)");
    }
    if (last().dropout() > 0) {
      throw refusedInLast("dropout of " + last().dropout());
    }
    if (last().normalization().isPresent()) {
      throw refusedInLast(last().normalization().get().toString());
    }
  }

  private IllegalArgumentException refusedInLast(String what) {
    return new IllegalArgumentException(
        "layer "
            + depth()
            + " is the last one and has a "
            + what
            + ": only layers before it can have one");
  }

  /**
   * Whether a layer has a batch normalization, so that the rows of a training batch depend on each
   * other.
   *
   * @param layer 1..L
   */
  boolean normalizesBatches(int layer) {
    return layers.get(layer - 1).normalization().orElse(null) instanceof Normalization.Batch;
  }

  /** The same layers without batch normalizations. */
  Architecture withoutBatchNormalizations() {
    List<Dense> changed = new ArrayList<>();
    for (Dense layer : layers) {
      changed.add(
          new Dense(
              layer.outputs(),
              layer.activation(),
              layer.initializer(),
              layer.normalization().filter(Normalization.Layer.class::isInstance),
              layer.dropout()));
    }
    return new Architecture(inputs, changed);
  }

  /**
   * The fewest rows of a training batch: a batch normalization needs two for a variance.
   *
   * @return 2 if a layer has a {@link Normalization.Batch}, otherwise 1
   */
  public int minBatchRows() {
    for (int l = 1; l <= depth(); l++) {
      if (normalizesBatches(l)) {
        return 2;
      }
    }
    return 1;
  }

  /**
   * Number of layers L, the input not counted.
   *
   * @return L
   */
  public int depth() {
    return layers.size();
  }

  /**
   * Width n_l of a layer.
   *
   * @param layer 0 for the input, 1..L for the layers
   * @return number of its outputs
   */
  public int width(int layer) {
    if (layer < 0 || layer > depth()) {
      throw new IllegalArgumentException("layer must be 0.." + depth() + ", but is " + layer);
    }
    return layer == 0 ? inputs : layers.get(layer - 1).outputs();
  }

  /**
   * Width of the last layer.
   *
   * @return n_L
   */
  public int outputs() {
    return width(depth());
  }

  /**
   * Activation of the last layer.
   *
   * @return g[L]
   * @throws IllegalStateException if there is no layer
   */
  public ActivationFunction outputActivation() {
    return last().activation();
  }

  /**
   * {@code sum_l n_l n_(l-1) + n_l}, and 2 n_l more for layers with a normalization: all weights
   * and biases, gammas and betas.
   *
   * @return number of parameters
   */
  public long parameterCount() {
    long count = 0;
    for (int l = 1; l <= depth(); l++) {
      int vectors = layers.get(l - 1).normalization().isPresent() ? 3 : 1;
      count += (long) width(l) * width(l - 1) + (long) vectors * width(l);
    }
    return count;
  }

  /** The sizes and activations on one line, such as {@code 784-128 relu-10 softmax}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(inputs);
    for (Dense layer : layers) {
      text.append('-').append(layer.outputs()).append(' ');
      layer.normalization().ifPresent(normalization -> text.append(normalization).append(' '));
      text.append(layer.activation().toString().toLowerCase(Locale.ROOT));
      if (layer.dropout() > 0) {
        text.append(" dropout ").append(layer.dropout());
      }
    }
    return text.toString();
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, but is " + value);
    }
  }
}
