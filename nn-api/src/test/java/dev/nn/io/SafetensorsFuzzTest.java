package dev.nn.io;

import dev.nn.fuzz.SmallHeap;
import dev.nn.fuzz.Target;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files are read or refused, by one exception, in a heap of 64 MB. */
public class SafetensorsFuzzTest {
  @TempDir private Path directory;

  @Test
  void damagedFilesAreReadOrRefused() throws Exception {
    SmallHeap.fuzz(Tensors.class, 200_000, directory);
  }

  /** All tensors of a file. */
  public static class Tensors implements Target {
    /** Makes the target. */
    public Tensors() {}

    @Override
    public List<byte[]> corpus() throws IOException {
      List<byte[]> corpus = new ArrayList<>();
      for (String name : List.of("types", "blanks", "sequential")) {
        try (InputStream in = Tensors.class.getResourceAsStream(name + ".safetensors")) {
          corpus.add(in.readAllBytes());
        }
      }
      corpus.add(Crafted.file("{}", 0));
      return corpus;
    }

    @Override
    public List<byte[]> tokens() {
      return Stream.of(
              "{",
              "}",
              "[",
              "]",
              ",",
              ":",
              "\"",
              "\\",
              "\\u0000",
              "\\ud83d",
              "\\ude00",
              "null",
              "true",
              "\"__metadata__\":{}",
              "\"dtype\":\"F32\"",
              "\"shape\":[]",
              "\"data_offsets\":[0,0]",
              "[[[[[[[[[[[[[[[[",
              "{\"\":{\"\":{\"\":",
              "\u00e4",
              "\ufeff",
              "0,0,0,0,0,0,0,0")
          .map(token -> token.getBytes(StandardCharsets.UTF_8))
          .toList();
    }

    @Override
    public void read(byte[] file) throws IOException {
      try (SafetensorsReader reader = Crafted.open(file)) {
        for (TensorInfo tensor : reader.tensors()) {
          if (tensor.dtype().isReadable()) {
            reader.read(tensor.name());
          }
        }
      }
    }

    @Override
    public Class<? extends IOException> refusal() {
      return MalformedFileException.class;
    }

    /** The header ends with the last bracket. */
    @Override
    public byte[] repair(byte[] file) {
      int end = file.length;
      while (end > 8 && file[end - 1] != '}') {
        end--;
      }
      byte[] repaired = file.clone();
      if (end > 8) {
        ByteBuffer.wrap(repaired).order(ByteOrder.LITTLE_ENDIAN).putLong(end - 8);
      }
      return repaired;
    }
  }
}
