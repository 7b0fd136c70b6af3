package dev.nn.onnx;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.nn.Activation;
import dev.nn.Model;
import dev.nn.io.MalformedFileException;
import dev.nn.onnx.proto.ModelProto;
import dev.nn.spi.Backend;
import dev.nn.spi.Backends;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damaged files, made of whole ones: each is read, or refused by the one exception, in the heap of
 * 64 MB that all tests of this module have.
 *
 * <p>{@code -Dnn.fuzz.files=1000000} tries so many files, {@code -Dnn.fuzz.seed=2} others; a
 * failure names its file.
 */
class FuzzTest {
  private static final int INPUTS = Integer.getInteger("nn.fuzz.files", 20_000);

  private static final long FIRST = Long.getLong("nn.fuzz.seed", 0) << 32;

  @Test
  void damagedFilesAreReadOrRefused() {
    Backend backend = Backends.byDefault();
    List<byte[]> corpus = corpus();
    int read = 0;
    for (long seed = FIRST; seed < FIRST + INPUTS; seed++) {
      byte[] input = damaged(corpus, new Random(seed));
      try {
        OnnxReader.read(Path.of("fuzz.onnx"), input, backend);
        read++;
      } catch (MalformedFileException e) {
        assertTrue(e.getMessage().length() < 2000, "seed " + seed + ": a message without end");
      } catch (RuntimeException | Error e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
    // both ways were taken
    assertTrue(read > INPUTS / 100 && read < INPUTS - INPUTS / 100, read + " of " + INPUTS);
  }

  private static List<byte[]> corpus() {
    List<byte[]> corpus = new ArrayList<>();
    for (Activation g : Activation.values()) {
      Activation hidden = g == Activation.SOFTMAX ? Activation.RELU : g;
      Model model = Model.of(Networks.random(1, hidden, g, 3, 4, 2));
      corpus.add(bytes(model));
      corpus.add(
          bytes(
              model
                  .withFeatureScaler(Networks.scaler(2, 3))
                  .withOutputNames(List.of("no", "yes"))));
    }
    ModelProto other =
        new ModelBuilder()
            .input("x", 0, 1, 3)
            .node("flat = Flatten(x)")
            .weights("w", 2, 3)
            .node("turned = Transpose(w)")
            .node("product = MatMul(flat, turned)")
            .weights("b", 2)
            .node("sum = Add(product, b)")
            .positive("p", 2)
            .node("normal = BatchNormalization(sum, p, p, p, p)")
            .node("one = Constant()", ModelBuilder.f("value_float", 1))
            .node("moved = Sub(normal, one)")
            .tensor(ModelBuilder.longs("shape", -1, 2))
            .node("same = Reshape(moved, shape)")
            .node("y = Gelu(same)", ModelBuilder.s("approximate", "tanh"))
            .output("y", 0, 2)
            .build();
    corpus.add(other.toByteArray());
    return corpus;
  }

  private static byte[] bytes(Model model) {
    return OnnxWriter.model(model).toByteArray();
  }

  /** One to four changes: of bits, bytes and numbers, of length, and by parts of another file. */
  private static byte[] damaged(List<byte[]> corpus, Random random) {
    byte[] bytes = corpus.get(random.nextInt(corpus.size())).clone();
    for (int change = random.nextInt(4); change >= 0; change--) {
      int at = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
      switch (bytes.length == 0 ? 7 : random.nextInt(8)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes[at] = (byte) (bytes[at] + (random.nextBoolean() ? 1 : -1));
        case 3 -> Arrays.fill(bytes, at, end(bytes, at, random), (byte) 0xff);
        case 4 -> bytes = Arrays.copyOf(bytes, at);
        case 5 -> bytes = spliced(bytes, at, end(bytes, at, random), new byte[0]);
        case 6 -> {
          byte[] part = Arrays.copyOfRange(bytes, at, end(bytes, at, random));
          bytes = spliced(bytes, at, at, part);
        }
        default -> {
          byte[] other = corpus.get(random.nextInt(corpus.size()));
          int from = random.nextInt(other.length);
          byte[] part = Arrays.copyOfRange(other, from, end(other, from, random));
          bytes = spliced(bytes, at, Math.min(bytes.length, at + part.length), part);
        }
      }
    }
    return bytes;
  }

  private static int end(byte[] bytes, int at, Random random) {
    return Math.min(bytes.length, at + 1 + random.nextInt(random.nextBoolean() ? 4 : 60));
  }

  private static byte[] spliced(byte[] bytes, int from, int to, byte[] part) {
    byte[] result = new byte[from + part.length + bytes.length - to];
    System.arraycopy(bytes, 0, result, 0, from);
    System.arraycopy(part, 0, result, from, part.length);
    System.arraycopy(bytes, to, result, from + part.length, bytes.length - to);
    return result;
  }
}
