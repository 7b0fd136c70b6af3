package dev.nn.simd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Loss;
import dev.nn.spi.DenseLayer;
import dev.nn.spi.UpdateRule;
import dev.nn.spi.Workers;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After {@code reserve} a layer finds every buffer large enough. */
class ReserveTest {
  @ParameterizedTest
  @CsvSource({
    "3, 5, 70",
    "300, 3, 70",
    "3, 300, 70",
    "120, 90, 300",
    "1, 1, 1",
    "1100, 9, 100",
    "20, 16, 40"
  })
  void noBufferGrowsInAStep(int inputs, int outputs, int rows) {
    for (Activation activation : Activation.values()) {
      SimdWorkspace workspace =
          new SimdWorkspace(Workers.caller(), CompiledKernels.Use.ALWAYS, null);
      DenseLayer layer = new SimdBackend().dense(inputs, outputs, activation);
      layer.reserve(rows, true, workspace);
      List<float[]> before = buffers(workspace.scratch(0));
      float[] x = new float[rows * inputs];
      float[] a = new float[rows * outputs];
      layer.forward(rows, x, 0, inputs, a, 0, outputs, workspace);
      Loss loss = activation == Activation.SOFTMAX ? Loss.CROSS_ENTROPY : Loss.SQUARED_ERROR;
      new SimdKernels()
          .outputLoss(
              loss,
              activation,
              rows,
              outputs,
              a,
              0,
              outputs,
              a.clone(),
              0,
              outputs,
              new float[rows],
              a.clone(),
              0,
              outputs,
              new float[rows],
              workspace);
      layer.backward(
          rows,
          a,
          0,
          outputs,
          Activation.GELU,
          x,
          0,
          inputs,
          new float[rows * inputs],
          0,
          inputs,
          workspace);
      UpdateRule rule = new UpdateRule.Adam(0.1, 0.9, 0.99, 1e-8, 0.1f);
      layer.update(rows, a, 0, outputs, x, 0, inputs, rule, layer.moments(rule), workspace);
      UpdateRule adjusted = new UpdateRule.Adjusted(rule, 1, 0.1f);
      float[] dw = new float[outputs * inputs];
      layer.update(dw, new float[outputs], adjusted, layer.moments(adjusted), workspace);
      layer.limitNorms(0.5f, workspace);
      List<float[]> after = buffers(workspace.scratch(0));
      for (int i = 0; i < before.size(); i++) {
        boolean same = before.get(i) == after.get(i);
        assertTrue(same, activation + ": buffer " + i + " has grown");
      }
    }
  }

  private static List<float[]> buffers(Scratch scratch) {
    List<float[]> buffers =
        List.of(
            scratch.packedA(0),
            scratch.packedB(0),
            scratch.transposedC(0),
            scratch.narrow(0),
            scratch.gradient(0),
            scratch.rows(0),
            scratch.outputRows(0),
            scratch.between(0),
            scratch.adjusted(0));
    long fields =
        List.of(Scratch.class.getDeclaredFields()).stream()
            .filter(field -> field.getType() == float[].class)
            .count();
    assertEquals(fields, buffers.size(), "all of them");
    return buffers;
  }
}
