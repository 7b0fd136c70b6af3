package dev.nn.check;

import dev.nn.Architecture;
import dev.nn.Gradients;
import dev.nn.Loss;
import dev.nn.LossFunction;
import dev.nn.Network;
import dev.nn.Philox;
import dev.nn.data.RowSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.LongStream;

/**
 * {@code |a - n| / max(|a|, |n|, floor)} for every parameter, or a sample of them: does the
 * gradient a that backpropagation computes agree with the slope n of the cost?
 *
 * <p>For those who want to know it of their own network and rows, whose parameters may be extreme
 * and whose features may have been scaled by nobody; and for those who write a backend, whose
 * mistakes it finds by layer:
 *
 * <pre>{@code
 * GradientCheck check = GradientCheck.of(network, x, y);
 * if (!check.isGood()) {
 *   throw new AssertionError(check); // one line for each layer
 * }
 * }</pre>
 *
 * <p><b>The slope</b> is taken of the cost {@code J} as the formulas of {@link dev.nn.Activation}
 * and {@link Loss}, or the functions of an application, define it, evaluated in double precision by
 * this class alone: nothing of it comes from a backend, and no derivative is in it. With J(t), the
 * cost when the parameter is changed by t, {@code D(h) = (J(h) - J(-h)) / 2h} and {@code n = (4
 * D(h) - D(2h)) / 3}, five-point central differences with an error of order h^4. The step h starts
 * from 2^-10, times the power of two at or below the parameter if that is more than 1, and becomes
 * 16 times smaller, up to four times, until D(h) and D(2h) agree within a thousandth and no
 * argument comes to the other side of a kink: of ReLU, leaky ReLU, ELU and SELU at 0, of Huber's
 * loss where an error is 1, of a {@link dev.nn.CustomLoss} where its gradient jumps by more than a
 * hundredth or so. A parameter for which no step does is skipped, as its slope is not known. So is
 * one whose gradient differs by no more than the jump at a kink that is nearer than float rounding:
 * either side is right then.
 *
 * <p><b>The floor</b> is what float rounding asks for. A gradient is a sum over rows and neurons
 * whose terms may cancel, so that its error is a matter of the size of the terms, not of its own.
 * This class follows the variance that every rounding on the way adds, to first order, and takes
 * eight deviations; to that it adds the far smaller error of n. The floor is this bound divided by
 * {@link #TOLERANCE}: a difference that rounding alone explains has a relative error of at most the
 * tolerance. A comparison says little where the bound is more than a hundredth of a and n, as in
 * networks that fit their rows almost perfectly; a report counts these as {@linkplain Layer#vague
 * vague}.
 *
 * <p>Dropout is left out. A batch normalization takes the statistics of the rows that are given, as
 * a training step does: what is checked is the cost that a training lowers, not that of
 * predictions.
 *
 * <p>The time is that of four forward propagations of the batch for each parameter, in plain double
 * arithmetic, and of sixteen calls of a custom loss for each row: take some ten or hundred rows,
 * and a {@link #sample} of a large network. The network is not changed. A report is immutable.
 *
 * <p>Source: C. Bishop, "Pattern recognition and machine learning", Springer 2006, section 5.3.3.
 */
public final class GradientCheck {
  /**
   * The greatest relative error of a gradient that is right, 1e-4. In double precision 1e-7 is
   * usual; float has half the digits, and what is wrong is seldom wrong by so little.
   */
  public static final double TOLERANCE = 1e-4;

  /** The input of a {@link Parameter} that is a bias. */
  public static final int BIAS = -1;

  /** The input of a {@link Parameter} that is a factor of a normalization. */
  public static final int GAMMA = -2;

  /** The input of a {@link Parameter} that a normalization adds. */
  public static final int BETA = -3;

  /** Of the random numbers that choose; the stream is 2 l for weights, 2 l + 1 for biases. */
  private static final int PURPOSE = 1001;

  /** The same; the stream is 2 l for gammas, 2 l + 1 for betas. */
  private static final int PURPOSE_OF_NORMALIZATIONS = 1002;

  private static final int MAX_LENGTH = Integer.MAX_VALUE - 8;

  private final String title;
  private final List<Layer> layers;

