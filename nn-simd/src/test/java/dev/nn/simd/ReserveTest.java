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
    "30, 1100, 100",
    "1100, 30, 100",
    "2100, 30, 700",
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
      normalize(rows, outputs, workspace);
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

  private static void normalize(int rows, int columns, SimdWorkspace workspace) {
    SimdKernels kernels = new SimdKernels();
    float[] z = new float[rows * columns];
    float[] d = z.clone();
    float[] r = new float[rows];
    float[] gamma = new float[columns];
    kernels.normalizeRows(rows, columns, z, 0, columns, 1, r, 0, workspace);
    kernels.scaleAndShift(
        rows, columns, z, 0, columns, gamma, 0, gamma, 0, d, 0, columns, workspace);
    kernels.columnDots(rows, columns, d, 0, columns, z, 0, columns, gamma, 0, workspace);
    kernels.normalizeRowsBackward(
        rows, columns, z, 0, columns, r, 0, gamma, 0, d, 0, columns, workspace);
    float[] s = gamma.clone();
    kernels.normalizeColumns(rows, columns, z, 0, columns, 1, s, 0, s, 0, s, 0, workspace);
    kernels.normalizeColumnsBackward(
        rows, columns, z, 0, columns, s, 0, s, 0, s, 0, s, 0, d, 0, columns, workspace);
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
