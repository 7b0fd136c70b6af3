package dev.nn;

import dev.nn.io.SafetensorsReader;
import dev.nn.io.SafetensorsWriter;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Moments;
import dev.nn.spi.UpdateRule;
import java.io.IOException;
import java.util.Objects;

/** What rules remember of all parameters of a network, from step to step. */
final class RuleMemory {
  private final Network network;

  /** Of the layers 1..L; null before the first step. */
  private Moments[] moments;

  /** Of the normalizations of the layers 1..L, null where there is none. */
  private Moments[] ofNormalizations;

  private Class<? extends UpdateRule> kind;

  /** The rule of the last step, and what it is for biases. */
  private UpdateRule lastRule;

  private UpdateRule forBias;

  RuleMemory(Network network) {
    this.network = network;
  }

  /** Before a step by a rule: zero, if the last one was of another kind. */
  void prepare(UpdateRule rule) {
    if (Objects.requireNonNull(rule, "rule") != lastRule) {
      lastRule = rule;
      forBias = rule.forBias();
    }
    Class<? extends UpdateRule> kindOfRule = rule.kind();
    if (kindOfRule == kind) {
      return;
    }
    Architecture architecture = network.architecture();
    Moments[] fresh = new Moments[architecture.depth()];
    Moments[] freshOfNormalizations = new Moments[fresh.length];
    for (int l = 1; l <= fresh.length; l++) {
      fresh[l - 1] = network.layer(l).moments(rule);
      if (network.normalization(l) != null) {
        freshOfNormalizations[l - 1] = NormalizedBatch.moments(rule, architecture.width(l));
      }
    }
    moments = fresh;
    ofNormalizations = freshOfNormalizations;
    kind = kindOfRule;
  }

  Moments ofLayer(int l) {
    return moments[l - 1];
  }

  Moments ofNormalization(int l) {
    return ofNormalizations[l - 1];
  }

  /** What the rule of the step is for biases. */
  UpdateRule forBias() {
    return forBias;
  }

  /** As if there had been no step. */
  void forget() {
    moments = null;
    ofNormalizations = null;
    kind = null;
  }

  /** Steps since the moments were zero. */
  long steps() {
    return moments == null ? 0 : moments[0].steps();
  }

  /**
   * Adds the moments i of each parameter as {@code <prefix>i.<name of the parameter>}, i from 1.
   */
  void addTo(SafetensorsWriter writer, String prefix) {
    int count = moments == null ? 0 : moments[0].weights().length;
    for (int i = 0; i < count; i++) {
      for (int l = 1; l <= moments.length; l++) {
        add(writer, prefix + (i + 1) + ".", l, i);
      }
    }
  }

  private void add(SafetensorsWriter writer, String prefix, int l, int moment) {
    DenseLayer layer = network.layer(l);
    Moments ofLayer = moments[l - 1];
    float[] bias = new float[layer.outputs()];
    TensorNames names = TensorNames.of(network.architecture(), l);
    writer.tensor(
        prefix + names.weight(),
        () -> {
          float[] weights = new float[layer.outputs() * layer.inputs()];
          layer.getMoments(ofLayer, moment, weights, bias);
          return weights;
        },
        layer.outputs(),
        layer.inputs());
    writer.tensor(prefix + names.bias(), bias, bias.length); // filled by then
    if (ofNormalizations[l - 1] != null) {
      float[] gamma = ofNormalizations[l - 1].weights()[moment];
      float[] beta = ofNormalizations[l - 1].bias()[moment];
      writer.tensor(prefix + names.gamma(), gamma, gamma.length);
      writer.tensor(prefix + names.beta(), beta, beta.length);
    }
  }

  /** Takes over what {@link #addTo} wrote, for steps by rules of the kind of this one. */
  void read(SafetensorsReader file, String prefix, UpdateRule rule, long steps) throws IOException {
    forget();
    if (steps == 0) {
      return;
    }
    prepare(rule);
    for (int l = 1; l <= moments.length; l++) {
      for (int i = 0; i < rule.moments(); i++) {
        read(file, prefix + (i + 1) + ".", l, i);
      }
      moments[l - 1].setSteps(steps);
      if (ofNormalizations[l - 1] != null) {
        ofNormalizations[l - 1].setSteps(steps);
      }
    }
  }

  private void read(SafetensorsReader file, String prefix, int l, int moment) throws IOException {
    DenseLayer layer = network.layer(l);
    TensorNames names = TensorNames.of(network.architecture(), l);
    float[] weights = new float[layer.outputs() * layer.inputs()];
    float[] bias = new float[layer.outputs()];
    TensorNames.read(file, prefix + names.weight(), weights, layer.outputs(), layer.inputs());
    TensorNames.read(file, prefix + names.bias(), bias, layer.outputs());
    layer.setMoments(moments[l - 1], moment, weights, bias);
    if (ofNormalizations[l - 1] != null) {
      float[] gamma = ofNormalizations[l - 1].weights()[moment];
      float[] beta = ofNormalizations[l - 1].bias()[moment];
      TensorNames.read(file, prefix + names.gamma(), gamma, gamma.length);
      TensorNames.read(file, prefix + names.beta(), beta, beta.length);
    }
  }
}
