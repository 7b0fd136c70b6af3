package dev.nn;

import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A fully connected network: an architecture, fixed for life, and its parameters {@code W[l]},
 * {@code b[l]}, and {@code gamma[l]}, {@code beta[l]} and running statistics where a layer has a
 * {@link Normalization}.
 *
 * <p>Layers are numbered as in the lecture: 1 to L, with {@code a[0] = x}.
 *
 * <p>Any number of threads may predict at the same time. Calls that change parameters (training,
 * {@link #setParameters}) must not run at the same time as any other call on the same network.
 */
public final class Network {
  private final Architecture architecture;
  private final Backend backend;
  private final List<DenseLayer> layers;

  /** Of layer l at index l - 1, null where there is none. */
  private final NormalizationParameters[] normalizations;

  /** A predictor that no call is using; a second caller at the same time makes its own. */
  private final AtomicReference<Predictor> idlePredictor = new AtomicReference<>();

  /** A network whose parameters are still to be set: all are 0. */
  Network(Architecture architecture, Backend backend) {
    architecture.requireWhole();
    this.architecture = architecture;
    this.backend = backend;
    this.normalizations = new NormalizationParameters[architecture.depth()];
    List<DenseLayer> made = new ArrayList<>();
    for (int l = 1; l <= architecture.depth(); l++) {
      Architecture.Dense layer = architecture.layers().get(l - 1);
      Activation g = Architecture.executable(layer);
      made.add(backend.dense(architecture.width(l - 1), architecture.width(l), g));
      normalizations[l - 1] = NormalizationParameters.of(layer);
    }
    this.layers = List.copyOf(made);
  }

  /**
   * A network with initial weights on the default backend.
   *
   * @param architecture with at least one layer
   * @param seed decides the initial weights; the same on every machine and backend
   * @return the network
   */
  public static Network initialize(Architecture architecture, long seed) {
    return initialize(architecture, seed, Backends.byDefault());
  }

  /**
   * A network with initial weights on a given backend.
   *
   * @param architecture with at least one layer
   * @param seed decides the initial weights; the same on every machine and backend
   * @param backend does the arithmetic
   * @return the network
   */
  public static Network initialize(Architecture architecture, long seed, Backend backend) {
    Objects.requireNonNull(architecture, "architecture");
    Network network = new Network(architecture, Objects.requireNonNull(backend, "backend"));
    for (int l = 1; l <= architecture.depth(); l++) {
      int outputs = architecture.width(l);
      int inputs = architecture.width(l - 1);
      float[] weights = new float[outputs * inputs];
      architecture
          .layers()
          .get(l - 1)
          .initializer()
          .initialize(weights, outputs, inputs, new Philox(seed, Philox.INITIALIZE, l));
      Rows.requireFinite("initial weights of layer " + l, weights, inputs);
      network.layer(l).setParameters(weights, new float[outputs]);
    }
    return network;
  }

  /**
   * A copy of this network whose arithmetic another backend does, with the same results.
   *
   * @param other the backend of the copy
   * @return a network that shares nothing with this one
   */
  public Network on(Backend other) {
    Network copy = new Network(architecture, Objects.requireNonNull(other, "other"));
    for (int l = 1; l <= architecture.depth(); l++) {
      DenseLayer from = layer(l);
      float[] weights = new float[from.outputs() * from.inputs()];
      float[] bias = new float[from.outputs()];
      from.getParameters(weights, bias);
      copy.layer(l).setParameters(weights, bias);
      if (normalization(l) != null) {
        copy.normalization(l).copyFrom(normalization(l));
      }
    }
    return copy;
  }

  /**
   * A copy of this network on the same backend.
   *
   * @return a network that shares nothing with this one
   */
  public Network copy() {
    return on(backend);
  }

  /**
   * The shape of this network.
   *
   * @return the architecture
   */
  public Architecture architecture() {
    return architecture;
  }

  /**
   * What does the arithmetic of this network.
   *
   * @return the backend
   */
  public Backend backend() {
    return backend;
  }

  /** The executable layer l of 1..L. */
  DenseLayer layer(int l) {
    return layers.get(l - 1);
  }

  /** The parameters of the normalization of layer l of 1..L; null if it has none. */
  NormalizationParameters normalization(int l) {
    return normalizations[l - 1];
  }

  /**
   * The weights of a layer, {@code W[l][n][k]}: from input k to neuron n.
   *
   * @param layer 1..L
   * @return a copy, n_l rows of n_(l-1)
   */
  public float[][] weights(int layer) {
    DenseLayer from = requireLayer(layer);
    float[] flat = new float[from.outputs() * from.inputs()];
    from.getParameters(flat, new float[from.outputs()]);
    return Rows.unflatten(flat, from.outputs(), from.inputs());
  }

  /**
   * The biases of a layer, {@code b[l][n]}.
   *
   * @param layer 1..L
   * @return a copy, n_l elements
   */
  public float[] bias(int layer) {
    DenseLayer from = requireLayer(layer);
    float[] bias = new float[from.outputs()];
    from.getParameters(new float[from.outputs() * from.inputs()], bias);
    return bias;
  }

  /**
   * Replaces the parameters of a layer.
   *
   * @param layer 1..L
   * @param weights {@code W[n][k]}, n_l rows of n_(l-1) finite values; copied
   * @param bias {@code b[n]}, n_l finite values; copied
   * @throws IllegalArgumentException if a size differs or a value is not finite; the network is
   *     then unchanged
   */
  public void setParameters(int layer, float[][] weights, float[] bias) {
    DenseLayer to = requireLayer(layer);
    float[] flat = Rows.flatten("weights", weights, to.outputs(), to.inputs());
    requireOutputs("bias", bias, layer);
    Rows.requireFinite("weights", flat, to.inputs());
    Rows.requireFinite("bias", bias, to.outputs());
    to.setParameters(flat, bias.clone());
  }

  private void requireOutputs(String name, float[] values, int layer) {
    if (values.length != architecture.width(layer)) {
      throw new IllegalArgumentException(
          name
              + " has "
              + values.length
              + " elements, but layer "
              + layer
              + " has "
              + architecture.width(layer)
              + " outputs");
    }
  }

  /**
   * The factors of the normalization of a layer, {@code gamma[l][n]}.
   *
   * @param layer 1..L, with a normalization
   * @return a copy, n_l elements
   * @throws IllegalArgumentException if the layer has no normalization
   */
  public float[] gamma(int layer) {
    return requireNormalization(layer).gamma.clone();
  }

  /**
   * What the normalization of a layer adds, {@code beta[l][n]}.
   *
   * @param layer 1..L, with a normalization
   * @return a copy, n_l elements
   * @throws IllegalArgumentException if the layer has no normalization
   */
  public float[] beta(int layer) {
    return requireNormalization(layer).beta.clone();
  }

  /**
   * Replaces the parameters of the normalization of a layer.
   *
   * @param layer 1..L, with a normalization
   * @param gamma n_l finite factors; copied
   * @param beta n_l finite values to add; copied
   * @throws IllegalArgumentException if the layer has no normalization, a size differs or a value
   *     is not finite; the network is then unchanged
   */
  public void setNormalization(int layer, float[] gamma, float[] beta) {
    NormalizationParameters to = requireNormalization(layer);
    requireOutputs("gamma", gamma, layer);
    requireOutputs("beta", beta, layer);
    Rows.requireFinite("gamma", gamma, gamma.length);
    Rows.requireFinite("beta", beta, beta.length);
    NormalizationParameters.copy(gamma, to.gamma);
    NormalizationParameters.copy(beta, to.beta);
    to.prepare();
  }

  /**
   * The running mean of z that the batch normalization of a layer predicts with.
   *
   * @param layer 1..L, with a batch normalization
   * @return a copy, n_l elements
   * @throws IllegalArgumentException if the layer has no batch normalization
   */
  public float[] runningMean(int layer) {
    return requireBatchNormalization(layer).mean.clone();
  }

  /**
   * The running variance of z that the batch normalization of a layer predicts with.
   *
   * @param layer 1..L, with a batch normalization
   * @return a copy, n_l elements
   * @throws IllegalArgumentException if the layer has no batch normalization
   */
  public float[] runningVariance(int layer) {
    return requireBatchNormalization(layer).variance.clone();
  }

  /**
   * Replaces the running statistics of the batch normalization of a layer.
   *
   * @param layer 1..L, with a batch normalization
   * @param mean n_l finite values; copied
   * @param variance n_l finite values that are not negative; copied
   * @throws IllegalArgumentException if the layer has no batch normalization, a size differs or a
   *     value is not allowed; the network is then unchanged
   */
  public void setRunningStatistics(int layer, float[] mean, float[] variance) {
    NormalizationParameters to = requireBatchNormalization(layer);
    requireOutputs("mean", mean, layer);
    requireOutputs("variance", variance, layer);
    Rows.requireFinite("mean", mean, mean.length);
    Rows.requireFinite("variance", variance, variance.length);
    for (int n = 0; n < variance.length; n++) {
      if (variance[n] < 0) {
        throw new IllegalArgumentException(
            "variance must not be negative, but element " + n + " is " + variance[n]);
      }
    }
    NormalizationParameters.copy(mean, to.mean);
    NormalizationParameters.copy(variance, to.variance);
    to.prepare();
  }

  /**
   * A copy of this network without batch normalization: {@code W' = s W}, {@code b' = s b + t},
   * where {@code u = s z + t} is what the running statistics make of the sums of a layer.
   *
   * <p>It predicts the same up to rounding, and faster. Its weights are no longer those that were
   * trained, so that a training should go on with the original.
   *
   * @return a network on the same backend that shares nothing with this one
   * @throws IllegalArgumentException if a new weight or bias overflows
   */
  public Network fold() {
    Network folded = new Network(architecture.withoutBatchNormalizations(), backend);
    for (int l = 1; l <= architecture.depth(); l++) {
      DenseLayer layer = layer(l);
      float[] weights = new float[layer.outputs() * layer.inputs()];
      float[] bias = new float[layer.outputs()];
      layer.getParameters(weights, bias);
      NormalizationParameters from = normalization(l);
      if (from != null && from.isOfBatches()) {
        from.fold(weights, bias);
        Rows.requireFinite("folded weights of layer " + l, weights, layer.inputs());
        Rows.requireFinite("folded bias of layer " + l, bias, bias.length);
      } else if (from != null) {
        folded.normalization(l).copyFrom(from);
      }
      folded.layer(l).setParameters(weights, bias);
    }
    return folded;
  }

  private NormalizationParameters requireBatchNormalization(int layer) {
    requireLayer(layer);
    if (!architecture.normalizesBatches(layer)) {
      throw new IllegalArgumentException(
          "layer " + layer + " of " + architecture + " has no batch normalization");
    }
    return normalization(layer);
  }

  private NormalizationParameters requireNormalization(int layer) {
    requireLayer(layer);
    if (normalization(layer) == null) {
      throw new IllegalArgumentException(
          "layer " + layer + " of " + architecture + " has no normalization");
    }
    return normalization(layer);
  }

  private DenseLayer requireLayer(int layer) {
    if (layer < 1 || layer > architecture.depth()) {
      throw new IllegalArgumentException(
          "layer must be 1.." + architecture.depth() + ", but is " + layer);
    }
    return layer(layer);
  }

  /**
   * {@code yHat = a[L]} for one row.
   *
   * <p>Safe from any number of threads. {@link #predictor} serves callers that want no allocation.
   *
   * @param x n_0 features; NaN is allowed and shows in the result
   * @return n_L outputs: probabilities for sigmoid and softmax
   */
  public float[] predict(float[] x) {
    float[] y = new float[architecture.outputs()];
    predict(1, x, y);
    return y;
  }

  /**
   * {@code yHat = a[L]} for many rows; each row's result is the same bits as alone.
   *
   * @param x rows of n_0 features
   * @return one row of n_L outputs for each
   */
  public float[][] predict(float[][] x) {
    float[] y = new float[Math.multiplyExact(x.length, architecture.outputs())];
    predict(x.length, Rows.flatten("x", x, x.length, architecture.inputs()), y);
    return Rows.unflatten(y, x.length, architecture.outputs());
  }

  /**
   * {@code yHat = a[L]} for many rows in flat row-major arrays.
   *
   * @param rows number of rows, may be 0
   * @param x rows x n_0 features
   * @param y receives rows x n_L outputs
   */
  public void predict(int rows, float[] x, float[] y) {
    Predictor predictor = idlePredictor.getAndSet(null);
    if (predictor == null) {
      predictor = predictor();
    }
    predictor.predict(rows, x, y);
    idlePredictor.set(predictor);
  }

  /**
   * A reusable predictor for one thread at a time, which allocates nothing once it is warm.
   *
   * @return a new predictor of this network; it follows the network's parameters
   */
  public Predictor predictor() {
    return new Predictor(this);
  }

  /**
   * The three-step backpropagation of a batch with the loss that matches the output activation:
   * without dropout, and with the statistics of this batch where batches are normalized.
   *
   * @param x rows of n_0 features, at least one, two with a {@link Normalization.Batch}
   * @param y rows of n_L targets
   * @return cost, activations, deltas and gradients
   */
  public Gradients gradients(float[][] x, float[][] y) {
    return gradients(x, y, Loss.matching(architecture.outputActivation()));
  }

  /**
   * The three-step backpropagation of a batch: without dropout, and with the statistics of this
   * batch where batches are normalized.
   *
   * @param x rows of n_0 features, at least one, two with a {@link Normalization.Batch}
   * @param y rows of n_L targets
   * @param loss must accept the output activation
   * @return cost, activations, deltas and gradients
   */
  public Gradients gradients(float[][] x, float[][] y, LossFunction loss) {
    float[] ones = new float[x.length];
    Arrays.fill(ones, 1);
    return gradients(x, y, ones, loss);
  }

  /**
   * The three-step backpropagation of a batch whose rows need not count the same: {@code J = sum_b
   * w_b L_b / sum_b w_b}.
   *
   * @param x rows of n_0 features, at least one
   * @param y rows of n_L targets
   * @param weights w, one for each row, finite and not negative, not all 0
   * @param loss must accept the output activation
   * @return cost, activations, deltas and gradients
   */
  public Gradients gradients(float[][] x, float[][] y, float[] weights, LossFunction loss) {
    if (x.length == 0 || x.length != y.length) {
      throw new IllegalArgumentException(
          "x has " + x.length + " rows and y has " + y.length + ": both need the same, at least 1");
    }
    float[] inputs = Rows.flatten("x", x, x.length, architecture.inputs());
    float[] targets = Rows.flatten("y", y, x.length, architecture.outputs());
    loss.requireTargets(targets, x.length, architecture.outputs());
    Rows.requireWeights(x.length, weights);
    return new Backpropagation(this, loss, x.length, Workers.caller())
        .gradients(x.length, inputs, targets, weights);
  }

  /** Architecture and backend on one line. */
  @Override
  public String toString() {
    return "Network[" + architecture + ", " + backend.id() + "]";
  }
}
