package dev.nn.io;

/** What an element of a tensor is, as the safetensors format names it; all are little-endian. */
public enum DType {
  /** Boolean, one byte each. */
  BOOL(8),
  /** Float of 4 bits (OCP microscaling, E2M1), two to the byte. */
  F4(4),
  /** Float of 6 bits (OCP microscaling), four to three bytes. */
  F6_E2M3(6),
  /** Float of 6 bits (OCP microscaling), four to three bytes. */
  F6_E3M2(6),
  /** Unsigned integer. */
  U8(8),
  /** Signed integer. */
  I8(8),
  /** Float of 8 bits. */
  F8_E5M2(8),
  /** Float of 8 bits. */
  F8_E4M3(8),
  /** Power of two of 8 bits (OCP microscaling). */
  F8_E8M0(8),
  /** Float of 8 bits without negative zero. */
  F8_E4M3FNUZ(8),
  /** Float of 8 bits without negative zero. */
  F8_E5M2FNUZ(8),
  /** Signed integer. */
  I16(16),
  /** Unsigned integer. */
  U16(16),
  /** IEEE 754 binary16. */
  F16(16),
  /** The upper half of a binary32. */
  BF16(16),
  /** Signed integer. */
  I32(32),
  /** Unsigned integer. */
  U32(32),
  /** IEEE 754 binary32. */
  F32(32),
  /** Complex number of two binary32. */
  C64(64),
  /** IEEE 754 binary64. */
  F64(64),
  /** Signed integer. */
  I64(64),
  /** Unsigned integer. */
  U64(64);

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /**
   * Size of an element.
   *
   * @return bits, 4 to 64
   */
  public int bits() {
    return bits;
  }

  /**
   * Whether {@link SafetensorsReader#read(String)} turns elements into float: F32, F16 and BF16
   * exactly, F64 by rounding.
   *
   * @return true for these four
   */
  public boolean isReadable() {
    return this == F32 || this == F64 || this == F16 || this == BF16;
  }
}
