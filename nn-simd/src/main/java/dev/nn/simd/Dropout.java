package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Species.FLOATS;
import static dev.nn.simd.Species.LONGS;

import dev.nn.Philox;
import java.util.stream.LongStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@code a[i] = a[i] m[i]}: dropout by Philox4x32-10, a block of its counter in each 64-bit lane.
 *
 * <p>Words of 32 bits, zero-extended, go through the rounds and then to memory, some kilobytes at a
 * time. A word of an even and one of an odd block make the halves of a lane, and with it the
 * decision on two neighbouring elements: that is what the order of the contract is made for. One
 * method for both would be more than C2 inlines, and vectors would be objects.
 */
final class Dropout {
  /** Elements that 16 blocks decide on. */
  static final int GROUP = 64;

  /** Groups whose words are in memory at a time: 8 KB. */
  static final int GROUPS = 16;

  private static final int BLOCKS = 16;
  private static final int LONG_LANES = LANES / 2;
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW = 0xFFFFFFFFL;

  /** 0, 1, 2, ...; addIndex would make objects on JDK 17. */
  private static final long[] NUMBERS = LongStream.range(0, LONG_LANES).toArray();

  private Dropout() {}

  /** Elements from..end, both of whole groups unless it is the end of all. */
  static void drop(
      double rate, long seed, long stream, int from, int end, float[] a, int ao, Scratch scratch) {
    int threshold = (int) (long) (rate * 0x1p32);
    float kept = (float) (1 / (1 - rate));
    long[] words = scratch.words;
    int whole = end - (end - from) % GROUP;
    for (int first = from / GROUP; first < whole / GROUP; first += GROUPS) {
      int groups = Math.min(GROUPS, whole / GROUP - first);
      words(seed, stream, first, groups, words);
      multiply(threshold, kept, groups, words, a, ao + first * GROUP);
    }
    if (whole < end) {
      float[] tail = scratch.rows(GROUP);
      System.arraycopy(a, ao + whole, tail, 0, end - whole);
      words(seed, stream, whole / GROUP, 1, words);
      multiply(threshold, kept, 1, words, tail, 0);
      System.arraycopy(tail, 0, a, ao + whole, end - whole);
    }
  }

  /** Of each group, the words 0 of its blocks in order, their words 1, 2 and 3. */
  private static void words(long seed, long stream, int first, int groups, long[] words) {
    LongVector lanes = LongVector.fromArray(LONGS, NUMBERS, 0);
    for (int i = 0; i < groups * BLOCKS; i += LONG_LANES) {
      LongVector c0 = lanes.add((long) first * BLOCKS + i);
      LongVector c1 = LongVector.broadcast(LONGS, Philox.DROPOUT);
      LongVector c2 = LongVector.broadcast(LONGS, stream & LOW);
      LongVector c3 = LongVector.broadcast(LONGS, stream >>> Integer.SIZE);
      int key0 = (int) seed;
      int key1 = (int) (seed >>> Integer.SIZE);
      for (int round = 0; round < ROUNDS; round++) {
        LongVector product0 = c0.mul(MULTIPLIER_0);
        LongVector product1 = c2.mul(MULTIPLIER_1);
        c0 = high(product1).lanewise(VectorOperators.XOR, c1);
        c0 = c0.lanewise(VectorOperators.XOR, key0 & LOW);
        c1 = product1.and(LOW);
        c2 = high(product0).lanewise(VectorOperators.XOR, c3);
        c2 = c2.lanewise(VectorOperators.XOR, key1 & LOW);
        c3 = product0.and(LOW);
        key0 += WEYL_0;
        key1 += WEYL_1;
      }
      int at = i / BLOCKS * GROUP + i % BLOCKS;
      c0.intoArray(words, at);
      c1.intoArray(words, at + BLOCKS);
      c2.intoArray(words, at + 2 * BLOCKS);
      c3.intoArray(words, at + 3 * BLOCKS);
    }
  }

  private static LongVector high(LongVector product) {
    return product.lanewise(VectorOperators.LSHR, Integer.SIZE);
  }

  /** Two neighbours a lane. Words compare as unsigned: with the sign bit the other way round. */
  private static void multiply(
      int threshold, float kept, int groups, long[] words, float[] a, int ao) {
    for (int i = 0; i < groups * GROUP; i += BLOCKS) {
      for (int j = 0; j < BLOCKS / 2; j += LONG_LANES) {
        LongVector even = LongVector.fromArray(LONGS, words, i + j);
        LongVector odd = LongVector.fromArray(LONGS, words, i + j + BLOCKS / 2);
        IntVector both =
            odd.lanewise(VectorOperators.LSHL, Integer.SIZE)
                .lanewise(VectorOperators.OR, even)
                .reinterpretAsInts()
                .lanewise(VectorOperators.XOR, Integer.MIN_VALUE);
        VectorMask<Float> keeps =
            both.compare(VectorOperators.GE, threshold ^ Integer.MIN_VALUE).cast(FLOATS);
        FloatVector factor = FloatVector.zero(FLOATS).blend(kept, keeps);
        int at = ao + i + 2 * j;
        FloatVector.fromArray(FLOATS, a, at).mul(factor).intoArray(a, at);
      }
    }
  }
}
