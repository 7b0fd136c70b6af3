package dev.nn.simd;

import static dev.nn.simd.Lanes.LANES;
import static dev.nn.simd.Species.FLOATS;
import static dev.nn.simd.Species.LONGS;

import dev.nn.Philox;
import java.util.Arrays;
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
  static final int ROUNDS = 10;

  /** Elements of the keys of all rounds. */
  private static final int KEYS = ROUNDS * 2 * LONG_LANES;

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
    long[] keys = scratch.keys;
    schedule(seed, keys);
    int whole = end - (end - from) % GROUP;
    for (int first = from / GROUP; first < whole / GROUP; first += GROUPS) {
      int groups = Math.min(GROUPS, whole / GROUP - first);
      words(stream, first, groups, keys, words);
      multiply(threshold, kept, groups, words, a, ao + first * GROUP);
    }
    if (whole < end) {
      float[] tail = scratch.rows(GROUP);
      System.arraycopy(a, ao + whole, tail, 0, end - whole);
      words(stream, whole / GROUP, 1, keys, words);
      multiply(threshold, kept, 1, words, tail, 0);
      System.arraycopy(tail, 0, a, ao + whole, end - whole);
    }
  }

  /**
   * The keys of all rounds, each in a vector: {@code keys[2 r]} and {@code keys[2 r + 1]} of round
   * r.
   */
  private static void schedule(long seed, long[] keys) {
    int key0 = (int) seed;
    int key1 = (int) (seed >>> Integer.SIZE);
    for (int at = 0; at < KEYS; at += 2 * LONG_LANES) {
      Arrays.fill(keys, at, at + LONG_LANES, key0 & LOW);
      Arrays.fill(keys, at + LONG_LANES, at + 2 * LONG_LANES, key1 & LOW);
      key0 += WEYL_0;
      key1 += WEYL_1;
    }
  }

  /**
   * Of each group, the words 0 of its blocks in order, their words 1, 2 and 3.
   *
   * <p>Two vectors of blocks at a time, because each round waits for the one before: 387
   * nanoseconds for 1,024 elements where one vector took 497 (JDK 17: 401 for 635), at 256 bits 742
   * for 1,126, at 128 bits 1,389 for 2,010; the keys from memory are a third of that. (AMD EPYC Zen
   * 5, Temurin 25, 2026-11-25.)
   */
  private static void words(long stream, int first, int groups, long[] keys, long[] words) {
    LongVector lanes = LongVector.fromArray(LONGS, NUMBERS, 0);
    for (int i = 0; i < groups * BLOCKS; i += 2 * LONG_LANES) {
      LongVector a0 = lanes.add((long) first * BLOCKS + i);
      LongVector a1 = LongVector.broadcast(LONGS, Philox.DROPOUT);
      LongVector a2 = LongVector.broadcast(LONGS, stream & LOW);
      LongVector a3 = LongVector.broadcast(LONGS, stream >>> Integer.SIZE);
      LongVector b0 = a0.add(LONG_LANES);
      LongVector b1 = a1;
      LongVector b2 = a2;
      LongVector b3 = a3;
      for (int at = 0; at < KEYS; at += 2 * LONG_LANES) {
        LongVector key0 = LongVector.fromArray(LONGS, keys, at);
        LongVector key1 = LongVector.fromArray(LONGS, keys, at + LONG_LANES);
        LongVector productA0 = a0.mul(MULTIPLIER_0);
        LongVector productA1 = a2.mul(MULTIPLIER_1);
        LongVector productB0 = b0.mul(MULTIPLIER_0);
        LongVector productB1 = b2.mul(MULTIPLIER_1);
        a0 = high(productA1).lanewise(VectorOperators.XOR, a1).lanewise(VectorOperators.XOR, key0);
        a1 = productA1.and(LOW);
        a2 = high(productA0).lanewise(VectorOperators.XOR, a3).lanewise(VectorOperators.XOR, key1);
        a3 = productA0.and(LOW);
        b0 = high(productB1).lanewise(VectorOperators.XOR, b1).lanewise(VectorOperators.XOR, key0);
        b1 = productB1.and(LOW);
        b2 = high(productB0).lanewise(VectorOperators.XOR, b3).lanewise(VectorOperators.XOR, key1);
        b3 = productB0.and(LOW);
      }
      int at = position(i);
      a0.intoArray(words, at);
      a1.intoArray(words, at + BLOCKS);
      a2.intoArray(words, at + 2 * BLOCKS);
      a3.intoArray(words, at + 3 * BLOCKS);
      at = position(i + LONG_LANES);
      b0.intoArray(words, at);
      b1.intoArray(words, at + BLOCKS);
      b2.intoArray(words, at + 2 * BLOCKS);
      b3.intoArray(words, at + 3 * BLOCKS);
    }
  }

  /** Where the word 0 of a block stands. */
  private static int position(int block) {
    return block / BLOCKS * GROUP + block % BLOCKS;
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
