package dev.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PhiloxTest {
  private static final int VALUES = 20_000;

  /** Below this a statistical test refuses; the seeds are fixed, so it does so always or never. */
  private static final double UNLIKELY = 0.001;

  private static int word(String hex) {
    return Integer.parseUnsignedInt(hex, 16);
  }

  /** The known-answer vectors that are published with Random123, Philox4x32 of 10 rounds. */
  @ParameterizedTest
  @CsvSource({
    "00000000 00000000 00000000 00000000, 00000000 00000000, 6627e8d5 e169c58d bc57ac4c 9b00dbd8",
    "ffffffff ffffffff ffffffff ffffffff, ffffffff ffffffff, 408f276d 41c83b0e a20bc7c6 6d5451fd",
    "243f6a88 85a308d3 13198a2e 03707344, a4093822 299f31d0, d16cfe09 94fdcceb 5001e420 24126ea1"
  })
  void knownAnswers(String counter, String key, String expected) {
    int[] c = words(counter);
    int[] k = words(key);
    int[] e = words(expected);
    long[] block = Philox.block(c[0], c[1], c[2], c[3], k[0], k[1]);
    assertArrayEquals(
        e,
        new int[] {
          (int) block[0], (int) (block[0] >>> 32), (int) block[1], (int) (block[1] >>> 32)
        });
    // The same through the public door: counter = (index, purpose, stream), key = seed.
    long seed = Integer.toUnsignedLong(k[0]) | (long) k[1] << 32;
    long stream = Integer.toUnsignedLong(c[2]) | (long) c[3] << 32;
    assertEquals(block[0], new Philox(seed, c[1], stream).bits(c[0]));
    int[] words = new int[4];
    new Philox(seed, c[1], stream).words(c[0], words);
    assertArrayEquals(e, words);
  }

  private static int[] words(String text) {
    return Arrays.stream(text.split(" ", -1)).mapToInt(PhiloxTest::word).toArray();
  }

  @Test
  void uniformValuesAreUniform() {
    Philox random = new Philox(1, 1001, 0);
    double[] values = IntStream.range(0, VALUES).mapToDouble(random::uniform).toArray();
    for (double value : values) {
      assertTrue(value >= 0 && value < 1);
      assertEquals(0, value * 0x1p53 % 1, "a multiple of 2^-53");
    }
    double likelihood =
        new KolmogorovSmirnovTest()
            .kolmogorovSmirnovTest(new UniformRealDistribution(0, 1), values, false);
    assertTrue(likelihood > UNLIKELY, () -> "p = " + likelihood);
  }

  @Test
  void gaussianValuesAreNormal() {
    Philox random = new Philox(2, 1001, 0);
    double[] values = IntStream.range(0, VALUES).mapToDouble(random::gaussian).toArray();
    double likelihood =
        new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new NormalDistribution(), values, false);
    assertTrue(likelihood > UNLIKELY, () -> "p = " + likelihood);
    for (double value : values) {
      assertTrue(Math.abs(value) < 8.6, () -> "beyond sqrt(-2 ln 2^-53): " + value);
    }
  }

  /** Neighbours in any of the four coordinates have nothing to do with each other. */
  @Test
  void generatorsAreIndependent() {
    double[] base = uniforms(new Philox(5, 1001, 7), 0);
    double[][] neighbours = {
      uniforms(new Philox(5, 1001, 7), 1),
      uniforms(new Philox(6, 1001, 7), 0),
      uniforms(new Philox(5 + (1L << 32), 1001, 7), 0),
      uniforms(new Philox(5, 1002, 7), 0),
      uniforms(new Philox(5, 1001, 8), 0),
      uniforms(new Philox(5, 1001, 7 + (1L << 32)), 0)
    };
    for (int i = 0; i < neighbours.length; i++) {
      double correlation = new PearsonsCorrelation().correlation(base, neighbours[i]);
      // The deviation of the correlation of independent values is 1 / sqrt(n).
      assertEquals(0, correlation, 4 / Math.sqrt(VALUES), "neighbour " + i);
    }
  }

  private static double[] uniforms(Philox random, int first) {
    return IntStream.range(first, first + VALUES).mapToDouble(random::uniform).toArray();
  }

  @Test
  void valuesDoNotDependOnWhatWasDrawnBefore() {
    Philox random = new Philox(9, 1001, 3);
    long late = random.bits(-5);
    random.bits(0);
    random.gaussian(17);
    assertEquals(late, random.bits(-5));
    assertEquals(late, new Philox(9, 1001, 3).bits(-5));
    Set<Long> distinct = new HashSet<>();
    for (int i = -1000; i < 1000; i++) {
      distinct.add(random.bits(i));
    }
    assertEquals(2000, distinct.size());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 10, 1000})
  void shufflesArePermutations(int length) {
    int[] identity = IntStream.range(0, length).toArray();
    int[] order = identity.clone();
    Philox.shuffle(order, 3, Philox.SHUFFLE, 1);
    int[] sorted = order.clone();
    Arrays.sort(sorted);
    assertArrayEquals(identity, sorted);
    int[] again = identity.clone();
    Philox.shuffle(again, 3, Philox.SHUFFLE, 1);
    assertArrayEquals(order, again);
    if (length >= 10) {
      assertFalse(Arrays.equals(identity, order));
      int[] nextEpoch = identity.clone();
      Philox.shuffle(nextEpoch, 3, Philox.SHUFFLE, 2);
      assertFalse(Arrays.equals(order, nextEpoch));
    }
  }

  /** All 24 permutations of four elements, over the epochs of one seed. */
  @Test
  void everyPermutationIsEquallyLikely() {
    Map<String, Long> counts = new HashMap<>();
    for (int epoch = 0; epoch < 24_000; epoch++) {
      int[] order = {0, 1, 2, 3};
      Philox.shuffle(order, 11, Philox.SHUFFLE, epoch);
      counts.merge(Arrays.toString(order), 1L, Long::sum);
    }
    assertEquals(24, counts.size());
    double[] expected = new double[24];
    Arrays.fill(expected, 1000);
    long[] observed = counts.values().stream().mapToLong(Long::longValue).toArray();
    double likelihood = new ChiSquareTest().chiSquareTest(expected, observed);
    assertTrue(likelihood > UNLIKELY, () -> counts + ": p = " + likelihood);
  }

  /** Each element comes to each place of a longer array equally often. */
  @Test
  void everyPlaceIsEquallyLikely() {
    int length = 20;
    long[][] counts = new long[length][length];
    for (int epoch = 0; epoch < 10_000; epoch++) {
      int[] order = IntStream.range(0, length).toArray();
      Philox.shuffle(order, 12, Philox.SHUFFLE, epoch);
      for (int place = 0; place < length; place++) {
        counts[place][order[place]]++;
      }
    }
    double[] expected = new double[length];
    Arrays.fill(expected, 500);
    for (int place = 0; place < length; place++) {
      double likelihood = new ChiSquareTest().chiSquareTest(expected, counts[place]);
      assertTrue(likelihood > UNLIKELY / length, "place " + place + ": p = " + likelihood);
    }
  }
}
