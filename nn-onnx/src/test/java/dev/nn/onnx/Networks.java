package dev.nn.onnx;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.data.FeatureScaler;
import java.util.Random;

/** Networks and rows, all made of a seed. */
final class Networks {
  private Networks() {}

  /** Layers of these widths, the input first; initial weights, and biases that are not 0. */
  static Network random(long seed, Activation hidden, Activation output, int... widths) {
    Architecture architecture = Architecture.input(widths[0]);
    for (int l = 1; l < widths.length; l++) {
      architecture = architecture.dense(widths[l], l == widths.length - 1 ? output : hidden);
    }
    return withBiases(Network.initialize(architecture, seed), seed);
  }

  static Network withBiases(Network network, long seed) {
    Random random = new Random(seed);
    for (int l = 1; l <= network.architecture().depth(); l++) {
      float[] bias = network.bias(l);
      for (int n = 0; n < bias.length; n++) {
        bias[n] = (float) random.nextGaussian() * 0.3f;
      }
      network.setParameters(l, network.weights(l), bias);
    }
    return network;
  }

  /** Normal values. */
  static float[][] rows(long seed, int rows, int columns) {
    Random random = new Random(seed);
    float[][] x = new float[rows][columns];
    for (float[] row : x) {
      for (int k = 0; k < columns; k++) {
        row[k] = (float) random.nextGaussian();
      }
    }
    return x;
  }

  /** Means from -100 to 100, deviations from 0.01 to 100. */
  static FeatureScaler scaler(long seed, int inputs) {
    Random random = new Random(seed);
    double[] shift = new double[inputs];
    double[] scale = new double[inputs];
    for (int k = 0; k < inputs; k++) {
      shift[k] = random.nextDouble() * 200 - 100;
      scale[k] = Math.pow(10, random.nextDouble() * 4 - 2);
    }
    return FeatureScaler.of(shift, scale);
  }

  /** Rows that the scaler makes normal. */
  static float[][] unscaled(FeatureScaler scaler, float[][] scaled) {
    float[][] x = new float[scaled.length][];
    for (int i = 0; i < x.length; i++) {
      x[i] = scaler.inverse(scaled[i]);
    }
    return x;
  }

  static float[][] scaled(FeatureScaler scaler, float[][] x) {
    float[][] scaled = new float[x.length][];
    for (int i = 0; i < x.length; i++) {
      scaled[i] = scaler.apply(x[i]);
    }
    return scaled;
  }
}
