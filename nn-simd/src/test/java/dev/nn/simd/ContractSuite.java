package dev.nn.simd;

import dev.nn.contract.CheckpointContract;
import dev.nn.contract.CustomActivationContract;
import dev.nn.contract.CustomLossContract;
import dev.nn.contract.DenseLayerContract;
import dev.nn.contract.DropoutContract;
import dev.nn.contract.EvaluationContract;
import dev.nn.contract.GoldenContract;
import dev.nn.contract.GradientCheckContract;
import dev.nn.contract.KernelsContract;
import dev.nn.contract.LbfgsContract;
import dev.nn.contract.LectureContract;
import dev.nn.contract.MatmulContract;
import dev.nn.contract.NetworkContract;
import dev.nn.contract.NormalizationContract;
import dev.nn.contract.NormalizationKernelsContract;
import dev.nn.contract.OverridesContract;
import dev.nn.contract.RegularizationContract;
import dev.nn.contract.SteeringContract;
import dev.nn.contract.TrainingContract;
import dev.nn.contract.WeightsContract;
import dev.nn.reference.ReferenceBackend;
import dev.nn.spi.Backend;
import org.junit.jupiter.api.Nested;

/** The contract suite on a backend of this module, with the reference backend as the measure. */
abstract class ContractSuite {
  private static final Backend REFERENCE = new ReferenceBackend();
  private final Backend tested;

  ContractSuite(Backend tested) {
    this.tested = tested;
  }

  @Nested
  class Matmul extends MatmulContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class DenseLayer extends DenseLayerContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Kernels extends KernelsContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Training extends TrainingContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Evaluation extends EvaluationContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Network extends NetworkContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Lecture extends LectureContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class GradientCheck extends GradientCheckContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Dropout extends DropoutContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Normalization extends NormalizationContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class NormalizationKernels extends NormalizationKernelsContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class CustomActivation extends CustomActivationContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class CustomLoss extends CustomLossContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Weights extends WeightsContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Golden extends GoldenContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Overrides extends OverridesContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Checkpoint extends CheckpointContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Steering extends SteeringContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Lbfgs extends LbfgsContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }

  @Nested
  class Regularization extends RegularizationContract {
    @Override
    protected Backend backend() {
      return tested;
    }

    @Override
    protected Backend reference() {
      return REFERENCE;
    }
  }
}
