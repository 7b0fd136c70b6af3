package dev.nn.spi;

import java.util.Optional;

/**
 * Offers a backend to {@link Backends}, found by {@link java.util.ServiceLoader}.
 *
 * <p>A provider must load and answer everything but {@link #create} on any machine, whatever its
 * backend needs.
 */
public interface BackendProvider {
  /**
   * The name by which {@code -Ddev.nn.backend} asks for the backend.
   *
   * @return a short lower-case word
   */
  String id();

  /**
   * The rank of the backend; the available one with the highest is the default.
   *
   * @return 10 for a plain backend, 100 for a fast one
   */
  int priority();

  /**
   * Why the backend cannot be had here or would not be fast, and what would change that.
   *
   * @return one line, or empty if the backend is available
   */
  Optional<String> unavailable();

  /**
   * Makes the backend.
   *
   * @return the backend
   * @throws IllegalStateException if it is unavailable
   */
  Backend create();
}
