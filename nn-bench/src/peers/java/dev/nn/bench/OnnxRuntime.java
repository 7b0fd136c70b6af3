package dev.nn.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.nn.Architecture;
import dev.nn.Model;
import dev.nn.Network;
import dev.nn.onnx.OnnxFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * ONNX Runtime: a session of its own for each network and batch, on the file that {@link OnnxFiles}
 * writes.
 *
 * <p>The session is told the size of its batches when it is made, and input and output are tensors
 * in native memory that all calls use.
 */
final class OnnxRuntime {
  /** Names in the files of {@link OnnxFiles}. */
  private static final String INPUT = "input";

  private static final String OUTPUT = "output";

  private static final String BATCH = "batch";

  private static int threads;

  private OnnxRuntime() {}

  static String open(int threadsToUse) {
    threads = threadsToUse;
    return "ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion() + ", threads " + threads;
  }

  static StepPeer.Prediction prediction(Network network, int rows, float[] x) {
    Architecture architecture = network.architecture();
    FloatBuffer input = offHeap(x.length).put(0, x);
    FloatBuffer output = offHeap(rows * architecture.outputs());
    try {
      OrtEnvironment environment = OrtEnvironment.getEnvironment();
      OrtSession.SessionOptions options = new OrtSession.SessionOptions();
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setSymbolicDimensionValue(BATCH, rows);
      OrtSession session = session(environment, network, options);
      Map<String, OnnxTensor> inputs =
          Map.of(INPUT, tensor(environment, input, rows, architecture.inputs()));
      Map<String, OnnxTensor> outputs =
          Map.of(OUTPUT, tensor(environment, output, rows, architecture.outputs()));
      return new StepPeer.Prediction() {
        @Override
        public void predict() {
          run(session, inputs, outputs);
        }

        @Override
        public float[] predictForOutputs() {
          predict();
          float[] result = new float[output.limit()];
          output.get(0, result);
          return result;
        }
      };
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OrtSession session(
      OrtEnvironment environment, Network network, OrtSession.SessionOptions options)
      throws OrtException {
    try {
      Path file = Files.createTempFile("network", ".onnx");
      try {
        OnnxFiles.write(Model.of(network), file);
        return environment.createSession(file.toString(), options);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(
      OrtSession session, Map<String, OnnxTensor> inputs, Map<String, OnnxTensor> outputs) {
    try (OrtSession.Result result = session.run(inputs, outputs)) {
      if (result.size() != outputs.size()) {
        throw new IllegalStateException("the model has " + result.size() + " outputs");
      }
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private static OnnxTensor tensor(
      OrtEnvironment environment, FloatBuffer values, int rows, int columns) throws OrtException {
    return OnnxTensor.createTensor(environment, values, new long[] {rows, columns});
  }

  private static FloatBuffer offHeap(int length) {
    return ByteBuffer.allocateDirect(Math.multiplyExact(length, Float.BYTES))
        .order(ByteOrder.nativeOrder())
        .asFloatBuffer();
  }
}
