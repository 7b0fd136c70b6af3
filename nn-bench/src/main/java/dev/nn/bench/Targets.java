package dev.nn.bench;

import java.util.Optional;

/**
 * Which columns of a file of the user's are targets.
 *
 * @param count how many of the last columns, where none is named; one for classification
 * @param column the name of the one column in the header, if it is named
 */
record Targets(int count, Optional<String> column) {
  /** The last column. */
  static final Targets LAST = last(1);

  /** So many of the last columns. */
  static Targets last(int count) {
    return new Targets(count, Optional.empty());
  }
}
