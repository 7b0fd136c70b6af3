package dev.nn.data;

import java.nio.file.Path;

/** Where an array stands: in a file of its own (entry = null), or in an entry of an archive. */
record NpyPlace(Path file, String entry) {

  DataFormatException error(long position, String problem) {
    String place = "byte " + position;
    return new DataFormatException(file, entry == null ? place : entry + ", " + place, problem);
  }
}
