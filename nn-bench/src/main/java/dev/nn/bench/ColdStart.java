package dev.nn.bench;

import dev.nn.Network;
import dev.nn.Predictor;
import dev.nn.spi.Backends;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/**
 * What {@link ColdStartCommand} runs in JVMs of their own: predictions of one row, each of them
 * timed, from the first on.
 */
final class ColdStart {
  /** Stands before the figures on standard output, where the JVM may print as well. */
  private static final String MARK = "cold-start:";

  private static final PredictNetwork NETWORK = PredictNetwork.IMAGES;
  private static final long SEED = 42;

  /** The slowest of so many is reported. */
  static final int FIRST = 2000;

  private static final int MOST = 1 << 20;

  /** Predictions whose median is the speed of their time. */
  static final int WINDOW = 50;

  /** What the final speed may be missed by. */
  private static final double FACTOR = 2;

  private ColdStart() {}

  /**
   * The figures of one JVM.
   *
   * @param first milliseconds from the start of the JVM to the end of the first prediction
   * @param slowest milliseconds of the slowest of the first {@link #FIRST} predictions
   * @param settled predictions after which none is at less than half the final speed, up to medians
   *     of {@link #WINDOW}
   * @param settling milliseconds that those took
   */
  record Figures(double first, double slowest, double settled, double settling) {
    /** Figures of predictions that took so many nanoseconds. */
    static Figures of(double first, long[] nanos) {
      int settled = settled(nanos);
      return new Figures(
          first,
          1e-6 * Arrays.stream(nanos).limit(FIRST).max().orElseThrow(),
          settled,
          1e-6 * Arrays.stream(nanos).limit(settled).sum());
    }

    private static int settled(long[] nanos) {
      int windows = nanos.length / WINDOW;
      double limit = FACTOR * median(nanos, windows - 1);
      int settled = windows - 1;
      while (settled > 0 && median(nanos, settled - 1) <= limit) {
        settled--;
      }
      return settled * WINDOW;
    }

    private static double median(long[] nanos, int window) {
      long[] sorted = Arrays.copyOfRange(nanos, window * WINDOW, (window + 1) * WINDOW);
      Arrays.sort(sorted);
      return sorted[WINDOW / 2];
    }

    /** Reads a line of {@link #line}. */
    static Figures parse(String line) {
      String[] words = line.substring(MARK.length()).strip().split(" ", -1);
      return new Figures(
          Double.parseDouble(words[0]),
          Double.parseDouble(words[1]),
          Double.parseDouble(words[2]),
          Double.parseDouble(words[3]));
    }

    /** Whether a line is one of {@link #line}. */
    static boolean isLine(String line) {
      return line.startsWith(MARK);
    }

    /** All of it on one line. */
    String line() {
      return String.join(
          " ",
          MARK,
          String.valueOf(first),
          String.valueOf(slowest),
          String.valueOf(settled),
          String.valueOf(settling));
    }
  }

  /**
   * Makes a network, predicts, and prints the figures.
   *
   * @param args the id of the backend and for how many seconds to predict, at least
   */
  public static void main(String[] args) {
    Network network = Network.initialize(NETWORK.architecture(), SEED, Backends.named(args[0]));
    Predictor predictor = network.predictor();
    float[] x = NETWORK.features(1);
    float[] y = new float[network.architecture().outputs()];
    long firstNanos = predict(predictor, x, y);
    long now = System.currentTimeMillis();
    // All else after the first prediction: it takes a while itself.
    double first = now - ManagementFactory.getRuntimeMXBean().getStartTime();
    Restart.endWithParent();
    Locale.setDefault(Locale.ROOT);
    long[] nanos = new long[MOST];
    nanos[0] = firstNanos;
    long end = System.nanoTime() + (long) (1e9 * Double.parseDouble(args[1]));
    int count = 1;
    while (count < MOST && (count < FIRST || System.nanoTime() < end)) {
      nanos[count++] = predict(predictor, x, y);
    }
    System.out.println(Figures.of(first, Arrays.copyOf(nanos, count)).line());
  }

  private static long predict(Predictor predictor, float[] x, float[] y) {
    long start = System.nanoTime();
    predictor.predict(x, y);
    return System.nanoTime() - start;
  }
}
