package dev.nn.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * x[i][k] = pixel k of image i / 255, y[i][c] = 1 if c = label[i], else 0: images that stay in
 * their file and one-hot labels, see {@link IdxFiles#map}.
 *
 * <p>The values are those of {@link IdxFiles#dataset}, but in the heap there is one byte for each
 * row, its label: a copy reads the memory-mapped images, of which the operating system keeps in
 * memory what fits. Safe for use by several threads.
 *
 * <p>The file of the images must stay as it is. If it becomes shorter, a copy throws an {@link
 * UncheckedIOException} that names the file and the byte, and what it has copied by then is in the
 * buffers; other changes show as other values.
 *
 * <p>After {@link #close} a copy throws {@link IllegalStateException}. The address space goes back
 * to the operating system when the garbage collector finds that the mapping is unused; until then
 * some systems refuse to delete the file.
 */
public final class IdxRows implements RowSource, Closeable {

  private final MappedImages images;
  private final byte[] labels;
  private final int classes;

  private IdxRows(MappedImages images, byte[] labels, int classes) {
    this.images = images;
    this.labels = labels;
    this.classes = classes;
  }

  /** Maps images in segments of at most so many bytes. */
  static IdxRows open(Path imageFile, Path labelFile, int classes, int segmentBytes)
      throws IOException {
    byte[] labels = IdxFiles.labels(labelFile, classes);
    MappedImages images = MappedImages.open(imageFile, segmentBytes);
    try {
      IdxHeader.requireSameRows(labelFile, labels.length, imageFile, images.images());
      return new IdxRows(images, labels, classes);
    } catch (IOException e) {
      images.close();
      throw e;
    }
  }

  @Override
  public int rows() {
    return images.images();
  }

  /**
   * Number of pixels of an image.
   *
   * @return height * width
   */
  @Override
  public int inputs() {
    return images.pixels();
  }

  /**
   * Number of classes.
   *
   * @return at least 2
   */
  @Override
  public int outputs() {
    return classes;
  }

  @Override
  public void copyRows(
      int[] order,
      int from,
      int count,
      float[] xBuffer,
      int xOffset,
      int xStride,
      float[] yBuffer,
      int yOffset,
      int yStride) {
    Shapes.requireCopy(
        this, order, from, count, xBuffer, xOffset, xStride, yBuffer, yOffset, yStride);
    images.requireWhole();
    try {
      copyAll(order, from, count, xBuffer, xOffset, xStride, yBuffer, yOffset, yStride);
      images.requireWhole();
    } catch (InternalError fault) {
      images.requireWhole();
      throw new UncheckedIOException(
          images.path() + ": the disk fails beneath the mapping", new IOException(fault));
    }
  }

  /**
   * The loop of {@link #copyRows}, apart: C1 of JDK 17 can throw what is pending where a loop turns
   * back, and looks for a handler in the callers of that loop's method only.
   */
  private void copyAll(
      int[] order,
      int from,
      int count,
      float[] xBuffer,
      int xOffset,
      int xStride,
      float[] yBuffer,
      int yOffset,
      int yStride) {
    for (int i = 0; i < count; i++) {
      int row = order[from + i];
      images.copy(row, xBuffer, xOffset + i * xStride);
      writeTargets(row, yBuffer, yOffset + i * yStride);
    }
  }

  @Override
  public void copyTargets(int row, float[] yBuffer, int yOffset) {
    Shapes.requireTargetCopy(this, row, yBuffer, yOffset);
    images.requireOpen();
    writeTargets(row, yBuffer, yOffset);
  }

  private void writeTargets(int row, float[] yBuffer, int yOffset) {
    Arrays.fill(yBuffer, yOffset, yOffset + classes, 0f);
    yBuffer[yOffset + (labels[row] & 0xff)] = 1;
  }

  @Override
  public void close() throws IOException {
    images.close();
  }

  /**
   * The shape and the file in words.
   *
   * @return such as {@code IdxRows[60000 rows, 784 inputs, 10 outputs, images]}
   */
  @Override
  public String toString() {
    return "IdxRows[%d rows, %d inputs, %d outputs, %s]"
        .formatted(rows(), inputs(), outputs(), images.path());
  }
}
