package dev.nn.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FuzzerTest {
  /** Reads a length and as many bytes, and fails as it is told. */
  private static class Counted implements Target {
    private final Set<String> seen = new HashSet<>();

    @Override
    public List<byte[]> corpus() {
      return List.of(new byte[] {2, 'a', '1'}, new byte[] {0}, new byte[] {3, '1', '2', '3'});
    }

    @Override
    public List<byte[]> tokens() {
      return List.of(new byte[] {42});
    }

    @Override
    public void read(byte[] file) throws IOException {
      seen.add(Arrays.toString(file));
      if (file.length == 0 || file[0] != file.length - 1) {
        throw new EOFException();
      }
    }

    @Override
    public Class<? extends IOException> refusal() {
      return EOFException.class;
    }

    @Override
    public byte[] repair(byte[] file) {
      byte[] right = file.length == 0 ? new byte[1] : file.clone();
      right[0] = (byte) (right.length - 1);
      return right;
    }
  }

  @Test
  void filesAreManyAndTheSameForASeed() throws Exception {
    Counted first = new Counted();
    Counted second = new Counted();
    Fuzzer.Outcome outcome = Fuzzer.run(first, 1, 1000);
    assertEquals(outcome, Fuzzer.run(second, 1, 1000));
    assertEquals(first.seen, second.seen);
    assertEquals(1000, outcome.read() + outcome.refused());
    assertTrue(outcome.read() > 100 && outcome.refused() > 100, outcome.toString());
    assertTrue(first.seen.size() > 400, first.seen.size() + " different files");
    Counted other = new Counted();
    Fuzzer.run(other, 2, 1000);
    assertTrue(!other.seen.equals(first.seen));
  }

  /** Also where it is a subclass of the exception that is allowed. */
  @Test
  void whatIsNoRefusalIsAFinding() {
    for (Throwable wrong :
        List.of(
            new ArrayIndexOutOfBoundsException(), new StackOverflowError(), new IOException(""))) {
      Target faulty =
          new Counted() {
            @Override
            public void read(byte[] file) throws IOException {
              if (file.length == 9) {
                FuzzerTest.<RuntimeException>sneakilyThrow(wrong);
              }
              super.read(file);
            }
          };
      Fuzzer.Finding finding =
          assertThrows(Fuzzer.Finding.class, () -> Fuzzer.run(faulty, 1, 1000));
      assertEquals(wrong, finding.getCause());
      assertTrue(
          finding.getMessage().matches("seed 1, file [0-9]+: [0-9a-f]{18}"), finding.getMessage());
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneakilyThrow(Throwable throwable) throws T {
    throw (T) throwable;
  }
}
