package dev.nn.bench;

import dev.nn.Activation;
import dev.nn.Architecture;
import dev.nn.Network;
import dev.nn.spi.UpdateRule;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.ReLUImpl;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.SequentialImpl;
import org.bytedeco.pytorch.SigmoidImpl;
import org.bytedeco.pytorch.SoftmaxImpl;
import org.bytedeco.pytorch.TanhImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * libtorch: its own modules and optimisers, and as few calls from Java as it allows.
 *
 * <p>A {@code Sequential} makes forward propagation one call; a step of training is five. Losses
 * take logits, and classes as numbers rather than one-hot rows, which is the fastest form. What a
 * step makes is freed at its end, as C++ would.
 */
@SuppressWarnings("try") // a scope does its work by being open
final class Libtorch {
  private Libtorch() {}

  static String open(int threads) {
    torch.set_num_threads(threads);
    torch.set_num_interop_threads(1);
    Matcher version =
        Pattern.compile("TORCH_VERSION=([^,]+)").matcher(torch.show_config().getString());
    return "libtorch "
        + (version.find() ? version.group(1) : "of unknown version")
        + ", threads "
        + torch.get_num_threads();
  }

  static StepPeer.Training training(Network initial, StepNetwork network, UpdateRule rule) {
    SequentialImpl model = model(initial, false);
    Optimizer optimizer = optimizer(model, rule);
    int rows = network.batch();
    int outputs = initial.architecture().outputs();
    Tensor x = matrix(network.features(), rows, initial.architecture().inputs());
    boolean classes = initial.architecture().outputActivation() == Activation.SOFTMAX;
    Tensor y =
        classes
            ? classes(network.targets(), rows, outputs)
            : matrix(network.targets(), rows, outputs);
    return new StepPeer.Training() {
      @Override
      public void step() {
        try (PointerScope scope = new PointerScope()) {
          loss();
        }
      }

      @Override
      public double stepForLoss() {
        try (PointerScope scope = new PointerScope()) {
          return loss().item_float();
        }
      }

      private Tensor loss() {
        optimizer.zero_grad(true);
        Tensor z = model.forward(x);
        Tensor loss =
            classes ? torch.cross_entropy_loss(z, y) : torch.binary_cross_entropy_with_logits(z, y);
        loss.backward();
        optimizer.step();
        return loss;
      }
    };
  }

  static StepPeer.Prediction prediction(Network network, int rows, float[] x) {
    Architecture architecture = network.architecture();
    GradMode.set_enabled(false); // as a NoGradGuard does, but for good: nothing is trained here
    SequentialImpl model = model(network, true);
    Tensor input = matrix(x, rows, architecture.inputs());
    float[] outputs = new float[rows * architecture.outputs()];
    return new StepPeer.Prediction() {
      @Override
      public void predict() {
        try (PointerScope scope = new PointerScope()) {
          model.forward(input);
        }
      }

      @Override
      public float[] predictForOutputs() {
        try (PointerScope scope = new PointerScope()) {
          model.forward(input).contiguous().data_ptr_float().get(outputs);
          return outputs;
        }
      }
    };
  }

  /** Linear layers and activations with the parameters of a network. */
  private static SequentialImpl model(Network network, boolean withOutputActivation) {
    Architecture architecture = network.architecture();
    SequentialImpl model = new SequentialImpl();
    for (int l = 1; l <= architecture.depth(); l++) {
      int inputs = architecture.width(l - 1);
      int outputs = architecture.width(l);
      LinearImpl linear = new LinearImpl(inputs, outputs);
      FloatPointer weights = linear.weight().data_ptr_float();
      float[][] rows = network.weights(l);
      for (int n = 0; n < outputs; n++) {
        weights.position((long) n * inputs).put(rows[n]);
      }
      linear.bias().data_ptr_float().put(network.bias(l));
      model.push_back(linear);
      if (l < architecture.depth() || withOutputActivation) {
        activate(model, (Activation) architecture.layers().get(l - 1).activation());
      }
    }
    return model;
  }

  private static void activate(SequentialImpl model, Activation activation) {
    switch (activation) {
      case IDENTITY -> {}
      case SIGMOID -> model.push_back(new SigmoidImpl());
      case TANH -> model.push_back(new TanhImpl());
      case RELU -> model.push_back(new ReLUImpl());
      case SOFTMAX -> model.push_back(new SoftmaxImpl(1));
      default -> throw new IllegalArgumentException(activation + " is in none of the networks");
    }
  }

  private static Optimizer optimizer(SequentialImpl model, UpdateRule rule) {
    if (rule instanceof UpdateRule.Adam adam) {
      AdamOptions options = new AdamOptions(adam.learningRate());
      options.betas().put(adam.beta1(), adam.beta2());
      options.eps().put(adam.epsilon());
      return new Adam(model.parameters(), options);
    }
    if (rule instanceof UpdateRule.Momentum momentum) {
      SGDOptions options = new SGDOptions(momentum.learningRate());
      options.momentum().put(momentum.momentum());
      return new SGD(model.parameters(), options);
    }
    UpdateRule.GradientDescent descent = (UpdateRule.GradientDescent) rule;
    return new SGD(model.parameters(), new SGDOptions(descent.learningRate()));
  }

  private static Tensor matrix(float[] values, int rows, int columns) {
    return torch.from_blob(new FloatPointer(values), rows, columns).clone();
  }

  /** The number of the class in each one-hot row. */
  private static Tensor classes(float[] oneHot, int rows, int outputs) {
    long[] classes =
        IntStream.range(0, rows)
            .mapToLong(
                row ->
                    IntStream.range(0, outputs)
                        .filter(column -> oneHot[row * outputs + column] == 1)
                        .findFirst()
                        .orElseThrow())
            .toArray();
    return torch
        .from_blob(
            new LongPointer(classes), new long[] {rows}, new TensorOptions(torch.ScalarType.Long))
        .clone();
  }
}
