package dev.nn.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class StepNetworkTest {
  @Test
  void aStepIsThreeProductsForEachLayerButTwoForTheFirst() {
    double rows = 2.0 * 32;
    assertEquals(rows * (2 * 16 * 32 + 3 * 32 * 16 + 3 * 16 * 1), StepNetwork.TABLE_32.flops(), 0);
  }

  @Test
  void theNamesTellTheBatch() {
    for (StepNetwork network : StepNetwork.values()) {
      assertEquals(
          Integer.parseInt(network.name().replaceAll("\\D", "")), network.batch(), network.name());
      network.architecture().outputActivation();
    }
  }
}
