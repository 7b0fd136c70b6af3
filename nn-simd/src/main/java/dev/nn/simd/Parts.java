package dev.nn.simd;

/** How work is divided among threads. */
final class Parts {
  private Parts() {}

  /** First unit of a part when units are divided evenly; part == parts gives the end. */
  static int begin(int units, int part, int parts) {
    return parts == 1 ? part * units : (int) ((long) units * part / parts);
  }
}
