package dev.nn.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BlocksTest {
  @Test
  void everyColumnIsInItsPanel() {
    for (int columns = 1; columns <= 700; columns++) {
      int width = Blocks.NR;
      for (int panel = 0; panel < Blocks.panels(columns, width); panel++) {
        int end = Math.min(columns, Blocks.panelBegin(columns, width, panel + 1));
        for (int column = Blocks.panelBegin(columns, width, panel); column < end; column++) {
          int of = columns;
          assertEquals(
              panel, Blocks.panelOf(columns, width, column), () -> "panel of one of " + of);
        }
      }
    }
  }

  @Test
  void panelsOfAnyNumberOfColumns() {
    int columns = Integer.MAX_VALUE / 2;
    int last = Blocks.panels(columns, Blocks.NR) - 1;
    assertEquals(last, Blocks.panelOf(columns, Blocks.NR, columns - 1));
  }
}
