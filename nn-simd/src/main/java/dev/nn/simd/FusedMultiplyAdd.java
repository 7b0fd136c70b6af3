package dev.nn.simd;

/**
 * Whether {@link Math#fma(float, float, float)} is one instruction. No property tells; without the
 * instruction it is computed with {@link java.math.BigDecimal}, a thousand times slower even when
 * interpreted, which a few calls show beyond doubt.
 */
final class FusedMultiplyAdd {
  /**
   * An interpreted call of the intrinsic takes 50 ns, one through BigDecimal 1 to 20 microseconds.
   */
  private static final long MAX_NANOS_PER_CALL = 500;

  private static final int ROUNDS = 20;
  private static final int CALLS = 8;

  private FusedMultiplyAdd() {}

  static boolean isInHardware() {
    float value = 1.1f;
    for (int round = 0; round < ROUNDS; round++) {
      long start = System.nanoTime();
      for (int call = 0; call < CALLS; call++) {
        value = Math.fma(value, 0.9f, 0.3f);
      }
      if (System.nanoTime() - start < CALLS * MAX_NANOS_PER_CALL && value > 0) {
        return true;
      }
    }
    return false;
  }
}
