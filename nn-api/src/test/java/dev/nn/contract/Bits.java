package dev.nn.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.nn.Network;
import dev.nn.Normalization;
import java.util.function.Supplier;
import java.util.zip.CRC32;

/** Equality of floats by their bits, where NaN equals NaN. */
final class Bits {
  private Bits() {}

  static boolean same(float expected, float actual) {
    // floatToIntBits makes one NaN of all.
    return Float.floatToIntBits(expected) == Float.floatToIntBits(actual);
  }

  static String difference(float expected, float actual) {
    return "expected "
        + Float.toHexString(expected)
        + " ("
        + expected
        + "), but was "
        + Float.toHexString(actual)
        + " ("
        + actual
        + ")";
  }

  static void assertSame(float expected, float actual, Supplier<String> what) {
    if (!same(expected, actual)) {
      fail(what.get() + ": " + difference(expected, actual));
    }
  }

  static void assertSame(float[] expected, float[] actual, Supplier<String> what) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      if (!same(expected[i], actual[i])) {
        fail(what.get() + ", element " + i + ": " + difference(expected[i], actual[i]));
      }
    }
  }

  static void assertSame(float[][] expected, float[][] actual, Supplier<String> what) {
    assertEquals(expected.length, actual.length, what);
    for (int i = 0; i < expected.length; i++) {
      int row = i;
      assertSame(expected[i], actual[i], () -> what.get() + ", row " + row);
    }
  }

  /** Asserts that two networks have the same parameters, whatever their backends. */
  static void assertSameParameters(Network expected, Network actual, Supplier<String> what) {
    for (int l = 1; l <= expected.architecture().depth(); l++) {
      int layer = l;
      assertSame(expected.weights(l), actual.weights(l), () -> what.get() + ", W[" + layer + "]");
      assertSame(expected.bias(l), actual.bias(l), () -> what.get() + ", b[" + layer + "]");
      if (expected.architecture().layers().get(l - 1).normalization().isPresent()) {
        assertSame(expected.gamma(l), actual.gamma(l), () -> what.get() + ", gamma " + layer);
        assertSame(expected.beta(l), actual.beta(l), () -> what.get() + ", beta " + layer);
      }
      if (normalizesBatches(expected, l)) {
        assertSame(
            expected.runningMean(l), actual.runningMean(l), () -> what.get() + ", mean " + layer);
        assertSame(
            expected.runningVariance(l),
            actual.runningVariance(l),
            () -> what.get() + ", variance " + layer);
      }
    }
  }

  private static boolean normalizesBatches(Network network, int l) {
    return network.architecture().layers().get(l - 1).normalization().orElse(null)
        instanceof Normalization.Batch;
  }

  /**
   * CRC-32 of all weights, biases, gammas, betas and running statistics, layer by layer, each float
   * as its four bytes in big endian.
   */
  static long checksum(Network network) {
    CRC32 crc = new CRC32();
    for (int l = 1; l <= network.architecture().depth(); l++) {
      for (float[] row : network.weights(l)) {
        add(crc, row);
      }
      add(crc, network.bias(l));
      if (network.architecture().layers().get(l - 1).normalization().isPresent()) {
        add(crc, network.gamma(l));
        add(crc, network.beta(l));
      }
      if (normalizesBatches(network, l)) {
        add(crc, network.runningMean(l));
        add(crc, network.runningVariance(l));
      }
    }
    return crc.getValue();
  }

  /** CRC-32 of some floats, each as its four bytes in big endian. */
  static long checksum(float[] values) {
    CRC32 crc = new CRC32();
    add(crc, values);
    return crc.getValue();
  }

  private static void add(CRC32 crc, float[] values) {
    for (float value : values) {
      int bits = Float.floatToIntBits(value);
      for (int shift = 24; shift >= 0; shift -= 8) {
        crc.update(bits >>> shift);
      }
    }
  }
}
