package dev.nn.fuzz;

import java.io.IOException;
import java.util.List;

/** A reader of files, as the {@link Fuzzer} sees it. */
public interface Target {
  /** Good files, small ones. */
  List<byte[]> corpus() throws IOException;

  /** What stands in such files, to be put into them at wrong places. */
  List<byte[]> tokens();

  /** Reads all of a file, and fails with {@link #refusal} or not at all. */
  void read(byte[] file) throws IOException;

  /** The one exception for what is wrong with a file. */
  Class<? extends IOException> refusal();

  /** Makes lengths or checksums right again, which otherwise hide what stands behind them. */
  byte[] repair(byte[] file);
}
