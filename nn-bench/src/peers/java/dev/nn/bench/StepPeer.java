package dev.nn.bench;

import dev.nn.Network;
import dev.nn.spi.UpdateRule;
import java.util.Locale;

/**
 * The libraries that {@link StepPeersBenchmark} compares with, all of them native below.
 *
 * <p>Each is opened before it is used: it loads its native code, sets its threads, and fails if it
 * cannot. What one of them needs stands in a class of its own, which is loaded then.
 */
enum StepPeer {
  /** PyTorch's C++ library, through JavaCPP, on OpenBLAS. */
  LIBTORCH {
    @Override
    String open(int threads) {
      return Libtorch.open(threads);
    }

    @Override
    Training training(Network initial, StepNetwork network, UpdateRule rule) {
      return Libtorch.training(initial, network, rule);
    }

    @Override
    Prediction prediction(Network network, int rows, float[] x) {
      return Libtorch.prediction(network, rows, x);
    }
  },

  /** ONNX Runtime, for inference only. */
  ONNXRUNTIME {
    @Override
    String open(int threads) {
      return OnnxRuntime.open(threads);
    }

    @Override
    boolean trains() {
      return false;
    }

    @Override
    Training training(Network initial, StepNetwork network, UpdateRule rule) {
      throw new UnsupportedOperationException(this + " does not train");
    }

    @Override
    Prediction prediction(Network network, int rows, float[] x) {
      return OnnxRuntime.prediction(network, rows, x);
    }
  },

  /** Deeplearning4j, on ND4J's native backend and OpenBLAS. */
  DEEPLEARNING4J {
    @Override
    String open(int threads) {
      return Deeplearning4j.open(threads);
    }

    @Override
    boolean hasRule(UpdateRule rule) {
      return !(rule instanceof UpdateRule.Momentum); // only Nesterov's
    }

    @Override
    Training training(Network initial, StepNetwork network, UpdateRule rule) {
      return Deeplearning4j.training(initial, network, rule);
    }

    @Override
    Prediction prediction(Network network, int rows, float[] x) {
      return Deeplearning4j.prediction(network, rows, x);
    }
  };

  /** A network that takes steps on one batch. */
  interface Training {
    /** Forward propagation, loss, backpropagation and update. */
    void step();

    /**
     * A step that also fetches what it knows.
     *
     * @return the mean loss of the rows before the update
     */
    double stepForLoss();
  }

  /** A network that predicts the same rows over and over. */
  interface Prediction {
    /** Forward propagation. */
    void predict();

    /** A prediction that also fetches its outputs, row after row. */
    float[] predictForOutputs();
  }

  /**
   * Loads the library for so many threads; anything it throws means that it is not to be had.
   *
   * @return version and kind
   */
  abstract String open(int threads);

  /** Whether there is a {@link #training}. */
  boolean trains() {
    return true;
  }

  /** Whether its updates follow the formula of the rule; otherwise it has one of equal cost. */
  boolean hasRule(UpdateRule rule) {
    return true;
  }

  /** A training from these parameters on the batch of the network, with nothing left to prepare. */
  abstract Training training(Network initial, StepNetwork network, UpdateRule rule);

  /** Predictions of these rows, with nothing left to prepare. */
  abstract Prediction prediction(Network network, int rows, float[] x);

  /** The word for it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
