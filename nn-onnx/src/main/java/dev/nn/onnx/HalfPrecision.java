package dev.nn.onnx;

/** Numbers of 16 bits, each of which is a float as well. */
final class HalfPrecision {
  private HalfPrecision() {}

  /** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
  static float toFloat(short bits) {
    int sign = (bits & 0x8000) << 16;
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    if (exponent == 0) {
      float magnitude = fraction * 0x1p-24f;
      return sign == 0 ? magnitude : -magnitude;
    }
    int wide = exponent == 31 ? 255 : exponent + 112;
    return Float.intBitsToFloat(sign | wide << 23 | fraction << 13);
  }

  /** bfloat16: the upper half of a float. */
  static float brainToFloat(short bits) {
    return Float.intBitsToFloat(bits << 16);
  }
}
