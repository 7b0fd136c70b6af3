package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionTableTest {
  @Test
  void columnsAreAlignedAndNamesAreClean() {
    StringWriter text = new StringWriter();
    TextTable.print(
        new PrintWriter(text, true),
        ConfusionTable.rows(
            new int[][] {{150, 0, 1}, {7, 3, 0}, {0, 0, 0}},
            List.of("0", "a\u001b name that goes on and on and on", "c")));
    assertEquals(
        List.of(
            "actual \\ predicted            0  1  2  recall",
            "0                           150  0  1  0.9934",
            "1 a? name that goes on and    7  3  0  0.3000",
            "2 c                           0  0  0     NaN"),
        text.toString().lines().toList());
  }
}
