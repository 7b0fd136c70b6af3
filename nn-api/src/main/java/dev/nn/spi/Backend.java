package dev.nn.spi;

import dev.nn.Activation;

/**
 * The arithmetic of networks: executable dense layers and the stateless kernels beside them.
 *
 * <p>The engine in {@code dev.nn} knows networks, epochs, data and files, and is written once; a
 * backend knows arithmetic. All backends return the same bits for the same call: docs/numerics.md
 * is the specification, {@code nn-reference} its shortest reading, and the contract suite of this
 * module (its test-jar) holds every backend to it. A backend is immutable and safe to share between
 * threads.
 */
public interface Backend {
  /**
   * The name by which {@code -Ddev.nn.backend} asks for this backend.
   *
   * @return a short lower-case word
   */
  String id();

  /**
   * What a log line says of this backend, such as its vector width.
   *
   * @return one line
   */
  String description();

  /**
   * The stateless kernels.
   *
   * @return the one instance of this backend
   */
  Kernels kernels();

  /**
   * A dense layer with all parameters zero.
   *
   * @param inputs K, at least 1
   * @param outputs N, at least 1
   * @param activation g
   * @return the layer, which owns its parameters
   */
  DenseLayer dense(int inputs, int outputs, Activation activation);

  /**
   * Scratch memory for one caller, and the threads that its calls may use.
   *
   * @param workers threads to split work over; they stay the caller's to close
   * @return a workspace for calls of this backend; one thread at a time may use it
   */
  Workspace workspace(Workers workers);
}
