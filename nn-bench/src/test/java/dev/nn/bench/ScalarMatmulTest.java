package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import dev.nn.spi.Workers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScalarMatmulTest {
  /** Two chunks and a bit, so that the order of the chunks matters. */
  private static final GemmShape SHAPE = new GemmShape(5, 7, 600);

  private final float[] a = RandomFloats.uniform(SHAPE.m() * SHAPE.k(), 1);
  private final float[] b = RandomFloats.uniform(SHAPE.k() * SHAPE.n(), 2);
  private final float[] c = new float[SHAPE.m() * SHAPE.n()];

  @ParameterizedTest
  @EnumSource
  void theReferenceFollowsTheSameRule(Layout layout) {
    multiply(layout);
    ScalarMatmul.check(layout, SHAPE, a, b, c);
  }

  @Test
  void oneWrongBitIsFound() {
    multiply(Layout.NN);
    c[17] = Math.nextUp(c[17]);
    IllegalStateException refusal =
        assertThrows(
            IllegalStateException.class, () -> ScalarMatmul.check(Layout.NN, SHAPE, a, b, c));
    assertTrue(refusal.getMessage().contains("is wrong at [2][3]"), refusal.getMessage());
  }

  @Test
  void aShapeIsThreeSizes() {
    assertEquals(new GemmShape(128, 256, 784), GemmShape.parse("128x256x784"));
    for (String wrong : new String[] {"", "5x7", "0x1x1", "1x1x1x1", "ax1x1", "1x1x9999999"}) {
      assertThrows(IllegalArgumentException.class, () -> GemmShape.parse(wrong), wrong);
    }
  }

  private void multiply(Layout layout) {
    Backend reference = Backends.named("reference");
    reference
        .kernels()
        .matmul(
            layout.transposeA(),
            layout.transposeB(),
            SHAPE.m(),
            SHAPE.n(),
            SHAPE.k(),
            a,
            0,
            layout.strideOfA(SHAPE),
            b,
            0,
            layout.strideOfB(SHAPE),
            c,
            0,
            SHAPE.n(),
            reference.workspace(Workers.caller()));
  }
}
