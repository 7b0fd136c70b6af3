package dev.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.nn.contract.CustomLosses;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class CustomLossTest {
  private static final CustomLoss.RowFunction ZERO =
      (yHat, y, gradient) -> {
        gradient[0] = 0;
        return 0;
      };

  private static void refused(Executable call, String... words) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    for (String word : words) {
      assertTrue(message.contains(word), () -> "\"" + message + "\" does not say " + word);
    }
  }

  @Test
  void needsANameAndAllFunctions() {
    refused(() -> new CustomLoss(" ", ZERO), "name", "blank");
    refused(() -> new CustomLoss("zero", ZERO, "", y -> true), "targets", "blank");
    assertThrows(NullPointerException.class, () -> new CustomLoss(null, ZERO));
    assertThrows(NullPointerException.class, () -> new CustomLoss("zero", null));
    assertThrows(NullPointerException.class, () -> new CustomLoss("zero", ZERO, null, y -> true));
    assertThrows(NullPointerException.class, () -> new CustomLoss("zero", ZERO, "any", null));
    assertEquals("zero", new CustomLoss("zero", ZERO).toString());
  }

  @Test
  void goesWithEveryOutputActivation() {
    CustomLoss loss = new CustomLoss("zero", ZERO);
    for (Activation output : Activation.values()) {
      assertTrue(loss.accepts(output));
      loss.requireAccepts(output);
    }
    assertTrue(loss.accepts(new CustomActivation("square", z -> z * z, z -> 2 * z)));
    assertThrows(NullPointerException.class, () -> loss.accepts(null));
    assertThrows(NullPointerException.class, () -> loss.requireAccepts(null));
  }

  @Test
  void targetsAreFiniteAndWhatTheCheckAllows() {
    CustomLoss any = new CustomLoss("zero", ZERO);
    any.requireTargets(new float[] {-1e30f, 7, Float.NaN}, 1, 2);
    refused(
        () -> any.requireTargets(new float[] {1, 2, 3, Float.NaN}, 2, 2),
        "row 1, column 1",
        "NaN",
        "zero needs finite");
    CustomLoss rising = new CustomLoss("order", ZERO, "rising targets", y -> y[0] < y[1]);
    rising.requireTargets(new float[] {1, 2, 3, 4, 9, 8}, 2, 2);
    refused(
        () -> rising.requireTargets(new float[] {1, 2, 4, 3.5f}, 2, 2),
        "row 1",
        "[4.0, 3.5]",
        "order needs rising targets");
    refused(
        () -> rising.requireTargets(new float[] {1, Float.POSITIVE_INFINITY}, 1, 2),
        "column 1",
        "finite");
    refused(() -> rising.requireTargets(new float[12], 1, 12), "0.0, ...]");
    refused(() -> rising.requireTargets(new float[3], 2, 2), "y");
  }

  /** A check that throws says itself what is wrong. */
  @Test
  void anExceptionOfTheCheckIsTheCallers() {
    IllegalStateException thrown = new IllegalStateException("no");
    CustomLoss loss =
        new CustomLoss(
            "zero",
            ZERO,
            "none",
            y -> {
              throw thrown;
            });
    assertEquals(
        thrown,
        assertThrows(
            IllegalStateException.class, () -> loss.requireTargets(new float[] {0}, 1, 1)));
  }

  /** The default check is called with the targets of one row, not with what stands behind. */
  @Test
  void theCheckSeesOneRow() {
    CustomLosses.focal(2).requireTargets(new float[] {0, 1, 0, 1, 0, 0, 5}, 2, 3);
    refused(() -> CustomLosses.focal(2).requireTargets(new float[] {0, 1, 1}, 1, 3), "one-hot");
  }

  /** What an application does to the arrays of one row is not seen by another, nor by delta. */
  @Test
  void rowsAreApart() {
    CustomLoss loss =
        new CustomLoss(
            "spoiling",
            (yHat, y, gradient) -> {
              double e = yHat[0] - y[0];
              if (e != 0) {
                gradient[0] = e;
                gradient[1] = 1;
              }
              yHat[0] = Double.NaN;
              y[1] = Double.NaN;
              return e;
            });
    float[] a = {0.25f, 0.75f, 0.5f, 0.5f, 1, 0};
    float[] y = {0, 1, 0.5f, 0, 0.5f, 0.5f};
    float[] delta = new float[6];
    float[] rowLoss = new float[3];
    new CustomLossRows(loss, Activation.TANH, 2)
        .run(3, a, y, new float[] {0.5f, 0.5f, 0.25f}, delta, rowLoss);
    assertArrayEquals(new float[] {0.125f, 0.5f, Float.NaN, Float.NaN, 0.125f, 0.25f}, delta);
    assertArrayEquals(new float[] {0.25f, 0, 0.5f}, rowLoss);
    // p = (1/4, 3/4), gradient (1/4, 1), mean 13/16: p_j (gradient_j - 13/16).
    new CustomLossRows(loss, Activation.SOFTMAX, 2)
        .run(1, a, y, new float[] {0.5f, 0.5f, 0.25f}, delta, rowLoss);
    assertArrayEquals(new float[] {-0.0703125f, 0.0703125f}, new float[] {delta[0], delta[1]});
    assertArrayEquals(new float[] {0.25f, 0.75f, 0.5f, 0.5f, 1, 0}, a);
    assertArrayEquals(new float[] {0, 1, 0.5f, 0, 0.5f, 0.5f}, y);
  }

  /** Nothing is rounded to float but the results. */
  @Test
  void lossAndGradientAreRoundedOnce() {
    CustomLoss loss =
        new CustomLoss(
            "third",
            (yHat, y, gradient) -> {
              gradient[0] = 1e-60;
              gradient[1] = 1e60;
              gradient[2] = 1 / 3.0;
              return 1 / 3.0;
            });
    float[] delta = new float[3];
    float[] rowLoss = new float[1];
    new CustomLossRows(loss, Activation.IDENTITY, 3)
        .run(1, new float[3], new float[3], new float[] {1 / 3f}, delta, rowLoss);
    assertArrayEquals(
        new float[] {0, Float.POSITIVE_INFINITY, (float) (1 / 3.0 * (1 / 3f))}, delta);
    assertArrayEquals(new float[] {1 / 3f}, rowLoss);
  }

  /** What all elements of a gradient have in common is no gradient of softmax, however large. */
  @Test
  void softmaxTakesTheMeanFromTheGradientBeforeTheProduct() {
    CustomLoss loss =
        new CustomLoss(
            "far",
            (yHat, y, gradient) -> {
              for (int j = 0; j < 3; j++) {
                gradient[j] = 1e12 + y[j];
              }
              return 0;
            });
    float[] a = {0.375f, 0.125f, 0.5f};
    float[] y = {-1 / 3f, 1 / 7f, 0.9f}; // the outputs add up to 1
    float[] delta = new float[3];
    new CustomLossRows(loss, Activation.SOFTMAX, 3)
        .run(1, a, y, new float[] {1}, delta, new float[1]);
    double mean = (1e12 + y[0]) * a[0];
    mean += (1e12 + y[1]) * a[1];
    mean += (1e12 + y[2]) * a[2];
    for (int j = 0; j < 3; j++) {
      assertEquals((float) (a[j] * ((1e12 + y[j]) - mean)), delta[j]);
    }
  }

  @Test
  void rowsAllocateNothing() {
    CustomLossRows rows = new CustomLossRows(CustomLosses.pinball(0.9), Activation.SOFTMAX, 3);
    float[] values = new float[30];
    float[] delta = new float[30];
    float[] rowLoss = new float[10];
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    rows.run(10, values, values, values, delta, rowLoss);
    threads.getCurrentThreadAllocatedBytes();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1000; i++) {
      rows.run(10, values, values, values, delta, rowLoss);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 4096, allocated + " bytes");
  }
}
