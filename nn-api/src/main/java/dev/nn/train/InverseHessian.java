package dev.nn.train;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * {@code H ~ (grad^2 J)^-1}: what the last m steps say of the curvature of a cost.
 *
 * <p>A step is the pair {@code s = theta' - theta}, {@code y = grad J(theta') - grad J(theta)}, n
 * elements each; nothing of size n x n is ever in memory. Everything is in double, sums in
 * ascending order.
 *
 * <p>Source: J. Nocedal, S. Wright, "Numerical Optimization", 2nd edition, 2006, algorithm 7.4 and
 * (7.20).
 */
final class InverseHessian {
  private final int memory;

  /** The oldest first. */
  private final Deque<Pair> pairs = new ArrayDeque<>();

  /** A pair that is no longer remembered, or was not worth it; its arrays are the next one's. */
  private Pair spare;

  InverseHessian(int memory) {
    this.memory = memory;
  }

  /** One step. */
  private static final class Pair {
    final double[] s;
    final double[] y;

    /** 1 / s^T y. */
    double rho;

    /** s^T y / y^T y, the size of H along y. */
    double gamma;

    /** Of the first loop, for the second one. */
    double alpha;

    Pair(int length) {
      s = new double[length];
      y = new double[length];
    }
  }

  boolean isEmpty() {
    return pairs.isEmpty();
  }

  void clear() {
    pairs.clear();
  }

  /**
   * Remembers a step, in place of the oldest one if there are m already, if the cost curves upwards
   * along it: {@code s^T y > 2^-52 y^T y}, as nothing else keeps H positive definite in double.
   */
  void add(float[] oldTheta, double[] oldGradient, float[] theta, double[] gradient) {
    Pair pair = spare == null ? new Pair(theta.length) : spare;
    spare = pair;
    for (int i = 0; i < theta.length; i++) {
      pair.s[i] = (double) theta[i] - oldTheta[i];
      pair.y[i] = gradient[i] - oldGradient[i];
    }
    double sy = dot(pair.s, pair.y);
    double yy = dot(pair.y, pair.y);
    if (sy > Math.ulp(1.0) * yy) {
      pair.rho = 1 / sy;
      pair.gamma = sy / yy;
      pairs.addLast(pair);
      spare = pairs.size() > memory ? pairs.removeFirst() : null;
    }
  }

  /** {@code v = H v}, the two-loop recursion; without a pair H is 1. */
  void multiply(double[] v) {
    if (pairs.isEmpty()) {
      return;
    }
    for (Iterator<Pair> newestFirst = pairs.descendingIterator(); newestFirst.hasNext(); ) {
      Pair pair = newestFirst.next();
      pair.alpha = pair.rho * dot(pair.s, v);
      addMultiple(-pair.alpha, pair.y, v);
    }
    double gamma = pairs.getLast().gamma;
    for (int i = 0; i < v.length; i++) {
      v[i] *= gamma;
    }
    for (Pair pair : pairs) {
      double beta = pair.rho * dot(pair.y, v);
      addMultiple(pair.alpha - beta, pair.s, v);
    }
  }

  /** {@code a^T b}, terms in ascending order. */
  static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static void addMultiple(double factor, double[] a, double[] v) {
    for (int i = 0; i < v.length; i++) {
      v[i] += factor * a[i];
    }
  }
}