  /**
   * One parameter, {@code W[l][n][k]}, {@code b[l][n]}, {@code gamma[l][n]} or {@code beta[l][n]}.
   *
   * @param layer l, 1..L
   * @param neuron n, from 0
   * @param input k, from 0, or {@link #BIAS}, {@link #GAMMA} or {@link #BETA}
   * @param gradient as backpropagation computes it
   * @param slope of the cost
   * @param relativeError {@code |gradient - slope| / max(|gradient|, |slope|, floor)}, infinite if
   *     the gradient is not finite
   */
  public record Parameter(
      int layer, int neuron, int input, double gradient, double slope, double relativeError) {
    /**
     * Whether the gradient is the slope.
     *
     * @return true up to {@link #TOLERANCE}
     */
    public boolean isGood() {
      return relativeError <= TOLERANCE;
    }

    /**
     * The name alone, such as {@code W[3][12]} or {@code b[3]}: neuron, then input.
     *
     * @return the name, without the layer
     */
    public String name() {
      return switch (input) {
        case BIAS -> "b[" + neuron + "]";
        case GAMMA -> "gamma[" + neuron + "]";
        case BETA -> "beta[" + neuron + "]";
        default -> "W[" + neuron + "][" + input + "]";
      };
    }

    /** Layer, name and figures on one line. */
    @Override
    public String toString() {
      return "layer %d, %s: gradient %s, slope %s, relative error %s"
          .formatted(layer, name(), (float) gradient, (float) slope, (float) relativeError);
    }
  }

  /**
   * What was found in one layer.
   *
   * @param layer l, 1..L
   * @param checked number of parameters whose gradient was compared
   * @param skipped number of parameters beside a kink, or whose slope could not be had, which were
   *     not
   * @param wrong number of those checked whose relative error is above {@link #TOLERANCE}
   * @param vague number of those checked of which rounding may hide a hundredth or more
   * @param worst the first with the greatest relative error, if any was checked
   */
  public record Layer(
      int layer, long checked, long skipped, long wrong, long vague, Optional<Parameter> worst) {
    /** Checks that nothing is missing. */
    public Layer {
      Objects.requireNonNull(worst, "worst");
    }
  }

  private GradientCheck(String title, List<Layer> layers) {
    this.title = title;
    this.layers = List.copyOf(layers);
  }

  /**
   * Checks all parameters, with the loss that matches the output activation.
   *
   * @param network whose gradient to check
   * @param x rows of n_0 finite features, at least one
   * @param y rows of n_L targets
   * @return the report
   * @throws IllegalArgumentException if rows do not fit the network or the loss, or a feature or a
   *     parameter is not finite
   */
  public static GradientCheck of(Network network, float[][] x, float[][] y) {
    return of(network, x, y, matching(network));
  }

  /**
   * Checks all parameters.
   *
   * @param network whose gradient to check
   * @param x rows of n_0 finite features, at least one
   * @param y rows of n_L targets
   * @param loss must accept the output activation
   * @return the report
   * @throws IllegalArgumentException if rows do not fit the network or the loss, or a feature or a
   *     parameter is not finite
   */
  public static GradientCheck of(Network network, float[][] x, float[][] y, LossFunction loss) {
    return check(network, x, y, ones(x), loss, OptionalInt.empty(), 0);
  }

  /**
   * Checks all parameters, with the loss that matches the output activation.
   *
   * @param network whose gradient to check
   * @param data the batch: all its rows are in memory meanwhile
   * @return the report
   * @throws IllegalArgumentException if rows do not fit the network or the loss, or a parameter is
   *     not finite
   */
  public static GradientCheck of(Network network, RowSource data) {
    return of(network, data, matching(network));
  }

  /**
   * Checks all parameters.
   *
   * @param network whose gradient to check
   * @param data the batch: all its rows are in memory meanwhile
   * @param loss must accept the output activation
   * @return the report
   * @throws IllegalArgumentException if rows do not fit the network or the loss, or a parameter is
   *     not finite
   */
  public static GradientCheck of(Network network, RowSource data, LossFunction loss) {
    return check(network, data, loss, OptionalInt.empty(), 0);
  }

  /**
   * Checks some parameters of every layer.
   *
   * @param network whose gradient to check
   * @param x rows of n_0 finite features, at least one
   * @param y rows of n_L targets
   * @param loss must accept the output activation
   * @param count at most so many weights, biases, gammas and betas of every layer; at least 1
   * @param seed decides which
   * @return the report
   * @throws IllegalArgumentException if rows do not fit the network or the loss, a feature or a
   *     parameter is not finite, or count is less than 1
   */
  public static GradientCheck sample(
      Network network, float[][] x, float[][] y, LossFunction loss, int count, long seed) {
    return check(network, x, y, ones(x), loss, OptionalInt.of(requireCount(count)), seed);
  }

