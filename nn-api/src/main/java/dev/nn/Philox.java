package dev.nn;

/**
 * {@code value = Philox4x32-10(key = seed, counter = (index, purpose, stream))}: random numbers
 * that depend on what they are for, never on how many were drawn before.
 *
 * <p>A generator is named by a seed, a purpose (what the numbers decide: initial weights, the order
 * of rows, ...) and a stream (which layer, which epoch). Its values are a pure function of an
 * index, so every thread count, backend and resumed run sees the same ones. Instances are immutable
 * and safe to share.
 *
 * <p>Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel random numbers: as easy as 1, 2, 3",
 * SC 2011.
 */
public final class Philox {
  /** Purpose: initial weights; the stream is the layer. */
  public static final int INITIALIZE = 1;

  /** Purpose: order of the training rows; the stream is the epoch. */
  public static final int SHUFFLE = 2;

  /** Purpose: division of a data set into parts. */
  public static final int SPLIT = 3;

  /** Purpose: which outputs dropout keeps; the stream is the step and the layer. */
  public static final int DROPOUT = 4;

  private static final int ROUNDS = 10;
  private static final long MULTIPLIER_0 = 0xD2511F53L;
  private static final long MULTIPLIER_1 = 0xCD9E8D57L;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;

  /** 2^-53, the spacing of the uniform values. */
  private static final double ULP_53 = 0x1.0p-53;

  private final int key0;
  private final int key1;
  private final int purpose;
  private final int stream0;
  private final int stream1;

  /**
   * The generator of one seed, purpose and stream.
   *
   * @param seed any value
   * @param purpose what the numbers decide, one of the constants of this class or a caller's own
   *     number above 1000
   * @param stream which layer, epoch or part
   */
  public Philox(long seed, int purpose, long stream) {
    this.key0 = (int) seed;
    this.key1 = (int) (seed >>> 32);
    this.purpose = purpose;
    this.stream0 = (int) stream;
    this.stream1 = (int) (stream >>> 32);
  }

  /**
   * Philox4x32-10 of one counter and key.
   *
   * @return the low 64 bits (words 0 and 1) in element 0, the high 64 bits (words 2 and 3) in
   *     element 1; the lower-numbered word is the less significant half
   */
  static long[] block(int c0, int c1, int c2, int c3, int k0, int k1) {
    for (int round = 0; round < ROUNDS; round++) {
      long p0 = MULTIPLIER_0 * (c0 & 0xFFFFFFFFL);
      long p1 = MULTIPLIER_1 * (c2 & 0xFFFFFFFFL);
      c0 = (int) (p1 >>> 32) ^ c1 ^ k0;
      c1 = (int) p1;
      c2 = (int) (p0 >>> 32) ^ c3 ^ k1;
      c3 = (int) p0;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    return new long[] {
      (c0 & 0xFFFFFFFFL) | ((long) c1 << 32), (c2 & 0xFFFFFFFFL) | ((long) c3 << 32)
    };
  }

  private long[] block(int index) {
    return block(index, purpose, stream0, stream1, key0, key1);
  }

  /**
   * 128 uniformly distributed bits.
   *
   * @param index which block of this generator, any int
   * @param words receives the four words of the block
   */
  public void words(int index, int[] words) {
    long[] block = block(index);
    words[0] = (int) block[0];
    words[1] = (int) (block[0] >>> 32);
    words[2] = (int) block[1];
    words[3] = (int) (block[1] >>> 32);
  }

  /**
   * 64 uniformly distributed bits.
   *
   * @param index which value of this generator, any int
   * @return the low 64 bits of the block of {@code index}
   */
  public long bits(int index) {
    return block(index)[0];
  }

  /**
   * A uniform value of [0, 1), a multiple of 2^-53.
   *
   * @param index which value of this generator, any int
   * @return the value
   */
  public double uniform(int index) {
    return (bits(index) >>> 11) * ULP_53;
  }

  /**
   * A standard normal value, {@code sqrt(-2 ln u1) cos(2 pi u2)} (Box-Muller), in double precision
   * with {@link StrictMath}, hence the same bits on every machine.
   *
   * @param index which value of this generator, any int
   * @return the value, mean 0 and standard deviation 1
   */
  public double gaussian(int index) {
    long[] words = block(index);
    double u1 = ((words[0] >>> 11) + 1) * ULP_53; // (0, 1]
    double u2 = (words[1] >>> 11) * ULP_53;
    return StrictMath.sqrt(-2 * StrictMath.log(u1)) * StrictMath.cos(2 * Math.PI * u2);
  }

  /**
   * Permutes an array in place (Fisher and Yates): every permutation is equally likely up to 2^-32
   * times its length.
   *
   * @param order the array to permute
   * @param seed any value
   * @param purpose what the permutation decides
   * @param stream which epoch or part
   */
  public static void shuffle(int[] order, long seed, int purpose, long stream) {
    Philox random = new Philox(seed, purpose, stream);
    for (int i = order.length - 1; i > 0; i--) {
      int j = (int) (((random.bits(i) >>> 32) * (i + 1)) >>> 32);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
  }
}
