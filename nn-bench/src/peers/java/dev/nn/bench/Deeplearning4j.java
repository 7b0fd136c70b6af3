package dev.nn.bench;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.spi.UpdateRule;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * Deeplearning4j: its {@code MultiLayerNetwork} as it is meant to be used, with its workspaces.
 *
 * <p>It knows Nesterov's momentum only, and takes it where ours is Polyak's: another formula of as
 * many operations.
 */
final class Deeplearning4j {
  private Deeplearning4j() {}

  static String open(int threads) {
    Nd4j.setDefaultDataTypes(DataType.FLOAT, DataType.FLOAT);
    Nd4j.getEnvironment().setMaxThreads(threads);
    Nd4j.getEnvironment().setMaxMasterThreads(threads);
    return Path.of(
                MultiLayerNetwork.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .getPath())
            .getFileName()
        + ", "
        + Nd4j.getBackend().getClass().getSimpleName()
        + ", threads "
        + Nd4j.getEnvironment().maxThreads();
  }

  static StepPeer.Training training(Network initial, StepNetwork network, UpdateRule rule) {
    MultiLayerNetwork model = model(initial, updater(rule));
    Architecture architecture = initial.architecture();
    INDArray x = matrix(network.features(), network.batch(), architecture.inputs());
    INDArray y = matrix(network.targets(), network.batch(), architecture.outputs());
    return new StepPeer.Training() {
      @Override
      public void step() {
        model.fit(x, y);
      }

      @Override
      public double stepForLoss() {
        step();
        return model.score();
      }
    };
  }

  static StepPeer.Prediction prediction(Network network, int rows, float[] x) {
    MultiLayerNetwork model = model(network, new Sgd());
    INDArray input = matrix(x, rows, network.architecture().inputs());
    return new StepPeer.Prediction() {
      @Override
      public void predict() {
        model.output(input, false);
      }

      @Override
      public float[] predictForOutputs() {
        return model.output(input, false).dup('c').data().asFloat();
      }
    };
  }

  private static MultiLayerNetwork model(Network network, IUpdater updater) {
    Architecture architecture = network.architecture();
    int depth = architecture.depth();
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder().updater(updater).list();
    for (int l = 1; l < depth; l++) {
      layers.layer(
          new DenseLayer.Builder()
              .nIn(architecture.width(l - 1))
              .nOut(architecture.width(l))
              .activation(activation((Activation) architecture.layers().get(l - 1).activation()))
              .build());
    }
    Activation last = (Activation) architecture.outputActivation();
    layers.layer(
        new OutputLayer.Builder(
                last == Activation.SOFTMAX
                    ? LossFunctions.LossFunction.MCXENT
                    : LossFunctions.LossFunction.XENT)
            .nIn(architecture.width(depth - 1))
            .nOut(architecture.outputs())
            .activation(activation(last))
            .build());
    MultiLayerNetwork model = new MultiLayerNetwork(layers.build());
    model.init();
    for (int l = 1; l <= depth; l++) {
      model.getParam((l - 1) + "_W").assign(Nd4j.create(network.weights(l)).transpose());
      model.getParam((l - 1) + "_b").assign(Nd4j.create(new float[][] {network.bias(l)}));
    }
    return model;
  }

  private static IUpdater updater(UpdateRule rule) {
    if (rule instanceof UpdateRule.Adam adam) {
      return new Adam(adam.learningRate(), adam.beta1(), adam.beta2(), adam.epsilon());
    }
    if (rule instanceof UpdateRule.Momentum momentum) {
      return new Nesterovs(momentum.learningRate(), momentum.momentum());
    }
    return new Sgd(((UpdateRule.GradientDescent) rule).learningRate());
  }

  private static org.nd4j.linalg.activations.Activation activation(Activation activation) {
    return switch (activation) {
      case IDENTITY -> org.nd4j.linalg.activations.Activation.IDENTITY;
      case SIGMOID -> org.nd4j.linalg.activations.Activation.SIGMOID;
      case TANH -> org.nd4j.linalg.activations.Activation.TANH;
      case RELU -> org.nd4j.linalg.activations.Activation.RELU;
      case SOFTMAX -> org.nd4j.linalg.activations.Activation.SOFTMAX;
      default -> throw new IllegalArgumentException(activation + " is in none of the networks");
    };
  }

  private static INDArray matrix(float[] values, int rows, int columns) {
    return Nd4j.createFromArray(values).reshape('c', rows, columns);
  }
}
