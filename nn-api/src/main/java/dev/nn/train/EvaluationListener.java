package dev.nn.train;

/** Sees what a network answers to each row of an evaluation: the way to a figure of one's own. */
@FunctionalInterface
public interface EvaluationListener {
  /**
   * One row has been measured.
   *
   * @param row its number, ascending from 0
   * @param outputs what the network answered, n_L values; valid during the call
   * @param targets what it should have answered, n_L values; valid during the call
   */
  void onRow(int row, float[] outputs, float[] targets);
}
