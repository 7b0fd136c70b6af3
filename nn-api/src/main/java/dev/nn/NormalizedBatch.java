package dev.nn;

import dev.nn.spi.Kernels;
import dev.nn.spi.Moments;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workspace;

/**
 * {@code u = gamma zHat + beta} between the sums z of a hidden layer and its activation, forward
 * and backward, and what one backpropagation keeps of it for a batch.
 */
final class NormalizedBatch {
  private final NormalizationParameters parameters;
  private final Kernels kernels;
  private final int outputs;

  /** z, then zHat, B x n_l. */
  final float[] zHat;

  /** {@code 1 / sqrt(variance + epsilon)} of each row, or of each neuron over the rows. */
  private final float[] inverseDeviations;

  /** Of the last batch, for the running statistics; empty unless batches are normalized. */
  private final float[] mean;

  private final float[] variance;

  /** The gradients of the last batch. */
  final float[] gammaGradient;

  final float[] betaGradient;

  /** Rows of the last batch. */
  private int lastRows;

  /**
   * Buffers for a layer.
   *
   * @param maxRows B of the largest batch
   */
  NormalizedBatch(NormalizationParameters parameters, Kernels kernels, int maxRows) {
    this.parameters = parameters;
    this.kernels = kernels;
    this.outputs = parameters.gamma.length;
    this.zHat = new float[maxRows * outputs];
    this.inverseDeviations = new float[parameters.isOfBatches() ? outputs : maxRows];
    this.mean = new float[parameters.mean.length];
    this.variance = new float[parameters.mean.length];
    this.gammaGradient = new float[outputs];
    this.betaGradient = new float[outputs];
  }

  /** {@code u = gamma zHat + beta} of the z that stand in {@link #zHat}, as a step has it. */
  void forward(int rows, float[] u, Workspace workspace) {
    lastRows = rows;
    float epsilon = parameters.epsilon();
    if (parameters.isOfBatches()) {
      kernels.normalizeColumns(
          rows,
          outputs,
          zHat,
          0,
          outputs,
          epsilon,
          mean,
          0,
          variance,
          0,
          inverseDeviations,
          0,
          workspace);
    } else {
      kernels.normalizeRows(
          rows, outputs, zHat, 0, outputs, epsilon, inverseDeviations, 0, workspace);
    }
    scaleAndShift(kernels, rows, zHat, 0, parameters.gamma, parameters.beta, u, 0, workspace);
  }

  /** z in place, as predictions have it: no backward may follow. */
  void predict(int rows, float[] z, Workspace workspace) {
    apply(parameters, kernels, rows, z, 0, inverseDeviations, workspace);
  }

  /**
   * z in place, as predictions have it: nothing is kept.
   *
   * @param inverseDeviations room for one of each row
   */
  static void apply(
      NormalizationParameters parameters,
      Kernels kernels,
      int rows,
      float[] z,
      int offset,
      float[] inverseDeviations,
      Workspace workspace) {
    if (parameters.isOfBatches()) {
      scaleAndShift(
          kernels, rows, z, offset, parameters.scale, parameters.shift, z, offset, workspace);
      return;
    }
    int outputs = parameters.gamma.length;
    kernels.normalizeRows(
        rows, outputs, z, offset, outputs, parameters.epsilon(), inverseDeviations, 0, workspace);
    scaleAndShift(
        kernels, rows, z, offset, parameters.gamma, parameters.beta, z, offset, workspace);
  }

  private static void scaleAndShift(
      Kernels kernels,
      int rows,
      float[] x,
      int xOffset,
      float[] factors,
      float[] summands,
      float[] y,
      int yOffset,
      Workspace workspace) {
    int n = factors.length;
    kernels.scaleAndShift(
        rows, n, x, xOffset, n, factors, 0, summands, 0, y, yOffset, n, workspace);
  }

  /** From {@code grad_u J} to {@code grad_z J} in place; the gradients of gamma and beta. */
  void backward(int rows, float[] delta, Workspace workspace) {
    kernels.columnDots(
        rows, outputs, delta, 0, outputs, zHat, 0, outputs, gammaGradient, 0, workspace);
    kernels.columnSums(rows, outputs, delta, 0, outputs, betaGradient, 0, workspace);
    if (parameters.isOfBatches()) {
      kernels.normalizeColumnsBackward(
          rows,
          outputs,
          zHat,
          0,
          outputs,
          inverseDeviations,
          0,
          parameters.gamma,
          0,
          gammaGradient,
          0,
          betaGradient,
          0,
          delta,
          0,
          outputs,
          workspace);
    } else {
      kernels.normalizeRowsBackward(
          rows,
          outputs,
          zHat,
          0,
          outputs,
          inverseDeviations,
          0,
          parameters.gamma,
          0,
          delta,
          0,
          outputs,
          workspace);
    }
  }

  /** What a rule will remember: of gamma as its weights, of beta as its bias. */
  static Moments moments(UpdateRule rule, int outputs) {
    return new Moments(rule.moments(), outputs, outputs);
  }

  /**
   * A step of gamma and beta, both as biases are updated, and of the running statistics, which
   * follow the last batch.
   */
  void update(
      float[] dGamma, float[] dBeta, UpdateRule ruleForBias, Moments moments, Workspace workspace) {
    long step = moments.nextStep();
    float[][] ofGamma = moments.weights();
    float[][] ofBeta = moments.bias();
    kernels.update(
        ruleForBias, step, outputs, parameters.gamma, 0, dGamma, 0, ofGamma, 0, workspace);
    kernels.update(ruleForBias, step, outputs, parameters.beta, 0, dBeta, 0, ofBeta, 0, workspace);
    if (parameters.isOfBatches()) {
      parameters.follow(lastRows, mean, variance);
    }
    parameters.prepare();
  }
}
