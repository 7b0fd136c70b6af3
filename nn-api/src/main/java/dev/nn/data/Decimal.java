package dev.nn.data;

/** Finite decimal numbers, as people write them in files of text. */
final class Decimal {

  private Decimal() {}

  /**
   * The number, rounded to float.
   *
   * @throws IllegalArgumentException if it is none; the message is what a reader may say
   */
  static float parse(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("empty field, expected a number");
    }
    float value;
    try {
      value = hasDecimalCharactersOnly(text) ? Float.parseFloat(text) : Float.NaN;
    } catch (NumberFormatException e) {
      value = Float.NaN;
    }
    if (Float.isNaN(value)) {
      throw new IllegalArgumentException(CsvRow.quote(text) + " is not a decimal number");
    }
    if (Float.isInfinite(value)) {
      throw new IllegalArgumentException(
          CsvRow.quote(text) + " is beyond the largest float, 3.4e38");
    }
    return value;
  }

  /** False for what parseFloat takes as well: NaN, Infinity, 0x1p3, 1f. */
  private static boolean hasDecimalCharactersOnly(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && "+-.eE".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }
}
