package dev.nn.spi;

import dev.nn.Activation;
import java.util.Objects;

/** Checks of array views, shared by backends: constant time, before anything is written. */
public final class Shapes {
  /** What a backend may add to rows and columns of a weight matrix. */
  private static final long PADDING = 16;

  private Shapes() {}

  /**
   * Checks what a dense layer is asked to be.
   *
   * @param inputs K
   * @param outputs N
   * @param activation g
   * @throws IllegalArgumentException if a size is less than 1, or the weights do not fit an array
   */
  public static void requireLayer(int inputs, int outputs, Activation activation) {
    Objects.requireNonNull(activation, "activation");
    if (inputs < 1 || outputs < 1) {
      throw new IllegalArgumentException(
          "a layer has at least 1 input and 1 output, but "
              + inputs
              + " and "
              + outputs
              + " were given");
    }
    if ((inputs + PADDING) * (outputs + PADDING) > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a layer of "
              + inputs
              + " x "
              + outputs
              + " weights does not fit an array of 2^31 elements, with "
              + PADDING
              + " to spare in both directions");
    }
  }

  /**
   * Checks what dropout is asked to do.
   *
   * @param rate p
   * @param length number of elements
   * @param a the elements
   * @param aOffset position of the first
   * @throws IllegalArgumentException if the rate is not at least 0 and below 1, or the elements do
   *     not fit the array
   */
  public static void requireDropout(double rate, int length, float[] a, int aOffset) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("rate must be at least 0 and below 1, but is " + rate);
    }
    requireVector("a", a, aOffset, length);
  }

  /**
   * Checks what is added to a variance.
   *
   * @param epsilon the summand
   * @throws IllegalArgumentException if it is not finite and greater than 0
   */
  public static void requireEpsilon(float epsilon) {
    if (!(epsilon > 0 && epsilon < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "epsilon must be finite and greater than 0, but is " + epsilon);
    }
  }

  /**
   * Checks that a matrix lies inside its array.
   *
   * @param name of the argument, for the message
   * @param values the array
   * @param offset position of the first element
   * @param stride distance between rows
   * @param rows number of rows
   * @param columns number of columns
   * @throws IllegalArgumentException if a size is negative, the stride is shorter than a row, or
   *     the matrix does not fit the array
   */
  public static void requireMatrix(
      String name, float[] values, int offset, int stride, int rows, int columns) {
    if (rows < 0 || columns < 0) {
      throw new IllegalArgumentException(name + " has negative size " + rows + " x " + columns);
    }
    if (rows == 0 || columns == 0) {
      return;
    }
    if (offset < 0
        || (stride < columns && rows > 1)
        || (rows - 1L) * stride + columns > (long) values.length - offset) {
      throw new IllegalArgumentException(
          name
              + " of "
              + rows
              + " x "
              + columns
              + " with offset "
              + offset
              + " and row stride "
              + stride
              + " does not fit an array of "
              + values.length);
    }
  }

  /**
   * Checks that a vector lies inside its array.
   *
   * @param name of the argument, for the message
   * @param values the array
   * @param offset position of the first element
   * @param length number of elements
   * @throws IllegalArgumentException if it does not fit
   */
  public static void requireVector(String name, float[] values, int offset, int length) {
    requireMatrix(name, values, offset, length, 1, length);
  }

  /**
   * Checks the arguments of {@link Kernels#update}.
   *
   * @param rule the rule
   * @param step number of the step
   * @param length number of parameters
   * @param w parameters
   * @param wOffset position of the first
   * @param g gradient
   * @param gOffset position of the first
   * @param moments arrays of moments
   * @param momentsOffset position of the first in each of them
   * @throws IllegalArgumentException if the step is not positive, moments are missing, or an array
   *     is too short
   */
  public static void requireUpdate(
      UpdateRule rule,
      long step,
      int length,
      float[] w,
      int wOffset,
      float[] g,
      int gOffset,
      float[][] moments,
      int momentsOffset) {
    requireVector("w", w, wOffset, length);
    requireVector("g", g, gOffset, length);
    if (step < 1) {
      throw new IllegalArgumentException("step must be at least 1, but is " + step);
    }
    if (moments.length != rule.moments()) {
      throw new IllegalArgumentException(
          rule + " has " + rule.moments() + " moments, but moments has " + moments.length);
    }
    for (float[] moment : moments) {
      requireVector("moments", moment, momentsOffset, length);
    }
  }

  /**
   * Checks that an update has rows to learn from.
   *
   * @param rows rows of the batch
   * @throws IllegalArgumentException if there is none
   */
  public static void requireRows(int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("rows must be at least 1, but is " + rows);
    }
  }

  /**
   * Checks the limit of {@link DenseLayer#limitNorms}.
   *
   * @param maxNorm greatest norm of a row
   * @throws IllegalArgumentException if it is not finite and greater than 0
   */
  public static void requireMaxNorm(float maxNorm) {
    if (!(maxNorm > 0 && maxNorm < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "maxNorm must be finite and greater than 0, but is " + maxNorm);
    }
  }

  /**
   * Checks that an activation has a derivative for each element alone.
   *
   * @param activation g
   * @throws IllegalArgumentException if it is softmax
   */
  public static void requireElementwise(Activation activation) {
    if (activation == Activation.SOFTMAX) {
      throw new IllegalArgumentException("softmax has no elementwise derivative");
    }
  }

  /**
   * Checks the length of an array.
   *
   * @param name of the argument, for the message
   * @param values the array
   * @param length what it must be
   * @throws IllegalArgumentException if it differs
   */
  public static void requireLength(String name, float[] values, long length) {
    if (values.length != length) {
      throw new IllegalArgumentException(
          name + " has " + values.length + " elements, expected " + length);
    }
  }
}
