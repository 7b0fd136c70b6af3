package dev.nn.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.nn.onnx.proto.ModelProto;
import java.util.Map;

/** Another program that runs ONNX models, written by others: what is right about a file. */
final class OnnxRuntime {
  private OnnxRuntime() {}

  /** The predictions for rows of a batch, by the one input and the one output of a model. */
  static float[][] predict(ModelProto model, float[][] x) {
    return predict(model.toByteArray(), x);
  }

  static float[][] predict(byte[] model, Object x) {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession.SessionOptions options = options();
        OrtSession session = environment.createSession(model, options);
        OnnxTensor input = OnnxTensor.createTensor(environment, x)) {
      String name = session.getInputNames().iterator().next();
      try (OrtSession.Result result = session.run(Map.of(name, input))) {
        assertEquals(1, result.size());
        return (float[][]) result.get(0).getValue();
      }
    } catch (OrtException e) {
      throw new AssertionError("ONNX Runtime refuses the model: " + e.getMessage(), e);
    }
  }

  static OrtSession.SessionOptions options() throws OrtException {
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(1);
    options.setInterOpNumThreads(1);
    options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
    return options;
  }

  /**
   * {@code max |a - b| / max |b| <= 1e-5}, over all rows and outputs: errors of sums are in
   * proportion to what is added, and so to the largest values rather than to each.
   */
  static void assertClose(float[][] expected, float[][] actual, String what) {
    assertEquals(expected.length, actual.length, what);
    double greatest = 0;
    double error = 0;
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i].length, actual[i].length, what);
      for (int j = 0; j < expected[i].length; j++) {
        greatest = Math.max(greatest, Math.abs(expected[i][j]));
        error = Math.max(error, Math.abs((double) actual[i][j] - expected[i][j]));
      }
    }
    assertTrue(greatest > 0, what + ": all outputs are 0");
    assertTrue(error <= 1e-5 * greatest, what + ": error " + error / greatest);
  }
}
