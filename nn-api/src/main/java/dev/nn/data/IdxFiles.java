package dev.nn.data;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Reads images and labels in the IDX format of MNIST and its relatives, plain or packed with gzip.
 *
 * <p>Images are files of unsigned bytes with 3 dimensions (images x height x width), labels files
 * of unsigned bytes with 1. Whether a file is packed is told by its first bytes, not by its name.
 * The reader is strict: a wrong magic number, a size that does not fit, a missing or an extra byte
 * is a {@link DataFormatException} that names the file, the byte (counted from 0, in the unpacked
 * content), what was found and what is allowed. It allocates in proportion to the bytes that are
 * there, not to what the header promises.
 */
public final class IdxFiles {

  /** Of one mapping, which must stay below 2 GiB. */
  private static final int SEGMENT_BYTES = 1 << 30;

  private IdxFiles() {}

  /**
   * x[image][row * width + column] = pixel / 255, in 0 .. 1.
   *
   * @param file an IDX file of images x height x width unsigned bytes
   * @return images rows of height * width features
   * @throws DataFormatException if the file is not what its format allows
   * @throws IOException if the file cannot be read
   */
  public static float[][] readImages(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    IdxContent images = IdxContent.read(file, IdxHeader.IMAGE_DIMENSIONS);
    int pixels = pixels(images);
    float[][] x = new float[images.size(0)][];
    for (int i = 0; i < x.length; i++) {
      x[i] = scaled(images.data(), i * pixels, pixels);
    }
    return x;
  }

  /**
   * label[i] = byte i, in 0 .. 255.
   *
   * @param file an IDX file of unsigned bytes in one dimension
   * @return one label for each byte
   * @throws DataFormatException if the file is not what its format allows
   * @throws IOException if the file cannot be read
   */
  public static int[] readLabels(Path file) throws IOException {
    Objects.requireNonNull(file, "file");
    return unsigned(IdxContent.read(file, IdxHeader.LABEL_DIMENSIONS).data());
  }

  /**
   * Images with one-hot targets: {@link #readImages} and {@link #readLabels} together.
   *
   * @param imageFile an IDX file of images x height x width unsigned bytes
   * @param labelFile an IDX file with one label for each image, in 0 .. classes-1
   * @param classes number of classes = outputs, at least 2
   * @return images rows, height * width inputs
   * @throws IllegalArgumentException if classes is below 2
   * @throws DataFormatException if a file is not what its format allows, the files differ in
   *     length, or a label is outside its range
   * @throws IOException if a file cannot be read
   */
  public static Dataset dataset(Path imageFile, Path labelFile, int classes) throws IOException {
    requireFilesAndClasses(imageFile, labelFile, classes);
    int[] labels = unsigned(labels(labelFile, classes));
    IdxContent images = IdxContent.read(imageFile, IdxHeader.IMAGE_DIMENSIONS);
    int count = images.size(0);
    IdxHeader.requireSameRows(labelFile, labels.length, imageFile, count);
    return Dataset.adopt(
        count,
        pixels(images),
        classes,
        scaled(images.data(), 0, images.data().length),
        OneHot.encodeFlat(labels, classes),
        Dataset.numberedNames(classes));
  }

  /**
   * As {@link #dataset}, but the images stay in their file, which is mapped into memory: for data
   * larger than the heap. A network learns the same from both, to the last bit.
   *
   * <p>Header and length of the images and all labels are checked now, as strictly as by the other
   * readers.
   *
   * @param imageFile an IDX file of images x height x width unsigned bytes, of any length, but an
   *     image of at most 2^31-9 bytes; not packed, which cannot be mapped
   * @param labelFile an IDX file with one label for each image, in 0 .. classes-1
   * @param classes number of classes = outputs, at least 2
   * @return images rows, height * width inputs; to be closed by the caller
   * @throws IllegalArgumentException if classes is below 2
   * @throws DataFormatException if a file is not what its format allows, the images are packed, the
   *     files differ in length, or a label is outside its range
   * @throws IOException if a file cannot be read or mapped
   * @throws UnsupportedOperationException if the images are not in the default file system
   */
  public static IdxRows map(Path imageFile, Path labelFile, int classes) throws IOException {
    requireFilesAndClasses(imageFile, labelFile, classes);
    return IdxRows.open(imageFile, labelFile, classes, SEGMENT_BYTES);
  }

  private static void requireFilesAndClasses(Path imageFile, Path labelFile, int classes) {
    Objects.requireNonNull(imageFile, "imageFile");
    Objects.requireNonNull(labelFile, "labelFile");
    if (classes < 2) {
      throw new IllegalArgumentException("classes = " + classes + ", allowed: 2 or more");
    }
  }

  private static int pixels(IdxContent images) {
    return images.data().length / images.size(0);
  }

  private static float[] scaled(byte[] data, int from, int count) {
    float[] x = new float[count];
    for (int i = 0; i < count; i++) {
      x[i] = (data[from + i] & 0xff) / 255f;
    }
    return x;
  }

  /** The bytes of a file of labels, each in 0 .. classes-1. */
  static byte[] labels(Path file, int classes) throws IOException {
    byte[] labels = IdxContent.read(file, IdxHeader.LABEL_DIMENSIONS).data();
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i] & 0xff;
      if (label >= classes) {
        throw new DataFormatException(
            file,
            "byte " + (IdxHeader.bytes(IdxHeader.LABEL_DIMENSIONS) + (long) i),
            "label " + label + ", allowed: 0 to " + (classes - 1));
      }
    }
    return labels;
  }

  private static int[] unsigned(byte[] bytes) {
    int[] values = new int[bytes.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = bytes[i] & 0xff;
    }
    return values;
  }
}
