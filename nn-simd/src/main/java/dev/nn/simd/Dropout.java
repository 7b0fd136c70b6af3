package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Species.FLOATS;
import static dev.nn.simd.Species.LONGS;

import dev.nn.Philox;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * {@code a[i] = a[i] m[i]}: dropout by Philox4x32-10, a block of its counter in each 64-bit lane.
 *
 * <p>A vector of even blocks and one of odd blocks go through the rounds together, their words
 * zero-extended; then a word of each makes the two halves of a lane, and with it the decision on
 * two neighbouring elements. That is what the order of the contract is made for.
 */
final class Dropout {
  /** Elements that 16 blocks decide on. */
  static final int GROUP = 64;

  private static final int BLOCKS = 16;
  private static final int LONG_LANES = LANES / 2;
  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;
  private static final long LOW = 0xFFFFFFFFL;

  private Dropout() {}

  /** Elements from..end, both of whole groups unless it is the end of all. */
  static void drop(
      double rate, long seed, long stream, int from, int end, float[] a, int ao, Scratch scratch) {
    int threshold = (int) (long) (rate * 0x1p32);
    float kept = (float) (1 / (1 - rate));
    int whole = end - (end - from) % GROUP;
    groups(threshold, kept, seed, stream, from / GROUP, whole / GROUP, a, ao + from);
    if (whole < end) {
      float[] tail = scratch.rows(GROUP);
      System.arraycopy(a, ao + whole, tail, 0, end - whole);
      groups(threshold, kept, seed, stream, whole / GROUP, whole / GROUP + 1, tail, 0);
      System.arraycopy(tail, 0, a, ao + whole, end - whole);
    }
  }

  /** The groups first..last of the counter, on elements from {@code ao} on. */
  private static void groups(
      int threshold, float kept, long seed, long stream, int first, int last, float[] a, int ao) {
    LongVector lanes = LongVector.zero(LONGS).addIndex(1);
    for (int q = first; q < last; q++) {
      int at = ao + (q - first) * GROUP;
      for (int j = 0; j < BLOCKS / 2; j += LONG_LANES) {
        LongVector index = lanes.add(BLOCKS * (long) q + j);
        blocks(threshold, kept, seed, stream, index, a, at + 2 * j);
      }
    }
  }

  /** The even blocks of a vector, and the odd ones that belong to them. */
  private static void blocks(
      int threshold, float kept, long seed, long stream, LongVector index, float[] a, int at) {
    LongVector even0 = index;
    LongVector even1 = LongVector.broadcast(LONGS, Philox.DROPOUT);
    LongVector even2 = LongVector.broadcast(LONGS, stream & LOW);
    LongVector even3 = LongVector.broadcast(LONGS, stream >>> Integer.SIZE);
    LongVector odd0 = index.add(BLOCKS / 2);
    LongVector odd1 = even1;
    LongVector odd2 = even2;
    LongVector odd3 = even3;
    int key0 = (int) seed;
    int key1 = (int) (seed >>> Integer.SIZE);
    for (int round = 0; round < ROUNDS; round++) {
      LongVector k0 = LongVector.broadcast(LONGS, key0 & LOW);
      LongVector k1 = LongVector.broadcast(LONGS, key1 & LOW);
      LongVector product0 = even0.mul(MULTIPLIER_0);
      LongVector product1 = even2.mul(MULTIPLIER_1);
      even0 = high(product1).lanewise(VectorOperators.XOR, even1).lanewise(VectorOperators.XOR, k0);
      even1 = product1.and(LOW);
      even2 = high(product0).lanewise(VectorOperators.XOR, even3).lanewise(VectorOperators.XOR, k1);
      even3 = product0.and(LOW);
      product0 = odd0.mul(MULTIPLIER_0);
      product1 = odd2.mul(MULTIPLIER_1);
      odd0 = high(product1).lanewise(VectorOperators.XOR, odd1).lanewise(VectorOperators.XOR, k0);
      odd1 = product1.and(LOW);
      odd2 = high(product0).lanewise(VectorOperators.XOR, odd3).lanewise(VectorOperators.XOR, k1);
      odd3 = product0.and(LOW);
      key0 += WEYL_0;
      key1 += WEYL_1;
    }
    multiply(threshold, kept, even0, odd0, a, at);
    multiply(threshold, kept, even1, odd1, a, at + BLOCKS);
    multiply(threshold, kept, even2, odd2, a, at + 2 * BLOCKS);
    multiply(threshold, kept, even3, odd3, a, at + 3 * BLOCKS);
  }

  private static LongVector high(LongVector product) {
    return product.lanewise(VectorOperators.LSHR, Integer.SIZE);
  }

  /** Two neighbours a lane. Words compare as unsigned: with the sign bit the other way round. */
  private static void multiply(
      int threshold, float kept, LongVector even, LongVector odd, float[] a, int at) {
    IntVector words =
        odd.lanewise(VectorOperators.LSHL, Integer.SIZE)
            .lanewise(VectorOperators.OR, even)
            .reinterpretAsInts()
            .lanewise(VectorOperators.XOR, Integer.MIN_VALUE);
    VectorMask<Float> keeps =
        words.compare(VectorOperators.GE, threshold ^ Integer.MIN_VALUE).cast(FLOATS);
    FloatVector factor = FloatVector.zero(FLOATS).blend(kept, keeps);
    FloatVector.fromArray(FLOATS, a, at).mul(factor).intoArray(a, at);
  }
}