  /**
   * Checks some parameters of every layer.
   *
   * @param network whose gradient to check
   * @param data the batch: all its rows are in memory meanwhile
   * @param loss must accept the output activation
   * @param count at most so many weights, biases, gammas and betas of every layer; at least 1
   * @param seed decides which
   * @return the report
   * @throws IllegalArgumentException if rows do not fit the network or the loss, a parameter is not
   *     finite, or count is less than 1
   */
  public static GradientCheck sample(
      Network network, RowSource data, LossFunction loss, int count, long seed) {
    return check(network, data, loss, OptionalInt.of(requireCount(count)), seed);
  }

  private static Loss matching(Network network) {
    return Loss.matching(
        Objects.requireNonNull(network, "network").architecture().outputActivation());
  }

  private static int requireCount(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count = " + count + ", allowed: 1 or more");
    }
    return count;
  }

  private static GradientCheck check(
      Network network, RowSource data, LossFunction loss, OptionalInt count, long seed) {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(data, "data");
    Architecture architecture = network.architecture();
    if (data.inputs() != architecture.inputs() || data.outputs() != architecture.outputs()) {
      throw new IllegalArgumentException(
          "data has rows of %d features and %d targets, but the network %s needs %d and %d"
              .formatted(
                  data.inputs(),
                  data.outputs(),
                  architecture,
                  architecture.inputs(),
                  architecture.outputs()));
    }
    int rows = data.rows();
    if ((long) rows * Math.max(data.inputs(), data.outputs()) > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "data has %d rows, more than fit an array: a check takes all rows as one batch"
              .formatted(rows));
    }
    float[][] x = new float[rows][data.inputs()];
    float[][] y = new float[rows][data.outputs()];
    float[] weights = new float[rows];
    for (int row = 0; row < rows; row++) {
      weights[row] = data.weight(row);
      data.copyRows(new int[] {row}, 0, 1, x[row], 0, data.inputs(), y[row], 0, data.outputs());
    }
    return check(network, x, y, weights, loss, count, seed);
  }

  private static float[] ones(float[][] x) {
    float[] ones = new float[Objects.requireNonNull(x, "x").length];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static GradientCheck check(
      Network network,
      float[][] x,
      float[][] y,
      float[] weights,
      LossFunction loss,
      OptionalInt count,
      long seed) {
    Objects.requireNonNull(network, "network");
    Objects.requireNonNull(x, "x");
    Objects.requireNonNull(y, "y");
    Objects.requireNonNull(loss, "loss");
    requireFinite("x", x);
    for (int l = 1; l <= network.architecture().depth(); l++) {
      requireFinite("weights of layer " + l, network.weights(l));
      requireFinite("biases of layer " + l, new float[][] {network.bias(l)});
      if (network.architecture().layers().get(l - 1).normalization().isPresent()) {
        requireFinite("gammas of layer " + l, new float[][] {network.gamma(l)});
        requireFinite("betas of layer " + l, new float[][] {network.beta(l)});
      }
    }
    Gradients gradients = network.gradients(x, y, weights, loss);
    DoubleNetwork cost = new DoubleNetwork(network, x, y, weights, loss);
    RoundingErrors rounding = new RoundingErrors(cost);
    List<Layer> layers = new ArrayList<>();
    for (int l = 1; l <= cost.depth(); l++) {
      layers.add(layer(l, gradients, cost, rounding, count, seed));
    }
    String title =
        "gradient check of %s by %s, %s, %d rows"
            .formatted(network.architecture(), network.backend().id(), loss, x.length);
    return new GradientCheck(title, layers);
  }

  private static void requireFinite(String name, float[][] values) {
    for (int i = 0; i < values.length; i++) {
      for (int j = 0; j < values[i].length; j++) {
        if (!Float.isFinite(values[i][j])) {
          throw new IllegalArgumentException(
              "%s, row %d, column %d is %s, allowed: finite numbers"
                  .formatted(name, i, j, values[i][j]));
        }
      }
    }
  }

  private static Layer layer(
      int l,
      Gradients gradients,
      DoubleNetwork cost,
      RoundingErrors rounding,
      OptionalInt count,
      long seed) {
    float[][] dw = gradients.weights(l);
    float[] db = gradients.bias(l);
    Findings findings = new Findings(l, cost, rounding);
    int inputs = dw[0].length;
    chosen((long) db.length * inputs, count, seed, PURPOSE, 2L * l)
        .forEach(
            index -> {
              int n = (int) (index / inputs);
              int k = (int) (index % inputs);
              findings.add(n, k, dw[n][k]);
            });
    chosen(db.length, count, seed, PURPOSE, 2L * l + 1)
        .forEach(n -> findings.add((int) n, BIAS, db[(int) n]));
    if (cost.normalizations[l] != null) {
      float[] gamma = gradients.gamma(l);
      float[] beta = gradients.beta(l);
      chosen(gamma.length, count, seed, PURPOSE_OF_NORMALIZATIONS, 2L * l)
          .forEach(n -> findings.add((int) n, GAMMA, gamma[(int) n]));
      chosen(beta.length, count, seed, PURPOSE_OF_NORMALIZATIONS, 2L * l + 1)
          .forEach(n -> findings.add((int) n, BETA, beta[(int) n]));
    }
    return findings.layer();
  }

  /**
   * Numbers below a total in ascending order: all of them, or a random choice without repetition
   * (R. Floyd's method, Communications of the ACM 30, 1987, page 754).
   */
  static LongStream chosen(long total, OptionalInt count, long seed, int purpose, long stream) {
    if (count.isEmpty() || count.getAsInt() >= total) {
      return LongStream.range(0, total);
    }
    Philox random = new Philox(seed, purpose, stream);
    TreeSet<Long> chosen = new TreeSet<>();
    for (int i = 0; i < count.getAsInt(); i++) {
      long last = total - count.getAsInt() + i;
      long one = (long) (random.uniform(i) * (last + 1));
      chosen.add(chosen.contains(one) ? last : one);
    }
    return chosen.stream().mapToLong(Long::longValue);
  }

  /**
   * Whether every gradient that was checked is right, and at least one of every layer was checked.
   *
   * @return true if no relative error is above {@link #TOLERANCE}
   */
  public boolean isGood() {
    return layers.stream().allMatch(layer -> layer.checked() > 0 && layer.wrong() == 0);
  }

  /**
   * The greatest relative error of all that was checked.
   *
   * @return 0 or more, infinite if a gradient is not finite; NaN if nothing was checked
   */
  public double greatestRelativeError() {
    return worst().map(Parameter::relativeError).orElse(Double.NaN);
  }

  /**
   * Where the greatest relative error is; the first place, if there are several.
   *
   * @return the parameter, if any was checked
   */
  public Optional<Parameter> worst() {
    Optional<Parameter> worst = Optional.empty();
    for (Layer layer : layers) {
      if (layer.worst().isPresent()
          && (worst.isEmpty()
              || layer.worst().get().relativeError() > worst.get().relativeError())) {
        worst = layer.worst();
      }
    }
    return worst;
  }

  /**
   * The last layer with a wrong gradient: where to look. Backpropagation goes downwards, so that a
   * wrong delta spoils the gradients of its layer and of those below, but of none above. If the
   * layers below are right, the gradient of this layer is made wrongly from the right delta.
   *
   * @return 1..L, if a gradient is wrong
   */
  public OptionalInt lastWrongLayer() {
    return layers.stream().filter(layer -> layer.wrong() > 0).mapToInt(Layer::layer).max();
  }

  /**
   * What was found in each layer.
   *
   * @return layers 1..L at index 0..L-1
   */
  public List<Layer> layers() {
    return layers;
  }

  /**
   * The verdict, and a table of the layers with the worst parameter of each.
   *
   * @return lines without a line break at the end
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(title).append(": ").append(verdict());
    text.append(
        line("layer", "checked", "skipped", "wrong", "vague", "error", "at", "gradient", "slope"));
    for (Layer layer : layers) {
      Optional<Parameter> worst = layer.worst();
      text.append(
          line(
              layer.layer(),
              layer.checked(),
              layer.skipped(),
              layer.wrong(),
              layer.vague(),
              worst.map(p -> number("%.1e", p.relativeError())).orElse("-"),
              worst.map(Parameter::name).orElse("-"),
              worst.map(p -> number("%.6e", p.gradient())).orElse("-"),
              worst.map(p -> number("%.6e", p.slope())).orElse("-")));
    }
    return text.toString();
  }

  private String verdict() {
    OptionalInt wrong = lastWrongLayer();
    if (wrong.isPresent()) {
      return "WRONG, the last layer that is wrong is " + wrong.getAsInt();
    }
    return isGood() ? "good" : "unknown, all parameters of a layer were skipped";
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static String line(Object... columns) {
    return String.format(Locale.ROOT, "\n%5s  %8s  %8s  %8s  %8s  %8s  %14s  %13s  %13s", columns);
  }
}
