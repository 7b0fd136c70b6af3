package dev.nn.simd;

/** How work is divided among threads. */
final class Parts {
  private Parts() {}

  /** First unit of a part when units are divided evenly; part == parts gives the end. */
  static int begin(int units, int part, int parts) {
    return parts == 1 ? part * units : (int) ((long) units * part / parts);
  }

  /** The part that a unit is in: the last one that begins at or before it. */
  static int of(int units, int unit, int parts) {
    return (int) ((parts * (unit + 1L) - 1) / units);
  }
}
