package dev.nn.spi;

/**
 * What an {@link UpdateRule} remembers of the parameters of one layer: the moments of each, zero at
 * first, and the number of steps that were made.
 *
 * <p>The values stand in the order in which the layer that made them keeps its parameters.
 */
public final class Moments {
  private final float[][] weights;
  private final float[][] bias;
  private long steps;

  /**
   * Zero, before the first step.
   *
   * @param count moments of each parameter
   * @param weights number of values that stand for the weights, padding included
   * @param bias number of values that stand for the bias
   */
  public Moments(int count, int weights, int bias) {
    this.weights = new float[count][weights];
    this.bias = new float[count][bias];
  }

  /**
   * The moments of the weights, one array for each; to be changed by the layer.
   *
   * @return the arrays themselves
   */
  public float[][] weights() {
    return weights;
  }

  /**
   * The moments of the bias, one array for each; to be changed by the layer.
   *
   * @return the arrays themselves
   */
  public float[][] bias() {
    return bias;
  }

  /**
   * Number of steps that were made.
   *
   * @return 0 or more
   */
  public long steps() {
    return steps;
  }

  /**
   * Makes the next step another one than that after the last: moments that come from elsewhere have
   * steps behind them.
   *
   * @param steps that were made, 0 or more
   * @throws IllegalArgumentException if it is negative; nothing is changed
   */
  public void setSteps(long steps) {
    if (steps < 0) {
      throw new IllegalArgumentException("steps must be 0 or more, but is " + steps);
    }
    this.steps = steps;
  }

  /**
   * Begins a step.
   *
   * @return its number t, 1 for the first
   */
  public long nextStep() {
    steps++;
    return steps;
  }

  /**
   * Refuses moments that are not what a rule needs of a layer.
   *
   * @param rule the rule
   * @param weightValues number of values that stand for the weights
   * @param biasValues number of values that stand for the bias
   */
  public void requireFits(UpdateRule rule, int weightValues, int biasValues) {
    boolean fits = weights.length == rule.moments();
    for (int i = 0; fits && i < weights.length; i++) {
      fits = weights[i].length == weightValues && bias[i].length == biasValues;
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "moments are of another rule or layer; make them with DenseLayer.moments(" + rule + ")");
    }
  }
}
