package dev.nn.spi;

/**
 * Scratch memory of one caller of a backend, and the workers that its calls may use.
 *
 * <p>Each concurrent caller (a predictor, a training run) has its own, made by {@link
 * Backend#workspace}; one thread at a time may pass it to a call. It grows to what the calls need
 * and then allocates nothing more.
 */
public interface Workspace {
  /**
   * The threads that calls with this workspace may use.
   *
   * @return the workers given to {@link Backend#workspace}
   */
  Workers workers();
}
