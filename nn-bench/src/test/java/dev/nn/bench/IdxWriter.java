package dev.nn.bench;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/**
 * Writes tiny folders of IDX files: images of 2 x 2 pixels, bright and dark in turn, with labels
 * that go round.
 */
final class IdxWriter {
  private static final int UNSIGNED_BYTES = 0x08 << 8;
  private static final int SIDE = 2;

  private IdxWriter() {}

  /** Two classes, bright and dark. */
  static void write(Path folder, int trainRows, int testRows) throws IOException {
    write(folder, trainRows, testRows, 2);
  }

  /** As many classes as Fashion-MNIST has. */
  static void writeTenClasses(Path folder, int trainRows, int testRows) throws IOException {
    write(folder, trainRows, testRows, 10);
  }

  /** Four files, those of the training packed. */
  private static void write(Path folder, int trainRows, int testRows, int classes)
      throws IOException {
    writePacked(folder.resolve("train-images-idx3-ubyte.gz"), images(trainRows));
    writePacked(folder.resolve("train-labels-idx1-ubyte.gz"), labels(trainRows, classes));
    Files.write(folder.resolve("t10k-images-idx3-ubyte"), images(testRows));
    Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels(testRows, classes));
  }

  private static byte[] images(int rows) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(UNSIGNED_BYTES | 3);
    out.writeInt(rows);
    out.writeInt(SIDE);
    out.writeInt(SIDE);
    for (int row = 0; row < rows; row++) {
      for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
        out.writeByte(row % 2 == 0 ? 255 - pixel : pixel);
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] labels(int rows, int classes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(UNSIGNED_BYTES | 1);
    out.writeInt(rows);
    for (int row = 0; row < rows; row++) {
      out.writeByte(row % classes);
    }
    return bytes.toByteArray();
  }

  private static void writePacked(Path file, byte[] content) throws IOException {
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(content);
    }
  }
}
