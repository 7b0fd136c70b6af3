package dev.nn.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** NumPy opens what is written here; runs where a property names a Python that has NumPy. */
@EnabledIfSystemProperty(
    named = NumpyReadsTest.PYTHON,
    matches = ".+",
    disabledReason = "-Dnn.numpy=python3 runs it, where that has NumPy")
class NumpyReadsTest {

  static final String PYTHON = "nn.numpy";

  @TempDir private Path directory;

  private static String python(String code, Path file) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                System.getProperty(PYTHON),
                "-c",
                "import sys, numpy as np\n" + code,
                file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.strip();
  }

  @Test
  void opensArrays() throws IOException, InterruptedException {
    Path file = directory.resolve("a.npy");
    NpyFiles.write(file, NpyArray.of(new float[] {1, 2, 3, 0.1f, -5, 1e30f}, 2, 3));

    String output = python("a = np.load(sys.argv[1]); print(a.dtype, a.tolist())", file);

    assertEquals(
        "float32 [[1.0, 2.0, 3.0], [0.10000000149011612, -5.0, 1.0000000150474662e+30]]", output);
  }

  @Test
  void opensArchives() throws IOException, InterruptedException {
    Path file = directory.resolve("a.npz");
    Map<String, NpyArray> arrays = new LinkedHashMap<>();
    arrays.put("y", NpyArray.of(new long[] {1L << 62, -1}, 2, 1));
    arrays.put("a b", NpyArray.of(new double[] {0.1}));
    arrays.put("\u00e4", NpyArray.of(new int[0], 0, 2));
    NpzFiles.write(file, arrays);

    String output =
        python(
            """
            with np.load(sys.argv[1]) as z:
                for name in z.files:
                    print(ascii(name), z[name].dtype, z[name].shape, z[name].tolist())
            """,
            file);

    assertEquals(
        """
        'y' int64 (2, 1) [[4611686018427387904], [-1]]
        'a b' float64 () 0.1
        '\\xe4' int32 (0, 2) []""",
        output);
  }
}
