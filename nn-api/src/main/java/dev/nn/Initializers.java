package dev.nn;

import java.util.Arrays;

/**
 * The initializers behind the factories of {@link Initializer}; records, so that they compare and
 * print.
 */
final class Initializers {
  private Initializers() {}

  record Constant(float value) implements Initializer {
    Constant {
      if (!Float.isFinite(value)) {
        throw new IllegalArgumentException("value must be finite, but is " + value);
      }
    }

    @Override
    public void initialize(float[] weights, int outputs, int inputs, Philox random) {
      Arrays.fill(weights, value);
    }
  }

  record Normal(double standardDeviation) implements Initializer {
    Normal {
      if (!(standardDeviation >= 0 && standardDeviation < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "standardDeviation must be finite and not negative, but is " + standardDeviation);
      }
    }

    @Override
    public void initialize(float[] weights, int outputs, int inputs, Philox random) {
      fill(weights, standardDeviation, random);
    }
  }

  record Xavier() implements Initializer {
    @Override
    public void initialize(float[] weights, int outputs, int inputs, Philox random) {
      fill(weights, Math.sqrt(2.0 / ((double) outputs + inputs)), random);
    }
  }

  record He() implements Initializer {
    @Override
    public void initialize(float[] weights, int outputs, int inputs, Philox random) {
      fill(weights, Math.sqrt(2.0 / inputs), random);
    }
  }

  record Uniform(double limit) implements Initializer {
    Uniform {
      if (!(limit >= 0 && limit <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "limit must be 0 to " + Float.MAX_VALUE + ", but is " + limit);
      }
    }

    @Override
    public void initialize(float[] weights, int outputs, int inputs, Philox random) {
      fillUniform(weights, limit, random);
    }
  }

  record XavierUniform() implements Initializer {
    @Override
    public void initialize(float[] weights, int outputs, int inputs, Philox random) {
      fillUniform(weights, Math.sqrt(6.0 / ((double) outputs + inputs)), random);
    }
  }

  record HeUniform() implements Initializer {
    @Override
    public void initialize(float[] weights, int outputs, int inputs, Philox random) {
      fillUniform(weights, Math.sqrt(6.0 / inputs), random);
    }
  }

  record Lecun() implements Initializer {
    @Override
    public void initialize(float[] weights, int outputs, int inputs, Philox random) {
      fill(weights, Math.sqrt(1.0 / inputs), random);
    }
  }

  record LecunUniform() implements Initializer {
    @Override
    public void initialize(float[] weights, int outputs, int inputs, Philox random) {
      fillUniform(weights, Math.sqrt(3.0 / inputs), random);
    }
  }

  record Orthogonal(double gain) implements Initializer {
    Orthogonal {
      if (!(gain > 0 && gain <= Float.MAX_VALUE)) {
        throw new IllegalArgumentException(
            "gain must be above 0 and at most " + Float.MAX_VALUE + ", but is " + gain);
      }
    }

    @Override
    public void initialize(float[] weights, int outputs, int inputs, Philox random) {
      boolean byRows = outputs <= inputs;
      int count = byRows ? outputs : inputs;
      int length = byRows ? inputs : outputs;
      int vectorStep = byRows ? inputs : 1;
      int elementStep = byRows ? 1 : inputs;
      double[] q = new double[count * length];
      for (int v = 0; v < count; v++) {
        for (int e = 0; e < length; e++) {
          q[v * length + e] = random.gaussian(v * vectorStep + e * elementStep);
        }
      }
      GramSchmidt.orthonormalize(q, count, length);
      for (int v = 0; v < count; v++) {
        for (int e = 0; e < length; e++) {
          weights[v * vectorStep + e * elementStep] = (float) (gain * q[v * length + e]);
        }
      }
    }
  }

  /** Stands for an application's own initializer in a network that was loaded from a file. */
  record Unsaved() implements Initializer {
    @Override
    public void initialize(float[] weights, int outputs, int inputs, Philox random) {
      throw new IllegalStateException(
          "the initializer of this layer was an application's own, which the file that the"
              + " architecture was loaded from does not have");
    }
  }

  /** {@code w = limit (2u - 1)}; the difference is exact, as u is a multiple of 2^-53. */
  private static void fillUniform(float[] weights, double limit, Philox random) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (limit * (2 * random.uniform(i) - 1));
    }
  }

  private static void fill(float[] weights, double standardDeviation, Philox random) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (standardDeviation * random.gaussian(i));
    }
  }
}
