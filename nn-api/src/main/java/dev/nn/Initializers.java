package dev.nn;

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
      java.util.Arrays.fill(weights, value);
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

  private static void fill(float[] weights, double standardDeviation, Philox random) {
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (standardDeviation * random.gaussian(i));
    }
  }
}
