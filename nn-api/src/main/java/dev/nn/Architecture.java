package dev.nn;

import dev.nn.spi.Shapes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

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
   * One dense layer.
   *
   * @param outputs number of neurons n_l
   * @param activation g
   * @param initializer of the weights
   */
  public record Dense(int outputs, Activation activation, Initializer initializer) {
    /** Checks that the layer has at least one neuron, and a softmax at least two. */
    public Dense {
      Objects.requireNonNull(activation, "activation");
      Objects.requireNonNull(initializer, "initializer");
      requirePositive("outputs", outputs);
      if (activation == Activation.SOFTMAX && outputs < 2) {
        throw new IllegalArgumentException(
            "a softmax of one output is always 1: use SIGMOID for one output, or at least 2 outputs");
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
      Shapes.requireLayer(inputs, layer.outputs(), layer.activation());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("layer " + l + ": " + e.getMessage(), e);
    }
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
  public Architecture dense(int outputs, Activation activation) {
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
  public Architecture dense(int outputs, Activation activation, Initializer initializer) {
    List<Dense> longer = new ArrayList<>(layers);
    longer.add(new Dense(outputs, activation, initializer));
    return new Architecture(inputs, longer);
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
  public Activation outputActivation() {
    if (layers.isEmpty()) {
      throw new IllegalStateException("this architecture has no layers yet");
    }
    return layers.get(depth() - 1).activation();
  }

  /**
   * {@code sum_l n_l n_(l-1) + n_l}: all weights and biases.
   *
   * @return number of parameters
   */
  public long parameterCount() {
    long count = 0;
    for (int l = 1; l <= depth(); l++) {
      count += (long) width(l) * width(l - 1) + width(l);
    }
    return count;
  }

  /** The sizes and activations on one line, such as {@code 784-128 relu-10 softmax}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(inputs);
    for (Dense layer : layers) {
      text.append('-').append(layer.outputs()).append(' ');
      text.append(layer.activation().name().toLowerCase(java.util.Locale.ROOT));
    }
    return text.toString();
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1, but is " + value);
    }
  }
}
